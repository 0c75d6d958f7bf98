/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-job-private.h"
#include "opt-jobs-private.h"

/* A wish to cancel or to release a job. */
struct _OptJobOrder
{
  OptJobs       *jobs;    /* (unowned): steps keep it alive */
  OptJobRequest *request; /* (owned): a row when @task is NULL */
  GTask         *task;    /* (owned) (nullable) */
  OptActiveJob  *active;  /* (owned) (nullable) */
  OptJob        *job;     /* (owned) (nullable): as it is to be, or why it is refused */
  GError        *error;   /* (owned) (nullable): why it is refused */
  OptJobEvent   *event;   /* (owned) (nullable): for who asked */
  OptJobEvent   *ended;   /* (owned) (nullable): for who asked for the job */
  gint64         now;
};

void
opt_job_order_free (gpointer data)
{
  OptJobOrder *self = data;

  if (self->task != NULL && !g_task_get_completed (self->task) &&
      self->jobs->phase == OPT_JOBS_STOPPED)
    g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "not done: the agent stops");
  g_clear_object (&self->task);
  opt_job_request_free (self->request);
  g_clear_pointer (&self->active, opt_active_job_unref);
  g_clear_pointer (&self->job, opt_job_unref);
  g_clear_pointer (&self->event, opt_job_event_unref);
  g_clear_pointer (&self->ended, opt_job_event_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
is_row (OptJobOrder *self)
{
  return self->task == NULL;
}

static gboolean
is_cancel (OptJobOrder *self)
{
  return self->request->kind == OPT_JOB_REQUEST_CANCEL;
}

/* Who asked for the job hears of its end; the same chat need not hear of it twice. */
static gboolean
is_heard_by_end (OptJobOrder *self)
{
  const OptJobOrigin *one = self->request->origin;
  const OptJobOrigin *other = self->job->origin;

  return opt_job_state_is_end (self->job->state) && strcmp (one->kind, other->kind) == 0 &&
         g_strcmp0 (one->bot, other->bot) == 0 && g_strcmp0 (one->chat, other->chat) == 0 &&
         one->topic == other->topic;
}

static gboolean
add_event (OptJobOrder    *self,
           OptTransaction *transaction,
           OptJobEvent   **event,
           GError        **error)
{
  return opt_job_event_table_add (transaction, *event, error);
}

static gboolean
write_answer (OptJobOrder    *self,
              OptTransaction *transaction,
              GError        **error)
{
  OptJobEventKind kind = is_cancel (self) ? OPT_JOB_EVENT_STOPPING : OPT_JOB_EVENT_ACCEPTED;
  const char     *text = NULL;
  gboolean        is_open = TRUE;

  if (!is_row (self))
    return TRUE;
  if (!opt_job_request_accept (transaction, self->request->id, self->now, &is_open, error))
    return FALSE;
  if (!is_open)
    return TRUE;
  if (self->error != NULL)
    {
      kind = OPT_JOB_EVENT_REFUSED;
      text = self->error->message;
    }
  else if (is_cancel (self) && is_heard_by_end (self))
    return TRUE;
  self->event = opt_job_event_new (kind, self->job, self->request->origin, text);
  return add_event (self, transaction, &self->event, error);
}

/* May run more than once. */
static gboolean
write_func (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  OptJobOrder *self = data;

  g_clear_pointer (&self->event, opt_job_event_unref);
  g_clear_pointer (&self->ended, opt_job_event_unref);
  if (!write_answer (self, transaction, error))
    return FALSE;
  if (self->error != NULL)
    return TRUE;
  if (!opt_job_table_update (transaction, self->job, error))
    return FALSE;
  if (!opt_job_state_is_end (self->job->state))
    return TRUE;
  self->ended = opt_job_event_new (OPT_JOB_EVENT_ENDED, self->job, self->job->origin,
                                   self->job->reason);
  return add_event (self, transaction, &self->ended, error);
}

static void
answer (OptJobOrder  *self,
        const GError *error)
{
  OptJobs *jobs = self->jobs;

  if (error == NULL && self->event != NULL)
    opt_job_news_add (jobs->news, self->event);
  if (error == NULL && self->ended != NULL)
    opt_job_news_add (jobs->news, self->ended);
  if (is_row (self))
    {
      if (error != NULL)
        g_warning ("request %" G_GINT64_FORMAT " can't be stored and waits: %s", self->request->id,
                   error->message);
      opt_job_inbox_done (jobs, self->request->id, error != NULL);
    }
  else if (error != NULL)
    g_task_return_new_error (self->task, OPT_JOB_ERROR, OPT_JOB_ERROR_IO, "can't be stored: %s",
                             error->message);
  else if (self->error != NULL)
    g_task_return_error (self->task, g_steal_pointer (&self->error));
  else
    g_task_return_pointer (self->task, opt_job_ref (self->job), (GDestroyNotify)opt_job_unref);
}

static void
refused_done (gpointer      data,
              const GError *error)
{
  OptJobOrder *self = data;

  if (self->jobs->phase != OPT_JOBS_STOPPED || !is_row (self))
    answer (self, error);
}

/* Takes @self, whose error is set. */
static void
refuse (OptJobOrder *self)
{
  if (is_row (self))
    {
      opt_jobs_write (self->jobs, write_func, refused_done, self, opt_job_order_free);
      return;
    }
  g_task_return_error (self->task, g_steal_pointer (&self->error));
  opt_job_order_free (self);
}

static void
refuse_state (OptJobOrder *self,
              OptJob      *job)
{
  const char *state = opt_job_state_to_string (job->state);

  g_clear_pointer (&self->job, opt_job_unref);
  self->job = opt_job_ref (job);
  if (opt_job_state_is_end (job->state))
    self->error = g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_STATE,
                               "#%" G_GINT64_FORMAT " has ended already: %s", job->number, state);
  else
    self->error = g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_STATE,
                               "#%" G_GINT64_FORMAT " is not held but %s", job->number, state);
  refuse (self);
}

/* Takes @order: the job ended before its turn came. */
void
opt_job_order_refuse_ended (OptJobOrder *order,
                            OptJob      *job)
{
  refuse_state (order, job);
}

static void
queued_done (gpointer      data,
             const GError *error)
{
  OptJobOrder  *self = data;
  OptActiveJob *active = self->active;

  if (self->jobs->phase == OPT_JOBS_STOPPED)
    return;
  if (error == NULL)
    opt_active_job_set (active, opt_job_ref (self->job));
  answer (self, error);
  if (error == NULL && opt_job_state_is_end (self->job->state))
    {
      opt_active_job_remove (active);
      return;
    }
  if (g_strcmp0 (active->job->reason, "held") != 0)
    opt_job_line_wait (active);
  opt_active_job_settle (active);
  opt_job_line_advance (self->jobs, active->line);
}

/* Takes @self. The job is in nobody's hands but ours until this is on the disk. */
static void
change_queued (OptJobOrder *self)
{
  OptActiveJob *active = self->active;

  active->is_busy = TRUE;
  opt_clock_cancel (self->jobs->clock, &active->retry_timer);
  opt_job_line_leave (active);
  opt_jobs_write (self->jobs, write_func, queued_done, self, opt_job_order_free);
}

/* The wish counts even when it can't be stored: what fills the disk must be stoppable. */
static void
stopping_done (gpointer      data,
               const GError *error)
{
  OptJobOrder  *self = data;
  OptActiveJob *active = self->active;

  if (self->jobs->phase == OPT_JOBS_STOPPED)
    return;
  if (!active->is_gone && active->final == NULL)
    {
      if (active->job->state != OPT_JOB_STOPPING)
        {
          OptJob *job = opt_job_copy (active->job);

          job->state = OPT_JOB_STOPPING;
          opt_active_job_set (active, job);
        }
      opt_job_watch_stop_job (active);
    }
  answer (self, is_row (self) ? error : NULL);
}

static void
cancel (OptJobOrder *self)
{
  OptActiveJob *active = self->active;
  OptJob       *job = opt_job_copy (active->job);

  self->job = job;
  if (job->state == OPT_JOB_QUEUED)
    {
      job->state = OPT_JOB_CANCELLED;
      job->ended = MAX (self->now, 1);
      g_free (job->reason);
      job->reason = g_strdup ("cancelled before it was started");
      change_queued (self);
      return;
    }
  job->state = OPT_JOB_STOPPING;
  active->stop_wanted = TRUE;
  opt_jobs_write (self->jobs, write_func, stopping_done, self, opt_job_order_free);
}

static void
release (OptJobOrder *self)
{
  OptJob *job = self->active->job;

  if (job->state != OPT_JOB_QUEUED || g_strcmp0 (job->reason, "held") != 0)
    {
      refuse_state (self, job);
      return;
    }
  self->job = opt_job_copy (job);
  g_clear_pointer (&self->job->reason, g_free);
  change_queued (self);
}

/* Takes @order. */
void
opt_job_order_run (OptActiveJob *active,
                   OptJobOrder  *order)
{
  if (order->active == NULL)
    order->active = opt_active_job_ref (active);
  order->now = opt_jobs_now (order->jobs);
  if (active->is_busy)
    g_queue_push_tail (&active->orders, order);
  else if (is_cancel (order))
    cancel (order);
  else
    release (order);
}

typedef struct
{
  OptJobOrder *order;  /* (owned) (nullable) */
  char        *folder; /* (owned) */
  OptJob      *found;  /* (owned) (nullable) */
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_pointer (&search->order, opt_job_order_free);
  g_clear_pointer (&search->found, opt_job_unref);
  g_free (search->folder);
  g_free (search);
}

static gboolean
search_func (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  Search *search = data;
  g_autoptr (GError) local_error = NULL;

  g_clear_pointer (&search->found, opt_job_unref);
  opt_job_table_find (transaction, search->order->request->target, search->folder, &search->found,
                      &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
search_done (gpointer      data,
             const GError *error)
{
  Search       *search = data;
  OptJobOrder  *order = g_steal_pointer (&search->order);
  OptActiveJob *active = opt_active_job_find (order->jobs, order->request->target);

  if (order->jobs->phase == OPT_JOBS_STOPPED)
    {
      opt_job_order_free (order);
      return;
    }
  if (error != NULL)
    {
      answer (order, error);
      opt_job_order_free (order);
    }
  else if (active != NULL)
    opt_job_order_run (active, order);
  else if (search->found != NULL)
    refuse_state (order, search->found);
  else
    {
      OptJobRef ref;

      if (opt_job_ref_parse (&ref, order->request->target, &order->error))
        order->error = g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN, "there is no job “%s”",
                                    order->request->target);
      refuse (order);
    }
}

/* Takes @request; @task is NULL when it is a row. */
void
opt_job_order (OptJobs       *jobs,
               OptJobRequest *request,
               GTask         *task)
{
  OptJobOrder  *self = g_new0 (OptJobOrder, 1);
  OptActiveJob *active = opt_active_job_find (jobs, request->target);
  Search       *search;

  self->jobs = jobs;
  self->request = request;
  self->task = task != NULL ? g_object_ref (task) : NULL;
  self->now = opt_jobs_now (jobs);
  if (active != NULL)
    {
      opt_job_order_run (active, self);
      return;
    }
  search = g_new0 (Search, 1);
  search->order = self;
  search->folder = g_strdup (jobs->place->folder);
  opt_jobs_read (jobs, search_func, search_done, search, search_free);
}

static void
order_async (OptJobs            *self,
             OptJobRequestKind   kind,
             const char         *ref,
             gpointer            tag,
             GCancellable       *cancellable,
             GAsyncReadyCallback callback,
             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  OptJobRequest *request;

  g_task_set_source_tag (task, tag);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_task_set_check_cancellable (task, FALSE);
  if (self->phase != OPT_JOBS_STARTED)
    {
      g_task_return_new_error (task, OPT_JOB_ERROR, OPT_JOB_ERROR_STATE,
                               "not done: the jobs are not looked after at the moment");
      return;
    }
  request = g_new0 (OptJobRequest, 1);
  request->kind = kind;
  request->target = g_strdup (ref);
  request->origin = opt_job_origin_new ("cli");
  opt_job_order (self, request, task);
}

/**
 * opt_jobs_cancel_async:
 * @self: the jobs
 * @ref: a number (with or without #) or an id
 * @cancellable: (nullable): looked at before the start only
 * @callback: called when it is cancelled, or was asked to stop
 * @user_data: for @callback
 *
 * Ends a job that waits, or asks one that runs to stop. To know when it did, wait for it.
 */
void
opt_jobs_cancel_async (OptJobs            *self,
                       const char         *ref,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (ref != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  order_async (self, OPT_JOB_REQUEST_CANCEL, ref, opt_jobs_cancel_async, cancellable, callback,
               user_data);
}

/**
 * opt_jobs_cancel_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_cancel_async().
 *
 * Returns: (transfer full) (nullable): the job, stopping or cancelled; or NULL with an
 * #OptJobError: UNKNOWN, or STATE when it has ended already
 */
OptJob *
opt_jobs_cancel_finish (OptJobs      *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * opt_jobs_release_async:
 * @self: the jobs
 * @ref: a number (with or without #) or an id
 * @cancellable: (nullable): looked at before the start only
 * @callback: called when it may start
 * @user_data: for @callback
 *
 * Lets a job start that was held.
 */
void
opt_jobs_release_async (OptJobs            *self,
                        const char         *ref,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (ref != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  order_async (self, OPT_JOB_REQUEST_RELEASE, ref, opt_jobs_release_async, cancellable, callback,
               user_data);
}

/**
 * opt_jobs_release_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_release_async().
 *
 * Returns: (transfer full) (nullable): the job, queued; or NULL with an #OptJobError: UNKNOWN, or
 * STATE when it is not held
 */
OptJob *
opt_jobs_release_finish (OptJobs      *self,
                         GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
