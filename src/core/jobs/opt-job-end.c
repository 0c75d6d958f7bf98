/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-id.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"

/* The end of a job on its way to the disk. */
typedef struct
{
  OptActiveJob *active;   /* (owned) */
  OptJob       *final;    /* (owned) */
  OptJobRow    *rerun;    /* (owned) (nullable): what is queued in its place */
  OptJobEvent  *ended;    /* (owned) (nullable) */
  OptJobEvent  *accepted; /* (owned) (nullable) */
} End;

static void
end_free (gpointer data)
{
  End *end = data;

  opt_active_job_unref (end->active);
  opt_job_unref (end->final);
  opt_job_row_free (end->rerun);
  g_clear_pointer (&end->ended, opt_job_event_unref);
  g_clear_pointer (&end->accepted, opt_job_event_unref);
  g_free (end);
}

/* Only a task that says so is run again, and only once: what was lost twice is no accident. */
static OptJobRow *
build_rerun (OptActiveJob *active,
             OptJob       *final)
{
  OptJobRow *row;
  OptJob    *job;

  if (final->state != OPT_JOB_LOST || !active->idempotent || active->rerun_of != NULL ||
      active->stop_wanted || final->started == 0)
    return NULL;
  job = opt_job_new ();
  job->queued = opt_jobs_now (active->jobs);
  job->id = opt_id_new_uuid7 (job->queued);
  job->task = g_strdup (final->task);
  job->robot = g_strdup (final->robot);
  job->state = OPT_JOB_QUEUED;
  job->origin = opt_job_origin_copy (final->origin);
  g_clear_pointer (&job->origin->key, g_free);
  job->parameters = g_hash_table_ref (final->parameters);
  job->output = g_strdup (final->output);
  job->notify_on = g_strdup (final->notify_on);
  row = g_new0 (OptJobRow, 1);
  row->job = job;
  row->idempotent = TRUE;
  row->concurrency = active->concurrency;
  row->rerun_of = g_strdup (final->id);
  return row;
}

/* May run more than once. */
static gboolean
end_func (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  End *end = data;

  g_clear_pointer (&end->ended, opt_job_event_unref);
  g_clear_pointer (&end->accepted, opt_job_event_unref);
  end->ended = opt_job_event_new (OPT_JOB_EVENT_ENDED, end->final, end->final->origin,
                                  end->final->reason);
  if (!opt_job_table_update (transaction, end->final, error) ||
      !opt_job_event_table_add (transaction, end->ended, error))
    return FALSE;
  if (end->rerun == NULL)
    return TRUE;
  if (!opt_job_table_insert (transaction, end->rerun, error))
    return FALSE;
  if (end->rerun->job->number == 0)
    return TRUE;
  end->accepted = opt_job_event_new (OPT_JOB_EVENT_ACCEPTED, end->rerun->job,
                                     end->rerun->job->origin, "run again, since it was lost");
  return opt_job_event_table_add (transaction, end->accepted, error);
}

static void
retry_cb (gpointer user_data)
{
  OptActiveJob *active = user_data;

  active->retry_timer = 0;
  opt_job_end_again (active);
}

static void
add_rerun (End *end)
{
  OptJobs      *jobs = end->active->jobs;
  OptActiveJob *again;

  if (end->rerun == NULL || end->rerun->job->number == 0)
    return;
  again = opt_active_job_add (jobs, end->rerun);
  opt_job_line_wait (again);
  opt_jobs_emit_changed (jobs, again->job);
}

static void
end_done (gpointer      data,
          const GError *error)
{
  End          *end = data;
  OptActiveJob *active = end->active;
  OptJobs      *jobs = active->jobs;

  if (jobs->phase == OPT_JOBS_STOPPED)
    return;
  if (error != NULL)
    {
      g_warning ("job #%" G_GINT64_FORMAT " has ended, which can't be stored: %s",
                 end->final->number, error->message);
      active->retry_timer = opt_clock_call_in (jobs->clock, opt_backoff_next (&active->backoff),
                                               retry_cb, active);
      return;
    }
  opt_active_job_set (active, opt_job_ref (end->final));
  add_rerun (end);
  opt_active_job_remove (active);
  opt_job_news_add (jobs->news, end->ended);
  if (end->accepted != NULL)
    opt_job_news_add (jobs->news, end->accepted);
}

/* Writes what is known of the end. */
void
opt_job_end_again (OptActiveJob *active)
{
  End *end = g_new0 (End, 1);

  end->active = opt_active_job_ref (active);
  end->final = opt_job_ref (active->final);
  end->rerun = build_rerun (active, active->final);
  opt_jobs_write (active->jobs, end_func, end_done, end, end_free);
}

/* Takes @final. It is tried for as long as it takes: a job that ended is not forgotten because the
 * disk is full. */
void
opt_job_end (OptActiveJob *active,
             OptJob       *final)
{
  if (active->final != NULL)
    {
      opt_job_unref (final);
      return;
    }
  active->final = final;
  active->is_busy = TRUE;
  opt_active_job_quiet (active);
  opt_backoff_reset (&active->backoff);
  opt_job_end_again (active);
}

/* An end that no runner told of. */
OptJob *
opt_job_end_describe (OptActiveJob *active,
                      OptJobState   state,
                      const char   *reason)
{
  OptJob *job = opt_job_copy (active->job);

  job->state = state;
  g_free (job->reason);
  job->reason = g_strdup (reason);
  job->ended = MAX (opt_jobs_now (active->jobs), 1);
  if (state != OPT_JOB_LOST)
    g_clear_pointer (&job->log_file, g_free);
  return job;
}

OptJob *
opt_job_end_from_look (OptActiveJob     *active,
                       const OptJobLook *look)
{
  OptJob *job = opt_job_end_describe (active, look->state, look->reason);

  job->started = look->started;
  if (look->ended != 0)
    job->ended = look->ended;
  job->exit_code = look->exit_code;
  job->signal = look->signal;
  job->log_bytes = look->log_bytes;
  job->log_cut = look->log_cut;
  if (look->percent >= 0)
    {
      job->percent = look->percent;
      g_free (job->progress);
      job->progress = g_strdup (look->progress);
    }
  if (job->log_file == NULL && active->job->log_file != NULL && job->started != 0)
    job->log_file = g_strdup (active->job->log_file);
  return job;
}
