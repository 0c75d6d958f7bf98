/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-writer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-atomic-file.h"
#include "opt-connection-private.h"
#include "opt-migration-private.h"

struct _OptWriter
{
  char                *path;       /* (owned) */
  const OptMigration **migrations; /* (owned) (array zero-terminated=1); the lists are not */
  guint                patience;
  OptConnection       *connection; /* (owned) (nullable) */
  gint64               changes;    /* as counted before the transaction */
};

OptWriter *
opt_writer_new (const char                *path,
                const OptMigration *const *migrations,
                guint                      patience)
{
  OptWriter *self = g_new0 (OptWriter, 1);
  guint      n = 0;

  while (migrations[n] != NULL)
    n++;
  self->path = g_strdup (path);
  self->migrations = g_memdup2 (migrations, (n + 1) * sizeof migrations[0]);
  self->patience = patience;
  return self;
}

void
opt_writer_free (OptWriter *self)
{
  g_assert (self->connection == NULL);
  g_free (self->path);
  g_free (self->migrations);
  g_free (self);
}

/* Opening and closing the file ourselves would drop the locks of another connection of this
 * process, so a file that is there is only looked at. */
static gboolean
prepare_file (const char *path,
              GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local_error = NULL;
  GStatBuf status;
  int      fd;

  if (!opt_atomic_file_make_folder (folder, &local_error))
    {
      gboolean full = g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);

      g_set_error_literal (error, OPT_STORE_ERROR, full ? OPT_STORE_ERROR_FULL : OPT_STORE_ERROR_IO,
                           local_error->message);
      return FALSE;
    }
  fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0)
    return g_close (fd, NULL);
  if (errno == EEXIST && g_stat (path, &status) == 0 && S_ISREG (status.st_mode) &&
      ((status.st_mode & 077) == 0 || g_chmod (path, status.st_mode & 0700) == 0))
    return TRUE;

  int errsv = errno;

  g_set_error (error, OPT_STORE_ERROR,
               errsv == ENOSPC || errsv == EDQUOT ? OPT_STORE_ERROR_FULL : OPT_STORE_ERROR_IO,
               "can't use “%s”: %s; check its folder and the disk", name,
               errsv == EEXIST ? "it is not a file" : g_strerror (errsv));
  return FALSE;
}

/* Until the file is known to be ours, closing must not even move the log into it. */
static gboolean
settle (OptConnection             *connection,
        const OptMigration *const *migrations,
        GError                   **error)
{
  sqlite3_db_config (connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!opt_migration_check (connection, migrations, error))
    return FALSE;
  sqlite3_db_config (connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);

  /* A commit returns when it is on the disk. The cache is small, since an idle agent should be, and
   * the log is cut after a burst. Temporary tables would be files that others might read. */
  return opt_connection_execute (connection,
                                 "PRAGMA journal_mode = WAL;"
                                 "PRAGMA synchronous = FULL;"
                                 "PRAGMA foreign_keys = ON;"
                                 "PRAGMA journal_size_limit = 4194304;"
                                 "PRAGMA cell_size_check = ON;"
                                 "PRAGMA mmap_size = 0;"
                                 "PRAGMA cache_size = -1024;"
                                 "PRAGMA temp_store = MEMORY;",
                                 error) &&
         opt_migration_apply (connection, migrations, error);
}

static gboolean
opt_writer_begin (gpointer worker,
                  GError **error)
{
  OptWriter *self = worker;
  g_autoptr (OptConnection) connection = NULL;

  if (!prepare_file (self->path, error))
    return FALSE;
  connection = opt_connection_new (self->path, FALSE, self->patience, error);
  if (connection == NULL || !settle (connection, self->migrations, error))
    return FALSE;
  self->connection = g_steal_pointer (&connection);
  return TRUE;
}

static void
opt_writer_end (gpointer worker)
{
  OptWriter *self = worker;

  /* The last connection moves the log into the file when it closes. */
  g_clear_pointer (&self->connection, opt_connection_free);
}

static gboolean
start (OptWriter *self,
       GError   **error)
{
  self->changes = sqlite3_total_changes64 (self->connection->db);
  return opt_transaction_run (&self->connection->transaction, error, "BEGIN IMMEDIATE", "");
}

static gboolean
commit (OptWriter *self,
        GError   **error)
{
  return opt_transaction_run (&self->connection->transaction, error, "COMMIT", "");
}

static void
roll_back (OptWriter *self)
{
  opt_connection_enter (self->connection);
  if (!sqlite3_get_autocommit (self->connection->db))
    opt_transaction_run (&self->connection->transaction, NULL, "ROLLBACK", "");
}

/* What a successful commit tells about the disk: nothing, unless it wrote. */
static OptCommit
judge_commit (OptWriter *self)
{
  return sqlite3_total_changes64 (self->connection->db) > self->changes ? OPT_COMMIT_GOOD
                                                                        : OPT_COMMIT_NONE;
}

/* Takes @error. */
static void
set_failure (OptClosure *closure,
             GError     *error)
{
  closure->error = error;
  if (g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL) ||
      g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_IO) ||
      g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CORRUPT))
    closure->commit = OPT_COMMIT_BAD;
}

/* Runs it and leaves to the caller what becomes of the transaction. */
static gboolean
call (OptWriter  *self,
      OptClosure *closure,
      GError    **error)
{
  OptTransaction *transaction = &self->connection->transaction;
  g_autoptr (GError) local_error = NULL;
  gboolean ok = closure->func (transaction, closure->data, &local_error);

  opt_connection_leave (self->connection);
  /* Whatever the closure made of it, this is why nothing of it remains. */
  if (transaction->lost != NULL)
    {
      g_propagate_error (error, g_error_copy (transaction->lost));
      return FALSE;
    }
  if (ok)
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL,
                         "a closure failed and did not say why");
  return FALSE;
}

static void
run_alone (OptWriter  *self,
           OptClosure *closure)
{
  GError *error = NULL;

  opt_connection_enter (self->connection);
  if (start (self, &error) && call (self, closure, &error) && commit (self, &error))
    {
      closure->commit = judge_commit (self);
      return;
    }
  roll_back (self);
  set_failure (closure, error);
}

/* FALSE when the transaction is lost, and with it what the closures before this one did. */
static gboolean
run_in_savepoint (OptWriter  *self,
                  OptClosure *closure)
{
  OptTransaction *transaction = &self->connection->transaction;
  GError         *error = NULL;

  if (!opt_transaction_run (transaction, NULL, "SAVEPOINT closure", ""))
    return FALSE;
  if (!call (self, closure, &error))
    {
      set_failure (closure, error);
      if (opt_connection_is_lost (self->connection) ||
          !opt_transaction_run (transaction, NULL, "ROLLBACK TO closure", ""))
        return FALSE;
    }
  return !opt_connection_is_lost (self->connection) &&
         opt_transaction_run (transaction, NULL, "RELEASE closure", "");
}

static gboolean
run_in_one (OptWriter   *self,
            OptClosure **closures,
            guint        n)
{
  for (guint i = 0; i < n; i++)
    if (!run_in_savepoint (self, closures[i]))
      return FALSE;
  if (!commit (self, NULL))
    return FALSE;

  OptCommit verdict = judge_commit (self);

  for (guint i = 0; i < n; i++)
    if (closures[i]->error == NULL)
      closures[i]->commit = verdict;
  return TRUE;
}

static void
run_together (OptWriter   *self,
              OptClosure **closures,
              guint        n)
{
  g_autoptr (GError) error = NULL;

  opt_connection_enter (self->connection);
  /* Nothing can begin: no use in trying one by one. */
  if (!start (self, &error))
    {
      roll_back (self);
      for (guint i = 0; i < n; i++)
        set_failure (closures[i], g_error_copy (error));
      return;
    }
  if (run_in_one (self, closures, n))
    return;
  roll_back (self);
  for (guint i = 0; i < n; i++)
    {
      g_clear_error (&closures[i]->error);
      closures[i]->commit = OPT_COMMIT_NONE;
      run_alone (self, closures[i]);
    }
}

static void
opt_writer_run (gpointer     worker,
                OptClosure **closures,
                guint        n)
{
  OptWriter  *self = worker;
  OptClosure *given[OPT_LANE_BATCH_MAX];
  guint       n_given = 0;

  for (guint i = 0; i < n; i++)
    if (closures[i]->error == NULL)
      given[n_given++] = closures[i];
  if (n_given == 1)
    run_alone (self, given[0]);
  else if (n_given > 1)
    run_together (self, given, n_given);
}

const OptLaneFuncs opt_writer_funcs = {
  .name = "opt-writer",
  .batch = OPT_LANE_BATCH_MAX,
  .begin = opt_writer_begin,
  .run = opt_writer_run,
  .end = opt_writer_end,
};
