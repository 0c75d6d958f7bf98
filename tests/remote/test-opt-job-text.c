/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-text.h"

#include "opt-clock.h"
#include "opt-job-mention.h"

#define NOW (G_GINT64_CONSTANT (1800000000) * OPT_SECOND)

/* A job of robot vm91 that was queued at 07:50 and started half a minute later. */
static OptJob
make_job (OptJobState state)
{
  OptJob job = {
    .id = (char *)"018f0000-0000-7000-8000-000000000001",
    .number = 17,
    .task = (char *)"report",
    .robot = (char *)"vm91",
    .state = state,
    .queued = NOW - 600 * OPT_SECOND,
    .exit_code = -1,
    .percent = -1,
  };

  if (state != OPT_JOB_QUEUED)
    job.started = job.queued + 30 * OPT_SECOND;
  if (opt_job_state_is_end (state))
    job.ended = job.started + 12 * OPT_SECOND;
  return job;
}

static void
assert_line (const OptJob *job,
             const char   *wanted)
{
  g_autofree char *line = opt_job_text_write_line (job, NOW);

  g_assert_cmpstr (line, ==, wanted);
}

static void
test_line (void)
{
  OptJob job = make_job (OPT_JOB_RUNNING);

  g_test_summary ("A line has number, state, task, start and how far it is.");

  assert_line (&job, "▶ #17 report · 07:50 · 9 min 30 s");
  job.percent = 40.7;
  assert_line (&job, "▶ #17 report · 07:50 · 9 min 30 s · 40 %");
  job.progress = (char *)"reading\n\xe2\x80\xaeinvoices";
  assert_line (&job, "▶ #17 report · 07:50 · 9 min 30 s · 40 % · reading invoices");
  job.percent = -1;
  assert_line (&job, "▶ #17 report · 07:50 · 9 min 30 s · reading invoices");

  job.state = OPT_JOB_SUCCEEDED;
  job.ended = job.started + 2 * OPT_SECOND;
  assert_line (&job, "✅ #17 report · 07:50 · 2.0 s");

  job = make_job (OPT_JOB_QUEUED);
  assert_line (&job, "⏳ #17 report · 07:50 · waiting");
  job.reason = (char *)"held";
  g_assert_true (opt_job_text_is_held (&job));
  assert_line (&job, "⏸ #17 report · 07:50 · held");
}

static void
test_marks (void)
{
  g_test_summary ("Every state has a sign of its own.");

  for (OptJobState state = 0; state < OPT_N_JOB_STATES; state++)
    {
      OptJob      job = make_job (state);
      const char *mark = opt_job_text_get_mark (&job);

      g_assert_true (g_utf8_validate (mark, -1, NULL));
      g_assert_cmpstr (mark, !=, "");
    }
}

static void
test_end (void)
{
  static const struct
  {
    OptJobState state;
    int         exit_code;
    int         signal;
    const char *reason;
    const char *text;
  } cases[] = {
    { OPT_JOB_SUCCEEDED, 0, 0, NULL, "✅ report #17 succeeded in 12 s · #vm91" },
    { OPT_JOB_FAILED, 3, 0, NULL, "❌ report #17 failed: exit code 3, after 12 s · #vm91" },
    { OPT_JOB_FAILED, 3, 0, "ended with exit code 3",
      "❌ report #17 failed: exit code 3, after 12 s · #vm91" },
    { OPT_JOB_FAILED, -1, 9, NULL,
      "❌ report #17 failed: killed by signal 9 (Killed), after 12 s · #vm91" },
    { OPT_JOB_FAILED, -1, 0, NULL, "❌ report #17 failed: nobody knows why, after 12 s · #vm91" },
    { OPT_JOB_FAILED, -1, 0, "could not be started: \xe2\x80\xaeno such file",
      "❌ report #17 failed: could not be started: no such file, after 12 s · #vm91" },
    { OPT_JOB_CANCELLED, -1, 15, "stopped as it was asked to",
      "⛔ report #17 was cancelled after 12 s · #vm91" },
    { OPT_JOB_CANCELLED, -1, 15, "stopped, since the session ended",
      "⛔ report #17 was cancelled after 12 s: stopped, since the session ended · #vm91" },
    { OPT_JOB_TIMED_OUT, -1, 15, "stopped, since it ran for longer than its timeout",
      "⏱ report #17 timed out after 12 s · #vm91" },
    { OPT_JOB_LOST, -1, 0, "its runner is gone",
      "❓ report #17 is lost: nobody saw how it ended, and how much of its work it did · #vm91" },
  };

  g_test_summary ("How a job ended is said in a line.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      OptJob           job = make_job (cases[i].state);
      g_autofree char *text = NULL;

      job.exit_code = cases[i].exit_code;
      job.signal = cases[i].signal;
      job.reason = (char *)cases[i].reason;
      text = opt_job_text_write_end (&job);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
assert_event (OptJobEventKind kind,
              OptJob         *job,
              const char     *words,
              const char     *wanted)
{
  OptJobEvent      event = { .kind = kind, .job = job, .text = (char *)words };
  g_autofree char *text = opt_job_text_write_event (&event);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_events (void)
{
  OptJob queued = make_job (OPT_JOB_QUEUED);
  OptJob starting = make_job (OPT_JOB_STARTING);
  OptJob failed = make_job (OPT_JOB_FAILED);

  g_test_summary ("Whoever asked is told what came of it.");

  starting.robot = (char *)"my-robot";
  assert_event (OPT_JOB_EVENT_ACCEPTED, &starting, NULL, "▶ report #17 started on #my_robot");
  assert_event (OPT_JOB_EVENT_ACCEPTED, &queued, NULL,
                "⏳ report #17 waits for its turn on #vm91");
  assert_event (OPT_JOB_EVENT_ACCEPTED, &queued, "run again, since it was lost",
                "⏳ report #17 waits for its turn on #vm91: run again, since it was lost");
  assert_event (OPT_JOB_EVENT_STOPPING, &starting, NULL, "■ Stopping report #17 · #my_robot");
  assert_event (OPT_JOB_EVENT_HELD, &queued, NULL,
                "⏸ report #17 was waiting when this robot stopped. Run it now? · #vm91");
  assert_event (OPT_JOB_EVENT_REFUSED, NULL, "there is no task x", "✋ There is no task x.");
  assert_event (OPT_JOB_EVENT_REFUSED, &failed, "job #17 has ended", "✋ Job #17 has ended.");
  assert_event (OPT_JOB_EVENT_REFUSED, NULL, NULL, "✋ It did not work.");
  failed.started = 0;
  failed.exit_code = 2;
  assert_event (OPT_JOB_EVENT_ENDED, &failed, NULL, "❌ report #17 failed: exit code 2 · #vm91");
}

static void
test_mention (void)
{
  static const char *const cases[][2] = {
    { "17", "17" },
    { "#17", "17" },
    { "0017", "17" },
    { "018F0000-0000-7000-8000-00000000000A", "018f0000-0000-7000-8000-00000000000a" },
    { "", NULL },
    { "#", NULL },
    { "0", NULL },
    { "-1", NULL },
    { "17 ", NULL },
    { "##17", NULL },
    { "9223372036854775808", NULL },
    { "018f0000", NULL },
  };

  g_test_summary ("A job is meant by its number or its id.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *mention = opt_job_mention_parse (cases[i][0]);

      g_assert_cmpstr (mention, ==, cases[i][1]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remote/job-text/line", test_line);
  g_test_add_func ("/remote/job-text/marks", test_marks);
  g_test_add_func ("/remote/job-text/end", test_end);
  g_test_add_func ("/remote/job-text/events", test_events);
  g_test_add_func ("/remote/job-text/mention", test_mention);
  return g_test_run ();
}
