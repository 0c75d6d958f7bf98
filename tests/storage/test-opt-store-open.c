/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-test-store.h"
#include "opt-test.h"

static const OptMigration first_room[] = {
  { "first", 1, "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER)" },
  { "first", 2, "ALTER TABLE b ADD COLUMN word TEXT" },
  { NULL, 0, NULL },
};
static const OptMigration second_room[] = {
  { "second", 1, "CREATE TABLE c(id INTEGER)" },
  { NULL, 0, NULL },
};
static const OptMigration older_room[] = {
  { "first", 1, "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER)" },
  { NULL, 0, NULL },
};
static const OptMigration broken_room[] = {
  { "third", 1, "CREATE TABLE d(id INTEGER)" },
  { "third", 2, "CREATE TABLE d(id INTEGER)" },
  { NULL, 0, NULL },
};
static const OptMigration *const both[] = { first_room, second_room, NULL };
static const OptMigration *const older[] = { older_room, NULL };
static const OptMigration *const other[] = { older_room, second_room, broken_room, NULL };
static const OptMigration *const broken[] = { first_room, second_room, broken_room, NULL };
static const OptMigration *const none[] = { NULL };

typedef struct
{
  OptTestFolder *folder; /* (owned) */
  char          *path;   /* (owned) */
} Fixture;

static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  fixture->folder = opt_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "optimus.db", NULL);
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  g_free (fixture->path);
  opt_test_folder_free (fixture->folder);
}

static OptStore *
open_good (const char                *path,
           const OptMigration *const *migrations)
{
  g_autoptr (GError) error = NULL;
  OptStore *store = opt_test_store_open (path, migrations, &error);

  g_assert_no_error (error);
  return store;
}

static void
close_and_free (OptStore *store)
{
  opt_test_store_close (store);
  g_assert_finalize_object (store);
}

/* Opening fails in this way, says which file, and leaves it as it is. */
static void
assert_refused (const char                *path,
                const OptMigration *const *migrations,
                int                        code,
                const char                *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize            before_length = 0;
  gsize            after_length = 0;

  g_file_get_contents (path, &before, &before_length, NULL);
  g_assert_null (opt_test_store_open (path, migrations, &error));
  g_assert_error (error, OPT_STORE_ERROR, code);
  g_assert_nonnull (strstr (error->message, path));
  if (words != NULL)
    g_assert_nonnull (strstr (error->message, words));
  g_file_get_contents (path, &after, &after_length, NULL);
  g_assert_cmpmem (before, before_length, after, after_length);
}

static void
run_outside (const char *path,
             const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static guint
mode_of (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 0777;
}

static void
test_fresh (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "x", "y", NULL);
  g_autofree char *path = g_build_filename (folder, "optimus.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *parent = g_path_get_dirname (folder);
  OptStore        *store;

  store = open_good (path, both);
  g_assert_cmpuint (opt_store_get_schema (store), ==, 3);
  g_assert_cmpuint (mode_of (path), ==, 0600);
  g_assert_cmpuint (mode_of (log), ==, 0600);
  g_assert_cmpuint (mode_of (folder), ==, 0700);
  g_assert_cmpuint (mode_of (parent), ==, 0700);
  g_assert_cmpint (opt_test_store_ask (store, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM migration"), ==, 3);
  opt_test_store_run (store, "INSERT INTO b(word) VALUES ('kept')");
  close_and_free (store);

  /* Nothing is applied twice. */
  store = open_good (path, both);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM b"), ==, 1);
  close_and_free (store);
}

static void
test_upgrade (Fixture      *fixture,
              gconstpointer data)
{
  OptStore *store = open_good (fixture->path, older);

  opt_test_store_run (store, "INSERT INTO b(id) VALUES (5)");
  close_and_free (store);
  store = open_good (fixture->path, both);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT id FROM b WHERE word IS NULL"), ==, 5);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM c"), ==, 0);
  close_and_free (store);
}

static void
test_no_migrations (Fixture      *fixture,
                    gconstpointer data)
{
  OptStore *store = open_good (fixture->path, none);

  g_assert_cmpuint (opt_store_get_schema (store), ==, 0);
  close_and_free (store);
  store = open_good (fixture->path, both);
  close_and_free (store);
}

static void
test_loose_mode (Fixture      *fixture,
                 gconstpointer data)
{
  OptStore *store = open_good (fixture->path, both);

  close_and_free (store);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  store = open_good (fixture->path, both);
  g_assert_cmpuint (mode_of (fixture->path), ==, 0600);
  close_and_free (store);
}

static void
test_newer (Fixture      *fixture,
            gconstpointer data)
{
  OptStore *store = open_good (fixture->path, both);

  close_and_free (store);
  assert_refused (fixture->path, older, OPT_STORE_ERROR_NEWER, "newer version");
  /* As many steps as ours or more, but others. */
  assert_refused (fixture->path, other, OPT_STORE_ERROR_NEWER, "newer version");
  run_outside (fixture->path, "PRAGMA user_version = 99");
  assert_refused (fixture->path, both, OPT_STORE_ERROR_NEWER, "newer version");
}

/* The newer program crashed: what is in its log must not be moved into the file by us. */
static void
test_newer_with_log (Fixture      *fixture,
                     gconstpointer data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autofree char *copy_log = g_strconcat (copy, "-wal", NULL);
  g_autofree char *text = NULL;
  g_autofree char *log_text = NULL;
  gsize            length, log_length;
  OptStore        *store = open_good (fixture->path, both);

  opt_test_store_run (store, "INSERT INTO a(id) VALUES (1)");
  g_assert_true (g_file_get_contents (fixture->path, &text, &length, NULL));
  g_assert_true (g_file_get_contents (log, &log_text, &log_length, NULL));
  close_and_free (store);
  g_assert_true (g_file_set_contents (copy, text, length, NULL));
  g_assert_true (g_file_set_contents (copy_log, log_text, log_length, NULL));

  assert_refused (copy, older, OPT_STORE_ERROR_NEWER, NULL);
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (copy_log, &text, &length, NULL));
  g_assert_cmpmem (text, length, log_text, log_length);
  store = open_good (copy, both);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT id FROM a"), ==, 1);
  close_and_free (store);
}

static void
test_broken_migration (Fixture      *fixture,
                       gconstpointer data)
{
  OptStore *store = open_good (fixture->path, older);

  close_and_free (store);
  assert_refused (fixture->path, broken, OPT_STORE_ERROR_SQL, "migration 2 of third");
  store = open_good (fixture->path, older);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM migration"), ==, 1);
  close_and_free (store);
}

static void
test_corrupt (Fixture      *fixture,
              gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize            length;
  OptStore        *store;

  g_assert_true (g_file_set_contents (fixture->path, "not a database, for sure", -1, NULL));
  assert_refused (fixture->path, both, OPT_STORE_ERROR_CORRUPT, "not a database");

  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  store = open_good (fixture->path, both);
  close_and_free (store);
  g_assert_true (g_file_get_contents (fixture->path, &text, &length, NULL));

  /* Cut off. */
  g_assert_true (g_file_set_contents (fixture->path, text, 4096, NULL));
  assert_refused (fixture->path, both, OPT_STORE_ERROR_CORRUPT, "damaged");
  g_assert_true (g_file_set_contents (fixture->path, text, 50, NULL));
  assert_refused (fixture->path, both, OPT_STORE_ERROR_CORRUPT, "damaged");
  /* The first page overwritten behind the header. */
  memset (text + 100, 0xa5, 3000);
  g_assert_true (g_file_set_contents (fixture->path, text, length, NULL));
  assert_refused (fixture->path, both, OPT_STORE_ERROR_CORRUPT, "damaged");
}

static void
test_foreign (Fixture      *fixture,
              gconstpointer data)
{
  run_outside (fixture->path, "CREATE TABLE bookmarks(url TEXT)");
  assert_refused (fixture->path, both, OPT_STORE_ERROR_CORRUPT, "another program");
}

/* A crash between making the file and filling it leaves an empty one. */
static void
test_empty (Fixture      *fixture,
            gconstpointer data)
{
  OptStore *store;

  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  store = open_good (fixture->path, both);
  close_and_free (store);
}

static void
test_locked (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  OptStore     *store = open_good (fixture->path, both);
  sqlite3      *db = NULL;

  close_and_free (store);
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;"
                                 "CREATE TABLE theirs(id)",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  store = opt_store_new ();
  opt_store_set_patience (store, 0);
  opt_store_open_async (store, fixture->path, both, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_store_open_finish (store, result, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "in use by another program"));
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  g_clear_object (&result);
  g_clear_error (&error);

  /* The same store can be opened later. */
  opt_store_open_async (store, fixture->path, both, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_store_open_finish (store, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  close_and_free (store);
}

static void
test_unusable_folder (Fixture      *fixture,
                      gconstpointer data)
{
  g_autofree char *below = g_build_filename (fixture->path, "optimus.db", NULL);
  g_autofree char *folder = g_build_filename (fixture->folder, "folder", NULL);
  g_autofree char *inside = g_build_filename (folder, "optimus.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "a file", -1, NULL));
  g_assert_null (opt_test_store_open (below, both, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, fixture->path));

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  assert_refused (folder, both, OPT_STORE_ERROR_IO, "not a file");
  if (geteuid () == 0)
    return;
  g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
  assert_refused (inside, both, OPT_STORE_ERROR_IO, "folder");
  g_assert_cmpint (g_chmod (folder, 0700), ==, 0);
}

static gboolean
count_a (OptTransaction *transaction,
         gpointer        data,
         GError        **error)
{
  return opt_transaction_query_int (transaction, data, error, "SELECT count(*) FROM a", "");
}

static void
keep_error (gpointer      data,
            const GError *error)
{
  *(GError **)data = error == NULL ? NULL : g_error_copy (error);
}

/* What is given while the file is being opened waits for it. */
static void
test_early (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (OptStore) store = opt_store_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  GAsyncResult *close_slot = NULL;
  gint64        count = -1;

  opt_store_open_async (store, fixture->path, both, NULL, opt_test_take_result, &slot);
  g_assert_true (opt_test_store_read (store, count_a, &count, &error));
  g_assert_cmpint (count, ==, 0);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_store_open_finish (store, result, &error));
  opt_test_store_close (store);
  g_clear_object (&result);

  /* Closed before it is open: that comes first, then this. */
  opt_store_open_async (store, fixture->path, both, NULL, opt_test_take_result, &slot);
  opt_store_close_async (store, NULL, opt_test_take_result, &close_slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_store_open_finish (store, result, &error));
  closed = opt_test_wait_result (&close_slot);
  g_assert_true (opt_store_close_finish (store, closed, &error));
  g_assert_false (opt_store_is_open (store));
}

static void
test_early_failure (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (OptStore) store = opt_store_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  GAsyncResult *slot = NULL;
  gint64        count = -1;

  g_assert_true (g_file_set_contents (fixture->path, "not a database, for sure", -1, NULL));
  opt_store_open_async (store, fixture->path, both, NULL, opt_test_take_result, &slot);
  opt_store_write (store, count_a, keep_error, &first, NULL);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_store_open_finish (store, result, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CORRUPT);
  g_assert_error (first, OPT_STORE_ERROR, OPT_STORE_ERROR_CORRUPT);
  g_assert_false (opt_test_store_write (store, count_a, &count, &second));
  g_assert_error (second, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (OptStore) store = opt_store_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  g_cancellable_cancel (cancellable);
  opt_store_open_async (store, fixture->path, both, cancellable, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_store_open_finish (store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (opt_store_is_open (store));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_cancelled_close (Fixture      *fixture,
                      gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  OptStore     *store = open_good (fixture->path, both);

  g_cancellable_cancel (cancellable);
  opt_store_close_async (store, cancellable, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_store_close_finish (store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (opt_store_is_open (store));
  g_clear_object (&result);
  close_and_free (store);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/store/open/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("fresh", test_fresh);
  ADD ("upgrade", test_upgrade);
  ADD ("no-migrations", test_no_migrations);
  ADD ("loose-mode", test_loose_mode);
  ADD ("newer", test_newer);
  ADD ("newer-with-log", test_newer_with_log);
  ADD ("broken-migration", test_broken_migration);
  ADD ("corrupt", test_corrupt);
  ADD ("foreign", test_foreign);
  ADD ("empty", test_empty);
  ADD ("locked", test_locked);
  ADD ("unusable-folder", test_unusable_folder);
  ADD ("early", test_early);
  ADD ("early-failure", test_early_failure);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-close", test_cancelled_close);
#undef ADD
  return g_test_run ();
}
