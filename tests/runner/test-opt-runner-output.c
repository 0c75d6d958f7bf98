/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of a job's output: the log and the progress events. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-runner-case.h"

static guint64
folder_size (OptRunnerCase *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->path, 0, NULL);
  const char *name;
  guint64     size = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      struct stat info;

      g_assert_cmpint (fstatat (self->folder, name, &info, AT_SYMLINK_NOFOLLOW), ==, 0);
      size += (guint64)info.st_size;
    }
  return size;
}

/* Each 16 bytes of a puppet's log tell their offset. */
static void
assert_log (OptRunnerCase *self,
            guint64        from,
            guint64        to)
{
  char    buffer[16 * 1024];
  guint64 at;
  ssize_t n;

  for (guint64 offset = from; offset < to; offset += (guint64)n)
    {
      gsize want = MIN (sizeof buffer, to - offset);

      n = opt_runner_log_read (self->folder, offset, buffer, want, &at);
      g_assert_cmpint (n, >, 0);
      g_assert_cmpuint (at, ==, offset);
      n -= n % 16;
      for (ssize_t i = 0; i < n; i += 16)
        {
          buffer[i + 15] = '\0';
          g_assert_cmpuint (g_ascii_strtoull (buffer + i, NULL, 10), ==, offset + (guint64)i);
        }
    }
}

static void
test_output_whole (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "log", "3200000");
  self.spec.log_head = 1600000;
  self.spec.log_tail = 1600000;
  opt_runner_case_run (&self, &result);
  g_assert_cmpuint (result.log_bytes, ==, 3200000);
  g_assert_cmpuint (result.log_cut, ==, 0);
  assert_log (&self, 0, 3200000);
}

static void
test_output_cut (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;
  char          byte;
  guint64       at;
  guint64       bytes;
  guint64       cut;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "log", "16000000");
  self.spec.log_head = 320000;
  self.spec.log_tail = 160000;
  opt_runner_case_run (&self, &result);
  g_assert_cmpuint (result.log_bytes, ==, 16000000);
  assert_log (&self, 0, 320000);
  assert_log (&self, 16000000 - 160000, 16000000);
  /* Over the gap a reader is told how much is missing. */
  g_assert_cmpint (opt_runner_log_read (self.folder, 320000, &byte, 1, &at), ==, 1);
  g_assert_cmpuint (at - 320000, ==, result.log_cut);
  g_assert_cmpuint (at, <=, 16000000 - 160000);
  g_assert_cmpuint (at, >=, 16000000 - 240000);
  g_assert_cmpint (opt_runner_log_span (self.folder, &bytes, &cut), ==, 0);
  g_assert_cmpuint (bytes, ==, result.log_bytes);
  g_assert_cmpuint (cut, ==, result.log_cut);
  g_assert_cmpint (opt_runner_log_read (self.folder, 16000000, &byte, 1, &at), ==, 0);
  g_assert_cmpuint (at, ==, 16000000);
}

static void
test_output_nothing_kept (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "log", "160000");
  self.spec.log_head = 0;
  self.spec.log_tail = 0;
  opt_runner_case_run (&self, &result);
  g_assert_cmpuint (result.log_bytes, ==, 160000);
  g_assert_cmpuint (result.log_cut, ==, 160000);
  g_assert_cmpint (result.log_error, ==, 0);
}

static void
test_output_flood (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/usr/bin/head", "-c", "300M", "/dev/zero", NULL);
  self.spec.log_head = 1024 * 1024;
  self.spec.log_tail = 256 * 1024;
  opt_runner_case_run (&self, &result);
  g_assert_cmpint (result.code, ==, 0);
  g_assert_cmpuint (result.log_bytes, ==, 300 * 1024 * 1024);
  g_assert_cmpuint (result.log_bytes - result.log_cut, <=, (1024 + 384) * 1024);
  g_assert_cmpuint (folder_size (&self), <=, (1024 + 384 + 16) * 1024);
}

/* A reader keeps up with a job that runs. */
static void
test_output_follow (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit    result;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  opt_runner_case_init (&self, NULL);
  /* Its words go through the runner's pipe before the letter goes into `lives`. */
  opt_runner_case_set_argv (&self, "/bin/sh", "-c",
                            "echo '::progress 1 one'; exec \"$0\" polite",
                            g_getenv ("OPT_PUPPET"), NULL);
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  /* The poke for the event comes after its line was written to the log. */
  first = opt_runner_case_await_poke (&self);
  g_assert_cmpstr (first, ==, "::progress 1 one\n");
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  second = opt_runner_case_read_log (&self, 5, NULL);
  g_assert_cmpstr (second, ==, first + 5);
}

static void
assert_event (OptRunnerCase *self,
              int            percent,
              const char    *text)
{
  gsize            size = 0;
  g_autofree char *data = opt_runner_case_read_file (self, OPT_RUNNER_FILE_EVENTS, &size);
  OptRunnerEvent   event;

  g_assert_nonnull (data);
  g_assert_cmpuint (size, <=, OPT_RUNNER_EVENTS_MAX);
  g_assert_true (g_utf8_validate (data, (gssize)size, NULL));
  g_assert_true (opt_runner_events_last (&event, data, size));
  g_assert_cmpint (event.percent, ==, percent);
  g_assert_cmpstr (event.text, ==, text);
  g_assert_cmpint (event.time, >, 0);
}

static void
test_output_progress (void)
{
  static const struct
  {
    const char *script;
    int         percent;
    const char *text;
  } jobs[] = {
    { "echo '::progress 40 reading invoices'", 40, "reading invoices" },
    { "echo '::progress 0'", 0, "" },
    { "printf 'x\\n::progress 100%% Fertig: \\303\\244\\r\\n'", 100, "Fertig: ä" },
    { "printf '::progress 7 no newline'", 7, "no newline" },
    { "printf '::prog'; printf 'ress 8 in two\\n' >&2", 8, "in two" },
    { "echo '::progress 9 good'; echo '::progress 101 no'; echo '::progress -1 no'; "
      "echo '::progress 1e1 no'; echo '::progress x'; echo '::progress'; echo ' ::progress 1 no'; "
      "echo '::progress 00000000000000000000050 no'; echo '::progress 4 0'; echo '::PROGRESS 5 no'",
      4, "0" },
    { "printf '::progress 11 a\\000b\\033[31mred\\377\\n'", 11, "a b [31mred?" },
    { "i=0; while [ $i -le 5000 ]; do echo \"::progress $((i/50)) step $i\"; i=$((i+1)); done",
      100, "step 5000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_auto (OptRunnerCase) self;
      OptRunnerExit result;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_argv (&self, "/bin/sh", "-c", jobs[i].script, NULL);
      opt_runner_case_run (&self, &result);
      g_assert_cmpint (result.code, ==, 0);
      assert_event (&self, jobs[i].percent, jobs[i].text);
    }
}

static void
test_output_no_progress (void)
{
  static const char *const scripts[] = {
    "echo hello; echo '::progres 40 x'; echo '::progress40 x'; echo; printf '::progress '",
    "head -c 3000000 /dev/zero | tr '\\000' x; printf '::progress 5 in the middle of a line'",
    "head -c 3000000 /dev/urandom | tr -d '\\n'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_auto (OptRunnerCase) self;
      OptRunnerExit result;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_argv (&self, "/bin/sh", "-c", scripts[i], NULL);
      opt_runner_case_run (&self, &result);
      g_assert_null (opt_runner_case_read_file (&self, OPT_RUNNER_FILE_EVENTS, NULL));
    }
}

/* A line that begins well and has no end. */
static void
test_output_endless_progress (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit    result;
  g_autofree char *text = g_strnfill (OPT_RUNNER_TEXT_MAX, 'x');

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/sh", "-c",
                            "printf '::progress 5 '; head -c 3000000 /dev/zero | tr '\\000' x",
                            NULL);
  opt_runner_case_run (&self, &result);
  assert_event (&self, 5, text);
}

static void
test_output_progress_control (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit    result;
  char             line[OPT_RUNNER_CONTROL_MAX];
  g_autofree char *log = NULL;
  gsize            size;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  size = opt_runner_control_format (40, "reading\nstop\n", line);
  g_assert_cmpuint (size, ==, strlen (line));
  opt_runner_case_say (&self, line);
  opt_runner_case_say (&self, "progress\nprogress \nprogress 200 no\nprogressx 3\n");
  g_free (opt_runner_case_await_poke (&self));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
  assert_event (&self, 40, "reading stop");
  log = opt_runner_case_read_log (&self, 0, NULL);
  g_assert_cmpstr (log, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runner/output/whole", test_output_whole);
  g_test_add_func ("/runner/output/cut", test_output_cut);
  g_test_add_func ("/runner/output/nothing-kept", test_output_nothing_kept);
  g_test_add_func ("/runner/output/flood", test_output_flood);
  g_test_add_func ("/runner/output/follow", test_output_follow);
  g_test_add_func ("/runner/output/progress", test_output_progress);
  g_test_add_func ("/runner/output/no-progress", test_output_no_progress);
  g_test_add_func ("/runner/output/endless-progress", test_output_endless_progress);
  g_test_add_func ("/runner/output/progress-control", test_output_progress_control);
  return g_test_run ();
}
