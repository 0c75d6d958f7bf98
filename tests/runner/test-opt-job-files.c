/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The formats that runner and jobs share. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "opt-job-files.h"

#define BYTES(literal) (literal), sizeof (literal) - 1
/* A string's own NUL is the one that ends its last record. */
#define RECORDS(literal) (literal), sizeof (literal)

static void
test_spec_round (void)
{
  char         *argv[] = { (char *)"/bin/x", (char *)"", (char *)"a=b\n", (char *)"end", NULL };
  OptRunnerSpec spec = OPT_RUNNER_SPEC_INIT;
  OptRunnerSpec read = OPT_RUNNER_SPEC_INIT;
  const char   *problem = NULL;
  gsize         size;
  char         *data;

  spec.argv = argv;
  spec.work_dir = (char *)"/a dir";
  spec.timeout_ms = 123;
  spec.grace_ms = 0;
  spec.log_head = 1;
  spec.log_tail = G_GUINT64_CONSTANT (1) << 40;
  data = opt_runner_spec_format (&spec, &size, &problem);
  g_assert_nonnull (data);
  g_assert_true (opt_runner_spec_parse (&read, data, size, &problem));
  g_assert_cmpstr (problem, ==, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (argv); i++)
    g_assert_cmpstr (read.argv[i], ==, argv[i]);
  g_assert_cmpstr (read.work_dir, ==, "/a dir");
  g_assert_cmpuint (read.timeout_ms, ==, 123);
  g_assert_cmpuint (read.grace_ms, ==, 0);
  g_assert_cmpuint (read.log_head, ==, 1);
  g_assert_cmpuint (read.log_tail, ==, spec.log_tail);
  opt_runner_spec_clear (&read);
  g_assert_null (read.argv);
  /* Every beginning of it is refused. */
  for (gsize i = 0; i < size; i++)
    {
      g_autofree char *part = g_memdup2 (data, i);

      g_assert_false (opt_runner_spec_parse (&read, part, i, &problem));
    }
  free (data);
}

static void
test_spec_defaults (void)
{
  OptRunnerSpec spec;

  g_assert_true (opt_runner_spec_parse (&spec, RECORDS ("optimus-spec 1\0dir=/\0arg=/x\0end"),
                                        NULL));
  g_assert_cmpuint (spec.timeout_ms, ==, 0);
  g_assert_cmpuint (spec.grace_ms, ==, OPT_RUNNER_GRACE_MS);
  g_assert_cmpuint (spec.log_head, ==, OPT_RUNNER_LOG_HEAD);
  g_assert_cmpuint (spec.log_tail, ==, OPT_RUNNER_LOG_TAIL);
  opt_runner_spec_clear (&spec);
}

static void
test_spec_refused (void)
{
  static const struct
  {
    const char *data;
    gsize       size;
    const char *problem;
  } specs[] = {
    { BYTES (""), "it breaks off" },
    { BYTES ("optimus-spec 1"), "it breaks off in a record" },
    { RECORDS ("optimus-spec 1"), "it breaks off" },
    { RECORDS ("optimus-spec 2\0dir=/\0arg=/x\0end"), "it is not a spec of version 1" },
    { RECORDS ("optimus-spec 1\0dir=/\0end"), "there is no argument to execute" },
    { RECORDS ("optimus-spec 1\0arg=/x\0end"),
      "the working directory is not given as an absolute path" },
    { RECORDS ("optimus-spec 1\0dir=x\0arg=/x\0end"),
      "the working directory is not given as an absolute path" },
    { RECORDS ("optimus-spec 1\0dir=/\0arg=x\0end"), "the program is not given as a path" },
    { RECORDS ("optimus-spec 1\0dir=/\0dir=/\0arg=/x\0end"), "a key is given twice" },
    { RECORDS ("optimus-spec 1\0grace_ms=1\0grace_ms=1\0end"), "a key is given twice" },
    { RECORDS ("optimus-spec 1\0env=A=b\0dir=/\0arg=/x\0end"), "a key is unknown" },
    { RECORDS ("optimus-spec 1\0\0end"), "a key is unknown" },
    { RECORDS ("optimus-spec 1\0grace_ms=3600001\0end"), "a number is malformed or out of range" },
    { RECORDS ("optimus-spec 1\0timeout_ms=-1\0end"), "a number is malformed or out of range" },
    { RECORDS ("optimus-spec 1\0timeout_ms=\0end"), "a number is malformed or out of range" },
    { RECORDS ("optimus-spec 1\0log_head=0x10\0end"), "a number is malformed or out of range" },
    { RECORDS ("optimus-spec 1\0log_tail=18446744073709551617\0end"),
      "a number is malformed or out of range" },
    { RECORDS ("optimus-spec 1\0dir=/\0arg=/x\0end\0more"), "something follows its end" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      OptRunnerSpec    spec;
      const char      *problem = NULL;
      g_autofree char *data = g_memdup2 (specs[i].data, specs[i].size);

      g_assert_false (opt_runner_spec_parse (&spec, data, specs[i].size, &problem));
      g_assert_cmpstr (problem, ==, specs[i].problem);
      g_assert_false (opt_runner_spec_parse (&spec, data, specs[i].size, NULL));
    }
}

static void
test_spec_limits (void)
{
  g_autofree char **argv = g_new0 (char *, OPT_RUNNER_ARGS_MAX + 2);
  g_autofree char  *long_argument = g_strnfill (OPT_RUNNER_SPEC_MAX, 'x');
  g_autoptr (GString) many = g_string_new_len (RECORDS ("optimus-spec 1\0dir=/"));
  OptRunnerSpec spec = OPT_RUNNER_SPEC_INIT;
  const char   *problem = NULL;
  gsize         size;

  for (gsize i = 0; i <= OPT_RUNNER_ARGS_MAX; i++)
    {
      argv[i] = (char *)"/x";
      g_string_append_len (many, RECORDS ("arg=/x"));
    }
  g_string_append_len (many, RECORDS ("end"));
  spec.argv = argv;
  spec.work_dir = (char *)"/";
  g_assert_null (opt_runner_spec_format (&spec, &size, &problem));
  g_assert_cmpstr (problem, ==, "there are too many arguments");
  g_assert_false (opt_runner_spec_parse (&spec, many->str, many->len, &problem));
  g_assert_cmpstr (problem, ==, "there are too many arguments");
  argv[2] = NULL;
  argv[1] = long_argument;
  g_assert_null (opt_runner_spec_format (&spec, &size, &problem));
  g_assert_cmpstr (problem, ==, "the arguments are too long");
  argv[1] = NULL;
  spec.grace_ms = G_MAXUINT64;
  g_assert_null (opt_runner_spec_format (&spec, &size, &problem));
  g_assert_cmpstr (problem, ==, "a number is out of range");
  g_assert_false (opt_runner_spec_parse (&spec, long_argument, OPT_RUNNER_SPEC_MAX + 1, &problem));
  g_assert_cmpstr (problem, ==, "it is too long");
}

static void
test_claim (void)
{
  static const struct
  {
    const char *data;
    gsize       size;
    const char *problem;
  } claims[] = {
    { BYTES (""), "it breaks off" },
    { BYTES ("optimus-claim 1\npid=1\nstart=2"), "it breaks off" },
    { BYTES ("optimus-claim 1\npid=1\n"), "a key is missing" },
    { BYTES ("optimus-claim 9\npid=1\nstart=2\n"), "it is not of version 1" },
    { BYTES ("optimus-claim 1\npid=1\nstart\n"), "a line has no equals sign" },
    { BYTES ("optimus-claim 1\npid=1\npid=1\nstart=2\n"), "a key is given twice" },
    { BYTES ("optimus-claim 1\npid=x\nstart=2\n"), "a value makes no sense" },
    { BYTES ("optimus-claim 1\npid=1\nstart=9223372036854775808\n"), "a value makes no sense" },
    { BYTES ("optimus-claim 1\npid=1\n\0start=2\n"), "it has a NUL in it" },
  };
  OptRunnerClaim   claim = { .pid = 4711, .start = G_MAXINT64 };
  OptRunnerClaim   read;
  char             buffer[OPT_RUNNER_RECORD_MAX];
  gsize            size = opt_runner_claim_format (&claim, buffer);
  g_autofree char *long_claim = g_strnfill (OPT_RUNNER_RECORD_MAX + 1, '\n');
  const char      *problem = NULL;

  g_assert_cmpstr (buffer, ==, "optimus-claim 1\npid=4711\nstart=9223372036854775807\n");
  g_assert_true (opt_runner_claim_parse (&read, buffer, size, NULL));
  g_assert_cmpint (read.pid, ==, 4711);
  g_assert_cmpint (read.start, ==, G_MAXINT64);
  g_assert_true (opt_runner_claim_parse (&read,
                                         BYTES ("optimus-claim 1\nnew=x\nstart=2\npid=1\n"),
                                         NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_assert_false (opt_runner_claim_parse (&read, claims[i].data, claims[i].size, &problem));
      g_assert_cmpstr (problem, ==, claims[i].problem);
    }
  g_assert_false (opt_runner_claim_parse (&read, long_claim, OPT_RUNNER_RECORD_MAX + 1, &problem));
  g_assert_cmpstr (problem, ==, "it is too long");
}

static void
test_exit (void)
{
  const OptRunnerStep dir = OPT_RUNNER_STEP_DIR;
  OptRunnerExit       results[] = {
          { .reason = OPT_RUNNER_REASON_EXITED, .code = 0, .start = 1, .end = 2, .elapsed = 1 },
          { .reason = OPT_RUNNER_REASON_SIGNALLED, .code = -1, .signal = SIGSEGV, .left = 3 },
          { .reason = OPT_RUNNER_REASON_TIMED_OUT, .code = 255, .log_bytes = G_MAXUINT64 },
          { .reason = OPT_RUNNER_REASON_STOPPED, .code = 5, .log_error = ENOSPC },
          { .reason = OPT_RUNNER_REASON_SHUTDOWN, .code = -1 },
          { .reason = OPT_RUNNER_REASON_NOT_STARTED, .code = -1, .error = ENOENT, .step = dir },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      OptRunnerExit read;
      char          again[OPT_RUNNER_RECORD_MAX];
      char          buffer[OPT_RUNNER_RECORD_MAX];
      gsize         size = opt_runner_exit_format (&results[i], buffer);

      g_assert_true (opt_runner_exit_parse (&read, buffer, size, NULL));
      opt_runner_exit_format (&read, again);
      g_assert_cmpstr (again, ==, buffer);
      g_assert_cmpint (read.reason, ==, results[i].reason);
      g_assert_cmpint (read.code, ==, results[i].code);
      g_assert_cmpint (read.step, ==, results[i].step);
      g_assert_cmpuint (read.left, ==, results[i].left);
      g_assert_nonnull (strstr (buffer, opt_runner_reason_to_string (results[i].reason)));
      for (gsize cut = 0; cut < size; cut++)
        if (buffer[cut] != '\n' && strstr (buffer + cut, "log_cut=") != NULL)
          g_assert_false (opt_runner_exit_parse (&read, buffer, cut, NULL));
    }
  g_assert_cmpstr (opt_runner_reason_to_string ((OptRunnerReason)99), ==, "unknown");
  g_assert_cmpstr (opt_runner_step_to_string (OPT_RUNNER_STEP_DIR), ==, "dir");
  g_assert_cmpstr (opt_runner_step_to_string ((OptRunnerStep)-1), ==, "unknown");
}

static void
test_exit_refused (void)
{
  static const char *const words[] = {
    "reason=fine",
    "code=256",
    "code=-1",
    "signal=129",
    "errno=x",
    "step=",
    "left=4294967296",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *data = g_strdup_printf ("optimus-exit 1\n%s\n", words[i]);
      OptRunnerExit    read;
      const char      *problem = NULL;

      g_assert_false (opt_runner_exit_parse (&read, data, strlen (data), &problem));
      g_assert_cmpstr (problem, ==, "a value makes no sense");
    }
}

static void
test_progress (void)
{
  static const struct
  {
    const char *line;
    gsize       size;
    int         percent;
    const char *text;
  } lines[] = {
    { BYTES ("40 reading invoices"), 40, "reading invoices" },
    { BYTES ("0"), 0, "" },
    { BYTES ("100%"), 100, "" },
    { BYTES ("007  \tx \r"), 7, "x" },
    { BYTES ("5 a\0b\177c\302\205d"), 5, "a b c d" },
    { BYTES ("5 \377\300\200\355\240\200\364\220\200\200"), 5, "??????????" },
    { BYTES ("5 \360\237\230\200\360\237\230"), 5, "😀???" },
    { BYTES ("101"), -1, NULL },
    { BYTES ("1000"), -1, NULL },
    { BYTES ("0000"), -1, NULL },
    { BYTES (""), -1, NULL },
    { BYTES (" 5"), -1, NULL },
    { BYTES ("-5 x"), -1, NULL },
    { BYTES ("+5 x"), -1, NULL },
    { BYTES ("5x"), -1, NULL },
    { BYTES ("5%%"), -1, NULL },
    { BYTES ("5.5"), -1, NULL },
    { BYTES ("5\0"), -1, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = g_memdup2 (lines[i].line, lines[i].size);
      OptRunnerEvent   event = { .percent = -1 };
      gboolean         good = opt_runner_progress_parse (&event, line, lines[i].size);

      g_assert_cmpint (good, ==, lines[i].text != NULL);
      g_assert_cmpint (event.percent, ==, lines[i].percent);
      if (good)
        g_assert_cmpstr (event.text, ==, lines[i].text);
    }
}

static void
test_progress_long (void)
{
  /* Two bytes a letter, so that the limit would fall into one if it were odd. */
  g_autoptr (GString) line = g_string_new ("1 x");
  OptRunnerEvent event;

  for (int i = 0; i < OPT_RUNNER_TEXT_MAX; i++)
    g_string_append (line, "ä");
  g_assert_true (opt_runner_progress_parse (&event, line->str, line->len));
  g_assert_cmpuint (strlen (event.text), ==, OPT_RUNNER_TEXT_MAX - 1);
  g_assert_true (g_utf8_validate (event.text, -1, NULL));
}

static void
test_events (void)
{
  OptRunnerEvent event = { .time = 5, .percent = 6, .text = "seven" };
  OptRunnerEvent last = { .percent = -1 };
  char           line[OPT_RUNNER_CONTROL_MAX];

  g_assert_cmpuint (opt_runner_event_format (&event, line), ==, 10);
  g_assert_cmpstr (line, ==, "5 6 seven\n");
  g_assert_true (opt_runner_events_last (&last, BYTES ("1 2 a\n3 4 b c\n")));
  g_assert_cmpint (last.time, ==, 3);
  g_assert_cmpint (last.percent, ==, 4);
  g_assert_cmpstr (last.text, ==, "b c");
  g_assert_true (opt_runner_events_last (&last, BYTES ("1 2 a\n3 4 b")));
  g_assert_cmpint (last.time, ==, 1);
  g_assert_true (opt_runner_events_last (&last,
                                         BYTES ("9 9 x\n\nrubbish\n1 101 y\n-1 1 z\nx 1 z\n")));
  g_assert_cmpint (last.time, ==, 9);
  g_assert_false (opt_runner_events_last (&last, NULL, 0));
  g_assert_false (opt_runner_events_last (&last, BYTES ("\n\n")));
  g_assert_false (opt_runner_events_last (&last, BYTES ("1 2 a")));
  g_assert_cmpint (last.time, ==, 9);
}

static void
test_control (void)
{
  char             line[OPT_RUNNER_CONTROL_MAX];
  g_autofree char *text = g_strnfill (5000, 'x');
  gsize            size = opt_runner_control_format (100, text, line);

  g_assert_cmpuint (size, ==, strlen ("progress 100 \n") + OPT_RUNNER_TEXT_MAX);
  g_assert_cmpint (line[size - 1], ==, '\n');
  g_assert_cmpuint (opt_runner_control_format (1, " a\nstop\n", line), ==, 18);
  g_assert_cmpstr (line, ==, "progress 1 a stop\n");
  g_assert_cmpuint (opt_runner_control_format (101, "", line), ==, 0);
  g_assert_cmpuint (opt_runner_control_format (-1, "", line), ==, 0);
}

/* What was good once is spoiled at random: no reader may fall over it. */
static void
test_spoiled (void)
{
  static const char seeds[][96] = {
    "optimus-spec 1\0timeout_ms=5\0dir=/\0arg=/x\0arg=y\0end",
    "optimus-claim 1\npid=1\nstart=2\n",
    "optimus-exit 1\nreason=exited\ncode=1\nstart=1\nend=2\nelapsed=1\nlog_bytes=1\nlog_cut=0\n",
    "1 2 a\n3 100% b\n",
  };

  for (int round = 0; round < 40000; round++)
    {
      gsize            size = (gsize)g_test_rand_int_range (0, sizeof seeds[0] + 1);
      g_autofree char *data = g_memdup2 (seeds[round % 4], size);
      OptRunnerSpec    spec;
      OptRunnerClaim   claim;
      OptRunnerExit    result;
      OptRunnerEvent   event;

      for (int i = g_test_rand_int_range (0, 4); size > 0 && i > 0; i--)
        data[g_test_rand_int_range (0, (gint32)size)] = (char)g_test_rand_int_range (0, 256);
      if (opt_runner_spec_parse (&spec, data, size, NULL))
        opt_runner_spec_clear (&spec);
      opt_runner_claim_parse (&claim, data, size, NULL);
      if (opt_runner_exit_parse (&result, data, size, NULL))
        g_assert_cmpint (result.code, <=, 255);
      if (opt_runner_events_last (&event, data, size))
        g_assert_true (g_utf8_validate (event.text, -1, NULL));
      if (opt_runner_progress_parse (&event, data, size))
        g_assert_true (g_utf8_validate (event.text, -1, NULL));
    }
}

static void
write_file (int         folder,
            const char *name,
            const char *text)
{
  int fd = openat (folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (ssize_t)strlen (text));
  close (fd);
}

static void
test_log_reader (void)
{
  static const struct
  {
    guint64     from;
    guint64     at;
    const char *text;
  } reads[] = {
    { 0, 0, "head" },
    { 3, 3, "d" },
    { 4, 4, "next" },
    { 6, 6, "xt" },
    { 8, 100, "late" },
    { 50, 100, "late" },
    { 103, 103, "e" },
    { 104, 104, "" },
    { 9999, 9999, "" },
    { G_MAXUINT64, G_MAXUINT64, "" },
  };
  static const char *const names[] = { "log", "log.4", "log.100", "log.x", "log.~", "logs" };
  g_autofree char         *path = g_dir_make_tmp ("optimus-log-XXXXXX", NULL);
  int                      folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char                     buffer[16];
  guint64                  at;
  guint64                  bytes;
  guint64                  cut;

  g_assert_cmpint (opt_runner_log_read (folder, 0, buffer, sizeof buffer, &at), ==, 0);
  write_file (folder, "log.100", "late");
  write_file (folder, "log", "head");
  write_file (folder, "log.4", "next");
  write_file (folder, "log.x", "not a piece");
  write_file (folder, "log.~", "not a piece");
  write_file (folder, "logs", "not a piece");
  for (gsize i = 0; i < G_N_ELEMENTS (reads); i++)
    {
      ssize_t n = opt_runner_log_read (folder, reads[i].from, buffer, sizeof buffer, &at);

      g_assert_cmpmem (buffer, n, reads[i].text, strlen (reads[i].text));
      g_assert_cmpuint (at, ==, reads[i].at);
    }
  g_assert_cmpint (opt_runner_log_read (folder, 0, buffer, 2, &at), ==, 2);
  g_assert_cmpint (opt_runner_log_span (folder, &bytes, &cut), ==, 0);
  g_assert_cmpuint (bytes, ==, 104);
  g_assert_cmpuint (cut, ==, 92);
  g_assert_cmpint (opt_runner_log_read (-1, 0, buffer, 2, &at), ==, -1);
  g_assert_cmpint (errno, ==, EBADF);
  g_assert_cmpint (opt_runner_log_span (-1, &bytes, &cut), ==, EBADF);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    unlinkat (folder, names[i], 0);
  close (folder);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
test_file_read (void)
{
  g_autofree char *path = g_dir_make_tmp ("optimus-file-XXXXXX", NULL);
  int              folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char            *data = NULL;
  gsize            size;

  write_file (folder, "a", "12345");
  g_assert_cmpint (symlinkat ("a", folder, "b"), ==, 0);
  g_assert_cmpint (opt_runner_file_read (folder, "a", 5, &data, &size), ==, 0);
  g_assert_cmpmem (data, size + 1, "12345", 6);
  free (data);
  g_assert_cmpint (opt_runner_file_read (folder, "a", 4, &data, &size), ==, EFBIG);
  g_assert_cmpint (opt_runner_file_read (folder, "b", 5, &data, &size), ==, ELOOP);
  g_assert_cmpint (opt_runner_file_read (folder, "c", 5, &data, &size), ==, ENOENT);
  unlinkat (folder, "a", 0);
  unlinkat (folder, "b", 0);
  close (folder);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-files/spec/round", test_spec_round);
  g_test_add_func ("/job-files/spec/defaults", test_spec_defaults);
  g_test_add_func ("/job-files/spec/refused", test_spec_refused);
  g_test_add_func ("/job-files/spec/limits", test_spec_limits);
  g_test_add_func ("/job-files/claim", test_claim);
  g_test_add_func ("/job-files/exit", test_exit);
  g_test_add_func ("/job-files/exit-refused", test_exit_refused);
  g_test_add_func ("/job-files/progress", test_progress);
  g_test_add_func ("/job-files/progress-long", test_progress_long);
  g_test_add_func ("/job-files/events", test_events);
  g_test_add_func ("/job-files/control", test_control);
  g_test_add_func ("/job-files/spoiled", test_spoiled);
  g_test_add_func ("/job-files/log-reader", test_log_reader);
  g_test_add_func ("/job-files/file-read", test_file_read);
  return g_test_run ();
}
