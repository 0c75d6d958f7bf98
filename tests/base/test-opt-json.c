/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json.h"

#include <string.h>

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *canonical; /* as json-glib writes it */
  } cases[] = {
    { "{}", "{}" },
    { "[]", "[]" },
    { " \t\r\n[ ] \n", "[]" },
    { "null", "null" },
    { "true", "true" },
    { "false", "false" },
    { "0", "0" },
    { "-0", "0" },
    { "-12", "-12" },
    { "9223372036854775807", "9223372036854775807" },
    { "-9223372036854775808", "-9223372036854775808" },
    { "0.5", "0.5" },
    { "-1.5e2", "-150.0" },
    { "1E+2", "100.0" },
    { "\"\"", "\"\"" },
    { "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"a\\\"\\\\/\\b\\f\\n\\r\\t\"" },
    { "\"\\u00e9\\u20AC\"", "\"é€\"" },
    { "\"\\ud83d\\ude00\"", "\"😀\"" },
    { "\"a\\u0000b\"", "\"a\xef\xbf\xbd"
                       "b\"" },
    { "\"\\ud83d\"", "\"\xef\xbf\xbd\"" },
    { "\"\\ude00x\"", "\"\xef\xbf\xbdx\"" },
    { "\"\\ud83d\\u0041\"", "\"\xef\xbf\xbd"
                            "A\"" },
    { "\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd😀\"" },
    { "\"\\ud83d\\n\"", "\"\xef\xbf\xbd\\n\"" },
    { "\xef\xbb\xbf{\"a\":1}", "{\"a\":1}" },
    { "{\"a\":1,\"b\":[true,null,{\"c\":\"d\"}]}", "{\"a\":1,\"b\":[true,null,{\"c\":\"d\"}]}" },
    { "{\"a\":1,\"a\":2}", "{\"a\":2}" },
    { "{ \"a\" : [ 1 , 2 ] }", "{\"a\":[1,2]}" },
    { "\"/* no comment */\"", "\"/* no comment */\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = opt_json_parse (cases[i].text, -1, &error);
      g_autofree char *canonical = NULL;

      g_assert_no_error (error);
      canonical = json_to_string (node, FALSE);
      g_assert_cmpstr (canonical, ==, cases[i].canonical);
    }
}

static const struct
{
  const char  *text;
  OptJsonError code;
  const char  *where;
} bad_cases[] = {
  { "", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: the text is empty" },
  { "  \n ", OPT_JSON_ERROR_SYNTAX, "line 2, column 2: the text is empty" },
  { "{", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: the text ends" },
  { "[1", OPT_JSON_ERROR_SYNTAX, "line 1, column 3: the text ends" },
  { "\"abc", OPT_JSON_ERROR_SYNTAX, "line 1, column 5: the text ends" },
  { "\"\\", OPT_JSON_ERROR_SYNTAX, "line 1, column 3: the text ends" },
  { "\"\\u12", OPT_JSON_ERROR_SYNTAX, "line 1, column 6: the text ends" },
  { "tru", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "True", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "truefalse", OPT_JSON_ERROR_SYNTAX, "line 1, column 5: more follows" },
  { "<html>", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "{\n  \"é\": é}", OPT_JSON_ERROR_SYNTAX, "line 2, column 8: expected a value" },
  { "{'a':1}", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: expected a name" },
  { "{a:1}", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: expected a name" },
  { "{\"a\" 1}", OPT_JSON_ERROR_SYNTAX, "line 1, column 6: expected a colon" },
  { "{\"a\":1 \"b\":2}", OPT_JSON_ERROR_SYNTAX, "line 1, column 8: expected a comma or }" },
  { "{\"a\":1,}", OPT_JSON_ERROR_SYNTAX, "line 1, column 8: expected a name" },
  { "[1,]", OPT_JSON_ERROR_SYNTAX, "line 1, column 4: expected a value" },
  { "[1 2]", OPT_JSON_ERROR_SYNTAX, "line 1, column 4: expected a comma or ]" },
  { "[1}", OPT_JSON_ERROR_SYNTAX, "line 1, column 3: expected a comma or ]" },
  { "{} {}", OPT_JSON_ERROR_SYNTAX, "line 1, column 4: more follows" },
  { "1 // one", OPT_JSON_ERROR_SYNTAX, "line 1, column 3: more follows" },
  { "/* c */ 1", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "var a = 1;", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "01", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: more follows" },
  { "+1", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "-", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: the text ends" },
  { "-a", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: expected a digit" },
  { ".5", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "[1.]", OPT_JSON_ERROR_SYNTAX, "line 1, column 4: expected a digit" },
  { "[1e]", OPT_JSON_ERROR_SYNTAX, "line 1, column 4: expected a digit" },
  { "[1e+]", OPT_JSON_ERROR_SYNTAX, "line 1, column 5: expected a digit" },
  { "0x10", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: more follows" },
  { "NaN", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "\"a\nb\"", OPT_JSON_ERROR_SYNTAX, "line 1, column 3: a control character" },
  { "\"\\x41\"", OPT_JSON_ERROR_SYNTAX, "line 1, column 3: unknown escape" },
  { "\"\\u12g4\"", OPT_JSON_ERROR_SYNTAX, "line 1, column 6: expected four hexadecimal" },
  { "\"\\ud83d\\u\"", OPT_JSON_ERROR_SYNTAX, "line 1, column 10: expected four" },
  { "\"a\xff\"", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: what follows is not UTF-8" },
  { "\"\xed\xa0\x80\"", OPT_JSON_ERROR_SYNTAX, "line 1, column 2: what follows is not UTF-8" },
  { "\xff", OPT_JSON_ERROR_SYNTAX, "line 1, column 1: expected a value" },
  { "1e999", OPT_JSON_ERROR_LIMIT, "line 1, column 1: the number is too large" },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = opt_json_parse (bad_cases[i].text, -1, &error);

      g_assert_error (error, OPT_JSON_ERROR, (int)bad_cases[i].code);
      g_assert_null (node);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, bad_cases[i].where));
    }
}

static void
test_length (void)
{
  static const char nul[] = "[1,\0 2]";
  static const char in_string[] = "\"a\0b\"";
  static const char after[] = "[]\0";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  /* The text ends where it is said to, whatever stands behind. */
  node = opt_json_parse ("123456", 3, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_node_get_int (node), ==, 123);
  g_clear_pointer (&node, json_node_unref);

  g_assert_null (opt_json_parse ("true", 3, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (opt_json_parse ("\"a\"", 2, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (opt_json_parse (NULL, 5, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_SYNTAX);
  g_clear_error (&error);

  g_assert_null (opt_json_parse (nul, sizeof nul - 1, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (opt_json_parse (in_string, sizeof in_string - 1, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (opt_json_parse (after, sizeof after - 1, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT);
}

static char *
nest (guint       depth,
      const char *open,
      const char *close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append_c (text, '1');
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const struct
  {
    const char *open;
    const char *close;
  } kinds[] = { { "[", "]" }, { "{\"a\":", "}" } };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *most = nest (OPT_JSON_DEPTH_MAX, kinds[i].open, kinds[i].close);
      g_autofree char *more = nest (OPT_JSON_DEPTH_MAX + 1, kinds[i].open, kinds[i].close);
      g_autofree char *bomb = nest (1000000, kinds[i].open, "");
      g_autoptr (JsonNode) node = opt_json_parse (most, -1, &error);

      g_assert_no_error (error);
      g_assert_nonnull (node);
      g_assert_null (opt_json_parse (more, -1, &error));
      g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT);
      g_clear_error (&error);
      g_assert_null (opt_json_parse (bomb, -1, &error));
      g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT);
    }
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (OPT_JSON_BYTES_MAX + 1, ' ');
  g_autoptr (JsonNode) node = NULL;

  text[0] = '1';
  node = opt_json_parse (text, OPT_JSON_BYTES_MAX, &error);
  g_assert_no_error (error);
  g_assert_nonnull (node);
  g_assert_null (opt_json_parse (text, -1, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT);
}

static void
test_no_secret (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (opt_json_parse ("{\"token\": hunter2}", -1, &error));
  g_assert_null (strstr (error->message, "hunter2"));
}

static void
test_object (void)
{
  static const char *const others[] = { "[]", "1", "\"{}\"", "null", "true" };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object = NULL;

  node = opt_json_parse_object ("{\"a\":1}", -1, &object, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_has_member (object, "a"));

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_assert_null (opt_json_parse_object (others[i], -1, &object, &error));
      g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_TYPE);
      g_assert_null (object);
      g_clear_error (&error);
    }
  g_assert_null (opt_json_parse_object ("{", -1, &object, &error));
  g_assert_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_SYNTAX);
}

static void
test_typed (void)
{
  static const char text[] =
    "{\"int\":-5,\"big\":9223372036854775808,\"small\":-9223372036854775809,"
    "\"double\":1.0,\"string\":\"s\",\"digits\":\"7\",\"true\":true,\"false\":false,"
    "\"null\":null,\"object\":{\"x\":1},\"array\":[{\"y\":2},3]}";
  static const char *const no_int[] = { "big", "small", "double", "string", "digits", "true",
                                        "null", "object", "array", "absent" };
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  JsonArray  *array;
  gint64      value = 42;

  node = opt_json_parse_object (text, -1, &object, NULL);
  g_assert_nonnull (node);

  for (gsize i = 0; i < G_N_ELEMENTS (no_int); i++)
    {
      g_assert_false (opt_json_get_int (object, no_int[i], &value));
      g_assert_cmpint (value, ==, 42);
    }
  g_assert_true (opt_json_get_int (object, "int", &value));
  g_assert_cmpint (value, ==, -5);

  g_assert_true (opt_json_get_bool (object, "true"));
  g_assert_false (opt_json_get_bool (object, "false"));
  g_assert_false (opt_json_get_bool (object, "int"));
  g_assert_false (opt_json_get_bool (object, "null"));
  g_assert_false (opt_json_get_bool (object, "absent"));

  g_assert_cmpstr (opt_json_get_string (object, "string"), ==, "s");
  g_assert_null (opt_json_get_string (object, "int"));
  g_assert_null (opt_json_get_string (object, "null"));
  g_assert_null (opt_json_get_string (object, "object"));
  g_assert_null (opt_json_get_string (object, "absent"));

  g_assert_nonnull (opt_json_get_object (object, "object"));
  g_assert_null (opt_json_get_object (object, "array"));
  g_assert_null (opt_json_get_object (object, "null"));

  array = opt_json_get_array (object, "array");
  g_assert_nonnull (array);
  g_assert_null (opt_json_get_array (object, "object"));
  g_assert_nonnull (opt_json_array_get_object (array, 0));
  g_assert_null (opt_json_array_get_object (array, 1));
  g_assert_null (opt_json_array_get_object (array, 2));

  /* What is not there has nothing in it, so that look-ups chain. */
  g_assert_null (opt_json_get_object (NULL, "a"));
  g_assert_null (opt_json_get_array (NULL, "a"));
  g_assert_null (opt_json_get_string (NULL, "a"));
  g_assert_false (opt_json_get_int (NULL, "a", &value));
  g_assert_false (opt_json_get_bool (NULL, "a"));
  g_assert_null (opt_json_array_get_object (NULL, 0));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/good", test_good);
  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/length", test_length);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/size", test_size);
  g_test_add_func ("/json/no-secret", test_no_secret);
  g_test_add_func ("/json/object", test_object);
  g_test_add_func ("/json/typed", test_typed);
  return g_test_run ();
}
