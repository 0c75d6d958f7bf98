/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <time.h>

#include "opt-clock-system.h"
#include "opt-clock.h"
#include "opt-test-clock.h"

/* 2026-11-20T01:02:03.456Z */
#define WALL G_GINT64_CONSTANT (1795136523456789)

typedef struct
{
  OptClock *clock;
  GString  *seen;
  guint     id;
  guint     other;
  guint     count;
} Log;

static void
see_a (gpointer data)
{
  g_string_append_c (((Log *)data)->seen, 'a');
}

static void
see_b (gpointer data)
{
  g_string_append_c (((Log *)data)->seen, 'b');
}

static void
see_and_set_b (gpointer data)
{
  Log *log = data;

  g_string_append_c (log->seen, 'n');
  opt_clock_call_in (log->clock, 0, see_b, log);
}

static void
cancel_other (gpointer data)
{
  Log *log = data;

  g_string_append_c (log->seen, 'c');
  opt_clock_cancel (log->clock, &log->other);
}

static void
count_down (gpointer data)
{
  Log *log = data;

  if (--log->count > 0)
    opt_clock_call_in (log->clock, OPT_SECOND, count_down, log);
}

static void
forget_clock (gpointer data)
{
  Log *log = data;

  g_string_append_c (log->seen, 'x');
  g_clear_object (&log->clock);
}

static void
test_format (void)
{
  static const struct
  {
    gint64      wall;
    const char *text;
  } cases[] = {
    { WALL, "2026-11-20T01:02:03.456Z" },
    { 0, "1970-01-01T00:00:00.000Z" },
    { 999, "1970-01-01T00:00:00.000Z" },
    { 1000, "1970-01-01T00:00:00.001Z" },
    { -1, "1970-01-01T00:00:00.000Z" },
    { G_MININT64, "1970-01-01T00:00:00.000Z" },
    { G_GINT64_CONSTANT (1709164800000000), "2024-02-29T00:00:00.000Z" },
    { G_GINT64_CONSTANT (253402300799999999), "9999-12-31T23:59:59.999Z" },
    { G_MAXINT64, "9999-12-31T23:59:59.999Z" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = opt_clock_format_time (cases[i].wall);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_test_clock_order (void)
{
  g_autoptr (OptTestClock) clock = opt_test_clock_new (WALL);
  g_autoptr (GString) seen = g_string_new (NULL);
  Log    log = { .clock = OPT_CLOCK (clock), .seen = seen };
  gint64 boot = opt_clock_get_boot (log.clock);

  g_assert_cmpint (opt_clock_get_wall (log.clock), ==, WALL);
  g_assert_cmpint (opt_test_clock_next_due (clock), ==, -1);

  g_assert_cmpuint (opt_clock_call_in (log.clock, 20, see_b, &log), !=, 0);
  g_assert_cmpuint (opt_clock_call_in (log.clock, 10, see_a, &log), !=, 0);
  g_assert_cmpuint (opt_clock_call_in (log.clock, 20, see_a, &log), !=, 0);
  g_assert_cmpint (opt_test_clock_next_due (clock), ==, 10);

  opt_test_clock_advance (clock, 9);
  g_assert_cmpstr (seen->str, ==, "");
  opt_test_clock_advance (clock, 1);
  g_assert_cmpstr (seen->str, ==, "a");
  opt_test_clock_advance (clock, 100);
  g_assert_cmpstr (seen->str, ==, "aba");
  g_assert_cmpint (opt_clock_get_wall (log.clock), ==, WALL + 110);
  g_assert_cmpint (opt_clock_get_boot (log.clock), ==, boot + 110);
}

static void
test_test_clock_nested (void)
{
  g_autoptr (OptTestClock) clock = opt_test_clock_new (WALL);
  g_autoptr (GString) seen = g_string_new (NULL);
  Log log = { .clock = OPT_CLOCK (clock), .seen = seen, .count = 5 };

  opt_clock_call_in (log.clock, 10, see_and_set_b, &log);
  opt_clock_call_in (log.clock, 11, see_a, &log);
  opt_test_clock_advance (clock, 11);
  g_assert_cmpstr (seen->str, ==, "nba");

  opt_clock_call_in (log.clock, OPT_SECOND, count_down, &log);
  opt_test_clock_advance (clock, 4 * OPT_SECOND);
  g_assert_cmpuint (log.count, ==, 1);
  g_assert_cmpint (opt_test_clock_next_due (clock), ==, OPT_SECOND);
  opt_test_clock_advance (clock, 3600 * OPT_SECOND);
  g_assert_cmpuint (log.count, ==, 0);
}

static void
test_test_clock_cancel (void)
{
  g_autoptr (OptTestClock) clock = opt_test_clock_new (WALL);
  g_autoptr (GString) seen = g_string_new (NULL);
  Log log = { .clock = OPT_CLOCK (clock), .seen = seen };

  log.id = opt_clock_call_in (log.clock, 10, see_a, &log);
  opt_clock_cancel (log.clock, &log.id);
  g_assert_cmpuint (log.id, ==, 0);
  opt_clock_cancel (log.clock, &log.id);

  opt_clock_call_in (log.clock, 10, cancel_other, &log);
  log.other = opt_clock_call_in (log.clock, 10, see_b, &log);
  opt_test_clock_advance (clock, 10);
  g_assert_cmpstr (seen->str, ==, "c");
  g_assert_cmpuint (log.other, ==, 0);

  /* An id that has fired is let pass. */
  log.id = opt_clock_call_in (log.clock, 0, see_a, &log);
  opt_test_clock_advance (clock, 0);
  opt_clock_cancel (log.clock, &log.id);
  g_assert_cmpstr (seen->str, ==, "ca");
}

static void
test_test_clock_step (void)
{
  g_autoptr (OptTestClock) clock = opt_test_clock_new (WALL);
  g_autoptr (GString) seen = g_string_new (NULL);
  Log    log = { .clock = OPT_CLOCK (clock), .seen = seen };
  gint64 boot = opt_clock_get_boot (log.clock);

  opt_clock_call_in (log.clock, 10, see_a, &log);
  opt_test_clock_set_wall (clock, WALL - 5000);
  g_assert_cmpint (opt_clock_get_wall (log.clock), ==, WALL - 5000);
  g_assert_cmpint (opt_clock_get_boot (log.clock), ==, boot);
  g_assert_cmpstr (seen->str, ==, "");
  opt_test_clock_advance (clock, 10);
  g_assert_cmpint (opt_clock_get_wall (log.clock), ==, WALL - 4990);
  g_assert_cmpstr (seen->str, ==, "a");
}

static void
test_system_times (void)
{
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  gint64 wall = time (NULL) * OPT_SECOND;
  gint64 boot = opt_clock_get_boot (clock);

  g_assert_cmpint (opt_clock_get_wall (clock), >=, wall);
  g_assert_cmpint (opt_clock_get_wall (clock), <, wall + 3600 * OPT_SECOND);
  g_assert_cmpint (opt_clock_get_boot (clock), >=, boot);
}

static void
test_system_order (void)
{
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  Log log = { .clock = clock, .seen = seen };

  /* One far away first, so that the descriptor must be set anew for the nearer ones. */
  log.id = opt_clock_call_in (clock, 3600 * OPT_SECOND, see_b, &log);
  g_assert_false (g_main_context_iteration (NULL, FALSE));

  opt_clock_call_in (clock, 3000, see_a, &log);
  opt_clock_call_in (clock, 1000, see_b, &log);
  log.other = opt_clock_call_in (clock, 2000, see_b, &log);
  opt_clock_cancel (clock, &log.other);
  while (seen->len < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen->str, ==, "ba");

  opt_clock_cancel (clock, &log.id);
  g_assert_cmpuint (log.id, ==, 0);
}

static void
test_system_rounds (void)
{
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  Log log = { .clock = clock, .seen = seen };

  /* Those due together go in the order they were set; what they set waits for the next round. */
  opt_clock_call_in (clock, -5, see_and_set_b, &log);
  opt_clock_call_in (clock, G_MININT64, see_a, &log);
  g_assert_true (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpstr (seen->str, ==, "na");
  while (seen->len < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen->str, ==, "nab");

  /* A delay without end is no delay that wraps. */
  log.id = opt_clock_call_in (clock, G_MAXINT64, see_a, &log);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  opt_clock_cancel (clock, &log.id);
  g_assert_cmpuint (seen->len, ==, 3);
}

static void
test_system_cancel (void)
{
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  Log log = { .clock = clock, .seen = seen };

  opt_clock_call_in (clock, 0, cancel_other, &log);
  log.other = opt_clock_call_in (clock, 0, see_a, &log);
  log.id = opt_clock_call_in (clock, 0, see_b, &log);
  while (seen->len < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen->str, ==, "cb");
  opt_clock_cancel (clock, &log.id);
  g_assert_cmpuint (log.id, ==, 0);
}

static void
test_system_many (void)
{
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  Log   log = { .clock = clock, .seen = seen };
  guint ids[1000];

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = opt_clock_call_in (clock, (gint64)(i * 7919 % 1000), see_a, &log);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i += 2)
    opt_clock_cancel (clock, &ids[i]);
  while (seen->len < G_N_ELEMENTS (ids) / 2)
    g_main_context_iteration (NULL, TRUE);
  opt_clock_call_in (clock, 2000, see_b, &log);
  while (seen->str[seen->len - 1] != 'b')
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seen->len, ==, G_N_ELEMENTS (ids) / 2 + 1);
}

static void
test_system_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (OptClock) clock = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  Log log = { .seen = seen };

  g_main_context_push_thread_default (context);
  clock = log.clock = opt_clock_system_new ();
  g_main_context_pop_thread_default (context);

  opt_clock_call_in (clock, 0, see_a, &log);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpstr (seen->str, ==, "");
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_cmpstr (seen->str, ==, "a");
}

static void
test_system_end (void)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  Log       log = { .seen = seen };
  OptClock *clock = opt_clock_system_new ();

  /* Timers that are left never fire. */
  opt_clock_call_in (clock, 0, see_a, &log);
  g_assert_finalize_object (clock);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpstr (seen->str, ==, "");

  /* A callback may drop the last reference. */
  log.clock = opt_clock_system_new ();
  opt_clock_call_in (log.clock, 0, forget_clock, &log);
  opt_clock_call_in (log.clock, 3600 * OPT_SECOND, see_a, &log);
  g_assert_true (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpstr (seen->str, ==, "x");
  g_assert_null (log.clock);

  clock = OPT_CLOCK (opt_test_clock_new (0));
  opt_clock_call_in (clock, 0, see_a, &log);
  g_assert_finalize_object (clock);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/format", test_format);
  g_test_add_func ("/clock/test/order", test_test_clock_order);
  g_test_add_func ("/clock/test/nested", test_test_clock_nested);
  g_test_add_func ("/clock/test/cancel", test_test_clock_cancel);
  g_test_add_func ("/clock/test/step", test_test_clock_step);
  g_test_add_func ("/clock/system/times", test_system_times);
  g_test_add_func ("/clock/system/order", test_system_order);
  g_test_add_func ("/clock/system/rounds", test_system_rounds);
  g_test_add_func ("/clock/system/cancel", test_system_cancel);
  g_test_add_func ("/clock/system/many", test_system_many);
  g_test_add_func ("/clock/system/context", test_system_context);
  g_test_add_func ("/clock/system/end", test_system_end);
  return g_test_run ();
}
