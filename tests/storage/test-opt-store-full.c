/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "opt-door.h"
#include "opt-test-disk.h"
#include "opt-test-store.h"
#include "opt-test.h"

static const OptMigration tables[] = {
  { "test", 1,
    "CREATE TABLE item(id INTEGER PRIMARY KEY, filling BLOB);"
    "CREATE TABLE child(id INTEGER PRIMARY KEY,"
    " parent INTEGER REFERENCES item(id) DEFERRABLE INITIALLY DEFERRED)" },
  { NULL, 0, NULL },
};
static const OptMigration *const migrations[] = { tables, NULL };

typedef struct
{
  OptTestFolder *folder; /* (owned) */
  char          *path;   /* (owned) */
  OptStore      *store;  /* (owned) */
} Fixture;

static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = opt_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "optimus.db", NULL);
  fixture->store = opt_test_store_open (fixture->path, migrations, &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  opt_test_store_close (fixture->store);
  g_assert_finalize_object (fixture->store);
  g_free (fixture->path);
  opt_test_folder_free (fixture->folder);
}

/* What one closure is to do, and what came of it. */
typedef struct
{
  const char *sql;
  gint64      number;
  gint64      size;     /* of the filling */
  gboolean    swallows; /* the error */
  guint       runs;
  gboolean    is_over;
  GError     *error; /* (owned) (nullable) */
} Item;

#define ADD_ITEM "INSERT INTO item(id, filling) VALUES ($1, zeroblob($2))"
/* Many rows in one statement: SQLite then undoes the statement alone when it fails. */
#define ADD_ITEMS                                                                      \
  "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 + 9) " \
  "INSERT INTO item(id, filling) SELECT i, zeroblob($2) FROM n"
#define ADD_CHILD "INSERT INTO child(parent) VALUES ($1 + 0 * $2)"

static gboolean
run_item (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Item *item = data;
  g_autoptr (GError) local_error = NULL;

  item->runs++;
  if (opt_transaction_run (transaction, &local_error, item->sql, "ii", item->number, item->size))
    return TRUE;
  if (item->swallows)
    {
      g_autoptr (GError) again = NULL;
      gint64 value;

      /* It may not go on outside of a transaction. */
      g_assert_false (opt_transaction_query_int (transaction, &value, &again, "SELECT 1", ""));
      g_assert_error (again, local_error->domain, local_error->code);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
item_done (gpointer      data,
           const GError *error)
{
  Item *item = data;

  item->is_over = TRUE;
  item->error = error == NULL ? NULL : g_error_copy (error);
}

/* All of @items in one batch. */
static void
run_batch (OptStore *store,
           Item     *items,
           guint     n)
{
  OptDoor door;

  opt_door_init (&door);
  opt_store_write (store, opt_door_pass, NULL, &door, NULL);
  opt_door_wait (&door);
  for (guint i = 0; i < n; i++)
    opt_store_write (store, run_item, item_done, &items[i], NULL);
  opt_door_open (&door);
  while (!opt_store_is_idle (store))
    g_main_context_iteration (NULL, TRUE);
  opt_door_clear (&door);
}

static void
clear_items (Item *items,
             guint n)
{
  for (guint i = 0; i < n; i++)
    g_clear_error (&items[i].error);
}

/* The one that does not fit fails; the others, before it and after it, are run again and stay. */
static void
check_full (Fixture    *fixture,
            const char *sql,
            gboolean    swallows)
{
  g_autoptr (GError) error = NULL;
  Item items[5] = {
    { .sql = ADD_ITEM, .number = 1, .size = 10 },
    { .sql = ADD_ITEM, .number = 2, .size = 10 },
    { .sql = sql, .number = 100, .size = 100000, .swallows = swallows },
    { .sql = ADD_ITEM, .number = 3, .size = 10 },
    { .sql = ADD_ITEM, .number = 3, .size = 10 },
  };

  opt_test_store_set_room (fixture->store, 2);
  run_batch (fixture->store, items, G_N_ELEMENTS (items));
  g_assert_no_error (items[0].error);
  g_assert_no_error (items[1].error);
  g_assert_error (items[2].error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  g_assert_nonnull (strstr (items[2].error->message, "disk is full"));
  g_assert_nonnull (strstr (items[2].error->message, fixture->path));
  g_assert_no_error (items[3].error);
  g_assert_error (items[4].error, OPT_STORE_ERROR, OPT_STORE_ERROR_CONSTRAINT);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (items[i].runs, ==, 2);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 3);
  /* Something was written after it. */
  g_assert_null (opt_store_get_trouble (fixture->store));
  clear_items (items, G_N_ELEMENTS (items));

  /* Alone it is the same, and now it is the last word. */
  run_batch (fixture->store, &items[2], 1);
  g_assert_error (items[2].error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  g_assert_error (opt_store_get_trouble (fixture->store), OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  clear_items (items, G_N_ELEMENTS (items));
  opt_test_store_set_room (fixture->store, 1000);
  g_assert_error (opt_store_get_trouble (fixture->store), OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  run_batch (fixture->store, &items[2], 1);
  g_assert_no_error (items[2].error);
  g_assert_null (opt_store_get_trouble (fixture->store));
}

static void
test_full (Fixture      *fixture,
           gconstpointer data)
{
  check_full (fixture, ADD_ITEM, FALSE);
}

static void
test_full_statement (Fixture      *fixture,
                     gconstpointer data)
{
  check_full (fixture, ADD_ITEMS, FALSE);
}

static void
test_full_swallowed (Fixture      *fixture,
                     gconstpointer data)
{
  check_full (fixture, ADD_ITEM, TRUE);
}

/* Nobody is told that it is stored when the commit fails, and only who made it fail suffers. */
static void
test_failing_commit (Fixture      *fixture,
                     gconstpointer data)
{
  Item items[3] = {
    { .sql = ADD_ITEM, .number = 1, .size = 10 },
    { .sql = ADD_CHILD, .number = 77 },
    { .sql = ADD_CHILD, .number = 1 },
  };

  run_batch (fixture->store, items, G_N_ELEMENTS (items));
  g_assert_no_error (items[0].error);
  g_assert_error (items[1].error, OPT_STORE_ERROR, OPT_STORE_ERROR_CONSTRAINT);
  g_assert_no_error (items[2].error);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_assert_cmpuint (items[i].runs, ==, 2);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 1);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM child"), ==, 1);
  clear_items (items, G_N_ELEMENTS (items));
}

/* Another program holds the file: nothing can begin, everybody is told, nothing is run. */
static void
test_busy (Fixture      *fixture,
           gconstpointer data)
{
  Item items[3] = {
    { .sql = ADD_ITEM, .number = 1, .size = 10 },
    { .sql = ADD_ITEM, .number = 2, .size = 10 },
    { .sql = ADD_ITEM, .number = 3, .size = 10 },
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  sqlite3      *db = NULL;

  opt_test_store_close (fixture->store);
  opt_store_set_patience (fixture->store, 0);
  opt_store_open_async (fixture->store, fixture->path, migrations, NULL, opt_test_take_result,
                        &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_store_open_finish (fixture->store, result, &error));
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    opt_store_write (fixture->store, run_item, item_done, &items[i], NULL);
  while (!opt_store_is_idle (fixture->store))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_assert_error (items[i].error, OPT_STORE_ERROR, OPT_STORE_ERROR_IO);
      g_assert_cmpuint (items[i].runs, ==, 0);
    }
  g_assert_error (opt_store_get_trouble (fixture->store), OPT_STORE_ERROR, OPT_STORE_ERROR_IO);
  clear_items (items, G_N_ELEMENTS (items));
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  run_batch (fixture->store, items, G_N_ELEMENTS (items));
  g_assert_no_error (items[0].error);
  g_assert_null (opt_store_get_trouble (fixture->store));
}

static void
fill_disk (const char *folder,
           const char *path)
{
  gsize size = 1024 * 1024;

  /* By halves, so that not even a page is left. */
  while (size >= 512)
    {
      g_autofree char *more = g_malloc0 (size);
      g_autofree char *old = NULL;
      g_autofree char *name = g_strdup_printf ("%s-%" G_GSIZE_FORMAT, path, size);
      FILE            *file = g_fopen (name, "ab");
      gboolean         full = fwrite (more, 1, size, file) < size;

      full = fclose (file) != 0 || full;
      if (full)
        size /= 2;
    }
}

static void
empty_disk (const char *path)
{
  for (gsize size = 1024 * 1024; size >= 512; size /= 2)
    {
      g_autofree char *name = g_strdup_printf ("%s-%" G_GSIZE_FORMAT, path, size);

      g_unlink (name);
    }
}

static void
check_disk (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "optimus.db", NULL);
  g_autofree char *filler = g_build_filename (folder, "filler", NULL);
  g_autoptr (GError) error = NULL;
  OptStore *store = opt_test_store_open (path, migrations, &error);
  Item      items[4] = { 0 };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    items[i] = (Item){ .sql = ADD_ITEM, .number = i + 1, .size = 20000 };
  run_batch (store, items, 1);
  g_assert_no_error (items[0].error);
  fill_disk (folder, filler);
  run_batch (store, items + 1, 3);
  for (guint i = 1; i < G_N_ELEMENTS (items); i++)
    {
      g_assert_error (items[i].error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
      g_assert_cmpuint (items[i].runs, ==, 2);
    }
  g_assert_error (opt_store_get_trouble (store), OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  /* What there was can be read, and is there when the store is opened anew on the full disk. */
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM item"), ==, 1);
  clear_items (items, G_N_ELEMENTS (items));

  empty_disk (filler);
  run_batch (store, items + 1, 3);
  for (guint i = 1; i < G_N_ELEMENTS (items); i++)
    g_assert_no_error (items[i].error);
  g_assert_null (opt_store_get_trouble (store));
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM item"), ==, 4);
  fill_disk (folder, filler);
  opt_test_store_close (store);
  g_assert_finalize_object (store);
  empty_disk (filler);
  store = opt_test_store_open (path, migrations, &error);
  g_assert_no_error (error);
  g_assert_cmpint (opt_test_store_ask (store, "SELECT count(*) FROM item"), ==, 4);
  opt_test_store_close (store);
  g_assert_finalize_object (store);

  /* A file can't even be made. */
  fill_disk (folder, filler);
  g_autofree char *other = g_build_filename (folder, "more", "optimus.db", NULL);

  g_assert_null (opt_test_store_open (other, migrations, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
}

static void
test_disk (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=1m");

  if (disk != NULL)
    check_disk (disk);
}

int
main (int   argc,
      char *argv[])
{
  opt_test_disk_prepare ();
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/store/full/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("alone", test_full);
  ADD ("statement", test_full_statement);
  ADD ("swallowed", test_full_swallowed);
  ADD ("failing-commit", test_failing_commit);
  ADD ("busy", test_busy);
#undef ADD
  g_test_add_func ("/store/full/disk", test_disk);
  return g_test_run ();
}
