/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "opt-jobs-case.h"

static OptJob *
run (OptJobsCase *self,
     const char  *task,
     const char  *script)
{
  g_autoptr (GError) error = NULL;
  OptJob *job = opt_jobs_case_run (self, task, script, &error);

  g_assert_no_error (error);
  return job;
}

/* The agent goes and comes back. */
static void
restart (OptJobsCase *self,
         gint64       later)
{
  opt_jobs_case_drop (self);
  opt_test_clock_advance (self->clock, later);
  g_ptr_array_set_size (self->changes, 0);
  opt_jobs_case_make (self);
  opt_jobs_case_start (self);
}

static void
test_adopt (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) adopted = NULL;
  g_autoptr (OptJob) end = NULL;
  g_autofree char *log = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", "echo one; echo ::progress 30 half; printf a > lives; read x < gate; "
                          "echo two; exit 4");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_progress (&self, 1, 30);
  restart (&self, 3600 * OPT_SECOND);
  adopted = opt_jobs_case_get (&self, 1);
  g_assert_cmpint (adopted->state, ==, OPT_JOB_RUNNING);
  g_assert_cmpfloat (adopted->percent, ==, 30);
  opt_jobs_case_open_gate (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_cmpint (end->exit_code, ==, 4);
  log = opt_jobs_case_read_log (&self, 1);
  g_assert_cmpstr (log, ==, "one\n::progress 30 half\ntwo\n");
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  restart (&self, 0);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (self.listener->events->len, ==, 1);
  g_assert_cmpint (g_atomic_int_get (&self.resolver->resolved), ==, 1);
}

/* It ended while nobody looked. */
static void
test_ended_alone (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", OPT_JOBS_CASE_WAITER);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_drop (&self);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_runner (&self, job);
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_SUCCEEDED);
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
}

/* A stop that was wished for is asked for again. */
static void
test_stopping (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", OPT_JOBS_CASE_WAITER);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_drop (&self);
  opt_test_store_run (self.store, "UPDATE jobs SET state = 'stopping'");
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_CANCELLED);
}

static void
test_lost (gconstpointer data)
{
  gboolean while_away = GPOINTER_TO_INT (data);
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;
  OptJobEvent *event;
  GPid         runner;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", "echo something; printf a > lives; read x < gate");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_log (&self, 1);
  runner = opt_jobs_case_runner (&self, job);
  if (while_away)
    opt_jobs_case_drop (&self);
  g_assert_cmpint (kill (runner, SIGKILL), ==, 0);
  if (while_away)
    {
      opt_jobs_case_await_runner (&self, job);
      opt_jobs_case_make (&self);
      opt_jobs_case_start (&self);
    }
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_LOST);
  g_assert_cmpint (end->exit_code, ==, -1);
  g_assert_cmpint (end->started, >, 0);
  g_assert_nonnull (strstr (end->reason, "its runner is gone"));
  g_assert_cmpuint (end->log_bytes, ==, 10);
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_LOST);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs"), ==, 1);
}

/* One that may be run again is, once. */
static void
test_lost_again (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) second = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "idem", OPT_JOBS_CASE_WAITER, "tg:1:1:1");
  for (gint64 number = 1; number <= 2; number++)
    {
      g_autoptr (OptJob) job = NULL;

      opt_jobs_case_await_lives (&self, "a");
      job = opt_jobs_case_get (&self, number);
      g_assert_cmpint (kill (opt_jobs_case_runner (&self, job), SIGKILL), ==, 0);
      opt_job_unref (opt_jobs_case_wait (&self, number, 0));
    }
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_event (&self, 2, OPT_JOB_EVENT_ACCEPTED, 2);
  opt_jobs_case_event (&self, 3, OPT_JOB_EVENT_ENDED, 2);
  second = opt_jobs_case_get (&self, 2);
  g_assert_cmpint (second->state, ==, OPT_JOB_LOST);
  g_assert_cmpstr (second->origin->chat, ==, "-100123");
  g_assert_cmpstr (g_hash_table_lookup (second->parameters, "script"), ==, OPT_JOBS_CASE_WAITER);
  restart (&self, 0);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs"), ==, 2);
}

static void
test_folder_gone (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", OPT_JOBS_CASE_WAITER);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_drop (&self);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_runner (&self, job);
  from = g_build_filename (self.folder, job->id, NULL);
  to = g_build_filename (self.base, "away", NULL);
  g_assert_cmpint (g_rename (from, to), ==, 0);
  opt_test_store_run (self.store, "UPDATE jobs SET state = 'running'");
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_LOST);
}

/* A runner that ends before it claims the job did nothing, so it is started again, not for ever. */
static void
test_unclaimed (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  self.settings.runner = "/bin/false";
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", "printf a > lives");
  while (end == NULL)
    {
      g_autoptr (OptJob) now = opt_jobs_case_get (&self, 1);

      if (opt_job_state_is_end (now->state))
        end = g_steal_pointer (&now);
      else
        {
          opt_jobs_case_await_idle (&self);
          opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
        }
    }
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_nonnull (strstr (end->reason, "runner ended before it could claim"));
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
}

/* The first runner of a job fails, the second does not; a stop in between is heard. */
static void
test_second_runner (gconstpointer data)
{
  gboolean cancel = GPOINTER_TO_INT (data);
  g_auto (OptJobsCase) self;
  g_autofree char *runner = NULL;
  g_autofree char *script = NULL;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  runner = g_build_filename (self.base, "runner", NULL);
  script = g_strdup_printf ("#!/bin/sh\n"
                            "if [ -e '%s/once' ]; then exec '%s' \"$1\"; fi\n"
                            "touch '%s/once'\n"
                            "exec 9> \"$1/alive\"\n"
                            "exit 4\n",
                            self.base, g_getenv ("OPT_RUNNER"), self.base);
  g_assert_true (g_file_set_contents_full (runner, script, -1, G_FILE_SET_CONTENTS_NONE, 0700,
                                           NULL));
  self.settings.runner = runner;
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_case_start (&self);
  job = run (&self, "sh", "printf a > lives; exit 6");
  opt_jobs_case_await_idle (&self);
  if (cancel)
    opt_job_unref (opt_jobs_case_cancel (&self, 1, NULL));
  opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, cancel ? OPT_JOB_CANCELLED : OPT_JOB_FAILED);
  g_assert_cmpint (end->exit_code, ==, cancel ? -1 : 6);
  if (!cancel)
    opt_jobs_case_await_state (&self, 1, OPT_JOB_RUNNING);
}

static void
test_no_runner (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  self.settings.runner = "/nowhere/optimus-runner";
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_case_start (&self);
  g_test_expect_message ("opt-jobs", G_LOG_LEVEL_WARNING, "*can't start the runner*");
  job = run (&self, "sh", "true");
  end = opt_jobs_case_wait (&self, 1, 0);
  g_test_assert_expected_messages ();
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_nonnull (strstr (end->reason, "/nowhere/optimus-runner"));
}

/* Leaves a job in the state `starting` that no runner has claimed. */
static void
leave_unclaimed (OptJobsCase *self,
                 const char  *job)
{
  opt_jobs_case_init (self, NULL);
  self->settings.runner = "/bin/false";
  opt_jobs_set_settings (self->jobs, &self->settings);
  opt_jobs_case_start (self);
  opt_jobs_case_request (self, "run", "sh", job, "tg:1:1:1");
  opt_jobs_case_event (self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_await_idle (self);
  opt_jobs_case_drop (self);
  g_assert_cmpint (opt_test_store_ask (self->store, "SELECT COUNT(*) FROM jobs "
                                                    "WHERE state = 'starting'"),
                   ==, 1);
  self->settings.runner = g_getenv ("OPT_RUNNER");
}

static void
test_start_again (void)
{
  g_auto (OptJobsCase) self;

  leave_unclaimed (&self, "printf a > lives");
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs "
                                                   "WHERE state = 'succeeded'"),
                   ==, 1);
}

static void
test_held (gconstpointer data)
{
  const char *verb = data;
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) held = NULL;
  g_autoptr (OptJob) end = NULL;
  g_autoptr (GError) error = NULL;
  OptJobEvent *event;
  guint        next = 2;

  leave_unclaimed (&self, "printf a > lives");
  opt_jobs_case_make (&self);
  opt_test_clock_advance (self.clock, 301 * OPT_SECOND);
  opt_jobs_case_start (&self);
  event = opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_HELD, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_QUEUED);
  g_assert_cmpstr (event->job->reason, ==, "held");
  g_assert_cmpstr (event->origin->key, ==, "tg:1:1:1");
  /* It is asked once, and nothing starts it. */
  restart (&self, 0);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (self.listener->events->len, ==, 2);
  held = opt_jobs_case_get (&self, 1);
  g_assert_cmpint (held->state, ==, OPT_JOB_QUEUED);
  g_assert_cmpstr (held->reason, ==, "held");
  /* Those that come after it are not held up. */
  opt_job_unref (run (&self, "sh", "true"));
  end = opt_jobs_case_wait (&self, 2, 0);
  opt_jobs_case_event (&self, next++, OPT_JOB_EVENT_ENDED, 2);
  if (g_str_equal (verb, "cancel"))
    {
      opt_jobs_case_request (&self, "cancel", "1", NULL, "tg:1:2:1");
      event = opt_jobs_case_event (&self, next++, OPT_JOB_EVENT_ENDED, 1);
      g_assert_cmpint (event->job->state, ==, OPT_JOB_CANCELLED);
      return;
    }
  if (g_str_equal (verb, "request"))
    {
      opt_jobs_case_request (&self, "release", "1", NULL, "tg:1:2:1");
      event = opt_jobs_case_event (&self, next++, OPT_JOB_EVENT_ACCEPTED, 1);
      g_assert_cmpstr (event->origin->key, ==, "tg:1:2:1");
    }
  else
    {
      g_autoptr (OptJob) job = opt_jobs_case_release (&self, 1, &error);

      g_assert_no_error (error);
      g_assert_cmpint (job->state, ==, OPT_JOB_QUEUED);
      g_assert_null (job->reason);
    }
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_event (&self, next++, OPT_JOB_EVENT_ENDED, 1);
  g_assert_null (opt_jobs_case_release (&self, 1, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE);
}

/* A runner that the agent before us started claims the job only when we are about to. */
static void
test_late_runner (gconstpointer data)
{
  gboolean has_ended = GPOINTER_TO_INT (data);
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;
  g_autofree char *folder = NULL;
  char            *argv[] = { (char *)g_getenv ("OPT_RUNNER"), NULL, NULL };

  leave_unclaimed (&self, has_ended ? "printf a > lives; exit 6"
                                    : "printf a > lives; read x < gate; exit 6");
  opt_jobs_case_make (&self);
  opt_test_clock_advance (self.clock, 301 * OPT_SECOND);
  opt_jobs_case_start (&self);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_HELD, 1);
  job = opt_jobs_case_get (&self, 1);
  argv[1] = folder = g_build_filename (self.folder, job->id, NULL);
  g_assert_true (g_spawn_async (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL));
  opt_jobs_case_await_lives (&self, "a");
  if (has_ended)
    opt_jobs_case_await_runner (&self, job);
  opt_jobs_case_request (&self, "release", "1", NULL, "tg:1:2:1");
  if (!has_ended)
    {
      opt_jobs_case_await_state (&self, 1, OPT_JOB_RUNNING);
      opt_jobs_case_open_gate (&self);
    }
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_cmpint (end->exit_code, ==, 6);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  opt_jobs_case_event (&self, 3, OPT_JOB_EVENT_ENDED, 1);
}

/* Cancelled while its runner was on the way: one that comes late finds nothing to execute. */
static void
test_late_runner_stopped (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) end = NULL;
  g_autofree char *folder = NULL;
  char            *argv[] = { (char *)g_getenv ("OPT_RUNNER"), NULL, NULL };
  char             byte;

  leave_unclaimed (&self, "printf a > lives");
  opt_test_store_run (self.store, "UPDATE jobs SET state = 'stopping'");
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_CANCELLED);
  argv[1] = folder = g_build_filename (self.folder, end->id, NULL);
  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL,
                               NULL));
  g_assert_cmpint (read (self.lives, &byte, 1), <=, 0);
}

/* What waited in the queue for too long is held, what did not goes on. */
static void
test_queue (gconstpointer data)
{
  gboolean is_old = GPOINTER_TO_INT (data);
  g_auto (OptJobsCase) self;
  gint64 queued, running;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (run (&self, "sh", OPT_JOBS_CASE_WAITER));
  opt_job_unref (run (&self, "sh", "printf b > lives"));
  opt_jobs_case_await_lives (&self, "a");
  restart (&self, is_old ? 301 * OPT_SECOND : 0);
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  if (is_old)
    {
      opt_jobs_case_await_events (&self, 2);
      opt_jobs_get_counts (self.jobs, &queued, &running);
      g_assert_cmpint (queued, ==, 1);
      g_assert_cmpint (running, ==, 0);
      return;
    }
  opt_jobs_case_await_lives (&self, "b");
  opt_job_unref (opt_jobs_case_wait (&self, 2, 0));
}

/* A folder that was made for a job that never came to be. */
static void
test_strays (void)
{
  g_auto (OptJobsCase) self;
  g_autofree char *stray = NULL;
  g_autofree char *inner = NULL;
  g_autofree char *link = NULL;
  g_autofree char *other = NULL;
  g_autofree char *kept = NULL;

  opt_jobs_case_init (&self, NULL);
  stray = g_build_filename (self.folder, "01999999-0000-7000-8000-000000000000", NULL);
  inner = g_build_filename (stray, "folder", NULL);
  link = g_build_filename (stray, "link", NULL);
  other = g_build_filename (self.folder, "of-somebody-else", NULL);
  kept = g_build_filename (self.work, "plain", NULL);
  g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  g_assert_cmpint (symlink (self.work, link), ==, 0);
  opt_jobs_case_start (&self);
  g_assert_false (g_file_test (stray, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (kept, G_FILE_TEST_IS_REGULAR));
}

/* Requests and events that an agent before us left are worked off. */
static void
test_leftovers (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
  opt_jobs_case_request (&self, "cancel", "77", NULL, "tg:1:2:1");
  self.listener->hold = TRUE;
  opt_jobs_case_start (&self);
  opt_jobs_case_await_state (&self, 1, OPT_JOB_SUCCEEDED);
  g_assert_cmpuint (self.listener->events->len, ==, 0);
  /* The offer under way is answered too late. */
  opt_jobs_stop (self.jobs);
  self.listener->failures = 1;
  opt_fake_listener_answer (self.listener);
  self.listener->hold = FALSE;
  restart (&self, 0);
  opt_jobs_case_await_events (&self, 3);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (self.listener->events->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (((OptJobEvent *)self.listener->events->pdata[i])->id, ==, i + 1);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-recovery/adopt", test_adopt);
  g_test_add_func ("/jobs-recovery/ended-alone", test_ended_alone);
  g_test_add_func ("/jobs-recovery/stopping", test_stopping);
  g_test_add_data_func ("/jobs-recovery/lost", GINT_TO_POINTER (FALSE), test_lost);
  g_test_add_data_func ("/jobs-recovery/lost-while-away", GINT_TO_POINTER (TRUE), test_lost);
  g_test_add_func ("/jobs-recovery/lost-again", test_lost_again);
  g_test_add_func ("/jobs-recovery/folder-gone", test_folder_gone);
  g_test_add_func ("/jobs-recovery/unclaimed", test_unclaimed);
  g_test_add_data_func ("/jobs-recovery/second-runner", GINT_TO_POINTER (FALSE),
                        test_second_runner);
  g_test_add_data_func ("/jobs-recovery/second-runner-cancelled", GINT_TO_POINTER (TRUE),
                        test_second_runner);
  g_test_add_func ("/jobs-recovery/no-runner", test_no_runner);
  g_test_add_func ("/jobs-recovery/start-again", test_start_again);
  g_test_add_func ("/jobs-recovery/late-runner-stopped", test_late_runner_stopped);
  g_test_add_data_func ("/jobs-recovery/late-runner", GINT_TO_POINTER (FALSE), test_late_runner);
  g_test_add_data_func ("/jobs-recovery/late-runner-ended", GINT_TO_POINTER (TRUE),
                        test_late_runner);
  g_test_add_data_func ("/jobs-recovery/held", "call", test_held);
  g_test_add_data_func ("/jobs-recovery/held-request", "request", test_held);
  g_test_add_data_func ("/jobs-recovery/held-drop", "cancel", test_held);
  g_test_add_data_func ("/jobs-recovery/queue", GINT_TO_POINTER (FALSE), test_queue);
  g_test_add_data_func ("/jobs-recovery/queue-old", GINT_TO_POINTER (TRUE), test_queue);
  g_test_add_func ("/jobs-recovery/strays", test_strays);
  g_test_add_func ("/jobs-recovery/leftovers", test_leftovers);
  return g_test_run ();
}
