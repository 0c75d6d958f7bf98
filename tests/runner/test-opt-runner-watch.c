/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What an agent sees of a runner from outside, also when one of the two is killed. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "opt-runner-case.h"

static gboolean
has_hung_up (OptRunnerCase *self)
{
  struct pollfd poll_fd = { .fd = self->alive };

  g_assert_cmpint (poll (&poll_fd, 1, 0), >=, 0);
  return (poll_fd.revents & POLLHUP) != 0;
}

static void
test_watch_states (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_prepare (&self);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_UNCLAIMED);
  g_assert_false (has_hung_up (&self));
  self.runner = opt_runner_case_spawn (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_RUNNING);
  g_assert_false (has_hung_up (&self));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_ENDED);
  g_assert_true (has_hung_up (&self));
}

/* The first poke comes when the program runs. */
static void
test_watch_poke (void)
{
  g_auto (OptRunnerCase) self;
  struct pollfd poll_fd;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_start (&self);
  poll_fd = (struct pollfd){ .fd = self.alive, .events = POLLIN };
  g_assert_cmpint (poll (&poll_fd, 1, 60000), ==, 1);
  g_assert_cmpint (poll_fd.revents, ==, POLLIN);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_RUNNING);
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
}

/* Nobody watches: the agent was killed. Another adopts the job later. */
static void
test_watch_adopt (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerExit result;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_prepare (&self);
  close (self.alive);
  self.alive = -1;
  self.runner = opt_runner_case_spawn (&self);
  g_free (opt_runner_case_await_lives (&self, 1));
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_RUNNING);
  self.alive = openat (self.folder, OPT_RUNNER_FILE_ALIVE, OPT_RUNNER_ALIVE_FLAGS);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_RUNNING);
  /* A second watcher and one that goes change nothing. */
  close (openat (self.folder, OPT_RUNNER_FILE_ALIVE, OPT_RUNNER_ALIVE_FLAGS));
  g_assert_false (has_hung_up (&self));
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_finish (&self, &result);
  g_assert_cmpint (result.code, ==, 5);
}

/* The starter is killed right after the start; the runner is then nobody's child. */
static void
test_watch_orphan (void)
{
  g_auto (OptRunnerCase) self;
  g_autofree char *data = NULL;
  OptRunnerExit    result;
  gsize            size;
  pid_t            agent;

  opt_runner_case_init (&self, NULL);
  opt_runner_case_set_puppet (&self, "polite", NULL);
  opt_runner_case_prepare (&self);
  agent = fork ();
  if (agent == 0)
    {
      setpgid (0, 0);
      opt_runner_case_spawn (&self);
      g_free (opt_runner_case_await_lives (&self, 1));
      kill (0, SIGKILL);
    }
  g_assert_cmpint (WTERMSIG (opt_runner_case_reap (agent)), ==, SIGKILL);
  g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_RUNNING);
  opt_runner_case_say (&self, "stop\n");
  opt_runner_case_await_hup (&self);
  data = opt_runner_case_read_file (&self, OPT_RUNNER_FILE_EXIT, &size);
  g_assert_true (opt_runner_exit_parse (&result, data, size, NULL));
  g_assert_cmpint (result.code, ==, 5);
}

/* At whatever moment the runner is killed, the folder says what is true. */
static void
test_watch_lost (void)
{
  for (int round = 0; round < 20; round++)
    {
      g_auto (OptRunnerCase) self;
      int status;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_puppet (&self, "stubborn", NULL);
      opt_runner_case_start (&self);
      g_free (opt_runner_case_await_lives (&self, 1));
      kill (self.runner, SIGKILL);
      opt_runner_case_await_hup (&self);
      g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_LOST);
      g_assert_null (opt_runner_case_read_file (&self, OPT_RUNNER_FILE_EXIT, NULL));
      opt_runner_case_reap (self.runner);
      opt_runner_case_assert_dead (&self);
      /* It is not run again by mistake. */
      status = opt_runner_case_reap (opt_runner_case_spawn (&self));
      g_assert_cmpint (WEXITSTATUS (status), ==, OPT_RUNNER_STATUS_TAKEN);
      g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_LOST);
    }
}

/* A claim means that the program may have run, none that it never did. */
static void
test_watch_killed_early (void)
{
  guint n_unclaimed = 0;

  for (int round = 0; round < 60; round++)
    {
      g_auto (OptRunnerCase) self;
      g_autofree char *mark = NULL;
      OptRunnerState   state;

      opt_runner_case_init (&self, NULL);
      opt_runner_case_set_argv (&self, "/bin/sh", "-c", "echo r >> mark", NULL);
      opt_runner_case_start (&self);
      /* Spread over the few hundred microseconds that a start takes. */
      for (int spin = 0; spin < round * 10; spin++)
        sched_yield ();
      kill (self.runner, SIGKILL);
      opt_runner_case_reap (self.runner);
      mark = g_build_filename (self.work, "mark", NULL);
      state = opt_runner_case_probe (&self);
      /* A child that is not executed yet has the runner's descriptors, until it notices. */
      if (state == OPT_RUNNER_STATE_RUNNING)
        {
          opt_runner_case_await_hup (&self);
          state = opt_runner_case_probe (&self);
        }
      g_assert_cmpint (state, !=, OPT_RUNNER_STATE_RUNNING);
      if (state == OPT_RUNNER_STATE_UNCLAIMED)
        {
          OptRunnerExit result;

          n_unclaimed++;
          g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
          self.runner = opt_runner_case_spawn (&self);
          opt_runner_case_finish (&self, &result);
          g_assert_true (g_file_test (mark, G_FILE_TEST_EXISTS));
        }
    }
  g_test_message ("%u of 60 were killed before their claim", n_unclaimed);
}

static void
test_watch_prepare (void)
{
  g_auto (OptRunnerCase) self;
  OptRunnerState state;
  struct stat    info;
  const char    *problem = NULL;

  opt_runner_case_init (&self, NULL);
  g_assert_cmpint (opt_runner_folder_prepare (self.folder, &self.spec, &problem), ==, EINVAL);
  g_assert_cmpstr (problem, ==, "there is no argument to execute");
  opt_runner_case_set_argv (&self, "/bin/true", NULL);
  opt_runner_case_prepare (&self);
  close (self.alive);
  opt_runner_case_prepare (&self);
  g_assert_cmpint (fstatat (self.folder, OPT_RUNNER_FILE_SPEC, &info, 0), ==, 0);
  g_assert_cmpint (info.st_mode, ==, S_IFREG | 0600);
  g_assert_cmpint (fstatat (self.folder, OPT_RUNNER_FILE_CONTROL, &info, 0), ==, 0);
  g_assert_cmpint (info.st_mode, ==, S_IFIFO | 0600);
  g_assert_cmpint (opt_runner_folder_prepare (-1, &self.spec, NULL), ==, EBADF);
  g_assert_cmpint (opt_runner_folder_probe (-1, -1, &state), ==, EBADF);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runner/watch/states", test_watch_states);
  g_test_add_func ("/runner/watch/poke", test_watch_poke);
  g_test_add_func ("/runner/watch/adopt", test_watch_adopt);
  g_test_add_func ("/runner/watch/orphan", test_watch_orphan);
  g_test_add_func ("/runner/watch/lost", test_watch_lost);
  g_test_add_func ("/runner/watch/killed-early", test_watch_killed_early);
  g_test_add_func ("/runner/watch/prepare", test_watch_prepare);
  return g_test_run ();
}
