/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "opt-bot-answer.h"

typedef struct
{
  const char *name;
  guint       status;
  const char *text;
  OptBotError code;
  gboolean    outcome_unknown;
  int         api_code;
  const char *description; /* NULL for none */
} Case;

#define DEEP "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["

static const Case cases[] = {
  { "chat", 400,
    "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: chat not found\"}",
    OPT_BOT_ERROR_API, FALSE, 400, "Bad Request: chat not found" },
  { "blocked", 403, "{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: no\"}",
    OPT_BOT_ERROR_API, FALSE, 403, "Forbidden: no" },
  { "no-code", 400, "{\"ok\":false}", OPT_BOT_ERROR_API, FALSE, 400, "" },
  { "mad-code", 400, "{\"ok\":false,\"error_code\":99999999999999}", OPT_BOT_ERROR_API, FALSE, 400,
    "" },
  { "refused-with-200", 200, "{\"ok\":false,\"error_code\":400,\"description\":\"x\"}",
    OPT_BOT_ERROR_API, FALSE, 400, "x" },
  { "unauthorized", 401, "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}",
    OPT_BOT_ERROR_UNAUTHORIZED, FALSE, 401, "Unauthorized" },
  { "not-found", 404, "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}",
    OPT_BOT_ERROR_UNAUTHORIZED, FALSE, 404, "Not Found" },
  { "no-method", 404,
    "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found: method not found\"}",
    OPT_BOT_ERROR_API, FALSE, 404, "Not Found: method not found" },
  { "misdirected", 421,
    "{\"ok\":false,\"error_code\":421,\"description\":\"Misdirected Request: no\"}",
    OPT_BOT_ERROR_UNAUTHORIZED, FALSE, 421, "Misdirected Request: no" },
  { "conflict", 409, "{\"ok\":false,\"error_code\":409,\"description\":\"Conflict: x\"}",
    OPT_BOT_ERROR_CONFLICT, FALSE, 409, "Conflict: x" },
  { "server", 500, "{\"ok\":false,\"error_code\":500,\"description\":\"Internal Server Error\"}",
    OPT_BOT_ERROR_SERVER, FALSE, 500, "Internal Server Error" },
  { "server-html", 502, "<html>Bad Gateway</html>", OPT_BOT_ERROR_SERVER, TRUE, 502, NULL },
  { "server-empty", 500, "", OPT_BOT_ERROR_SERVER, TRUE, 500, NULL },
  { "server-says-ok", 500, "{\"ok\":true,\"result\":1}", OPT_BOT_ERROR_SERVER, TRUE, 500, NULL },
  { "html", 200, "<!doctype html><title>Log in</title>", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200,
    NULL },
  { "html-404", 404, "<html>", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 404, NULL },
  { "html-401", 401, "<html>", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 401, NULL },
  { "refusal-says-ok", 400, "{\"ok\":true,\"result\":1}", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 400,
    NULL },
  { "empty", 200, "", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200, NULL },
  { "truncated", 200, "{\"ok\":true,\"result\":{\"message_id\"", OPT_BOT_ERROR_BAD_ANSWER, TRUE,
    200, NULL },
  { "deep", 200, "{\"ok\":true,\"result\":" DEEP DEEP, OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200, NULL },
  { "not-utf-8", 200, "{\"ok\":true,\"result\":\"\xff\"}", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200,
    NULL },
  { "no-object", 200, "[]", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200, NULL },
  { "no-ok", 200, "{\"result\":1}", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200, NULL },
  { "ok-is-text", 200, "{\"ok\":\"true\",\"result\":1}", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200,
    NULL },
  { "no-result", 200, "{\"ok\":true}", OPT_BOT_ERROR_BAD_ANSWER, TRUE, 200, NULL },
  { "redirect", 302, "<html>", OPT_BOT_ERROR_REDIRECTED, FALSE, 302, NULL },
  { "redirect-json", 307, "{\"ok\":true,\"result\":1}", OPT_BOT_ERROR_REDIRECTED, FALSE, 307,
    NULL },
};

static JsonNode *
read_answer (guint       status,
             const char *text,
             GError    **error)
{
  OptBotAnswer answer = { .host = "example.org", .method = "sendMessage", .status = status };

  answer.text = text;
  answer.length = strlen (text);
  return opt_bot_answer_get_result (&answer, error);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result = read_answer (c->status, c->text, &error);

  g_assert_null (result);
  g_assert_error (error, OPT_BOT_ERROR, (int)c->code);
  g_assert_cmpint (opt_bot_error_is_unknown_outcome (error), ==, c->outcome_unknown);
  g_assert_cmpint (opt_bot_error_get_code (error), ==, c->api_code);
  g_assert_cmpstr (opt_bot_error_get_description (error), ==, c->description);
  g_assert_nonnull (strstr (error->message, "example.org"));
}

static void
test_result (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result =
               read_answer (200, "{\"result\":{\"id\":4503599627370496},\"ok\":true}", &error);

  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (result), "id"), ==,
                   G_GINT64_CONSTANT (4503599627370496));
}

static gint64
read_retry_after (guint       status,
                  const char *header,
                  const char *text)
{
  OptBotAnswer answer = { .host = "example.org", .method = "sendMessage", .status = status };
  g_autoptr (GError) error = NULL;

  answer.retry_after = header;
  answer.text = text;
  answer.length = strlen (text);
  g_assert_null (opt_bot_answer_get_result (&answer, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FLOOD);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
  g_assert_cmpint (opt_bot_error_get_code (error), ==, 429);
  return opt_bot_error_get_retry_after (error);
}

#define FLOOD(parameters) "{\"ok\":false,\"error_code\":429,\"parameters\":" parameters "}"

static void
test_flood (void)
{
  g_assert_cmpint (read_retry_after (429, NULL, FLOOD ("{\"retry_after\":17}")), ==, 17);
  g_assert_cmpint (read_retry_after (429, "3", FLOOD ("{\"retry_after\":17}")), ==, 17);
  g_assert_cmpint (read_retry_after (429, "3", FLOOD ("{}")), ==, 3);
  g_assert_cmpint (read_retry_after (200, "3", FLOOD ("[]")), ==, 3);
  g_assert_cmpint (read_retry_after (429, NULL, FLOOD ("{\"retry_after\":-5}")), ==, 1);
  g_assert_cmpint (read_retry_after (429, NULL, FLOOD ("{\"retry_after\":0}")), ==, 1);
  g_assert_cmpint (read_retry_after (429, NULL, FLOOD ("{\"retry_after\":9999999999999}")), ==,
                   86400);
  g_assert_cmpint (read_retry_after (429, "99999999999999999999999", FLOOD ("{}")), ==, 5);
  g_assert_cmpint (read_retry_after (429, "Wed, 21 Oct 2026 07:28:00 GMT", FLOOD ("{}")), ==, 5);
  g_assert_cmpint (read_retry_after (429, NULL, FLOOD ("{\"retry_after\":\"9\"}")), ==, 5);
  g_assert_cmpint (read_retry_after (429, "30", "<html>slow down</html>"), ==, 30);
}

static void
test_migrate (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
    read_answer (400,
                 "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group "
                 "chat was upgraded to a supergroup chat\",\"parameters\":"
                 "{\"migrate_to_chat_id\":-1001999999999}}",
                 &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_API);
  g_assert_cmpint (opt_bot_error_get_migrate_to (error), ==, G_GINT64_CONSTANT (-1001999999999));
}

static void
test_words (void)
{
  OptBotAnswer answer = { .host = "example.org", .method = "getMe", .status = 302 };
  g_autoptr (GError) elsewhere = NULL;
  g_autoptr (GError) hostile = NULL;

  answer.text = "";
  answer.location =
    "https://login.example.net/bot123456789:AAHsecretsecretsecretsecretsecret_-x/getMe";
  g_assert_null (opt_bot_answer_get_result (&answer, &elsewhere));
  g_assert_nonnull (strstr (elsewhere->message, "login.example.net"));
  g_assert_null (strstr (elsewhere->message, "secret"));

  g_assert_null (read_answer (400,
                              "{\"ok\":false,\"error_code\":400,\"description\":\"a\\nb "
                              "/bot123456789:AAHsecretsecretsecretsecretsecret_-x/\"}",
                              &hostile));
  g_assert_null (strchr (hostile->message, '\n'));
  g_assert_null (strstr (hostile->message, "secret"));
  g_assert_null (strstr (opt_bot_error_get_description (hostile), "secret"));
}

static void
test_file (void)
{
  OptBotAnswer answer = {
    .host = "example.org", .method = "a file", .is_file = TRUE, .status = 404
  };
  g_autoptr (GError) error = NULL;

  answer.text = "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}";
  answer.length = strlen (answer.text);
  g_assert_null (opt_bot_answer_get_result (&answer, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_API);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/bot/answer/case/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/bot/answer/result", test_result);
  g_test_add_func ("/bot/answer/flood", test_flood);
  g_test_add_func ("/bot/answer/migrate", test_migrate);
  g_test_add_func ("/bot/answer/words", test_words);
  g_test_add_func ("/bot/answer/file", test_file);
  return g_test_run ();
}
