/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a runner claims a job and starts its program. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "opt-runner-case.h"

static void
test_start_exits (void)
{
  static const int codes[] = { 0, 1, 3, 127, 255 };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_auto (OptRunnerCase) self;
      g_autofree char *script = g_strdup_printf ("echo out; echo err >&2; exit %d", codes[i]);
      g_autofree char *log = NULL;
      g_autofree char *claim_data = NULL;
      OptRunnerClaim   claim;
      OptRunnerExit    result;
      gsize            size;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_argv (&self, "/bin/sh", "-c", script, NULL);
      opt_runner_case_run (&self, &result);
      g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_EXITED);
      g_assert_cmpint (result.code, ==, codes[i]);
      g_assert_cmpint (result.signal, ==, 0);
      g_assert_cmpint (result.error, ==, 0);
      g_assert_cmpint (result.start, <=, result.end);
      g_assert_cmpint (result.elapsed, >, 0);
      g_assert_cmpuint (result.log_bytes, ==, 8);
      g_assert_cmpuint (result.log_cut, ==, 0);
      g_assert_cmpuint (result.left, ==, 0);
      log = opt_runner_case_read_log (&self, 0, NULL);
      g_assert_cmpstr (log, ==, "out\nerr\n");
      claim_data = opt_runner_case_read_file (&self, OPT_RUNNER_FILE_CLAIM, &size);
      g_assert_true (opt_runner_claim_parse (&claim, claim_data, size, NULL));
      g_assert_cmpint (claim.pid, ==, self.runner);
      g_assert_cmpint (claim.start, <=, result.start);
    }
}

static void
test_start_silent (void)
{
  g_auto (OptRunnerCase) self;
  g_autofree char *log = NULL;
  OptRunnerExit    result;
  guint64          bytes = 1;
  guint64          cut = 1;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/true", NULL);
  opt_runner_case_run (&self, &result);
  log = opt_runner_case_read_file (&self, OPT_RUNNER_FILE_LOG, NULL);
  g_assert_cmpstr (log, ==, "");
  g_assert_cmpint (opt_runner_log_span (self.folder, &bytes, &cut), ==, 0);
  g_assert_cmpuint (bytes, ==, 0);
  g_assert_cmpuint (cut, ==, 0);
}

static void
test_start_once (void)
{
  for (int round = 0; round < 25; round++)
    {
      g_auto (OptRunnerCase) self;
      g_autofree char *marks = NULL;
      g_autofree char *mark_path = NULL;
      GPid             runners[4];
      int              n_done = 0;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_argv (&self, "/bin/sh", "-c", "echo once >> marks", NULL);
      opt_runner_case_prepare (&self);
      for (gsize i = 0; i < G_N_ELEMENTS (runners); i++)
        runners[i] = opt_runner_case_spawn (&self);
      for (gsize i = 0; i < G_N_ELEMENTS (runners); i++)
        {
          int status = opt_runner_case_reap (runners[i]);

          g_assert_true (WIFEXITED (status));
          if (WEXITSTATUS (status) == OPT_RUNNER_STATUS_DONE)
            n_done++;
          else
            g_assert_cmpint (WEXITSTATUS (status), ==, OPT_RUNNER_STATUS_TAKEN);
        }
      g_assert_cmpint (n_done, ==, 1);
      mark_path = g_build_filename (self.work, "marks", NULL);
      g_assert_true (g_file_get_contents (mark_path, &marks, NULL, NULL));
      g_assert_cmpstr (marks, ==, "once\n");
    }
}

static void
assert_no_drafts (OptRunnerCase *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_suffix (name, "~"));
}

static void
test_start_ended (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;
  int           status;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/true", NULL);
  opt_runner_case_run (&self, &result);
  status = opt_runner_case_reap (opt_runner_case_spawn (&self));
  g_assert_cmpint (WEXITSTATUS (status), ==, OPT_RUNNER_STATUS_TAKEN);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_ENDED);
  assert_no_drafts (&self);
}

static void
assert_not_started (OptRunnerCase *self,
                    OptRunnerStep  step,
                    int            error)
{
  g_autofree char *text = NULL;
  OptRunnerExit    result;

  opt_runner_case_run (self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_NOT_STARTED);
  g_assert_cmpint (result.step, ==, step);
  g_assert_cmpint (result.error, ==, error);
  g_assert_cmpint (result.code, ==, -1);
  text = opt_runner_case_read_file (self, OPT_RUNNER_FILE_EXIT, NULL);
  g_assert_nonnull (strstr (text, "reason=not-started\nerror=E"));
}

static void
test_start_refused (void)
{
  static const struct
  {
    const char   *content;
    int           mode;
    OptRunnerStep step;
    int           error;
  } programs[] = {
    { NULL, 0, OPT_RUNNER_STEP_EXEC, ENOENT },
    { "#!/bin/sh\n", 0600, OPT_RUNNER_STEP_EXEC, EACCES },
    { "echo no first line\n", 0700, OPT_RUNNER_STEP_EXEC, ENOEXEC },
    { "", 0700, OPT_RUNNER_STEP_EXEC, ENOEXEC },
    { "#!/nowhere/interpreter\n", 0700, OPT_RUNNER_STEP_INTERPRETER, ENOENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_auto (OptRunnerCase) self;
      g_autofree char *program = NULL;

      opt_runner_case_init (&self, NULL);
      program = g_build_filename (self.work, "program", NULL);
      if (programs[i].content != NULL)
        {
          g_assert_true (g_file_set_contents (program, programs[i].content, -1, NULL));
          g_assert_cmpint (g_chmod (program, programs[i].mode), ==, 0);
        }
      opt_runner_case_set_argv (&self, program, NULL);
      assert_not_started (&self, programs[i].step, programs[i].error);
    }
}

static void
test_start_no_dir (void)
{
  g_auto (OptRunnerCase) self;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/true", NULL);
  self.spec.work_dir = (char *)"/nowhere/at/all";
  assert_not_started (&self, OPT_RUNNER_STEP_DIR, ENOENT);
}

static void
test_start_relative (void)
{
  g_auto (OptRunnerCase) self;
  g_autofree char *program = NULL;
  g_autofree char *log = NULL;
  OptRunnerExit    result;

  opt_runner_case_init (&self, NULL);
  program = g_build_filename (self.work, "a script", NULL);
  g_assert_true (g_file_set_contents (program, "#!/bin/sh\necho \"$#:$1:$2\"\n", -1, NULL));
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  opt_runner_case_set_argv (&self, "./a script", "", "two words\n$(id)", NULL);
  opt_runner_case_run (&self, &result);
  log = opt_runner_case_read_log (&self, 0, NULL);
  g_assert_cmpstr (log, ==, "2::two words\n$(id)\n");
}

static void
test_start_bad_spec (void)
{
  g_auto (OptRunnerCase) none;
  g_auto (OptRunnerCase) torn;
  g_autofree char *path = NULL;

  opt_runner_case_init (&none, NULL);
  opt_runner_case_set_argv (&none, "/bin/true", NULL);
  opt_runner_case_prepare (&none);
  g_assert_cmpint (unlinkat (none.folder, OPT_RUNNER_FILE_SPEC, 0), ==, 0);
  none.runner = opt_runner_case_spawn (&none);
  opt_runner_case_init (&torn, NULL);
  opt_runner_case_set_argv (&torn, "/bin/true", NULL);
  opt_runner_case_prepare (&torn);
  path = g_build_filename (torn.path, OPT_RUNNER_FILE_SPEC, NULL);
  g_assert_cmpint (truncate (path, 30), ==, 0);
  torn.runner = opt_runner_case_spawn (&torn);
  for (int i = 0; i < 2; i++)
    {
      OptRunnerExit result;

      opt_runner_case_finish (i == 0 ? &none : &torn, &result);
      g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_NOT_STARTED);
      g_assert_cmpint (result.step, ==, OPT_RUNNER_STEP_SPEC);
      g_assert_cmpint (result.error, ==, i == 0 ? ENOENT : EINVAL);
    }
}

static int
run_plain (const char *argument,
           char      **message)
{
  const char *argv[] = { g_getenv ("OPT_RUNNER"), argument, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, message, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
test_start_usage (void)
{
  g_auto (OptRunnerCase) self;
  g_autofree char *usage = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *no_fifo = NULL;
  g_autofree char *alive = NULL;

  g_assert_cmpint (run_plain (NULL, &usage), ==, OPT_RUNNER_STATUS_USAGE);
  g_assert_cmpstr (usage, ==, "usage: optimus-runner FOLDER\n");
  g_assert_cmpint (run_plain ("/nowhere", &missing), ==, OPT_RUNNER_STATUS_NO_CLAIM);
  g_assert_nonnull (strstr (missing, "cannot claim /nowhere: No such file or directory"));
  /* Something else in the place of the FIFO must not be taken for a sign of life. */
  opt_runner_case_init (&self, NULL);
  alive = g_build_filename (self.path, OPT_RUNNER_FILE_ALIVE, NULL);
  g_assert_true (g_file_set_contents (alive, "", -1, NULL));
  g_assert_cmpint (run_plain (self.path, &no_fifo), ==, OPT_RUNNER_STATUS_NO_CLAIM);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_UNCLAIMED);
}

static void
test_start_environment (void)
{
  g_auto (OptRunnerCase) self;
  g_autofree char *log = NULL;
  g_autofree char *spec = NULL;
  OptRunnerExit    result;
  gsize            size;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "env", NULL);
  g_strfreev (self.env);
  self.env = g_strsplit ("A=1|EMPTY=|SECRET=hush hush|OPTIMUS_PARAM_X=ä=b", "|", -1);
  opt_runner_case_run (&self, &result);
  log = opt_runner_case_read_log (&self, 0, NULL);
  g_assert_cmpstr (log, ==, "A=1\nEMPTY=\nSECRET=hush hush\nOPTIMUS_PARAM_X=ä=b\n");
  spec = opt_runner_case_read_file (&self, OPT_RUNNER_FILE_SPEC, &size);
  g_assert_null (memmem (spec, size, "hush", 4));
}

static void
test_start_descriptors (void)
{
  g_auto (OptRunnerCase) self;
  g_auto (GStrv) lines = NULL;
  g_autofree char *log = NULL;
  OptRunnerExit    result;
  int              leak = open ("/etc/passwd", O_RDONLY);
  int              high = fcntl (leak, F_DUPFD, 700);

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "fds", NULL);
  opt_runner_case_run (&self, &result);
  close (leak);
  close (high);
  log = opt_runner_case_read_log (&self, 0, NULL);
  lines = g_strsplit (log, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_true (g_strv_contains ((const char *const *)lines, "0=/dev/null"));
  g_assert_true (g_strv_contains ((const char *const *)lines, "1=pipe"));
  g_assert_true (g_strv_contains ((const char *const *)lines, "2=pipe"));
}

static void
test_start_clean_process (void)
{
  g_auto (OptRunnerCase) self;
  g_auto (GStrv) lines = NULL;
  g_autofree char *log = NULL;
  g_autofree char *runner = NULL;
  OptRunnerExit    result;
  struct rlimit    before;
  struct rlimit    none;
  sigset_t         set;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "status", NULL);
  /* A sanitized puppet would lower its limit itself. */
  self.env = g_environ_setenv (self.env, "ASAN_OPTIONS", "disable_coredump=0", TRUE);
  g_assert_cmpint (getrlimit (RLIMIT_CORE, &before), ==, 0);
  none = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_CORE, &none), ==, 0);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigaddset (&set, SIGCHLD);
  sigprocmask (SIG_BLOCK, &set, NULL);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGUSR2, SIG_IGN);
  opt_runner_case_run (&self, &result);
  signal (SIGUSR2, SIG_DFL);
  signal (SIGPIPE, SIG_DFL);
  sigprocmask (SIG_UNBLOCK, &set, NULL);
  setrlimit (RLIMIT_CORE, &before);
  log = opt_runner_case_read_log (&self, 0, NULL);
  lines = g_strsplit (log, "\n", -1);
  runner = g_strdup_printf ("%d %d", (int)self.runner, (int)self.runner);
  g_assert_cmpstr (lines[0], ==, "SigBlk:\t0000000000000000");
  g_assert_cmpstr (lines[1], ==, "SigIgn:\t0000000000000000");
  g_assert_cmpstr (lines[2], ==, "core as the hard limit");
  g_assert_cmpstr (lines[3], ==, "session own");
  g_assert_cmpstr (lines[4], ==, "group own");
  g_assert_cmpstr (lines[5], ==, runner);
}

/* Where in @trace the first line with all of the words is, looked for from @from on. */
static gsize
find_line (char      **trace,
           gsize       from,
           const char *first,
           const char *second)
{
  for (gsize i = from; trace[i] != NULL; i++)
    if (strstr (trace[i], first) != NULL && strstr (trace[i], second) != NULL)
      return i;
  g_error ("the trace has no %s … %s after line %" G_GSIZE_FORMAT, first, second, from);
}

static void
test_start_order (void)
{
  g_auto (OptRunnerCase) self;
  g_auto (GStrv) lines = NULL;
  g_autofree char *strace = g_find_program_in_path ("strace");
  g_autofree char *trace = NULL;
  g_autofree char *text = NULL;
  g_autofree char *folder = NULL;
  gsize            n_syncs = 0;
  gsize            line;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "env", NULL);
  opt_runner_case_prepare (&self);
  trace = g_build_filename (self.base, "trace", NULL);
  if (strace != NULL)
    {
      const char *argv[] = { strace, "-f", "-y", "-o", trace, "-e",
                             "trace=flock,fsync,fdatasync,linkat,link,execve",
                             g_getenv ("OPT_RUNNER"), self.path, NULL };
      char       *env[] = { (char *)"ASAN_OPTIONS=detect_leaks=0", NULL };
      g_autoptr (GError) error = NULL;

      g_spawn_async (NULL, (char **)argv, env, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self.runner,
                     &error);
      g_assert_no_error (error);
      opt_runner_case_reap (self.runner);
    }
  if (strace == NULL || opt_runner_case_probe (&self) != OPT_RUNNER_STATE_ENDED)
    {
      g_test_skip ("strace is not there or may not trace");
      return;
    }
  g_assert_true (g_file_get_contents (trace, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  folder = g_strdup_printf ("<%s>", self.path);
  line = find_line (lines, 0, "flock(", "LOCK_EX");
  line = find_line (lines, line, "fsync(", "/claim.");
  line = find_line (lines, line, "linkat(", "\"claim\"");
  line = find_line (lines, line, "fsync(", folder);
  line = find_line (lines, line, "execve(", g_getenv ("OPT_PUPPET"));
  /* Each costs a start its milliseconds. */
  for (gsize i = 0; i < line; i++)
    n_syncs += strstr (lines[i], "fsync(") != NULL ? 1 : 0;
  g_assert_cmpuint (n_syncs, ==, 2);
  line = find_line (lines, line, "fsync(", "/exit.");
  line = find_line (lines, line, "linkat(", "\"exit\"");
  find_line (lines, line, "fsync(", folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runner/start/exits", test_start_exits);
  g_test_add_func ("/runner/start/silent", test_start_silent);
  g_test_add_func ("/runner/start/once", test_start_once);
  g_test_add_func ("/runner/start/ended", test_start_ended);
  g_test_add_func ("/runner/start/refused", test_start_refused);
  g_test_add_func ("/runner/start/no-dir", test_start_no_dir);
  g_test_add_func ("/runner/start/relative", test_start_relative);
  g_test_add_func ("/runner/start/bad-spec", test_start_bad_spec);
  g_test_add_func ("/runner/start/usage", test_start_usage);
  g_test_add_func ("/runner/start/environment", test_start_environment);
  g_test_add_func ("/runner/start/descriptors", test_start_descriptors);
  g_test_add_func ("/runner/start/clean-process", test_start_clean_process);
  g_test_add_func ("/runner/start/order", test_start_order);
  return g_test_run ();
}
