/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-store.h"

#include <sqlite3.h>
#include <string.h>

#include "opt-door.h"
#include "opt-test-store.h"
#include "opt-test.h"

static const OptMigration one_table[] = {
  { "test", 1, "CREATE TABLE item(id INTEGER PRIMARY KEY, word TEXT UNIQUE)" },
  { NULL, 0, NULL },
};
static const OptMigration *const migrations[] = { one_table, NULL };

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
  fixture->path = g_build_filename (fixture->folder, "state", "optimus.db", NULL);
  fixture->store = opt_test_store_open (fixture->path, migrations, &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  if (fixture->store != NULL)
    {
      opt_test_store_close (fixture->store);
      g_assert_finalize_object (fixture->store);
    }
  g_free (fixture->path);
  opt_test_folder_free (fixture->folder);
}

/* A closure that adds a word, and what came of it. */
typedef struct
{
  gint64     number;
  char       word[24];
  gboolean   fails; /* after it has written */
  GPtrArray *order; /* (nullable): who is done */
  OptStore  *store; /* (nullable): to be written to from the done callback */
  guint      runs;
  gboolean   is_over;
  gboolean   is_destroyed;
  GError    *error; /* (owned) (nullable) */
} Item;

static void
item_init (Item       *item,
           gint64      number,
           const char *word)
{
  memset (item, 0, sizeof *item);
  item->number = number;
  g_strlcpy (item->word, word, sizeof item->word);
}

static gboolean
add_item (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Item *item = data;

  item->runs++;
  if (!opt_transaction_run (transaction, error, "INSERT INTO item(id, word) VALUES ($1, $2)", "is",
                            item->number, item->word))
    return FALSE;
  if (!item->fails)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "on purpose");
  return FALSE;
}

static void
item_done (gpointer      data,
           const GError *error)
{
  Item *item = data;

  g_assert_false (item->is_over);
  item->is_over = TRUE;
  item->error = error == NULL ? NULL : g_error_copy (error);
  if (item->order != NULL)
    g_ptr_array_add (item->order, item);
}

static void
item_destroy (gpointer data)
{
  Item *item = data;

  g_assert_true (item->is_over);
  item->is_destroyed = TRUE;
}

static void
give_item (OptStore *store,
           Item     *item)
{
  opt_store_write (store, add_item, item_done, item, item_destroy);
}

static void
wait_idle (OptStore *store)
{
  while (!opt_store_is_idle (store))
    g_main_context_iteration (NULL, TRUE);
}

/* Counts the frames of the write-ahead log that end a transaction (see SQLite's file format). */
static guint
count_commits (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *text = NULL;
  gsize            length = 0;
  guint            n = 0;

  if (!g_file_get_contents (log, &text, &length, NULL) || length < 32)
    return 0;
  for (gsize at = 32; at + 24 <= length; at += 24 + 4096)
    {
      const guint8 *frame = (const guint8 *)text + at;

      if (memcmp (frame + 8, text + 16, 8) == 0 && memcmp (frame + 4, "\0\0\0\0", 4) != 0)
        n++;
    }
  return n;
}

static void
test_new (void)
{
  g_autoptr (GError) error = NULL;
  OptStore *store = opt_store_new ();

  g_assert_false (opt_store_is_open (store));
  g_assert_true (opt_store_is_idle (store));
  g_assert_null (opt_store_get_trouble (store));
  g_assert_cmpuint (opt_store_get_schema (store), ==, 0);
  opt_test_store_close (store);
  g_assert_finalize_object (store);
}

static void
test_closed (void)
{
  OptStore *store = opt_store_new ();
  Item      item;

  item_init (&item, 1, "a");
  give_item (store, &item);
  g_assert_false (item.is_over);
  g_assert_false (opt_store_is_idle (store));
  wait_idle (store);
  g_assert_error (item.error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED);
  g_assert_true (item.is_destroyed);
  g_assert_cmpuint (item.runs, ==, 0);
  g_clear_error (&item.error);
  g_assert_false (opt_test_store_read (store, add_item, &item, &item.error));
  g_assert_error (item.error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED);
  g_clear_error (&item.error);
  g_assert_finalize_object (store);
}

static void
test_write_read (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Item item;

  item_init (&item, 7, "seven");
  g_assert_true (opt_store_is_open (fixture->store));
  g_assert_cmpuint (opt_store_get_schema (fixture->store), ==, 1);
  give_item (fixture->store, &item);
  g_assert_false (opt_store_is_idle (fixture->store));
  wait_idle (fixture->store);
  g_assert_no_error (item.error);
  g_assert_true (item.is_destroyed);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT id FROM item"), ==, 7);

  /* The reader may not write. */
  item_init (&item, 8, "eight");
  g_assert_false (opt_test_store_read (fixture->store, add_item, &item, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 1);
}

static void
test_batch (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  Item    items[100];
  OptDoor door;
  guint   before;

  opt_door_init (&door);
  opt_store_write (fixture->store, opt_door_pass, NULL, &door, NULL);
  opt_door_wait (&door);
  before = count_commits (fixture->path);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u", i);

      item_init (&items[i], i, word);
      items[i].order = order;
      give_item (fixture->store, &items[i]);
    }
  /* Nothing is done, and nothing seen, before the commit. */
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 0);
  g_assert_cmpuint (order->len, ==, 0);
  opt_door_open (&door);
  wait_idle (fixture->store);
  g_assert_cmpuint (count_commits (fixture->path) - before, ==, 1);
  g_assert_cmpuint (order->len, ==, G_N_ELEMENTS (items));
  for (guint i = 0; i < 100; i++)
    g_assert_true (g_ptr_array_index (order, i) == &items[i]);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 100);
  opt_door_clear (&door);
}

static void
test_savepoint (Fixture      *fixture,
                gconstpointer data)
{
  Item    items[5];
  OptDoor door;

  opt_door_init (&door);
  opt_store_write (fixture->store, opt_door_pass, NULL, &door, NULL);
  opt_door_wait (&door);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u", i);

      /* The fourth has the number of the first. */
      item_init (&items[i], i == 3 ? 0 : i, word);
      items[i].fails = i == 1;
      give_item (fixture->store, &items[i]);
    }
  opt_door_open (&door);
  wait_idle (fixture->store);
  g_assert_no_error (items[0].error);
  g_assert_error (items[1].error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_no_error (items[2].error);
  g_assert_error (items[3].error, OPT_STORE_ERROR, OPT_STORE_ERROR_CONSTRAINT);
  g_assert_nonnull (strstr (items[3].error->message, "item.id"));
  g_assert_null (strstr (items[3].error->message, "INSERT"));
  g_assert_no_error (items[4].error);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_assert_cmpuint (items[i].runs, ==, 1);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 3);
  g_assert_null (opt_store_get_trouble (fixture->store));
  g_clear_error (&items[1].error);
  g_clear_error (&items[3].error);
  opt_door_clear (&door);
}

static gboolean
fail_silently (OptTransaction *transaction,
               gpointer        data,
               GError        **error)
{
  return FALSE;
}

static void
test_alone (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Item item;

  item_init (&item, 1, "one");
  item.fails = TRUE;
  g_assert_false (opt_test_store_write (fixture->store, add_item, &item, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 0);
  g_clear_error (&error);
  g_assert_false (opt_test_store_write (fixture->store, fail_silently, NULL, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_clear_error (&error);
  g_assert_false (opt_test_store_read (fixture->store, fail_silently, NULL, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
}

static void
chain_done (gpointer      data,
            const GError *error)
{
  Item *item = data;

  g_assert_no_error (error);
  item->is_over = FALSE;
  item->number++;
  g_snprintf (item->word, sizeof item->word, "w%d", (int)item->number);
  if (item->number < 10)
    opt_store_write (item->store, add_item, chain_done, item, NULL);
}

static void
test_reentrant (Fixture      *fixture,
                gconstpointer data)
{
  Item item;

  item_init (&item, 0, "w0");
  item.store = fixture->store;
  opt_store_write (fixture->store, add_item, chain_done, &item, NULL);
  wait_idle (fixture->store);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 10);
}

static gboolean
read_twice (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  gint64  *counts = ((gpointer *)data)[0];
  OptDoor *door = ((gpointer *)data)[1];

  return opt_transaction_query_int (transaction, &counts[0], error, "SELECT count(*) FROM item",
                                    "") &&
         opt_door_pass (transaction, door, error) &&
         opt_transaction_query_int (transaction, &counts[1], error, "SELECT count(*) FROM item",
                                    "");
}

/* A read has one view from its beginning to its end, whatever is committed meanwhile. */
static void
test_view (Fixture      *fixture,
           gconstpointer data)
{
  gint64   counts[2] = { -1, -1 };
  OptDoor  door;
  gpointer read_data[] = { counts, &door };
  Item     item;

  opt_door_init (&door);
  item_init (&item, 1, "one");
  opt_store_read (fixture->store, read_twice, NULL, read_data, NULL);
  opt_door_wait (&door);
  give_item (fixture->store, &item);
  while (!item.is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (item.error);
  opt_door_open (&door);
  wait_idle (fixture->store);
  g_assert_cmpint (counts[0], ==, 0);
  g_assert_cmpint (counts[1], ==, 0);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 1);
  opt_door_clear (&door);
}

/* The log was moved into the file and is gone. */
static void
reopen (Fixture *fixture)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  g_clear_object (&fixture->store);
  fixture->store = opt_test_store_open (fixture->path, migrations, &error);
  g_assert_no_error (error);
}

static void
test_close_busy (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *first_slot = NULL;
  GAsyncResult *second_slot = NULL;
  gint64        counts[2] = { -1, -1 };
  OptDoor       door, read_door;
  gpointer      read_data[] = { counts, &read_door };
  Item          items[6];

  opt_door_init (&door);
  opt_door_init (&read_door);
  opt_store_read (fixture->store, read_twice, NULL, read_data, NULL);
  opt_store_write (fixture->store, opt_door_pass, NULL, &door, NULL);
  opt_door_wait (&read_door);
  opt_door_wait (&door);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u", i);

      item_init (&items[i], i, word);
      items[i].order = order;
      if (i == 4)
        opt_store_close_async (fixture->store, NULL, opt_test_take_result, &first_slot);
      give_item (fixture->store, &items[i]);
    }
  opt_store_close_async (fixture->store, NULL, opt_test_take_result, &second_slot);
  g_assert_false (opt_store_is_open (fixture->store));
  opt_door_open (&door);
  opt_door_open (&read_door);
  first = opt_test_wait_result (&first_slot);
  g_assert_true (opt_store_close_finish (fixture->store, first, &error));
  second = opt_test_wait_result (&second_slot);
  g_assert_true (opt_store_close_finish (fixture->store, second, &error));
  g_assert_no_error (error);

  /* What came before is done, what came after refused, each in its turn. */
  g_assert_true (opt_store_is_idle (fixture->store));
  g_assert_cmpuint (order->len, ==, G_N_ELEMENTS (items));
  for (guint i = 0; i < order->len; i++)
    {
      g_assert_true (g_ptr_array_index (order, i) == &items[i]);
      if (i < 4)
        g_assert_no_error (items[i].error);
      else
        g_assert_error (items[i].error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED);
      g_clear_error (&items[i].error);
    }
  g_assert_cmpint (counts[1], ==, 0);
  reopen (fixture);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, 4);
  opt_door_clear (&door);
  opt_door_clear (&read_door);
}

/* What is given in one turn of the main context shares a commit without being held. */
static void
test_turn (Fixture      *fixture,
           gconstpointer data)
{
  guint before = count_commits (fixture->path);
  Item  items[3];

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u", i);

      item_init (&items[i], i, word);
      give_item (fixture->store, &items[i]);
    }
  wait_idle (fixture->store);
  g_assert_cmpuint (count_commits (fixture->path) - before, ==, 1);
}

/* Letting go of an open store ends its threads and closes its file. */
static void
test_drop_open (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);

  opt_test_store_run (fixture->store, "INSERT INTO item(word) VALUES ('a')");
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  g_assert_finalize_object (fixture->store);
  fixture->store = NULL;
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
}

/* A store lives until the end of what it was given was told. */
static void
test_drop_busy (Fixture      *fixture,
                gconstpointer data)
{
  Item item;

  item_init (&item, 1, "one");
  give_item (fixture->store, &item);
  g_clear_object (&fixture->store);
  while (!item.is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (item.error);
  g_assert_true (item.is_destroyed);
}

static void
test_many (Fixture      *fixture,
           gconstpointer data)
{
  const guint      n = 10000;
  g_autofree Item *items = g_new (Item, n);
  gint64           start;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u", i);

      item_init (&items[i], i, word);
    }
  start = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    give_item (fixture->store, &items[i]);
  wait_idle (fixture->store);
  g_test_message ("%u closures in %" G_GINT64_FORMAT " ms", n,
                  (g_get_monotonic_time () - start) / 1000);
  for (guint i = 0; i < n; i++)
    g_assert_no_error (items[i].error);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM item"), ==, n);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/store/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  g_test_add_func ("/store/new", test_new);
  g_test_add_func ("/store/closed", test_closed);
  ADD ("write-read", test_write_read);
  ADD ("batch", test_batch);
  ADD ("savepoint", test_savepoint);
  ADD ("alone", test_alone);
  ADD ("reentrant", test_reentrant);
  ADD ("view", test_view);
  ADD ("close-busy", test_close_busy);
  ADD ("turn", test_turn);
  ADD ("drop-open", test_drop_open);
  ADD ("drop-busy", test_drop_busy);
  ADD ("many", test_many);
#undef ADD
  return g_test_run ();
}
