/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-id.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"

/* Somebody who waits for the end of a job. */
struct _OptJobWaiter
{
  OptActiveJob *active; /* (unowned) */
  GTask        *task;   /* (owned) */
  GSource      *source; /* (owned) (nullable): of its cancellable */
  guint         timer;
};

/* A question to the tables: one job, or many. */
typedef struct
{
  char        *ref;     /* (owned) (nullable) */
  char        *folder;  /* (owned) */
  char        *state;   /* (owned) (nullable) */
  char        *task_id; /* (owned) (nullable) */
  OptJobFilter filter;
  gint64       timeout;
  OptJob      *job;  /* (owned) (nullable) */
  GPtrArray   *jobs; /* (owned) (nullable) */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->ref);
  g_free (question->folder);
  g_free (question->state);
  g_free (question->task_id);
  g_clear_pointer (&question->job, opt_job_unref);
  g_clear_pointer (&question->jobs, g_ptr_array_unref);
  g_free (question);
}

void
opt_job_waiter_free (gpointer data)
{
  OptJobWaiter *waiter = data;

  opt_clock_cancel (waiter->active->jobs->clock, &waiter->timer);
  if (waiter->source != NULL)
    g_source_destroy (waiter->source);
  g_clear_pointer (&waiter->source, g_source_unref);
  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
return_job (GTask  *task,
            OptJob *job)
{
  g_task_return_pointer (task, opt_job_ref (job), (GDestroyNotify)opt_job_unref);
}

/* It has ended. */
void
opt_job_wait_tell (OptActiveJob *active,
                   OptJob       *job)
{
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&active->waiters);

  for (guint i = 0; waiters != NULL && i < waiters->len; i++)
    return_job (((OptJobWaiter *)g_ptr_array_index (waiters, i))->task, job);
}

void
opt_job_wait_stop (OptActiveJob *active)
{
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&active->waiters);

  for (guint i = 0; waiters != NULL && i < waiters->len; i++)
    g_task_return_new_error (((OptJobWaiter *)g_ptr_array_index (waiters, i))->task, G_IO_ERROR,
                             G_IO_ERROR_CANCELLED, "the job is not looked after any more");
}

static void
timeout_cb (gpointer user_data)
{
  OptJobWaiter *waiter = user_data;
  OptActiveJob *active = waiter->active;

  g_autoptr (GTask) task = g_object_ref (waiter->task);
  g_autoptr (OptJob) job = opt_job_ref (active->job);

  /* Whoever is told may drop the jobs, so it is the last thing done. */
  waiter->timer = 0;
  g_ptr_array_remove (active->waiters, waiter);
  return_job (task, job);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  OptJobWaiter *waiter = user_data;

  g_autoptr (GTask) task = g_object_ref (waiter->task);

  g_ptr_array_remove (waiter->active->waiters, waiter);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
add_waiter (OptActiveJob *active,
            GTask        *task,
            gint64        timeout)
{
  OptJobWaiter *waiter = g_new0 (OptJobWaiter, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  waiter->active = active;
  waiter->task = g_object_ref (task);
  if (timeout > 0)
    waiter->timer = opt_clock_call_in (active->jobs->clock, timeout, timeout_cb, waiter);
  if (cancellable != NULL)
    {
      waiter->source = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->source, G_SOURCE_FUNC (cancelled_cb), waiter, NULL);
      g_source_attach (waiter->source, g_main_context_get_thread_default ());
    }
  if (active->waiters == NULL)
    active->waiters = g_ptr_array_new_with_free_func (opt_job_waiter_free);
  g_ptr_array_add (active->waiters, waiter);
}

static gboolean
find_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Question *question = g_task_get_task_data (data);
  g_autoptr (GError) local_error = NULL;

  g_clear_pointer (&question->job, opt_job_unref);
  opt_job_table_find (transaction, question->ref, question->folder, &question->job, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
find_done (gpointer      data,
           const GError *error)
{
  GTask        *task = data;
  OptJobs      *self = g_task_get_source_object (task);
  Question     *question = g_task_get_task_data (task);
  OptActiveJob *active = opt_active_job_find (self, question->ref);
  gboolean      waits = g_task_get_source_tag (task) == opt_jobs_wait_async;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (active != NULL && waits && self->phase != OPT_JOBS_STOPPED)
    add_waiter (active, task, question->timeout);
  else if (active != NULL)
    return_job (task, active->job);
  else if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (question->job != NULL)
    return_job (task, question->job);
  else
    g_task_return_new_error (task, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN, "there is no job “%s”",
                             question->ref);
}

static void
find_async (OptJobs            *self,
            const char         *ref,
            gint64              timeout,
            gpointer            tag,
            GCancellable       *cancellable,
            GAsyncReadyCallback callback,
            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);
  GError   *error = NULL;
  OptJobRef parsed;

  g_task_set_source_tag (task, tag);
  question->ref = g_strdup (ref);
  question->folder = g_strdup (self->place->folder);
  question->timeout = timeout;
  g_task_set_task_data (task, question, question_free);
  if (!opt_job_ref_parse (&parsed, ref, &error))
    g_task_return_error (task, error);
  else if (opt_active_job_find (self, ref) != NULL)
    find_done (task, NULL);
  else
    opt_jobs_read (self, find_func, find_done, g_steal_pointer (&task), g_object_unref);
}

/**
 * opt_jobs_wait_async:
 * @self: the jobs
 * @ref: a number (with or without #) or an id
 * @timeout: microseconds, 0 is no limit
 * @cancellable: (nullable): to wait no longer
 * @callback: called when the job has ended, or the time is over
 * @user_data: for @callback
 *
 * Waits for a job's end.
 */
void
opt_jobs_wait_async (OptJobs            *self,
                     const char         *ref,
                     gint64              timeout,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (ref != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  find_async (self, ref, timeout, opt_jobs_wait_async, cancellable, callback, user_data);
}

/**
 * opt_jobs_wait_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_wait_async().
 *
 * Returns: (transfer full) (nullable): the job, which has not ended when the time was over; or NULL
 * with %OPT_JOB_ERROR_UNKNOWN, or %G_IO_ERROR_CANCELLED
 */
OptJob *
opt_jobs_wait_finish (OptJobs      *self,
                      GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * opt_jobs_get_async:
 * @self: the jobs
 * @ref: a number (with or without #) or an id
 * @cancellable: (nullable): to stop asking
 * @callback: called with the job
 * @user_data: for @callback
 *
 * Asks for one job.
 */
void
opt_jobs_get_async (OptJobs            *self,
                    const char         *ref,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (ref != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  find_async (self, ref, 0, opt_jobs_get_async, cancellable, callback, user_data);
}

/**
 * opt_jobs_get_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_get_async().
 *
 * Returns: (transfer full) (nullable): the job as it is now, or NULL with %OPT_JOB_ERROR_UNKNOWN
 */
OptJob *
opt_jobs_get_finish (OptJobs      *self,
                     GAsyncResult *result,
                     GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
list_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Question *question = g_task_get_task_data (data);

  g_clear_pointer (&question->jobs, g_ptr_array_unref);
  question->jobs = opt_job_table_list (transaction, &question->filter, question->folder, error);
  return question->jobs != NULL;
}

/* What runs is known better here than there. */
static void
list_done (gpointer      data,
           const GError *error)
{
  GTask     *task = data;
  OptJobs   *self = g_task_get_source_object (task);
  Question  *question = g_task_get_task_data (task);
  GPtrArray *jobs = question->jobs;

  if (error != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  for (guint i = 0; i < jobs->len; i++)
    {
      OptJob       *job = g_ptr_array_index (jobs, i);
      OptActiveJob *active = g_hash_table_lookup (self->by_number, &job->number);

      if (active == NULL || opt_job_state_is_end (job->state))
        continue;
      jobs->pdata[i] = opt_job_ref (active->job);
      opt_job_unref (job);
    }
  g_task_return_pointer (task, g_ptr_array_ref (jobs), (GDestroyNotify)g_ptr_array_unref);
}

static int
compare_newest (gconstpointer a,
                gconstpointer b)
{
  const OptJob *one = *(OptJob *const *)a;
  const OptJob *other = *(OptJob *const *)b;

  return one->number < other->number ? 1 : one->number > other->number ? -1
                                                                       : 0;
}

static gboolean
is_asked_for (const OptJob       *job,
              const OptJobFilter *filter)
{
  return (strcmp (filter->state, "active") == 0 ||
          strcmp (filter->state, opt_job_state_to_string (job->state)) == 0) &&
         (filter->task == NULL || opt_name_equal (filter->task, job->task)) &&
         job->queued >= filter->since;
}

/* What has not ended is all here, and the table may not have heard yet that it runs. */
static GPtrArray *
list_active (OptJobs            *self,
             const OptJobFilter *filter)
{
  GPtrArray     *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);
  guint          limit = filter->limit != 0 ? filter->limit : OPT_JOB_TABLE_LIMIT;
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->by_number);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_asked_for (((OptActiveJob *)value)->job, filter))
      g_ptr_array_add (jobs, opt_job_ref (((OptActiveJob *)value)->job));
  g_ptr_array_sort (jobs, compare_newest);
  if (jobs->len > limit)
    g_ptr_array_set_size (jobs, (int)limit);
  return jobs;
}

/* Whether only what has not ended is asked for; FALSE with an error when it is no state. */
static gboolean
is_active_state (const char *state,
                 GError    **error)
{
  OptJobState parsed;

  if (state == NULL || strcmp (state, "ended") == 0)
    return FALSE;
  if (strcmp (state, "active") == 0)
    return TRUE;
  if (opt_job_state_from_string (state, &parsed))
    return !opt_job_state_is_end (parsed);
  g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_USAGE,
               "there is no state “%.64s”: give active, ended or one of queued, starting, running, "
               "stopping, succeeded, failed, cancelled, timed-out, lost",
               g_utf8_validate (state, -1, NULL) ? state : "?");
  return FALSE;
}

/**
 * opt_jobs_list_async:
 * @self: the jobs
 * @filter: (nullable): which ones
 * @cancellable: (nullable): to stop asking
 * @callback: called with the jobs
 * @user_data: for @callback
 *
 * Asks for many jobs.
 */
void
opt_jobs_list_async (OptJobs            *self,
                     const OptJobFilter *filter,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);
  GError   *error = NULL;

  g_task_set_source_tag (task, opt_jobs_list_async);
  question->folder = g_strdup (self->place->folder);
  if (filter != NULL)
    question->filter = *filter;
  question->filter.state = question->state = g_strdup (question->filter.state);
  question->filter.task = question->task_id = g_strdup (question->filter.task);
  g_task_set_task_data (task, question, question_free);
  if (is_active_state (question->state, &error))
    g_task_return_pointer (task, list_active (self, &question->filter),
                           (GDestroyNotify)g_ptr_array_unref);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    opt_jobs_read (self, list_func, list_done, g_steal_pointer (&task), g_object_unref);
}

/**
 * opt_jobs_list_finish:
 * @self: the jobs
 * @result: the result
 * @error: return location
 *
 * Ends opt_jobs_list_async().
 *
 * Returns: (transfer full) (element-type OptJob) (nullable): jobs, newest first; or NULL with
 * %OPT_JOB_ERROR_USAGE when the filter's state is none
 */
GPtrArray *
opt_jobs_list_finish (OptJobs      *self,
                      GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
