/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <glib-unix.h>

#include "opt-job-files.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"

#define PIECE_BYTES 65536
/* Where the system has no more watches to give: as good as it gets. */
#define BLIND_PAUSE OPT_SECOND

/* Somebody who reads a log, and may wait for more of it. */
typedef struct
{
  OptJobs     *jobs;  /* (unowned): the task holds it */
  GTask       *task;  /* (owned) */
  OptJobPlace *place; /* (owned) */
  char        *ref;   /* (owned) */
  OptJob      *job;   /* (owned) (nullable): as it was before the log was read */
  OptJob      *found; /* (owned) (nullable): of the reader's thread */
  gint64       offset;
  gboolean     follow;
  OptJobLog    log;
  GSource     *source; /* (owned) (nullable): of the cancellable, while it waits */
  guint        timer;
  int          watch;    /* of inotify, or -1 */
  gboolean     is_blind; /* there was no watch to be had */
  gboolean     is_told;  /* something happened while it was read */
  gboolean     is_parked;
} Reading;

struct _OptJobFollows
{
  OptJobs   *jobs;     /* (unowned) */
  GPtrArray *readings; /* (owned) (element-type Reading): those that wait or are about to */
  GSource   *source;   /* (owned) (nullable) */
  int        inotify;  /* (owned) or -1 */
};

/**
 * opt_job_log_clear:
 * @self: a piece of a log
 *
 * Drops what it holds.
 */
void
opt_job_log_clear (OptJobLog *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->data, g_bytes_unref);
}

static void
log_free (gpointer data)
{
  OptJobLog *log = data;

  opt_job_log_clear (log);
  g_free (log);
}

static void
unpark (Reading *reading)
{
  opt_clock_cancel (reading->jobs->clock, &reading->timer);
  if (reading->source != NULL)
    g_source_destroy (reading->source);
  g_clear_pointer (&reading->source, g_source_unref);
  reading->is_parked = FALSE;
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  unpark (reading);
  opt_job_log_clear (&reading->log);
  g_clear_pointer (&reading->job, opt_job_unref);
  g_clear_pointer (&reading->found, opt_job_unref);
  opt_job_place_unref (reading->place);
  g_free (reading->ref);
  g_object_unref (reading->task);
  g_free (reading);
}

static void
finish (Reading *reading)
{
  OptJobLog *log = g_memdup2 (&reading->log, sizeof reading->log);
  g_autoptr (GTask) task = g_object_ref (reading->task);

  /* Whoever is told may drop the jobs, so it is the last thing done. */
  reading->log.data = NULL;
  g_ptr_array_remove (reading->jobs->follows->readings, reading);
  g_task_return_pointer (task, log, log_free);
}

/* Takes @error. */
static void
fail (Reading *reading,
      GError  *error)
{
  g_autoptr (GTask) task = g_object_ref (reading->task);

  g_ptr_array_remove (reading->jobs->follows->readings, reading);
  g_task_return_error (task, error);
}

static guint64
find_start (gint64  offset,
            guint64 end)
{
  guint64 back = offset < 0 ? (guint64)(-(offset + 1)) + 1 : 0;

  if (offset >= 0)
    return (guint64)offset;
  return end > back ? end - back : 0;
}

static gboolean
read_piece (Reading *reading,
            int      folder,
            guint64  end,
            GError **error)
{
  g_autofree char *buffer = g_malloc (PIECE_BYTES);
  guint64          from = find_start (reading->offset, end);
  uint64_t         at = from;
  /* Far beyond its end there is no offset to read from. */
  gssize n = from < end ? opt_runner_log_read (folder, from, buffer, PIECE_BYTES, &at) : 0;

  if (n < 0)
    {
      opt_job_error_set_io (error, errno, "read the log of", reading->job->id);
      return FALSE;
    }
  reading->log.cut = n > 0 ? at - from : 0;
  reading->log.next = n > 0 ? at + (guint64)n : from;
  reading->log.data = n > 0 ? g_bytes_new_take (g_realloc (g_steal_pointer (&buffer), n), n) : NULL;
  return TRUE;
}

/* A job that never started has no folder, and an empty log. */
static gboolean
read_func (gpointer data,
           GError **error)
{
  Reading *reading = data;
  g_autoptr (GError) local_error = NULL;
  int      folder = opt_job_place_open (reading->place, reading->job->id, &local_error);
  gboolean has_ended = opt_job_state_is_end (reading->job->state);
  uint64_t end = 0, cut = 0;
  gboolean done = TRUE;

  opt_job_log_clear (&reading->log);
  reading->log = (OptJobLog){ .next = (guint64)MAX (reading->offset, 0), .ended = has_ended };
  if (folder < 0)
    {
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  errno = opt_runner_log_span (folder, &end, &cut);
  if (errno == 0)
    done = read_piece (reading, folder, end, error);
  else if (errno != ENOENT)
    {
      opt_job_error_set_io (error, errno, "read the log of", reading->job->id);
      done = FALSE;
    }
  close (folder);
  reading->log.ended = has_ended && (reading->log.next >= end || reading->log.data == NULL);
  return done;
}

static void
watch (Reading *reading)
{
  OptJobFollows   *self = reading->jobs->follows;
  g_autofree char *path = g_build_filename (reading->place->folder, reading->job->id, NULL);

  reading->watch = inotify_add_watch (self->inotify, path,
                                      IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR |
                                        IN_DONT_FOLLOW | IN_ONESHOT);
  reading->is_blind = reading->watch < 0;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Reading *reading = user_data;

  g_autoptr (GTask) task = g_object_ref (reading->task);

  g_ptr_array_remove (reading->jobs->follows->readings, reading);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
blind_cb (gpointer user_data)
{
  Reading *reading = user_data;

  reading->timer = 0;
  opt_job_follows_read (reading->jobs->follows, reading);
}

static void
park (Reading *reading)
{
  GCancellable *cancellable = g_task_get_cancellable (reading->task);

  reading->is_parked = TRUE;
  if (cancellable != NULL)
    {
      reading->source = g_cancellable_source_new (cancellable);
      g_source_set_callback (reading->source, G_SOURCE_FUNC (cancelled_cb), reading, NULL);
      g_source_attach (reading->source, g_main_context_get_thread_default ());
    }
  /* A job that waits has no folder yet; its start is heard of. */
  if (reading->is_blind && reading->job->state != OPT_JOB_QUEUED)
    reading->timer = opt_clock_call_in (reading->jobs->clock, BLIND_PAUSE, blind_cb, reading);
}

static void
read_done (gpointer      data,
           const GError *error)
{
  Reading *reading = data;

  if (error != NULL)
    {
      fail (reading, g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_IO, "%s", error->message));
      return;
    }
  if (!reading->follow || reading->log.data != NULL || reading->log.ended)
    {
      finish (reading);
      return;
    }
  /* From the end means from where it was when the question came. */
  reading->offset = (gint64)reading->log.next;
  if (reading->jobs->phase == OPT_JOBS_STOPPED)
    fail (reading, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                "the job is not looked after any more"));
  else if (reading->is_told)
    opt_job_follows_read (reading->jobs->follows, reading);
  else if (reading->watch < 0 && !reading->is_blind && reading->job->state != OPT_JOB_QUEUED)
    {
      /* What came between the reading and the watch is read before waiting. */
      watch (reading);
      opt_job_follows_read (reading->jobs->follows, reading);
    }
  else
    park (reading);
}

static gboolean
find_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Reading *reading = data;
  g_autoptr (GError) local_error = NULL;

  g_clear_pointer (&reading->found, opt_job_unref);
  opt_job_table_find (transaction, reading->ref, reading->place->folder, &reading->found,
                      &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
find_done (gpointer      data,
           const GError *error)
{
  Reading *reading = data;

  if (error != NULL)
    fail (reading, g_error_copy (error));
  else if (reading->found == NULL)
    fail (reading, g_error_new (OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN, "there is no job “%s”",
                                reading->ref));
  else
    {
      g_clear_pointer (&reading->job, opt_job_unref);
      reading->job = g_steal_pointer (&reading->found);
      opt_jobs_work (reading->jobs, read_func, read_done, reading, NULL);
    }
}

/* How the job is must be known before its log is read: what is read after its end is all. */
static void
read_on (Reading *reading)
{
  OptActiveJob *active = opt_active_job_find (reading->jobs, reading->ref);

  unpark (reading);
  reading->is_told = FALSE;
  if (active == NULL)
    {
      opt_jobs_read (reading->jobs, find_func, find_done, reading, NULL);
      return;
    }
  g_clear_pointer (&reading->job, opt_job_unref);
  reading->job = opt_job_ref (active->job);
  opt_jobs_work (reading->jobs, read_func, read_done, reading, NULL);
}

/* For callbacks that come before it in this file; @reading is one of ours. */
void
opt_job_follows_read (OptJobFollows *self,
                      gpointer       reading)
{
  read_on (reading);
}

static void
tell (OptJobFollows *self,
      guint          index)
{
  Reading *reading = g_ptr_array_index (self->readings, index);

  if (reading->is_parked)
    read_on (reading);
  else
    reading->is_told = TRUE;
}

/* The job is in another state. */
void
opt_job_follows_wake (OptJobFollows *self,
                      gint64         number)
{
  for (guint i = 0; i < self->readings->len; i++)
    {
      Reading *reading = g_ptr_array_index (self->readings, i);

      if (reading->job != NULL && reading->job->number == number)
        tell (self, i);
    }
}

static void
tell_watch (OptJobFollows *self,
            int            watch)
{
  for (guint i = 0; i < self->readings->len; i++)
    {
      Reading *reading = g_ptr_array_index (self->readings, i);

      if (reading->watch != watch)
        continue;
      reading->watch = -1;
      tell (self, i);
    }
}

static gboolean
inotify_cb (int          fd,
            GIOCondition condition,
            gpointer     user_data)
{
  OptJobFollows                      *self = user_data;
  _Alignas(struct inotify_event) char buffer[4096];
  gssize                              n = read (fd, buffer, sizeof buffer);

  for (gssize at = 0; at < n;)
    {
      const struct inotify_event *event = (const struct inotify_event *)(buffer + at);

      at += (gssize)(sizeof *event + event->len);
      if ((event->mask & IN_IGNORED) == 0)
        tell_watch (self, event->wd);
    }
  return G_SOURCE_CONTINUE;
}

OptJobFollows *
opt_job_follows_new (OptJobs *jobs)
{
  OptJobFollows *self = g_new0 (OptJobFollows, 1);

  self->jobs = jobs;
  self->inotify = -1;
  self->readings = g_ptr_array_new_with_free_func (reading_free);
  return self;
}

void
opt_job_follows_free (OptJobFollows *self)
{
  opt_job_follows_stop (self);
  g_ptr_array_unref (self->readings);
  g_free (self);
}

void
opt_job_follows_stop (OptJobFollows *self)
{
  for (guint i = self->readings->len; i-- > 0;)
    {
      Reading *reading = g_ptr_array_index (self->readings, i);

      if (reading->is_parked)
        fail (reading, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                    "the job is not looked after any more"));
    }
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->inotify >= 0)
    close (self->inotify);
  self->inotify = -1;
}

/* With the first who follows. */
static void
open_inotify (OptJobFollows *self)
{
  if (self->inotify >= 0 || self->jobs->phase == OPT_JOBS_STOPPED)
    return;
  self->inotify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (self->inotify < 0)
    return;
  self->source = g_unix_fd_source_new (self->inotify, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (inotify_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

/**
 * opt_jobs_read_log_async:
 * @self: the jobs
 * @ref: a number (with or without #) or an id
 * @offset: in bytes of the whole output; from the end when negative
 * @follow: with nothing there yet, wait until there is or the job has ended
 * @cancellable: (nullable): to stop waiting
 * @callback: called with a piece of the log
 * @user_data: for @callback
 *
 * Reads at most 64 KiB of what a job wrote, while it runs or later.
 */
void
opt_jobs_read_log_async (OptJobs            *self,
                         const char         *ref,
                         gint64              offset,
                         gboolean            follow,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOBS (self));
  g_return_if_fail (ref != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError   *error = NULL;
  Reading  *reading;
  OptJobRef parsed;

  g_task_set_source_tag (task, opt_jobs_read_log_async);
  if (!opt_job_ref_parse (&parsed, ref, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (follow)
    open_inotify (self->follows);
  reading = g_new0 (Reading, 1);
  reading->jobs = self;
  reading->task = g_steal_pointer (&task);
  reading->place = opt_job_place_ref (self->place);
  reading->ref = g_strdup (ref);
  reading->offset = offset;
  reading->follow = follow;
  reading->watch = -1;
  g_ptr_array_add (self->follows->readings, reading);
  read_on (reading);
}

/**
 * opt_jobs_read_log_finish:
 * @self: the jobs
 * @result: the result
 * @log: (out): a piece; opt_job_log_clear() it
 * @error: return location
 *
 * Ends opt_jobs_read_log_async(). To follow, ask again from the piece's `next`.
 *
 * Returns: FALSE with %OPT_JOB_ERROR_UNKNOWN or %OPT_JOB_ERROR_IO, or %G_IO_ERROR_CANCELLED
 */
gboolean
opt_jobs_read_log_finish (OptJobs      *self,
                          GAsyncResult *result,
                          OptJobLog    *log,
                          GError      **error)
{
  OptJobLog *piece;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (log != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  piece = g_task_propagate_pointer (G_TASK (result), error);
  if (piece == NULL)
    return FALSE;
  *log = *piece;
  g_free (piece);
  return TRUE;
}
