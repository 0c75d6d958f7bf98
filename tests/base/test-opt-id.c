/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-id.h"

#include <string.h>

/* 2026-11-20T01:02:03.456789Z */
#define WALL G_GINT64_CONSTANT (1795136523456789)

static void
test_uuid_form (void)
{
  static const gint64 walls[] = { WALL, 0, -1, G_MININT64, G_MAXINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (walls); i++)
    {
      g_autofree char *id = opt_id_new_uuid7 (walls[i]);
      g_autofree char *lower = g_ascii_strdown (id, -1);

      g_assert_true (opt_id_is_uuid (id));
      g_assert_true (g_uuid_string_is_valid (id));
      g_assert_cmpstr (id, ==, lower);
      g_assert_cmpint (id[14], ==, '7');
      g_assert_nonnull (strchr ("89ab", id[19]));
    }
}

static void
test_uuid_time (void)
{
  g_autofree char *before = opt_id_new_uuid7 (WALL);
  g_autofree char *after = opt_id_new_uuid7 (WALL + 1);
  g_autofree char *later = opt_id_new_uuid7 (WALL + 1000);
  g_autofree char *digits = NULL;
  guint64          milliseconds;

  g_assert_cmpstr (before, <, after);
  g_assert_cmpstr (after, <, later);

  digits = g_strdup_printf ("%.8s%.4s", before, before + 9);
  g_assert_true (g_ascii_string_to_unsigned (digits, 16, 0, G_MAXUINT64, &milliseconds, NULL));
  g_assert_cmpuint (milliseconds, ==, WALL / 1000);
}

static void
test_uuid_unique (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 10000; i++)
    g_assert_true (g_hash_table_add (seen, opt_id_new_uuid7 (WALL)));
}

static void
test_is_uuid (void)
{
  static const struct
  {
    const char *text;
    gboolean    is;
  } cases[] = {
    { "019a9f1c-2d3e-7abc-8def-0123456789ab", TRUE },
    { "019A9F1C-2D3E-7ABC-8DEF-0123456789AB", TRUE },
    { "00000000-0000-0000-0000-000000000000", TRUE },
    { NULL, FALSE },
    { "", FALSE },
    { "17", FALSE },
    { "019a9f1c-2d3e-7abc-8def-0123456789a", FALSE },
    { "019a9f1c-2d3e-7abc-8def-0123456789abc", FALSE },
    { "019a9f1c-2d3e-7abc-8def-0123456789ag", FALSE },
    { "019a9f1c02d3e-7abc-8def-0123456789ab", FALSE },
    { "{19a9f1c-2d3e-7abc-8def-0123456789ab", FALSE },
    { "019a9f1c-2d3e-7abc-8def-01234567-9ab", FALSE },
    { "------------------------------------", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (opt_id_is_uuid (cases[i].text), ==, cases[i].is);
}

static void
test_secret (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean dash = FALSE, underscore = FALSE;

  for (gsize bytes = 1; bytes <= 64; bytes++)
    {
      g_autofree char *secret = opt_id_new_secret (bytes);

      g_assert_cmpuint (strlen (secret), ==, (bytes * 4 + 2) / 3);
      for (const char *at = secret; *at != '\0'; at++)
        g_assert_true (g_ascii_isalnum (*at) || *at == '-' || *at == '_');
    }

  /* All 64 characters come up, and nothing twice. */
  for (int i = 0; i < 10000; i++)
    {
      char *secret = opt_id_new_secret (16);

      g_assert_cmpuint (strlen (secret), ==, 22);
      dash |= strchr (secret, '-') != NULL;
      underscore |= strchr (secret, '_') != NULL;
      g_assert_true (g_hash_table_add (seen, secret));
    }
  g_assert_true (dash);
  g_assert_true (underscore);
}

static void
test_name (void)
{
  static const char *const good[] = { "a", "report", "VM_91", "-", "0", "A-Za-z0-9_-" };
  static const char *const bad[] = { "", " ", "a b", "a.b", "é", "a\n", "../x", "@x", "a\xff" };
  g_autofree char         *longest = g_strnfill (OPT_NAME_MAX, 'x');
  g_autofree char         *longer = g_strnfill (OPT_NAME_MAX + 1, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (opt_name_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (opt_name_is_valid (bad[i]));
  g_assert_false (opt_name_is_valid (NULL));
  g_assert_true (opt_name_is_valid (longest));
  g_assert_false (opt_name_is_valid (longer));
}

static void
test_fold (void)
{
  g_autofree char *folded = opt_name_fold ("Main_Bot-7");

  g_assert_cmpstr (folded, ==, "main_bot-7");
  g_assert_true (opt_name_equal ("MAIN", "main"));
  g_assert_false (opt_name_equal ("main", "mai"));
  g_assert_false (opt_name_equal ("main", NULL));
  g_assert_false (opt_name_equal (NULL, "main"));
  g_assert_true (opt_name_equal (NULL, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/uuid/form", test_uuid_form);
  g_test_add_func ("/id/uuid/time", test_uuid_time);
  g_test_add_func ("/id/uuid/unique", test_uuid_unique);
  g_test_add_func ("/id/is-uuid", test_is_uuid);
  g_test_add_func ("/id/secret", test_secret);
  g_test_add_func ("/id/name", test_name);
  g_test_add_func ("/id/fold", test_fold);
  return g_test_run ();
}
