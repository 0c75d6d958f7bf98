/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-bot-cut.h"
#include "opt-bot-fake.h"
#include "opt-json.h"
#include "opt-test.h"

#define OK_TRUE "{\"ok\":true,\"result\":true}"

static JsonNode *
upload_one (OptBotClient *client,
            const char   *json_body,
            OptBotFile   *file,
            GError      **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_ptr_array_add (files, file);
  opt_bot_client_upload_async (client, "sendDocument", json_body, files, NULL, opt_test_take_result,
                               &slot);
  result = opt_test_wait_result (&slot);
  return opt_bot_client_upload_finish (client, result, error);
}

/* What the server found in the form: a part's content by its field; @file_name gets its file name.
 * */
static char *
get_part (OptBotFake *fake,
          const char *field,
          char      **file_name)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  g_autoptr (SoupMultipart) multipart = NULL;

  soup_message_headers_append (headers, "Content-Type",
                               opt_bot_fake_get_header (fake, "Content-Type"));
  multipart = soup_multipart_new_from_message (headers, opt_bot_fake_get_body_bytes (fake));
  g_assert_nonnull (multipart);
  for (int i = 0; i < soup_multipart_get_length (multipart); i++)
    {
      SoupMessageHeaders *part_headers;
      g_autoptr (GHashTable) params = NULL;
      g_autofree char *disposition = NULL;
      GBytes          *body;

      soup_multipart_get_part (multipart, i, &part_headers, &body);
      soup_message_headers_get_content_disposition (part_headers, &disposition, &params);
      if (g_strcmp0 (g_hash_table_lookup (params, "name"), field) != 0)
        continue;
      if (file_name != NULL)
        *file_name = g_strdup (g_hash_table_lookup (params, "filename"));
      return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
    }
  return NULL;
}

static void
test_bytes (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("some\r\n--content", 15);
  g_autoptr (OptBotFile) file =
               opt_bot_file_new_for_bytes ("document", "na\"me\n/\\\xc3\xa4.log", bytes);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *content = NULL;
  g_autofree char *chat = NULL;
  g_autofree char *markup = NULL;
  g_autofree char *silent = NULL;
  g_autofree char *caption = NULL;

  opt_bot_fake_script (fake, "sendDocument", 200, "{\"ok\":true,\"result\":{\"message_id\":5}}");
  node = upload_one (
    client,
    "{\"chat_id\":-1001234567890,\"caption\":\"\xc3\xa4 \\\"\",\"disable_notification\":true,"
    "\"reply_markup\":{\"inline_keyboard\":[]}}",
    file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "message_id"), ==, 5);

  content = get_part (fake, "document", &name);
  g_assert_cmpstr (content, ==, "some\r\n--content");
  g_assert_cmpstr (name, ==, "na_me___\xc3\xa4.log");
  chat = get_part (fake, "chat_id", NULL);
  g_assert_cmpstr (chat, ==, "-1001234567890");
  caption = get_part (fake, "caption", NULL);
  g_assert_cmpstr (caption, ==, "\xc3\xa4 \"");
  silent = get_part (fake, "disable_notification", NULL);
  g_assert_cmpstr (silent, ==, "true");
  markup = get_part (fake, "reply_markup", NULL);
  g_assert_cmpstr (markup, ==, "{\"inline_keyboard\":[]}");
}

static void
test_path (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "job 17.log", NULL);
  g_autofree char *content = g_strnfill (5 * 1000 * 1000, 'x');
  g_autofree char *got = NULL;
  g_autofree char *name = NULL;
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_path ("document", NULL, path);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  opt_bot_fake_script (fake, "sendDocument", 200, OK_TRUE);
  node = upload_one (client, "{\"chat_id\":1}", file, &error);
  g_assert_no_error (error);
  got = get_part (fake, "document", &name);
  g_assert_cmpstr (got, ==, content);
  g_assert_cmpstr (name, ==, "job 17.log");
  opt_bot_file_unref (opt_bot_file_ref (file));
}

static void
test_empty (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_path ("document", "x", "/dev/null");
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  g_autoptr (OptBotFile) nothing = opt_bot_file_new_for_bytes ("document", "x", bytes);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *got = NULL;

  g_assert_null (upload_one (client, NULL, file, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FILE);
  g_clear_error (&error);

  opt_bot_fake_script (fake, "sendDocument", 200, OK_TRUE);
  node = upload_one (client, NULL, nothing, &error);
  g_assert_no_error (error);
  got = get_part (fake, "document", NULL);
  g_assert_cmpstr (got, ==, "");
}

static void
test_bad_files (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *large = g_build_filename (folder, "large", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  const struct
  {
    const char *path;
    OptBotError code;
  } cases[] = {
    { missing, OPT_BOT_ERROR_FILE },
    { folder, OPT_BOT_ERROR_FILE },
    { fifo, OPT_BOT_ERROR_FILE },
    { large, OPT_BOT_ERROR_TOO_BIG },
  };

  g_assert_true (g_file_set_contents (large, "", 0, NULL));
  g_assert_cmpint (truncate (large, OPT_BOT_UPLOAD_MAX + 1), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OptBotFile) file = opt_bot_file_new_for_path ("document", NULL, cases[i].path);
      g_autoptr (GError) error = NULL;

      g_assert_null (upload_one (client, NULL, file, &error));
      g_assert_error (error, OPT_BOT_ERROR, (int)cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].path));
      g_assert_false (opt_bot_error_is_retryable (error));
    }
  g_assert_cmpuint (opt_bot_fake_count (fake, "sendDocument"), ==, 0);
}

static void
test_large_bytes (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GBytes) bytes =
               g_bytes_new_take (g_malloc0 (OPT_BOT_UPLOAD_MAX + 1), OPT_BOT_UPLOAD_MAX + 1);
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_bytes ("document", "much.bin", bytes);
  g_autoptr (GError) error = NULL;

  g_assert_null (upload_one (client, NULL, file, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_TOO_BIG);
}

static void
test_bad_json (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_bytes ("document", "x", bytes);
  g_autoptr (GError) error = NULL;

  g_assert_null (upload_one (client, "[]", file, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_TYPE);
}

/* A log that is rotated away while it is sent: not the network's fault, and nothing arrived. */
static void
test_shrinks (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "log", NULL);
  g_autofree char *content = g_strnfill (16 * 1000 * 1000, 'x');
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_path ("document", NULL, path);
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  g_ptr_array_add (files, file);
  opt_bot_client_upload_async (client, "sendDocument", NULL, files, NULL, opt_test_take_result,
                               &slot);
  while (opt_bot_session_get_pending (opt_bot_client_get_session (client)) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (truncate (path, 10), ==, 0);

  result = opt_test_wait_result (&slot);
  g_assert_null (opt_bot_client_upload_finish (client, result, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FILE);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
  g_assert_nonnull (strstr (error->message, path));
}

/* libsoup sends what was answered by 421 once more, which a file that was read already can't be. */
static void
test_misdirected (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_bytes ("document", "x", bytes);
  g_autoptr (GError) error = NULL;

  opt_bot_fake_script (fake, "sendDocument", 421, "{\"ok\":false,\"error_code\":421}");
  g_assert_null (upload_one (client, NULL, file, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
}

static void
test_cancel (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (OptBotFile) file = opt_bot_file_new_for_bytes ("document", "x", bytes);
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  g_ptr_array_add (files, file);
  opt_bot_client_upload_async (client, "sendDocument", NULL, files, cancellable,
                               opt_test_take_result, &slot);
  opt_bot_fake_wait_held (fake, 1);
  g_cancellable_cancel (cancellable);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_bot_client_upload_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bot/upload/bytes", test_bytes);
  g_test_add_func ("/bot/upload/path", test_path);
  g_test_add_func ("/bot/upload/empty", test_empty);
  g_test_add_func ("/bot/upload/bad-files", test_bad_files);
  g_test_add_func ("/bot/upload/large-bytes", test_large_bytes);
  g_test_add_func ("/bot/upload/bad-json", test_bad_json);
  g_test_add_func ("/bot/upload/shrinks", test_shrinks);
  g_test_add_func ("/bot/upload/misdirected", test_misdirected);
  g_test_add_func ("/bot/upload/cancel", test_cancel);
  return g_test_run ();
}
