/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json-writer.h"

#include <math.h>

#include "opt-json.h"

static void
test_shape (void)
{
  g_auto (OptJsonWriter) writer = { 0 };
  g_autofree char *text = NULL;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_string (&writer, "s", "text");
  opt_json_writer_add_int (&writer, "i", G_MININT64);
  opt_json_writer_add_bool (&writer, "t", TRUE);
  opt_json_writer_add_bool (&writer, "f", 0);
  opt_json_writer_add_null (&writer, "n");
  opt_json_writer_add_raw (&writer, "r", "[1]");
  opt_json_writer_add_raw (&writer, "rn", NULL);
  opt_json_writer_add_string (&writer, "sn", NULL);
  opt_json_writer_open_array (&writer, "a");
  opt_json_writer_open_array (&writer, NULL);
  opt_json_writer_close_array (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_close_object (&writer);
  opt_json_writer_add_int (&writer, NULL, 1);
  opt_json_writer_add_string (&writer, NULL, "");
  opt_json_writer_close_array (&writer);
  opt_json_writer_open_object (&writer, "o");
  opt_json_writer_add_double (&writer, "d", 0.5);
  opt_json_writer_close_object (&writer);
  opt_json_writer_close_object (&writer);
  text = opt_json_writer_end (&writer);

  g_assert_cmpstr (text, ==,
                   "{\"s\":\"text\",\"i\":-9223372036854775808,\"t\":true,\"f\":false,\"n\":null,"
                   "\"r\":[1],\"rn\":null,\"sn\":null,\"a\":[[],{},1,\"\"],\"o\":{\"d\":0.5}}");

  /* It can be used again, and cleared half-way. */
  opt_json_writer_init (&writer);
  opt_json_writer_add_int (&writer, NULL, 7);
  opt_json_writer_clear (&writer);
  g_assert_null (writer.text);
  opt_json_writer_clear (&writer);
}

static void
test_strings (void)
{
  static const struct
  {
    const char *value;
    const char *json;
  } cases[] = {
    { "", "\"\"" },
    { "\"\\/", "\"\\\"\\\\/\"" },
    { "\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"" },
    { "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
    { "é€😀", "\"é€😀\"" },
    { "\xe2\x80\xa8", "\"\xe2\x80\xa8\"" },
    { "a\xff"
      "b",
      "\"a\xef\xbf\xbd"
      "b\"" },
    { "\xc3", "\"\xef\xbf\xbd\"" },
    { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      OptJsonWriter    writer;
      g_autofree char *json = NULL;

      opt_json_writer_init (&writer);
      opt_json_writer_add_string (&writer, NULL, cases[i].value);
      json = opt_json_writer_end (&writer);
      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_names (void)
{
  OptJsonWriter    writer;
  g_autofree char *json = NULL;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_int (&writer, "a\"b\n", 1);
  opt_json_writer_close_object (&writer);
  json = opt_json_writer_end (&writer);
  g_assert_cmpstr (json, ==, "{\"a\\\"b\\n\":1}");
}

static void
test_doubles (void)
{
  static const struct
  {
    double      value;
    const char *json;
  } cases[] = {
    { 0, "0" },
    { 1.5, "1.5" },
    { 0.1, "0.1" },
    { -1e300, "-1e+300" },
    { 1.0 / 3, "0.33333333333333331" },
    { INFINITY, "null" },
    { -INFINITY, "null" },
    { NAN, "null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      OptJsonWriter    writer;
      g_autofree char *json = NULL;

      opt_json_writer_init (&writer);
      opt_json_writer_add_double (&writer, NULL, cases[i].value);
      json = opt_json_writer_end (&writer);
      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

/* Whatever string goes in comes out of the reader as it was, but for what was no UTF-8. */
static void
test_round_trip (void)
{
  for (int round = 0; round < 2000; round++)
    {
      OptJsonWriter writer;
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autofree char *valid = NULL;
      g_autofree char *json = NULL;
      char             value[32];

      for (gsize i = 0; i < sizeof value - 1; i++)
        value[i] = (char)g_test_rand_int_range (1, 256);
      value[sizeof value - 1] = '\0';
      valid = g_utf8_make_valid (value, -1);

      opt_json_writer_init (&writer);
      opt_json_writer_add_string (&writer, NULL, value);
      json = opt_json_writer_end (&writer);
      node = opt_json_parse (json, -1, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (json_node_get_string (node), ==, valid);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/shape", test_shape);
  g_test_add_func ("/json-writer/strings", test_strings);
  g_test_add_func ("/json-writer/names", test_names);
  g_test_add_func ("/json-writer/doubles", test_doubles);
  g_test_add_func ("/json-writer/round-trip", test_round_trip);
  return g_test_run ();
}
