/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs.h"

#include "opt-job-private.h"
#include "opt-jobs-private.h"

#define RETRY_FIRST OPT_SECOND
#define RETRY_MOST  (60 * OPT_SECOND)

/* A closure or piece of work, with what keeps the jobs alive until it is over. */
typedef struct
{
  OptJobs       *jobs; /* (owned) */
  OptStoreFunc   store_func;
  OptJobWorkFunc work_func;
  OptStoreDone   done;
  gpointer       data; /* (owned) */
  GDestroyNotify destroy;
} Step;

G_DEFINE_FINAL_TYPE (OptJobs, opt_jobs, G_TYPE_OBJECT)

enum {
  JOB_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static Step *
step_new (OptJobs       *self,
          OptStoreDone   done,
          gpointer       data,
          GDestroyNotify destroy)
{
  Step *step = g_new0 (Step, 1);

  step->jobs = g_object_ref (self);
  step->done = done;
  step->data = data;
  step->destroy = destroy;
  self->pending++;
  return step;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  if (step->destroy != NULL)
    step->destroy (step->data);
  step->jobs->pending--;
  g_object_unref (step->jobs);
  g_free (step);
}

static gboolean
step_store (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  Step *step = data;

  return step->store_func (transaction, step->data, error);
}

static void
step_done (gpointer      data,
           const GError *error)
{
  Step *step = data;

  if (step->done != NULL)
    step->done (step->data, error);
}

void
opt_jobs_write (OptJobs       *self,
                OptStoreFunc   func,
                OptStoreDone   done,
                gpointer       data,
                GDestroyNotify destroy)
{
  Step *step = step_new (self, done, data, destroy);

  step->store_func = func;
  opt_store_write (self->store, step_store, step_done, step, step_free);
}

void
opt_jobs_read (OptJobs       *self,
               OptStoreFunc   func,
               OptStoreDone   done,
               gpointer       data,
               GDestroyNotify destroy)
{
  Step *step = step_new (self, done, data, destroy);

  step->store_func = func;
  opt_store_read (self->store, step_store, step_done, step, step_free);
}

static void
work_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Step   *step = task_data;
  GError *error = NULL;

  if (step->work_func (step->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
work_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  Step *step = user_data;

  g_task_propagate_boolean (G_TASK (result), &error);
  step_done (step, error);
  step_free (step);
}

void
opt_jobs_work (OptJobs       *self,
               OptJobWorkFunc func,
               OptStoreDone   done,
               gpointer       data,
               GDestroyNotify destroy)
{
  Step *step = step_new (self, done, data, destroy);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, work_cb, step);

  g_task_set_source_tag (task, opt_jobs_work);
  g_task_set_task_data (task, step, NULL);
  step->work_func = func;
  g_task_run_in_thread (task, work_thread);
}

gint64
opt_jobs_now (OptJobs *self)
{
  return opt_clock_get_wall (self->clock);
}

void
opt_jobs_emit_changed (OptJobs *self,
                       OptJob  *job)
{
  g_signal_emit (self, signals[JOB_CHANGED], 0, job);
}

static void
opt_jobs_dispose (GObject *object)
{
  OptJobs *self = OPT_JOBS (object);

  opt_jobs_stop (self);
  G_OBJECT_CLASS (opt_jobs_parent_class)->dispose (object);
}

static void
opt_jobs_finalize (GObject *object)
{
  OptJobs *self = OPT_JOBS (object);

  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->by_number, g_hash_table_unref);
  g_clear_pointer (&self->lines, g_hash_table_unref);
  g_clear_pointer (&self->start_held, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_hash_table_unref);
  g_queue_clear_full (&self->spares, g_free);
  g_clear_pointer (&self->news, opt_job_news_free);
  g_clear_pointer (&self->follows, opt_job_follows_free);
  g_clear_pointer (&self->place, opt_job_place_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->resolver);
  G_OBJECT_CLASS (opt_jobs_parent_class)->finalize (object);
}

static void
opt_jobs_class_init (OptJobsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_jobs_dispose;
  object_class->finalize = opt_jobs_finalize;

  /**
   * OptJobs::job-changed:
   * @self: the jobs
   * @job: as it is now
   *
   * A job is new, or has another state or progress.
   */
  signals[JOB_CHANGED] = g_signal_new ("job-changed", OPT_TYPE_JOBS, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, OPT_TYPE_JOB);
}

static void
opt_jobs_init (OptJobs *self)
{
  self->by_number = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                           (GDestroyNotify)opt_active_job_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, opt_job_line_free);
  self->requests = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->early);
  g_queue_init (&self->spares);
  opt_backoff_init (&self->request_backoff, RETRY_FIRST, RETRY_MOST);
  self->news = opt_job_news_new (self);
  self->follows = opt_job_follows_new (self);
}

/**
 * opt_jobs_new:
 * @store: where the tables are; opened before opt_jobs_start_async()
 * @clock: all time, but for what the runner measures
 * @resolver: who knows the tasks
 * @settings: where and how jobs are kept
 *
 * Makes the queue of jobs of this robot.
 *
 * Returns: (transfer full): jobs that are not started
 */
OptJobs *
opt_jobs_new (OptStore              *store,
              OptClock              *clock,
              OptJobResolver        *resolver,
              const OptJobsSettings *settings)
{
  OptJobs *self;

  g_return_val_if_fail (OPT_IS_STORE (store) && OPT_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (OPT_IS_JOB_RESOLVER (resolver), NULL);
  g_return_val_if_fail (settings != NULL && settings->folder != NULL, NULL);
  g_return_val_if_fail (settings->runner != NULL, NULL);

  self = g_object_new (OPT_TYPE_JOBS, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->resolver = g_object_ref (resolver);
  self->place = opt_job_place_new (settings);
  return self;
}

/**
 * opt_jobs_set_listener:
 * @self: the jobs
 * @listener: (nullable): who is told of events
 *
 * Sets the bot side. It is not referenced, since it usually holds the jobs, and may go away.
 */
void
opt_jobs_set_listener (OptJobs        *self,
                       OptJobListener *listener)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (listener == NULL || OPT_IS_JOB_LISTENER (listener));

  opt_job_news_set_listener (self->news, listener);
}

/**
 * opt_jobs_set_settings:
 * @self: the jobs
 * @settings: where and how jobs are kept
 *
 * Changes the settings from the next job on. The folder must stay while jobs run.
 */
void
opt_jobs_set_settings (OptJobs               *self,
                       const OptJobsSettings *settings)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (settings != NULL && settings->folder != NULL && settings->runner != NULL);

  opt_job_place_unref (self->place);
  self->place = opt_job_place_new (settings);
}

/**
 * opt_jobs_start_async:
 * @self: jobs that are not started
 * @cancellable: (nullable): looked at before the start only
 * @callback: called when it is known of every job how it is
 * @user_data: for @callback
 *
 * Recovers: adopts what runs, finds what is lost, holds what is old; then works through the queue.
 */
void
opt_jobs_start_async (OptJobs            *self,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (self->phase == OPT_JOBS_NEW);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_jobs_start_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_task_set_check_cancellable (task, FALSE);
  self->phase = OPT_JOBS_STARTING;
  self->start_task = g_steal_pointer (&task);
  opt_job_recovery_begin (self);
}

/**
 * opt_jobs_start_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_start_async().
 *
 * Returns: FALSE with an #OptStoreError when the tables can't be read
 */
gboolean
opt_jobs_start_finish (OptJobs      *self,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
stop_job (OptActiveJob *active)
{
  opt_active_job_quiet (active);
  opt_job_wait_stop (active);
  g_queue_clear_full (&active->orders, opt_job_order_free);
}

/**
 * opt_jobs_stop:
 * @self: the jobs
 *
 * Stops looking after jobs; their runners go on. Whoever waits is told so with
 * %G_IO_ERROR_CANCELLED.
 */
void
opt_jobs_stop (OptJobs *self)
{
  GHashTableIter iter;
  gpointer       active;

  g_return_if_fail (OPT_IS_JOBS (self));

  if (self->phase == OPT_JOBS_STOPPED)
    return;
  self->phase = OPT_JOBS_STOPPED;
  if (self->start_task != NULL)
    g_task_return_new_error (self->start_task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "stopped before the start was over");
  g_clear_object (&self->start_task);
  opt_job_take_drop_early (self);
  opt_job_retention_stop (self);
  opt_job_news_stop (self->news);
  opt_job_follows_stop (self->follows);
  opt_clock_cancel (self->clock, &self->request_timer);
  g_hash_table_iter_init (&iter, self->by_number);
  while (g_hash_table_iter_next (&iter, NULL, &active))
    stop_job (active);
}

/**
 * opt_jobs_poke:
 * @self: the jobs
 *
 * Tells that there may be new requests.
 */
void
opt_jobs_poke (OptJobs *self)
{
  g_return_if_fail (OPT_IS_JOBS (self));

  opt_job_inbox_read (self);
}

/**
 * opt_jobs_get_counts:
 * @self: the jobs
 * @queued: (out) (optional): how many wait, those that are held among them
 * @running: (out) (optional): how many are being started, run or are being stopped
 *
 * Counts the jobs that have not ended.
 */
void
opt_jobs_get_counts (OptJobs *self,
                     gint64  *queued,
                     gint64  *running)
{
  GHashTableIter iter;
  gpointer       value;
  gint64         n_queued = 0, n_running = 0;

  g_return_if_fail (OPT_IS_JOBS (self));

  g_hash_table_iter_init (&iter, self->by_number);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((OptActiveJob *)value)->job->state == OPT_JOB_QUEUED)
      n_queued++;
    else
      n_running++;
  if (queued != NULL)
    *queued = n_queued;
  if (running != NULL)
    *running = n_running;
}

/**
 * opt_jobs_is_idle:
 * @self: the jobs
 *
 * Tells whether nothing is read, stored or told at the moment and no job is about to be started.
 * Jobs that run do not count, nor what waits for a time to come.
 *
 * Returns: whether it is so
 */
gboolean
opt_jobs_is_idle (OptJobs *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_return_val_if_fail (OPT_IS_JOBS (self), FALSE);

  if (self->pending > 0 || self->start_task != NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, self->by_number);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      OptActiveJob *active = value;

      if (active->job->state == OPT_JOB_STARTING && active->retry_timer == 0)
        return FALSE;
    }
  return TRUE;
}
