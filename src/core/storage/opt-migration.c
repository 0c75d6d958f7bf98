/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-migration-private.h"

static gboolean
is_known (const OptMigration *const *lists,
          const char                *room,
          gint64                     number)
{
  for (; *lists != NULL; lists++)
    for (const OptMigration *step = *lists; step->room != NULL; step++)
      if (step->number == number && g_strcmp0 (step->room, room) == 0)
        return TRUE;
  return FALSE;
}

static gboolean
refuse_newer (OptConnection *connection,
              GError       **error)
{
  g_autofree char *name = g_filename_display_name (connection->path);

  g_set_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_NEWER,
               "“%s” was written by a newer version of this program; install that one again, or "
               "move the file away to start with an empty one",
               name);
  return FALSE;
}

static gboolean
refuse_foreign (OptConnection *connection,
                GError       **error)
{
  g_autofree char *name = g_filename_display_name (connection->path);

  g_set_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CORRUPT,
               "“%s” is a database of another program; move it away to start with an empty one",
               name);
  return FALSE;
}

static gboolean
check_steps (OptConnection             *connection,
             const OptMigration *const *lists,
             GError                   **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows = opt_transaction_query (&connection->transaction, error,
                                                    "SELECT room, number FROM migration", "");

  if (rows == NULL)
    return FALSE;
  while (opt_rows_next (rows, &local_error))
    if (!is_known (lists, opt_rows_get_text (rows, 0), opt_rows_get_int (rows, 1)))
      return refuse_newer (connection, error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Reads a number that the file always has. */
static gboolean
ask (OptConnection *connection,
     const char    *sql,
     gint64        *value,
     GError       **error)
{
  return opt_transaction_query_int (&connection->transaction, value, error, sql, "");
}

guint
opt_migration_count (const OptMigration *const *lists)
{
  guint n = 0;

  for (; *lists != NULL; lists++)
    for (const OptMigration *step = *lists; step->room != NULL; step++)
      n++;
  return n;
}

/* Whether we can work with this file; only reads. */
gboolean
opt_migration_check (OptConnection             *connection,
                     const OptMigration *const *lists,
                     GError                   **error)
{
  gint64 version = 0;
  gint64 objects = 0;
  gint64 ours = 0;

  if (!ask (connection, "PRAGMA user_version", &version, error) ||
      !ask (connection, "SELECT count(*) FROM sqlite_schema", &objects, error) ||
      !ask (connection,
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'", &ours,
            error))
    return FALSE;
  if (ours == 0 && objects == 0 && version == 0)
    return TRUE;
  if (ours == 0)
    return refuse_foreign (connection, error);
  if (version > opt_migration_count (lists))
    return refuse_newer (connection, error);
  return check_steps (connection, lists, error);
}

static gboolean
apply_step (OptConnection      *connection,
            const OptMigration *step,
            GError            **error)
{
  OptTransaction *transaction = &connection->transaction;
  gint64          there = 0;

  if (!opt_transaction_query_int (transaction, &there, error,
                                  "SELECT count(*) FROM migration WHERE room = $1 AND number = $2",
                                  "si", step->room, (gint64)step->number))
    return FALSE;
  if (there > 0)
    return TRUE;
  g_info ("migrating the tables of %s to %u", step->room, step->number);
  if (opt_connection_execute (connection, step->sql, error) &&
      opt_transaction_run (transaction, error,
                           "INSERT INTO migration(room, number) VALUES ($1, $2)", "si", step->room,
                           (gint64)step->number))
    return TRUE;
  g_prefix_error (error, "migration %u of %s: ", step->number, step->room);
  return FALSE;
}

static gboolean
apply_all (OptConnection             *connection,
           const OptMigration *const *lists,
           GError                   **error)
{
  g_autofree char *version =
    g_strdup_printf ("PRAGMA user_version = %u", opt_migration_count (lists));

  if (!opt_connection_execute (
        connection,
        "CREATE TABLE IF NOT EXISTS migration("
        "room TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY(room, number))",
        error))
    return FALSE;
  for (; *lists != NULL; lists++)
    for (const OptMigration *step = *lists; step->room != NULL; step++)
      if (!apply_step (connection, step, error))
        return FALSE;
  return opt_connection_execute (connection, version, error);
}

/* Brings the tables up to date: all of it or nothing. */
gboolean
opt_migration_apply (OptConnection             *connection,
                     const OptMigration *const *lists,
                     GError                   **error)
{
  gint64 version = 0;

  if (!ask (connection, "PRAGMA user_version", &version, error))
    return FALSE;
  /* Each step raises the number by one, so an equal number leaves nothing to do. */
  if (version > 0 && version == opt_migration_count (lists))
    return TRUE;
  if (!opt_connection_execute (connection, "BEGIN IMMEDIATE", error))
    return FALSE;
  opt_connection_enter (connection);
  if (apply_all (connection, lists, error) && opt_connection_execute (connection, "COMMIT", error))
    return TRUE;
  if (!sqlite3_get_autocommit (connection->db))
    opt_connection_execute (connection, "ROLLBACK", NULL);
  return FALSE;
}
