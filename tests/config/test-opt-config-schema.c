/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-schema.h"

#include <string.h>

static void
test_list (void)
{
  const OptConfigKey *keys;
  guint               n_keys;

  g_test_summary ("Each key is found by its name and has a default that it takes.");

  keys = opt_config_schema_list (&n_keys);
  g_assert_cmpuint (n_keys, >=, 23);
  for (guint i = 0; i < n_keys; i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) parts = g_strsplit (keys[i].key, "*", 2);
      g_autofree char *key = g_strjoinv ("main", parts);

      g_assert_true (opt_config_schema_find (key) == &keys[i]);
      g_assert_true (opt_config_schema_check (key, keys[i].fallback, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (strlen (keys[i].allowed), >, 0);
      g_assert_cmpuint (strlen (keys[i].meaning), >, 0);
      g_assert_cmpuint (strlen (keys[i].type), >, 0);
    }
}

static void
test_find (void)
{
  g_test_summary ("Keys compare without case; stars and bad names are no keys.");

  g_assert_cmpstr (opt_config_schema_find ("TELEGRAM.Valid_User")->key, ==, "telegram.valid_user");
  g_assert_cmpstr (opt_config_schema_find ("bot.My-Bot.chat_ids")->key, ==, "bot.*.chat_ids");
  g_assert_cmpstr (opt_config_schema_find ("interpreters.py")->key, ==, "interpreters.*");
  g_assert_null (opt_config_schema_find ("bot.*.chat_ids"));
  g_assert_null (opt_config_schema_find ("bot.a b.chat_ids"));
  g_assert_null (opt_config_schema_find ("bot.chat_ids"));
  g_assert_null (opt_config_schema_find ("bot..chat_ids"));
  g_assert_null (opt_config_schema_find ("valid_user"));
  g_assert_null (opt_config_schema_find (""));
}

static void
assert_suggestion (const char *key,
                   const char *expected)
{
  g_autofree char *found = opt_config_schema_suggest (key);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_suggest (void)
{
  g_autofree char *wide = g_strnfill (1000, 'x');

  g_test_summary ("Slips lead to the key that was meant, others to none.");

  assert_suggestion ("telegram.valid_usr", "telegram.valid_user");
  assert_suggestion ("optimus.run_Telegram", "optimus.runTelegram");
  assert_suggestion ("remote.valid_user", "telegram.valid_user");
  assert_suggestion ("bot.Main.chat_id", "bot.Main.chat_ids");
  assert_suggestion ("bot.receive", NULL);
  assert_suggestion ("telegram.colour", NULL);
  assert_suggestion ("mine.robot_id", NULL);
  assert_suggestion ("", NULL);
  assert_suggestion (wide, NULL);
}

static void
assert_check (const char *key,
              const char *value,
              const char *part)
{
  g_autoptr (GError) error = NULL;
  gboolean good = opt_config_schema_check (key, value, &error);

  g_test_message ("%s=%s", key, value);
  if (part == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (good);
      return;
    }
  g_assert_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE);
  g_assert_false (good);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_check (void)
{
  static const char *const booleans[] = { "True", "False", "true", "false", "yes", "no", "on",
                                          "off",
                                          "1", "0", "YES", NULL };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Values are checked by themselves, with words for what is allowed.");

  for (guint i = 0; booleans[i] != NULL; i++)
    assert_check ("telegram.pacing", booleans[i], NULL);
  assert_check ("telegram.pacing", "2", "True or False");
  assert_check ("telegram.pacing", "", NULL);
  assert_check ("remote.fresh_seconds", "0", NULL);
  assert_check ("remote.fresh_seconds", "604800", NULL);
  assert_check ("remote.fresh_seconds", "604801", "604800");
  assert_check ("remote.fresh_seconds", "1w", NULL);
  assert_check ("remote.fresh_seconds", "2 w", "604800");
  assert_check ("remote.fresh_seconds", "1e3", "604800");
  assert_check ("retention.jobs", "30d or 1GB", NULL);
  assert_check ("retention.jobs", "1 GiB or 2 hours", NULL);
  assert_check ("retention.jobs", "500MB", NULL);
  assert_check ("retention.jobs", "forever", NULL);
  assert_check ("retention.jobs", "1 day or 2 days", "forever");
  assert_check ("retention.jobs", "1 day or", "forever");
  assert_check ("retention.jobs", "0 days", "forever");
  assert_check ("retention.jobs", "30", "forever");
  assert_check ("retention.jobs", "99999999999999 TB", "forever");
  assert_check ("retention.sent", "7 days", NULL);
  assert_check ("retention.sent", "1 GB", "7 days");
  assert_check ("telegram.valid_user", "@john, 1234567", NULL);
  assert_check ("telegram.valid_user", "-100", "@john");
  assert_check ("telegram.valid_user", "@john smith", "@john");
  assert_check ("telegram.valid_user", "*", "@john");
  assert_check ("telegram.api_root", "http://192.0.2.1", NULL);
  assert_check ("telegram.proxy", "socks5://h:1080/path", "socks5://");
  assert_check ("bot.main.roles", "notify;remote;conversations;notes", NULL);
  assert_check ("bot.main.roles", "notify remote", "notes");
  assert_check ("bot.main.chat_ids", "1001,@chan:4", NULL);
  assert_check ("interpreters.py", "\"", "shell");

  g_assert_false (opt_config_schema_check ("telegram.colour", "red", &error));
  g_assert_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config/schema/list", test_list);
  g_test_add_func ("/config/schema/find", test_find);
  g_test_add_func ("/config/schema/suggest", test_suggest);
  g_test_add_func ("/config/schema/check", test_check);

  return g_test_run ();
}
