/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-transaction.h"

#include <string.h>

#include "opt-connection-private.h"
#include "opt-store.h"

static int
bind_bytes (sqlite3_stmt           *stmt,
            int                     place,
            GBytes                 *bytes,
            sqlite3_destructor_type keep)
{
  gsize         length;
  gconstpointer data;

  if (bytes == NULL)
    return sqlite3_bind_null (stmt, place);
  data = g_bytes_get_data (bytes, &length);
  /* No bytes are not the same as no value. */
  return length == 0 ? sqlite3_bind_zeroblob (stmt, place, 0)
                     : sqlite3_bind_blob64 (stmt, place, data, length, keep);
}

static int
bind_next (OptStatement           *statement,
           int                     place,
           char                    type,
           va_list                *args,
           sqlite3_destructor_type keep)
{
  switch (type)
    {
    case 'i':
      return sqlite3_bind_int64 (statement->stmt, place, va_arg (*args, gint64));
    case 'd':
      return sqlite3_bind_double (statement->stmt, place, va_arg (*args, double));
    case 's':
      return sqlite3_bind_text (statement->stmt, place, va_arg (*args, const char *), -1, keep);
    case 'b':
      return bind_bytes (statement->stmt, place, va_arg (*args, GBytes *), keep);
    case 'n':
      return sqlite3_bind_null (statement->stmt, place);
    default:
      return SQLITE_MISUSE;
    }
}

static gboolean
bind_all (OptStatement           *statement,
          const char             *types,
          va_list                *args,
          sqlite3_destructor_type keep,
          GError                **error)
{
  gsize n = strlen (types);

  if (n != statement->n_parameters || n > OPT_CONNECTION_PARAMETERS_MAX)
    {
      g_set_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL,
                   "a statement has %u parameters but was given %" G_GSIZE_FORMAT,
                   statement->n_parameters, n);
      return FALSE;
    }
  for (gsize i = 0; i < n; i++)
    {
      int code = bind_next (statement, statement->places[i], types[i], args, keep);

      if (code != SQLITE_OK)
        return opt_connection_set_error (statement->connection, code, error);
    }
  return TRUE;
}

/* Ready to step, or NULL. */
static OptStatement *
start (OptTransaction         *self,
       const char             *sql,
       const char             *types,
       va_list                *args,
       sqlite3_destructor_type keep,
       GError                **error)
{
  OptStatement *statement;

  /* Going on after the transaction was ended would write outside of any. */
  if (self->lost != NULL)
    {
      g_propagate_error (error, g_error_copy (self->lost));
      return NULL;
    }
  statement = opt_connection_prepare (self->connection, sql, error);
  if (statement == NULL)
    return NULL;
  if (bind_all (statement, types, args, keep, error))
    return statement;
  opt_connection_release (self->connection, statement);
  return NULL;
}

/**
 * opt_transaction_run:
 * @self: a transaction
 * @error: return location
 * @sql: one statement; a literal
 * @types: a letter for each parameter
 * @...: the parameters
 *
 * Runs a statement to its end; rows that it returns are passed over.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_transaction_run (OptTransaction *self,
                     GError        **error,
                     const char     *sql,
                     const char     *types,
                     ...)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (sql != NULL && types != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  OptConnection *connection = self->connection;
  va_list        args;
  int            code;

  va_start (args, types);
  OptStatement *statement = start (self, sql, types, &args, SQLITE_STATIC, error);
  va_end (args);
  if (statement == NULL)
    return FALSE;
  do
    code = sqlite3_step (statement->stmt);
  while (code == SQLITE_ROW);
  if (code != SQLITE_DONE)
    opt_connection_set_error (connection, code, error);
  opt_connection_release (connection, statement);
  return code == SQLITE_DONE;
}

/**
 * opt_transaction_get_changes:
 * @self: a transaction
 *
 * Says how many rows the last INSERT, UPDATE or DELETE changed: 0 when ON CONFLICT DO NOTHING did
 * nothing.
 *
 * Returns: a count
 */
gint64
opt_transaction_get_changes (OptTransaction *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return sqlite3_changes64 (self->connection->db);
}

/**
 * opt_transaction_query:
 * @self: a transaction
 * @error: return location
 * @sql: one statement; a literal
 * @types: a letter for each parameter
 * @...: the parameters, which are copied
 *
 * Starts a query. Nothing happens before the first opt_rows_next(), not even with INSERT …
 * RETURNING.
 *
 * Returns: (transfer full) (nullable): its rows, or NULL with an #OptStoreError
 */
OptRows *
opt_transaction_query (OptTransaction *self,
                       GError        **error,
                       const char     *sql,
                       const char     *types,
                       ...)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (sql != NULL && types != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  va_list args;

  va_start (args, types);
  OptStatement *statement = start (self, sql, types, &args, SQLITE_TRANSIENT, error);
  va_end (args);
  if (statement == NULL)
    return NULL;
  statement->is_open = TRUE;
  statement->is_over = FALSE;
  g_ptr_array_add (self->connection->open, statement);
  return statement;
}

/**
 * opt_transaction_query_int:
 * @self: a transaction
 * @value: (out): the number; untouched when there is none
 * @error: return location
 * @sql: one statement; a literal
 * @types: a letter for each parameter
 * @...: the parameters
 *
 * Asks for the first column of the first row. The statement is run to its end.
 *
 * Returns: FALSE without an error when there is no row or NULL is in it, FALSE with an
 * #OptStoreError otherwise
 */
gboolean
opt_transaction_query_int (OptTransaction *self,
                           gint64         *value,
                           GError        **error,
                           const char     *sql,
                           const char     *types,
                           ...)
{
  g_return_val_if_fail (self != NULL && value != NULL, FALSE);
  g_return_val_if_fail (sql != NULL && types != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  OptConnection *connection = self->connection;
  gboolean       found = FALSE;
  gint64         first = 0;
  va_list        args;
  int            code;

  va_start (args, types);
  OptStatement *statement = start (self, sql, types, &args, SQLITE_STATIC, error);
  va_end (args);
  if (statement == NULL)
    return FALSE;
  code = sqlite3_step (statement->stmt);
  if (code == SQLITE_ROW && sqlite3_column_type (statement->stmt, 0) != SQLITE_NULL)
    {
      found = TRUE;
      first = sqlite3_column_int64 (statement->stmt, 0);
    }
  while (code == SQLITE_ROW)
    code = sqlite3_step (statement->stmt);
  if (code != SQLITE_DONE)
    found = opt_connection_set_error (connection, code, error);
  opt_connection_release (connection, statement);
  if (found)
    *value = first;
  return found;
}

/**
 * opt_rows_next:
 * @self: rows
 * @error: return location
 *
 * Goes to the first row, then to the next.
 *
 * Returns: FALSE without an error after the last one, FALSE with an #OptStoreError when it failed
 */
gboolean
opt_rows_next (OptRows *self,
               GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  OptTransaction *transaction = &self->connection->transaction;

  if (transaction->lost != NULL)
    {
      g_propagate_error (error, g_error_copy (transaction->lost));
      return FALSE;
    }
  /* One step more would start it anew. */
  if (self->is_over)
    return FALSE;

  int code = sqlite3_step (self->stmt);

  if (code == SQLITE_ROW)
    return TRUE;
  self->is_over = TRUE;
  if (code != SQLITE_DONE)
    opt_connection_set_error (self->connection, code, error);
  return FALSE;
}

/**
 * opt_rows_is_null:
 * @self: rows
 * @column: counted from 0
 *
 * Returns: whether there is no value in a column
 */
gboolean
opt_rows_is_null (OptRows *self,
                  guint    column)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return sqlite3_column_type (self->stmt, column) == SQLITE_NULL;
}

/**
 * opt_rows_get_int:
 * @self: rows
 * @column: counted from 0
 *
 * Returns: the number in a column; 0 for NULL and for what is no number
 */
gint64
opt_rows_get_int (OptRows *self,
                  guint    column)
{
  g_return_val_if_fail (self != NULL, 0);

  return sqlite3_column_int64 (self->stmt, column);
}

/**
 * opt_rows_get_double:
 * @self: rows
 * @column: counted from 0
 *
 * Returns: the number in a column; 0 for NULL and for what is no number
 */
double
opt_rows_get_double (OptRows *self,
                     guint    column)
{
  g_return_val_if_fail (self != NULL, 0);

  return sqlite3_column_double (self->stmt, column);
}

/**
 * opt_rows_get_text:
 * @self: rows
 * @column: counted from 0
 *
 * Returns: (transfer none) (nullable): the text in a column, valid until the next opt_rows_next()
 */
const char *
opt_rows_get_text (OptRows *self,
                   guint    column)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *)sqlite3_column_text (self->stmt, column);
}

/**
 * opt_rows_dup_bytes:
 * @self: rows
 * @column: counted from 0
 *
 * Returns: (transfer full) (nullable): the bytes in a column
 */
GBytes *
opt_rows_dup_bytes (OptRows *self,
                    guint    column)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (opt_rows_is_null (self, column))
    return NULL;

  gconstpointer data = sqlite3_column_blob (self->stmt, column);

  return g_bytes_new (data, sqlite3_column_bytes (self->stmt, column));
}

/**
 * opt_rows_free:
 * @self: (transfer full): rows
 *
 * Ends a query.
 */
void
opt_rows_free (OptRows *self)
{
  g_return_if_fail (self != NULL);

  opt_connection_release (self->connection, self);
}
