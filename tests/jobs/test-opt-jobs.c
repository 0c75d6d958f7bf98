/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-case.h"

static void
test_run (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;
  g_autofree char *log = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = opt_jobs_case_run (&self, "sh", "echo hello $OPTIMUS_JOB_ID; exit 3", &error);
  g_assert_no_error (error);
  g_assert_cmpint (job->number, ==, 1);
  g_assert_cmpint (job->state, ==, OPT_JOB_STARTING);
  log = opt_jobs_case_read_log (&self, 1);
  g_test_message ("%s", log);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_cmpint (end->exit_code, ==, 3);
  g_assert_cmpstr (end->reason, ==, "ended with exit code 3");
}

static void
test_request (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:2:3");
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_STARTING);
  event = opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_SUCCEEDED);
  g_assert_cmpstr (event->origin->chat, ==, "-100123");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs/run", test_run);
  g_test_add_func ("/jobs/request", test_request);
  return g_test_run ();
}
