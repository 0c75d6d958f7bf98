/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-question.h"
#include "opt-test-clock.h"
#include "opt-test.h"

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  GSocketConnection **kept = user_data;

  if (*kept == NULL)
    *kept = g_object_ref (connection);
  return TRUE;
}

static gboolean
is_connected (gpointer user_data)
{
  GSocketConnection **kept = user_data;

  return *kept != NULL;
}

/* A server that takes the call and never says a word. */
static void
test_silence (void)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (OptTestClock) clock = opt_test_clock_new (OPT_SECOND);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (OptBotSession) session = NULL;
  g_autoptr (OptBotClient) client = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) answer = NULL;
  g_autoptr (GError) error = NULL;
  GSocketListener *listener = G_SOCKET_LISTENER (service);
  guint16          port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u", port);
  OptBotSettings   settings = { .api_root = root };

  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), &connection);
  session = opt_bot_session_new (&settings, &error);
  g_assert_no_error (error);
  client = opt_bot_client_new (session, "424242001:AAE2e-Practice_Token_0123456789abcdef", &error);
  g_assert_no_error (error);

  opt_bot_question_ask_async (client, OPT_CLOCK (clock), opt_test_take_result, &result);
  opt_test_wait_until (is_connected, &connection);
  opt_test_clock_advance (clock, OPT_BOT_QUESTION_PATIENCE - 1);
  g_assert_null (result);
  opt_test_clock_advance (clock, 1);
  answer = opt_test_wait_result (&result);
  g_assert_null (opt_bot_question_ask_finish (client, answer, &error));
  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_NETWORK_AFTER);
  g_assert_cmpint (opt_test_clock_next_due (clock), <, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/bot-question/silence", test_silence);
  return g_test_run ();
}
