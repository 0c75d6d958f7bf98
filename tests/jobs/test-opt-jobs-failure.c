/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-jobs-case.h"

/* A table that can't be written, as on a full disk; and can again. */
static void
break_table (OptJobsCase *self,
             const char  *verb,
             const char  *table)
{
  g_autofree char *sql = g_strdup_printf ("CREATE TRIGGER broken BEFORE %s ON %s BEGIN "
                                          "SELECT RAISE(ABORT, 'it is full'); END",
                                          verb, table);

  opt_test_store_run (self->store, sql);
}

static void
mend (OptJobsCase *self)
{
  opt_test_store_run (self->store, "DROP TRIGGER broken");
}

static void
expect_warning (const char *pattern)
{
  g_test_expect_message ("opt-jobs", G_LOG_LEVEL_WARNING, pattern);
}

static void
test_run (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  break_table (&self, "INSERT", "jobs");
  g_assert_null (opt_jobs_case_run (&self, "sh", "printf a > lives", &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_IO);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (opt_jobs_case_count_folders (&self), ==, 0);
  mend (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", "printf b > lives", NULL));
  opt_jobs_case_await_lives (&self, "b");
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
}

/* Requests wait until they can be accepted, and each is then run once. */
static void
test_request (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  break_table (&self, "INSERT", "jobs");
  expect_warning ("request 1 can't be stored and waits*");
  opt_jobs_case_request (&self, "run", "sh", "printf a > lives", "tg:1:1:1");
  opt_jobs_case_await_idle (&self);
  g_test_assert_expected_messages ();
  expect_warning ("request 1 can't be stored and waits*");
  opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
  opt_jobs_case_await_idle (&self);
  g_test_assert_expected_messages ();
  mend (&self);
  opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
}

/* An end is not forgotten. */
static void
test_end (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_state (&self, 1, OPT_JOB_RUNNING);
  opt_jobs_case_await_idle (&self);
  break_table (&self, "INSERT", "job_events");
  expect_warning ("job #1 has ended, which can't be stored*");
  opt_jobs_case_open_gate (&self);
  {
    g_autoptr (OptJob) job = opt_jobs_case_get (&self, 1);

    opt_jobs_case_await_runner (&self, job);
  }
  while (opt_test_clock_next_due (self.clock) > 2 * OPT_SECOND)
    g_main_context_iteration (NULL, TRUE);
  opt_jobs_case_await_idle (&self);
  g_test_assert_expected_messages ();
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT ended FROM jobs"), ==, 0);
  mend (&self);
  opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_SUCCEEDED);
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
}

/* What fills the disk can be stopped all the same. */
static void
test_cancel (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_job_unref (opt_jobs_case_run (&self, "sh", "true", NULL));
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_idle (&self);
  break_table (&self, "UPDATE", "jobs");
  g_assert_null (opt_jobs_case_cancel (&self, 2, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_IO);
  g_clear_error (&error);
  expect_warning ("job #1 has ended, which can't be stored*");
  opt_job_unref (opt_jobs_case_cancel (&self, 1, &error));
  g_assert_no_error (error);
  {
    g_autoptr (OptJob) job = opt_jobs_case_get (&self, 1);

    g_assert_cmpint (job->state, ==, OPT_JOB_STOPPING);
    opt_jobs_case_await_runner (&self, job);
  }
  while (opt_test_clock_next_due (self.clock) > 2 * OPT_SECOND)
    g_main_context_iteration (NULL, TRUE);
  opt_jobs_case_await_idle (&self);
  g_test_assert_expected_messages ();
  mend (&self);
  opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_CANCELLED);
  opt_job_unref (opt_jobs_case_wait (&self, 2, 0));
}

/* `starting` must be on the disk before anything is started. */
static void
test_turn (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) waits = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_job_unref (opt_jobs_case_run (&self, "sh", "printf b > lives", NULL));
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_idle (&self);
  opt_test_store_run (self.store, "CREATE TRIGGER broken BEFORE UPDATE ON jobs "
                                  "WHEN NEW.state = 'starting' BEGIN "
                                  "SELECT RAISE(ABORT, 'it is full'); END");
  expect_warning ("job #2 waits to be started*");
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  opt_jobs_case_await_idle (&self);
  g_test_assert_expected_messages ();
  waits = opt_jobs_case_get (&self, 2);
  g_assert_cmpint (waits->state, ==, OPT_JOB_QUEUED);
  mend (&self);
  opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
  opt_jobs_case_await_lives (&self, "b");
  opt_job_unref (opt_jobs_case_wait (&self, 2, 0));
}

/* A task that is gone, or no longer allowed, when its turn comes. */
static void
test_task_gone (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_job_unref (opt_jobs_case_run (&self, "sh", "true", NULL));
  opt_jobs_case_await_lives (&self, "a");
  g_atomic_int_set (&self.resolver->is_gone, TRUE);
  opt_jobs_case_open_gate (&self);
  end = opt_jobs_case_wait (&self, 2, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_cmpstr (end->reason, ==, "there is no task “sh”");
  g_assert_cmpint (end->started, ==, 0);
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 2);
}

static void
test_held (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) held = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_job_unref (opt_jobs_case_run (&self, "sh", "true", NULL));
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_drop (&self);
  opt_test_clock_advance (self.clock, 301 * OPT_SECOND);
  break_table (&self, "INSERT", "job_events");
  expect_warning ("jobs that are held can't be stored*");
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  g_test_assert_expected_messages ();
  held = opt_jobs_case_get (&self, 2);
  g_assert_cmpstr (held->reason, ==, "held");
  mend (&self);
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  opt_jobs_case_drop (&self);
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_HELD, 2);
}

/* Tables that can't be read: nothing is known, so nothing is done. */
static void
test_no_tables (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_test_store_run (self.store, "ALTER TABLE jobs RENAME TO elsewhere");
  opt_jobs_start_async (self.jobs, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_jobs_start_finish (self.jobs, result, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_clear_object (&result);
  g_clear_error (&error);
  g_assert_null (opt_jobs_case_run (&self, "sh", NULL, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE);
  g_clear_error (&error);
  g_assert_null (opt_jobs_case_list (&self, NULL, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  opt_test_store_run (self.store, "ALTER TABLE elsewhere RENAME TO jobs");
  opt_jobs_case_start (&self);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-failure/run", test_run);
  g_test_add_func ("/jobs-failure/request", test_request);
  g_test_add_func ("/jobs-failure/end", test_end);
  g_test_add_func ("/jobs-failure/cancel", test_cancel);
  g_test_add_func ("/jobs-failure/turn", test_turn);
  g_test_add_func ("/jobs-failure/task-gone", test_task_gone);
  g_test_add_func ("/jobs-failure/held", test_held);
  g_test_add_func ("/jobs-failure/no-tables", test_no_tables);
  return g_test_run ();
}
