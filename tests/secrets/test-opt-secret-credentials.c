/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-credentials.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "opt-ask-store.h"
#include "opt-test.h"

#define TOKEN "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"

typedef struct
{
  OptTestFolder  *folder; /* (owned) */
  OptSecretStore *store;  /* (owned) */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = opt_test_folder_new ();
  fixture->store = opt_secret_credentials_new (fixture->folder);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_object_unref (fixture->store);
  opt_test_folder_free (fixture->folder);
}

static void
put (Fixture    *fixture,
     const char *name,
     const char *text,
     gssize      length)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, length, &error));
  g_assert_no_error (error);
}

static void
test_read (Fixture      *fixture,
           gconstpointer data)
{
  g_test_summary ("The one line of bot-NAME is the token, whatever case the name is asked in.");

  put (fixture, "bot-main", TOKEN, -1);
  put (fixture, "bot-lines", TOKEN "\n", -1);
  put (fixture, "bot-dos", TOKEN "\r\n", -1);
  put (fixture, "bot-space", "4839574812: AAFD39kkdpWt3ywyRZergyOLMaJhac60qc\n", -1);
  put (fixture, "secret-api", "p\xc3\xa4ss word \n", -1);
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "main", TOKEN);
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "MAIN", TOKEN);
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "lines", TOKEN);
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "dos", TOKEN);
  opt_assert_secret (fixture->store, OPT_SECRET_BOT, "space", TOKEN);
  opt_assert_secret (fixture->store, OPT_SECRET_TASK, "API", "p\xc3\xa4ss word ");
}

static void
test_missing (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (OptSecretStore) none = opt_secret_credentials_new (NULL);
  g_autoptr (OptSecretStore) empty = opt_secret_credentials_new ("");
  g_autoptr (OptSecretStore) gone = opt_secret_credentials_new ("/nowhere/at/all");

  g_test_summary ("No file, no folder and no such name are a missing secret.");

  put (fixture, "secret-main", "x", -1);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "../x", OPT_SECRET_ERROR_MISSING);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "", OPT_SECRET_ERROR_MISSING);
  opt_assert_no_secret (none, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  opt_assert_no_secret (empty, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
  opt_assert_no_secret (gone, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_MISSING);
}

static void
test_refused (Fixture      *fixture,
              gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "bot-bad", NULL);
  g_autofree char *wide = g_strnfill (100000, 'x');
  const struct
  {
    const char *text;
    gssize      length;
  } bad[] = {
    { "", 0 },
    { "\n", 1 },
    { "hidden", 6 },
    { TOKEN "\n" TOKEN "\n", -1 },
    { TOKEN "\n\n", -1 },
    { TOKEN "\0hidden", sizeof TOKEN + 6 },
    { "\xff" TOKEN, -1 },
    { wide, -1 },
  };

  g_test_summary ("What is no token is refused by file and form, and not shown.");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      put (fixture, "bot-bad", bad[i].text, bad[i].length);
      g_assert_null (opt_ask_lookup (fixture->store, OPT_SECRET_BOT, "bad", FALSE, &error));
      g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED);
      g_assert_nonnull (strstr (error->message, path));
      g_assert_null (strstr (error->message, "hidden"));
      g_assert_null (strstr (error->message, "AAFD39"));
    }

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "bad", OPT_SECRET_ERROR_REFUSED);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  opt_assert_no_secret (fixture->store, OPT_SECRET_BOT, "bad", OPT_SECRET_ERROR_REFUSED);

  put (fixture, "secret-empty", "\n", -1);
  opt_assert_no_secret (fixture->store, OPT_SECRET_TASK, "empty", OPT_SECRET_ERROR_REFUSED);
}

static void
test_failed (Fixture      *fixture,
             gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  g_autoptr (OptSecretStore) store = opt_secret_credentials_new (file);

  g_test_summary ("What can't be read at all is no missing secret.");

  put (fixture, "file", "", 0);
  opt_assert_no_secret (store, OPT_SECRET_BOT, "main", OPT_SECRET_ERROR_FAILED);
}

static void
test_read_only (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Nothing is written here.");

  g_assert_false (opt_ask_store (fixture->store, OPT_SECRET_BOT, "main", TOKEN, TRUE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (opt_ask_clear (fixture->store, OPT_SECRET_BOT, "main", TRUE, &error));
  g_assert_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  g_test_summary ("A look-up can be cancelled.");

  g_cancellable_cancel (cancellable);
  opt_secret_store_lookup_async (fixture->store, OPT_SECRET_BOT, "main", FALSE, cancellable,
                                 opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_null (opt_secret_store_lookup_finish (fixture->store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/secrets/credentials/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("read", test_read);
  ADD ("missing", test_missing);
  ADD ("refused", test_refused);
  ADD ("failed", test_failed);
  ADD ("read-only", test_read_only);
  ADD ("cancelled", test_cancelled);

  return g_test_run ();
}
