/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-telegram-line.h"

typedef struct
{
  const char *line;
  const char *chat; /* NULL when it is refused */
  const char *text;
} Case;

static const Case cases[] = {
  { "telegram: -4661161234 , This is a message from OPTIMUS", "-4661161234",
    "This is a message from OPTIMUS" },
  { "telegram: 1234567890 , Hello World. Olá Mundo. नमस्ते दुनिया. 안녕하세요 세계. 世界,你好。",
    "1234567890", "Hello World. Olá Mundo. नमस्ते दुनिया. 안녕하세요 세계. 世界,你好。" },
  { "telegram: 1234567890 , Use backslash n for new line\\nThis is line 2 of the message",
    "1234567890", "Use backslash n for new line\nThis is line 2 of the message" },
  { "-100123:45 , a , b", "-100123:45", "a , b" },
  { "  TELEGRAM:@channel , x", "@channel", "x" },
  { "1 , a\\tb\\", "1", "a\\tb\\" },
  { "1, a", NULL, NULL },
  { "1 ,a", NULL, NULL },
  { " , a", NULL, NULL },
  { "telegram: 1 , ", NULL, NULL },
  { "telegram:", NULL, NULL },
  { "", NULL, NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *chat = NULL, *text = NULL;
      g_autoptr (GError) error = NULL;
      gboolean good = opt_telegram_line_parse (cases[i].line, &chat, &text, &error);

      g_test_message ("%s", cases[i].line);
      g_assert_cmpstr (chat, ==, cases[i].chat);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (good, ==, cases[i].chat != NULL);
      if (!good)
        g_assert_error (error, OPT_TELEGRAM_LINE_ERROR, OPT_TELEGRAM_LINE_ERROR_SYNTAX);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/telegram-line/parse", test_parse);
  return g_test_run ();
}
