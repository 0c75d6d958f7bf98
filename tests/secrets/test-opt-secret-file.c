/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-libsecret.h"

#include "opt-ask-store.h"
#include "opt-secret-chain.h"
#include "opt-secret-credentials.h"
#include "opt-test-clock.h"
#include "opt-test.h"

#define TOKEN "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"
#define OTHER "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"

/* A keyring is a file here: libsecret's own, which it keeps for its tests and for sandboxes. */
typedef struct
{
  OptTestFolder  *folder;      /* (owned) */
  OptTestClock   *clock;       /* (owned) */
  OptSecretStore *credentials; /* (owned) */
  OptSecretStore *keyring;     /* (owned) */
  OptSecretStore *chain;       /* (owned) */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = opt_test_folder_new ();
  fixture->clock = opt_test_clock_new (0);
  fixture->credentials = opt_secret_credentials_new (fixture->folder);
  fixture->keyring = opt_secret_libsecret_new (OPT_CLOCK (fixture->clock));
  fixture->chain = opt_secret_chain_new (fixture->credentials, fixture->keyring);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  opt_ask_clear (fixture->keyring, OPT_SECRET_BOT, "main", FALSE, NULL);
  g_assert_cmpint (opt_test_clock_next_due (fixture->clock), ==, -1);
  g_assert_finalize_object (fixture->chain);
  g_object_unref (fixture->keyring);
  g_object_unref (fixture->credentials);
  g_object_unref (fixture->clock);
  opt_test_folder_free (fixture->folder);
}

static void
put (Fixture    *fixture,
     const char *name,
     const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_assert_no_error (error);
}

static void
test_keyring (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A keyring gives back what was stored, by kind and name without case.");

  opt_assert_no_secret (fixture->keyring, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  g_assert_true (opt_ask_store (fixture->keyring, OPT_SECRET_BOT, "Main", TOKEN, FALSE, &error));
  g_assert_no_error (error);
  opt_assert_secret (fixture->keyring, OPT_SECRET_BOT, "main", TOKEN);
  opt_assert_secret (fixture->keyring, OPT_SECRET_BOT, "MAIN", TOKEN);
  opt_assert_no_secret (fixture->keyring, OPT_SECRET_TASK, "main", OPT_SECRET_ERROR_MISSING);
  opt_assert_no_secret (fixture->keyring, OPT_SECRET_BOT, "mai", OPT_SECRET_ERROR_MISSING);

  g_assert_true (opt_ask_store (fixture->keyring, OPT_SECRET_BOT, "MAIN", OTHER, FALSE, &error));
  g_assert_no_error (error);
  opt_assert_secret (fixture->keyring, OPT_SECRET_BOT, "main", OTHER);

  g_assert_true (opt_ask_clear (fixture->keyring, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_no_error (error);
  opt_assert_no_secret (fixture->keyring, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  g_assert_false (opt_ask_clear (fixture->keyring, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING);
}

static void
test_keyring_refused (Fixture      *fixture,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is no token in the keyring is refused; other secrets are free in form.");

  g_assert_true (opt_ask_store (fixture->keyring, OPT_SECRET_BOT, "main", "x", FALSE, &error));
  g_assert_no_error (error);
  opt_assert_no_secret (fixture->keyring, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_REFUSED);

  g_assert_true (opt_ask_store (fixture->keyring, OPT_SECRET_TASK, "api", "x y", FALSE, &error));
  g_assert_no_error (error);
  opt_assert_secret (fixture->keyring, OPT_SECRET_TASK, "API", "x y");
  g_assert_true (opt_ask_clear (fixture->keyring, OPT_SECRET_TASK, "api", FALSE, &error));
  g_assert_no_error (error);
}

static void
test_write (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("What the first store has is not written behind it.");

  put (fixture, "bot-main", OTHER);
  g_assert_false (opt_ask_store (fixture->chain, OPT_SECRET_BOT, "main", TOKEN, FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (opt_ask_clear (fixture->chain, OPT_SECRET_BOT, "main", FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY);
  g_clear_error (&error);
  opt_assert_no_secret (fixture->keyring, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);

  g_assert_false (opt_ask_clear (fixture->chain, OPT_SECRET_BOT, "other", FALSE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_true (opt_ask_store (fixture->chain, OPT_SECRET_BOT, "other", TOKEN, FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (opt_ask_clear (fixture->chain, OPT_SECRET_BOT, "other", FALSE, &error));
  g_assert_no_error (error);
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
  opt_assert_no_secret (fixture->keyring, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.keyring", NULL);

  /* libsecret looks at these once. */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(test_path, func) \
  g_test_add ("/secrets/file/" test_path, Fixture, NULL, set_up, func, tear_down)
  ADD ("keyring", test_keyring);
  ADD ("keyring-refused", test_keyring_refused);
  ADD ("write", test_write);
  ADD ("cancelled", test_cancelled);

  return g_test_run ();
}
