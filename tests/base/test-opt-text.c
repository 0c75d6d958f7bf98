/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-text.h"

#include <string.h>

#define SMILE    "\xf0\x9f\x98\x80"                 /* two units */
#define ACCENTED "e\xcc\x81"                        /* e and a combining acute: two units */
#define FLAG     "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa" /* two regional letters: four units */
#define ZWJ      "\xe2\x80\x8d"
#define WOMAN    "\xf0\x9f\x91\xa9"
#define LAPTOP   "\xf0\x9f\x92\xbb"
#define CODER    WOMAN ZWJ LAPTOP                   /* five units, one emoji */
#define THUMB    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd" /* with a skin tone: four units */

static void
test_utf16_length (void)
{
  g_assert_cmpuint (opt_text_utf16_length (""), ==, 0);
  g_assert_cmpuint (opt_text_utf16_length ("abc"), ==, 3);
  g_assert_cmpuint (opt_text_utf16_length ("\xc3\xa9\xe2\x82\xac"), ==, 2);
  g_assert_cmpuint (opt_text_utf16_length (SMILE), ==, 2);
  g_assert_cmpuint (opt_text_utf16_length ("a" SMILE ACCENTED FLAG CODER), ==, 1 + 2 + 2 + 4 + 5);
  g_assert_cmpuint (opt_text_utf16_length ("\xf4\x8f\xbf\xbf"), ==, 2);
}

static void
test_make_valid (void)
{
  static const struct
  {
    const char *bytes;
    gssize      length;
    const char *text;
  } cases[] = {
    { NULL, -1, "" },
    { NULL, 5, "" },
    { "", -1, "" },
    { "abc", 0, "" },
    { "abc", -1, "abc" },
    { "abc", 2, "ab" },
    { "a\0b", 3, "a\xef\xbf\xbd"
                 "b" },
    { "\xff", 1, "\xef\xbf\xbd" },
    { "caf\xc3", 4, "caf\xef\xbf\xbd" },
    { "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { SMILE, 4, SMILE },
    { SMILE, 2, "\xef\xbf\xbd\xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = opt_text_make_valid (cases[i].bytes, cases[i].length);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_fit (void)
{
  static const struct
  {
    const char *text;
    gsize       units;
    const char *kept;
  } cases[] = {
    { "", 0, "" },
    { "", 9, "" },
    { "abc", 0, "" },
    { "abc", 2, "ab" },
    { "abc", 3, "abc" },
    { "abc", G_MAXSIZE, "abc" },
    { SMILE, 1, "" },
    { "a" SMILE, 2, "a" },
    { "a" SMILE, 3, "a" SMILE },
    { "a" ACCENTED, 2, "a" },
    { "a" ACCENTED, 3, "a" ACCENTED },
    { ACCENTED, 1, "e" },
    { "a" FLAG FLAG, 3, "a" },
    { "a" FLAG FLAG, 5, "a" FLAG },
    { "a" FLAG FLAG, 7, "a" FLAG },
    { FLAG FLAG, 6, FLAG },
    { "a" CODER, 3, "a" },
    { "a" CODER, 4, "a" },
    { "a" CODER, 5, "a" },
    { "a" CODER, 6, "a" CODER },
    { CODER, 3, WOMAN ZWJ },
    { "a" THUMB, 3, "a" },
    { "ab\r\nc", 3, "ab" },
    { "ab\r\nc", 4, "ab\r\n" },
    { "\xe1\x84\x80\xe1\x85\xa1", 1, "\xe1\x84\x80" },
    { "x\xe1\x84\x80\xe1\x85\xa1", 2, "x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize            length = opt_text_fit (cases[i].text, cases[i].units);
      g_autofree char *kept = g_strndup (cases[i].text, length);

      g_assert_cmpstr (kept, ==, cases[i].kept);
    }
}

/* A pile of accents is no reason to look back for ever, or to keep nothing. */
static void
test_fit_pile (void)
{
  g_autoptr (GString) pile = g_string_new ("ae");

  for (int i = 0; i < 10000; i++)
    g_string_append (pile, "\xcc\x81");
  g_assert_cmpuint (opt_text_fit (pile->str, 4096), ==, 2 + 2 * 4094);
  g_assert_cmpuint (opt_text_fit (pile->str, 10), ==, 1);
}

static void
test_shorten (void)
{
  static const struct
  {
    const char *text;
    gsize       units;
    const char *kept;
  } cases[] = {
    { "", 0, "" },
    { "abc", 0, "" },
    { "abc", 1, "…" },
    { "abc", 2, "a…" },
    { "abc", 3, "abc" },
    { "abc", 99, "abc" },
    { "ééé", 3, "ééé" },
    { "éééé", 3, "éé…" },
    { SMILE SMILE, 3, SMILE "…" },
    { SMILE SMILE, 2, "…" },
    { SMILE SMILE, 4, SMILE SMILE },
    { "a" ACCENTED "b", 3, "a…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *kept = opt_text_shorten (cases[i].text, cases[i].units);

      g_assert_cmpstr (kept, ==, cases[i].kept);
      g_assert_cmpuint (opt_text_utf16_length (kept), <=, cases[i].units);
    }
}

static void
test_duration (void)
{
  static const struct
  {
    gint64      microseconds;
    const char *text;
  } cases[] = {
    { G_MININT64, "0.0 s" },
    { 0, "0.0 s" },
    { 449999, "0.4 s" },
    { 9999999, "9.9 s" },
    { 10000000, "10 s" },
    { 59999999, "59 s" },
    { 60000000, "1 min 0 s" },
    { 125000000, "2 min 5 s" },
    { G_GINT64_CONSTANT (3599999999), "59 min 59 s" },
    { G_GINT64_CONSTANT (3600000000), "1 h 0 min" },
    { G_GINT64_CONSTANT (12000000000), "3 h 20 min" },
    { G_GINT64_CONSTANT (86399999999), "23 h 59 min" },
    { G_GINT64_CONSTANT (100800000000), "1 d 4 h" },
    { G_MAXINT64, "106751991 d 4 h" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = opt_text_format_duration (cases[i].microseconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_bytes (void)
{
  static const struct
  {
    guint64     bytes;
    const char *text;
  } cases[] = {
    { 0, "0 bytes" },
    { 1, "1 byte" },
    { 999, "999 bytes" },
    { 1000, "1 kB" },
    { 1099, "1 kB" },
    { 1500, "1.5 kB" },
    { 9999, "9.9 kB" },
    { 10500, "10 kB" },
    { 999999, "999 kB" },
    { 20000000, "20 MB" },
    { G_GUINT64_CONSTANT (1000000000), "1 GB" },
    { G_MAXUINT64, "18 EB" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = opt_text_format_bytes (cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/utf16-length", test_utf16_length);
  g_test_add_func ("/text/make-valid", test_make_valid);
  g_test_add_func ("/text/fit", test_fit);
  g_test_add_func ("/text/fit-pile", test_fit_pile);
  g_test_add_func ("/text/shorten", test_shorten);
  g_test_add_func ("/text/duration", test_duration);
  g_test_add_func ("/text/bytes", test_bytes);
  return g_test_run ();
}
