/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>

#include "opt-bot-error.h"
#include "opt-bot-error-private.h"

#define TOKEN "123456789:AAHsecretsecretsecretsecretsecret_-x"

static void
test_extras (void)
{
  g_autoptr (GError) error = opt_bot_error_new (OPT_BOT_ERROR_FLOOD, FALSE, "wait %d s", 7);
  g_autoptr (GError) copy = NULL;

  g_assert_error (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FLOOD);
  g_assert_cmpstr (error->message, ==, "wait 7 s");
  g_assert_cmpint (opt_bot_error_get_code (error), ==, 0);
  g_assert_null (opt_bot_error_get_description (error));

  opt_bot_error_set_answer (error, 429, "Too Many Requests", 7, -1001234567890);
  copy = g_error_copy (error);
  g_clear_error (&error);
  g_assert_cmpint (opt_bot_error_get_code (copy), ==, 429);
  g_assert_cmpstr (opt_bot_error_get_description (copy), ==, "Too Many Requests");
  g_assert_cmpint (opt_bot_error_get_retry_after (copy), ==, 7);
  g_assert_cmpint (opt_bot_error_get_migrate_to (copy), ==, -1001234567890);
}

static void
test_foreign (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no");
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "no");

  g_assert_cmpint (opt_bot_error_get_code (NULL), ==, 0);
  g_assert_cmpint (opt_bot_error_get_code (foreign), ==, 0);
  g_assert_null (opt_bot_error_get_description (foreign));
  g_assert_cmpint (opt_bot_error_get_retry_after (NULL), ==, 0);
  g_assert_cmpint (opt_bot_error_get_migrate_to (foreign), ==, 0);
  g_assert_false (opt_bot_error_is_retryable (NULL));
  g_assert_false (opt_bot_error_is_retryable (foreign));
  g_assert_false (opt_bot_error_is_unknown_outcome (NULL));
  g_assert_false (opt_bot_error_is_unknown_outcome (foreign));
  g_assert_true (opt_bot_error_is_unknown_outcome (cancelled));
}

static void
test_predicates (void)
{
  static const struct
  {
    OptBotError code;
    gboolean    is_retryable;
  } cases[] = {
    { OPT_BOT_ERROR_API, FALSE },
    { OPT_BOT_ERROR_UNAUTHORIZED, FALSE },
    { OPT_BOT_ERROR_CONFLICT, TRUE },
    { OPT_BOT_ERROR_FLOOD, TRUE },
    { OPT_BOT_ERROR_SERVER, TRUE },
    { OPT_BOT_ERROR_BAD_ANSWER, TRUE },
    { OPT_BOT_ERROR_NETWORK_BEFORE, TRUE },
    { OPT_BOT_ERROR_NETWORK_AFTER, TRUE },
    { OPT_BOT_ERROR_REDIRECTED, TRUE },
    { OPT_BOT_ERROR_SETTINGS, FALSE },
    { OPT_BOT_ERROR_INSECURE, FALSE },
    { OPT_BOT_ERROR_CA_FILE, TRUE },
    { OPT_BOT_ERROR_FILE, FALSE },
    { OPT_BOT_ERROR_TOO_BIG, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) known = opt_bot_error_new (cases[i].code, FALSE, "no");
      g_autoptr (GError) unknown = opt_bot_error_new (cases[i].code, TRUE, "no");

      g_assert_cmpint (opt_bot_error_is_retryable (known), ==, cases[i].is_retryable);
      g_assert_false (opt_bot_error_is_unknown_outcome (known));
      g_assert_true (opt_bot_error_is_unknown_outcome (unknown));
    }
}

static void
test_clean (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = opt_bot_clean_words ("a\nb\t\x01 /bot" TOKEN "/x \xff", -1);
  g_autofree char *nothing = opt_bot_clean_words (NULL, -1);
  g_autofree char *much = g_strnfill (100000, 'x');
  g_autofree char *less = opt_bot_clean_words (much, -1);
  g_autofree char *cut = opt_bot_clean_words ("abcdef", 3);

  g_assert_cmpstr (words, ==, "a b   /bot123456789:[redacted]/x \xef\xbf\xbd");
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpuint (strlen (less), <, 1000);
  g_assert_cmpstr (cut, ==, "abc");

  error = opt_bot_error_new (OPT_BOT_ERROR_API, FALSE, "see /bot%s/x", TOKEN);
  g_assert_cmpstr (error->message, ==, "see /bot123456789:[redacted]/x");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bot/error/extras", test_extras);
  g_test_add_func ("/bot/error/foreign", test_foreign);
  g_test_add_func ("/bot/error/predicates", test_predicates);
  g_test_add_func ("/bot/error/clean", test_clean);
  return g_test_run ();
}
