/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-markup.h"

#include <string.h>

#include "opt-json.h"
#include "opt-text.h"

static void
test_rows (void)
{
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
  g_autofree char *empty = opt_markup_to_json (markup);
  g_autofree char *open = NULL;
  g_autofree char *closed = NULL;

  g_assert_cmpstr (empty, ==, "{\"inline_keyboard\":[]}");

  opt_markup_end_row (markup);
  opt_markup_add_callback (markup, "Run", "r1");
  opt_markup_add_callback (markup, "Drop \"it\"", "d1");
  opt_markup_end_row (markup);
  opt_markup_end_row (markup);
  opt_markup_add_url (markup, "Log", "https://example.org/log?id=1&x=\"2\"");
  open = opt_markup_to_json (markup);
  opt_markup_end_row (markup);
  closed = opt_markup_to_json (markup);

  g_assert_cmpstr (open, ==,
                   "{\"inline_keyboard\":[[{\"text\":\"Run\",\"callback_data\":\"r1\"},"
                   "{\"text\":\"Drop \\\"it\\\"\",\"callback_data\":\"d1\"}],"
                   "[{\"text\":\"Log\",\"url\":\"https://example.org/log?id=1&x=\\\"2\\\"\"}]]}");
  g_assert_cmpstr (closed, ==, open);
}

static JsonNode *
parse_rows (OptMarkup  *markup,
            JsonArray **rows)
{
  g_autofree char *json = opt_markup_to_json (markup);
  JsonObject      *object;
  JsonNode        *node = opt_json_parse_object (json, -1, &object, NULL);

  g_assert_nonnull (node);
  *rows = opt_json_get_array (object, "inline_keyboard");
  return node;
}

static void
test_labels (void)
{
  static const struct
  {
    const char *label;
    const char *shown;
  } cases[] = {
    { "", "…" },
    { " \n ", "…" },
    { "two\nlines", "two lines" },
    { "\xff", "\xef\xbf\xbd" },
    { "12345678901234567890123456789012345678901234567890123456789012345",
      "123456789012345678901234567890123456789012345678901234567890123…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
      g_autoptr (JsonNode) node = NULL;
      JsonArray  *rows;
      JsonObject *button;

      opt_markup_add_callback (markup, cases[i].label, "x");
      node = parse_rows (markup, &rows);
      button = json_array_get_object_element (json_array_get_array_element (rows, 0), 0);
      g_assert_cmpstr (opt_json_get_string (button, "text"), ==, cases[i].shown);
    }
}

static void
test_links (void)
{
  static const char *const good[] = { "http://a", "HTTPS://example.org", "tg://user?id=1" };
  static const char *const bad[] = { "", "http://", "javascript:alert(1)", "file:///etc/passwd",
                                     "example.org", "https://a b", "https://a\nb", " https://a" };
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *pad = g_strnfill (2048, 'x');
  g_autofree char *longer = g_strconcat ("https://", pad, NULL);
  JsonArray       *rows;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    opt_markup_add_url (markup, "bad", bad[i]);
  opt_markup_add_url (markup, "longer", longer);
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    opt_markup_add_url (markup, "good", good[i]);

  node = parse_rows (markup, &rows);
  g_assert_cmpuint (json_array_get_length (rows), ==, 1);
  rows = json_array_get_array_element (rows, 0);
  g_assert_cmpuint (json_array_get_length (rows), ==, G_N_ELEMENTS (good));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_cmpstr (opt_json_get_string (opt_json_array_get_object (rows, i), "url"), ==, good[i]);
}

static void
test_bounds (void)
{
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *longest = g_strnfill (64, 'd');
  JsonArray       *rows;

  for (int i = 0; i < 150; i++)
    {
      opt_markup_add_callback (markup, "x", longest);
      opt_markup_end_row (markup);
    }
  node = parse_rows (markup, &rows);
  g_assert_cmpuint (json_array_get_length (rows), ==, 100);
}

static void
test_callback_too_long (void)
{
  g_autofree char *longer = g_strnfill (65, 'd');

  g_test_expect_message ("opt-message", G_LOG_LEVEL_CRITICAL, "*opt_markup_add_callback*");
  g_test_expect_message ("opt-message", G_LOG_LEVEL_CRITICAL, "*opt_markup_add_callback*");
  {
    g_autoptr (OptMarkup) markup = opt_markup_new_inline ();
    g_autofree char *json = NULL;

    opt_markup_add_callback (markup, "x", longer);
    opt_markup_add_callback (markup, "x", "");
    json = opt_markup_to_json (markup);
    g_assert_cmpstr (json, ==, "{\"inline_keyboard\":[]}");
  }
  g_test_assert_expected_messages ();
}

static void
test_force_reply (void)
{
  g_autofree char *plain = opt_markup_force_reply (NULL, FALSE);
  g_autofree char *blank = opt_markup_force_reply (" ", TRUE);
  g_autofree char *full = opt_markup_force_reply ("number of \"days\"", TRUE);
  g_autofree char *pad = g_strnfill (100, 'x');
  g_autofree char *longer = opt_markup_force_reply (pad, FALSE);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  const char *hint;

  g_assert_cmpstr (plain, ==, "{\"force_reply\":true}");
  g_assert_cmpstr (blank, ==, "{\"force_reply\":true,\"selective\":true}");
  g_assert_cmpstr (full, ==,
                   "{\"force_reply\":true,\"input_field_placeholder\":\"number of \\\"days\\\"\","
                   "\"selective\":true}");

  node = opt_json_parse_object (longer, -1, &object, NULL);
  hint = opt_json_get_string (object, "input_field_placeholder");
  g_assert_cmpuint (opt_text_utf16_length (hint), ==, 64);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup/rows", test_rows);
  g_test_add_func ("/markup/labels", test_labels);
  g_test_add_func ("/markup/links", test_links);
  g_test_add_func ("/markup/bounds", test_bounds);
  g_test_add_func ("/markup/callback-too-long", test_callback_too_long);
  g_test_add_func ("/markup/force-reply", test_force_reply);
  return g_test_run ();
}
