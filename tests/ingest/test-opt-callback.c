/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-callback.h"

#include <string.h>

#include "opt-ingest.h"
#include "opt-test-store.h"
#include "opt-test.h"

#define NOW (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)

/* Each test is one closure. */
static void
run_in_store (gconstpointer data)
{
  const OptMigration *const migrations[] = { opt_ingest_migrations, NULL };
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

static char *
add (OptTransaction *transaction,
     gint64          chat_id,
     gint64          user_id,
     gboolean        once)
{
  OptCallback callback = { 7, chat_id, user_id, (char *)"cancel", NULL, NOW + 10, once };
  g_autoptr (GError) error = NULL;
  char *id = opt_callback_add (transaction, &callback, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (id), ==, 22);
  return id;
}

static OptCallbackState
press (OptTransaction *transaction,
       const char     *data,
       gint64          bot_id,
       gint64          chat_id,
       gint64          user_id,
       gint64          now)
{
  g_autoptr (GError) error = NULL;
  g_auto (OptCallback) callback = { 0 };
  OptCallbackState state = -1;

  opt_callback_take (transaction, data, bot_id, chat_id, user_id, now, &callback, &state, &error);
  g_assert_no_error (error);
  if (state == OPT_CALLBACK_UNKNOWN || state == OPT_CALLBACK_FOREIGN)
    g_assert_null (callback.action);
  else
    g_assert_cmpstr (callback.action, ==, "cancel");
  return state;
}

static gboolean
test_fields (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  OptCallback given = {
    7, -100123, 1001, (char *)"run", (char *)"{\"task\":\"a\"}", NOW + 1, FALSE
  };
  g_auto (OptCallback) found = { 0 };
  g_autofree char *id = opt_callback_add (transaction, &given, error);
  OptCallbackState state = -1;

  g_assert_true (opt_callback_take (transaction, id, 7, -100123, 1001, NOW, &found, &state, error));
  g_assert_cmpint (state, ==, OPT_CALLBACK_OK);
  g_assert_cmpint (found.bot_id, ==, given.bot_id);
  g_assert_cmpint (found.chat_id, ==, given.chat_id);
  g_assert_cmpint (found.user_id, ==, given.user_id);
  g_assert_cmpstr (found.action, ==, given.action);
  g_assert_cmpstr (found.args, ==, given.args);
  g_assert_cmpint (found.expires, ==, given.expires);
  g_assert_false (found.once);
  return TRUE;
}

static gboolean
test_states (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  g_autofree char *often = add (transaction, 5, 1001, FALSE);
  g_autofree char *once = add (transaction, 5, 1001, TRUE);
  g_autofree char *anybody = add (transaction, 0, 0, TRUE);

  g_assert_cmpstr (often, !=, once);
  g_assert_cmpint (press (transaction, often, 7, 5, 1001, NOW), ==, OPT_CALLBACK_OK);
  g_assert_cmpint (press (transaction, often, 7, 5, 1001, NOW + 9), ==, OPT_CALLBACK_OK);
  g_assert_cmpint (press (transaction, often, 7, 5, 1001, NOW + 10), ==, OPT_CALLBACK_EXPIRED);

  /* Those whom it is not for don't use it up. */
  g_assert_cmpint (press (transaction, once, 8, 5, 1001, NOW), ==, OPT_CALLBACK_FOREIGN);
  g_assert_cmpint (press (transaction, once, 7, 6, 1001, NOW), ==, OPT_CALLBACK_FOREIGN);
  g_assert_cmpint (press (transaction, once, 7, 5, 1002, NOW), ==, OPT_CALLBACK_FOREIGN);
  g_assert_cmpint (press (transaction, once, 7, 5, 0, NOW), ==, OPT_CALLBACK_FOREIGN);
  g_assert_cmpint (press (transaction, once, 7, 5, 1001, NOW + 10), ==, OPT_CALLBACK_EXPIRED);
  g_assert_cmpint (press (transaction, once, 7, 5, 1001, NOW), ==, OPT_CALLBACK_OK);
  g_assert_cmpint (press (transaction, once, 7, 5, 1001, NOW), ==, OPT_CALLBACK_USED);
  g_assert_cmpint (press (transaction, once, 7, 5, 1002, NOW), ==, OPT_CALLBACK_FOREIGN);

  g_assert_cmpint (press (transaction, anybody, 8, 1, 2, NOW), ==, OPT_CALLBACK_FOREIGN);
  g_assert_cmpint (press (transaction, anybody, 7, 1, 2, NOW), ==, OPT_CALLBACK_OK);
  g_assert_cmpint (press (transaction, anybody, 7, 2, 3, NOW), ==, OPT_CALLBACK_USED);
  return TRUE;
}

static gboolean
test_hostile (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  g_autofree char *id = add (transaction, 5, 1001, FALSE);
  g_autofree char *longer = g_strconcat (id, "A", NULL);
  g_autofree char *cut = g_strndup (id, 21);
  const char      *words[] = { "", longer, cut, "AAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1; --          ",
                               "\xff\xfe", "run:shutdown" };

  g_assert_cmpint (press (transaction, NULL, 7, 5, 1001, NOW), ==, OPT_CALLBACK_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmpint (press (transaction, words[i], 7, 5, 1001, NOW), ==, OPT_CALLBACK_UNKNOWN);
  return TRUE;
}

static gboolean
test_move (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  g_autofree char *id = add (transaction, -5, 1001, FALSE);

  g_assert_true (opt_callback_move_chat (transaction, 8, -5, -1005, error));
  g_assert_cmpint (press (transaction, id, 7, -5, 1001, NOW), ==, OPT_CALLBACK_OK);
  g_assert_true (opt_callback_move_chat (transaction, 7, -5, -1005, error));
  g_assert_cmpint (press (transaction, id, 7, -5, 1001, NOW), ==, OPT_CALLBACK_FOREIGN);
  g_assert_cmpint (press (transaction, id, 7, -1005, 1001, NOW), ==, OPT_CALLBACK_OK);
  return TRUE;
}

/* What the store says is passed on. */
static gboolean
test_errors (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  OptCallback given = { 7, 0, 0, (char *)"run", NULL, NOW, FALSE };
  g_auto (OptCallback) found = { 0 };
  g_autoptr (GError) local_error = NULL;
  OptCallbackState state = -1;

  g_assert_true (opt_transaction_run (transaction, error, "DROP TABLE callbacks", ""));
  g_assert_null (opt_callback_add (transaction, &given, &local_error));
  g_assert_error (local_error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_clear_error (&local_error);
  g_assert_false (opt_callback_take (transaction, "AAAAAAAAAAAAAAAAAAAAAA", 7, 5, 1001, NOW, &found,
                                     &state, &local_error));
  g_assert_error (local_error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_clear_error (&local_error);
  g_assert_false (opt_callback_move_chat (transaction, 7, 1, 2, &local_error));
  g_assert_error (local_error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  return TRUE;
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add_data_func ("/callback/" path, func, run_in_store)
  ADD ("fields", test_fields);
  ADD ("states", test_states);
  ADD ("hostile", test_hostile);
  ADD ("move", test_move);
  ADD ("errors", test_errors);
#undef ADD
  return g_test_run ();
}
