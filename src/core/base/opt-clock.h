/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* For arithmetic with microseconds: G_USEC_PER_SEC is an int and overflows at half an hour. */
#define OPT_SECOND G_GINT64_CONSTANT (1000000)

#define OPT_TYPE_CLOCK (opt_clock_get_type ())
G_DECLARE_INTERFACE (OptClock, opt_clock, OPT, CLOCK, GObject)

/**
 * OptClockFunc:
 * @user_data: what was given to opt_clock_call_in()
 *
 * Called once, on the main context, when a timer is due.
 */
typedef void (*OptClockFunc) (gpointer user_data);

/**
 * OptClockInterface:
 * @get_wall: microseconds since 1970 UTC
 * @get_boot: microseconds of a clock that never steps and counts suspend
 * @add_timer: a timer that fires once at @due (a boot time); returns its id, never 0
 * @remove_timer: forgets a timer; an id that has fired is ignored
 *
 * Where all time comes from, so that tests move hours in an instant.
 */
struct _OptClockInterface
{
  GTypeInterface parent_iface;

  gint64 (*get_wall) (OptClock *self);
  gint64 (*get_boot) (OptClock *self);
  guint (*add_timer) (OptClock    *self,
                      gint64       due,
                      OptClockFunc func,
                      gpointer     user_data);
  void (*remove_timer) (OptClock *self,
                        guint     id);
};

gint64 opt_clock_get_wall (OptClock *self);
gint64 opt_clock_get_boot (OptClock *self);

guint opt_clock_call_in (OptClock    *self,
                         gint64       delay,
                         OptClockFunc func,
                         gpointer     user_data);
void  opt_clock_cancel (OptClock *self,
                        guint    *id);

char *opt_clock_format_time (gint64 wall);

G_END_DECLS
