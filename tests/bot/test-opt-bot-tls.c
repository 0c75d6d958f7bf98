/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-bot-client-private.h"
#include "opt-bot-fake.h"
#include "opt-test.h"

#define OK_TRUE "{\"ok\":true,\"result\":true}"

static GTlsCertificate *
load_certificate (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static OptBotClient *
client_new (const char *root,
            const char *ca_file)
{
  OptBotSettings settings = { .api_root = root, .ca_file = ca_file };
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, &error);
  OptBotClient *client;

  g_assert_no_error (error);
  g_assert_false (opt_bot_session_is_insecure (session));
  client = opt_bot_client_new (session, OPT_BOT_FAKE_TOKEN, &error);
  g_assert_no_error (error);
  return client;
}

static gboolean
call (OptBotClient *client,
      GError      **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonNode) node = NULL;

  opt_bot_client_call_async (client, "logOut", NULL, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  node = opt_bot_client_call_finish (client, result, error);
  return node != NULL;
}

static void
test_untrusted (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ("loopback.pem");
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (certificate);
  g_autoptr (OptBotClient) client = client_new (opt_bot_fake_get_root (fake), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (call (client, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_false (opt_bot_error_is_unknown_outcome (error));
  g_assert_nonnull (strstr (error->message, "telegram.ca_file"));
  g_assert_cmpuint (opt_bot_fake_count (fake, "logOut"), ==, 0);
}

static void
test_trusted (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ("loopback.pem");
  g_autofree char *ca_file = g_test_build_filename (G_TEST_DIST, "data", "ca.pem", NULL);
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (certificate);
  g_autoptr (OptBotClient) client = client_new (opt_bot_fake_get_root (fake), ca_file);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      opt_bot_fake_script (fake, NULL, 200, OK_TRUE);
      call (client, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (opt_bot_fake_count_connections (fake), ==, 1);
}

static void
test_wrong_name (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ("elsewhere.pem");
  g_autofree char *ca_file = g_test_build_filename (G_TEST_DIST, "data", "ca.pem", NULL);
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (certificate);
  g_autoptr (OptBotClient) client = client_new (opt_bot_fake_get_root (fake), ca_file);
  g_autoptr (GError) error = NULL;

  g_assert_false (call (client, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_BEFORE);
  g_assert_cmpuint (opt_bot_fake_count (fake, "logOut"), ==, 0);
}

/* What is wrong with the file is every call's trouble until it is right. */
static void
test_ca_file (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ("loopback.pem");
  g_autofree char *good = g_test_build_filename (G_TEST_DIST, "data", "ca.pem", NULL);
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "ca.pem", NULL);
  g_autoptr (OptBotFake) fake = opt_bot_fake_new (certificate);
  g_autoptr (OptBotClient) client = client_new (opt_bot_fake_get_root (fake), path);
  g_autofree char *content = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) rubbish = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (call (client, &missing));
  g_assert_error (missing, OPT_BOT_ERROR, OPT_BOT_ERROR_CA_FILE);
  g_assert_true (opt_bot_error_is_retryable (missing));
  g_assert_false (opt_bot_error_is_unknown_outcome (missing));

  g_file_set_contents (path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", -1,
                       &error);
  g_assert_no_error (error);
  g_assert_false (call (client, &rubbish));
  g_assert_error (rubbish, OPT_BOT_ERROR, OPT_BOT_ERROR_CA_FILE);

  g_file_get_contents (good, &content, NULL, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  opt_bot_fake_script (fake, NULL, 200, OK_TRUE);
  call (client, &error);
  g_assert_no_error (error);
}

/* The client has begun to speak, so that it is past its own handshake too. */
static void
read_cb (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GIOStream) tls = user_data;

  bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source_object), result, NULL);
  g_assert_nonnull (bytes);
  g_io_stream_close (tls, NULL, NULL);
}

static void
shaken_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  char **protocol = user_data;

  g_tls_connection_handshake_finish (G_TLS_CONNECTION (source_object), result, NULL);
  *protocol =
    g_strdup (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (source_object)));
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (source_object)), 1, 0,
                                   NULL, read_cb, g_object_ref (source_object));
}

/* Which protocol is agreed on by the request that @begin makes. */
static char *
negotiate (void (*begin) (OptBotClient  *client,
                          GAsyncResult **slot))
{
  static const char *const protocols[] = { "h2", "http/1.1", NULL };
  g_autoptr (GTlsCertificate) certificate = load_certificate ("loopback.pem");
  g_autofree char *ca_file = g_test_build_filename (G_TEST_DIST, "data", "ca.pem", NULL);
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16          port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *root = g_strdup_printf ("https://127.0.0.1:%u", port);
  g_autoptr (OptBotClient) client = client_new (root, ca_file);
  g_autoptr (GAsyncResult) accepted = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;
  GAsyncResult *slot = NULL;
  GAsyncResult *accept_slot = NULL;
  char         *protocol = NULL;

  begin (client, &slot);
  g_socket_listener_accept_async (listener, NULL, opt_test_take_result, &accept_slot);
  accepted = opt_test_wait_result (&accept_slot);
  connection = g_socket_listener_accept_finish (listener, accepted, NULL, NULL);
  tls = g_tls_server_connection_new (G_IO_STREAM (connection), certificate, NULL);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), 0, NULL, shaken_cb, &protocol);

  result = opt_test_wait_result (&slot);
  g_assert_null (opt_bot_client_call_finish (client, result, NULL));
  return protocol;
}

static void
begin_call (OptBotClient  *client,
            GAsyncResult **slot)
{
  opt_bot_client_call_async (client, "sendMessage", NULL, NULL, opt_test_take_result, slot);
}

static void
begin_poll (OptBotClient  *client,
            GAsyncResult **slot)
{
  opt_bot_client_poll_async (client, "{}", NULL, NULL, NULL, NULL, opt_test_take_result, slot);
}

/* Calls share one connection over HTTP/2; a poll must not, or it can't be cancelled at once. */
static void
test_protocol (void)
{
  g_autofree char *call_protocol = negotiate (begin_call);
  g_autofree char *poll_protocol = negotiate (begin_poll);

  g_assert_cmpstr (call_protocol, ==, "h2");
  g_assert_cmpstr (poll_protocol, ==, "http/1.1");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP glib-networking is not installed\n");
      return 0;
    }
  g_test_add_func ("/bot/tls/untrusted", test_untrusted);
  g_test_add_func ("/bot/tls/trusted", test_trusted);
  g_test_add_func ("/bot/tls/wrong-name", test_wrong_name);
  g_test_add_func ("/bot/tls/ca-file", test_ca_file);
  g_test_add_func ("/bot/tls/protocol", test_protocol);
  return g_test_run ();
}
