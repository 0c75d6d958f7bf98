/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-request.h"

#include <string.h>

#include "opt-job-private.h"
#include "opt-job-request-private.h"
#include "opt-job-table-private.h"

#define COLUMNS       "id, kind, target, parameters, requested, " OPT_JOB_ORIGIN_COLUMNS
#define ALL_COLUMNS   COLUMNS ", accepted"
#define ORIGIN_COLUMN 5

static const char *const kind_words[] = {
  [OPT_JOB_REQUEST_RUN] = "run",
  [OPT_JOB_REQUEST_CANCEL] = "cancel",
  [OPT_JOB_REQUEST_RELEASE] = "release",
};

/* `requests` is the bot side's, the others are the robot's. A number or an event's id is never
 * drawn again, not even when the newest row was removed. */
const OptMigration opt_job_migrations[] = {
  { "jobs", 1,
    "CREATE TABLE requests("
    "id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, "
    "parameters TEXT NOT NULL, requested BIGINT NOT NULL, accepted BIGINT NOT NULL, "
    "origin_kind TEXT NOT NULL, origin_key TEXT, origin_bot TEXT, origin_chat TEXT, "
    "origin_topic BIGINT NOT NULL, origin_user BIGINT NOT NULL, origin_update BIGINT NOT NULL, "
    "origin_message BIGINT NOT NULL, UNIQUE(kind, origin_key));"
    "CREATE INDEX requests_open ON requests(id) WHERE accepted = 0;"
    "CREATE INDEX requests_accepted ON requests(accepted) WHERE accepted > 0;"
    "CREATE TABLE jobs("
    "number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, task TEXT NOT NULL, "
    "task_key TEXT NOT NULL, robot TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, "
    "parameters TEXT NOT NULL, queued BIGINT NOT NULL, started BIGINT NOT NULL, "
    "ended BIGINT NOT NULL, exit_code BIGINT NOT NULL, signal BIGINT NOT NULL, "
    "percent DOUBLE PRECISION NOT NULL, progress TEXT, log_bytes BIGINT NOT NULL, "
    "log_cut BIGINT NOT NULL, output TEXT, notify_on TEXT, idempotent BIGINT NOT NULL, "
    "concurrency BIGINT NOT NULL, rerun_of TEXT UNIQUE, "
    "origin_kind TEXT NOT NULL, origin_key TEXT UNIQUE, origin_bot TEXT, origin_chat TEXT, "
    "origin_topic BIGINT NOT NULL, origin_user BIGINT NOT NULL, origin_update BIGINT NOT NULL, "
    "origin_message BIGINT NOT NULL);"
    "CREATE INDEX jobs_active ON jobs(number) WHERE ended = 0;"
    "CREATE INDEX jobs_ended ON jobs(ended, log_bytes, log_cut) WHERE ended > 0;"
    "CREATE INDEX jobs_state ON jobs(state, number);"
    "CREATE INDEX jobs_task ON jobs(task_key, number);"
    "CREATE TABLE job_events("
    "id INTEGER PRIMARY KEY AUTOINCREMENT, kind BIGINT NOT NULL, job BIGINT NOT NULL, "
    "state TEXT, reason TEXT, text TEXT, "
    "origin_kind TEXT NOT NULL, origin_key TEXT, origin_bot TEXT, origin_chat TEXT, "
    "origin_topic BIGINT NOT NULL, origin_user BIGINT NOT NULL, origin_update BIGINT NOT NULL, "
    "origin_message BIGINT NOT NULL);"
    "CREATE INDEX job_events_job ON job_events(job);" },
  { NULL, 0, NULL },
};

static gboolean
add (OptTransaction     *transaction,
     OptJobRequestKind   kind,
     const char         *target,
     GHashTable         *parameters,
     const OptJobOrigin *origin,
     gint64              requested,
     GError            **error)
{
  g_autofree char *text = opt_job_parameters_to_text (parameters);

  return opt_transaction_run (
    transaction, error,
    "INSERT INTO requests(" ALL_COLUMNS ") "
    "VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM requests), $1, $2, $3, $4, $5, $6, $7, $8, $9, "
    "$10, $11, $12, 0) ON CONFLICT(kind, origin_key) DO NOTHING",
    "sssi" OPT_JOB_ORIGIN_TYPES, kind_words[kind], target, text, requested,
    OPT_JOB_ORIGIN_VALUES (origin));
}

/**
 * opt_job_request_run:
 * @transaction: a transaction of the bot side
 * @task: a task's id
 * @parameters: (nullable) (element-type utf8 utf8): what was given
 * @origin: who asks; a second request of the same key adds nothing
 * @requested: when it was asked for, microseconds since 1970
 * @error: return location
 *
 * Asks for a run. On the writer thread; opt_jobs_poke() after the commit.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_job_request_run (OptTransaction     *transaction,
                     const char         *task,
                     GHashTable         *parameters,
                     const OptJobOrigin *origin,
                     gint64              requested,
                     GError            **error)
{
  g_return_val_if_fail (transaction != NULL && task != NULL && origin != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add (transaction, OPT_JOB_REQUEST_RUN, task, parameters, origin, requested, error);
}

/**
 * opt_job_request_cancel:
 * @transaction: a transaction of the bot side
 * @job: a number (with or without #) or an id
 * @origin: who asks; a second request of the same key adds nothing
 * @requested: when it was asked for, microseconds since 1970
 * @error: return location
 *
 * Asks for a job's end. On the writer thread; opt_jobs_poke() after the commit.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_job_request_cancel (OptTransaction     *transaction,
                        const char         *job,
                        const OptJobOrigin *origin,
                        gint64              requested,
                        GError            **error)
{
  g_return_val_if_fail (transaction != NULL && job != NULL && origin != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add (transaction, OPT_JOB_REQUEST_CANCEL, job, NULL, origin, requested, error);
}

/**
 * opt_job_request_release:
 * @transaction: a transaction of the bot side
 * @job: a number (with or without #) or an id
 * @origin: who asks; a second request of the same key adds nothing
 * @requested: when it was asked for, microseconds since 1970
 * @error: return location
 *
 * Asks for the start of a job that was held. On the writer thread; opt_jobs_poke() after the
 * commit.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_job_request_release (OptTransaction     *transaction,
                         const char         *job,
                         const OptJobOrigin *origin,
                         gint64              requested,
                         GError            **error)
{
  g_return_val_if_fail (transaction != NULL && job != NULL && origin != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return add (transaction, OPT_JOB_REQUEST_RELEASE, job, NULL, origin, requested, error);
}

void
opt_job_request_free (OptJobRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->target);
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  opt_job_origin_free (self->origin);
  g_free (self);
}

static OptJobRequest *
read_request (OptRows *rows)
{
  OptJobRequest *request = g_new0 (OptJobRequest, 1);

  request->id = opt_rows_get_int (rows, 0);
  for (guint i = 0; i < G_N_ELEMENTS (kind_words); i++)
    if (g_strcmp0 (opt_rows_get_text (rows, 1), kind_words[i]) == 0)
      request->kind = (OptJobRequestKind)i;
  request->target = g_strdup (opt_rows_get_text (rows, 2));
  request->parameters = opt_job_parameters_from_text (opt_rows_get_text (rows, 3));
  request->requested = opt_rows_get_int (rows, 4);
  request->origin = opt_job_origin_read (rows, ORIGIN_COLUMN);
  return request;
}

GPtrArray *
opt_job_request_load (OptTransaction *transaction,
                      gint64          id,
                      guint           limit,
                      GError        **error)
{
  g_autoptr (GPtrArray) requests =
               g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_request_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows =
               opt_transaction_query (transaction, &local_error,
                                      "SELECT " COLUMNS " FROM requests "
                                      "WHERE accepted = 0 AND id > $1 ORDER BY id LIMIT $2",
                                      "ii", id, (gint64)limit);

  while (rows != NULL && opt_rows_next (rows, &local_error))
    g_ptr_array_add (requests, read_request (rows));
  if (local_error == NULL)
    return g_steal_pointer (&requests);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

gboolean
opt_job_request_accept (OptTransaction *transaction,
                        gint64          id,
                        gint64          now,
                        gboolean       *is_open,
                        GError        **error)
{
  if (!opt_transaction_run (transaction, error,
                            "UPDATE requests SET accepted = $2 WHERE id = $1 AND accepted = 0",
                            "ii", id, now))
    return FALSE;
  *is_open = opt_transaction_get_changes (transaction) > 0;
  return TRUE;
}

/* The newest stays, since ids count on from it. */
gboolean
opt_job_request_prune (OptTransaction *transaction,
                       gint64          before,
                       GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "DELETE FROM requests WHERE accepted > 0 AND accepted < $1 "
                              "AND id < (SELECT MAX(id) FROM requests)",
                              "i", before);
}
