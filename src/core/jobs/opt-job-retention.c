/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-private.h"

/* Not while everything starts, then a few times an hour; bites are small, so that nobody waits. */
#define FIRST_PAUSE (30 * OPT_SECOND)
#define PAUSE       (15 * 60 * OPT_SECOND)
#define BITE_PAUSE  OPT_SECOND
#define BITE        64
/* Telegram repeats an update for a day; nobody repeats a request after a week. */
#define REQUESTS_AGE (7 * 24 * 3600 * OPT_SECOND)

typedef struct
{
  OptJobs     *jobs;  /* (unowned) */
  OptJobPlace *place; /* (owned) */
  gint64       now;
  GPtrArray   *old; /* (owned) (nullable) (element-type OptJob) */
} Bite;

static void
bite_free (gpointer data)
{
  Bite *bite = data;

  opt_job_place_unref (bite->place);
  g_clear_pointer (&bite->old, g_ptr_array_unref);
  g_free (bite);
}

static Bite *
bite_new (OptJobs   *jobs,
          GPtrArray *old)
{
  Bite *bite = g_new0 (Bite, 1);

  bite->jobs = jobs;
  bite->place = opt_job_place_ref (jobs->place);
  bite->now = opt_jobs_now (jobs);
  bite->old = old;
  return bite;
}

static gboolean
find_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Bite  *bite = data;
  gint64 age = bite->place->retention_age;

  g_clear_pointer (&bite->old, g_ptr_array_unref);
  bite->old = opt_job_table_list_old (transaction, age > 0 ? bite->now - age : G_MININT64,
                                      bite->place->retention_bytes, BITE, error);
  return bite->old != NULL;
}

static void
pause_cb (gpointer user_data)
{
  OptJobs *jobs = user_data;

  jobs->retention_timer = 0;
  opt_job_retention_bite (jobs);
}

static void
pause_for (OptJobs *jobs,
           gint64   pause)
{
  if (jobs->phase == OPT_JOBS_STARTED && jobs->retention_timer == 0)
    jobs->retention_timer = opt_clock_call_in (jobs->clock, pause, pause_cb, jobs);
}

static gboolean
forget_func (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  Bite *bite = data;

  if (!opt_job_request_prune (transaction, bite->now - REQUESTS_AGE, error))
    return FALSE;
  for (guint i = 0; i < bite->old->len; i++)
    if (!opt_job_table_remove (transaction, ((OptJob *)bite->old->pdata[i])->number, error))
      return FALSE;
  return TRUE;
}

static void
forget_done (gpointer      data,
             const GError *error)
{
  Bite *bite = data;

  if (error != NULL)
    g_warning ("old jobs can't be removed: %s", error->message);
  pause_for (bite->jobs, error == NULL && bite->old->len == BITE ? BITE_PAUSE : PAUSE);
}

/* The folder goes first: a row without a folder is found again, a folder without a row is not. */
static gboolean
clean_func (gpointer data,
            GError **error)
{
  Bite *bite = data;

  for (guint i = bite->old->len; i-- > 0;)
    {
      OptJob *job = g_ptr_array_index (bite->old, i);
      g_autoptr (GError) local_error = NULL;

      if (opt_job_place_remove (bite->place, job->id, &local_error))
        continue;
      g_warning ("%s", local_error->message);
      g_ptr_array_remove_index (bite->old, i);
    }
  return TRUE;
}

static void
clean_done (gpointer      data,
            const GError *error)
{
  Bite *bite = data;

  opt_jobs_write (bite->jobs, forget_func, forget_done,
                  bite_new (bite->jobs, g_steal_pointer (&bite->old)), bite_free);
}

static void
find_done (gpointer      data,
           const GError *error)
{
  Bite *bite = data;

  if (bite->jobs->phase != OPT_JOBS_STARTED)
    return;
  if (error != NULL)
    {
      g_warning ("old jobs can't be found: %s", error->message);
      pause_for (bite->jobs, PAUSE);
      return;
    }
  opt_jobs_work (bite->jobs, clean_func, clean_done,
                 bite_new (bite->jobs, g_steal_pointer (&bite->old)), bite_free);
}

/* Removes a few, and comes back for more. */
void
opt_job_retention_bite (OptJobs *jobs)
{
  opt_jobs_read (jobs, find_func, find_done, bite_new (jobs, NULL), bite_free);
}

void
opt_job_retention_start (OptJobs *jobs)
{
  pause_for (jobs, FIRST_PAUSE);
}

void
opt_job_retention_stop (OptJobs *jobs)
{
  opt_clock_cancel (jobs->clock, &jobs->retention_timer);
}
