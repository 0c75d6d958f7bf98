/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "opt-jobs-case.h"
#include "opt-test-disk.h"

#define DAY (24 * 3600 * OPT_SECOND)

static void
run_to_end (OptJobsCase *self,
            const char  *script)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_case_run (self, "sh", script, &error);

  g_assert_no_error (error);
  opt_job_unref (opt_jobs_case_wait (self, job->number, 0));
}

/* On to a moment that is later by as much, and to the next look at what is old. */
static void
pass_time (OptJobsCase *self,
           gint64       microseconds)
{
  opt_test_clock_advance (self->clock, microseconds);
  opt_jobs_case_await_idle (self);
  opt_test_clock_advance (self->clock, 1800 * OPT_SECOND);
  opt_jobs_case_await_idle (self);
}

/* Of the job with that number; fails when there is none. */
static gboolean
has_folder (OptJobsCase *self,
            GPtrArray   *ids,
            guint        number)
{
  g_autofree char *path = g_build_filename (self->folder, ids->pdata[number - 1], NULL);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

/* Several jobs that ended one after the other, ten bytes of output each; their ids. */
static GPtrArray *
make_history (OptJobsCase *self,
              guint        count)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 1; i <= count; i++)
    {
      g_autoptr (OptJob) job = NULL;
      g_autofree char *sql = NULL;

      run_to_end (self, "printf 0123456789");
      job = opt_jobs_case_get (self, i);
      g_ptr_array_add (ids, g_strdup (job->id));
      sql = g_strdup_printf ("UPDATE jobs SET ended = %" G_GINT64_FORMAT " WHERE number = %u",
                             opt_clock_get_wall (OPT_CLOCK (self->clock)) + i, i);
      opt_test_store_run (self->store, sql);
    }
  return ids;
}

static gint64
count_jobs (OptJobsCase *self)
{
  return opt_test_store_ask (self->store, "SELECT COUNT(*) FROM jobs");
}

static void
test_age (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) next = NULL;

  opt_jobs_case_init (&self, NULL);
  self.settings.retention_age = 30 * DAY;
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_case_start (&self);
  ids = make_history (&self, 3);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_jobs_case_await_lives (&self, "a");
  pass_time (&self, 30 * DAY - 3600 * OPT_SECOND);
  g_assert_cmpint (count_jobs (&self), ==, 4);
  pass_time (&self, 2 * 3600 * OPT_SECOND);
  g_assert_cmpint (count_jobs (&self), ==, 1);
  for (guint i = 1; i <= 3; i++)
    g_assert_false (has_folder (&self, ids, i));
  /* What runs stays, and no number is given twice. */
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 4, 0));
  opt_jobs_case_await_idle (&self);
  opt_test_store_run (self.store, "UPDATE jobs SET ended = 1");
  pass_time (&self, 3600 * OPT_SECOND);
  g_assert_cmpint (count_jobs (&self), ==, 0);
  next = opt_jobs_case_run (&self, "sh", "true", &error);
  g_assert_no_error (error);
  g_assert_cmpint (next->number, ==, 5);
  opt_job_unref (opt_jobs_case_wait (&self, 5, 0));
}

static void
test_bytes (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GPtrArray) ids = NULL;

  opt_jobs_case_init (&self, NULL);
  self.settings.retention_bytes = 25;
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_case_start (&self);
  ids = make_history (&self, 4);
  pass_time (&self, 3600 * OPT_SECOND);
  g_assert_cmpint (count_jobs (&self), ==, 2);
  g_assert_false (has_folder (&self, ids, 1));
  g_assert_false (has_folder (&self, ids, 2));
  g_assert_true (has_folder (&self, ids, 3));
  g_assert_true (has_folder (&self, ids, 4));
}

/* What nobody has heard of yet is kept, however old. */
static void
test_untold (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GPtrArray) ids = NULL;

  opt_jobs_case_init (&self, NULL);
  self.settings.retention_age = DAY;
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_set_listener (self.jobs, NULL);
  opt_jobs_case_start (&self);
  ids = make_history (&self, 1);
  pass_time (&self, 3 * DAY);
  g_assert_cmpint (count_jobs (&self), ==, 1);
  opt_jobs_set_listener (self.jobs, OPT_JOB_LISTENER (self.listener));
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  opt_jobs_case_await_idle (&self);
  pass_time (&self, 3600 * OPT_SECOND);
  g_assert_cmpint (count_jobs (&self), ==, 0);
}

/* Requests are forgotten when they can't come again, but for the newest. */
static void
test_requests (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *key = g_strdup_printf ("tg:1:%u:1", i);

      opt_jobs_case_request (&self, "run", "sh", "true", key);
    }
  opt_jobs_case_await_events (&self, 6);
  opt_jobs_case_await_idle (&self);
  pass_time (&self, 6 * DAY);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM requests"), ==, 3);
  pass_time (&self, 2 * DAY);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM requests"), ==, 1);
  g_assert_cmpint (count_jobs (&self), ==, 3);
}

/* A long history does not make asking slow to the point of being noticed, nor cut it short. */
static void
test_history (void)
{
  g_auto (OptJobsCase) self;
  const OptJobFilter failed = { .state = "failed", .limit = 10 };
  g_autoptr (GPtrArray) jobs = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_test_store_run (self.store,
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                      "WHERE i < 100000) "
                      "INSERT INTO jobs(id, task, task_key, robot, state, parameters, queued, "
                      "started, ended, exit_code, signal, percent, log_bytes, log_cut, idempotent, "
                      "concurrency, origin_kind, origin_topic, origin_user, origin_update, "
                      "origin_message) SELECT 'x' || i, 'sh', 'sh', 'vm91', "
                      "CASE WHEN i % 1000 = 0 THEN 'failed' ELSE 'succeeded' END, '{}', i, i, i, "
                      "0, "
                      "0, -1, 10, 0, 0, 1, 'cli', 0, 0, 0, 0 FROM n");
  opt_jobs_case_start (&self);
  jobs = opt_jobs_case_list (&self, &failed, NULL);
  g_assert_cmpuint (jobs->len, ==, 10);
  g_assert_cmpint (((OptJob *)jobs->pdata[0])->number, ==, 100000);
  g_assert_cmpint (((OptJob *)jobs->pdata[9])->number, ==, 91000);
  run_to_end (&self, "true");
  /* In bites, until it is short enough. */
  self.settings.retention_bytes = 999000;
  opt_jobs_set_settings (self.jobs, &self.settings);
  pass_time (&self, 3600 * OPT_SECOND);
  for (guint i = 0; i < 3; i++)
    {
      opt_test_clock_advance (self.clock, 2 * OPT_SECOND);
      opt_jobs_case_await_idle (&self);
    }
  g_assert_cmpint (count_jobs (&self), ==, 99901);
}

static char *
fill_disk (const char *disk)
{
  char *ballast = g_build_filename (disk, "ballast", NULL);
  FILE *stream = fopen (ballast, "w");
  char  block[4096] = { 1 };

  g_assert_nonnull (stream);
  setvbuf (stream, NULL, _IONBF, 0);
  while (fwrite (block, sizeof block, 1, stream) == 1)
    ;
  fclose (stream);
  return ballast;
}

static void
test_full (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=1m");

  if (disk == NULL)
    return;
  {
    g_auto (OptJobsCase) self;
    g_autofree char *ballast = NULL;
    g_autoptr (GError) error = NULL;
    OptJobEvent *event;

    opt_jobs_case_init (&self, disk);
    opt_jobs_case_start (&self);
    opt_job_unref (opt_jobs_case_run (&self, "sh2", OPT_JOBS_CASE_WAITER, &error));
    g_assert_no_error (error);
    opt_jobs_case_await_lives (&self, "a");
    opt_jobs_case_await_state (&self, 1, OPT_JOB_RUNNING);
    opt_jobs_case_await_idle (&self);
    ballast = fill_disk (disk);
    g_assert_null (opt_jobs_case_run (&self, "sh", "true", &error));
    g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_IO);
    g_assert_nonnull (strstr (error->message, "No space left on device"));
    g_clear_error (&error);
    opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
    event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_REFUSED, 0);
    g_assert_nonnull (strstr (event->text, "free some space"));
    /* What ran ends as it would have. */
    opt_jobs_case_open_gate (&self);
    opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
    g_unlink (ballast);
    run_to_end (&self, "true");
  }
}

/* A job whose turn comes while the disk is full waits for it to be less so. */
static void
test_full_on_turn (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=1m");

  if (disk == NULL)
    return;
  {
    g_auto (OptJobsCase) self;
    g_autofree char *ballast = NULL;
    g_autoptr (OptJob) waits = NULL;
    g_autoptr (OptJob) end = NULL;

    opt_jobs_case_init (&self, disk);
    opt_jobs_case_start (&self);
    opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
    opt_job_unref (opt_jobs_case_run (&self, "sh", "printf b > lives", NULL));
    opt_jobs_case_await_lives (&self, "a");
    opt_jobs_case_await_state (&self, 1, OPT_JOB_RUNNING);
    opt_jobs_case_await_idle (&self);
    ballast = fill_disk (disk);
    g_test_expect_message ("opt-jobs", G_LOG_LEVEL_WARNING, "*#2 waits to be started*No space*");
    opt_jobs_case_open_gate (&self);
    opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
    opt_jobs_case_await_idle (&self);
    g_test_assert_expected_messages ();
    waits = opt_jobs_case_get (&self, 2);
    g_assert_cmpint (waits->state, ==, OPT_JOB_QUEUED);
    g_unlink (ballast);
    opt_test_clock_advance (self.clock, 60 * OPT_SECOND);
    opt_jobs_case_await_lives (&self, "b");
    end = opt_jobs_case_wait (&self, 2, 0);
    g_assert_cmpint (end->state, ==, OPT_JOB_SUCCEEDED);
  }
}

int
main (int    argc,
      char **argv)
{
  opt_test_disk_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-space/age", test_age);
  g_test_add_func ("/jobs-space/bytes", test_bytes);
  g_test_add_func ("/jobs-space/untold", test_untold);
  g_test_add_func ("/jobs-space/requests", test_requests);
  g_test_add_func ("/jobs-space/history", test_history);
  g_test_add_func ("/jobs-space/full", test_full);
  g_test_add_func ("/jobs-space/full-on-turn", test_full_on_turn);
  return g_test_run ();
}
