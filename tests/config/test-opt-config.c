/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config.h"

#include <string.h>

#define TOKEN "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc"

static const char *const no_environment[] = { "HOME=/home/me", NULL };

static OptConfig *
build (const char *text,
       OptConfig  *previous,
       GPtrArray **problems)
{
  g_autoptr (OptConfigFile) file = opt_config_file_parse (text, strlen (text));
  g_autoptr (GPtrArray) list = opt_config_problem_list_new ();
  OptConfigSurroundings surroundings = { no_environment, "/usr/share/optimus/tasks" };
  OptConfig            *config;

  config = opt_config_new_from_file (file, &surroundings, previous, list);
  if (problems != NULL)
    {
      g_clear_pointer (problems, g_ptr_array_unref);
      *problems = g_ptr_array_ref (list);
    }
  else
    g_assert_cmpuint (list->len, ==, 0);
  return config;
}

static void
assert_problem (GPtrArray  *problems,
                guint       i,
                guint       line,
                guint       column,
                const char *key,
                const char *part)
{
  const OptConfigProblem *problem;

  g_assert_cmpuint (i, <, problems->len);
  problem = problems->pdata[i];
  g_test_message ("%u:%u: %s: %s", problem->line, problem->column, problem->key, problem->message);
  g_assert_cmpuint (problem->line, ==, line);
  g_assert_cmpuint (problem->column, ==, column);
  g_assert_cmpstr (problem->key, ==, key);
  g_assert_nonnull (strstr (problem->message, part));
}

static void
assert_text (OptConfig  *config,
             const char *key,
             const char *expected)
{
  g_autofree char *text = opt_config_get_text (config, key);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_defaults (void)
{
  g_autoptr (OptConfig) config = build ("", NULL, NULL);

  g_test_summary ("Without a file everything has its default, and nobody is let in.");

  g_assert_true (config->run_telegram);
  g_assert_cmpuint (g_strv_length (config->tasks_dirs), ==, 2);
  g_assert_cmpstr (config->tasks_dirs[0], ==, "/home/me/.local/share/optimus/tasks");
  g_assert_cmpstr (config->tasks_dirs[1], ==, "/usr/share/optimus/tasks");
  g_assert_false (config->notify_activate);
  g_assert_cmpstr (config->notify_id, ==, "");
  g_assert_null (config->notify_chat);
  g_assert_cmpuint (strlen (config->robot_id), >, 0);
  g_assert_null (config->token_dir_primary);
  g_assert_null (config->token_dir_secondary);
  g_assert_null (config->bus_url);
  g_assert_cmpint (config->fresh_seconds, ==, 300);
  g_assert_cmpuint (config->valid_users->len, ==, 0);
  g_assert_false (opt_config_allows_id (config, 0));
  g_assert_null (config->api_root);
  g_assert_false (config->api_root_insecure);
  g_assert_null (config->ca_file);
  g_assert_null (config->proxy);
  g_assert_true (config->pacing);
  g_assert_cmpint (config->retention_jobs_s, ==, 30 * 86400);
  g_assert_cmpint (config->retention_jobs_bytes, ==, 1000000000);
  g_assert_cmpint (config->retention_sent_s, ==, 7 * 86400);
  g_assert_cmpuint (g_hash_table_size (config->interpreters), ==, 0);
  g_assert_cmpuint (config->bots->len, ==, 0);

  assert_text (config, "telegram.api_root", "https://api.telegram.org");
  assert_text (config, "optimus.tasks_dir",
               "/home/me/.local/share/optimus/tasks;/usr/share/optimus/tasks");
  assert_text (config, "remote.robot_id", config->robot_id);
  assert_text (config, "retention.JOBS", "30 days or 1 GB");
  assert_text (config, "bot.main.receive", NULL);
  assert_text (config, "interpreters.py", NULL);
  assert_text (config, "no.such", NULL);
}

static void
test_values (void)
{
  g_autoptr (OptConfig) config = NULL;
  char **argv;

  g_test_summary ("Every key is read into its type.");

  config = build ("optimus.runTelegram = False\n"
                  "[optimus]\ntasks_dir= ~/t ; $XDG_DATA_HOME/x;/srv//tasks/;\n"
                  "[notifications]\nactivate=yes\nid=-100123:4\n"
                  "[remote]\nrobot_id=VM91\ntasks_token_dir_primary=/mnt/a\n"
                  "tasks_token_dir_secondary=/mnt/b\nbus_url=postgresql://h/db\n"
                  "fresh_seconds=5 min\n"
                  "[telegram]\nvalid_user= @John, 1234567,,9007199254740993\n"
                  "api_root=http://127.0.0.1:8081/some/path/\n"
                  "ca_file=$HOME/ca.pem\nproxy=socks5://me@proxy:1080\npacing=off\n"
                  "[retention]\njobs=2 weeks\nsent=forever\n"
                  "[interpreters]\n.R=/usr/bin/Rscript '--a b'\n"
                  "[bot Main]\nchat_ids=1001, -100123:7\nreceive=POLL\nroles=remote;notify\n"
                  "description=Ours\n"
                  "[bot other]\nactive=0\n",
                  NULL, NULL);
  g_assert_false (config->run_telegram);
  g_assert_cmpuint (g_strv_length (config->tasks_dirs), ==, 3);
  g_assert_cmpstr (config->tasks_dirs[0], ==, "/home/me/t");
  g_assert_cmpstr (config->tasks_dirs[1], ==, "/home/me/.local/share/x");
  g_assert_cmpstr (config->tasks_dirs[2], ==, "/srv/tasks");
  g_assert_true (config->notify_activate);
  g_assert_cmpstr (config->notify_chat->chat, ==, "-100123");
  g_assert_cmpint (config->notify_chat->topic, ==, 4);
  g_assert_cmpstr (config->robot_id, ==, "VM91");
  g_assert_cmpstr (config->token_dir_primary, ==, "/mnt/a");
  g_assert_cmpstr (config->token_dir_secondary, ==, "/mnt/b");
  g_assert_cmpstr (config->bus_url, ==, "postgresql://h/db");
  g_assert_cmpint (config->fresh_seconds, ==, 300);
  g_assert_cmpstr (config->api_root, ==, "http://127.0.0.1:8081/some/path");
  g_assert_cmpstr (config->ca_file, ==, "/home/me/ca.pem");
  g_assert_cmpstr (config->proxy, ==, "socks5://me@proxy:1080");
  g_assert_false (config->pacing);
  g_assert_cmpint (config->retention_jobs_s, ==, 14 * 86400);
  g_assert_cmpint (config->retention_jobs_bytes, ==, 0);
  g_assert_cmpint (config->retention_sent_s, ==, 0);
  argv = g_hash_table_lookup (config->interpreters, "r");
  g_assert_cmpstr (argv[0], ==, "/usr/bin/Rscript");
  g_assert_cmpstr (argv[1], ==, "--a b");
  assert_text (config, "remote.fresh_seconds", "5 min");
  assert_text (config, "bot.MAIN.roles", "remote;notify");
  assert_text (config, "bot.main.active", "True");
  assert_text (config, "interpreters.R", "/usr/bin/Rscript '--a b'");
}

static void
test_users (void)
{
  g_autoptr (OptConfig) config = build ("telegram.valid_user=@John_D, 1234567, 9007199254740993",
                                        NULL, NULL);

  g_test_summary ("Users are let in by id, beyond 32 bits too, and by name without case.");

  g_assert_cmpuint (config->valid_users->len, ==, 3);
  g_assert_cmpstr (((OptValidUser *)config->valid_users->pdata[0])->name, ==, "john_d");
  g_assert_true (opt_config_allows_name (config, "john_d"));
  g_assert_false (opt_config_allows_name (config, "john"));
  g_assert_true (opt_config_allows_id (config, 1234567));
  g_assert_true (opt_config_allows_id (config, 9007199254740993));
  g_assert_false (opt_config_allows_id (config, 9007199254740992));
  g_assert_false (opt_config_allows_id (config, 0));
}

static void
test_bots (void)
{
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  OptBotConfig    *bot;
  g_autofree char *roles = NULL;

  g_test_summary ("Bots have names that are legal and unique without case, by group or flat line.");

  config = build ("[bot Main]\nchat_ids=1001, @chan\nroles=conversations, NOTES\n"
                  "[bot main]\nreceive=webhook\n"
                  "[bot b\xc3\xa4r]\nactive=no\n"
                  "[bot]\n"
                  "bot.flat.receive=poll\n"
                  "[bot empty]\n",
                  NULL, &problems);
  assert_problem (problems, 0, 4, 2, "bot.main", "line 1");
  assert_problem (problems, 1, 6, 2, "bot.b\xc3\xa4r", "1 to 64 letters");
  assert_problem (problems, 2, 8, 2, "bot.", "1 to 64 letters");
  g_assert_cmpuint (problems->len, ==, 3);

  g_assert_cmpuint (config->bots->len, ==, 3);
  bot = opt_config_find_bot (config, "MAIN");
  g_assert_cmpstr (bot->name, ==, "Main");
  g_assert_cmpstr (bot->folded, ==, "main");
  g_assert_cmpuint (bot->chats->len, ==, 2);
  g_assert_cmpint (bot->receive, ==, OPT_RECEIVE_WEBHOOK);
  g_assert_cmpint (bot->roles, ==, OPT_BOT_ROLE_CONVERSATIONS | OPT_BOT_ROLE_NOTES);
  roles = opt_bot_roles_to_text (bot->roles);
  g_assert_cmpstr (roles, ==, "conversations;notes");
  g_assert_true (bot->active);
  g_assert_cmpstr (opt_bot_source_to_text (bot->source), ==, "config");
  g_assert_null (bot->token);

  bot = opt_config_find_bot (config, "flat");
  g_assert_cmpstr (opt_receive_to_text (bot->receive), ==, "poll");
  bot = opt_config_find_bot (config, "empty");
  g_assert_cmpint (bot->receive, ==, OPT_RECEIVE_OFF);
  g_assert_cmpint (bot->roles, ==, OPT_BOT_ROLE_NOTIFY);
  g_assert_null (opt_config_find_bot (config, "nobody"));
}

static void
test_bad_at_start (void)
{
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_test_summary ("At start a bad line counts as its default and says what is allowed.");

  config = build ("[optimus]\nrunTelegram=maybe\ntasks_dir=relative/path\n"
                  "[telegram]\n"
                  "  valid_user = @john, jane\n"
                  "api_root=http://192.0.2.1:8081\n"
                  "proxy=ftp://x\n"
                  "[remote]\nfresh_seconds=-1\nrobot_id=a b\nbus_url=mysql://u:secret@h\n"
                  "[retention]\njobs=lots\n"
                  "[bot main]\nchat_ids=1001, oops\nreceive=sometimes\nroles=king\nactive=ja\n"
                  "[notifications]\nid=a b\n"
                  "[interpreters]\npy='open\n",
                  NULL, &problems);
  assert_problem (problems, 0, 2, 13, "optimus.runTelegram", "give True or False");
  assert_problem (problems, 1, 3, 11, "optimus.tasks_dir", "absolute");
  assert_problem (problems, 2, 5, 16, "telegram.valid_user", "such as @john, 1234567");
  assert_problem (problems, 3, 6, 10, "telegram.api_root", "api_root_insecure");
  assert_problem (problems, 4, 7, 7, "telegram.proxy", "socks5://");
  assert_problem (problems, 5, 9, 15, "remote.fresh_seconds", "0 to 604800");
  assert_problem (problems, 6, 10, 10, "remote.robot_id", "letters");
  assert_problem (problems, 7, 11, 9, "remote.bus_url", "postgresql://");
  g_assert_null (strstr (((OptConfigProblem *)problems->pdata[7])->message, "secret"));
  assert_problem (problems, 8, 13, 6, "retention.jobs", "30 days or 1 GB");
  assert_problem (problems, 9, 15, 10, "bot.main.chat_ids", "number 2");
  assert_problem (problems, 10, 16, 9, "bot.main.receive", "poll, webhook or off");
  assert_problem (problems, 11, 17, 7, "bot.main.roles", "conversations");
  assert_problem (problems, 12, 18, 8, "bot.main.active", "True or False");
  assert_problem (problems, 13, 20, 4, "notifications.id", "name of a bot");
  assert_problem (problems, 14, 22, 4, "interpreters.py", "shell");
  g_assert_cmpuint (problems->len, ==, 15);

  g_assert_true (config->run_telegram);
  g_assert_cmpuint (config->valid_users->len, ==, 0);
  g_assert_null (config->api_root);
  g_assert_cmpint (config->fresh_seconds, ==, 300);
  g_assert_cmpuint (opt_config_find_bot (config, "main")->chats->len, ==, 0);
  g_assert_true (opt_config_find_bot (config, "main")->active);
  assert_text (config, "telegram.valid_user", "");
}

static void
test_bad_on_reload (void)
{
  g_autoptr (OptConfig) before = NULL;
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (OptConfig) later = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_test_summary ("On reload a bad line counts as it did, one that is gone as its default.");

  before = build ("[telegram]\nvalid_user=@john\nproxy=http://p:1\n[remote]\nfresh_seconds=60\n"
                  "[bot main]\nreceive=poll\n",
                  NULL, NULL);
  config = build ("[telegram]\nvalid_user=john\nproxy=x\n[remote]\n[bot main]\nreceive=pol\n",
                  before, &problems);
  g_assert_cmpuint (problems->len, ==, 3);
  g_assert_true (opt_config_allows_name (config, "john"));
  g_assert_cmpstr (config->proxy, ==, "http://p:1");
  g_assert_cmpint (config->fresh_seconds, ==, 300);
  g_assert_cmpint (opt_config_find_bot (config, "main")->receive, ==, OPT_RECEIVE_POLL);
  assert_text (config, "telegram.valid_user", "@john");

  /* And so on, for as long as it is bad; a line that can't be read is bad as well. */
  later = build ("[telegram]\nvalid_user=\xff\n", config, &problems);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_true (opt_config_allows_name (later, "john"));
  opt_config_unref (later);
  later = build ("[telegram]\nvalid_user=\n", config, NULL);
  g_assert_false (opt_config_allows_name (later, "john"));
}

static void
test_insecure (void)
{
  g_autoptr (OptConfig) before = NULL;
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_test_summary ("Plain http beyond this machine needs a yes, and loses it with the yes.");

  before = build ("telegram.api_root=http://192.0.2.1\ntelegram.api_root_insecure=True\n", NULL,
                  NULL);
  g_assert_cmpstr (before->api_root, ==, "http://192.0.2.1");
  config = build ("telegram.api_root=http://192.0.2.1\n", before, &problems);
  assert_problem (problems, 0, 1, 19, "telegram.api_root", "https://");
  g_assert_null (config->api_root);
}

static void
test_api_root (void)
{
  static const char *const good[][2] = {
    { "https://api.example.com", "https://api.example.com" },
    { "https://api.example.com/", "https://api.example.com" },
    { "http://localhost:8081//a//b/", "http://localhost:8081/a/b" },
    { "http://127.8.9.1/x", "http://127.8.9.1/x" },
    { "http://[::1]:80", "http://[::1]:80" },
    { "https://proxy.test:8081/somepath/bot<token>", "https://proxy.test:8081/somepath" },
    { "https://proxy.test/botany/x", "https://proxy.test/botany/x" },
    { "https://proxy.test/bot/x", "https://proxy.test/bot/x" },
  };
  static const char *const bad[] = { "api.example.com", "http://", "https:///x", "ftp://h",
                                     "https://me:pw@h", "https://h/?a=b", "https://h/#x",
                                     "http://example.com", "http://127.0.0.1.example.com",
                                     "http://localhost.example.com", "https://h:0", "https://a b",
                                     "https://h:99999", "http://0.0.0.0" };

  g_test_summary ("The API root keeps its path, and a pasted end with the token goes.");

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strconcat ("telegram.api_root=", good[i][0], NULL);
      g_autoptr (OptConfig) config = build (text, NULL, NULL);

      g_assert_cmpstr (config->api_root, ==, good[i][1]);
      assert_text (config, "telegram.api_root", good[i][1]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strconcat ("telegram.api_root=", bad[i], NULL);
      g_autoptr (GPtrArray) problems = NULL;
      g_autoptr (OptConfig) config = build (text, NULL, &problems);

      g_test_message ("%s", bad[i]);
      g_assert_cmpuint (problems->len, ==, 1);
      g_assert_null (config->api_root);
    }
}

static void
test_token_in_file (void)
{
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_test_summary ("A bot token in the file is told of, and never shown.");

  config = build ("telegram.api_root=https://h/p/bot" TOKEN "/getMe\n"
                  "[bot main]\ntoken=" TOKEN "\ndescription=" TOKEN "\n" TOKEN "=1\n",
                  NULL, &problems);
  g_assert_cmpstr (config->api_root, ==, "https://h/p");
  assert_text (config, "telegram.api_root", "https://h/p");
  assert_problem (problems, 0, 1, 19, "telegram.api_root", "before /bot");
  assert_problem (problems, 1, 3, 1, "bot.main.token", "nothing reads");
  assert_problem (problems, 2, 3, 7, "bot.main.token", "bot add");
  assert_problem (problems, 3, 4, 13, "bot.main.description", "bot add");
  for (guint i = 0; i < problems->len; i++)
    {
      const OptConfigProblem *problem = problems->pdata[i];

      g_assert_null (strstr (problem->message, "AAFD39"));
      g_assert_null (strstr (problem->key, "AAFD39"));
    }
}

static void
test_unknown_keys (void)
{
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_test_summary ("Slips in keys are told of, foreign groups are let be.");

  config = build ("[telegram]\nvalid_users=1\nown_key=1\nrobot_id=x\n"
                  "[telegarm]\npacing=no\n"
                  "[bot main]\nrecieve=poll\n"
                  "[mine]\nwhatever=1\nrobot_id=2\n",
                  NULL, &problems);
  assert_problem (problems, 0, 2, 1, "telegram.valid_users", "telegram.valid_user?");
  assert_problem (problems, 1, 3, 1, "telegram.own_key", "kept");
  assert_problem (problems, 2, 4, 1, "telegram.robot_id", "remote.robot_id?");
  assert_problem (problems, 3, 6, 1, "telegarm.pacing", "telegram.pacing?");
  assert_problem (problems, 4, 8, 1, "bot.main.recieve", "bot.main.receive?");
  g_assert_cmpuint (problems->len, ==, 5);
  g_assert_true (config->pacing);
}

static void
test_flood (void)
{
  g_autoptr (GString) text = g_string_new ("[telegram]\nvalid_user=1001\n");
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (OptConfig) config = NULL;

  g_test_summary ("A file of mistakes makes no flood of problems, and is read to its end.");

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "own%u=1\n", i);
  g_string_append (text, "pacing=off\n");
  config = build (text->str, NULL, &problems);
  g_assert_cmpuint (problems->len, ==, 200);
  g_assert_false (config->pacing);
}

static void
test_notice_of_nobody (void)
{
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  g_test_summary ("notifications.id may name a bot, but one that is there.");

  config = build ("notifications.id=mian\n[bot main]\n", NULL, &problems);
  assert_problem (problems, 0, 1, 18, "notifications.id", "[bot NAME]");
  opt_config_unref (config);
  config = build ("notifications.id=MAIN\n[bot main]\n", NULL, NULL);
  g_assert_null (config->notify_chat);
}

static void
test_equal (void)
{
  g_autoptr (OptConfig) one = build ("[bot a]\n[remote]\nrobot_id=x\n", NULL, NULL);
  g_autoptr (OptConfig) same = build ("# new\nremote.robot_id = x\n[bot a]\n", NULL, NULL);
  g_autoptr (OptConfig) bot = build ("[bot b]\n[remote]\nrobot_id=x\n", NULL, NULL);
  g_autoptr (OptConfig) value = build ("[bot a]\nactive=no\n[remote]\nrobot_id=x\n", NULL, NULL);
  OptConfig *copy = g_boxed_copy (OPT_TYPE_CONFIG, one);

  g_test_summary ("Configurations compare by what they say, not how.");

  g_assert_true (opt_config_equal (one, copy));
  g_boxed_free (OPT_TYPE_CONFIG, copy);
  g_assert_true (opt_config_equal (one, same));
  g_assert_false (opt_config_equal (one, bot));
  g_assert_false (opt_config_equal (one, value));
}

static void
test_problem_value (void)
{
  g_autoptr (GPtrArray) list = opt_config_problem_list_new ();
  g_autoptr (GPtrArray) other = opt_config_problem_list_new ();
  g_autoptr (OptConfigProblem) problem = opt_config_problem_new (1, 2, "a.b", "no " TOKEN);
  OptConfigProblem *copy = g_boxed_copy (OPT_TYPE_CONFIG_PROBLEM, problem);

  g_test_summary ("Problems are shared, compare by what they say, and hold no token.");

  g_assert_null (strstr (problem->message, "AAFD39"));
  g_assert_true (opt_config_problem_equal (problem, copy));
  g_ptr_array_add (list, opt_config_problem_ref (problem));
  g_assert_false (opt_config_problem_list_equal (list, other));
  g_ptr_array_add (other, copy);
  g_assert_true (opt_config_problem_list_equal (list, other));
  g_ptr_array_remove_index (other, 0);
  g_ptr_array_add (other, opt_config_problem_new (2, 2, "a.b", "no " TOKEN));
  g_assert_false (opt_config_problem_list_equal (list, other));
}

/* Whatever stands in the file, there is a configuration, and reading on from it works too. */
static void
test_hostile (void)
{
  static const char *const pieces[] = {
    "[telegram]\n",
    "[bot main]\n",
    "[bot \xff]\n",
    "[retention]\n",
    "api_root=",
    "valid_user=",
    "chat_ids=",
    "jobs=",
    "bot.x.y=",
    "interpreters.=",
    "http://",
    "bot<",
    "@",
    ",",
    ";",
    ":",
    "-",
    "1",
    "99999999999999999999",
    " or ",
    " days",
    "\n",
    "\"",
    "'",
    "\xc3\xa9",
    "~",
    "$HOME",
    "/",
    "%",
    "\r\n",
    "[",
    "]",
    "notifications.id=",
    "remote.robot_id=",
    "optimus.tasks_dir=",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());
  g_autoptr (OptConfig) previous = NULL;

  g_test_summary ("Whatever stands in the file, there is a configuration.");

  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) problems = NULL;
      OptConfig *config;

      for (int n = g_rand_int_range (random, 0, 40); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      config = build (text->str, previous, &problems);
      g_assert_nonnull (config->robot_id);
      g_assert_cmpint (config->retention_jobs_s, >=, 0);
      g_clear_pointer (&previous, opt_config_unref);
      previous = config;
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config/config/defaults", test_defaults);
  g_test_add_func ("/config/config/values", test_values);
  g_test_add_func ("/config/config/users", test_users);
  g_test_add_func ("/config/config/bots", test_bots);
  g_test_add_func ("/config/config/bad-at-start", test_bad_at_start);
  g_test_add_func ("/config/config/bad-on-reload", test_bad_on_reload);
  g_test_add_func ("/config/config/insecure", test_insecure);
  g_test_add_func ("/config/config/api-root", test_api_root);
  g_test_add_func ("/config/config/token-in-file", test_token_in_file);
  g_test_add_func ("/config/config/unknown-keys", test_unknown_keys);
  g_test_add_func ("/config/config/flood", test_flood);
  g_test_add_func ("/config/config/notice-of-nobody", test_notice_of_nobody);
  g_test_add_func ("/config/config/equal", test_equal);
  g_test_add_func ("/config/config/problem", test_problem_value);
  g_test_add_func ("/config/config/hostile", test_hostile);

  return g_test_run ();
}
