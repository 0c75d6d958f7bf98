/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-event-private.h"

#include "opt-job-private.h"
#include "opt-job-table-private.h"

#define COLUMNS       "id, kind, job, state, reason, text, " OPT_JOB_ORIGIN_COLUMNS
#define ORIGIN_COLUMN 6

gboolean
opt_job_event_table_add (OptTransaction *transaction,
                         OptJobEvent    *event,
                         GError        **error)
{
  const OptJob *job = event->job;

  return opt_transaction_query_int (
    transaction, &event->id, error,
    "INSERT INTO job_events(kind, job, state, reason, text, " OPT_JOB_ORIGIN_COLUMNS ") "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
    "iisss" OPT_JOB_ORIGIN_TYPES, (gint64)event->kind, job != NULL ? job->number : (gint64)0,
    job != NULL ? opt_job_state_to_string (job->state) : NULL, job != NULL ? job->reason : NULL,
    event->text, OPT_JOB_ORIGIN_VALUES (event->origin));
}

gboolean
opt_job_event_table_remove (OptTransaction *transaction,
                            gint64          id,
                            GError        **error)
{
  return opt_transaction_run (transaction, error, "DELETE FROM job_events WHERE id = $1", "i", id);
}

/* The job as it was then: what came to it later is left out. */
static OptJob *
look_back (const OptJob *now,
           const char   *state,
           const char   *reason)
{
  OptJob *job = opt_job_copy (now);

  opt_job_state_from_string (state, &job->state);
  g_free (job->reason);
  job->reason = g_strdup (reason);
  if (opt_job_state_is_end (job->state))
    return job;
  job->ended = 0;
  job->exit_code = -1;
  job->signal = 0;
  job->percent = -1;
  g_clear_pointer (&job->progress, g_free);
  return job;
}

static gboolean
add_job (OptTransaction *transaction,
         OptJobEvent    *event,
         gint64          number,
         const char     *state,
         const char     *reason,
         const char     *folder,
         GError        **error)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (OptJob) now = NULL;
  g_autoptr (GError) local_error = NULL;

  if (opt_job_table_find (transaction, ref, folder, &now, &local_error))
    event->job = look_back (now, state, reason);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static OptJobEvent *
read_event (OptTransaction *transaction,
            OptRows        *rows,
            const char     *folder,
            GError        **error)
{
  g_autoptr (OptJobOrigin) origin = opt_job_origin_read (rows, ORIGIN_COLUMN);
  g_autoptr (OptJobEvent) event = opt_job_event_new ((OptJobEventKind)opt_rows_get_int (rows, 1),
                                                     NULL, origin, opt_rows_get_text (rows, 5));
  gint64 number = opt_rows_get_int (rows, 2);

  event->id = opt_rows_get_int (rows, 0);
  if (number != 0 && !add_job (transaction, event, number, opt_rows_get_text (rows, 3),
                               opt_rows_get_text (rows, 4), folder, error))
    return NULL;
  return g_steal_pointer (&event);
}

GPtrArray *
opt_job_event_table_load (OptTransaction *transaction,
                          gint64          id,
                          guint           limit,
                          const char     *folder,
                          GError        **error)
{
  g_autoptr (GPtrArray) events =
               g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_event_unref);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows =
               opt_transaction_query (transaction, &local_error,
                                      "SELECT " COLUMNS " FROM job_events "
                                      "WHERE id > $1 ORDER BY id LIMIT $2",
                                      "ii", id, (gint64)limit);

  while (rows != NULL && opt_rows_next (rows, &local_error))
    {
      OptJobEvent *event = read_event (transaction, rows, folder, &local_error);

      if (event == NULL)
        break;
      g_ptr_array_add (events, event);
    }
  if (local_error == NULL)
    return g_steal_pointer (&events);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
