/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-pace-private.h"

struct _OptPace
{
  gint64 window;
  guint  most;
  guint  at;
  gint64 ends[]; /* when each of the last ones leaves the window */
};

/**
 * opt_pace_new:
 * @most: how many
 * @window: in how many microseconds
 *
 * A pace nobody went yet.
 *
 * Returns: (transfer full): the new pace
 */
OptPace *
opt_pace_new (guint  most,
              gint64 window)
{
  OptPace *self = g_malloc0 (sizeof *self + most * sizeof self->ends[0]);

  self->most = most;
  self->window = window;
  return self;
}

/**
 * opt_pace_get_next:
 * @self: a pace
 *
 * Returns: when the next one may go; not later than now when it may go at once
 */
gint64
opt_pace_get_next (const OptPace *self)
{
  return self->ends[self->at];
}

/**
 * opt_pace_get_free:
 * @self: a pace
 *
 * Returns: when none is left in the window, so that the pace need not be remembered
 */
gint64
opt_pace_get_free (const OptPace *self)
{
  return self->ends[(self->at + self->most - 1) % self->most];
}

/**
 * opt_pace_note:
 * @self: a pace
 * @now: the present
 *
 * One goes now.
 */
void
opt_pace_note (OptPace *self,
               gint64   now)
{
  self->ends[self->at] = now + self->window;
  self->at = (self->at + 1) % self->most;
}

/**
 * opt_pace_free:
 * @self: (nullable) (transfer full): a pace
 *
 * Frees it.
 */
void
opt_pace_free (OptPace *self)
{
  g_free (self);
}
