/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a job ends: by itself, by the clock, by request; and what of it must not stay. */

#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "opt-runner-case.h"

static void
test_end_signals (void)
{
  static const int signals[] = { SIGSEGV, SIGKILL, SIGTERM, SIGHUP, SIGPIPE };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_auto (OptRunnerCase) self;
      g_autofree char *number = g_strdup_printf ("%d", signals[i]);
      OptRunnerExit    result;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_argv (&self, "/bin/sh", "-c", "kill -$0 $$; exit 9", number, NULL);
      opt_runner_case_run (&self, &result);
      g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_SIGNALLED);
      g_assert_cmpint (result.signal, ==, signals[i]);
      g_assert_cmpint (result.code, ==, -1);
    }
}

static void
test_end_timeout (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  self.spec.timeout_ms = 50;
  opt_runner_case_run (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_TIMED_OUT);
  g_assert_cmpint (result.elapsed, >=, 50000);
}

static void
test_end_timeout_stubborn (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/sh", "-c", "trap '' TERM; echo up; exec cat lives", NULL);
  self.spec.timeout_ms = 50;
  self.spec.grace_ms = 50;
  opt_runner_case_run (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_TIMED_OUT);
  g_assert_cmpint (result.signal, ==, SIGKILL);
  g_assert_cmpint (result.elapsed, >=, 100000);
}

static void
test_end_stop (void)
{
  g_auto (OptRunnerCase) self;
  g_autofree char *word = NULL;
  OptRunnerExit    result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  opt_runner_case_say (&self, "nonsense\nstop now please\nstop\nstop\n");
  word = opt_runner_case_await_lives (&self, 1);
  g_assert_cmpstr (word, ==, "b");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
  g_assert_cmpint (result.code, ==, 5);
}

static void
test_end_stop_pieces (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit    result;
  g_autofree char *long_line = g_strnfill (3 * OPT_RUNNER_CONTROL_MAX, 'x');

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  opt_runner_case_say (&self, long_line);
  opt_runner_case_say (&self, "\nst");
  opt_runner_case_say (&self, "op");
  opt_runner_case_say (&self, "\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
}

static void
test_end_stop_early (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;
  int           control;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "stubborn", NULL);
  self.spec.grace_ms = 0;
  opt_runner_case_prepare (&self);
  control = openat (self.folder, OPT_RUNNER_FILE_CONTROL, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (write (control, "stop\n", 5), ==, 5);
  self.runner = opt_runner_case_spawn (&self);
  opt_runner_case_finish (&self, &result);
  close (control);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
}

static void
test_end_stubborn (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "stubborn", NULL);
  self.spec.grace_ms = 100;
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
  g_assert_cmpint (result.signal, ==, SIGKILL);
  g_assert_cmpint (result.elapsed, >=, 100000);
  opt_runner_case_assert_dead (&self);
}

/* With hours of grace: only `kill` can have ended it. */
static void
test_end_kill (void)
{
  for (int round = 0; round < 2; round++)
    {
      g_auto (OptRunnerCase) self;
      OptRunnerExit result;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_puppet (&self, "stubborn", NULL);
      self.spec.grace_ms = 3600000;
      opt_runner_case_start (&self);
      g_free (opt_runner_case_await_lives (&self, 1));
      opt_runner_case_say (&self, round == 0 ? "kill\n" : "stop\nkill\n");
      opt_runner_case_finish (&self, &result);
      g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
      g_assert_cmpint (result.signal, ==, SIGKILL);
    }
}

static void
test_end_halted (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "halted", NULL);
  self.spec.grace_ms = 3600000;
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
  g_assert_cmpint (result.signal, ==, SIGTERM);
}

static void
test_end_shutdown (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  /* What a terminal or a log-out may send along does nothing. */
  kill (self.runner, SIGHUP);
  kill (self.runner, SIGINT);
  kill (self.runner, SIGTERM);
  kill (self.runner, SIGTERM);
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_SHUTDOWN);
  g_assert_cmpint (result.code, ==, 5);
}

/* What is left behind says @words in the end. */
static void
assert_leaves_nothing (const char *act,
                       guint64     grace_ms,
                       const char *words)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, act, NULL);
  self.spec.grace_ms = grace_ms;
  opt_runner_case_start (&self);
  if (words != NULL)
    {
      g_autofree char *said = opt_runner_case_await_lives (&self, strlen (words));

      g_assert_cmpstr (said, ==, words);
    }
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_EXITED);
  g_assert_cmpint (result.code, ==, 0);
  g_assert_cmpuint (result.left, ==, 0);
  opt_runner_case_assert_dead (&self);
}

static void
test_end_escape (void)
{
  assert_leaves_nothing ("escape", 100, NULL);
  assert_leaves_nothing ("daemon", 100, NULL);
  assert_leaves_nothing ("escape", 0, NULL);
  /* It is asked first. */
  assert_leaves_nothing ("escape-polite", 3600000, "rb");
}

/* What ends by itself is not asked to, and its last words are kept. */
static void
test_end_linger (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit    result;
  g_autofree char *log = NULL;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/sh", "-c",
                            "(i=0; while [ $i -lt 500 ]; do i=$((i+1)); done; echo late) & exit 3",
                            NULL);
  opt_runner_case_run (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_EXITED);
  g_assert_cmpint (result.code, ==, 3);
  log = opt_runner_case_read_log (&self, 0, NULL);
  g_assert_cmpstr (log, ==, "late\n");
}

static void
test_end_bomb (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "bomb", NULL);
  self.spec.grace_ms = 0;
  opt_runner_case_start (&self);
  /* 1 + 4 + 16 + 64, each the leader of its own session. */
  g_free (opt_runner_case_await_lives (&self, 85));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
  g_assert_cmpuint (result.left, ==, 0);
  opt_runner_case_assert_dead (&self);
}

/* Many short-lived orphans while it runs: all are collected, none is taken for the program. */
static void
test_end_orphans (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/sh", "-c",
                            "i=0; while [ $i -lt 300 ]; do (exit 1 &); i=$((i+1)); done; exit 4",
                            NULL);
  opt_runner_case_run (&self, &result);
  g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_EXITED);
  g_assert_cmpint (result.code, ==, 4);
}

/* It gives its output away: the job ends with its program, not with the pipe. */
static void
test_end_closed_output (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_argv (&self, "/bin/sh", "-c",
                            "echo r; exec >&- 2>&-; exec \"$0\" polite",
                            g_getenv ("OPT_PUPPET"), NULL);
  opt_runner_case_start (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.code, ==, 5);
  g_assert_cmpuint (result.log_bytes, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runner/end/signals", test_end_signals);
  g_test_add_func ("/runner/end/timeout", test_end_timeout);
  g_test_add_func ("/runner/end/timeout-stubborn", test_end_timeout_stubborn);
  g_test_add_func ("/runner/end/stop", test_end_stop);
  g_test_add_func ("/runner/end/stop-pieces", test_end_stop_pieces);
  g_test_add_func ("/runner/end/stop-early", test_end_stop_early);
  g_test_add_func ("/runner/end/stubborn", test_end_stubborn);
  g_test_add_func ("/runner/end/kill", test_end_kill);
  g_test_add_func ("/runner/end/halted", test_end_halted);
  g_test_add_func ("/runner/end/shutdown", test_end_shutdown);
  g_test_add_func ("/runner/end/escape", test_end_escape);
  g_test_add_func ("/runner/end/linger", test_end_linger);
  g_test_add_func ("/runner/end/bomb", test_end_bomb);
  g_test_add_func ("/runner/end/orphans", test_end_orphans);
  g_test_add_func ("/runner/end/closed-output", test_end_closed_output);
  return g_test_run ();
}
