/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-bot-client-private.h"
#include "opt-bot-root.h"
#include "opt-bot-session.h"

typedef struct
{
  const char *text;
  const char *prefix;
  const char *host;
  gboolean    is_loopback;
} Root;

static void
test_roots (void)
{
  static const Root roots[] = {
    { NULL, "https://api.telegram.org", "api.telegram.org", FALSE },
    { "", "https://api.telegram.org", "api.telegram.org", FALSE },
    { "https://api.telegram.org/", "https://api.telegram.org", "api.telegram.org", FALSE },
    { " https://API.example.org:443/a/b// ", "https://API.example.org/a/b", "API.example.org",
      FALSE },
    { "https://h/proxy/bot123456:AAH-x_y", "https://h/proxy", "h", FALSE },
    { "https://h/proxy/bot123456%3AAAH/getMe", "https://h/proxy", "h", FALSE },
    { "https://h/bot<token>", "https://h", "h", FALSE },
    { "https://h/bot%7Btoken%7D/getMe", "https://h", "h", FALSE },
    { "https://h/botany", "https://h/botany", "h", FALSE },
    { "https://h/a%20b", "https://h/a%20b", "h", FALSE },
    { "http://127.0.0.1:8081", "http://127.0.0.1:8081", "127.0.0.1:8081", TRUE },
    { "http://[::1]:8081/x", "http://[::1]:8081/x", "[::1]:8081", TRUE },
    { "http://localhost", "http://localhost", "localhost", TRUE },
    { "http://127.8.9.1", "http://127.8.9.1", "127.8.9.1", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OptBotRoot) root = opt_bot_root_parse (roots[i].text, FALSE, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (root->prefix, ==, roots[i].prefix);
      g_assert_cmpstr (root->host, ==, roots[i].host);
      g_assert_cmpint (root->is_loopback, ==, roots[i].is_loopback);
      g_assert_cmpint (root->is_tls, ==, g_str_has_prefix (root->prefix, "https"));
    }
}

static void
test_bad_roots (void)
{
  static const char *const texts[] = {
    "example.org",
    "ftp://example.org",
    "https://",
    "https:///x",
    "https://h:0/",
    "https://h:99999/",
    "https://user:pass-secret@h/",
    "https://h/?x=secret",
    "https://h/#secret",
    "/tmp/x",
    "https://h h/",
    "http://%3A%25.localhost/",
    "http://%3Aho.localhost",
    "http://%253Aho.localhost",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      OptBotSettings settings = { .api_root = texts[i] };
      g_autoptr (GError) error = NULL;

      g_assert_null (opt_bot_session_new (&settings, &error));
      g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_SETTINGS);
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_insecure (void)
{
  static const char *const texts[] = { "http://example.org", "http://192.168.1.1:8081",
                                       "http://127.0.0.1.example.org",
                                       "http://localhost.example.org", "http://0.0.0.0" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      OptBotSettings settings = { .api_root = texts[i] };
      g_autoptr (OptBotSession) session = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_null (opt_bot_session_new (&settings, &error));
      g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_INSECURE);
      g_clear_error (&error);

      settings.api_root_insecure = TRUE;
      session = opt_bot_session_new (&settings, &error);
      g_assert_no_error (error);
      g_assert_true (opt_bot_session_is_insecure (session));
    }
}

static void
test_proxies (void)
{
  static const char *const good[] = { "http://h:3128", "http://user:p%40ss@h:3128",
                                      "socks5://h:1080", "socks5://user@[::1]:1080",
                                      "socks4a://h:1" };
  static const char *const bad[] = { "h:1080", "https://h:3128", "socks5://h", "socks6://h:1",
                                     "socks5://user:pass-secret@:1080", "direct://" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      OptBotSettings settings = { .proxy = good[i] };
      g_autoptr (GError) error = NULL;
      g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, &error);

      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      OptBotSettings settings = { .proxy = bad[i] };
      g_autoptr (GError) error = NULL;

      g_assert_null (opt_bot_session_new (&settings, &error));
      g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_SETTINGS);
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_words (void)
{
  OptBotSettings settings = { .api_root = "http://127.0.0.1:8081/prefix", .ca_file = "/nowhere" };
  g_autoptr (GError) error = NULL;
  OptBotSession *session = opt_bot_session_new (&settings, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (opt_bot_session_get_host (session), ==, "127.0.0.1:8081");
  g_assert_false (opt_bot_session_is_insecure (session));
  g_assert_cmpuint (opt_bot_session_get_pending (session), ==, 0);
  /* Without TLS nobody needs the file. */
  g_assert_true (opt_bot_session_is_ready (session));
  opt_bot_session_rebuild (session);
  g_assert_finalize_object (session);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bot/session/roots", test_roots);
  g_test_add_func ("/bot/session/bad-roots", test_bad_roots);
  g_test_add_func ("/bot/session/insecure", test_insecure);
  g_test_add_func ("/bot/session/proxies", test_proxies);
  g_test_add_func ("/bot/session/words", test_words);
  return g_test_run ();
}
