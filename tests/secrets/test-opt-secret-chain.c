/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-chain.h"

#include <string.h>

#include "opt-ask-store.h"
#include "opt-secret-credentials.h"
#include "opt-test.h"

#define TOKEN "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"
#define OTHER "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"

/* Two folders of credentials, neither of which can be written to; tests of a keyring's file have
 * the rest. */
typedef struct
{
  OptTestFolder  *folders[2]; /* (owned) */
  OptSecretStore *stores[2];  /* (owned) */
  OptSecretStore *chain;      /* (owned) */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      fixture->folders[i] = opt_test_folder_new ();
      fixture->stores[i] = opt_secret_credentials_new (fixture->folders[i]);
    }
  fixture->chain = opt_secret_chain_new (fixture->stores[0], fixture->stores[1]);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->chain);
  for (guint i = 0; i < 2; i++)
    {
      g_object_unref (fixture->stores[i]);
      opt_test_folder_free (fixture->folders[i]);
    }
}

static void
put (Fixture    *fixture,
     guint       i,
     const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folders[i], "bot-main", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_assert_no_error (error);
}

static void
test_order (Fixture      *fixture,
            gconstpointer data)
{
  g_test_summary ("The first store hides the second, even with what is wrong.");

  opt_assert_no_secret (fixture->chain, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  put (fixture, 1, TOKEN);
  opt_assert_secret (fixture->chain, OPT_SECRET_BOT, "Main", TOKEN);
  put (fixture, 0, OTHER);
  opt_assert_secret (fixture->chain, OPT_SECRET_BOT, "main", OTHER);
  put (fixture, 0, "nonsense");
  opt_assert_no_secret (fixture->chain, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_REFUSED);
}

static void
assert_not_written (Fixture    *fixture,
                    const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (opt_ask_store (fixture->chain, OPT_SECRET_BOT, "main", TOKEN, FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY);
  g_assert_nonnull (strstr (error->message, part));
  g_clear_error (&error);
  g_assert_false (opt_ask_clear (fixture->chain, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_write (Fixture      *fixture,
            gconstpointer data)
{
  g_test_summary ("What the first store has is not written behind it; else the second decides.");

  assert_not_written (fixture, "can't be changed here");
  put (fixture, 0, OTHER);
  assert_not_written (fixture, "the secret of main comes from");
  put (fixture, 0, "nonsense");
  assert_not_written (fixture, "the secret of main comes from");
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  g_test_summary ("Calls can be cancelled.");

  g_cancellable_cancel (cancellable);
  opt_secret_store_store_async (fixture->chain, OPT_SECRET_BOT, "main", TOKEN, FALSE, cancellable,
                                opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_false (opt_secret_store_store_finish (fixture->chain, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_free (void)
{
  g_test_summary ("Freeing nothing is fine.");

  opt_secret_free (NULL);
  opt_secret_free (g_strdup (TOKEN));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/secrets/chain/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("order", test_order);
  ADD ("write", test_write);
  ADD ("cancelled", test_cancelled);
  g_test_add_func ("/secrets/chain/free", test_free);

  return g_test_run ();
}
