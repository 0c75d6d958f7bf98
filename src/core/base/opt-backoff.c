/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-backoff.h"

/**
 * opt_backoff_init:
 * @self: a back-off, uninitialised
 * @first: microseconds to wait the first time, at least 1
 * @most: microseconds never exceeded, at least @first
 *
 * Sets a back-off up; there is nothing to free.
 */
void
opt_backoff_init (OptBackoff *self,
                  gint64      first,
                  gint64      most)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (first > 0 && most >= first);

  self->first = first;
  self->most = most;
  self->tries = 0;
}

/**
 * opt_backoff_next:
 * @self: a back-off
 *
 * Tells how long to wait now, and doubles what comes next. A quarter more or less is
 * chance, lest many that failed together come back together.
 *
 * Returns: microseconds, from three quarters of @first to @most
 */
gint64
opt_backoff_next (OptBackoff *self)
{
  gint64 base;
  double delay;

  g_return_val_if_fail (self != NULL, 0);

  base = self->first;
  for (guint i = 0; i < self->tries && base < self->most; i++)
    base = base > self->most / 2 ? self->most : base * 2;
  if (base < self->most)
    self->tries++;

  delay = (double)base * g_random_double_range (0.75, 1.25);
  return delay >= (double)self->most ? self->most : MAX ((gint64)delay, 1);
}

/**
 * opt_backoff_reset:
 * @self: a back-off
 *
 * Starts anew at @first, after a success.
 */
void
opt_backoff_reset (OptBackoff *self)
{
  g_return_if_fail (self != NULL);

  self->tries = 0;
}
