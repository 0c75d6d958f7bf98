/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-case.h"

static void
test_refused_first (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  self.listener->failures = 3;
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
  opt_jobs_case_await_state (&self, 1, OPT_JOB_SUCCEEDED);
  for (guint i = 0; i < 3; i++)
    {
      opt_jobs_case_await_idle (&self);
      g_assert_cmpuint (self.listener->offers, ==, i + 1);
      g_assert_cmpuint (self.listener->events->len, ==, 0);
      /* Each wait is longer than the one before. */
      opt_test_clock_advance (self.clock, 10 * OPT_SECOND);
    }
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (self.listener->offers, ==, 5);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 0);
}

/* One chat that is not answered does not hold up another. */
static void
test_chats (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  self.listener->hold = TRUE;
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
  opt_jobs_case_await_state (&self, 1, OPT_JOB_SUCCEEDED);
  self.listener->hold = FALSE;
  opt_job_unref (opt_jobs_case_run (&self, "sh", "true", NULL));
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 2);
  g_assert_cmpstr (event->origin->kind, ==, "cli");
  g_assert_cmpuint (self.listener->events->len, ==, 1);
  opt_fake_listener_answer (self.listener);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_event (&self, 2, OPT_JOB_EVENT_ENDED, 1);
}

/* Without a listener they wait in the table, as the job was then. */
static void
test_nobody (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_set_listener (self.jobs, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", "echo ::progress 50 half; exit 9", "tg:1:1:1");
  opt_jobs_case_await_state (&self, 1, OPT_JOB_FAILED);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 2);
  opt_jobs_case_drop (&self);
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  g_assert_cmpint (event->id, ==, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_STARTING);
  g_assert_cmpint (event->job->ended, ==, 0);
  g_assert_cmpint (event->job->exit_code, ==, -1);
  g_assert_cmpfloat (event->job->percent, ==, -1);
  event = opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpint (event->id, ==, 2);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_FAILED);
  g_assert_cmpint (event->job->exit_code, ==, 9);
  g_assert_cmpstr (event->text, ==, "ended with exit code 9");
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 0);
}

/* A listener that comes late hears of all. */
static void
test_late_listener (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_set_listener (self.jobs, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
  opt_jobs_case_await_state (&self, 1, OPT_JOB_SUCCEEDED);
  opt_jobs_set_listener (self.jobs, OPT_JOB_LISTENER (self.listener));
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
}

/* More than are kept in memory, each told once and in order. */
static void
test_backlog (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_test_store_run (self.store,
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                      "WHERE i < 1500) "
                      "INSERT INTO job_events(kind, job, text, origin_kind, origin_bot, "
                      "origin_chat, origin_topic, origin_user, origin_update, origin_message) "
                      "SELECT 1, 0, 'no', 'telegram', 'main', '5', 0, 0, 0, 0 FROM n");
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
  opt_jobs_case_await_events (&self, 1502);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpuint (self.listener->offers, ==, 1502);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 0);
  {
    gint64 last = 0;

    for (guint i = 0; i < self.listener->events->len; i++)
      {
        OptJobEvent *event = g_ptr_array_index (self.listener->events, i);

        if (event->job != NULL)
          continue;
        g_assert_cmpint (event->id, >, last);
        last = event->id;
      }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-events/refused-first", test_refused_first);
  g_test_add_func ("/jobs-events/chats", test_chats);
  g_test_add_func ("/jobs-events/nobody", test_nobody);
  g_test_add_func ("/jobs-events/late-listener", test_late_listener);
  g_test_add_func ("/jobs-events/backlog", test_backlog);
  return g_test_run ();
}
