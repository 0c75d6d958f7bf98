/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-jobs-case.h"

static void
take (OptJobsCase   *self,
      GAsyncResult **slot,
      OptJobLog     *log)
{
  g_autoptr (GAsyncResult) result = opt_test_wait_result (slot);
  g_autoptr (GError) error = NULL;

  opt_jobs_read_log_finish (self->jobs, result, log, &error);
  g_assert_no_error (error);
}

static void
read_log (OptJobsCase *self,
          gint64       offset,
          OptJobLog   *log)
{
  GAsyncResult *slot = NULL;

  opt_jobs_read_log_async (self->jobs, "1", offset, FALSE, NULL, opt_test_take_result, &slot);
  take (self, &slot, log);
}

static void
assert_log (OptJobLog  *log,
            const char *data,
            guint64     next,
            gboolean    ended)
{
  if (data == NULL)
    g_assert_null (log->data);
  else
    g_assert_cmpmem (g_bytes_get_data (log->data, NULL), g_bytes_get_size (log->data), data,
                     strlen (data));
  g_assert_cmpuint (log->next, ==, next);
  g_assert_cmpint (log->ended, ==, ended);
  opt_job_log_clear (log);
}

static void
start_job (OptJobsCase *self,
           const char  *script)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;

  opt_jobs_case_init (self, NULL);
  opt_jobs_case_start (self);
  job = opt_jobs_case_run (self, "sh", script, &error);
  g_assert_no_error (error);
}

static void
test_offsets (void)
{
  g_auto (OptJobsCase) self;
  OptJobLog log;

  start_job (&self, "printf 0123456789");
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  read_log (&self, 0, &log);
  assert_log (&log, "0123456789", 10, TRUE);
  read_log (&self, 4, &log);
  assert_log (&log, "456789", 10, TRUE);
  read_log (&self, -3, &log);
  assert_log (&log, "789", 10, TRUE);
  read_log (&self, -100, &log);
  assert_log (&log, "0123456789", 10, TRUE);
  read_log (&self, G_MININT64, &log);
  assert_log (&log, "0123456789", 10, TRUE);
  read_log (&self, 10, &log);
  assert_log (&log, NULL, 10, TRUE);
  read_log (&self, G_MAXINT64, &log);
  assert_log (&log, NULL, G_MAXINT64, TRUE);
}

/* Each piece comes when it is written, and the last one says so. */
static void
test_follow (void)
{
  g_auto (OptJobsCase) self;
  OptJobLog     log;
  GAsyncResult *slot = NULL;
  GAsyncResult *other = NULL;

  start_job (&self, "printf one; printf a > lives; read x < gate; printf two; printf b > lives; "
                    "read x < gate");
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_read_log_async (self.jobs, "#1", 0, TRUE, NULL, opt_test_take_result, &slot);
  take (&self, &slot, &log);
  assert_log (&log, "one", 3, FALSE);
  opt_jobs_read_log_async (self.jobs, "1", 3, TRUE, NULL, opt_test_take_result, &slot);
  opt_jobs_read_log_async (self.jobs, "1", -1, FALSE, NULL, opt_test_take_result, &other);
  take (&self, &other, &log);
  assert_log (&log, "e", 3, FALSE);
  opt_jobs_case_await_idle (&self);
  g_assert_null (slot);
  opt_jobs_read_log_async (self.jobs, "1", 3, TRUE, NULL, opt_test_take_result, &other);
  opt_jobs_case_open_gate (&self);
  take (&self, &slot, &log);
  assert_log (&log, "two", 6, FALSE);
  take (&self, &other, &log);
  assert_log (&log, "two", 6, FALSE);
  opt_jobs_case_await_lives (&self, "b");
  opt_jobs_read_log_async (self.jobs, "1", 6, TRUE, NULL, opt_test_take_result, &slot);
  opt_jobs_case_await_idle (&self);
  g_assert_null (slot);
  opt_jobs_case_open_gate (&self);
  take (&self, &slot, &log);
  assert_log (&log, NULL, 6, TRUE);
}

/* A job that waits is followed from its start on. */
static void
test_follow_queued (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) second = NULL;
  g_autofree char *text = NULL;
  OptJobLog        log;
  GAsyncResult    *slot = NULL;

  start_job (&self, OPT_JOBS_CASE_WAITER);
  second = opt_jobs_case_run (&self, "sh", "printf two; read x < gate", NULL);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_read_log_async (self.jobs, "2", 0, TRUE, NULL, opt_test_take_result, &slot);
  opt_jobs_case_await_idle (&self);
  g_assert_null (slot);
  opt_jobs_case_open_gate (&self);
  take (&self, &slot, &log);
  assert_log (&log, "two", 3, FALSE);
  opt_jobs_case_open_gate (&self);
  text = opt_jobs_case_read_log (&self, 2);
  g_assert_cmpstr (text, ==, "two");
}

/* One that is cancelled before it starts has an empty log, which is all there will be. */
static void
test_never_started (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) second = NULL;
  OptJobLog     log;
  GAsyncResult *slot = NULL;

  start_job (&self, OPT_JOBS_CASE_WAITER);
  second = opt_jobs_case_run (&self, "sh", "true", NULL);
  opt_jobs_read_log_async (self.jobs, second->id, -100, TRUE, NULL, opt_test_take_result, &slot);
  opt_job_unref (opt_jobs_case_cancel (&self, 2, NULL));
  take (&self, &slot, &log);
  assert_log (&log, NULL, 0, TRUE);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
}

static void
test_large (void)
{
  g_auto (OptJobsCase) self;
  g_autofree char *text = NULL;
  OptJobLog        log;

  start_job (&self, "seq -w 1 100000");
  text = opt_jobs_case_read_log (&self, 1);
  g_assert_cmpuint (strlen (text), ==, 700000);
  g_assert_true (g_str_has_suffix (text, "099999\n100000\n"));
  read_log (&self, 0, &log);
  g_assert_cmpuint (g_bytes_get_size (log.data), ==, 65536);
  g_assert_false (log.ended);
  opt_job_log_clear (&log);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
}

/* The middle of a log that is too long is not kept. */
static void
test_cut (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) end = NULL;
  OptJobLog log;
  guint64   next = 0, cut = 0, bytes = 0;
  gboolean  ended = FALSE;

  start_job (&self, "head -c 70000000 /dev/zero");
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpuint (end->log_bytes, ==, 70000000);
  g_assert_cmpuint (end->log_cut, >, 0);
  while (!ended)
    {
      read_log (&self, (gint64)next, &log);
      cut += log.cut;
      bytes += g_bytes_get_size (log.data);
      next = log.next;
      ended = log.ended;
      opt_job_log_clear (&log);
    }
  g_assert_cmpuint (next, ==, 70000000);
  g_assert_cmpuint (cut, ==, end->log_cut);
  g_assert_cmpuint (bytes + cut, ==, 70000000);
}

static void
test_give_up (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  OptJobLog     log;
  GAsyncResult *slots[2] = { NULL, NULL };

  start_job (&self, OPT_JOBS_CASE_WAITER);
  opt_jobs_case_await_lives (&self, "a");
  job = opt_jobs_case_get (&self, 1);
  opt_jobs_read_log_async (self.jobs, "1", 0, TRUE, cancellable, opt_test_take_result, &slots[0]);
  opt_jobs_read_log_async (self.jobs, "1", 0, TRUE, NULL, opt_test_take_result, &slots[1]);
  opt_jobs_case_await_idle (&self);
  g_cancellable_cancel (cancellable);
  cancelled = opt_test_wait_result (&slots[0]);
  g_assert_false (opt_jobs_read_log_finish (self.jobs, cancelled, &log, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  opt_jobs_stop (self.jobs);
  stopped = opt_test_wait_result (&slots[1]);
  g_assert_false (opt_jobs_read_log_finish (self.jobs, stopped, &log, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&cancelled);
  g_clear_object (&stopped);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_runner (&self, job);
}

static void
test_unknown (void)
{
  static const char *const refs[] = { "1", "nothing" };
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 0; i < G_N_ELEMENTS (refs); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      GAsyncResult *slot = NULL;
      OptJobLog     log;

      opt_jobs_read_log_async (self.jobs, refs[i], 0, TRUE, NULL, opt_test_take_result, &slot);
      result = opt_test_wait_result (&slot);
      g_assert_false (opt_jobs_read_log_finish (self.jobs, result, &log, &error));
      g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs-log/offsets", test_offsets);
  g_test_add_func ("/jobs-log/follow", test_follow);
  g_test_add_func ("/jobs-log/follow-queued", test_follow_queued);
  g_test_add_func ("/jobs-log/never-started", test_never_started);
  g_test_add_func ("/jobs-log/large", test_large);
  g_test_add_func ("/jobs-log/cut", test_cut);
  g_test_add_func ("/jobs-log/give-up", test_give_up);
  g_test_add_func ("/jobs-log/unknown", test_unknown);
  return g_test_run ();
}
