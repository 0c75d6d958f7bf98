/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-pace.h"

#include <math.h>

/**
 * opt_sandbox_pace_check:
 * @self: a bucket
 * @now: microseconds of a clock that never steps back
 * @per_second: how many events leak out in a second
 * @burst: how many fit in
 *
 * Returns: 0 if one more event fits now, otherwise the seconds to wait, at least 1
 */
guint
opt_sandbox_pace_check (OptSandboxPace *self,
                        gint64          now,
                        double          per_second,
                        double          burst)
{
  double leaked = (double)(now - self->then) / G_USEC_PER_SEC * per_second;

  self->level = MAX (0.0, self->level - leaked);
  self->then = now;
  if (self->level + 1.0 <= burst)
    return 0;

  return (guint)MAX (1.0, ceil ((self->level + 1.0 - burst) / per_second));
}

/**
 * opt_sandbox_pace_add:
 * @self: a bucket that was just checked
 *
 * Counts an event.
 */
void
opt_sandbox_pace_add (OptSandboxPace *self)
{
  self->level += 1.0;
}
