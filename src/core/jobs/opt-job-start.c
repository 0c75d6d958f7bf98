/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-private.h"
#include "opt-jobs-private.h"

/* A runner that can't begin is started again so many times. */
#define TRIES_MAX 5

/* A queued job on its way to a runner. */
typedef struct
{
  OptActiveJob *active; /* (owned) */
  OptJobPlace  *place;  /* (owned) */
  OptJob       *job;    /* (owned): as it is to be */
  OptJobSpec   *spec;   /* (owned) (nullable) */
  OptJobPipes  *pipes;  /* (owned) (nullable) */
  char         *spare;  /* (owned) (nullable): a folder made beforehand, until it is used */
  gboolean      is_again;
  GPid          pid;
} Start;

static Start *
start_new (OptActiveJob *active)
{
  Start *start = g_new0 (Start, 1);

  start->active = opt_active_job_ref (active);
  start->place = opt_job_place_ref (active->jobs->place);
  start->job = opt_job_ref (active->job);
  return start;
}

static void
start_free (gpointer data)
{
  Start *start = data;

  opt_active_job_unref (start->active);
  opt_job_place_unref (start->place);
  opt_job_unref (start->job);
  opt_job_spec_free (start->spec);
  g_clear_pointer (&start->pipes, opt_job_pipes_unref);
  g_free (start->spare);
  g_free (start);
}

static gboolean
is_over (OptActiveJob *active)
{
  return active->is_gone || active->jobs->phase == OPT_JOBS_STOPPED;
}

static void
retry_cb (gpointer user_data)
{
  OptActiveJob *active = user_data;

  active->retry_timer = 0;
  if (active->occupies)
    opt_job_start_spawn (active);
  else
    opt_job_line_advance (active->jobs, active->line);
}

static void
retry_later (OptActiveJob *active)
{
  if (active->retry_timer == 0)
    active->retry_timer = opt_clock_call_in (active->jobs->clock,
                                             opt_backoff_next (&active->backoff), retry_cb, active);
}

static void
fail (OptActiveJob *active,
      const char   *why)
{
  opt_job_end (active, opt_job_end_describe (active, OPT_JOB_FAILED, why));
}

static gboolean
spawn_func (gpointer data,
            GError **error)
{
  Start *start = data;

  /* After a runner that left there are new pipes, since the old one says for ever that it did. */
  if (start->is_again)
    start->pipes = opt_job_place_open_pipes (start->place, start->job->id, TRUE, error);
  if (start->is_again && start->pipes == NULL)
    return FALSE;
  return opt_job_place_spawn (start->place, start->job->id,
                              (const char *const *)start->active->environment, &start->pid, error);
}

static void
spawn_done (gpointer      data,
            const GError *error)
{
  Start        *start = data;
  OptActiveJob *active = start->active;

  if (error == NULL)
    opt_job_watch_child (active, start->pid);
  if (error == NULL && start->is_again && !is_over (active))
    {
      active->pipes = g_steal_pointer (&start->pipes);
      opt_job_watch (active);
      if (active->stop_wanted)
        opt_job_watch_stop_job (active);
    }
  if (error == NULL || is_over (active))
    return;
  g_warning ("job #%" G_GINT64_FORMAT ": %s", start->job->number, error->message);
  if (opt_job_error_is_shortage (error) && ++active->tries < TRIES_MAX)
    {
      retry_later (active);
      return;
    }
  fail (active, error->message);
}

/* Its folder is ready and `starting` is on the disk. Safe to call again as long as there is no
 * claim. */
void
opt_job_start_spawn (OptActiveJob *active)
{
  Start *start;

  if (active->stop_wanted)
    {
      opt_job_end (active, opt_job_end_describe (active, OPT_JOB_CANCELLED,
                                                 "cancelled before it was started"));
      return;
    }
  start = start_new (active);
  start->is_again = active->pipes == NULL;
  active->runner_left = FALSE;
  opt_job_watch (active);
  opt_jobs_work (active->jobs, spawn_func, spawn_done, start, start_free);
}

static gboolean
prepare_func (gpointer data,
              GError **error)
{
  Start        *start = data;
  const OptJob *job = start->job;

  start->spec = opt_job_resolver_resolve (start->active->jobs->resolver, job->task, job->parameters,
                                          job->origin, error);
  if (start->spec == NULL)
    return FALSE;
  start->pipes = opt_job_place_prepare (start->place, job->id, start->spec, &start->spare, error);
  return start->pipes != NULL;
}

static gboolean
write_func (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  Start *start = data;

  return opt_job_table_update (transaction, start->job, error);
}

static void
back_to_queue (OptActiveJob *active,
               const GError *error)
{
  g_warning ("job #%" G_GINT64_FORMAT " waits to be started: %s", active->job->number,
             error->message);
  opt_job_line_vacate (active);
  opt_job_line_wait (active);
  retry_later (active);
  opt_active_job_settle (active);
}

static void
write_done (gpointer      data,
            const GError *error)
{
  Start        *start = data;
  OptActiveJob *active = start->active;

  if (is_over (active))
    return;
  if (error != NULL)
    {
      back_to_queue (active, error);
      return;
    }
  opt_active_job_set (active, opt_job_ref (start->job));
  g_clear_pointer (&active->pipes, opt_job_pipes_unref);
  active->pipes = g_steal_pointer (&start->pipes);
  g_strfreev (active->environment);
  active->environment = g_steal_pointer (&start->spec->environment);
  opt_backoff_reset (&active->backoff);
  opt_job_start_spawn (active);
  opt_active_job_settle (active);
}

static OptJob *
build_starting (Start *start)
{
  OptJob *job = opt_job_copy (start->job);

  job->state = OPT_JOB_STARTING;
  g_clear_pointer (&job->reason, g_free);
  g_free (job->log_file);
  job->log_file = g_build_filename (start->place->folder, job->id, "log", NULL);
  return job;
}

/* On to the second step with the same data, so what the first step frees is a new one. */
static void
commit (Start *prepared)
{
  Start *start = start_new (prepared->active);

  start->spec = g_steal_pointer (&prepared->spec);
  start->pipes = g_steal_pointer (&prepared->pipes);
  opt_job_unref (start->job);
  start->job = build_starting (prepared);
  opt_jobs_write (start->active->jobs, write_func, write_done, start, start_free);
}

/* A runner that the agent before us started has claimed it only now: it is looked after. */
static void
adopt (Start *start)
{
  OptActiveJob *active = start->active;

  opt_active_job_set (active, build_starting (start));
  opt_job_watch_look (active);
  opt_active_job_settle (active);
}

static void
prepare_done (gpointer      data,
              const GError *error)
{
  Start        *start = data;
  OptActiveJob *active = start->active;

  opt_job_spare_give_back (active->jobs, g_steal_pointer (&start->spare));
  if (is_over (active))
    return;
  if (error != NULL && opt_job_error_is_shortage (error))
    back_to_queue (active, error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    adopt (start);
  else if (error != NULL)
    fail (active, error->message);
  else if (!g_queue_is_empty (&active->orders))
    {
      /* It was cancelled meanwhile: still queued, and the folder goes with its end. */
      opt_job_line_vacate (active);
      opt_job_line_wait (active);
      opt_active_job_settle (active);
      opt_job_line_advance (active->jobs, active->line);
    }
  else
    commit (start);
}

/* Whoever calls has taken it out of the queue. */
void
opt_job_start (OptActiveJob *active)
{
  Start *start;

  active->is_busy = TRUE;
  opt_job_line_occupy (active);
  start = start_new (active);
  start->spare = opt_job_spare_take (active->jobs);
  opt_jobs_work (active->jobs, prepare_func, prepare_done, start, start_free);
}
