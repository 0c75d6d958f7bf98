/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-jobs-case.h"

static OptJobState
state_of (OptJobsCase *self,
          gint64       number)
{
  g_autoptr (OptJob) job = opt_jobs_case_get (self, number);

  return job->state;
}

static void
run (OptJobsCase *self,
     const char  *task,
     const char  *script)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_case_run (self, task, script, &error);

  g_assert_no_error (error);
}

/* One at a time, in the order in which they were asked for. */
static void
test_order (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GPtrArray) slots = g_ptr_array_new ();
  g_autoptr (OptJobOrigin) origin = opt_jobs_case_origin (NULL, NULL);
  GAsyncResult *results[8] = { NULL };
  gint64        before = 0;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GHashTable) parameters = g_hash_table_new (g_str_hash, g_str_equal);
      g_autofree char *script = g_strdup_printf ("printf %u >> order", i);

      g_hash_table_insert (parameters, (gpointer) "script", script);
      opt_jobs_run_async (self.jobs, i % 2 == 0 ? "sh" : "SH", parameters, origin, NULL,
                          opt_test_take_result, &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GAsyncResult) result = opt_test_wait_result (&results[i]);
      g_autoptr (OptJob) job = opt_jobs_run_finish (self.jobs, result, NULL);

      g_assert_cmpint (job->number, ==, i + 1);
      g_assert_cmpint (job->state, ==, i == 0 ? OPT_JOB_STARTING : OPT_JOB_QUEUED);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (OptJob) job = opt_jobs_case_wait (&self, i + 1, 0);

      g_assert_cmpint (job->state, ==, OPT_JOB_SUCCEEDED);
      g_assert_cmpint (job->started, >=, before);
      before = job->ended;
    }
  {
    g_autofree char *path = g_build_filename (self.work, "order", NULL);
    g_autofree char *order = NULL;

    g_assert_true (g_file_get_contents (path, &order, NULL, NULL));
    g_assert_cmpstr (order, ==, "01234567");
  }
}

static void
test_concurrency (void)
{
  g_auto (OptJobsCase) self;
  gint64 queued, running;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 0; i < 3; i++)
    run (&self, "sh2", OPT_JOBS_CASE_WAITER);
  run (&self, "sh", OPT_JOBS_CASE_WAITER);
  opt_jobs_case_await_lives (&self, "aaa");
  opt_jobs_get_counts (self.jobs, &queued, &running);
  g_assert_cmpint (queued, ==, 1);
  g_assert_cmpint (running, ==, 3);
  g_assert_cmpint (state_of (&self, 3), ==, OPT_JOB_QUEUED);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_open_gate (&self);
  for (guint i = 1; i <= 4; i++)
    opt_job_unref (opt_jobs_case_wait (&self, i, 0));
}

static void
test_cancel_queued (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  run (&self, "sh", OPT_JOBS_CASE_WAITER);
  run (&self, "sh", "printf b > lives");
  run (&self, "sh", "true");
  job = opt_jobs_case_cancel (&self, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpint (job->state, ==, OPT_JOB_CANCELLED);
  g_assert_cmpint (job->started, ==, 0);
  g_assert_null (job->log_file);
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 2);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_CANCELLED);
  g_assert_null (opt_jobs_case_cancel (&self, 2, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE);
  g_assert_cmpstr (error->message, ==, "#2 has ended already: cancelled");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 3, 0));
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_event (&self, 2, OPT_JOB_EVENT_ENDED, 3);
}

static void
test_cancel_running (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) again = NULL;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  run (&self, "sh", "trap 'printf b > lives; read x < gate; exit 7' TERM; printf a > lives; "
                    "while :; do read x < gate; done");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_state (&self, 1, OPT_JOB_RUNNING);
  job = opt_jobs_case_cancel (&self, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (job->state, ==, OPT_JOB_STOPPING);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT state = 'stopping' FROM jobs"), ==, 1);
  opt_jobs_case_await_lives (&self, "b");
  /* Twice is once. */
  again = opt_jobs_case_cancel (&self, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->state, ==, OPT_JOB_STOPPING);
  opt_jobs_case_open_gate (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_CANCELLED);
  g_assert_cmpint (end->exit_code, ==, 7);
  g_assert_cmpstr (end->reason, ==, "stopped as it was asked to");
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (self.listener->events->len, ==, 1);
}

/* A stop that comes while the runner is only being started is not lost. */
static void
test_cancel_starting (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 1; i <= 20; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OptJob) job = NULL;
      g_autoptr (OptJob) end = NULL;

      run (&self, "sh", "read x < gate");
      job = opt_jobs_case_cancel (&self, i, &error);
      g_assert_no_error (error);
      end = opt_jobs_case_wait (&self, i, 0);
      g_assert_cmpint (end->state, ==, OPT_JOB_CANCELLED);
    }
}

/* A queued job whose turn has come while it is cancelled: it either ran or did not, never both. */
static void
test_cancel_on_turn (void)
{
  g_auto (OptJobsCase) self;
  GAsyncResult *slot = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  run (&self, "sh", OPT_JOBS_CASE_WAITER);
  run (&self, "sh", "read x < gate");
  run (&self, "sh", "true");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  /* The second is being resolved on a thread now. */
  opt_jobs_cancel_async (self.jobs, "2", NULL, opt_test_take_result, &slot);
  {
    g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);
    g_autoptr (GError) error = NULL;
    g_autoptr (OptJob) job = opt_jobs_cancel_finish (self.jobs, result, &error);
    g_autoptr (OptJob) end = opt_jobs_case_wait (&self, 2, 0);

    g_assert_no_error (error);
    g_assert_cmpint (end->state, ==, OPT_JOB_CANCELLED);
  }
  opt_job_unref (opt_jobs_case_wait (&self, 3, 0));
}

static void
test_requests (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", OPT_JOBS_CASE_WAITER, "tg:1:1:1");
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:2:1");
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  event = opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ACCEPTED, 2);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_QUEUED);
  opt_jobs_case_await_lives (&self, "a");
  /* The same chat hears of the end of what it asked for, so no more is said. */
  opt_jobs_case_request (&self, "cancel", "#2", NULL, "tg:1:3:1");
  event = opt_jobs_case_event (&self, 2, OPT_JOB_EVENT_ENDED, 2);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_CANCELLED);
  opt_jobs_case_request (&self, "cancel", "2", NULL, "tg:1:4:1");
  event = opt_jobs_case_event (&self, 3, OPT_JOB_EVENT_REFUSED, 2);
  g_assert_cmpstr (event->text, ==, "#2 has ended already: cancelled");
  opt_jobs_case_request (&self, "cancel", "9", NULL, "tg:1:5:1");
  event = opt_jobs_case_event (&self, 4, OPT_JOB_EVENT_REFUSED, 0);
  g_assert_cmpstr (event->text, ==, "there is no job “9”");
  opt_jobs_case_request (&self, "cancel", "that one", NULL, "tg:1:6:1");
  event = opt_jobs_case_event (&self, 5, OPT_JOB_EVENT_REFUSED, 0);
  g_assert_true (g_str_has_prefix (event->text, "there is no job “that one”"));
  opt_jobs_case_request (&self, "release", "1", NULL, "tg:1:7:1");
  event = opt_jobs_case_event (&self, 6, OPT_JOB_EVENT_REFUSED, 1);
  g_assert_true (g_str_has_prefix (event->text, "#1 is not held but "));
  opt_jobs_case_request (&self, "cancel", "1", NULL, "tg:1:8:1");
  event = opt_jobs_case_event (&self, 7, OPT_JOB_EVENT_STOPPING, 1);
  g_assert_cmpstr (event->origin->key, ==, "tg:1:8:1");
  event = opt_jobs_case_event (&self, 8, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpstr (event->origin->key, ==, "tg:1:1:1");
  g_assert_cmpint (event->job->state, ==, OPT_JOB_CANCELLED);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM requests "
                                                   "WHERE accepted = 0"),
                   ==, 0);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 0);
}

/* Who cancels another's job hears of it too. */
static void
test_cancel_others (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *stopping;
  OptJobEvent *end;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  run (&self, "sh", OPT_JOBS_CASE_WAITER);
  run (&self, "sh", "true");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_request (&self, "cancel", "2", NULL, "tg:1:1:1");
  opt_jobs_case_await_events (&self, 2);
  stopping = g_ptr_array_index (self.listener->events, 0);
  end = g_ptr_array_index (self.listener->events, 1);
  if (stopping->kind != OPT_JOB_EVENT_STOPPING)
    {
      end = stopping;
      stopping = g_ptr_array_index (self.listener->events, 1);
    }
  g_assert_cmpint (stopping->kind, ==, OPT_JOB_EVENT_STOPPING);
  g_assert_cmpstr (stopping->origin->kind, ==, "telegram");
  g_assert_cmpint (end->kind, ==, OPT_JOB_EVENT_ENDED);
  g_assert_cmpstr (end->origin->kind, ==, "cli");
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

/* Sixty at a time, and many more behind them. */
static void
test_many (void)
{
  g_auto (OptJobsCase) self;
  gint64 queued, running;
  guint  n_fds;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:0");
  opt_jobs_case_await_events (&self, 2);
  opt_jobs_case_await_idle (&self);
  n_fds = count_fds ();
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *key = g_strdup_printf ("tg:1:%u:1", i);

      opt_jobs_case_request (&self, "run", "many", "read x < gate", key);
    }
  for (guint i = 0; i < 140; i++)
    {
      g_autofree char *key = g_strdup_printf ("tg:1:%u:2", i);

      opt_jobs_case_request (&self, "run", "sh", "true", key);
    }
  /* Each is accepted; the short ones end, too. */
  opt_jobs_case_await_events (&self, 2 + 200 + 140);
  opt_jobs_get_counts (self.jobs, &queued, &running);
  g_assert_cmpint (queued, ==, 0);
  g_assert_cmpint (running, ==, 60);
  for (guint i = 0; i < 60; i++)
    opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_events (&self, 402);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs "
                                                   "WHERE state = 'succeeded'"),
                   ==, 201);
  /* Runners that were not reaped yet have one each. */
  while (count_fds () > n_fds)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-queue/order", test_order);
  g_test_add_func ("/jobs-queue/concurrency", test_concurrency);
  g_test_add_func ("/jobs-queue/cancel-queued", test_cancel_queued);
  g_test_add_func ("/jobs-queue/cancel-running", test_cancel_running);
  g_test_add_func ("/jobs-queue/cancel-starting", test_cancel_starting);
  g_test_add_func ("/jobs-queue/cancel-on-turn", test_cancel_on_turn);
  g_test_add_func ("/jobs-queue/requests", test_requests);
  g_test_add_func ("/jobs-queue/cancel-others", test_cancel_others);
  g_test_add_func ("/jobs-queue/many", test_many);
  return g_test_run ();
}
