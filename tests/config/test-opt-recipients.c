/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-recipients.h"

#include <string.h>

#define TOKEN   "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"
#define OTHER   "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
#define CONFIGS "TELEGRAM_BOT_CONFIGS="

static OptConfig *
build (const char        *text,
       const char *const *environment,
       GPtrArray        **problems)
{
  g_autoptr (OptConfigFile) file = opt_config_file_parse (text, strlen (text));
  g_autoptr (GPtrArray) list = opt_config_problem_list_new ();
  OptConfigSurroundings surroundings = { environment, NULL };
  OptConfig            *config = opt_config_new_from_file (file, &surroundings, NULL, list);

  if (problems != NULL)
    *problems = g_ptr_array_ref (list);
  else
    g_assert_cmpuint (list->len, ==, 0);
  return config;
}

static OptConfig *
build_plain (const char *text)
{
  return build (text, NULL, NULL);
}

/* @expected is such as `main:1001 main:-100:7`, or NULL for an error. */
static void
assert_resolved (OptConfig         *config,
                 const char        *bot,
                 const char *const *chats,
                 const char        *expected,
                 OptConfigError     code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GPtrArray) list = opt_recipients_resolve (config, bot, chats, &error);

  if (expected == NULL)
    {
      g_assert_error (error, OPT_CONFIG_ERROR, (int)code);
      g_assert_null (list);
      return;
    }
  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    {
      OptRecipient    *recipient = list->pdata[i];
      g_autofree char *chat = opt_chat_ref_to_text (recipient->chat);

      g_string_append_printf (found, "%s%s:%s", i > 0 ? " " : "", recipient->bot->name, chat);
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_named (void)
{
  static const char *const chats[] = { "-100123:45", "@chan", NULL };
  static const char *const bad[] = { "1", "oops", NULL };
  static const char *const none[] = { NULL };
  g_autoptr (OptConfig) config = NULL;

  g_test_summary ("Bots are found without case, and given chats come before their own.");

  config = build_plain ("[bot Main]\nchat_ids=1001, -100:7\n[bot empty]\n[bot off]\nactive=no\n"
                        "chat_ids=5\n");
  assert_resolved (config, "main", NULL, "Main:1001 Main:-100:7", 0);
  assert_resolved (config, "MAIN", none, "Main:1001 Main:-100:7", 0);
  assert_resolved (config, "main", chats, "Main:-100123:45 Main:@chan", 0);
  assert_resolved (config, "main", bad, NULL, OPT_CONFIG_ERROR_BAD_VALUE);
  assert_resolved (config, "empty", NULL, NULL, OPT_CONFIG_ERROR_NO_CHAT);
  assert_resolved (config, "empty", chats, "empty:-100123:45 empty:@chan", 0);
  assert_resolved (config, "off", NULL, NULL, OPT_CONFIG_ERROR_UNKNOWN_BOT);
  assert_resolved (config, "nobody", NULL, NULL, OPT_CONFIG_ERROR_UNKNOWN_BOT);
  assert_resolved (config, "a\nb", NULL, NULL, OPT_CONFIG_ERROR_UNKNOWN_BOT);
}

static void
test_too_many (void)
{
  const char *chats[OPT_CHAT_REFS_MAX + 2] = { NULL };
  g_autoptr (OptConfig) config = build_plain ("[bot main]\nchat_ids=1001\n");
  g_autoptr (GPtrArray) list = NULL;

  for (guint i = 0; i < OPT_CHAT_REFS_MAX; i++)
    chats[i] = "7";
  list = opt_recipients_resolve (config, "main", chats, NULL);
  g_assert_cmpuint (list->len, ==, OPT_CHAT_REFS_MAX);
  chats[OPT_CHAT_REFS_MAX] = "7";
  assert_resolved (config, "main", chats, NULL, OPT_CONFIG_ERROR_BAD_VALUE);
}

static void
test_unnamed (void)
{
  static const char *const chats[] = { "7", NULL };
  g_autoptr (OptConfig) config = build_plain ("");

  g_test_summary ("Unnamed, it is the bot of notifications.id, else the only active one.");

  assert_resolved (config, NULL, chats, NULL, OPT_CONFIG_ERROR_NO_BOT);
  opt_config_unref (config);

  config = build_plain ("[bot a]\n[bot b]\nactive=no\n");
  assert_resolved (config, NULL, chats, "a:7", 0);
  opt_config_unref (config);

  config = build_plain ("[bot a]\n[bot b]\n");
  assert_resolved (config, NULL, chats, NULL, OPT_CONFIG_ERROR_AMBIGUOUS);
  opt_config_unref (config);

  config = build_plain ("notifications.id=B\n[bot a]\n[bot b]\n");
  assert_resolved (config, NULL, chats, "b:7", 0);
  opt_config_unref (config);

  config = build_plain ("notifications.id=-100:4\n[bot a]\n[bot b]\nchat_ids=5,-100:9\n");
  assert_resolved (config, NULL, chats, "b:7", 0);
  opt_config_unref (config);

  config = build_plain ("notifications.id=a\n[bot a]\nactive=no\n[bot b]\n");
  assert_resolved (config, NULL, chats, "b:7", 0);
}

static void
test_order (void)
{
  static const char *const environment[] = {
    CONFIGS "[{\"name\":\"Main\",\"token\":\"" TOKEN "\",\"chat_ids\":\"1\"},"
            "{\"name\":\"Alerts\",\"token\":\"" TOKEN "\",\"chat_ids\":\"2,-3:4\"},"
            "{\"name\":\"off\",\"token\":\"" TOKEN "\",\"chat_ids\":[6,\"@chan\"]}]",
    "TELEGRAM_BOT_TOKEN=" OTHER,
    "TELEGRAM_CHAT_IDS=8, 9",
    NULL,
  };
  g_autoptr (OptConfig) config = NULL;
  OptBotConfig *bot;

  g_test_summary ("The file comes before named bots of the environment, those before its default.");

  config = build ("[bot main]\nchat_ids=1001\n[bot off]\nactive=no\n", environment, NULL);
  assert_resolved (config, "main", NULL, "main:1001", 0);
  assert_resolved (config, "alerts", NULL, "Alerts:2 Alerts:-3:4", 0);
  assert_resolved (config, "off", NULL, "off:6 off:@chan", 0);
  assert_resolved (config, "anything", NULL, "default:8 default:9", 0);
  assert_resolved (config, NULL, NULL, "main:1001", 0);

  bot = opt_config_find_bot (config, "alerts");
  g_assert_cmpstr (bot->token, ==, TOKEN);
  g_assert_cmpstr (opt_bot_source_to_text (bot->source), ==, "env-configs");
  bot = opt_config_find_bot (config, "default");
  g_assert_cmpstr (bot->token, ==, OTHER);
  g_assert_cmpstr (opt_bot_source_to_text (bot->source), ==, "env-default");
  g_assert_null (opt_config_find_bot (config, "main")->token);
  opt_config_unref (config);

  /* Alone, the default one needs no name. */
  config = build ("", environment + 1, NULL);
  assert_resolved (config, NULL, NULL, "default:8 default:9", 0);
  opt_config_unref (config);
  config = build ("[bot default]\nchat_ids=1\n", environment + 1, NULL);
  assert_resolved (config, "default", NULL, "default:1", 0);
  assert_resolved (config, "other", NULL, "env-default:8 env-default:9", 0);
}

static void
test_hostile_environment (void)
{
  static const char *const configs[] = {
    "nonsense",
    "{}",
    "null",
    "[",
    "[[[[",
    "[1, null, \"x\", []]",
    "[{}]",
    "[{\"name\":1}]",
    "[{\"name\":\"a\"}]",
    "[{\"name\":\"a\",\"token\":\"secretsecret\"}]",
    "[{\"name\":\"a b\",\"token\":\"" TOKEN "\"}]",
    "[{\"name\":\"a\",\"token\":\"" TOKEN "\",\"chat_ids\":\"oops\"}]",
    "[{\"name\":\"a\",\"token\":\"" TOKEN "\",\"chat_ids\":{}}]",
    "[{\"name\":\"a\",\"token\":\"" TOKEN "\",\"chat_ids\":[[1]]}]",
    "[{\"name\":\"a\",\"token\":\"" TOKEN "\",\"chat_ids\":1.5}]",
    "[{\"name\":\"a\",\"token\":\"" TOKEN "\",\"chat_ids\":true}]",
  };
  g_autofree char *deep = g_strnfill (100000, '[');

  g_test_summary ("A bad variable is a problem without its content, and no bot.");

  for (guint i = 0; i <= G_N_ELEMENTS (configs); i++)
    {
      g_autofree char *line = g_strconcat (CONFIGS, i < G_N_ELEMENTS (configs) ? configs[i] : deep,
                                           NULL);
      const char      *environment[] = { line, "TELEGRAM_BOT_TOKEN=secretsecret", NULL };
      g_autoptr (GPtrArray) problems = NULL;
      g_autoptr (OptConfig) config = build ("", environment, &problems);

      g_test_message ("%.60s", line);
      g_assert_cmpuint (config->bots->len, ==, 0);
      g_assert_cmpuint (problems->len, >=, 2);
      for (guint j = 0; j < problems->len; j++)
        {
          const OptConfigProblem *problem = problems->pdata[j];

          g_assert_cmpuint (problem->line, ==, 0);
          g_assert_true (g_str_has_prefix (problem->key, "TELEGRAM_BOT_"));
          g_assert_null (strstr (problem->message, "secret"));
          g_assert_null (strstr (problem->message, "AAFD39"));
        }
    }
}

static void
test_many_in_environment (void)
{
  g_autoptr (GString) line = g_string_new (CONFIGS "[");
  const char *environment[] = { NULL, "TELEGRAM_BOT_TOKEN=", NULL };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (OptConfig) config = NULL;

  g_test_summary ("No more than a hundred bots come from one variable, of a name only the first.");

  for (guint i = 0; i < 150; i++)
    g_string_append_printf (line, "%s{\"name\":\"b%u\",\"token\":\"" TOKEN "\"}", i > 0 ? "," : "",
                            i / 2);
  g_string_append_c (line, ']');
  environment[0] = line->str;
  config = build ("", environment, &problems);
  g_assert_cmpuint (config->bots->len, ==, 50);
  g_assert_cmpuint (problems->len, ==, 1);
}

static void
assert_notice (const char    *text,
               const char    *bot,
               const char    *chat,
               OptConfigError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptConfig) config = build_plain (text);
  g_autoptr (GPtrArray) list = opt_recipients_resolve_notice (config, &error);
  OptRecipient *recipient;

  if (bot == NULL)
    {
      g_assert_error (error, OPT_CONFIG_ERROR, (int)code);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  recipient = list->pdata[0];
  g_assert_cmpstr (recipient->bot->name, ==, bot);
  g_assert_cmpstr (recipient->chat->chat, ==, chat);
}

static void
test_notice (void)
{
  g_test_summary ("Job notices go where notifications.id says.");

  assert_notice ("[bot a]\nchat_ids=1\n", NULL, NULL, OPT_CONFIG_ERROR_NO_CHAT);
  assert_notice ("notifications.id=5\n", NULL, NULL, OPT_CONFIG_ERROR_NO_BOT);
  assert_notice ("notifications.id=5\n[bot a]\nchat_ids=1\n", "a", "5", 0);
  assert_notice ("notifications.id=@chan\n[bot a]\n", "a", "@chan", 0);
  assert_notice ("notifications.id=b\n[bot a]\n[bot b]\nchat_ids=2\n", "b", "2", 0);
  assert_notice ("notifications.id=b\n[bot b]\n", NULL, NULL, OPT_CONFIG_ERROR_NO_CHAT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config/recipients/named", test_named);
  g_test_add_func ("/config/recipients/too-many", test_too_many);
  g_test_add_func ("/config/recipients/unnamed", test_unnamed);
  g_test_add_func ("/config/recipients/order", test_order);
  g_test_add_func ("/config/recipients/hostile-environment", test_hostile_environment);
  g_test_add_func ("/config/recipients/many-in-environment", test_many_in_environment);
  g_test_add_func ("/config/recipients/notice", test_notice);

  return g_test_run ();
}
