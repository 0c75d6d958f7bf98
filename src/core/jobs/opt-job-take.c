/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-id.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"
#include "opt-text.h"

/* A request for a run on its way in: resolved and given a folder on a thread, then written. */
struct _OptJobTake
{
  OptJobs       *jobs;    /* (unowned): steps keep it alive */
  OptJobRequest *request; /* (owned) */
  GTask         *task;    /* (owned) (nullable): who waits, when it is not a row */
  OptJobLine    *line;    /* (unowned) */
  OptJobPlace   *place;   /* (owned) */
  OptJobRow     *row;     /* (owned) (nullable) */
  OptJobPipes   *pipes;   /* (owned) (nullable): there is a folder, it can be started at once */
  OptJobEvent   *event;   /* (owned) (nullable) */
  OptJobSpec    *spec;    /* (owned) (nullable) */
  GError        *error;   /* (owned) (nullable): why it is refused */
  gint64         now;     /* when it came, since the clock is the main thread's */
  char          *spare;   /* (owned) (nullable): a folder made beforehand, until it is used */
  guint          ahead;   /* how many of its task may run already */
  gboolean       occupies;
  gboolean       is_ready;
};

static void
take_free (gpointer data)
{
  OptJobTake *self = data;

  if (self->line != NULL)
    opt_job_line_quit (self->jobs, self->line);
  opt_job_request_free (self->request);
  g_clear_object (&self->task);
  g_clear_pointer (&self->place, opt_job_place_unref);
  opt_job_row_free (self->row);
  g_clear_pointer (&self->pipes, opt_job_pipes_unref);
  g_clear_pointer (&self->event, opt_job_event_unref);
  opt_job_spec_free (self->spec);
  g_clear_error (&self->error);
  g_free (self->spare);
  g_free (self);
}

static gboolean
is_row (OptJobTake *self)
{
  return self->task == NULL;
}

static void
vacate (OptJobTake *self)
{
  if (self->occupies)
    self->line->occupied--;
  self->occupies = FALSE;
}

static OptJobRow *
build_row (OptJobTake *self)
{
  OptJobRow *row = g_new0 (OptJobRow, 1);
  OptJob    *job = opt_job_new ();

  job->id = opt_id_new_uuid7 (self->now);
  job->task = g_strdup (self->spec->task);
  job->robot = g_strdup (self->place->robot);
  job->state = OPT_JOB_QUEUED;
  job->origin = opt_job_origin_copy (self->request->origin);
  job->parameters = opt_job_parameters_copy (self->spec->parameters);
  job->queued = self->now;
  job->output = g_strdup (self->spec->output);
  job->notify_on = g_strdup (self->spec->notify_on);
  row->job = job;
  row->idempotent = self->spec->idempotent;
  row->concurrency = MAX (self->spec->concurrency, 1);
  return row;
}

/* Only what can be started at once gets a folder. */
static void
give_folder (OptJobTake *self)
{
  OptJob *job = self->row->job;
  g_autoptr (GError) local_error = NULL;

  self->pipes = opt_job_place_prepare (self->place, job->id, self->spec, &self->spare,
                                       &local_error);
  if (self->pipes == NULL)
    {
      self->error = g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_IO, "not run: %s",
                                 local_error->message);
      return;
    }
  job->state = OPT_JOB_STARTING;
  job->log_file = g_build_filename (self->place->folder, job->id, "log", NULL);
}

static gboolean
prepare_func (gpointer data,
              GError **error)
{
  OptJobTake *self = data;

  self->spec = opt_job_resolver_resolve (self->jobs->resolver, self->request->target,
                                         self->request->parameters, self->request->origin,
                                         &self->error);
  if (self->spec == NULL)
    return TRUE;
  self->row = build_row (self);
  if (self->ahead < self->row->concurrency)
    give_folder (self);
  return TRUE;
}

typedef struct
{
  OptJobPlace *place; /* (owned) */
  char        *id;    /* (owned) */
} Litter;

static void
litter_free (gpointer data)
{
  Litter *litter = data;

  opt_job_place_unref (litter->place);
  g_free (litter->id);
  g_free (litter);
}

static gboolean
litter_func (gpointer data,
             GError **error)
{
  Litter *litter = data;

  return opt_job_place_remove (litter->place, litter->id, error);
}

static void
litter_done (gpointer      data,
             const GError *error)
{
  if (error != NULL)
    g_info ("%s", error->message);
}

static void
drop_folder (OptJobTake *self)
{
  Litter *litter;

  if (self->pipes == NULL)
    return;
  g_clear_pointer (&self->pipes, opt_job_pipes_unref);
  litter = g_new0 (Litter, 1);
  litter->place = opt_job_place_ref (self->place);
  litter->id = g_strdup (self->row->job->id);
  opt_jobs_work (self->jobs, litter_func, litter_done, litter, litter_free);
}

static gboolean
write_event (OptJobTake     *self,
             OptTransaction *transaction,
             OptJobEventKind kind,
             OptJob         *job,
             const char     *text,
             GError        **error)
{
  self->event = opt_job_event_new (kind, job, self->request->origin, text);
  return opt_job_event_table_add (transaction, self->event, error);
}

/* May run more than once. */
static gboolean
write_func (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  OptJobTake *self = data;
  gboolean    is_open = TRUE;

  g_clear_pointer (&self->event, opt_job_event_unref);
  if (self->row != NULL)
    self->row->job->number = 0;
  if (is_row (self) &&
      !opt_job_request_accept (transaction, self->request->id, self->now, &is_open, error))
    return FALSE;
  /* It was answered already. */
  if (!is_open)
    return TRUE;
  if (self->error != NULL)
    return write_event (self, transaction, OPT_JOB_EVENT_REFUSED, NULL, self->error->message,
                        error);
  if (!opt_job_table_insert (transaction, self->row, error))
    return FALSE;
  /* Whoever waits for an answer needs no event that says the same. */
  return self->row->job->number == 0 || !is_row (self) ||
         write_event (self, transaction, OPT_JOB_EVENT_ACCEPTED, self->row->job, NULL, error);
}

static void
become_job (OptJobTake *self)
{
  OptJobs      *jobs = self->jobs;
  OptActiveJob *active = opt_active_job_add (jobs, self->row);

  if (self->pipes != NULL)
    {
      vacate (self);
      opt_job_line_occupy (active);
      active->pipes = g_steal_pointer (&self->pipes);
      active->environment = g_steal_pointer (&self->spec->environment);
      opt_job_start_spawn (active);
    }
  else
    {
      opt_job_line_wait (active);
      vacate (self);
    }
  opt_jobs_emit_changed (jobs, active->job);
  if (self->task != NULL)
    g_task_return_pointer (self->task, opt_job_ref (active->job), (GDestroyNotify)opt_job_unref);
}

static void
fail (OptJobTake   *self,
      const GError *error)
{
  if (self->task != NULL)
    g_task_return_new_error (self->task, OPT_JOB_ERROR, OPT_JOB_ERROR_IO, "not run: %s",
                             error->message);
  else
    g_warning ("request %" G_GINT64_FORMAT " can't be stored and waits: %s", self->request->id,
               error->message);
}

/* Of a robot that stops there is nobody left to start it: the next one finds it. */
static void
write_done (gpointer      data,
            const GError *error)
{
  OptJobTake *self = data;
  OptJobs    *jobs = self->jobs;

  if (jobs->phase == OPT_JOBS_STOPPED)
    {
      if (error != NULL)
        fail (self, error);
      else if (self->task != NULL)
        g_task_return_pointer (self->task, g_steal_pointer (&self->row->job),
                               (GDestroyNotify)opt_job_unref);
      return;
    }
  if (error != NULL || self->error != NULL || self->row->job->number == 0)
    {
      drop_folder (self);
      vacate (self);
      if (error != NULL)
        fail (self, error);
      else if (self->task != NULL)
        g_task_return_new_error (self->task, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE,
                                 "not run again: there is a job of this origin already");
    }
  else
    become_job (self);
  if (error == NULL && self->event != NULL)
    opt_job_news_add (jobs->news, self->event);
  if (is_row (self))
    opt_job_inbox_done (jobs, self->request->id, error != NULL);
  opt_job_line_advance (jobs, self->line);
}

/* The task may be known by another name than it was asked for, and have no room under that. */
static void
move_line (OptJobTake *self)
{
  OptJobLine *line = opt_job_line_join (self->jobs, self->row->job->task);
  OptJobLine *old = self->line;

  self->line = line;
  if (line == old)
    {
      opt_job_line_quit (self->jobs, old);
      return;
    }
  old->occupied -= self->occupies;
  opt_job_line_advance (self->jobs, old);
  opt_job_line_quit (self->jobs, old);
  if (self->pipes != NULL && (line->occupied >= self->row->concurrency ||
                              !g_queue_is_empty (&line->waiting)))
    {
      drop_folder (self);
      self->row->job->state = OPT_JOB_QUEUED;
      g_clear_pointer (&self->row->job->log_file, g_free);
    }
  line->occupied++;
  self->occupies = TRUE;
}

static void
commit (OptJobTake *self)
{
  if (self->error != NULL && self->task != NULL)
    {
      vacate (self);
      g_task_return_error (self->task, g_steal_pointer (&self->error));
      opt_job_line_advance (self->jobs, self->line);
      take_free (self);
      return;
    }
  if (self->error == NULL)
    move_line (self);
  opt_jobs_write (self->jobs, write_func, write_done, self, take_free);
}

static void
abandon (OptJobTake *self)
{
  drop_folder (self);
  if (self->task != NULL)
    g_task_return_new_error (self->task, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE,
                             "not run: the jobs are not looked after at the moment");
  take_free (self);
}

/* Threads end in any order, yet the jobs of one task are numbered as they were asked for. */
static void
flush (OptJobs    *jobs,
       OptJobLine *line)
{
  OptJobTake *take;

  line->users++;
  while ((take = g_queue_peek_head (&line->takes)) != NULL && take->is_ready)
    {
      g_queue_pop_head (&line->takes);
      if (jobs->phase == OPT_JOBS_STOPPED)
        abandon (take);
      else
        commit (take);
    }
  opt_job_line_quit (jobs, line);
}

static void
prepare_done (gpointer      data,
              const GError *error)
{
  OptJobTake *self = data;

  self->is_ready = TRUE;
  opt_job_spare_give_back (self->jobs, g_steal_pointer (&self->spare));
  flush (self->jobs, self->line);
}

static gboolean
is_fresh (OptJobTake *self)
{
  gint64           age = self->now - self->request->requested;
  g_autofree char *then = NULL;
  g_autofree char *most = NULL;

  if (!is_row (self) || self->place->fresh <= 0 || age <= self->place->fresh)
    return TRUE;
  then = opt_text_format_duration (age);
  most = opt_text_format_duration (self->place->fresh);
  self->error = g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_REFUSED,
                             "asked for %s ago, older than %s; not run", then, most);
  return FALSE;
}

static void
begin (OptJobTake *self)
{
  OptJobs    *jobs = self->jobs;
  OptJobLine *line = opt_job_line_join (jobs, self->request->target);

  self->line = line;
  self->now = opt_jobs_now (jobs);
  /* Behind what waits there is no room, whatever the count says. */
  self->ahead = g_queue_is_empty (&line->waiting) ? line->occupied : G_MAXUINT;
  line->occupied++;
  self->occupies = TRUE;
  g_queue_push_tail (&line->takes, self);
  if (is_fresh (self))
    {
      self->spare = opt_job_spare_take (jobs);
      opt_jobs_work (jobs, prepare_func, prepare_done, self, NULL);
      return;
    }
  self->is_ready = TRUE;
  flush (jobs, line);
}

/* Takes @request. */
void
opt_job_take (OptJobs       *jobs,
              OptJobRequest *request,
              GTask         *task)
{
  OptJobTake *self = g_new0 (OptJobTake, 1);

  self->jobs = jobs;
  self->request = request;
  self->task = task != NULL ? g_object_ref (task) : NULL;
  self->place = opt_job_place_ref (jobs->place);
  if (jobs->phase == OPT_JOBS_STARTED)
    begin (self);
  else if (jobs->phase == OPT_JOBS_STARTING)
    g_queue_push_tail (&jobs->early, self);
  else
    abandon (self);
}

void
opt_job_take_early (OptJobs *jobs)
{
  OptJobTake *take;

  while ((take = g_queue_pop_head (&jobs->early)) != NULL)
    begin (take);
}

void
opt_job_take_drop_early (OptJobs *jobs)
{
  OptJobTake *take;

  while ((take = g_queue_pop_head (&jobs->early)) != NULL)
    abandon (take);
}

/**
 * opt_jobs_run_async:
 * @self: the jobs
 * @task: a task's id
 * @parameters: (nullable) (element-type utf8 utf8): what is given
 * @origin: who asks
 * @cancellable: (nullable): looked at before the start only
 * @callback: called when the job is on the disk, queued or about to start
 * @user_data: for @callback
 *
 * Runs a task, or queues it when as many of it run as may.
 */
void
opt_jobs_run_async (OptJobs            *self,
                    const char         *task,
                    GHashTable         *parameters,
                    const OptJobOrigin *origin,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (task != NULL && origin != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_autoptr (GTask) gtask = g_task_new (self, cancellable, callback, user_data);
  OptJobRequest *request;

  g_task_set_source_tag (gtask, opt_jobs_run_async);
  if (g_task_return_error_if_cancelled (gtask))
    return;
  g_task_set_check_cancellable (gtask, FALSE);
  request = g_new0 (OptJobRequest, 1);
  request->target = g_strdup (task);
  request->parameters = opt_job_parameters_copy (parameters);
  request->origin = opt_job_origin_copy (origin);
  opt_job_take (self, request, gtask);
}

/**
 * opt_jobs_run_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_run_async().
 *
 * Returns: (transfer full) (nullable): the job as it was taken, or NULL with an #OptJobError:
 * USAGE, UNKNOWN_TASK or REFUSED by the task; IO when there is no room on the disk; STATE when
 * there is a job of this origin already
 */
OptJob *
opt_jobs_run_finish (OptJobs      *self,
                     GAsyncResult *result,
                     GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
