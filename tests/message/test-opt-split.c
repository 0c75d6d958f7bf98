/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-split.h"

#include <string.h>

#include "opt-text.h"

#define SMILE "\xf0\x9f\x98\x80"
#define ACUTE "\xcc\x81"

static void
test_table (void)
{
  static const struct
  {
    const char *text;
    gsize       units;
    const char *parts; /* joined by | */
  } cases[] = {
    { "", 10, "" },
    { " \n\t\n ", 10, "" },
    { " \n\t\n ", 2, "" },
    { "\xe2\x80\x8b\xc2\xa0\xe2\xa0\x80", 10, "" },
    { "hello", 10, "hello" },
    { "hello", 5, "hello" },
    { "one\ntwo", 7, "one\ntwo" },
    { "one\ntwo", 6, "one|two" },
    { "one\ntwo", 4, "one|two" },
    { "one\ntwo", 3, "one|two" },
    { "one\ntwo\nthree", 9, "one\ntwo|three" },
    { "one\n\ntwo", 4, "one\n|two" },
    { "one\n\n\n\n\n\ntwo", 4, "one\n|two" },
    { "\n\none", 4, "one" },
    { "one\n", 3, "one" },
    { "one\n\n", 3, "one" },
    { "abcdefghij", 4, "abcd|efgh|ij" },
    { "abcdefg hijk", 8, "abcdefg |hijk" },
    { "abcdefgh ijk", 8, "abcdefgh| ijk" },
    { "abcdef ghijk", 8, "abcdef |ghijk" },
    { "abcde fghijk", 8, "abcde fg|hijk" },
    { "a\tb\tc\td\te\tf", 8, "a\tb\tc\td\t|e\tf" },
    { "aaa" SMILE "b", 4, "aaa|" SMILE "b" },
    { SMILE SMILE SMILE, 2, SMILE "|" SMILE "|" SMILE },
    { SMILE SMILE SMILE, 3, SMILE "|" SMILE "|" SMILE },
    { "abce" ACUTE "d", 4, "abc|e" ACUTE "d" },
    { "e" ACUTE ACUTE ACUTE "d", 2, "e" ACUTE "|" ACUTE ACUTE "|d" },
    { "ab\r\ncd", 3, "ab|cd" },
    { "short\nabcdefghijkl", 8, "short|abcdefgh|ijkl" },
    { "ab        \ncd", 4, "ab  |cd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) parts = opt_split_text (cases[i].text, cases[i].units);
      g_autofree char *joined = NULL;

      g_ptr_array_add (parts, NULL);
      joined = g_strjoinv ("|", (char **)parts->pdata);
      g_assert_cmpstr (joined, ==, cases[i].parts);
    }
}

/* Walks through @text by its parts; only newlines and blank stretches may lie between them. */
static void
check_parts (const char *text,
             GPtrArray  *parts,
             gsize       units)
{
  const char *at = text;

  for (guint i = 0; i < parts->len; i++)
    {
      const char *part = g_ptr_array_index (parts, i);

      g_assert_true (g_utf8_validate (part, -1, NULL));
      g_assert_cmpuint (opt_text_utf16_length (part), <=, units);
      g_assert_cmpuint (opt_text_utf16_length (part), >, 0);
      while (!g_str_has_prefix (at, part))
        {
          g_assert_true (*at != '\0' && g_unichar_isspace (g_utf8_get_char (at)));
          at = g_utf8_next_char (at);
        }
      at += strlen (part);
    }
  for (; *at != '\0'; at = g_utf8_next_char (at))
    g_assert_true (g_unichar_isspace (g_utf8_get_char (at)));
}

static void
test_random (void)
{
  static const char *const bits[] = { "a", "b", " ", "\n", "é", "€", SMILE, "e" ACUTE, "word",
                                      "\r\n", "\t", "\xe2\x80\x8d" };

  for (int round = 0; round < 3000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) parts = NULL;
      int   count = g_test_rand_int_range (0, 100);
      gsize units = (gsize)g_test_rand_int_range (2, 20);

      for (int i = 0; i < count; i++)
        g_string_append (text, bits[g_test_rand_int_range (0, G_N_ELEMENTS (bits) - 1)]);
      parts = opt_split_text (text->str, units);
      check_parts (text->str, parts, units);
    }
}

static void
test_joins (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree char *joined = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "%sline %d of a log " SMILE, i > 0 ? "\n" : "", i);
  parts = opt_split_text (text->str, OPT_MESSAGE_UNITS_MAX);
  check_parts (text->str, parts, OPT_MESSAGE_UNITS_MAX);

  /* All lines are short, so that every cut was at a newline. */
  g_assert_cmpuint (parts->len, ==, opt_text_utf16_length (text->str) / OPT_MESSAGE_UNITS_MAX + 1);
  g_ptr_array_add (parts, NULL);
  joined = g_strjoinv ("\n", (char **)parts->pdata);
  g_assert_cmpstr (joined, ==, text->str);
}

static void
test_large (void)
{
  g_autofree char *solid = g_strnfill (4 * 1024 * 1024, 'x');
  g_autofree char *lines = g_strnfill (1024 * 1024, '\n');
  g_autoptr (GPtrArray) parts = opt_split_text (solid, OPT_CAPTION_UNITS_MAX);
  g_autoptr (GPtrArray) none = opt_split_text (lines, OPT_CAPTION_UNITS_MAX);

  g_assert_cmpuint (parts->len, ==, 4096);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/split/table", test_table);
  g_test_add_func ("/split/random", test_random);
  g_test_add_func ("/split/joins", test_joins);
  g_test_add_func ("/split/large", test_large);
  return g_test_run ();
}
