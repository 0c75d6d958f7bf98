/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

#include "opt-outbox-row-private.h"

#define LIST_MAX 10000
#define SELECT   "SELECT " OPT_OUTBOX_ROW_COLUMNS " FROM outbox "

/**
 * Query:
 *
 * Something that is asked of the store, or done to one row there.
 */
typedef struct
{
  GTask          *task; /* (owned) */
  gint64          id;
  int             state;
  guint           limit;
  GPtrArray      *rows; /* (owned) (nullable) */
  OptOutboxRow   *row;  /* (owned) (nullable) */
  OptOutboxCounts counts;
} Query;

static Query *
query_new (OptOutbox          *self,
           gpointer            tag,
           GCancellable       *cancellable,
           GAsyncReadyCallback callback,
           gpointer            user_data)
{
  Query *query = g_new0 (Query, 1);

  query->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (query->task, tag);
  return query;
}

static void
query_free (gpointer data)
{
  Query *query = data;

  g_object_unref (query->task);
  g_clear_pointer (&query->rows, g_ptr_array_unref);
  g_clear_pointer (&query->row, opt_outbox_row_unref);
  g_free (query);
}

static void
free_row (gpointer row)
{
  opt_outbox_row_unref (row);
}

static gboolean
set_unknown (gint64   id,
             GError **error)
{
  g_set_error (error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN,
               "there is no message %" G_GINT64_FORMAT " in the outbox; `outbox list` shows all",
               id);
  return FALSE;
}

/* TRUE without a row when there is none. */
gboolean
opt_outbox_read_row (OptTransaction *transaction,
                     gint64          id,
                     OptOutboxRow  **row,
                     GError        **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;

  *row = NULL;
  rows = opt_transaction_query (transaction, error,
                                SELECT "WHERE id = $1", "i",
                                id);
  if (rows == NULL)
    return FALSE;
  if (opt_rows_next (rows, &local_error))
    *row = opt_outbox_row_new_from_rows (rows);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* By state + 1. Each state but the last has an index that holds its rows alone, so that the history
 * is not searched for a few of them; a plus keeps the order from being taken for a better one. */
static const char *const list_statements[] = {
  SELECT "ORDER BY id DESC LIMIT $1",
  SELECT "WHERE state = 'queued' ORDER BY +id DESC LIMIT $1",
  SELECT "WHERE state = 'sending' ORDER BY +id DESC LIMIT $1",
  SELECT "WHERE state = 'sent' ORDER BY id DESC LIMIT $1",
  SELECT "WHERE state = 'dead' ORDER BY +id DESC LIMIT $1",
};

static gboolean
read_list (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Query *query = data;
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;

  g_clear_pointer (&query->rows, g_ptr_array_unref);
  query->rows = g_ptr_array_new_with_free_func (free_row);
  rows = opt_transaction_query (transaction, error, list_statements[query->state + 1], "i",
                                (gint64)query->limit);
  if (rows == NULL)
    return FALSE;
  while (opt_rows_next (rows, &local_error))
    g_ptr_array_add (query->rows, opt_outbox_row_new_from_rows (rows));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
list_cb (gpointer      data,
         const GError *error)
{
  Query *query = data;

  if (error != NULL)
    g_task_return_error (query->task, g_error_copy (error));
  else
    g_task_return_pointer (query->task, g_steal_pointer (&query->rows),
                           (GDestroyNotify)g_ptr_array_unref);
}

/**
 * opt_outbox_list_async:
 * @self: the courier
 * @state: an #OptOutboxState, or -1 for all
 * @limit: how many rows at most
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when they are read
 * @user_data: given to @callback
 *
 * Reads rows, newest first.
 */
void
opt_outbox_list_async (OptOutbox          *self,
                       int                 state,
                       guint               limit,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  Query *query;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (state >= -1 && state < OPT_N_OUTBOX_STATES);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  query = query_new (self, opt_outbox_list_async, cancellable, callback, user_data);
  query->state = state;
  query->limit = MIN (limit, LIST_MAX);
  opt_store_read (self->store, read_list, list_cb, query, query_free);
}

/**
 * opt_outbox_list_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_list_async().
 *
 * Returns: (transfer full) (element-type OptOutboxRow): the rows, or %NULL with an #OptStoreError
 */
GPtrArray *
opt_outbox_list_finish (OptOutbox    *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
read_one (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Query *query = data;

  g_clear_pointer (&query->row, opt_outbox_row_unref);
  if (!opt_outbox_read_row (transaction, query->id, &query->row, error))
    return FALSE;
  return query->row != NULL || set_unknown (query->id, error);
}

static void
show_cb (gpointer      data,
         const GError *error)
{
  Query *query = data;

  if (error != NULL)
    g_task_return_error (query->task, g_error_copy (error));
  else
    g_task_return_pointer (query->task, g_steal_pointer (&query->row), free_row);
}

/**
 * opt_outbox_show_async:
 * @self: the courier
 * @id: a row
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is read
 * @user_data: given to @callback
 *
 * Reads one row.
 */
void
opt_outbox_show_async (OptOutbox          *self,
                       gint64              id,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  Query *query;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  query = query_new (self, opt_outbox_show_async, cancellable, callback, user_data);
  query->id = id;
  opt_store_read (self->store, read_one, show_cb, query, query_free);
}

/**
 * opt_outbox_show_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_show_async().
 *
 * Returns: (transfer full): the row, or %NULL with %OPT_OUTBOX_ERROR_UNKNOWN or an #OptStoreError
 */
OptOutboxRow *
opt_outbox_show_finish (OptOutbox    *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
ask (OptTransaction *transaction,
     gint64         *value,
     const char     *sql,
     GError        **error)
{
  g_autoptr (GError) local_error = NULL;

  *value = 0;
  opt_transaction_query_int (transaction, value, &local_error, sql, "");
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
read_counts (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  OptOutboxCounts *counts = &((Query *)data)->counts;

  return ask (transaction, &counts->queued,
              "SELECT COUNT(*) FROM outbox WHERE state = 'queued'", error) &&
         ask (transaction, &counts->sending,
              "SELECT COUNT(*) FROM outbox WHERE state = 'sending'", error) &&
         ask (transaction, &counts->dead,
              "SELECT COUNT(*) FROM outbox WHERE state = 'dead'", error) &&
         ask (transaction, &counts->oldest,
              "SELECT created FROM outbox WHERE id = (SELECT MIN(+id) FROM outbox "
              "WHERE state = 'queued')",
              error);
}

static void
count_cb (gpointer      data,
          const GError *error)
{
  Query *query = data;

  if (error != NULL)
    g_task_return_error (query->task, g_error_copy (error));
  else
    g_task_return_pointer (query->task, g_memdup2 (&query->counts, sizeof query->counts), g_free);
}

/**
 * opt_outbox_count_async:
 * @self: the courier
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when they are counted
 * @user_data: given to @callback
 *
 * Counts the rows that are not sent.
 */
void
opt_outbox_count_async (OptOutbox          *self,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  Query *query;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  query = query_new (self, opt_outbox_count_async, cancellable, callback, user_data);
  opt_store_read (self->store, read_counts, count_cb, query, query_free);
}

/**
 * opt_outbox_count_finish:
 * @self: the courier
 * @result: what the callback was given
 * @counts: (out): how many
 * @error: return location
 *
 * Finishes opt_outbox_count_async().
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_count_finish (OptOutbox       *self,
                         GAsyncResult    *result,
                         OptOutboxCounts *counts,
                         GError         **error)
{
  g_autofree OptOutboxCounts *found = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (counts != NULL, FALSE);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return FALSE;
  *counts = *found;
  return TRUE;
}

static gboolean
refuse (const OptOutboxRow *row,
        const char         *words,
        GError            **error)
{
  g_set_error (error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_REFUSED,
               "message %" G_GINT64_FORMAT " %s", row->id, words);
  return FALSE;
}

static gboolean
check_waits (OptTransaction *transaction,
             Query          *query,
             GError        **error)
{
  if (!read_one (transaction, query, error))
    return FALSE;
  if (query->row->state == OPT_OUTBOX_SENDING)
    return refuse (query->row, "is being sent right now; try again in a moment", error);
  if (query->row->state == OPT_OUTBOX_SENT)
    return refuse (query->row, "was sent already", error);
  return TRUE;
}

static gboolean
retry_row (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Query *query = data;

  return check_waits (transaction, query, error) &&
         opt_transaction_run (transaction, error,
                              "UPDATE outbox SET state = 'queued', not_before = NULL,"
                              "  error_code = NULL, error_text = NULL WHERE id = $1",
                              "i", query->id);
}

static gboolean
drop_row (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Query *query = data;

  return check_waits (transaction, query, error) &&
         opt_transaction_run (transaction, error, "DELETE FROM outbox WHERE id = $1", "i",
                              query->id);
}

static void
retry_cb (gpointer      data,
          const GError *error)
{
  Query     *query = data;
  OptOutbox *self = g_task_get_source_object (query->task);

  if (error != NULL)
    {
      g_task_return_error (query->task, g_error_copy (error));
      return;
    }
  if (self->running)
    opt_outbox_try_now (self, query->row->bot, query->row->chat);
  g_task_return_boolean (query->task, TRUE);
}

static void
drop_cb (gpointer      data,
         const GError *error)
{
  Query     *query = data;
  OptOutbox *self = g_task_get_source_object (query->task);

  if (error != NULL)
    {
      g_task_return_error (query->task, g_error_copy (error));
      return;
    }
  opt_outbox_tell_waits (self, query->id);
  g_task_return_boolean (query->task, TRUE);
}

/**
 * opt_outbox_retry_async:
 * @self: the courier
 * @id: a row
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is queued
 * @user_data: given to @callback
 *
 * Queues a dead row again, in its old place; has a row that waits for a later time tried now.
 */
void
opt_outbox_retry_async (OptOutbox          *self,
                        gint64              id,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  Query *query;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  query = query_new (self, opt_outbox_retry_async, cancellable, callback, user_data);
  query->id = id;
  opt_store_write (self->store, retry_row, retry_cb, query, query_free);
}

/**
 * opt_outbox_retry_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_retry_async().
 *
 * Returns: FALSE with %OPT_OUTBOX_ERROR_UNKNOWN, %OPT_OUTBOX_ERROR_REFUSED or an #OptStoreError
 */
gboolean
opt_outbox_retry_finish (OptOutbox    *self,
                         GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * opt_outbox_drop_async:
 * @self: the courier
 * @id: a row
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is gone
 * @user_data: given to @callback
 *
 * Forgets a row that waits or is dead. One that is on its way can't be called back.
 */
void
opt_outbox_drop_async (OptOutbox          *self,
                       gint64              id,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  Query *query;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  query = query_new (self, opt_outbox_drop_async, cancellable, callback, user_data);
  query->id = id;
  opt_store_write (self->store, drop_row, drop_cb, query, query_free);
}

/**
 * opt_outbox_drop_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_drop_async().
 *
 * Returns: FALSE with %OPT_OUTBOX_ERROR_UNKNOWN, %OPT_OUTBOX_ERROR_REFUSED or an #OptStoreError
 */
gboolean
opt_outbox_drop_finish (OptOutbox    *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
