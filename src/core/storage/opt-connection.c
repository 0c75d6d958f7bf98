/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-connection-private.h"

#include <errno.h>

#include "opt-store.h"

/* A statement is two to five kilobytes; all of what the rooms say often fits. */
#define STATEMENTS_WRITER 96
#define STATEMENTS_READER 32

static void
statement_free (OptStatement *statement)
{
  sqlite3_finalize (statement->stmt);
  g_free (statement);
}

static OptStoreError
classify (int      code,
          int      errsv,
          gboolean is_reader)
{
  switch (code & 0xff)
    {
    case SQLITE_FULL:
      return OPT_STORE_ERROR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return OPT_STORE_ERROR_CORRUPT;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return OPT_STORE_ERROR_CONSTRAINT;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_SCHEMA:
      return OPT_STORE_ERROR_SQL;
    case SQLITE_READONLY:
      return is_reader ? OPT_STORE_ERROR_SQL : OPT_STORE_ERROR_IO;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return errsv == ENOSPC || errsv == EDQUOT ? OPT_STORE_ERROR_FULL : OPT_STORE_ERROR_IO;
    default:
      return OPT_STORE_ERROR_IO;
    }
}

static char *
describe_io (OptConnection *self,
             int            code,
             int            errsv,
             const char    *name)
{
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return g_strdup_printf ("“%s” is in use by another program; close that one and try again",
                              name);
    case SQLITE_READONLY:
      return g_strdup_printf ("“%s” can't be written; check that it and its folder belong to you",
                              name);
    case SQLITE_NOMEM:
      return g_strdup_printf ("there is not enough memory to use “%s”", name);
    default:
      return g_strdup_printf ("can't use “%s”: %s (%s); check its folder and the disk", name,
                              sqlite3_errstr (code),
                              errsv != 0 ? g_strerror (errsv) : "no details");
    }
}

/* SQLite's own words name tables and columns but never a value. */
static char *
describe (OptConnection *self,
          OptStoreError  kind,
          int            code,
          int            errsv)
{
  g_autofree char *name = g_filename_display_name (self->path);
  const char      *words = self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (code);

  switch (kind)
    {
    case OPT_STORE_ERROR_FULL:
      return g_strdup_printf (
        "“%s” can't be written because its disk is full; free some space there", name);
    case OPT_STORE_ERROR_CORRUPT:
      return g_strdup_printf (
        "“%s” is damaged or not a database (%s); move it away or put back a copy", name, words);
    case OPT_STORE_ERROR_CONSTRAINT:
      return g_strdup_printf ("“%s” refused a row: %s", name, words);
    case OPT_STORE_ERROR_SQL:
      return g_strdup_printf ("a statement for “%s” is wrong: %s", name, words);
    case OPT_STORE_ERROR_NEWER:
    case OPT_STORE_ERROR_IO:
    case OPT_STORE_ERROR_CLOSED:
    default:
      return describe_io (self, code, errsv, name);
    }
}

/* After these SQLite may have rolled back everything, and what it says afterwards can't be built
 * on. */
static gboolean
ends_transaction (OptConnection *self,
                  int            code)
{
  switch (code & 0xff)
    {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return TRUE;
    default:
      return self->db != NULL && sqlite3_get_autocommit (self->db);
    }
}

/* Always returns FALSE. Right after the call that failed. */
gboolean
opt_connection_set_error (OptConnection *self,
                          int            code,
                          GError       **error)
{
  int              errsv = self->db != NULL ? sqlite3_system_errno (self->db) : 0;
  OptStoreError    kind = classify (code, errsv, self->is_reader);
  g_autofree char *message = describe (self, kind, code, errsv);

  if (self->transaction.lost == NULL && ends_transaction (self, code))
    self->transaction.lost = g_error_new_literal (OPT_STORE_ERROR, kind, message);
  g_set_error_literal (error, OPT_STORE_ERROR, kind, message);
  return FALSE;
}

gboolean
opt_connection_execute (OptConnection *self,
                        const char    *sql,
                        GError       **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || opt_connection_set_error (self, code, error);
}

static void
map_parameters (OptStatement *statement)
{
  statement->n_parameters = sqlite3_bind_parameter_count (statement->stmt);
  if (statement->n_parameters > OPT_CONNECTION_PARAMETERS_MAX)
    return;
  for (guint i = 0; i < statement->n_parameters; i++)
    {
      char name[8];

      g_snprintf (name, sizeof name, "$%u", i + 1);
      statement->places[i] = sqlite3_bind_parameter_index (statement->stmt, name);
    }
}

static OptStatement *
compile (OptConnection *self,
         const char    *sql,
         gboolean       keep,
         GError       **error)
{
  sqlite3_stmt *stmt = NULL;
  guint         flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;
  int           code = sqlite3_prepare_v3 (self->db, sql, -1, flags, &stmt, NULL);

  if (code != SQLITE_OK || stmt == NULL)
    {
      opt_connection_set_error (self, code != SQLITE_OK ? code : SQLITE_MISUSE, error);
      return NULL;
    }

  OptStatement *statement = g_new0 (OptStatement, 1);

  statement->connection = self;
  statement->stmt = stmt;
  statement->sql = sql;
  statement->is_kept = keep;
  map_parameters (statement);
  return statement;
}

static void
drop_oldest (OptConnection *self)
{
  GHashTableIter iter;
  OptStatement  *oldest = NULL;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      OptStatement *statement = value;

      if (!statement->is_open && (oldest == NULL || statement->used < oldest->used))
        oldest = statement;
    }
  if (oldest != NULL)
    g_hash_table_remove (self->kept, oldest->sql);
}

/* What is being read can't be started again: the same statement inside its own loop is a copy. */
OptStatement *
opt_connection_prepare (OptConnection *self,
                        const char    *sql,
                        GError       **error)
{
  OptStatement *statement = g_hash_table_lookup (self->kept, sql);
  gboolean      in_use = statement != NULL && statement->is_open;

  /* An address that was used for other words before: the caller should have passed a literal. */
  if (statement != NULL && !in_use && strcmp (sqlite3_sql (statement->stmt), sql) != 0)
    {
      g_hash_table_remove (self->kept, sql);
      statement = NULL;
    }
  if (statement == NULL || in_use)
    {
      statement = compile (self, sql, !in_use, error);
      if (statement == NULL)
        return NULL;
    }
  if (statement->is_kept && statement->used == 0)
    {
      guint most = self->is_reader ? STATEMENTS_READER : STATEMENTS_WRITER;

      if (g_hash_table_size (self->kept) >= most)
        drop_oldest (self);
      g_hash_table_insert (self->kept, (gpointer)sql, statement);
    }
  statement->used = ++self->count;
  return statement;
}

void
opt_connection_release (OptConnection *self,
                        OptStatement  *statement)
{
  sqlite3_reset (statement->stmt);
  if (statement->is_open)
    g_ptr_array_remove_fast (self->open, statement);
  statement->is_open = FALSE;
  if (!statement->is_kept)
    statement_free (statement);
}

void
opt_connection_enter (OptConnection *self)
{
  g_clear_error (&self->transaction.lost);
}

void
opt_connection_leave (OptConnection *self)
{
  while (self->open->len > 0)
    {
      OptStatement *statement = g_ptr_array_index (self->open, self->open->len - 1);

      g_critical ("a closure left rows open: %s", sqlite3_sql (statement->stmt));
      opt_connection_release (self, statement);
    }
}

/* A closure may have swallowed the error, so ask SQLite as well. */
gboolean
opt_connection_is_lost (OptConnection *self)
{
  return self->transaction.lost != NULL || sqlite3_get_autocommit (self->db);
}

OptConnection *
opt_connection_new (const char *path,
                    gboolean    is_reader,
                    guint       patience,
                    GError    **error)
{
  g_autoptr (OptConnection) self = g_new0 (OptConnection, 1);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
              (is_reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);

  self->path = g_strdup (path);
  self->is_reader = is_reader;
  self->kept = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)statement_free);
  self->open = g_ptr_array_new ();
  self->transaction.connection = self;

  int code = sqlite3_open_v2 (path, &self->db, flags, NULL);

  if (code != SQLITE_OK)
    {
      opt_connection_set_error (self, code, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, patience);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  return g_steal_pointer (&self);
}

void
opt_connection_free (OptConnection *self)
{
  g_assert (self->open->len == 0);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->open, g_ptr_array_unref);
  g_clear_error (&self->transaction.lost);
  sqlite3_close (self->db);
  g_free (self->path);
  g_free (self);
}
