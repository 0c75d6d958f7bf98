/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-text.h"

#include <string.h>

#include "opt-plain.h"
#include "opt-text.h"

#define PROGRESS_UNITS_MAX 80
#define REASON_UNITS_MAX   300

gboolean
opt_job_text_is_held (const OptJob *job)
{
  return job->state == OPT_JOB_QUEUED && g_strcmp0 (job->reason, "held") == 0;
}

/**
 * opt_job_text_get_mark:
 * @job: a job
 *
 * Returns: the sign that stands for the job's state
 */
const char *
opt_job_text_get_mark (const OptJob *job)
{
  static const char *const marks[OPT_N_JOB_STATES] = {
    [OPT_JOB_QUEUED] = "⏳",
    [OPT_JOB_STARTING] = "▶",
    [OPT_JOB_RUNNING] = "▶",
    [OPT_JOB_STOPPING] = "■",
    [OPT_JOB_SUCCEEDED] = "✅",
    [OPT_JOB_FAILED] = "❌",
    [OPT_JOB_CANCELLED] = "⛔",
    [OPT_JOB_TIMED_OUT] = "⏱",
    [OPT_JOB_LOST] = "❓",
  };

  return opt_job_text_is_held (job) ? "⏸" : marks[job->state];
}

static void
append_progress (GString      *line,
                 const OptJob *job)
{
  g_autofree char *text = opt_plain_clean (job->progress, PROGRESS_UNITS_MAX);

  if (job->percent >= 0)
    g_string_append_printf (line, " · %d %%", (int)CLAMP (job->percent, 0, 100));
  if (*text != '\0')
    g_string_append_printf (line, " · %s", text);
}

/**
 * opt_job_text_write_line:
 * @job: a job
 * @now: microseconds since 1970
 *
 * Writes what a list says of a job: number, state, task, start and how long it ran, or how far it
 * is.
 *
 * Returns: (transfer full): such as `▶ #17 backup · 14:02 · 3 min 5 s · 40 % · copying`
 */
char *
opt_job_text_write_line (const OptJob *job,
                         gint64        now)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gint64           began = job->started != 0 ? job->started : job->queued;
  g_autofree char *moment = opt_plain_moment (began, now);

  g_string_printf (line, "%s #%" G_GINT64_FORMAT " %s · %s", opt_job_text_get_mark (job),
                   job->number, job->task, moment);
  if (opt_job_text_is_held (job))
    g_string_append (line, " · held");
  else if (job->state == OPT_JOB_QUEUED)
    g_string_append (line, " · waiting");
  if (job->started != 0)
    {
      g_autofree char *duration = NULL;

      duration = opt_text_format_duration ((job->ended != 0 ? job->ended : now) - job->started);
      g_string_append_printf (line, " · %s", duration);
    }
  if (!opt_job_state_is_end (job->state))
    append_progress (line, job);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* The reason without what our own words say already. */
static char *
trim_reason (const OptJob *job)
{
  static const char *const known[] = {
    "ended with ",
    "stopped as it was asked to; ",
    "stopped as it was asked to",
    "stopped, since it ran for longer than its timeout; ",
    "stopped, since it ran for longer than its timeout",
  };
  g_autofree char *reason = opt_plain_clean (job->reason, REASON_UNITS_MAX);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_prefix (reason, known[i]))
      return g_strdup (reason + strlen (known[i]));
  return g_steal_pointer (&reason);
}

static char *
describe_failure (const OptJob *job)
{
  g_autofree char *reason = trim_reason (job);

  if (*reason != '\0')
    return g_steal_pointer (&reason);
  if (job->signal != 0)
    return g_strdup_printf ("killed by signal %d (%s)", job->signal, g_strsignal (job->signal));
  if (job->exit_code >= 0)
    return g_strdup_printf ("exit code %d", job->exit_code);
  return g_strdup ("nobody knows why");
}

/* @what happened, how long it took, and what else is to be said of it. */
static char *
describe_stop (const OptJob *job,
               const char   *what,
               const char   *duration)
{
  g_autofree char *reason = trim_reason (job);

  return g_strdup_printf ("%s%s%s%s%s", what, *duration != '\0' ? " after " : "", duration,
                          *reason != '\0' ? ": " : "", reason);
}

static char *
describe_end (const OptJob *job,
              const char   *duration)
{
  g_autofree char *why = NULL;

  switch (job->state)
    {
    case OPT_JOB_SUCCEEDED:
      return g_strdup_printf ("succeeded%s%s", *duration != '\0' ? " in " : "", duration);
    case OPT_JOB_FAILED:
      why = describe_failure (job);
      return g_strdup_printf ("failed: %s%s%s", why, *duration != '\0' ? ", after " : "", duration);
    case OPT_JOB_CANCELLED:
      return describe_stop (job, "was cancelled", duration);
    case OPT_JOB_TIMED_OUT:
      return describe_stop (job, "timed out", duration);
    case OPT_JOB_LOST:
      return g_strdup ("is lost: nobody saw how it ended, and how much of its work it did");
    case OPT_JOB_QUEUED:
    case OPT_JOB_STARTING:
    case OPT_JOB_RUNNING:
    case OPT_JOB_STOPPING:
    default:
      return g_strdup (opt_job_state_to_string (job->state));
    }
}

/**
 * opt_job_text_write_end:
 * @job: a job that has ended
 *
 * Writes how a job ended.
 *
 * Returns: (transfer full): such as `✅ report #17 succeeded in 12 s · #vm91`
 */
char *
opt_job_text_write_end (const OptJob *job)
{
  g_autofree char *tag = opt_plain_hashtag (job->robot);
  g_autofree char *duration = g_strdup ("");
  g_autofree char *end = NULL;

  if (job->started != 0 && job->ended != 0)
    {
      g_free (duration);
      duration = opt_text_format_duration (job->ended - job->started);
    }
  end = describe_end (job, duration);
  return g_strdup_printf ("%s %s #%" G_GINT64_FORMAT " %s · %s", opt_job_text_get_mark (job),
                          job->task, job->number, end, tag);
}

static char *
write_accepted (const OptJob *job,
                const char   *text,
                const char   *tag)
{
  g_autofree char *why = opt_plain_clean (text, REASON_UNITS_MAX);

  if (job->state != OPT_JOB_QUEUED)
    return g_strdup_printf ("▶ %s #%" G_GINT64_FORMAT " started on %s", job->task, job->number,
                            tag);
  return g_strdup_printf ("⏳ %s #%" G_GINT64_FORMAT " waits for its turn on %s%s%s", job->task,
                          job->number, tag, *why != '\0' ? ": " : "", why);
}

/**
 * opt_job_text_write_event:
 * @event: what happened
 *
 * Writes what whoever asked is told, without the output.
 *
 * Returns: (transfer full): the text
 */
char *
opt_job_text_write_event (const OptJobEvent *event)
{
  const OptJob    *job = event->job;
  g_autofree char *tag = NULL;
  g_autofree char *sentence = NULL;

  if (job == NULL || event->kind == OPT_JOB_EVENT_REFUSED)
    {
      sentence = opt_plain_sentence (event->text);
      return g_strconcat ("✋ ", sentence, NULL);
    }
  tag = opt_plain_hashtag (job->robot);
  switch (event->kind)
    {
    case OPT_JOB_EVENT_ACCEPTED:
      return write_accepted (job, event->text, tag);
    case OPT_JOB_EVENT_STOPPING:
      return g_strdup_printf ("■ Stopping %s #%" G_GINT64_FORMAT " · %s", job->task, job->number,
                              tag);
    case OPT_JOB_EVENT_HELD:
      return g_strdup_printf ("⏸ %s #%" G_GINT64_FORMAT " was waiting when this robot stopped. "
                              "Run it now? · %s",
                              job->task, job->number, tag);
    case OPT_JOB_EVENT_ENDED:
    case OPT_JOB_EVENT_REFUSED:
    default:
      return opt_job_text_write_end (job);
    }
}
