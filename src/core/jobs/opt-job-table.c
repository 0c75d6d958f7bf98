/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-table-private.h"

#include <string.h>

#include "opt-id.h"
#include "opt-job-private.h"

#define COLUMNS                                                                   \
  "number, id, task, robot, state, reason, parameters, queued, started, ended, "  \
  "exit_code, signal, percent, progress, log_bytes, log_cut, output, notify_on, " \
  "idempotent, concurrency, rerun_of, " OPT_JOB_ORIGIN_COLUMNS
#define ALL_ACTIVE    "SELECT " COLUMNS " FROM jobs WHERE ended = 0 ORDER BY number"
#define ORIGIN_COLUMN 21

OptJobOrigin *
opt_job_origin_read (OptRows *rows,
                     guint    column)
{
  OptJobOrigin *origin = opt_job_origin_new (opt_rows_get_text (rows, column));

  origin->key = g_strdup (opt_rows_get_text (rows, column + 1));
  origin->bot = g_strdup (opt_rows_get_text (rows, column + 2));
  origin->chat = g_strdup (opt_rows_get_text (rows, column + 3));
  origin->topic = opt_rows_get_int (rows, column + 4);
  origin->user_id = opt_rows_get_int (rows, column + 5);
  origin->update_id = opt_rows_get_int (rows, column + 6);
  origin->message_id = opt_rows_get_int (rows, column + 7);
  return origin;
}

void
opt_job_row_free (OptJobRow *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->job, opt_job_unref);
  g_free (self->rerun_of);
  g_free (self);
}

/* A job that never left the queue has no log. */
static char *
name_log (const OptJob *job,
          const char   *folder)
{
  gboolean ran = opt_job_state_is_end (job->state) ? job->started != 0 || job->log_bytes != 0
                                                   : job->state != OPT_JOB_QUEUED;

  return ran && folder != NULL ? g_build_filename (folder, job->id, "log", NULL) : NULL;
}

static OptJob *
read_job (OptRows    *rows,
          const char *folder)
{
  OptJob *job = opt_job_new ();

  job->number = opt_rows_get_int (rows, 0);
  job->id = g_strdup (opt_rows_get_text (rows, 1));
  job->task = g_strdup (opt_rows_get_text (rows, 2));
  job->robot = g_strdup (opt_rows_get_text (rows, 3));
  opt_job_state_from_string (opt_rows_get_text (rows, 4), &job->state);
  job->reason = g_strdup (opt_rows_get_text (rows, 5));
  job->parameters = opt_job_parameters_from_text (opt_rows_get_text (rows, 6));
  job->queued = opt_rows_get_int (rows, 7);
  job->started = opt_rows_get_int (rows, 8);
  job->ended = opt_rows_get_int (rows, 9);
  job->exit_code = (int)opt_rows_get_int (rows, 10);
  job->signal = (int)opt_rows_get_int (rows, 11);
  job->percent = opt_rows_get_double (rows, 12);
  job->progress = g_strdup (opt_rows_get_text (rows, 13));
  job->log_bytes = (guint64)opt_rows_get_int (rows, 14);
  job->log_cut = (guint64)opt_rows_get_int (rows, 15);
  job->output = g_strdup (opt_rows_get_text (rows, 16));
  job->notify_on = g_strdup (opt_rows_get_text (rows, 17));
  job->origin = opt_job_origin_read (rows, ORIGIN_COLUMN);
  job->log_file = name_log (job, folder);
  return job;
}

static OptJobRow *
read_row (OptRows    *rows,
          const char *folder)
{
  OptJobRow *row = g_new0 (OptJobRow, 1);

  row->job = read_job (rows, folder);
  row->idempotent = opt_rows_get_int (rows, 18) != 0;
  row->concurrency = (guint)opt_rows_get_int (rows, 19);
  row->rerun_of = g_strdup (opt_rows_get_text (rows, 20));
  return row;
}

/* Asked first, since a number that is drawn in vain would leave a gap in the count. */
static gboolean
is_there (OptTransaction  *transaction,
          const OptJobRow *row,
          gboolean        *there,
          GError         **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 number;

  *there = opt_transaction_query_int (transaction, &number, &local_error,
                                      "SELECT number FROM jobs "
                                      "WHERE origin_key = $1 OR rerun_of = $2",
                                      "ss", row->job->origin->key, row->rerun_of);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
opt_job_table_insert (OptTransaction *transaction,
                      OptJobRow      *row,
                      GError        **error)
{
  OptJob          *job = row->job;
  g_autofree char *parameters = opt_job_parameters_to_text (job->parameters);
  g_autofree char *task_key = opt_name_fold (job->task);
  gboolean         there;

  job->number = 0;
  if (!is_there (transaction, row, &there, error) || there)
    return there;
  return opt_transaction_query_int (
    transaction, &job->number, error,
    "INSERT INTO jobs(id, task, task_key, robot, state, reason, parameters, queued, started, "
    "ended, exit_code, signal, percent, log_bytes, log_cut, output, notify_on, idempotent, "
    "concurrency, rerun_of, " OPT_JOB_ORIGIN_COLUMNS ") "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, -1, 0, -1, 0, 0, $9, $10, $11, $12, $13, "
    "$14, $15, $16, $17, $18, $19, $20, $21) RETURNING number",
    "sssssssissiis" OPT_JOB_ORIGIN_TYPES, job->id, job->task, task_key, job->robot,
    opt_job_state_to_string (job->state), job->reason, parameters, job->queued, job->output,
    job->notify_on, (gint64)row->idempotent, (gint64)row->concurrency, row->rerun_of,
    OPT_JOB_ORIGIN_VALUES (job->origin));
}

gboolean
opt_job_table_update (OptTransaction *transaction,
                      OptJob         *job,
                      GError        **error)
{
  return opt_transaction_run (
    transaction, error,
    "UPDATE jobs SET state = $2, reason = $3, started = $4, ended = $5, exit_code = $6, "
    "signal = $7, percent = $8, progress = $9, log_bytes = $10, log_cut = $11 "
    "WHERE number = $1 AND ended = 0",
    "issiiiidsii", job->number, opt_job_state_to_string (job->state), job->reason, job->started,
    job->ended, (gint64)job->exit_code, (gint64)job->signal, job->percent, job->progress,
    (gint64)job->log_bytes, (gint64)job->log_cut);
}

GPtrArray *
opt_job_table_load_active (OptTransaction *transaction,
                           const char     *folder,
                           GError        **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_row_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows =
               opt_transaction_query (transaction, &local_error,
                                      ALL_ACTIVE, "");

  while (rows != NULL && opt_rows_next (rows, &local_error))
    g_ptr_array_add (found, read_row (rows, folder));
  if (local_error == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

gboolean
opt_job_table_find (OptTransaction *transaction,
                    const char     *ref,
                    const char     *folder,
                    OptJob        **job,
                    GError        **error)
{
  OptJobRef wanted;
  g_autoptr (OptRows) rows = NULL;

  if (!opt_job_ref_parse (&wanted, ref, NULL))
    return FALSE;
  if (wanted.number != 0)
    rows = opt_transaction_query (transaction, error,
                                  "SELECT " COLUMNS " FROM jobs WHERE number = $1", "i",
                                  wanted.number);
  else
    rows = opt_transaction_query (transaction, error,
                                  "SELECT " COLUMNS " FROM jobs WHERE id = $1", "s", wanted.id);
  if (rows == NULL || !opt_rows_next (rows, error))
    return FALSE;
  *job = read_job (rows, folder);
  return TRUE;
}

/* Kept by address, so it is interned: there are a handful of them. */
static const char *
build_list (const OptJobFilter *filter)
{
  g_autoptr (GString) sql = g_string_new ("SELECT " COLUMNS " FROM jobs WHERE queued >= $1");

  if (filter->state == NULL)
    g_string_append (sql, " AND $2 IS NULL");
  else if (strcmp (filter->state, "ended") == 0)
    g_string_append (sql, " AND ended > 0 AND $2 IS NOT NULL");
  else
    g_string_append (sql, " AND state = $2");
  g_string_append (sql, filter->task != NULL ? " AND task_key = $3" : " AND $3 IS NULL");
  g_string_append (sql, " ORDER BY number DESC LIMIT $4");
  return g_intern_string (sql->str);
}

GPtrArray *
opt_job_table_list (OptTransaction     *transaction,
                    const OptJobFilter *filter,
                    const char         *folder,
                    GError            **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);
  g_autofree char *task_key = filter->task != NULL ? opt_name_fold (filter->task) : NULL;
  gint64           limit = filter->limit != 0 ? filter->limit : OPT_JOB_TABLE_LIMIT;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows =
               opt_transaction_query (transaction, &local_error, build_list (filter), "issi",
                                      filter->since, filter->state, task_key, limit);

  while (rows != NULL && opt_rows_next (rows, &local_error))
    g_ptr_array_add (jobs, read_job (rows, folder));
  if (local_error == NULL)
    return g_steal_pointer (&jobs);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static gboolean
sum_kept (OptTransaction *transaction,
          gint64         *kept,
          GError        **error)
{
  g_autoptr (GError) local_error = NULL;

  *kept = 0;
  opt_transaction_query_int (transaction, kept, &local_error,
                             "SELECT SUM(log_bytes - log_cut) FROM jobs WHERE ended > 0", "");
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

GPtrArray *
opt_job_table_list_old (OptTransaction *transaction,
                        gint64          before,
                        gint64          bytes,
                        guint           limit,
                        GError        **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows = NULL;
  gint64 kept = 0;

  if (bytes > 0 && !sum_kept (transaction, &kept, error))
    return NULL;
  /* What nobody has heard of yet stays. */
  rows = opt_transaction_query (transaction, &local_error,
                                "SELECT " COLUMNS " FROM jobs WHERE ended > 0 AND NOT EXISTS "
                                "(SELECT 1 FROM job_events WHERE job_events.job = jobs.number) "
                                "ORDER BY ended LIMIT $1",
                                "i", (gint64)limit);
  while (rows != NULL && opt_rows_next (rows, &local_error))
    {
      g_autoptr (OptJob) job = read_job (rows, NULL);

      if (job->ended >= before && (bytes <= 0 || kept <= bytes))
        break;
      kept -= (gint64)(job->log_bytes - job->log_cut);
      g_ptr_array_add (jobs, g_steal_pointer (&job));
    }
  if (local_error == NULL)
    return g_steal_pointer (&jobs);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

gboolean
opt_job_table_remove (OptTransaction *transaction,
                      gint64          number,
                      GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "DELETE FROM jobs WHERE number = $1 AND ended > 0", "i", number);
}

gboolean
opt_job_table_has_id (OptTransaction *transaction,
                      const char     *id,
                      gboolean       *has,
                      GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 number;

  *has = opt_transaction_query_int (transaction, &number, &local_error,
                                    "SELECT number FROM jobs WHERE id = $1", "s", id);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
