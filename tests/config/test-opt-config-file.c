/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-file.h"

#include <string.h>

static OptConfigFile *
parse (const char *text)
{
  return opt_config_file_parse (text, strlen (text));
}

static void
assert_text (OptConfigFile *file,
             const char    *expected)
{
  gsize            length;
  g_autofree char *text = opt_config_file_to_text (file, &length);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (length, ==, strlen (expected));
}

static void
assert_set (const char *before,
            const char *key,
            const char *value,
            const char *after)
{
  g_autoptr (OptConfigFile) file = parse (before);
  g_autofree char *trimmed = g_strstrip (g_strdup (value));

  g_assert_true (opt_config_file_set (file, key, value));
  assert_text (file, after);
  g_assert_cmpstr (opt_config_file_get (file, key), ==, trimmed);
}

static void
assert_problem (OptConfigFile *file,
                guint          i,
                guint          line,
                guint          column,
                const char    *key,
                const char    *part)
{
  GPtrArray              *problems = opt_config_file_get_problems (file);
  const OptConfigProblem *problem;

  g_assert_cmpuint (problems->len, >, i);
  problem = problems->pdata[i];
  g_assert_cmpuint (problem->line, ==, line);
  g_assert_cmpuint (problem->column, ==, column);
  g_assert_cmpstr (problem->key, ==, key);
  g_assert_nonnull (strstr (problem->message, part));
}

static void
test_read (void)
{
  g_autoptr (OptConfigFile) file = NULL;
  g_autoptr (GArray) entries = NULL;
  g_autoptr (GArray) groups = NULL;
  OptConfigEntry entry;

  g_test_summary ("Groups, flat lines and comments are told apart, values are literal.");

  file = parse ("optimus.runTelegram = False\n"
                "[telegram]\n"
                "; @jane is away\n"
                " valid_user\t=  @john, 1234567 # no comment \n"
                "remote.robot_id=VM91\n"
                "[ bot   main ]\n"
                "description=a = \"b\" \\n\n"
                "chat_ids=\n"
                "[interpreters]\n"
                ".R=Rscript\n");
  g_assert_cmpuint (opt_config_file_get_problems (file)->len, ==, 0);
  g_assert_cmpstr (opt_config_file_get (file, "optimus.runTelegram"), ==, "False");
  g_assert_cmpstr (opt_config_file_get (file, "OPTIMUS.runtelegram"), ==, "False");
  g_assert_cmpstr (opt_config_file_get (file, "telegram.valid_user"), ==,
                   "@john, 1234567 # no comment");
  g_assert_cmpstr (opt_config_file_get (file, "remote.robot_id"), ==, "VM91");
  g_assert_null (opt_config_file_get (file, "telegram.remote.robot_id"));
  g_assert_cmpstr (opt_config_file_get (file, "bot.MAIN.description"), ==, "a = \"b\" \\n");
  g_assert_cmpstr (opt_config_file_get (file, "bot.main.chat_ids"), ==, "");
  g_assert_cmpstr (opt_config_file_get (file, "interpreters.r"), ==, "Rscript");
  g_assert_null (opt_config_file_get (file, "telegram.api_root"));

  g_assert_true (opt_config_file_find (file, "telegram.valid_user", &entry));
  g_assert_cmpuint (entry.line, ==, 4);
  g_assert_cmpuint (entry.key_column, ==, 2);
  g_assert_cmpuint (entry.column, ==, 16);
  g_assert_false (opt_config_file_find (file, "telegram.api_root", &entry));

  entries = opt_config_file_list_entries (file);
  g_assert_cmpuint (entries->len, ==, 6);
  g_assert_cmpstr (g_array_index (entries, OptConfigEntry, 5).key, ==, "interpreters.R");
  groups = opt_config_file_list_groups (file);
  g_assert_cmpuint (groups->len, ==, 3);
  g_assert_cmpstr (g_array_index (groups, OptConfigGroup, 1).name, ==, "bot.main");
  g_assert_cmpuint (g_array_index (groups, OptConfigGroup, 1).line, ==, 6);
  g_assert_cmpuint (g_array_index (groups, OptConfigGroup, 1).column, ==, 3);
}

static void
test_problems (void)
{
  g_autoptr (OptConfigFile) file = NULL;

  g_test_summary ("What is wrong is told with its line and column, and the rest is read.");

  file = parse ("lonely=1\n"
                "[telegram\n"
                "pacing=no\n"
                "nothing\n"
                "  =5\n"
                "[] \n"
                "[remote] # here\n"
                "robot_id=a\n"
                "ROBOT_ID=b\n");
  assert_problem (file, 0, 1, 1, "lonely", "in no group");
  assert_problem (file, 1, 2, 1, NULL, "ends with ]");
  assert_problem (file, 2, 4, 1, NULL, "neither key=value");
  assert_problem (file, 3, 5, 3, NULL, "neither key=value");
  assert_problem (file, 4, 6, 2, NULL, "has a name");
  assert_problem (file, 5, 7, 10, NULL, "behind a group's name");
  assert_problem (file, 6, 9, 1, "remote.ROBOT_ID", "line 8 does not");
  g_assert_cmpuint (opt_config_file_get_problems (file)->len, ==, 7);
  g_assert_cmpstr (opt_config_file_get (file, "telegram.pacing"), ==, "no");
  g_assert_cmpstr (opt_config_file_get (file, "remote.robot_id"), ==, "b");
}

static void
test_bytes (void)
{
  static const char text[] = "[telegram]\n# \xe9t\xe9\nvalid_user=@j\xf6hn\nprox\0y=1\n"
                             "ca_file=/a\0b\n\xc3\xa9 \xc3\xa9=1\npacing=no\n";
  g_autoptr (OptConfigFile) file = opt_config_file_parse (text, sizeof text - 1);
  g_autofree char *again = NULL;
  OptConfigEntry   entry;
  gsize            length;

  g_test_summary ("NUL and what is no UTF-8 spoil their line, and only that.");

  assert_problem (file, 0, 2, 3, NULL, "no UTF-8");
  assert_problem (file, 1, 3, 14, "telegram.valid_user", "no UTF-8");
  assert_problem (file, 2, 4, 5, NULL, "NUL");
  assert_problem (file, 3, 5, 11, "telegram.ca_file", "NUL");
  g_assert_cmpuint (opt_config_file_get_problems (file)->len, ==, 4);
  g_assert_true (opt_config_file_find (file, "telegram.valid_user", &entry));
  g_assert_null (entry.value);
  g_assert_cmpuint (entry.column, ==, 12);
  g_assert_true (opt_config_file_find (file, "telegram.\xc3\xa9 \xc3\xa9", &entry));
  g_assert_cmpuint (entry.column, ==, 5);
  g_assert_cmpstr (opt_config_file_get (file, "telegram.pacing"), ==, "no");

  again = opt_config_file_to_text (file, &length);
  g_assert_cmpmem (again, length, text, sizeof text - 1);

  g_assert_true (opt_config_file_set (file, "telegram.valid_user", "@john"));
  g_assert_cmpstr (opt_config_file_get (file, "telegram.valid_user"), ==, "@john");
}

static void
test_limits (void)
{
  g_autofree char *wide = g_strnfill (OPT_CONFIG_FILE_LINE_MAX + 1, 'x');
  g_autofree char *huge = g_strnfill (OPT_CONFIG_FILE_BYTES_MAX + 1, '\n');
  g_autofree char *many = g_strnfill (OPT_CONFIG_FILE_BYTES_MAX, '[');
  g_autofree char *line = g_strconcat ("[a]\nb=", wide, "\nc=1\n", NULL);
  g_autoptr (OptConfigFile) file = parse (line);

  g_test_summary ("Lines and files of no sane size are kept and not read.");

  assert_problem (file, 0, 2, 0, "a.b", "64 KiB");
  g_assert_null (opt_config_file_get (file, "a.b"));
  g_assert_cmpstr (opt_config_file_get (file, "a.c"), ==, "1");
  g_assert_false (opt_config_file_set (file, "a.d", wide));
  assert_text (file, line);
  g_clear_pointer (&file, opt_config_file_free);

  file = parse (huge);
  assert_problem (file, 0, 0, 0, NULL, "1 MiB");
  g_assert_false (opt_config_file_set (file, "a.b", "1"));
  assert_text (file, huge);
  g_clear_pointer (&file, opt_config_file_free);

  /* A name without end, in each line. */
  for (gsize i = 1; i < OPT_CONFIG_FILE_BYTES_MAX; i += 2)
    many[i] = '\n';
  file = parse (many);
  g_assert_cmpuint (opt_config_file_get_problems (file)->len, ==, 101);
  assert_problem (file, 100, 51, 0, NULL, "more problems");
  assert_text (file, many);
}

static void
test_set_in_place (void)
{
  g_test_summary ("Only the value of the line that counts changes.");

  assert_set ("a.b=1", "a.b", "2", "a.b=2");
  assert_set ("\xef\xbb\xbf[a]\r\n  b\t=  old \t\r\n; x\r\n", "a.b", " new ",
              "\xef\xbb\xbf[a]\r\n  b\t=  new \t\r\n; x\r\n");
  assert_set ("[a]\nb=\nc = \n", "a.c", "x", "[a]\nb=\nc = x\n");
  assert_set ("[a]\nb=\n", "a.b", "x", "[a]\nb=x\n");
  assert_set ("[a]\nb=x y\n", "a.b", "", "[a]\nb=\n");
  assert_set ("[a]\nb=1\n[c]\n[a]\nB=2\n", "a.b", "3", "[a]\nb=1\n[c]\n[a]\nB=3\n");
  assert_set ("[bot main]\nreceive=off", "BOT.Main.receive", "poll", "[bot main]\nreceive=poll");
}

static void
test_set_added (void)
{
  g_test_summary ("A new key goes to the end of its group, in the manner of the file.");

  assert_set ("", "a.b", "1", "[a]\nb=1\n");
  assert_set ("\xef\xbb\xbf", "a.b", "1", "\xef\xbb\xbf[a]\nb=1\n");
  assert_set ("# mine\n", "bot.main.receive", "poll", "# mine\n\n[bot main]\nreceive=poll\n");
  assert_set ("[a]\nb=1", "c.d", "2", "[a]\nb=1\n\n[c]\nd=2");
  assert_set ("[a]\r\nb=1\r\n", "c.d", "2", "[a]\r\nb=1\r\n\r\n[c]\r\nd=2\r\n");
  assert_set ("[a]\nb=1\n\n", "c.d", "2", "[a]\nb=1\n\n[c]\nd=2\n");
  assert_set ("[a]\nb = 1\n\n# of x\n[x]\n", "a.c", "2", "[a]\nb = 1\nc = 2\n\n# of x\n[x]\n");
  assert_set ("[a]\nb=1\n# of x\n[x]\n", "a.c", "2", "[a]\nb=1\nc=2\n# of x\n[x]\n");
  assert_set ("[a]\nb=1\n# about b\n\n[x]\n", "a.c", "2", "[a]\nb=1\n# about b\nc=2\n\n[x]\n");
  assert_set ("[a]\n# c=9\n", "a.c", "2", "[a]\n# c=9\nc=2\n");
  assert_set ("[a]", "a.c", "2", "[a]\nc=2");
  assert_set ("a.b = 1\nx.y = 2\n", "a.c", "3", "a.b = 1\na.c = 3\nx.y = 2\n");
  assert_set ("[a]\nb=1\n[x]\n[A]\n", "a.c", "2", "[a]\nb=1\n[x]\n[A]\nc=2\n");
}

static void
test_set_refused (void)
{
  static const char *const keys[] = { "", ".", "a", "a.", ".b", "a..b", "a.b c", "a.b=c",
                                      "a.\xc3\xa9",
                                      "[a].b", "a.#", "a\n.b", NULL };
  g_autoptr (OptConfigFile) file = parse ("[a]\nb=1\n");

  g_test_summary ("What no line can hold is not written.");

  for (guint i = 0; keys[i] != NULL; i++)
    g_assert_false (opt_config_file_set (file, keys[i], "1"));
  g_assert_false (opt_config_file_set (file, "a.b", "1\n[x]"));
  g_assert_false (opt_config_file_set (file, "a.b", "1\r2"));
  g_assert_false (opt_config_file_set (file, "a.b", "\xff"));
  g_assert_false (opt_config_file_set (file, "a.b", "\x1b[0m"));
  assert_text (file, "[a]\nb=1\n");
}

static void
test_unset (void)
{
  g_autoptr (OptConfigFile) file = parse ("\xef\xbb\xbf"
                                          "a.b=0\n[a]\n# c\nb=1\nc=2\nB = 3");

  g_test_summary ("Taking out a key takes out all of its lines and leaves its group.");

  g_assert_false (opt_config_file_unset (file, "a.x"));
  g_assert_true (opt_config_file_unset (file, "a.b"));
  assert_text (file, "\xef\xbb\xbf[a]\n# c\nc=2\n");
  g_assert_true (opt_config_file_unset (file, "A.C"));
  assert_text (file, "\xef\xbb\xbf[a]\n# c\n");
  g_assert_false (opt_config_file_unset (file, "a.c"));
}

static void
test_remove_group (void)
{
  static const char before[] = "[a]\nb=1\n";
  g_autoptr (OptConfigFile) file = parse ("[a]\nx=1\nbot.main.roles=notify\n\n[bot Main]\n# note\n"
                                          "receive=poll\nown=1\nremote.robot_id=r\n\n[c]\ny=2\n");

  g_test_summary ("A group goes with its keys, wherever they are; comments stay.");

  g_assert_false (opt_config_file_remove_group (file, "bot.other"));
  g_assert_false (opt_config_file_remove_group (file, "bot"));
  g_assert_true (opt_config_file_remove_group (file, "bot.main"));
  assert_text (file, "[a]\nx=1\n\n# note\nremote.robot_id=r\n\n[c]\ny=2\n");
  g_clear_pointer (&file, opt_config_file_free);

  /* Coming and going leaves no trace. */
  file = parse (before);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (opt_config_file_set (file, "bot.main.receive", "poll"));
      g_assert_true (opt_config_file_remove_group (file, "bot.main"));
    }
  assert_text (file, before);
}

static void
test_copy (void)
{
  g_autoptr (OptConfigFile) file = parse ("[a]\nb=1\n");
  OptConfigFile *copy = g_boxed_copy (OPT_TYPE_CONFIG_FILE, file);

  g_test_summary ("A copy changes by itself.");

  g_assert_true (opt_config_file_set (copy, "a.b", "2"));
  assert_text (file, "[a]\nb=1\n");
  assert_text (copy, "[a]\nb=2\n");
  g_boxed_free (OPT_TYPE_CONFIG_FILE, copy);
}

/* Random bytes of the kind that parsers trip over. */
static char *
make_noise (GRand *random,
            gsize *length)
{
  static const char *const pieces[] = {
    "[",
    "]",
    "=",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "#",
    ";",
    ".",
    "a",
    "b",
    "bot main",
    "bot.x.y",
    "telegram",
    "\xc3\xa9",
    "\xc3",
    "\xff",
    "\xef\xbb\xbf",
    "[a]\n",
    "a=1\n",
    "b = 2\r\n",
    "\n\n",
  };
  GString *text = g_string_new (NULL);
  int      n = g_rand_int_range (random, 0, 40);

  for (int i = 0; i < n; i++)
    {
      g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      if (g_rand_int_range (random, 0, 30) == 0)
        g_string_append_c (text, '\0');
    }
  *length = text->len;
  return g_string_free (text, FALSE);
}

static void
test_hostile (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());

  g_test_summary ("Whatever the bytes, they come back, and what is set is there.");

  for (guint i = 0; i < 1500; i++)
    {
      gsize            length, again_length;
      g_autofree char *noise = make_noise (random, &length);
      g_autoptr (OptConfigFile) file = opt_config_file_parse (noise, length);
      g_autoptr (OptConfigFile) copy = opt_config_file_copy (file);
      g_autoptr (GArray) entries = opt_config_file_list_entries (file);
      g_autofree char *again = opt_config_file_to_text (file, &again_length);

      g_assert_cmpmem (again, again_length, noise, length);
      for (guint j = 0; j < entries->len; j++)
        {
          const OptConfigEntry *entry = &g_array_index (entries, OptConfigEntry, j);

          g_assert_cmpstr (opt_config_file_get (file, entry->key), ==, entry->value);
        }

      g_assert_true (opt_config_file_set (copy, "a.b", "value"));
      g_assert_cmpstr (opt_config_file_get (copy, "a.b"), ==, "value");
      g_assert_true (opt_config_file_set (copy, "bot.main.receive", "poll"));
      g_assert_cmpstr (opt_config_file_get (copy, "bot.main.receive"), ==, "poll");
      g_assert_cmpstr (opt_config_file_get (copy, "a.b"), ==, "value");
      g_assert_true (opt_config_file_unset (copy, "a.b"));
      g_assert_false (opt_config_file_find (copy, "a.b", NULL));
      g_assert_true (opt_config_file_remove_group (copy, "bot.main"));
      g_assert_false (opt_config_file_find (copy, "bot.main.receive", NULL));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config/file/read", test_read);
  g_test_add_func ("/config/file/problems", test_problems);
  g_test_add_func ("/config/file/bytes", test_bytes);
  g_test_add_func ("/config/file/limits", test_limits);
  g_test_add_func ("/config/file/set-in-place", test_set_in_place);
  g_test_add_func ("/config/file/set-added", test_set_added);
  g_test_add_func ("/config/file/set-refused", test_set_refused);
  g_test_add_func ("/config/file/unset", test_unset);
  g_test_add_func ("/config/file/remove-group", test_remove_group);
  g_test_add_func ("/config/file/copy", test_copy);
  g_test_add_func ("/config/file/hostile", test_hostile);

  return g_test_run ();
}
