/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-raw.h"
#include "opt-test.h"

#include <string.h>

#define BOT "/bot" OPT_SANDBOX_PROBE_TOKEN

static gboolean
accept_certificate_cb (SoupMessage         *message,
                       GTlsCertificate     *certificate,
                       GTlsCertificateFlags errors,
                       gpointer             user_data)
{
  return TRUE;
}

static void
test_tls (void)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "data", "localhost.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (file, &error);
  g_autoptr (OptTestClock) clock = opt_test_clock_new (OPT_SANDBOX_PROBE_WALL);
  g_autoptr (OptSandbox) sandbox = opt_sandbox_new (OPT_CLOCK (clock), FALSE);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *root = NULL;
  g_autofree char *uri = NULL;

  g_assert_no_error (error);
  g_assert_true (opt_sandbox_listen (sandbox, 0, certificate, &error));
  root = opt_sandbox_get_root (sandbox);
  g_assert_true (g_str_has_prefix (root, "https://127.0.0.1:"));
  uri = g_strconcat (root, BOT "/getMe", NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GBytes) body = NULL;

      g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
      soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL,
                                        opt_test_take_result, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      body = soup_session_send_and_read_finish (session, result, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (soup_message_get_status (message), ==, 200);
      g_assert_cmpuint (g_bytes_get_size (body), >, 100);
    }
}

/* Plain text on an encrypted port, and a port that is taken. */
static void
test_refused_connections (void)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "data", "localhost.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (file, NULL);
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandbox) other = opt_sandbox_new (OPT_CLOCK (probe->clock), FALSE);
  g_autoptr (OptSandbox) third = opt_sandbox_new (OPT_CLOCK (probe->clock), FALSE);
  g_autoptr (GUri) uri = g_uri_parse (probe->root, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) plain = NULL;
  g_autofree char *nothing = NULL;

  g_assert_false (opt_sandbox_listen (other, (guint)g_uri_get_port (uri), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (opt_sandbox_listen (third, 0, certificate, NULL));
  g_free (probe->root);
  probe->root = opt_sandbox_get_root (third);
  plain = opt_sandbox_raw_open (probe, "GET / HTTP/1.1\r\n\r\n");
  nothing = opt_sandbox_raw_read (plain, "-", 0);
  g_assert_null (strstr (nothing, "HTTP"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/tls/requests", test_tls);
  g_test_add_func ("/sandbox/tls/refused-connections", test_refused_connections);
  return g_test_run ();
}
