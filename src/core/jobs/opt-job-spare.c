/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-private.h"

/* Folders that are made before there is a job for them. To make files is the slow part of a start:
 * some file systems take a millisecond for each. */
#define SPARES 4

typedef struct
{
  OptJobs     *jobs;  /* (unowned) */
  OptJobPlace *place; /* (owned) */
  GPtrArray   *names; /* (owned) (element-type utf8) */
  guint        count;
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  opt_job_place_unref (making->place);
  g_ptr_array_unref (making->names);
  g_free (making);
}

static gboolean
making_func (gpointer data,
             GError **error)
{
  Making *making = data;

  while (making->names->len < making->count)
    {
      char *name = opt_job_place_make_spare (making->place, error);

      if (name == NULL)
        return FALSE;
      g_ptr_array_add (making->names, name);
    }
  return TRUE;
}

/* Without spares a start takes longer, that is all. */
static void
making_done (gpointer      data,
             const GError *error)
{
  Making *making = data;

  making->jobs->is_making_spares = FALSE;
  if (error != NULL)
    g_info ("no folder was made beforehand: %s", error->message);
  for (guint i = 0; i < making->names->len; i++)
    g_queue_push_tail (&making->jobs->spares, g_strdup (making->names->pdata[i]));
}

/* When nothing is more urgent. */
void
opt_job_spare_refill (OptJobs *jobs)
{
  guint   left = g_queue_get_length (&jobs->spares);
  Making *making;

  if (jobs->phase != OPT_JOBS_STARTED || jobs->is_making_spares || left >= SPARES)
    return;
  jobs->is_making_spares = TRUE;
  making = g_new0 (Making, 1);
  making->jobs = jobs;
  making->place = opt_job_place_ref (jobs->place);
  making->names = g_ptr_array_new_with_free_func (g_free);
  making->count = SPARES - left;
  opt_jobs_work (jobs, making_func, making_done, making, making_free);
}

/* Returns: (transfer full) (nullable): the name of one */
char *
opt_job_spare_take (OptJobs *jobs)
{
  return g_queue_pop_head (&jobs->spares);
}

/* Takes @name, which was not needed. */
void
opt_job_spare_give_back (OptJobs *jobs,
                         char    *name)
{
  if (name != NULL)
    g_queue_push_head (&jobs->spares, name);
}
