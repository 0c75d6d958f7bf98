/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-transaction.h"

#include <string.h>

#include "opt-test-store.h"
#include "opt-test.h"

static const OptMigration tables[] = {
  { "test", 1,
    "CREATE TABLE item(id INTEGER PRIMARY KEY, word TEXT, size REAL, bytes BLOB,"
    " CHECK (id < 1000000))" },
  { NULL, 0, NULL },
};
static const OptMigration *const migrations[] = { tables, NULL };

/* Each test is one closure. */
static void
run_in_store (gconstpointer data)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "optimus.db", NULL);
  g_autoptr (GError) error = NULL;
  OptStore *store = opt_test_store_open (path, migrations, &error);

  g_assert_no_error (error);
  opt_test_store_write (store, (OptStoreFunc)(gpointer)data, NULL, &error);
  g_assert_no_error (error);
  opt_test_store_close (store);
  g_assert_finalize_object (store);
}

#define INSERT "INSERT INTO item(id, word, size, bytes) VALUES ($1, $2, $3, $4)"
#define SELECT "SELECT id, word, size, bytes FROM item ORDER BY id"

static gboolean
test_types (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\0\1\2", 3);
  g_autoptr (GBytes) no_bytes = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) read_bytes = NULL;
  g_autoptr (GBytes) read_no_bytes = NULL;
  g_autoptr (OptRows) rows = NULL;

  g_assert_true (opt_transaction_run (transaction, error, INSERT, "isdb", G_MININT64,
                                      "Grüße 🙂", 1.5, bytes));
  g_assert_cmpint (opt_transaction_get_changes (transaction), ==, 1);
  g_assert_true (opt_transaction_run (transaction, error, INSERT, "isdb", (gint64)1, NULL, -0.25,
                                      NULL));
  g_assert_true (opt_transaction_run (transaction, error, INSERT, "isnb", (gint64)2, "",
                                      no_bytes));
  g_assert_true (opt_transaction_run (transaction, error, INSERT, "innn", (gint64)3));

  rows = opt_transaction_query (transaction, error, SELECT, "");
  g_assert_true (opt_rows_next (rows, error));
  g_assert_cmpint (opt_rows_get_int (rows, 0), ==, G_MININT64);
  g_assert_cmpstr (opt_rows_get_text (rows, 1), ==, "Grüße 🙂");
  g_assert_cmpfloat (opt_rows_get_double (rows, 2), ==, 1.5);
  read_bytes = opt_rows_dup_bytes (rows, 3);
  g_assert_true (g_bytes_equal (read_bytes, bytes));
  g_assert_true (opt_rows_next (rows, error));
  g_assert_true (opt_rows_is_null (rows, 1));
  g_assert_null (opt_rows_get_text (rows, 1));
  g_assert_cmpfloat (opt_rows_get_double (rows, 2), ==, -0.25);
  g_assert_null (opt_rows_dup_bytes (rows, 3));
  g_assert_true (opt_rows_next (rows, error));
  g_assert_cmpstr (opt_rows_get_text (rows, 1), ==, "");
  g_assert_true (opt_rows_is_null (rows, 2));
  g_assert_cmpfloat (opt_rows_get_double (rows, 2), ==, 0);
  g_assert_false (opt_rows_is_null (rows, 3));
  read_no_bytes = opt_rows_dup_bytes (rows, 3);
  g_assert_cmpuint (g_bytes_get_size (read_no_bytes), ==, 0);
  g_assert_true (opt_rows_next (rows, error));
  g_assert_true (opt_rows_is_null (rows, 3));
  g_assert_cmpint (opt_rows_get_int (rows, 3), ==, 0);
  /* After the last one it stays at the end. */
  g_assert_false (opt_rows_next (rows, error));
  g_assert_false (opt_rows_next (rows, error));
  return TRUE;
}

/* $1 is the first that is given, wherever it stands and however often. */
static gboolean
test_names (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  g_autoptr (OptRows) rows = NULL;

  g_assert_true (opt_transaction_run (transaction, error,
                                      "INSERT INTO item(word, size, id) VALUES ($2, $1, $1)", "is",
                                      (gint64)12, "twelve"));
  rows = opt_transaction_query (transaction, error,
                                "SELECT word FROM item WHERE size = $3 AND word = $2 AND id = $1",
                                "isd", (gint64)12, "twelve", 12.0);
  g_assert_true (opt_rows_next (rows, error));
  g_assert_cmpstr (opt_rows_get_text (rows, 0), ==, "twelve");
  return TRUE;
}

static void
assert_sql_error (OptTransaction *transaction,
                  const char     *sql,
                  const char     *types)
{
  g_autoptr (GError) error = NULL;
  gint64 value = 5;

  g_assert_false (opt_transaction_run (transaction, &error, sql, types, (gint64)1, (gint64)1));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_clear_error (&error);
  g_assert_null (opt_transaction_query (transaction, &error, sql, types, (gint64)1, (gint64)1));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_clear_error (&error);
  g_assert_false (opt_transaction_query_int (transaction, &value, &error, sql, types, (gint64)1,
                                             (gint64)1));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_assert_cmpint (value, ==, 5);
}

static gboolean
test_wrong (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  assert_sql_error (transaction, "SELECT id FROM item WHERE id = $1", "");
  assert_sql_error (transaction, "SELECT id FROM item WHERE id = $1", "ii");
  assert_sql_error (transaction, "SELECT id FROM item WHERE id = $1", "x");
  assert_sql_error (transaction, "SELECT id FROM item WHERE id = $2", "i");
  assert_sql_error (transaction, "SELECT id FROM item WHERE id = ?", "i");
  assert_sql_error (transaction, "SELECT nothing FROM item", "");
  assert_sql_error (transaction, "SELECT \"nothing\" FROM item", "");
  assert_sql_error (transaction, "SELEKT", "");
  assert_sql_error (transaction, "", "");
  return TRUE;
}

static gboolean
test_constraint (OptTransaction *transaction,
                 gpointer        data,
                 GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OptRows) rows = NULL;
  gint64 value;

  g_assert_false (opt_transaction_run (transaction, &local_error, INSERT, "isnn", (gint64)2000000,
                                       "a secret"));
  g_assert_error (local_error, OPT_STORE_ERROR, OPT_STORE_ERROR_CONSTRAINT);
  g_assert_null (strstr (local_error->message, "secret"));
  g_clear_error (&local_error);
  rows = opt_transaction_query (transaction, error, INSERT " RETURNING id", "innn",
                                (gint64)2000000);
  g_assert_false (opt_rows_next (rows, &local_error));
  g_assert_error (local_error, OPT_STORE_ERROR, OPT_STORE_ERROR_CONSTRAINT);
  g_clear_error (&local_error);
  g_assert_false (opt_rows_next (rows, &local_error));
  g_assert_no_error (local_error);
  g_assert_false (opt_transaction_query_int (transaction, &value, &local_error,
                                             INSERT " RETURNING id", "innn", (gint64)2000000));
  g_assert_error (local_error, OPT_STORE_ERROR, OPT_STORE_ERROR_CONSTRAINT);
  /* One wrong statement is not the end of the closure. */
  g_assert_true (opt_transaction_run (transaction, error, INSERT, "innn", (gint64)1));
  return TRUE;
}

static gboolean
test_query_int (OptTransaction *transaction,
                gpointer        data,
                GError        **error)
{
  gint64 value = 5;

  g_assert_false (opt_transaction_query_int (transaction, &value, error, "SELECT id FROM item",
                                             ""));
  g_assert_false (opt_transaction_query_int (transaction, &value, error,
                                             "SELECT max(id) FROM item", ""));
  g_assert_cmpint (value, ==, 5);
  g_assert_true (opt_transaction_query_int (transaction, &value, error,
                                            "INSERT INTO item(word) VALUES ($1) RETURNING id", "s",
                                            "a"));
  g_assert_cmpint (value, ==, 1);
  g_assert_true (opt_transaction_query_int (transaction, &value, error,
                                            "INSERT INTO item(id, word) SELECT 7, 'b' UNION ALL "
                                            "SELECT 8, 'c' RETURNING id",
                                            ""));
  g_assert_cmpint (value, ==, 7);
  g_assert_true (opt_transaction_query_int (transaction, &value, error,
                                            "SELECT count(*) FROM item", ""));
  g_assert_cmpint (value, ==, 3);
  return TRUE;
}

static gboolean
test_changes (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  const char *insert = "INSERT INTO item(id) VALUES ($1) ON CONFLICT DO NOTHING";

  g_assert_true (opt_transaction_run (transaction, error, insert, "i", (gint64)1));
  g_assert_cmpint (opt_transaction_get_changes (transaction), ==, 1);
  g_assert_true (opt_transaction_run (transaction, error, insert, "i", (gint64)1));
  g_assert_cmpint (opt_transaction_get_changes (transaction), ==, 0);
  g_assert_true (opt_transaction_run (transaction, error, insert, "i", (gint64)2));
  g_assert_true (opt_transaction_run (transaction, error, "DELETE FROM item", ""));
  g_assert_cmpint (opt_transaction_get_changes (transaction), ==, 2);
  return TRUE;
}

/* The same statement inside its own loop, and changes to what is being read. */
static gboolean
test_nested (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  g_autoptr (OptRows) outer = NULL;
  guint n = 0;

  for (gint64 i = 1; i <= 3; i++)
    g_assert_true (opt_transaction_run (transaction, error, INSERT, "innn", i));
  outer = opt_transaction_query (transaction, error, SELECT, "");
  while (opt_rows_next (outer, error))
    {
      g_autoptr (OptRows) inner = opt_transaction_query (transaction, error, SELECT, "");

      while (opt_rows_next (inner, error))
        n++;
      g_assert_true (opt_transaction_run (transaction, error,
                                          "UPDATE item SET word = 'x' WHERE id = $1", "i",
                                          opt_rows_get_int (outer, 0)));
    }
  g_assert_cmpuint (n, ==, 9);
  return TRUE;
}

/* More statements than are kept, in memory that is used again for others: each still does its own.
 */
static gboolean
test_many_statements (OptTransaction *transaction,
                      gpointer        data,
                      GError        **error)
{
  char sql[64];

  for (guint round = 0; round < 2; round++)
    for (gint64 i = 0; i < 300; i++)
      {
        g_autofree char *text = g_strdup_printf ("SELECT %d + $1", (int)i);
        gint64           value = -1;

        g_assert_true (opt_transaction_query_int (transaction, &value, error,
                                                  g_intern_string (text), "i", (gint64)1));
        g_assert_cmpint (value, ==, i + 1);
        g_strlcpy (sql, text, sizeof sql);
        g_assert_true (opt_transaction_query_int (transaction, &value, error, sql, "i",
                                                  (gint64)2));
        g_assert_cmpint (value, ==, i + 2);
      }
  return TRUE;
}

static gboolean
leave_open (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  OptRows *rows = opt_transaction_query (transaction, error, "SELECT 1", "");

  g_assert_true (opt_rows_next (rows, error));
  return TRUE;
}

/* A bug in a closure must not hold the view, and so the log, for ever. */
static void
test_left_open (void)
{
  if (g_test_subprocess ())
    {
      run_in_store (leave_open);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*left rows open: SELECT 1*");
}

/* Text is stored as it is: what looks like SQL, or is not even text, is only a value. */
static gboolean
test_hostile (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  const char *words[] = { "'); DROP TABLE item; --", "\"", "$1", "\xff\xfe", "%s%n" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (OptRows) rows = NULL;

      g_assert_true (opt_transaction_run (transaction, error, INSERT, "isnn", (gint64)i,
                                          words[i]));
      rows = opt_transaction_query (transaction, error, "SELECT word FROM item WHERE id = $1",
                                    "i", (gint64)i);
      g_assert_true (opt_rows_next (rows, error));
      g_assert_cmpstr (opt_rows_get_text (rows, 0), ==, words[i]);
    }
  return TRUE;
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add_data_func ("/transaction/" path, func, run_in_store)
  ADD ("types", test_types);
  ADD ("names", test_names);
  ADD ("wrong", test_wrong);
  ADD ("constraint", test_constraint);
  ADD ("query-int", test_query_int);
  ADD ("changes", test_changes);
  ADD ("nested", test_nested);
  ADD ("many-statements", test_many_statements);
  ADD ("hostile", test_hostile);
#undef ADD
  g_test_add_func ("/transaction/left-open", test_left_open);
  return g_test_run ();
}
