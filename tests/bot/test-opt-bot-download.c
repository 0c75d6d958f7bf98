/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "opt-bot-cut.h"
#include "opt-bot-fake.h"
#include "opt-test.h"

typedef struct
{
  OptBotFake    *fake;   /* (owned) */
  OptBotClient  *client; /* (owned) */
  OptTestFolder *folder; /* (owned) */
  char          *target; /* (owned) */
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->fake = opt_bot_fake_new (NULL);
  f->client = opt_bot_fake_new_client (f->fake);
  f->folder = opt_test_folder_new ();
  f->target = g_build_filename (f->folder, "target", NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  opt_bot_fake_free (f->fake);
  g_object_unref (f->client);
  opt_test_folder_free (f->folder);
  g_free (f->target);
}

static gboolean
download (OptBotClient *client,
          const char   *file_path,
          const char   *target,
          gint64        max_bytes,
          gint64       *bytes,
          GError      **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  opt_bot_client_download_async (client, file_path, target, max_bytes, NULL, opt_test_take_result,
                                 &slot);
  result = opt_test_wait_result (&slot);
  return opt_bot_client_download_finish (client, result, bytes, error);
}

static void
test_good (Fixture      *f,
           gconstpointer data)
{
  g_autofree char *content = g_strnfill (1000 * 1000, 'x');
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;
  gint64      bytes = 0;

  opt_bot_fake_script_full (f->fake, NULL, 200, NULL, "application/octet-stream", content, -1);
  download (f->client, "documents/a file#1.txt", f->target, OPT_BOT_DOWNLOAD_MAX, &bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bytes, ==, 1000 * 1000);
  g_assert_cmpstr (opt_bot_fake_get_path (f->fake), ==,
                   "/file/bot" OPT_BOT_FAKE_TOKEN "/documents/a file#1.txt");
  g_file_get_contents (f->target, &got, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, content);
  g_assert_cmpint (stat (f->target, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (opt_bot_session_get_pending (opt_bot_client_get_session (f->client)), ==, 0);
}

static void
test_empty (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 bytes = 7;

  opt_bot_fake_script_full (f->fake, NULL, 200, NULL, "application/octet-stream", "", 0);
  download (f->client, "x", f->target, 1, &bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bytes, ==, 0);
  g_assert_true (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

static void
test_too_big (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  opt_bot_fake_script_full (f->fake, NULL, 200, NULL, "application/octet-stream", "12345", -1);
  g_assert_false (download (f->client, "x", f->target, 4, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_TOO_BIG);
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

static OptBotClient *
client_new_for_cut (OptBotCut *cut)
{
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u", opt_bot_cut_get_port (cut));
  OptBotSettings   settings = { .api_root = root };
  g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, NULL);

  return opt_bot_client_new (session, OPT_BOT_FAKE_TOKEN, NULL);
}

/* A length that isn't told, and an end that doesn't come. */
static void
test_endless (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_cut (cut);
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_ENDLESS, "HTTP/1.1 200 OK\r\n\r\n");
  g_assert_false (download (client, "x", f->target, 1000 * 1000, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_TOO_BIG);
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

static void
test_cut_off (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_cut (cut);
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  g_assert_false (download (client, "x", f->target, 1000, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_true (opt_bot_error_is_retryable (error));
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

static void
test_gone (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  opt_bot_fake_script (f->fake, NULL, 404,
                       "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}");
  g_assert_false (download (f->client, "x", f->target, 4, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_API);
  g_assert_cmpint (opt_bot_error_get_code (error), ==, 404);
  g_assert_null (strstr (error->message, "secret"));
}

/* What is there already is neither written over nor deleted. */
static void
test_exists (Fixture      *f,
             gconstpointer data)
{
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (f->target, "mine", -1, NULL));
  opt_bot_fake_script_full (f->fake, NULL, 200, NULL, "application/octet-stream", "yours", -1);
  g_assert_false (download (f->client, "x", f->target, 100, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, f->target));
  g_assert_true (g_file_get_contents (f->target, &got, NULL, NULL));
  g_assert_cmpstr (got, ==, "mine");
}

static void
test_bad_paths (Fixture      *f,
                gconstpointer data)
{
  static const char *const paths[] = { "", "../getMe", "a/../../b", "a//b", "./a", "a/" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (download (f->client, paths[i], f->target, 100, NULL, &error));
      g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_BAD_ANSWER);
    }
}

static void
test_local (Fixture      *f,
            gconstpointer data)
{
  g_autofree char *source = g_build_filename (f->folder, "source", NULL);
  g_autofree char *missing = g_build_filename (f->folder, "missing", NULL);
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;
  gint64 bytes = 0;

  g_assert_true (g_file_set_contents (source, "content", -1, NULL));
  download (f->client, source, f->target, 100, &bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bytes, ==, 7);
  g_assert_true (g_file_get_contents (f->target, &got, NULL, NULL));
  g_assert_cmpstr (got, ==, "content");

  g_assert_false (download (f->client, source, missing, 6, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_TOO_BIG);
  g_clear_error (&error);
  g_assert_false (download (f->client, missing, missing, 6, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FILE);
  g_clear_error (&error);
  g_assert_false (download (f->client, f->folder, missing, 6, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FILE);
  g_clear_error (&error);
  g_assert_false (download (f->client, source, f->target, 100, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FILE);
}

/* A server elsewhere has no say over files of this machine. */
static void
test_local_of_remote (Fixture      *f,
                      gconstpointer data)
{
  OptBotSettings settings = { .api_root = "https://192.0.2.1" };
  g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, NULL);
  g_autoptr (OptBotClient) client = opt_bot_client_new (session, OPT_BOT_FAKE_TOKEN, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (download (client, "/etc/passwd", f->target, 100, NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_BAD_ANSWER);
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

static void
test_cancel (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_bot_client_download_async (f->client, "x", f->target, 100, cancellable, opt_test_take_result,
                                 &slot);
  opt_bot_fake_wait_held (f->fake, 1);
  g_cancellable_cancel (cancellable);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_bot_client_download_finish (f->client, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture      *f,
                  gconstpointer data);
  } tests[] = {
    { "/bot/download/good", test_good },
    { "/bot/download/empty", test_empty },
    { "/bot/download/too-big", test_too_big },
    { "/bot/download/endless", test_endless },
    { "/bot/download/cut-off", test_cut_off },
    { "/bot/download/gone", test_gone },
    { "/bot/download/exists", test_exists },
    { "/bot/download/bad-paths", test_bad_paths },
    { "/bot/download/local", test_local },
    { "/bot/download/local-of-remote", test_local_of_remote },
    { "/bot/download/cancel", test_cancel },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
