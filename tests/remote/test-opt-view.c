/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-view-list.h"

#include <string.h>

#include "opt-clock.h"
#include "opt-view-log.h"
#include "opt-view-status.h"

#define NOW (G_GINT64_CONSTANT (1800000000) * OPT_SECOND)

static OptJob *
make_job (gint64      number,
          const char *task,
          OptJobState state)
{
  OptJob *job = g_atomic_rc_box_new0 (OptJob);

  job->id = g_strdup_printf ("018f0000-0000-7000-8000-%012d", (int)number);
  job->number = number;
  job->task = g_strdup (task);
  job->robot = g_strdup ("vm91");
  job->state = state;
  job->queued = NOW - (100 - number) * 60 * OPT_SECOND;
  job->started = state == OPT_JOB_QUEUED ? 0 : job->queued;
  job->ended = opt_job_state_is_end (state) ? job->started + 60 * OPT_SECOND : 0;
  job->exit_code = -1;
  job->percent = -1;
  return job;
}

/* Newest first: 99 runs, 98 to 1 have ended in turn. */
static GPtrArray *
make_jobs (void)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);

  g_ptr_array_add (jobs, make_job (99, "backup", OPT_JOB_RUNNING));
  for (gint64 number = 98; number > 0; number--)
    g_ptr_array_add (jobs, make_job (number, number % 3 == 0 ? "backup" : "report",
                                     number % 2 == 0 ? OPT_JOB_SUCCEEDED : OPT_JOB_FAILED));
  return jobs;
}

static char *
list (GPtrArray  *jobs,
      const char *words,
      gboolean    is_cut)
{
  g_auto (OptListQuery) query = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (opt_list_query_parse (&query, words, "vm91", NULL, NOW, &error));
  g_assert_no_error (error);
  return opt_view_list_format (jobs, &query, "vm91", NOW, is_cut);
}

static void
test_list (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs ();
  g_autofree char *all = list (jobs, "vm91", FALSE);
  g_autofree char *failed = list (jobs, "failed 5m", FALSE);
  g_autofree char *few = list (jobs, "2", TRUE);
  g_autofree char *active = list (jobs, "active", FALSE);

  g_test_summary ("A list shows what fits, and counts the rest.");

  g_assert_true (g_str_has_prefix (all, "Jobs on vm91:\n▶ #99 backup · 07:59 · 1 min 0 s\n"
                                        "✅ #98 report · 07:58 · 1 min 0 s\n❌ #97 "));
  g_assert_true (g_str_has_suffix (all, "\n\n1 running · 49 succeeded · 49 failed\n"
                                        "84 more: /list vm91 50"));
  g_assert_cmpstr (failed, ==, "Jobs on vm91 (failed 5m):\n"
                               "❌ #97 report · 07:57 · 1 min 0 s\n"
                               "❌ #95 report · 07:55 · 1 min 0 s\n\n2 failed");
  g_assert_true (g_str_has_suffix (few, "\n\n1 running · 49 succeeded · 49 failed among the last "
                                        "99\n97 more: /list vm91 50"));
  g_assert_cmpstr (active, ==, "Jobs on vm91 (active):\n"
                               "▶ #99 backup · 07:59 · 1 min 0 s\n\n1 running");
}

static void
test_list_empty (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *all = list (none, "", FALSE);
  g_autofree char *lost = list (none, "lost 24h", FALSE);

  g_test_summary ("An empty list says what to do.");

  g_assert_cmpstr (all, ==, "No jobs yet on vm91. /run starts one.");
  g_assert_cmpstr (lost, ==, "No jobs on vm91 match “lost 24h”. /list vm91 shows all.");
}

static void
test_query (void)
{
  static const struct
  {
    const char *words;
    guint       states;
    gint64      age; /* seconds */
    guint       count;
    gboolean    robot;
  } cases[] = {
    { "", 0, 0, 0, FALSE },
    { "vm91", 0, 0, 0, TRUE },
    { "here", 0, 0, 0, TRUE },
    { "10", 0, 0, 10, FALSE },
    { "30s", 0, 30, 0, FALSE },
    { "30m 5", 0, 1800, 5, FALSE },
    { "15min", 0, 900, 0, FALSE },
    { "2W", 0, 1209600, 0, FALSE },
    { "ok fail", 1 << OPT_JOB_SUCCEEDED | 1 << OPT_JOB_FAILED, 0, 0, FALSE },
    { "Timed-Out,canceled", 1 << OPT_JOB_TIMED_OUT | 1 << OPT_JOB_CANCELLED, 0, 0, FALSE },
  };

  g_test_summary ("Words may come in any order; what was read is the same after a round trip.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (OptListQuery) query = { 0 };
      g_auto (OptListQuery) again = { 0 };
      g_autofree char *json = NULL;
      JsonObject      *object = NULL;
      g_autoptr (JsonNode) node = NULL;

      g_assert_true (opt_list_query_parse (&query, cases[i].words, "vm91", NULL, NOW, NULL));
      g_assert_cmpuint (query.states, ==, cases[i].states);
      g_assert_cmpint (query.since, ==, cases[i].age == 0 ? 0 : NOW - cases[i].age * OPT_SECOND);
      g_assert_cmpuint (query.count, ==, cases[i].count);
      g_assert_cmpint (query.robot_given, ==, cases[i].robot);
      json = opt_list_query_to_json (&query, "vm91");
      node = opt_json_parse_object (json, -1, &object, NULL);
      opt_list_query_read (&again, object);
      g_assert_cmpuint (again.states, ==, query.states);
      g_assert_cmpint (again.since, ==, query.since);
      g_assert_cmpuint (again.count, ==, query.count);
      g_assert_cmpstr (again.words, ==, query.words);
    }
}

/* Whatever is typed is either understood or refused in words. */
static void
test_query_anything (void)
{
  static const char *const pieces[] = { "vm91", "failed", "24h", "7", "d", "99999999999", ".", "-",
                                        " ", ",", "\n", "\xe2\x80\xae", "%n", "=", "report.", "h" };

  g_test_summary ("No list can be asked for so strangely that nothing is said.");

  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GString) words = g_string_new (NULL);
      g_auto (OptListQuery) query = { 0 };
      g_autoptr (GError) error = NULL;

      for (int i = g_test_rand_int_range (0, 12); i > 0; i--)
        g_string_append (words, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      if (opt_list_query_parse (&query, words->str, "vm91", NULL, NOW, &error))
        {
          g_assert_no_error (error);
          g_assert_cmpint (query.since, <=, NOW);
          g_assert_cmpuint (query.count, <=, OPT_LIST_COUNT_MAX);
          continue;
        }
      g_assert_true (error != NULL && error->domain == OPT_TASK_ERROR);
      g_assert_null (strstr (error->message, "\xe2\x80\xae"));
    }
}

static void
test_status (void)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);
  OptOutboxCounts counts = { .queued = 2, .sending = 1 };
  OptViewStatus   status = {
      .robot = "vm91",
      .since = NOW - 7500 * OPT_SECOND,
      .now = NOW,
      .tasks = -1,
      .queued = 3,
      .running = 1,
  };
  g_autofree char *bare = opt_view_status_format (&status);
  g_autofree char *full = NULL;
  g_autofree char *wanted = NULL;

  g_test_summary ("The status says what is up, what waits and what runs.");

  wanted = g_strdup_printf ("#vm91 · Optimus %s\nUp since 05:55 (2 h 5 min)\n"
                            "Jobs: 1 running, 3 waiting",
                            OPT_VERSION);
  g_assert_cmpstr (bare, ==, wanted);
  g_ptr_array_add (jobs, make_job (99, "backup", OPT_JOB_RUNNING));
  status.tasks = 4;
  status.outbox = &counts;
  status.jobs = jobs;
  counts.oldest = NOW - 3600 * OPT_SECOND;
  counts.dead = 5;
  full = opt_view_status_format (&status);
  g_assert_nonnull (strstr (full, "\nTasks: 4\nMessages: 3 waiting (for 1 h 0 min), 5 refused by "
                                  "Telegram\nJobs: 1 running, 3 waiting\n\n"
                                  "▶ #99 backup · 07:59 · 1 min 0 s"));
}

static OptLogText
make_log (OptJobState state,
          const char *text)
{
  OptLogText log = { make_job (17, "report", state), g_strdup (text), strlen (text), TRUE };

  log.job->log_file = g_strdup ("/jobs/1/log");
  return log;
}

static void
clear_log (OptLogText *log)
{
  opt_job_unref (log->job);
  g_free (log->text);
}

static void
test_log (void)
{
  OptLogText log = make_log (OPT_JOB_SUCCEEDED, "one\ntwo\nthree");
  OptLogText empty = make_log (OPT_JOB_RUNNING, "");
  g_autoptr (OptRendered) all = opt_view_log_format (&log, 0);
  g_autoptr (OptRendered) end = opt_view_log_format (&log, 2);
  g_autoptr (OptRendered) none = opt_view_log_format (&empty, 0);
  g_autoptr (OptRendered) file = NULL;

  g_test_summary ("A log is shown as text, or as a file with its end as text.");

  g_assert_cmpstr (all->text, ==, "✅ report #17 · succeeded · 13 bytes\n\none\ntwo\nthree");
  g_assert_null (all->path);
  g_assert_cmpstr (end->text, ==, "✅ report #17 · succeeded · 13 bytes\n\ntwo\nthree");
  g_assert_cmpstr (none->text, ==, "▶ report #17 · running · 0 bytes\nIt wrote nothing yet.");

  log.is_whole = FALSE;
  log.bytes = 90000000;
  log.job->log_cut = 50000000;
  file = opt_view_log_format (&log, 0);
  g_assert_cmpstr (file->text, ==, "✅ report #17 · succeeded · 90 MB\nNot kept of it: 50 MB\n\n"
                                   "…\none\ntwo\nthree");
  g_assert_cmpstr (file->path, ==, "/jobs/1/log");
  g_assert_cmpstr (file->file_name, ==, "report-17.log");
  clear_log (&log);
  clear_log (&empty);
}

static void
test_result (void)
{
  OptLogText log = make_log (OPT_JOB_SUCCEEDED, "::progress 10 start\nfree: 5 GB\n::progress 100");
  OptLogText empty = make_log (OPT_JOB_FAILED, "");
  g_autoptr (OptRendered) text = opt_view_result_format (&log, "HEAD", FALSE);
  g_autoptr (OptRendered) file = opt_view_result_format (&log, "HEAD", TRUE);
  g_autoptr (OptRendered) none = opt_view_result_format (&empty, "HEAD", FALSE);
  g_autoptr (OptRendered) no_file = opt_view_result_format (&empty, "HEAD", TRUE);
  g_autoptr (OptRendered) big = NULL;

  g_test_summary ("A result is what the job wrote, without its progress.");

  g_assert_cmpstr (text->text, ==, "HEAD\n\nfree: 5 GB");
  g_assert_null (text->path);
  g_assert_cmpstr (file->text, ==, "HEAD");
  g_assert_cmpstr (file->path, ==, "/jobs/1/log");
  g_assert_cmpstr (none->text, ==, "HEAD");
  g_assert_null (none->path);
  g_assert_cmpstr (no_file->text, ==, "HEAD");
  g_assert_null (no_file->path);
  log.is_whole = FALSE;
  big = opt_view_result_format (&log, "HEAD", FALSE);
  g_assert_cmpstr (big->path, ==, "/jobs/1/log");
  g_assert_true (g_str_has_prefix (big->text, "HEAD\n\n…\n"));
  clear_log (&log);
  clear_log (&empty);
}

static void
test_log_text (void)
{
  static const struct
  {
    const char *text;
    guint       lines;
    gsize       units;
    const char *end;
  } cases[] = {
    { "", 0, 0, "" },
    { "one", 1, 0, "one" },
    { "one\ntwo", 1, 0, "two" },
    { "one\ntwo", 5, 0, "one\ntwo" },
    { "one\ntwo\n", 1, 0, "two\n" },
    { "one\ntwo\nthree", 0, 9, "two\nthree" },
    { "one\ntwo\nthree", 0, 8, "three" },
    { "one\ntwo\nthree", 0, 2, "three" },
    { "\xf0\x9f\x92\xa9\n\xf0\x9f\x92\xa9", 0, 4, "\xf0\x9f\x92\xa9" },
  };
  static const char *const progress[][2] = {
    { "", "" },
    { "::progress 1", "" },
    { "::progress 1\n", "" },
    { "a\n::progress 1 x\nb\n", "a\nb" },
    { "::progressive\n", "::progressive" },
    { "  ::progress 1", "  ::progress 1" },
  };

  g_test_summary ("The end of a log begins with a line; progress is left out.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (opt_log_text_get_end (cases[i].text, cases[i].lines, cases[i].units), ==,
                     cases[i].end);
  for (guint i = 0; i < G_N_ELEMENTS (progress); i++)
    {
      g_autofree char *text = g_strdup (progress[i][0]);

      opt_log_text_drop_progress (text);
      g_assert_cmpstr (text, ==, progress[i][1]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remote/view/list", test_list);
  g_test_add_func ("/remote/view/list-empty", test_list_empty);
  g_test_add_func ("/remote/view/query", test_query);
  g_test_add_func ("/remote/view/query-anything", test_query_anything);
  g_test_add_func ("/remote/view/status", test_status);
  g_test_add_func ("/remote/view/log", test_log);
  g_test_add_func ("/remote/view/result", test_result);
  g_test_add_func ("/remote/view/log-text", test_log_text);
  return g_test_run ();
}
