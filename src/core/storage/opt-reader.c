/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-reader-private.h"

#include "opt-connection-private.h"

struct _OptReader
{
  char          *path; /* (owned) */
  guint          patience;
  OptConnection *connection; /* (owned) (nullable): opened with the first closure */
};

OptReader *
opt_reader_new (const char *path,
                guint       patience)
{
  OptReader *self = g_new0 (OptReader, 1);

  self->path = g_strdup (path);
  self->patience = patience;
  return self;
}

void
opt_reader_free (OptReader *self)
{
  g_assert (self->connection == NULL);
  g_free (self->path);
  g_free (self);
}

static gboolean
open_connection (OptReader *self,
                 GError   **error)
{
  g_autoptr (OptConnection) connection = NULL;

  if (self->connection != NULL)
    return TRUE;
  connection = opt_connection_new (self->path, TRUE, self->patience, error);
  if (connection == NULL ||
      !opt_connection_execute (connection,
                               "PRAGMA query_only = ON;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA cache_size = -512;"
                               "PRAGMA temp_store = MEMORY;",
                               error))
    return FALSE;
  self->connection = g_steal_pointer (&connection);
  return TRUE;
}

static gboolean
call (OptReader  *self,
      OptClosure *closure,
      GError    **error)
{
  OptTransaction *transaction = &self->connection->transaction;
  gboolean        ok;

  opt_connection_enter (self->connection);
  if (!opt_transaction_run (transaction, error, "BEGIN", ""))
    return FALSE;
  ok = closure->func (transaction, closure->data, error);
  opt_connection_leave (self->connection);
  opt_connection_enter (self->connection);
  /* An open view would keep the log from being cut. */
  if (!sqlite3_get_autocommit (self->connection->db))
    opt_transaction_run (transaction, NULL, "ROLLBACK", "");
  if (!ok && error != NULL && *error == NULL)
    g_set_error_literal (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL,
                         "a closure failed and did not say why");
  return ok;
}

static void
opt_reader_run (gpointer     worker,
                OptClosure **closures,
                guint        n)
{
  OptReader *self = worker;

  for (guint i = 0; i < n; i++)
    {
      OptClosure *closure = closures[i];
      GError     *error = NULL;

      if (closure->error != NULL)
        continue;
      if (!open_connection (self, &error) || !call (self, closure, &error))
        closure->error = error;
    }
}

static void
opt_reader_end (gpointer worker)
{
  OptReader *self = worker;

  g_clear_pointer (&self->connection, opt_connection_free);
}

const OptLaneFuncs opt_reader_funcs = {
  .name = "opt-reader",
  .batch = 1,
  .run = opt_reader_run,
  .end = opt_reader_end,
};
