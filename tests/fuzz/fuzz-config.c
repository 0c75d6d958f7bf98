/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-token.h"
#include "opt-config.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* What is set is there, and taking it out again leaves nothing of it. */
static void
change (OptConfigFile *file)
{
  static const char *const keys[] = { "telegram.valid_user", "bot.main.receive", "a.b" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (!opt_config_file_set (file, keys[i], "value"))
        continue;
      g_assert_cmpstr (opt_config_file_get (file, keys[i]), ==, "value");
      g_assert_true (opt_config_file_unset (file, keys[i]));
      g_assert_false (opt_config_file_find (file, keys[i], NULL));
    }
  opt_config_file_remove_group (file, "bot.main");
}

/* Any bytes are a configuration, which is built upon by the same bytes once more; read as the
 * environment they are one too. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char      *text = g_strndup ((const char *)data, size);
  g_autofree char      *bots = g_strconcat ("TELEGRAM_BOT_CONFIGS=", text, NULL);
  g_autofree char      *again = NULL;
  const char           *environment[] = { "HOME=/home/me", bots, NULL };
  OptConfigSurroundings surroundings = { environment, "/samples" };
  g_autoptr (OptConfigFile) file = opt_config_file_parse ((const char *)data, size);
  g_autoptr (GPtrArray) problems = opt_config_problem_list_new ();
  g_autoptr (OptConfig) first = NULL;
  g_autoptr (OptConfig) second = NULL;
  gsize length;

  again = opt_config_file_to_text (file, &length);
  g_assert_cmpmem (again, length, data, size);
  first = opt_config_new_from_file (file, &surroundings, NULL, problems);
  second = opt_config_new_from_file (file, &surroundings, first, problems);
  g_assert_true (opt_config_equal (first, second));
  change (file);

  opt_bot_token_free (opt_bot_token_parse (text));
  return 0;
}
