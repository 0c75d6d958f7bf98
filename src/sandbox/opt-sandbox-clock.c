/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-clock.h"

struct _OptSandboxClock
{
  OptClock *clock;    /* (owned) */
  gint64    advanced; /* microseconds */
};

/**
 * opt_sandbox_clock_new:
 * @clock: the clock below
 *
 * The sandbox's time: the clock below, plus what it was advanced by. Message dates, expiry
 * and rate limits go by it. Timers that hold back an answer go by the clock below alone.
 *
 * Returns: (transfer full): a clock
 */
OptSandboxClock *
opt_sandbox_clock_new (OptClock *clock)
{
  OptSandboxClock *self = g_new0 (OptSandboxClock, 1);

  self->clock = g_object_ref (clock);
  return self;
}

void
opt_sandbox_clock_free (OptSandboxClock *self)
{
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * opt_sandbox_clock_get_wall:
 * @self: a clock
 *
 * Returns: microseconds since 1970 UTC
 */
gint64
opt_sandbox_clock_get_wall (OptSandboxClock *self)
{
  return opt_clock_get_wall (self->clock) + self->advanced;
}

/**
 * opt_sandbox_clock_get_date:
 * @self: a clock
 *
 * Returns: seconds since 1970 UTC, as messages carry them
 */
gint64
opt_sandbox_clock_get_date (OptSandboxClock *self)
{
  return opt_sandbox_clock_get_wall (self) / G_USEC_PER_SEC;
}

/**
 * opt_sandbox_clock_get_steady:
 * @self: a clock
 *
 * Returns: microseconds that never step back
 */
gint64
opt_sandbox_clock_get_steady (OptSandboxClock *self)
{
  return opt_clock_get_boot (self->clock) + self->advanced;
}

/**
 * opt_sandbox_clock_advance:
 * @self: a clock
 * @microseconds: how far, not negative
 *
 * Moves the sandbox's time forward.
 */
void
opt_sandbox_clock_advance (OptSandboxClock *self,
                           gint64           microseconds)
{
  self->advanced += microseconds;
}

/**
 * opt_sandbox_clock_call_in:
 * @self: a clock
 * @milliseconds: how long to wait
 * @func: what to call, once
 * @user_data: for @func
 *
 * Returns: the timer, for opt_sandbox_clock_cancel()
 */
guint
opt_sandbox_clock_call_in (OptSandboxClock *self,
                           gint64           milliseconds,
                           OptClockFunc     func,
                           gpointer         user_data)
{
  return opt_clock_call_in (self->clock, milliseconds * 1000, func, user_data);
}

/**
 * opt_sandbox_clock_cancel:
 * @self: a clock
 * @timer: (inout): a timer or 0; becomes 0
 */
void
opt_sandbox_clock_cancel (OptSandboxClock *self,
                          guint           *timer)
{
  opt_clock_cancel (self->clock, timer);
}
