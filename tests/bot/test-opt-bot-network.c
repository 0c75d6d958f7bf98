/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-bot-cut.h"
#include "opt-bot-fake.h"
#include "opt-test.h"

#define JSON   "{\"ok\":true,\"result\":true}"
#define LENGTH "Content-Length: 25\r\n\r\n"
#define GOOD   "HTTP/1.1 200 OK\r\n" LENGTH JSON

static OptBotClient *
client_new (const char *api_root,
            const char *proxy)
{
  OptBotSettings settings = { .api_root = api_root, .api_root_insecure = TRUE, .proxy = proxy };
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, &error);
  OptBotClient *client;

  g_assert_no_error (error);
  client = opt_bot_client_new (session, OPT_BOT_FAKE_TOKEN, &error);
  g_assert_no_error (error);
  return client;
}

static OptBotClient *
client_new_for_port (guint16 port)
{
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u/prefix", port);

  return client_new (root, NULL);
}

static JsonNode *
call (OptBotClient *client,
      GError      **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  JsonNode *node;

  opt_bot_client_call_async (client, "sendMessage", "{\"text\":\"x\"}", NULL, opt_test_take_result,
                             &slot);
  result = opt_test_wait_result (&slot);
  node = opt_bot_client_call_finish (client, result, error);
  if (error != NULL && *error != NULL)
    {
      g_test_message ("%s", (*error)->message);
      g_assert_null (strstr ((*error)->message, "secret"));
      g_assert_null (strstr ((*error)->message, "/prefix"));
    }
  return node;
}

static guint16
find_closed_port (void)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();

  return opt_bot_cut_get_port (cut);
}

static void
test_refused (void)
{
  g_autoptr (OptBotClient) client = client_new_for_port (find_closed_port ());
  g_autoptr (GError) error = NULL;

  g_assert_null (call (client, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
  g_assert_true (opt_bot_error_is_retryable (error));
}

/* Whether the request was written before the hang-up was noticed is a race that nobody here
 * decides; what is told must fit it. */
static void
test_accept (void)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_port (opt_bot_cut_get_port (cut));
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_ACCEPT, NULL);
  g_assert_null (call (client, &error));
  g_assert_true (g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE) ||
                 g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_AFTER));
  g_assert_cmpint (opt_bot_error_is_unknown_outcome (error), ==,
                   g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_AFTER));
  g_assert_cmpuint (opt_bot_cut_count_connections (cut), ==, 1);
}

/* The body does not fit into the sockets' buffers, so that it can't have been written. */
static void
test_head (void)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_port (opt_bot_cut_get_port (cut));
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (32 * 1024 * 1024), 32 * 1024 * 1024);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_bot_file_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_HEAD, NULL);
  g_ptr_array_add (files, opt_bot_file_new_for_bytes ("document", "x", bytes));
  opt_bot_client_upload_async (client, "sendDocument", "{}", files, NULL, opt_test_take_result,
                               &slot);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_bot_client_upload_finish (client, result, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
  g_assert_cmpuint (opt_bot_cut_count_requests (cut), ==, 1);
}

typedef struct
{
  const char   *name;
  OptBotCutStep step;
  const char   *answer;
  OptBotError   code;
} Case;

static const Case cases[] = {
  { "nothing", OPT_BOT_CUT_BODY, NULL, OPT_BOT_ERROR_NETWORK_AFTER },
  { "half-status", OPT_BOT_CUT_ANSWER, "HTTP/1.1 2", OPT_BOT_ERROR_BAD_ANSWER },
  { "half-head", OPT_BOT_CUT_ANSWER, "HTTP/1.1 200 OK\r\nContent-Le", OPT_BOT_ERROR_BAD_ANSWER },
  { "no-body", OPT_BOT_CUT_ANSWER, "HTTP/1.1 200 OK\r\n" LENGTH, OPT_BOT_ERROR_NETWORK_AFTER },
  { "half-body", OPT_BOT_CUT_ANSWER, "HTTP/1.1 200 OK\r\n" LENGTH "{\"ok\":tr",
    OPT_BOT_ERROR_NETWORK_AFTER },
  { "half-body-closing", OPT_BOT_CUT_ANSWER,
    "HTTP/1.1 200 OK\r\nConnection: close\r\n" LENGTH "{\"ok\":tr", OPT_BOT_ERROR_BAD_ANSWER },
  { "half-chunk", OPT_BOT_CUT_ANSWER,
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n{\"ok\":tr",
    OPT_BOT_ERROR_NETWORK_AFTER },
  { "mad-chunk", OPT_BOT_CUT_ANSWER, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    OPT_BOT_ERROR_BAD_ANSWER },
  { "no-http", OPT_BOT_CUT_ANSWER, "SSH-2.0-OpenSSH_9.2\r\n\r\n", OPT_BOT_ERROR_BAD_ANSWER },
  { "huge", OPT_BOT_CUT_ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{",
    OPT_BOT_ERROR_BAD_ANSWER },
  { "endless", OPT_BOT_CUT_ENDLESS, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    OPT_BOT_ERROR_BAD_ANSWER },
  { "endless-401", OPT_BOT_CUT_ENDLESS,
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
    OPT_BOT_ERROR_BAD_ANSWER },
  { "endless-502", OPT_BOT_CUT_ENDLESS, "HTTP/1.1 502 Bad Gateway\r\n\r\n",
    OPT_BOT_ERROR_BAD_ANSWER },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_port (opt_bot_cut_get_port (cut));
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, c->step, c->answer);
  g_assert_null (call (client, &error));
  g_assert_error (error, OPT_BOT_ERROR, (int)c->code);
  g_assert_true (opt_bot_error_is_unknown_outcome (error));
  g_assert_cmpuint (opt_bot_cut_count_requests (cut), ==, 1);
}

static void
test_good (gconstpointer data)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_port (opt_bot_cut_get_port (cut));
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_ANSWER, data);
  node = call (client, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_get_boolean (node));
}

/* A server that hangs up on a connection in use: nobody repeats the request behind our back. */
static void
test_kept_then_cut (void)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_port (opt_bot_cut_get_port (cut));
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_KEEP, GOOD);
  opt_bot_cut_add (cut, OPT_BOT_CUT_BODY, NULL);
  opt_bot_cut_add (cut, OPT_BOT_CUT_ANSWER, GOOD);
  node = call (client, &error);
  g_assert_no_error (error);
  g_assert_null (call (client, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_AFTER);
  g_assert_true (opt_bot_error_is_unknown_outcome (error));
  g_assert_cmpuint (opt_bot_cut_count_requests (cut), ==, 2);
  g_assert_cmpuint (opt_bot_cut_count_connections (cut), ==, 1);
}

/* A server that hangs up while nothing is asked: the next request simply goes on a new connection.
 * */
static void
test_kept_then_closed (void)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autoptr (OptBotClient) client = client_new_for_port (opt_bot_cut_get_port (cut));
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) other = NULL;
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_KEEP, GOOD);
  node = call (client, &error);
  g_assert_no_error (error);
  opt_bot_cut_wait_closed (cut, 1);

  opt_bot_cut_add (cut, OPT_BOT_CUT_KEEP, GOOD);
  other = call (client, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (opt_bot_cut_count_connections (cut), ==, 2);
}

static void
test_proxy_refused (void)
{
  static const char *const schemes[] = { "socks5", "http" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autofree char *proxy = g_strdup_printf ("%s://user:pass-secret@127.0.0.1:%u", schemes[i],
                                                find_closed_port ());
      g_autoptr (OptBotClient) client = client_new ("https://192.0.2.1/prefix", proxy);
      g_autoptr (GError) error = NULL;

      g_assert_null (call (client, &error));
      g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
      g_assert_false (opt_bot_error_is_unknown_outcome (error));
    }
}

/* A proxy that will not make the connection: the request never left. */
static void
test_proxy_says_no (gconstpointer data)
{
  g_autoptr (OptBotCut) cut = opt_bot_cut_new ();
  g_autofree char *proxy = g_strdup_printf ("http://127.0.0.1:%u", opt_bot_cut_get_port (cut));
  g_autoptr (OptBotClient) client = client_new ("https://192.0.2.1/prefix", proxy);
  g_autoptr (GError) error = NULL;

  opt_bot_cut_add (cut, OPT_BOT_CUT_ANSWER, data);
  g_assert_null (call (client, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
  g_assert_cmpuint (opt_bot_cut_count_requests (cut), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bot/network/refused", test_refused);
  g_test_add_func ("/bot/network/accept", test_accept);
  g_test_add_func ("/bot/network/head", test_head);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/bot/network/after/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_data_func ("/bot/network/good/plain", GOOD, test_good);
  g_test_add_data_func ("/bot/network/good/closing",
                        "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n" JSON, test_good);
  g_test_add_data_func (
    "/bot/network/good/chunked",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"ok\":tr\r\n11\r\n"
    "ue,\"result\":true}\r\n0\r\n\r\n",
    test_good);
  g_test_add_data_func ("/bot/network/good/continue", "HTTP/1.1 100 Continue\r\n\r\n" GOOD,
                        test_good);
  g_test_add_func ("/bot/network/kept-then-cut", test_kept_then_cut);
  g_test_add_func ("/bot/network/kept-then-closed", test_kept_then_closed);
  g_test_add_func ("/bot/network/proxy-refused", test_proxy_refused);
  g_test_add_data_func ("/bot/network/proxy-forbids",
                        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", test_proxy_says_no);
  g_test_add_data_func ("/bot/network/proxy-wants-password",
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
                        "realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
                        test_proxy_says_no);
  g_test_add_data_func ("/bot/network/proxy-hangs-up", NULL, test_proxy_says_no);
  return g_test_run ();
}
