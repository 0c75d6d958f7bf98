/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "opt-job-files.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"

/* What an agent before us left behind. */
typedef struct
{
  OptJobs     *jobs;    /* (unowned) */
  OptJobPlace *place;   /* (owned) */
  GPtrArray   *folders; /* (owned) (nullable) (element-type utf8): those that are there */
  GPtrArray   *strays;  /* (owned) (nullable) (element-type utf8): those that no job has */
  GPtrArray   *rows;    /* (owned) (nullable) (element-type OptJobRow): what has not ended */
} Leavings;

static Leavings *
leavings_new (OptJobs   *jobs,
              GPtrArray *folders,
              GPtrArray *strays)
{
  Leavings *leavings = g_new0 (Leavings, 1);

  leavings->jobs = jobs;
  leavings->place = opt_job_place_ref (jobs->place);
  leavings->folders = folders;
  leavings->strays = strays;
  return leavings;
}

static void
leavings_free (gpointer data)
{
  Leavings *leavings = data;

  opt_job_place_unref (leavings->place);
  g_clear_pointer (&leavings->folders, g_ptr_array_unref);
  g_clear_pointer (&leavings->strays, g_ptr_array_unref);
  g_clear_pointer (&leavings->rows, g_ptr_array_unref);
  g_free (leavings);
}

/* Held ones are told of together, in one commit. */
typedef struct
{
  OptJobs   *jobs;   /* (unowned) */
  GPtrArray *held;   /* (owned) (element-type OptJob) */
  GPtrArray *events; /* (owned) (nullable) (element-type OptJobEvent) */
} Holding;

static void
holding_free (gpointer data)
{
  Holding *holding = data;

  g_ptr_array_unref (holding->held);
  g_clear_pointer (&holding->events, g_ptr_array_unref);
  g_free (holding);
}

static gboolean
holding_func (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  Holding *holding = data;

  g_clear_pointer (&holding->events, g_ptr_array_unref);
  holding->events = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_event_unref);
  for (guint i = 0; i < holding->held->len; i++)
    {
      OptJob      *job = g_ptr_array_index (holding->held, i);
      OptJobEvent *event = opt_job_event_new (OPT_JOB_EVENT_HELD, job, job->origin, NULL);

      g_ptr_array_add (holding->events, event);
      if (!opt_job_table_update (transaction, job, error) ||
          !opt_job_event_table_add (transaction, event, error))
        return FALSE;
    }
  return TRUE;
}

static void
go_on (OptJobs *jobs)
{
  GHashTableIter iter;
  gpointer       line;
  g_autoptr (GTask) task = g_steal_pointer (&jobs->start_task);

  jobs->phase = OPT_JOBS_STARTED;
  opt_job_news_start (jobs->news);
  opt_job_retention_start (jobs);
  opt_job_spare_refill (jobs);
  g_hash_table_iter_init (&iter, jobs->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    opt_job_line_advance (jobs, line);
  opt_job_take_early (jobs);
  opt_job_inbox_read (jobs);
  g_task_return_boolean (task, TRUE);
}

/* A held job that could not be stored is held all the same, and told of after the next start. */
static void
holding_done (gpointer      data,
              const GError *error)
{
  Holding *holding = data;
  OptJobs *jobs = holding->jobs;

  if (jobs->phase == OPT_JOBS_STOPPED)
    return;
  if (error != NULL)
    g_warning ("jobs that are held can't be stored: %s", error->message);
  go_on (jobs);
}

static void
hold_all (OptJobs *jobs)
{
  Holding *holding;

  if (jobs->start_held == NULL || jobs->start_held->len == 0)
    {
      go_on (jobs);
      return;
    }
  holding = g_new0 (Holding, 1);
  holding->jobs = jobs;
  holding->held = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);
  for (guint i = 0; i < jobs->start_held->len; i++)
    {
      OptActiveJob *active = g_ptr_array_index (jobs->start_held, i);

      g_ptr_array_add (holding->held, opt_job_ref (active->job));
    }
  g_clear_pointer (&jobs->start_held, g_ptr_array_unref);
  opt_jobs_write (jobs, holding_func, holding_done, holding, holding_free);
}

static void
one_less (OptJobs *jobs)
{
  if (--jobs->start_left == 0 && jobs->phase != OPT_JOBS_STOPPED)
    hold_all (jobs);
}

/* Started at once when it is young; somebody is asked when it is not. */
static void
queue_or_hold (OptActiveJob *active)
{
  OptJobs *jobs = active->jobs;
  OptJob  *job = opt_job_copy (active->job);
  gint64   age = opt_jobs_now (jobs) - job->queued;
  gboolean is_held = g_strcmp0 (job->reason, "held") == 0;

  job->state = OPT_JOB_QUEUED;
  g_clear_pointer (&job->log_file, g_free);
  opt_job_line_vacate (active);
  if (!is_held && jobs->place->fresh > 0 && age > jobs->place->fresh)
    {
      g_free (job->reason);
      job->reason = g_strdup ("held");
      if (jobs->start_held == NULL)
        jobs->start_held = g_ptr_array_new ();
      g_ptr_array_add (jobs->start_held, active);
    }
  else if (!is_held)
    opt_job_line_wait (active);
  opt_active_job_set (active, job);
}

static void
unclaimed (OptActiveJob *active)
{
  if (active->job->state == OPT_JOB_STARTING)
    queue_or_hold (active);
  else if (active->job->state == OPT_JOB_STOPPING)
    opt_job_end (active, opt_job_end_describe (active, OPT_JOB_CANCELLED,
                                               "cancelled before it was started"));
  else
    opt_job_end (active, opt_job_end_describe (active, OPT_JOB_LOST,
                                               "what it left behind is gone"));
}

static void
retry_cb (gpointer user_data)
{
  OptActiveJob *active = user_data;

  active->retry_timer = 0;
  opt_job_watch_look (active);
}

static gboolean
found (OptActiveJob *active,
       OptJobLook   *look,
       const GError *error)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_warning ("job #%" G_GINT64_FORMAT " can't be looked after yet: %s", active->job->number,
                 error->message);
      active->retry_timer = opt_clock_call_in (active->jobs->clock,
                                               opt_backoff_next (&active->backoff), retry_cb,
                                               active);
      return FALSE;
    }
  if (error != NULL || look->found == OPT_JOB_FOUND_UNCLAIMED)
    unclaimed (active);
  else if (look->found != OPT_JOB_FOUND_RUNNING)
    opt_job_end (active, opt_job_end_from_look (active, look));
  else
    {
      active->stop_wanted = active->job->state == OPT_JOB_STOPPING;
      opt_job_watch (active);
      opt_job_watch_adopt (active, look);
    }
  return TRUE;
}

/* What became of a job since the agent before us started it. */
void
opt_job_recovery_found (OptActiveJob *active,
                        OptJobLook   *look,
                        const GError *error)
{
  OptJobs *jobs = active->jobs;

  active->is_found = found (active, look, error);
  if (active->is_awaited)
    {
      active->is_awaited = FALSE;
      one_less (jobs);
    }
  else if (active->is_found)
    opt_job_line_advance (jobs, active->line);
}

static gboolean
sweep_func (gpointer data,
            GError **error)
{
  Leavings *leavings = data;

  for (guint i = 0; i < leavings->strays->len; i++)
    {
      const char    *id = g_ptr_array_index (leavings->strays, i);
      int            folder = opt_job_place_open (leavings->place, id, NULL);
      OptRunnerState state;

      if (folder < 0)
        continue;
      if (opt_runner_folder_probe (folder, -1, &state) == 0 && state == OPT_RUNNER_STATE_UNCLAIMED)
        opt_job_place_remove (leavings->place, id, NULL);
      close (folder);
    }
  return TRUE;
}

static void
sweep_done (gpointer      data,
            const GError *error)
{
  Leavings *leavings = data;

  one_less (leavings->jobs);
}

static void
take_row (OptJobs   *jobs,
          OptJobRow *row)
{
  OptActiveJob *active = opt_active_job_add (jobs, row);

  if (active->job->state == OPT_JOB_QUEUED)
    {
      queue_or_hold (active);
      return;
    }
  opt_job_line_occupy (active);
  active->is_found = FALSE;
  active->is_awaited = TRUE;
  jobs->start_left++;
  opt_job_watch_look (active);
}

static gboolean
read_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Leavings *leavings = data;

  g_clear_pointer (&leavings->rows, g_ptr_array_unref);
  g_clear_pointer (&leavings->strays, g_ptr_array_unref);
  leavings->strays = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < leavings->folders->len; i++)
    {
      const char *id = g_ptr_array_index (leavings->folders, i);
      gboolean    has;

      if (!opt_job_table_has_id (transaction, id, &has, error))
        return FALSE;
      if (!has)
        g_ptr_array_add (leavings->strays, g_strdup (id));
    }
  leavings->rows = opt_job_table_load_active (transaction, leavings->place->folder, error);
  return leavings->rows != NULL;
}

static void
read_done (gpointer      data,
           const GError *error)
{
  Leavings *leavings = data;
  OptJobs  *jobs = leavings->jobs;

  if (jobs->phase == OPT_JOBS_STOPPED)
    return;
  if (error != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&jobs->start_task);

      jobs->phase = OPT_JOBS_NEW;
      opt_job_take_drop_early (jobs);
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  jobs->start_left = 1;
  for (guint i = 0; i < leavings->rows->len; i++)
    take_row (jobs, g_ptr_array_index (leavings->rows, i));
  opt_jobs_work (jobs, sweep_func, sweep_done,
                 leavings_new (jobs, NULL, g_steal_pointer (&leavings->strays)), leavings_free);
}

static gboolean
list_func (gpointer data,
           GError **error)
{
  Leavings *leavings = data;

  leavings->folders = opt_job_place_list (leavings->place, error);
  return leavings->folders != NULL;
}

/* A folder that can't be used is told of by each job that should start there. */
static void
list_done (gpointer      data,
           const GError *error)
{
  Leavings  *leavings = data;
  GPtrArray *folders = g_steal_pointer (&leavings->folders);

  if (error != NULL)
    g_warning ("%s", error->message);
  if (folders == NULL)
    folders = g_ptr_array_new_with_free_func (g_free);
  opt_jobs_read (leavings->jobs, read_func, read_done,
                 leavings_new (leavings->jobs, folders, NULL), leavings_free);
}

/* The folders are listed before the rows are read: what is in neither list is being made now. */
void
opt_job_recovery_begin (OptJobs *jobs)
{
  opt_jobs_work (jobs, list_func, list_done, leavings_new (jobs, NULL, NULL), leavings_free);
}
