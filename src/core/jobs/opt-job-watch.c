/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>

#include "opt-job-files.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"

/* Between two looks at the progress: no eye sees more, and a task may tell it in a loop. */
#define LOOK_PAUSE (OPT_SECOND / 4)
/* That a job runs is found out again after a restart, and most have ended before it is worth a
 * commit. */
#define RUNNING_PAUSE (2 * OPT_SECOND)
/* A runner that claims nothing is started again so many times. */
#define TRIES_MAX 5

typedef struct
{
  OptActiveJob *active; /* (owned) */
  OptJobPlace  *place;  /* (owned) */
  OptJobPipes  *pipes;  /* (owned) (nullable) */
  OptJob       *job;    /* (owned) */
  OptJobLook    look;
} Looking;

/* A runner of ours. */
typedef struct
{
  GWeakRef jobs;
  gint64   number;
} Child;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  opt_job_look_clear (&looking->look);
  opt_job_unref (looking->job);
  g_clear_pointer (&looking->pipes, opt_job_pipes_unref);
  opt_job_place_unref (looking->place);
  opt_active_job_unref (looking->active);
  g_free (looking);
}

static gboolean
looking_func (gpointer data,
              GError **error)
{
  Looking *looking = data;
  g_autoptr (GError) local_error = NULL;

  /* After a restart the pipe is opened here, before the look as it must be. */
  if (looking->pipes == NULL)
    looking->pipes = opt_job_place_open_pipes (looking->place, looking->job->id, FALSE,
                                               &local_error);
  if (!opt_job_place_look (looking->place, looking->job->id, looking->pipes, &looking->look, error))
    return FALSE;
  if (looking->pipes != NULL || looking->look.found != OPT_JOB_FOUND_RUNNING)
    return TRUE;
  /* It runs, but nobody would hear of its end. */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it can't be watched: %s",
               local_error->message);
  return FALSE;
}

static gboolean
running_func (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  return opt_job_table_update (transaction, data, error);
}

static void
running_done (gpointer      data,
              const GError *error)
{
  const OptJob *job = data;

  if (error != NULL)
    g_warning ("job #%" G_GINT64_FORMAT " runs, which can't be stored: %s", job->number,
               error->message);
}

static void
running_cb (gpointer user_data)
{
  OptActiveJob *active = user_data;

  active->running_timer = 0;
  if (active->job->state == OPT_JOB_RUNNING && !active->stop_wanted)
    opt_jobs_write (active->jobs, running_func, running_done, opt_job_ref (active->job),
                    (GDestroyNotify)opt_job_unref);
}

static void
mark_running (OptActiveJob *active)
{
  OptJob *job;

  g_clear_pointer (&active->environment, g_strfreev);
  /* Not earlier: it would be in the way of the runner, which writes its claim. */
  opt_job_spare_refill (active->jobs);
  if (active->pipes != NULL && active->pipes->control >= 0 && !active->stop_wanted)
    {
      close (active->pipes->control);
      active->pipes->control = -1;
    }
  if (active->job->state != OPT_JOB_STARTING || active->final != NULL)
    return;
  job = opt_job_copy (active->job);
  job->started = opt_jobs_now (active->jobs);
  if (!active->stop_wanted)
    job->state = OPT_JOB_RUNNING;
  opt_active_job_set (active, job);
  if (active->running_timer == 0)
    active->running_timer = opt_clock_call_in (active->jobs->clock, RUNNING_PAUSE, running_cb,
                                               active);
}

static void
take_progress (OptActiveJob     *active,
               const OptJobLook *look)
{
  OptJob *job;

  if (look->percent < 0 || active->final != NULL ||
      (look->percent == active->job->percent &&
       g_strcmp0 (look->progress, active->job->progress) == 0))
    return;
  job = opt_job_copy (active->job);
  job->percent = look->percent;
  g_free (job->progress);
  job->progress = g_strdup (look->progress);
  opt_active_job_set (active, job);
}

static void
retry_cb (gpointer user_data)
{
  OptActiveJob *active = user_data;

  active->retry_timer = 0;
  if (!active->respawn)
    opt_job_watch_look (active);
  else
    opt_job_start_spawn (active);
  active->respawn = FALSE;
}

static void
retry_later (OptActiveJob *active)
{
  if (active->retry_timer == 0)
    active->retry_timer = opt_clock_call_in (active->jobs->clock,
                                             opt_backoff_next (&active->backoff), retry_cb, active);
}

/* Our runner is gone and left no claim: nothing was run. */
static void
start_again (OptActiveJob *active)
{
  if (active->stop_wanted)
    {
      opt_job_end (active, opt_job_end_describe (active, OPT_JOB_CANCELLED,
                                                 "cancelled before it was started"));
      return;
    }
  if (active->environment != NULL && ++active->tries < TRIES_MAX)
    {
      if (active->alive != NULL)
        g_source_destroy (active->alive);
      g_clear_pointer (&active->alive, g_source_unref);
      g_clear_pointer (&active->pipes, opt_job_pipes_unref);
      active->respawn = TRUE;
      retry_later (active);
      return;
    }
  opt_job_end (active, opt_job_end_describe (active, OPT_JOB_FAILED,
                                             "could not be started: its runner ended before it "
                                             "could claim the job; is the disk full?"));
}

static void
look_failed (OptActiveJob *active,
             const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      opt_job_end (active, opt_job_end_describe (active, OPT_JOB_LOST, "its folder is gone"));
      return;
    }
  g_warning ("job #%" G_GINT64_FORMAT ": %s", active->job->number, error->message);
  retry_later (active);
}

static void
judge (OptActiveJob *active,
       OptJobLook   *look)
{
  switch (look->found)
    {
    case OPT_JOB_FOUND_RUNNING:
      mark_running (active);
      take_progress (active, look);
      if (active->alive == NULL)
        opt_job_watch (active);
      break;
    case OPT_JOB_FOUND_UNCLAIMED:
      if (active->runner_left)
        start_again (active);
      break;
    case OPT_JOB_FOUND_ENDED:
    case OPT_JOB_FOUND_LOST:
    default:
      opt_job_end (active, opt_job_end_from_look (active, look));
      break;
    }
}

static void
looking_done (gpointer      data,
              const GError *error)
{
  Looking      *looking = data;
  OptActiveJob *active = looking->active;

  active->is_looking = FALSE;
  if (active->is_gone || active->final != NULL || active->jobs->phase == OPT_JOBS_STOPPED)
    return;
  if (active->pipes == NULL && looking->pipes != NULL)
    active->pipes = opt_job_pipes_ref (looking->pipes);
  if (!active->is_found)
    {
      opt_job_recovery_found (active, &looking->look, error);
      return;
    }
  if (error != NULL)
    look_failed (active, error);
  else
    judge (active, &looking->look);
  if (active->look_again && active->final == NULL)
    opt_job_watch_look (active);
}

/* Finds out how it is, on a thread. */
void
opt_job_watch_look (OptActiveJob *active)
{
  Looking *looking;

  active->look_again = active->is_looking;
  if (active->is_looking)
    return;
  active->is_looking = TRUE;
  active->looked = opt_clock_get_boot (active->jobs->clock);
  looking = g_new0 (Looking, 1);
  looking->active = opt_active_job_ref (active);
  looking->place = opt_job_place_ref (active->jobs->place);
  looking->pipes = active->pipes != NULL ? opt_job_pipes_ref (active->pipes) : NULL;
  looking->job = opt_job_ref (active->job);
  looking->look.disarm = !active->is_found && active->job->state == OPT_JOB_STOPPING;
  opt_jobs_work (active->jobs, looking_func, looking_done, looking, looking_free);
}

static gboolean
alive_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  OptActiveJob *active = user_data;

  g_clear_pointer (&active->alive, g_source_unref);
  if ((condition & (G_IO_HUP | G_IO_ERR)) == 0)
    opt_job_watch_poked (active);
  else
    opt_job_watch_look (active);
  return G_SOURCE_REMOVE;
}

static void
listen_for (OptActiveJob *active,
            GIOCondition  condition)
{
  if (active->alive != NULL)
    g_source_destroy (active->alive);
  g_clear_pointer (&active->alive, g_source_unref);
  active->alive = g_unix_fd_source_new (active->pipes->alive, condition);
  g_source_set_callback (active->alive, G_SOURCE_FUNC (alive_cb), active, NULL);
  g_source_attach (active->alive, g_main_context_get_thread_default ());
}

/* Hears of the runner's end, whoever started it. */
void
opt_job_watch (OptActiveJob *active)
{
  if (active->alive == NULL && active->pipes != NULL)
    listen_for (active, G_IO_IN | G_IO_HUP);
}

static void
look_cb (gpointer user_data)
{
  OptActiveJob *active = user_data;

  active->look_timer = 0;
  opt_job_watch_look (active);
  if (active->pipes != NULL)
    listen_for (active, G_IO_IN | G_IO_HUP);
}

/* The first poke says that the program runs; others, that it told something. Until the next look,
 * pokes are left where they are: nobody is woken by a task that tells things in a loop. */
void
opt_job_watch_poked (OptActiveJob *active)
{
  gint64 since = opt_clock_get_boot (active->jobs->clock) - active->looked;
  char   pokes[256];

  while (read (active->pipes->alive, pokes, sizeof pokes) > 0)
    ;
  if (active->job->state == OPT_JOB_STARTING)
    mark_running (active);
  if (active->looked == 0 || since >= LOOK_PAUSE)
    {
      listen_for (active, G_IO_IN | G_IO_HUP);
      opt_job_watch_look (active);
      return;
    }
  listen_for (active, G_IO_HUP);
  if (active->look_timer == 0)
    active->look_timer = opt_clock_call_in (active->jobs->clock, LOOK_PAUSE - since, look_cb,
                                            active);
}

static void
child_cb (GPid     pid,
          int      status,
          gpointer user_data)
{
  Child *child = user_data;
  g_autoptr (OptJobs) jobs = g_weak_ref_get (&child->jobs);
  OptActiveJob *active;

  if (!WIFEXITED (status) || WEXITSTATUS (status) != OPT_RUNNER_STATUS_DONE)
    g_info ("job #%" G_GINT64_FORMAT ": its runner left with wait status %d", child->number,
            status);
  if (jobs == NULL || jobs->phase == OPT_JOBS_STOPPED)
    return;
  active = g_hash_table_lookup (jobs->by_number, &child->number);
  if (active == NULL || active->final != NULL)
    return;
  active->runner_left = TRUE;
  opt_job_watch_look (active);
}

static void
child_free (gpointer data)
{
  Child *child = data;

  g_weak_ref_clear (&child->jobs);
  g_free (child);
}

/* Reaps the runner, even when nobody looks after the job any more. One that could not claim the job
 * is heard of by this alone. */
void
opt_job_watch_child (OptActiveJob *active,
                     GPid          pid)
{
  g_autoptr (GSource) source = g_child_watch_source_new (pid);
  Child *child = g_new0 (Child, 1);

  g_weak_ref_init (&child->jobs, active->jobs);
  child->number = active->job->number;
  g_source_set_callback (source, G_SOURCE_FUNC (child_cb), child, child_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* Asks the runner to stop the job; one that is still starting will find the line. */
void
opt_job_watch_stop_job (OptActiveJob *active)
{
  static const char line[] = "stop\n";
  g_autofree char  *path = g_build_filename (active->jobs->place->folder, active->job->id,
                                             OPT_RUNNER_FILE_CONTROL, NULL);
  gboolean          is_held = active->pipes != NULL && active->pipes->control >= 0;
  int               fd = is_held ? active->pipes->control
                                 : open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

  /* ENXIO: nobody is there any more, and its end is on its way to us. */
  if (fd < 0 ? errno != ENXIO : write (fd, line, strlen (line)) < 0)
    g_warning ("job #%" G_GINT64_FORMAT " can't be asked to stop: %s", active->job->number,
               g_strerror (errno));
  if (fd >= 0 && !is_held)
    close (fd);
}

void
opt_job_watch_adopt (OptActiveJob     *active,
                     const OptJobLook *look)
{
  mark_running (active);
  take_progress (active, look);
  if (active->stop_wanted)
    opt_job_watch_stop_job (active);
}
