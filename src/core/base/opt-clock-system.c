/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-clock-system.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  gint64       due;
  guint64      serial; /* keeps timers of one moment in the order they were set */
  guint        id;
  OptClockFunc func;
  gpointer     user_data;
} Timer;

/* Setting a timer costs no system call: the timerfd is set when the main context is about to sleep,
 * and left alone when it would merely wake too early. */
typedef struct
{
  GSource  parent;
  GTree   *timers; /* (unowned) of the clock */
  gint64   armed;  /* what the timerfd is set to, or 0 */
  int      fd;     /* (owned), -1 when the kernel gave none */
  gpointer tag;    /* of the fd, or NULL */
  gpointer clock;  /* (unowned) */
} ClockSource;

struct _OptClockSystem
{
  GObject parent_instance;

  GTree      *timers; /* (owned) by due, then serial */
  GHashTable *by_id;  /* (owned) guint → Timer */
  GSource    *source; /* (owned) */
  guint64     serial;
  guint       last_id;
};

static void opt_clock_system_clock_init (OptClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptClockSystem,
                               opt_clock_system,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_CLOCK, opt_clock_system_clock_init))

static gint64
read_clock (clockid_t which)
{
  struct timespec now;

  clock_gettime (which, &now);
  return (gint64)now.tv_sec * OPT_SECOND + now.tv_nsec / 1000;
}

static int
timer_compare (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const Timer *one = a;
  const Timer *other = b;

  if (one->due != other->due)
    return one->due < other->due ? -1 : 1;
  if (one->serial != other->serial)
    return one->serial < other->serial ? -1 : 1;
  return 0;
}

static Timer *
first_timer (GTree *timers)
{
  GTreeNode *node = g_tree_node_first (timers);

  return node != NULL ? g_tree_node_key (node) : NULL;
}

static gboolean
clock_source_arm (ClockSource *self,
                  gint64       due)
{
  struct itimerspec spec = {
    .it_value.tv_sec = due / OPT_SECOND,
    .it_value.tv_nsec = due % OPT_SECOND * 1000,
  };

  if (self->armed != 0 && self->armed <= due)
    return TRUE;
  if (self->fd < 0 || timerfd_settime (self->fd, TFD_TIMER_ABSTIME, &spec, NULL) != 0)
    return FALSE;

  self->armed = due;
  return TRUE;
}

static gboolean
clock_source_prepare (GSource *source,
                      int     *timeout)
{
  ClockSource *self = (ClockSource *)source;
  Timer       *first = first_timer (self->timers);
  gint64       now;

  *timeout = -1;
  if (first == NULL)
    return FALSE;

  now = read_clock (CLOCK_BOOTTIME);
  if (first->due <= now)
    return TRUE;

  /* Without a timerfd it still works, only that a suspend delays it. */
  if (!clock_source_arm (self, first->due))
    *timeout = (int)MIN ((first->due - now + 999) / 1000, 60 * 1000);
  return FALSE;
}

static gboolean
clock_source_check (GSource *source)
{
  ClockSource *self = (ClockSource *)source;
  Timer       *first = first_timer (self->timers);
  guint64      expirations;

  if (self->tag != NULL && g_source_query_unix_fd (source, self->tag) != 0 &&
      read (self->fd, &expirations, sizeof expirations) > 0)
    self->armed = 0;
  return first != NULL && first->due <= read_clock (CLOCK_BOOTTIME);
}

static gboolean
clock_source_dispatch (GSource    *source,
                       GSourceFunc callback,
                       gpointer    user_data)
{
  ClockSource *self = (ClockSource *)source;
  g_autoptr (OptClockSystem) clock = g_object_ref (self->clock);
  gint64  now = read_clock (CLOCK_BOOTTIME);
  guint64 last = clock->serial;
  Timer  *timer;

  /* What the callbacks set waits for the next round, lest they keep the loop from turning. */
  while ((timer = first_timer (clock->timers)) != NULL &&
         timer->due <= now &&
         timer->serial <= last)
    {
      OptClockFunc func = timer->func;
      gpointer     data = timer->user_data;

      g_tree_remove (clock->timers, timer);
      g_hash_table_remove (clock->by_id, GUINT_TO_POINTER (timer->id));
      func (data);
    }
  return G_SOURCE_CONTINUE;
}

static void
clock_source_finalize (GSource *source)
{
  ClockSource *self = (ClockSource *)source;

  if (self->fd >= 0)
    close (self->fd);
}

static GSourceFuncs clock_source_funcs = {
  clock_source_prepare,
  clock_source_check,
  clock_source_dispatch,
  clock_source_finalize,
  NULL,
  NULL,
};

static gint64
opt_clock_system_get_wall (OptClock *clock)
{
  return read_clock (CLOCK_REALTIME);
}

static gint64
opt_clock_system_get_boot (OptClock *clock)
{
  return read_clock (CLOCK_BOOTTIME);
}

static guint
opt_clock_system_add_timer (OptClock    *clock,
                            gint64       due,
                            OptClockFunc func,
                            gpointer     user_data)
{
  OptClockSystem *self = OPT_CLOCK_SYSTEM (clock);
  Timer          *timer = g_new (Timer, 1);

  /* After 2³² timers ids start anew; one that is still in use is passed over. */
  do
    self->last_id++;
  while (self->last_id == 0 ||
         g_hash_table_contains (self->by_id, GUINT_TO_POINTER (self->last_id)));

  timer->due = due;
  timer->serial = ++self->serial;
  timer->id = self->last_id;
  timer->func = func;
  timer->user_data = user_data;
  g_tree_insert (self->timers, timer, timer);
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (timer->id), timer);
  return timer->id;
}

static void
opt_clock_system_remove_timer (OptClock *clock,
                               guint     id)
{
  OptClockSystem *self = OPT_CLOCK_SYSTEM (clock);
  Timer          *timer = g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (id));

  if (timer == NULL)
    return;
  g_tree_remove (self->timers, timer);
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (id));
}

static void
opt_clock_system_finalize (GObject *object)
{
  OptClockSystem *self = OPT_CLOCK_SYSTEM (object);

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->timers, g_tree_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);

  G_OBJECT_CLASS (opt_clock_system_parent_class)->finalize (object);
}

static void
opt_clock_system_class_init (OptClockSystemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_clock_system_finalize;
}

static void
opt_clock_system_clock_init (OptClockInterface *iface)
{
  iface->get_wall = opt_clock_system_get_wall;
  iface->get_boot = opt_clock_system_get_boot;
  iface->add_timer = opt_clock_system_add_timer;
  iface->remove_timer = opt_clock_system_remove_timer;
}

static void
opt_clock_system_init (OptClockSystem *self)
{
  ClockSource *source;

  /* The tree owns the timers; the hash table only finds them. */
  self->timers = g_tree_new_full (timer_compare, NULL, NULL, NULL);
  self->by_id = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  self->source = g_source_new (&clock_source_funcs, sizeof (ClockSource));
  source = (ClockSource *)self->source;
  source->timers = self->timers;
  source->clock = self;
  source->fd = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (source->fd >= 0)
    source->tag = g_source_add_unix_fd (self->source, source->fd, G_IO_IN);
  else
    g_warning ("no timer descriptor: %s; timers may be late after a suspend", g_strerror (errno));
  g_source_set_static_name (self->source, "OptClockSystem");
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

/**
 * opt_clock_system_new:
 *
 * Makes the machine's own clock. Its timers fire on the main context that is the thread's default
 * now; set and cancel them on that thread only.
 * Timers that are left when the clock goes never fire.
 *
 * Returns: (transfer full): a clock
 */
OptClock *
opt_clock_system_new (void)
{
  return g_object_new (OPT_TYPE_CLOCK_SYSTEM, NULL);
}
