/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-test-clock.h"

/* Anything but 0, so that nobody takes a boot time for a wall time and gets away with it. */
#define BOOT_START (1000 * OPT_SECOND)

typedef struct
{
  gint64       due;
  guint        id;
  OptClockFunc func;
  gpointer     user_data;
} Timer;

struct _OptTestClock
{
  GObject parent_instance;

  gint64     wall;
  gint64     boot;
  GSequence *timers; /* (owned) of Timer, by due, then id */
  guint      last_id;
};

static void opt_test_clock_clock_init (OptClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptTestClock,
                               opt_test_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_CLOCK, opt_test_clock_clock_init))

static int
timer_compare (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const Timer *one = a;
  const Timer *other = b;

  if (one->due != other->due)
    return one->due < other->due ? -1 : 1;
  return one->id < other->id ? -1 : one->id > other->id;
}

static gint64
opt_test_clock_get_wall (OptClock *clock)
{
  return OPT_TEST_CLOCK (clock)->wall;
}

static gint64
opt_test_clock_get_boot (OptClock *clock)
{
  return OPT_TEST_CLOCK (clock)->boot;
}

static guint
opt_test_clock_add_timer (OptClock    *clock,
                          gint64       due,
                          OptClockFunc func,
                          gpointer     user_data)
{
  OptTestClock *self = OPT_TEST_CLOCK (clock);
  Timer        *timer = g_new (Timer, 1);

  timer->due = due;
  timer->id = ++self->last_id;
  timer->func = func;
  timer->user_data = user_data;
  g_sequence_insert_sorted (self->timers, timer, timer_compare, NULL);
  return timer->id;
}

static void
opt_test_clock_remove_timer (OptClock *clock,
                             guint     id)
{
  OptTestClock  *self = OPT_TEST_CLOCK (clock);
  GSequenceIter *iter = g_sequence_get_begin_iter (self->timers);

  for (; !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    if (((Timer *)g_sequence_get (iter))->id == id)
      {
        g_sequence_remove (iter);
        return;
      }
}

static Timer *
first_timer (OptTestClock *self)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (self->timers);

  return g_sequence_iter_is_end (iter) ? NULL : g_sequence_get (iter);
}

static void
opt_test_clock_finalize (GObject *object)
{
  OptTestClock *self = OPT_TEST_CLOCK (object);

  g_clear_pointer (&self->timers, g_sequence_free);

  G_OBJECT_CLASS (opt_test_clock_parent_class)->finalize (object);
}

static void
opt_test_clock_class_init (OptTestClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_test_clock_finalize;
}

static void
opt_test_clock_clock_init (OptClockInterface *iface)
{
  iface->get_wall = opt_test_clock_get_wall;
  iface->get_boot = opt_test_clock_get_boot;
  iface->add_timer = opt_test_clock_add_timer;
  iface->remove_timer = opt_test_clock_remove_timer;
}

static void
opt_test_clock_init (OptTestClock *self)
{
  self->boot = BOOT_START;
  self->timers = g_sequence_new (g_free);
}

/**
 * opt_test_clock_new:
 * @wall: microseconds since 1970
 *
 * Makes a clock that stands still until it is advanced.
 *
 * Returns: (transfer full): a clock
 */
OptTestClock *
opt_test_clock_new (gint64 wall)
{
  OptTestClock *self = g_object_new (OPT_TYPE_TEST_CLOCK, NULL);

  self->wall = wall;
  return self;
}

/**
 * opt_test_clock_advance:
 * @self: a clock
 * @microseconds: how far, at least 0
 *
 * Moves both times, and calls what falls due on the way, in order and each at its moment, from
 * inside of this call; timers set meanwhile included. The main context is not run.
 */
void
opt_test_clock_advance (OptTestClock *self,
                        gint64        microseconds)
{
  g_autoptr (OptTestClock) alive = g_object_ref (self);
  gint64 target = self->boot + microseconds;
  Timer *first;

  g_assert_cmpint (microseconds, >=, 0);

  while ((first = first_timer (self)) != NULL && first->due <= target)
    {
      Timer timer = *first;

      g_sequence_remove (g_sequence_get_begin_iter (self->timers));
      if (timer.due > self->boot)
        {
          self->wall += timer.due - self->boot;
          self->boot = timer.due;
        }
      timer.func (timer.user_data);
    }
  self->wall += target - self->boot;
  self->boot = target;
}

/**
 * opt_test_clock_set_wall:
 * @self: a clock
 * @wall: microseconds since 1970
 *
 * Steps the wall time alone, as when somebody sets the machine's clock; no timer fires.
 */
void
opt_test_clock_set_wall (OptTestClock *self,
                         gint64        wall)
{
  self->wall = wall;
}

/**
 * opt_test_clock_next_due:
 * @self: a clock
 *
 * Tells how far to advance to the next timer.
 *
 * Returns: microseconds from now, 0 when it is due already, -1 when there is none
 */
gint64
opt_test_clock_next_due (OptTestClock *self)
{
  Timer *first = first_timer (self);

  return first != NULL ? MAX (first->due - self->boot, 0) : -1;
}
