/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-backoff.h"

#define SECOND G_GINT64_CONSTANT (1000000)

static void
check_between (gint64 value,
               gint64 least,
               gint64 most)
{
  g_assert_cmpint (value, >=, least);
  g_assert_cmpint (value, <=, most);
}

static void
test_doubles (void)
{
  for (int round = 0; round < 200; round++)
    {
      OptBackoff backoff;

      opt_backoff_init (&backoff, SECOND, 60 * SECOND);
      for (gint64 base = SECOND; base < 60 * SECOND; base *= 2)
        check_between (opt_backoff_next (&backoff), base * 3 / 4, MIN (base * 5 / 4, 60 * SECOND));
      for (int i = 0; i < 100; i++)
        check_between (opt_backoff_next (&backoff), 45 * SECOND, 60 * SECOND);
    }
}

static void
test_jitters (void)
{
  gint64   first = 0;
  gboolean differs = FALSE;

  for (int i = 0; i < 100 && !differs; i++)
    {
      OptBackoff backoff;
      gint64     delay;

      opt_backoff_init (&backoff, 1000 * SECOND, 1000000 * SECOND);
      delay = opt_backoff_next (&backoff);
      differs = first != 0 && delay != first;
      first = delay;
    }
  g_assert_true (differs);
}

static void
test_resets (void)
{
  OptBackoff backoff;

  opt_backoff_init (&backoff, SECOND, 15 * SECOND);
  for (int i = 0; i < 10; i++)
    opt_backoff_next (&backoff);
  opt_backoff_reset (&backoff);
  check_between (opt_backoff_next (&backoff), SECOND * 3 / 4, SECOND * 5 / 4);
}

static void
test_bounds (void)
{
  OptBackoff backoff;

  opt_backoff_init (&backoff, 1, 1);
  for (int i = 0; i < 10; i++)
    g_assert_cmpint (opt_backoff_next (&backoff), ==, 1);

  /* Nothing overflows, however long it goes on. */
  opt_backoff_init (&backoff, 1, G_MAXINT64);
  for (int i = 0; i < 200; i++)
    check_between (opt_backoff_next (&backoff), 1, G_MAXINT64);
  check_between (opt_backoff_next (&backoff), G_MAXINT64 / 4 * 3, G_MAXINT64);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/doubles", test_doubles);
  g_test_add_func ("/backoff/jitters", test_jitters);
  g_test_add_func ("/backoff/resets", test_resets);
  g_test_add_func ("/backoff/bounds", test_bounds);
  return g_test_run ();
}
