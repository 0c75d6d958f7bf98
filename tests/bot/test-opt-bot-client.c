/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-bot-fake.h"
#include "opt-test.h"

#define OK_TRUE "{\"ok\":true,\"result\":true}"

/* Everything that is logged while a test runs, at whatever level. */
static GString *logged;

static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  g_autofree char *text = g_log_writer_format_fields (level, fields, n_fields, FALSE);

  g_string_append (logged, text);
  return (level & G_LOG_LEVEL_DEBUG) != 0
           ? G_LOG_WRITER_HANDLED
           : g_log_writer_standard_streams (level, fields, n_fields, user_data);
}

static JsonNode *
call (OptBotClient *client,
      const char   *method,
      const char   *body,
      GError      **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  opt_bot_client_call_async (client, method, body, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_bot_client_call_finish (client, result, error);
}

static void
test_call (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (opt_bot_client_get_bot_id (client), ==, 123456789);
  opt_bot_fake_script (fake, "sendMessage", 200, "{\"ok\":true,\"result\":{\"message_id\":5}}");
  node = call (client, "sendMessage", "{\"chat_id\":\"-1001\",\"text\":\"\xc3\xa4\"}", &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "message_id"), ==, 5);
  g_assert_cmpstr (opt_bot_fake_get_path (fake), ==, "/bot" OPT_BOT_FAKE_TOKEN "/sendMessage");
  g_assert_cmpstr (opt_bot_fake_get_body (fake), ==,
                   "{\"chat_id\":\"-1001\",\"text\":\"\xc3\xa4\"}");
  g_assert_cmpstr (opt_bot_fake_get_header (fake, "Content-Type"), ==, "application/json");
  g_assert_null (opt_bot_fake_get_header (fake, "Accept-Encoding"));

  opt_bot_fake_script (fake, "logOut", 200, OK_TRUE);
  other = call (client, "logOut", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_get_boolean (other));
  g_assert_cmpstr (opt_bot_fake_get_body (fake), ==, "{}");
}

static void
test_connections (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (JsonNode) node = NULL;

      opt_bot_fake_script (fake, NULL, 200, OK_TRUE);
      node = call (client, "sendMessage", NULL, NULL);
      g_assert_nonnull (node);
    }
  g_assert_cmpuint (opt_bot_fake_count_connections (fake), ==, 1);

  opt_bot_session_rebuild (opt_bot_client_get_session (client));
  opt_bot_fake_script (fake, NULL, 200, OK_TRUE);
  json_node_unref (call (client, "sendMessage", NULL, NULL));
  g_assert_cmpuint (opt_bot_fake_count_connections (fake), ==, 2);
}

static void
test_parallel (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  OptBotSession *session = opt_bot_client_get_session (client);
  GAsyncResult  *slots[8] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    opt_bot_client_call_async (client, "sendMessage", NULL, NULL, opt_test_take_result, &slots[i]);
  opt_bot_fake_wait_held (fake, G_N_ELEMENTS (slots));
  g_assert_cmpuint (opt_bot_session_get_pending (session), ==, G_N_ELEMENTS (slots));

  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    opt_bot_fake_answer (fake, 200, OK_TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      g_autoptr (GAsyncResult) result = opt_test_wait_result (&slots[i]);
      g_autoptr (JsonNode) node = opt_bot_client_call_finish (client, result, NULL);

      g_assert_nonnull (node);
    }
  g_assert_cmpuint (opt_bot_session_get_pending (session), ==, 0);
}

static void
test_large_answer (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autofree char *fill = g_strnfill (1000 * 1000, 'x');
  g_autofree char *large = g_strdup_printf ("{\"ok\":true,\"result\":\"%s\"}", fill);
  g_autofree char *larger = g_strdup_printf ("{\"ok\":true,\"result\":\"%s%s\"}", fill, fill);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  opt_bot_fake_script (fake, NULL, 200, large);
  node = call (client, "getChat", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_node_get_string (node), ==, fill);

  opt_bot_fake_script (fake, NULL, 200, larger);
  g_assert_null (call (client, "getChat", NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_BAD_ANSWER);
  g_assert_true (opt_bot_error_is_unknown_outcome (error));
}

static void
test_headers (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GError) flood = NULL;
  g_autoptr (GError) redirected = NULL;
  g_autoptr (GError) html = NULL;

  opt_bot_fake_script_full (fake, NULL, 429, "Retry-After: 12", "text/html", "<html>", -1);
  g_assert_null (call (client, "sendMessage", NULL, &flood));
  g_assert_error (flood, OPT_BOT_ERROR, OPT_BOT_ERROR_FLOOD);
  g_assert_cmpint (opt_bot_error_get_retry_after (flood), ==, 12);

  opt_bot_fake_script_full (fake, NULL, 302, "Location: http://127.0.0.2/x", "text/html", "", -1);
  g_assert_null (call (client, "sendMessage", NULL, &redirected));
  g_assert_error (redirected, OPT_BOT_ERROR, OPT_BOT_ERROR_REDIRECTED);
  g_assert_nonnull (strstr (redirected->message, "127.0.0.2"));
  g_assert_cmpuint (opt_bot_fake_count (fake, "sendMessage"), ==, 2);

  opt_bot_fake_script_full (fake, NULL, 200, NULL, "text/html", "<html>Log in</html>", -1);
  g_assert_null (call (client, "sendMessage", NULL, &html));
  g_assert_error (html, OPT_BOT_ERROR, OPT_BOT_ERROR_BAD_ANSWER);
  g_assert_nonnull (strstr (html->message, "text/html"));
}

/* libsoup would keep the body of a 401 in memory, however large, and ask again with a password. */
static void
test_unauthorized (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GError) error = NULL;

  opt_bot_fake_script_full (
    fake, NULL, 401, "WWW-Authenticate: Basic realm=\"x\"", "application/json",
    "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}", -1);
  g_assert_null (call (client, "getMe", NULL, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (opt_bot_fake_count (fake, "getMe"), ==, 1);
}

/* libsoup asks once more on another connection; the server has done nothing either time. */
static void
test_misdirected (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    opt_bot_fake_script (
      fake, NULL, 421, "{\"ok\":false,\"error_code\":421,\"description\":\"Misdirected Request\"}");
  g_assert_null (call (client, "getMe", "{\"x\":1}", &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (opt_bot_fake_count (fake, "getMe"), ==, 2);
  g_assert_cmpstr (opt_bot_fake_get_body (fake), ==, "{\"x\":1}");
}

static void
test_cancel (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_bot_client_call_async (client, "sendMessage", NULL, cancellable, opt_test_take_result, &slot);
  opt_bot_fake_wait_held (fake, 1);
  g_cancellable_cancel (cancellable);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_bot_client_call_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (opt_bot_error_is_unknown_outcome (error));
}

static void
test_get_me (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  static const char *const answers[] = {
    "{\"ok\":true,\"result\":{\"id\":123456789,\"is_bot\":true,\"first_name\":\"Op\",\"last_name\":"
    "\"Timus\",\"username\":\"op_bot\",\"can_read_all_group_messages\":true}}",
    "{\"ok\":true,\"result\":{\"id\":123456788,\"first_name\":\"Other\"}}",
    "{\"ok\":true,\"result\":{\"id\":\"123456789\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (OptBotMe) me = NULL;
      g_autoptr (GError) error = NULL;

      opt_bot_fake_script (fake, "getMe", 200, answers[i]);
      opt_bot_client_get_me_async (client, NULL, opt_test_take_result, &slot);
      result = opt_test_wait_result (&slot);
      me = opt_bot_client_get_me_finish (client, result, &error);
      if (i > 0)
        {
          g_assert_null (me);
          g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_BAD_ANSWER);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpint (me->id, ==, 123456789);
      g_assert_cmpstr (me->username, ==, "op_bot");
      g_assert_cmpstr (me->name, ==, "Op Timus");
      g_assert_true (me->can_read_all_group_messages);
      g_assert_false (me->can_join_groups);
      g_assert_false (me->has_topics_enabled);
      opt_bot_me_unref (opt_bot_me_ref (me));
    }
}

static void
test_webhook_info (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  static const struct
  {
    const char *answer;
    const char *host;
  } cases[] = {
    { "{\"ok\":true,\"result\":{\"url\":\"\",\"pending_update_count\":7}}", NULL },
    { "{\"ok\":true,\"result\":{\"url\":\"https://hook.example.org:8443/secret-path\","
      "\"pending_update_count\":7,\"last_error_date\":1700000000,\"last_error_message\":\"no\"}}",
      "hook.example.org" },
    { "{\"ok\":true,\"result\":{\"url\":\"rubbish\",\"pending_update_count\":7}}",
      "an address of no known form" },
    { "{\"ok\":true,\"result\":7}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (OptBotWebhookInfo) info = NULL;
      g_autoptr (GError) error = NULL;

      opt_bot_fake_script (fake, "getWebhookInfo", 200, cases[i].answer);
      opt_bot_client_get_webhook_info_async (client, NULL, opt_test_take_result, &slot);
      result = opt_test_wait_result (&slot);
      info = opt_bot_client_get_webhook_info_finish (client, result, &error);
      if (i == 3)
        {
          g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_BAD_ANSWER);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (info->host, ==, cases[i].host);
      g_assert_cmpint (info->pending_update_count, ==, 7);
      g_assert_cmpint (info->last_error_date, ==, i == 1 ? 1700000000 : 0);
      g_assert_cmpstr (info->last_error_message, ==, i == 1 ? "no" : NULL);
      opt_bot_webhook_info_unref (opt_bot_webhook_info_ref (info));
    }
}

static void
test_bad_token (void)
{
  static const char *const tokens[] = { "", "123456789", "123456789:a/../../getMe", "0123:abc",
                                        "123456789:AAHsecretsecretsecretsecretsecret x" };
  OptBotSettings           settings = { 0 };
  g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (opt_bot_client_new (session, tokens[i], &error));
      g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED);
      g_assert_null (strstr (error->message, "secret"));
    }
  g_assert_null (opt_bot_client_new (session, NULL, NULL));
}

/* Whatever a server does, and however much is logged. */
static void
test_no_secret (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  g_autoptr (OptBotClient) client = opt_bot_fake_new_client (fake);
  static const struct
  {
    guint       status;
    const char *body;
  } cases[] = {
    { 200, "see http://h/bot" OPT_BOT_FAKE_TOKEN "/getMe" },
    { 404, "<html>/bot" OPT_BOT_FAKE_TOKEN "/getMe not found</html>" },
    { 400, "{\"ok\":false,\"description\":\"/bot" OPT_BOT_FAKE_TOKEN "\"}" },
    { 500, "{\"ok\":false,\"description\":\"" OPT_BOT_FAKE_TOKEN "\"}" },
    { 302, "" },
    { 200, NULL },
  };

  g_string_truncate (logged, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      opt_bot_fake_script_full (fake, NULL, cases[i].status,
                                "Location: https://example.org/bot" OPT_BOT_FAKE_TOKEN "/getMe",
                                "text/bot" OPT_BOT_FAKE_TOKEN, cases[i].body, -1);
      g_assert_null (call (client, "getMe", NULL, &error));
      g_assert_nonnull (error);
      g_assert_null (strstr (error->message, "secret"));
    }
  g_assert_null (strstr (logged->str, "secret"));
}

static void
test_new_destroy (void)
{
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (NULL);
  OptBotClient  *client = opt_bot_fake_new_client (fake);
  OptBotSession *session = g_object_ref (opt_bot_client_get_session (client));

  g_assert_finalize_object (client);
  g_assert_finalize_object (session);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  g_test_init (&argc, &argv, NULL);
  logged = g_string_new (NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  g_test_add_func ("/bot/client/call", test_call);
  g_test_add_func ("/bot/client/connections", test_connections);
  g_test_add_func ("/bot/client/parallel", test_parallel);
  g_test_add_func ("/bot/client/large-answer", test_large_answer);
  g_test_add_func ("/bot/client/headers", test_headers);
  g_test_add_func ("/bot/client/unauthorized", test_unauthorized);
  g_test_add_func ("/bot/client/misdirected", test_misdirected);
  g_test_add_func ("/bot/client/cancel", test_cancel);
  g_test_add_func ("/bot/client/get-me", test_get_me);
  g_test_add_func ("/bot/client/webhook-info", test_webhook_info);
  g_test_add_func ("/bot/client/bad-token", test_bad_token);
  g_test_add_func ("/bot/client/no-secret", test_no_secret);
  g_test_add_func ("/bot/client/new-destroy", test_new_destroy);
  status = g_test_run ();
  g_string_free (logged, TRUE);
  return status;
}
