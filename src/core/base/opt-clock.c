/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-clock.h"

#include <time.h>

/* The last microsecond of the year 9999, beyond which the format has no room. */
#define WALL_MAX (253402300799 * OPT_SECOND + 999999)

G_DEFINE_INTERFACE (OptClock, opt_clock, G_TYPE_OBJECT)

static void
opt_clock_default_init (OptClockInterface *iface)
{
}

/**
 * opt_clock_get_wall:
 * @self: a clock
 *
 * Tells what time it is for people; it steps when somebody sets the machine's clock.
 *
 * Returns: microseconds since 1970 UTC
 */
gint64
opt_clock_get_wall (OptClock *self)
{
  g_return_val_if_fail (OPT_IS_CLOCK (self), 0);

  return OPT_CLOCK_GET_IFACE (self)->get_wall (self);
}

/**
 * opt_clock_get_boot:
 * @self: a clock
 *
 * Tells a time for measuring: it never steps, and goes on while the machine is suspended.
 *
 * Returns: microseconds since some point in the past
 */
gint64
opt_clock_get_boot (OptClock *self)
{
  g_return_val_if_fail (OPT_IS_CLOCK (self), 0);

  return OPT_CLOCK_GET_IFACE (self)->get_boot (self);
}

/**
 * opt_clock_call_in:
 * @self: a clock
 * @delay: microseconds from now; 0 and less is as soon as the main context runs
 * @func: (scope async): what to call, once
 * @user_data: passed to @func
 *
 * Has a function called later on the main context, time in suspend included.
 * Timers that are due together are called in the order they were set.
 * It is the caller's to cancel the timer before @user_data goes.
 *
 * Returns: an id for opt_clock_cancel(), never 0
 */
guint
opt_clock_call_in (OptClock    *self,
                   gint64       delay,
                   OptClockFunc func,
                   gpointer     user_data)
{
  OptClockInterface *iface;
  gint64             now, due;

  g_return_val_if_fail (OPT_IS_CLOCK (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  iface = OPT_CLOCK_GET_IFACE (self);
  now = iface->get_boot (self);
  delay = MAX (delay, 0);
  due = delay > G_MAXINT64 - now ? G_MAXINT64 : now + delay;

  return iface->add_timer (self, due, func, user_data);
}

/**
 * opt_clock_cancel:
 * @self: a clock
 * @id: (inout): where the timer's id is kept; becomes 0
 *
 * Forgets a timer, if there is one: an id of 0 is let pass.
 */
void
opt_clock_cancel (OptClock *self,
                  guint    *id)
{
  g_return_if_fail (OPT_IS_CLOCK (self));
  g_return_if_fail (id != NULL);

  if (*id == 0)
    return;

  OPT_CLOCK_GET_IFACE (self)->remove_timer (self, *id);
  *id = 0;
}

/**
 * opt_clock_format_time:
 * @wall: microseconds since 1970 UTC; what is outside the years 1970 to 9999 is taken as the
 *   nearest moment inside
 *
 * Writes a time as all JSON here has it, such as `2026-11-20T01:02:03.456Z`.
 *
 * Returns: (transfer full): ISO 8601 in UTC, cut to milliseconds
 */
char *
opt_clock_format_time (gint64 wall)
{
  time_t    seconds;
  struct tm tm;

  wall = CLAMP (wall, 0, WALL_MAX);
  seconds = wall / OPT_SECOND;
  gmtime_r (&seconds, &tm);

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                          tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                          tm.tm_hour, tm.tm_min, tm.tm_sec,
                          (int)(wall % OPT_SECOND / 1000));
}
