/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-jobs-case.h"

static void
test_run (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) end = NULL;
  g_autofree char *log = NULL;
  g_autofree char *wanted = NULL;
  OptJobEvent     *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = opt_jobs_case_run (&self, "sh", "echo $OPTIMUS_JOB_ID; env | wc -l; exit 3", &error);
  g_assert_no_error (error);
  g_assert_cmpint (job->number, ==, 1);
  g_assert_cmpint (job->state, ==, OPT_JOB_STARTING);
  g_assert_cmpstr (job->robot, ==, "vm91");
  g_assert_cmpstr (job->output, ==, "chat");
  g_assert_cmpstr (job->notify_on, ==, "always");
  g_assert_cmpint (job->queued, ==, opt_clock_get_wall (OPT_CLOCK (self.clock)));
  log = opt_jobs_case_read_log (&self, 1);
  /* PATH, OPTIMUS_JOB_ID, and what a shell sets itself: PWD. */
  wanted = g_strdup_printf ("%s\n3\n", job->id);
  g_assert_cmpstr (log, ==, wanted);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
  g_assert_cmpint (end->exit_code, ==, 3);
  g_assert_cmpint (end->signal, ==, 0);
  g_assert_cmpstr (end->reason, ==, "ended with exit code 3");
  g_assert_cmpuint (end->log_bytes, ==, strlen (log));
  g_assert_cmpuint (end->log_cut, ==, 0);
  g_assert_cmpint (end->started, >, 0);
  g_assert_cmpint (end->ended, >=, end->started);
  g_assert_true (g_file_test (end->log_file, G_FILE_TEST_IS_REGULAR));
  /* Nobody asked by a request, so the end alone is told. */
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpstr (event->origin->kind, ==, "cli");
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM job_events"), ==, 0);
}

static void
test_request (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_jobs_case_request (&self, "run", "SH", "true", "tg:1:2:3");
  event = opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_STARTING);
  g_assert_cmpstr (event->job->task, ==, "sh");
  event = opt_jobs_case_event (&self, 1, OPT_JOB_EVENT_ENDED, 1);
  g_assert_cmpint (event->job->state, ==, OPT_JOB_SUCCEEDED);
  g_assert_cmpint (event->job->exit_code, ==, 0);
  g_assert_null (event->job->reason);
  g_assert_cmpstr (event->origin->chat, ==, "-100123");
  g_assert_cmpstr (event->origin->key, ==, "tg:1:2:3");
  g_assert_cmpint (event->origin->topic, ==, 7);
  g_assert_cmpint (event->origin->message_id, ==, 12);
  opt_jobs_case_await_state (&self, 1, OPT_JOB_STARTING);
  opt_jobs_case_await_state (&self, 1, OPT_JOB_SUCCEEDED);
}

/* The same request again, before and after it was taken, and even when its row is gone. */
static void
test_replay (void)
{
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_request (&self, "run", "sh", "printf a > lives", "tg:1:2:3");
  opt_jobs_case_request (&self, "run", "sh", "printf b > lives", "tg:1:2:3");
  opt_jobs_case_start (&self);
  opt_jobs_case_await_events (&self, 2);
  opt_jobs_case_request (&self, "run", "sh", "printf c > lives", "tg:1:2:3");
  opt_jobs_case_await_idle (&self);
  opt_test_store_run (self.store, "UPDATE requests SET origin_key = 'gone'");
  opt_jobs_case_request (&self, "run", "sh", "printf d > lives", "tg:1:2:3");
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs"), ==, 1);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM requests "
                                                   "WHERE accepted > 0"),
                   ==, 2);
  g_assert_cmpuint (self.listener->events->len, ==, 2);
  opt_jobs_case_await_lives (&self, "a");
  /* The one that was taken twice left nothing behind, and took no number. */
  {
    g_autoptr (OptJob) next = NULL;

    g_assert_cmpuint (opt_jobs_case_count_folders (&self), ==, 1);
    next = opt_jobs_case_run (&self, "sh", "true", NULL);
    g_assert_cmpint (next->number, ==, 2);
    opt_job_unref (opt_jobs_case_wait (&self, 2, 0));
  }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *task;
    const char *script;
    int         code;
    const char *text;
  } cases[] = {
    { "refused", NULL, OPT_JOB_ERROR_REFUSED, "“refused” is not for " },
    { "nothing", NULL, OPT_JOB_ERROR_UNKNOWN_TASK, "there is no task “nothing”" },
    { "sh", "ill", OPT_JOB_ERROR_USAGE, "“script” is ill" },
  };
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *key = g_strdup_printf ("tg:1:%u:3", i);
      OptJobEvent     *event;

      g_assert_null (opt_jobs_case_run (&self, cases[i].task, cases[i].script, &error));
      g_assert_error (error, OPT_JOB_ERROR, cases[i].code);
      opt_jobs_case_request (&self, "run", cases[i].task, cases[i].script, key);
      event = opt_jobs_case_event (&self, i, OPT_JOB_EVENT_REFUSED, 0);
      g_assert_true (g_str_has_prefix (event->text, cases[i].text));
      g_assert_cmpstr (event->origin->key, ==, key);
    }
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs"), ==, 0);
}

/* What was asked for long ago is not run. */
static void
test_stale (void)
{
  g_auto (OptJobsCase) self;
  OptJobEvent *event;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:1:1");
  opt_test_clock_advance (self.clock, 300 * OPT_SECOND);
  opt_jobs_case_start (&self);
  opt_jobs_case_event (&self, 0, OPT_JOB_EVENT_ACCEPTED, 1);
  opt_jobs_case_await_events (&self, 2);
  opt_jobs_case_drop (&self);
  opt_jobs_case_request (&self, "run", "sh", "true", "tg:1:2:1");
  opt_test_clock_advance (self.clock, 301 * OPT_SECOND);
  opt_jobs_case_make (&self);
  opt_jobs_case_start (&self);
  event = opt_jobs_case_event (&self, 2, OPT_JOB_EVENT_REFUSED, 0);
  g_test_message ("%s", event->text);
  g_assert_nonnull (strstr (event->text, "not run"));
  g_assert_cmpint (opt_clock_get_wall (OPT_CLOCK (self.clock)), >, 0);
}

static void
test_bad_programs (void)
{
  static const struct
  {
    const char *task;
    const char *text;
  } cases[] = {
    { "missing", "can't execute “/nowhere/program”: No such file or directory" },
    { "plain", "Permission denied; make it executable" },
    { "nowhere", "can't enter the folder “/nowhere/at/all”: No such file or directory" },
  };
  g_auto (OptJobsCase) self;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OptJob) job = opt_jobs_case_run (&self, cases[i].task, NULL, &error);
      g_autoptr (OptJob) end = NULL;

      g_assert_no_error (error);
      end = opt_jobs_case_wait (&self, job->number, 0);
      g_assert_cmpint (end->state, ==, OPT_JOB_FAILED);
      g_assert_cmpint (end->exit_code, ==, -1);
      g_assert_cmpint (end->started, ==, 0);
      g_assert_cmpint (end->ended, >, 0);
      g_assert_nonnull (strstr (end->reason, cases[i].text));
    }
}

static void
test_ends (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) killed = NULL;
  g_autoptr (OptJob) late = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", "kill -9 $$", NULL));
  killed = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (killed->state, ==, OPT_JOB_FAILED);
  g_assert_cmpint (killed->signal, ==, 9);
  g_assert_cmpint (killed->exit_code, ==, -1);
  g_assert_cmpstr (killed->reason, ==, "killed by signal 9 (Killed)");
  self.resolver->timeout = 1000;
  opt_job_unref (opt_jobs_case_run (&self, "sh", "read x < gate", NULL));
  late = opt_jobs_case_wait (&self, 2, 0);
  g_assert_cmpint (late->state, ==, OPT_JOB_TIMED_OUT);
  g_assert_nonnull (strstr (late->reason, "timeout"));
}

static void
test_progress (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) end = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", "echo '::progress 40 reading'; read x < gate; "
                                                 "echo '::progress 90 writing'",
                                    NULL));
  opt_jobs_case_await_progress (&self, 1, 40);
  {
    const OptJobFilter filter = { .state = "active" };
    g_autoptr (GPtrArray) jobs = opt_jobs_case_list (&self, &filter, NULL);
    OptJob *job = g_ptr_array_index (jobs, 0);

    g_assert_cmpuint (jobs->len, ==, 1);
    g_assert_cmpfloat (job->percent, ==, 40);
    g_assert_cmpstr (job->progress, ==, "reading");
  }
  opt_jobs_case_open_gate (&self);
  end = opt_jobs_case_wait (&self, 1, 0);
  g_assert_cmpint (end->state, ==, OPT_JOB_SUCCEEDED);
  g_assert_cmpfloat (end->percent, ==, 90);
  g_assert_cmpstr (end->progress, ==, "writing");
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT percent FROM jobs"), ==, 90);
}

static guint
count (OptJobsCase *self,
       const char  *state,
       const char  *task,
       gint64       since,
       guint        limit)
{
  const OptJobFilter filter = { state, task, since, limit };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = opt_jobs_case_list (self, &filter, &error);

  g_assert_no_error (error);
  for (guint i = 1; i < jobs->len; i++)
    g_assert_cmpint (((OptJob *)jobs->pdata[i])->number, <, ((OptJob *)jobs->pdata[i - 1])->number);
  return jobs->len;
}

static void
test_list (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GError) error = NULL;
  const OptJobFilter wrong = { .state = "done" };
  gint64             queued, running, then;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", "true", NULL));
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  opt_job_unref (opt_jobs_case_run (&self, "sh2", "exit 1", NULL));
  opt_job_unref (opt_jobs_case_wait (&self, 2, 0));
  opt_test_clock_advance (self.clock, OPT_SECOND);
  then = opt_clock_get_wall (OPT_CLOCK (self.clock));
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_await_state (&self, 3, OPT_JOB_RUNNING);
  g_assert_cmpuint (count (&self, NULL, NULL, 0, 0), ==, 4);
  g_assert_cmpuint (count (&self, "active", NULL, 0, 0), ==, 2);
  g_assert_cmpuint (count (&self, "ended", NULL, 0, 0), ==, 2);
  g_assert_cmpuint (count (&self, "failed", NULL, 0, 0), ==, 1);
  g_assert_cmpuint (count (&self, "queued", NULL, 0, 0), ==, 1);
  g_assert_cmpuint (count (&self, "ended", "SH", 0, 0), ==, 1);
  g_assert_cmpuint (count (&self, NULL, "sh2", 0, 0), ==, 1);
  g_assert_cmpuint (count (&self, NULL, NULL, then, 0), ==, 2);
  g_assert_cmpuint (count (&self, NULL, NULL, 0, 1), ==, 1);
  g_assert_null (opt_jobs_case_list (&self, &wrong, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_USAGE);
  opt_jobs_get_counts (self.jobs, &queued, &running);
  g_assert_cmpint (queued, ==, 1);
  g_assert_cmpint (running, ==, 1);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_case_open_gate (&self);
  opt_job_unref (opt_jobs_case_wait (&self, 4, 0));
  opt_jobs_get_counts (self.jobs, &queued, &running);
  g_assert_cmpint (queued + running, ==, 0);
}

static OptJob *
get (OptJobsCase *self,
     const char  *ref,
     GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_get_async (self->jobs, ref, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_jobs_get_finish (self->jobs, result, error);
}

static void
test_get (void)
{
  static const char *const wrong[] = { "2", "#0", "-1", "1 ", "", "#", "##1", "one", "1.0",
                                       "99999999999999999999", "\xff",
                                       "00000000-0000-7000-8000-000000000000" };
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;
  g_autofree char *upper = NULL;

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  job = opt_jobs_case_run (&self, "sh", "it's=\"strange\" #\\ é\n", NULL);
  upper = g_ascii_strup (job->id, -1);
  for (guint round = 0; round < 2; round++)
    {
      const char *refs[] = { "1", "#1", job->id, upper };

      for (guint i = 0; i < G_N_ELEMENTS (refs); i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (OptJob) found = get (&self, refs[i], &error);

          g_assert_no_error (error);
          g_assert_cmpstr (found->id, ==, job->id);
          g_assert_cmpstr (g_hash_table_lookup (found->parameters, "script"), ==,
                           "it's=\"strange\" #\\ é\n");
        }
      opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (get (&self, wrong[i], &error));
      g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_wait (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  GAsyncResult *slots[3] = { NULL, NULL, NULL };

  opt_jobs_case_init (&self, NULL);
  opt_jobs_case_start (&self);
  opt_job_unref (opt_jobs_case_run (&self, "sh", OPT_JOBS_CASE_WAITER, NULL));
  opt_jobs_wait_async (self.jobs, "1", 5 * OPT_SECOND, NULL, opt_test_take_result, &slots[0]);
  opt_jobs_wait_async (self.jobs, "1", 0, cancellable, opt_test_take_result, &slots[1]);
  opt_jobs_wait_async (self.jobs, "1", 0, NULL, opt_test_take_result, &slots[2]);
  opt_test_clock_advance (self.clock, 5 * OPT_SECOND);
  late = opt_test_wait_result (&slots[0]);
  job = opt_jobs_wait_finish (self.jobs, late, &error);
  g_assert_no_error (error);
  g_assert_false (opt_job_state_is_end (job->state));
  g_cancellable_cancel (cancellable);
  cancelled = opt_test_wait_result (&slots[1]);
  g_assert_null (opt_jobs_wait_finish (self.jobs, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  opt_jobs_case_await_lives (&self, "a");
  opt_jobs_stop (self.jobs);
  stopped = opt_test_wait_result (&slots[2]);
  g_assert_null (opt_jobs_wait_finish (self.jobs, stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&late);
  g_clear_object (&cancelled);
  g_clear_object (&stopped);
  opt_jobs_case_open_gate (&self);
  opt_jobs_case_await_runner (&self, job);
}

/* What comes while it is recovered waits for that; before and after, nobody is there. */
static void
test_phases (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJobOrigin) origin = opt_jobs_case_origin (NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) start = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  GAsyncResult *slot = NULL;
  GAsyncResult *start_slot = NULL;

  opt_jobs_case_init (&self, NULL);
  g_assert_null (opt_jobs_case_run (&self, "sh", NULL, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE);
  g_clear_error (&error);
  g_assert_null (opt_jobs_case_cancel (&self, 1, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE);
  g_clear_error (&error);
  opt_jobs_start_async (self.jobs, NULL, opt_test_take_result, &start_slot);
  opt_jobs_run_async (self.jobs, "sh", NULL, origin, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_nonnull (start_slot);
  start = opt_test_wait_result (&start_slot);
  g_assert_true (opt_jobs_start_finish (self.jobs, start, &error));
  job = opt_jobs_run_finish (self.jobs, result, &error);
  g_assert_no_error (error);
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
  g_clear_object (&result);
  g_clear_object (&start);
  opt_jobs_case_drop (&self);

  opt_jobs_case_make (&self);
  opt_jobs_start_async (self.jobs, NULL, opt_test_take_result, &start_slot);
  opt_jobs_run_async (self.jobs, "sh", NULL, origin, NULL, opt_test_take_result, &slot);
  opt_jobs_stop (self.jobs);
  start = opt_test_wait_result (&start_slot);
  g_assert_false (opt_jobs_start_finish (self.jobs, start, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_jobs_run_finish (self.jobs, result, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE);
  g_clear_object (&result);
  g_clear_object (&start);
}

/* Who asks for nothing gets it before anything is done. */
static void
test_cancelled (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (OptJobOrigin) origin = opt_jobs_case_origin (NULL, NULL);
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_case_init (&self, NULL);
  g_cancellable_cancel (cancellable);
  opt_jobs_start_async (self.jobs, cancellable, opt_test_take_result, &slot);
  {
    g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);

    g_assert_false (opt_jobs_start_finish (self.jobs, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  opt_jobs_case_start (&self);
  opt_jobs_run_async (self.jobs, "sh", NULL, origin, cancellable, opt_test_take_result, &slot);
  {
    g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);

    g_assert_null (opt_jobs_run_finish (self.jobs, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  opt_jobs_release_async (self.jobs, "1", cancellable, opt_test_take_result, &slot);
  {
    g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);

    g_assert_null (opt_jobs_release_finish (self.jobs, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  g_assert_null (opt_jobs_case_release (&self, 1, &error));
  g_assert_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN);
  opt_jobs_case_await_idle (&self);
  g_assert_cmpint (opt_test_store_ask (self.store, "SELECT COUNT(*) FROM jobs"), ==, 0);
}

static void
test_settings (void)
{
  g_auto (OptJobsCase) self;
  g_autoptr (OptJob) job = NULL;

  opt_jobs_case_init (&self, NULL);
  self.settings.robot = "other";
  opt_jobs_set_settings (self.jobs, &self.settings);
  opt_jobs_case_start (&self);
  job = opt_jobs_case_run (&self, "sh", NULL, NULL);
  g_assert_cmpstr (job->robot, ==, "other");
  opt_job_unref (opt_jobs_case_wait (&self, 1, 0));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jobs/run", test_run);
  g_test_add_func ("/jobs/request", test_request);
  g_test_add_func ("/jobs/replay", test_replay);
  g_test_add_func ("/jobs/refused", test_refused);
  g_test_add_func ("/jobs/stale", test_stale);
  g_test_add_func ("/jobs/bad-programs", test_bad_programs);
  g_test_add_func ("/jobs/ends", test_ends);
  g_test_add_func ("/jobs/progress", test_progress);
  g_test_add_func ("/jobs/list", test_list);
  g_test_add_func ("/jobs/get", test_get);
  g_test_add_func ("/jobs/wait", test_wait);
  g_test_add_func ("/jobs/phases", test_phases);
  g_test_add_func ("/jobs/cancelled", test_cancelled);
  g_test_add_func ("/jobs/settings", test_settings);
  return g_test_run ();
}
