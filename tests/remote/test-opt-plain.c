/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-plain.h"

#include <string.h>

static void
test_clean (void)
{
  static const struct
  {
    const char *text;
    gsize       units;
    const char *clean;
  } cases[] = {
    { NULL, 10, "" },
    { "", 10, "" },
    { "report", 10, "report" },
    { "  a \n\t b\r\n", 10, "a b" },
    { "exe\xe2\x80\xaetxt.pdf", 20, "exetxt.pdf" }, /* turned round */
    { "pay\xe2\x80\x8bpal", 20, "paypal" },         /* of no width */
    { "a\xe2\x81\xa6"
      "b\xe2\x81\xa9"
      "c\xef\xbb\xbf\xc2\xad",
      20, "abc" },
    { "a\x1b[31mb\x01\x7f", 20, "a[31mb" },
    { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 20,
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" },
    { "bad \xff\xfe bytes", 40, "bad \xef\xbf\xbd\xef\xbf\xbd bytes" },
    { "one\xe2\x80\xa8two\xe2\x80\xa9three", 40, "one two three" },
    { "0123456789abc", 10, "012345678\xe2\x80\xa6" },
    { "tag\xf3\xa0\x81\xa1"
      "ged",
      20, "tagged" },
  };

  g_test_summary ("What is shown among our words is one line with nothing hidden in it.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = opt_plain_clean (cases[i].text, cases[i].units);

      g_assert_cmpstr (clean, ==, cases[i].clean);
    }
}

static void
test_sentence (void)
{
  static const char *const cases[][2] = {
    { NULL, "It did not work." },
    { "", "It did not work." },
    { "there is no task x", "There is no task x." },
    { "there is no task x; did you mean y?", "There is no task x; did you mean y?" },
    { "it is so.", "It is so." },
    { "“x” is not NAME=VALUE", "“x” is not NAME=VALUE." },
    { "cut off…", "Cut off…" },
  };

  g_test_summary ("Messages of errors become sentences.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sentence = opt_plain_sentence (cases[i][0]);

      g_assert_cmpstr (sentence, ==, cases[i][1]);
    }
}

static void
test_log (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "\n\n", "" },
    { "one\ntwo\n", "one\ntwo" },
    { "one\r\ntwo\r\n", "one\ntwo" },
    { "\n\n  indented\n\n", "  indented" },
    { "\x1b[1;31mred\x1b[0m and \x1b[Kplain", "red and plain" },
    { "\x1b]0;title\x07text", "text" },
    { "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link" },
    { "\x1b(Bcharset \x1b=keys", "charset keys" },
    { "10 %\r50 %\r100 %\ndone", "100 %\ndone" },
    { "10 %\r", "10 %" },
    { "ab\b\bcd", "cd" },
    { "\b\bx", "x" },
    { "tab\there  \n", "tab\there" },
    { "bell\a null", "bell null" },
    { "cut \x1b[3", "cut" },
    { "cut \x1b", "cut" },
    { "cut \x1b]0;title\nnext", "cut\nnext" },
    { "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "exe\xe2\x80\xaetxt", "exetxt" },
  };
  static const char zero[] = "a\0b";
  g_autofree char  *with_zero = opt_plain_log (zero, 3);
  g_autofree char  *none = opt_plain_log (NULL, 0);

  g_test_summary ("Output is shown as a terminal would in the end, without its colours.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *log = opt_plain_log (cases[i][0], strlen (cases[i][0]));

      g_assert_cmpstr (log, ==, cases[i][1]);
    }
  g_assert_cmpstr (with_zero, ==, "a\xef\xbf\xbd"
                                  "b");
  g_assert_cmpstr (none, ==, "");
}

/* Whatever comes in, what goes out is valid, and cleaning it again changes nothing. */
static void
test_log_anything (void)
{
  static const char alphabet[] = "ab \n\r\b\t\x1b[]0;m\\\x07\xc3\xa9\xff\xe2\x80\xae";

  g_test_summary ("No output is too strange.");

  for (guint round = 0; round < 3000; round++)
    {
      char             bytes[40];
      gsize            length = (gsize)g_test_rand_int_range (0, sizeof bytes);
      g_autofree char *once = NULL;
      g_autofree char *twice = NULL;

      for (gsize i = 0; i < length; i++)
        bytes[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet)];
      once = opt_plain_log (bytes, length);
      g_assert_true (g_utf8_validate (once, -1, NULL));
      g_assert_null (strchr (once, '\x1b'));
      g_assert_null (strchr (once, '\r'));
      twice = opt_plain_log (once, strlen (once));
      g_assert_cmpstr (twice, ==, once);
    }
}

static void
test_hashtag (void)
{
  static const char *const cases[][2] = {
    { "vm91", "#vm91" },
    { "VM_91", "#VM_91" },
    { "my-robot", "#my_robot" },
    { "91", "#robot_91" },
    { "-", "#robot__" },
  };

  g_test_summary ("Every robot's name makes a hashtag that Telegram finds.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *tag = opt_plain_hashtag (cases[i][0]);

      g_assert_cmpstr (tag, ==, cases[i][1]);
    }
}

static void
test_moment (void)
{
  const gint64 now = G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC; /* 2027-01-15 08:00 UTC */
  const gint64 hour = G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  static const struct
  {
    gint64      hours;
    const char *moment;
  } cases[] = {
    { 0, "08:00" },
    { 8, "00:00" },
    { 9, "14 Jan 23:00" },
    { 24 * 15, "2026-12-31 08:00" },
    { -24, "16 Jan 08:00" },
  };

  g_test_summary ("Times are as short as they can be.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *moment = opt_plain_moment (now - cases[i].hours * hour, now);

      g_assert_cmpstr (moment, ==, cases[i].moment);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remote/plain/clean", test_clean);
  g_test_add_func ("/remote/plain/sentence", test_sentence);
  g_test_add_func ("/remote/plain/log", test_log);
  g_test_add_func ("/remote/plain/log-anything", test_log_anything);
  g_test_add_func ("/remote/plain/hashtag", test_hashtag);
  g_test_add_func ("/remote/plain/moment", test_moment);
  return g_test_run ();
}
