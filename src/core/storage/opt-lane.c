/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-lane-private.h"

struct _OptLane
{
  const OptLaneFuncs *funcs;
  gpointer            worker;
  OptCompletions     *completions; /* (owned) */
  GThread            *thread;      /* (owned) (nullable): until it was joined */
  OptClosure         *begun;       /* (owned) (nullable) */
  OptClosure         *ended;       /* (owned) (nullable) */
  GMutex              lock;        /* guards what follows */
  GCond               cond;
  OptClosure         *first; /* (owned) */
  OptClosure         *last;
  guint               queued;
  gboolean            waiting; /* the thread sleeps and was not called yet */
  gboolean            stop;
  gboolean            over;    /* the thread takes nothing any more */
  GError             *failure; /* (owned) (nullable): why it is over */
};

static guint
take (OptLane     *self,
      OptClosure **closures)
{
  guint n = 0;

  g_mutex_lock (&self->lock);
  while (self->first == NULL && !self->stop)
    {
      self->waiting = TRUE;
      g_cond_wait (&self->cond, &self->lock);
      self->waiting = FALSE;
    }
  while (self->first != NULL && n < self->funcs->batch)
    {
      closures[n++] = self->first;
      self->first = self->first->next;
      self->queued--;
    }
  self->over = n == 0;
  g_mutex_unlock (&self->lock);
  return n;
}

static void
put (OptLane     *self,
     OptClosure **closures,
     guint        n)
{
  for (guint i = 0; i + 1 < n; i++)
    closures[i]->next = closures[i + 1];
  opt_completions_put (self->completions, closures[0], closures[n - 1]);
}

static void
refuse_all (OptLane      *self,
            const GError *error)
{
  OptClosure *closure;

  g_mutex_lock (&self->lock);
  self->over = TRUE;
  self->failure = g_error_copy (error);
  closure = g_steal_pointer (&self->first);
  g_mutex_unlock (&self->lock);
  while (closure != NULL)
    {
      OptClosure *next = closure->next;

      if (closure->error == NULL)
        closure->error = g_error_copy (error);
      put (self, &closure, 1);
      closure = next;
    }
}

static gpointer
lane_main (gpointer user_data)
{
  OptLane    *self = user_data;
  OptClosure *closures[OPT_LANE_BATCH_MAX];
  g_autoptr (GError) error = NULL;
  gboolean ok = self->funcs->begin == NULL || self->funcs->begin (self->worker, &error);
  guint    n;

  if (self->begun != NULL)
    {
      OptClosure *begun = g_steal_pointer (&self->begun);

      begun->error = error == NULL ? NULL : g_error_copy (error);
      put (self, &begun, 1);
    }
  while (ok && (n = take (self, closures)) > 0)
    {
      self->funcs->run (self->worker, closures, n);
      put (self, closures, n);
    }
  self->funcs->end (self->worker);
  if (!ok)
    refuse_all (self, error);

  OptClosure *ended = g_steal_pointer (&self->ended);

  put (self, &ended, 1);
  return NULL;
}

OptLane *
opt_lane_new (const OptLaneFuncs *funcs,
              gpointer            worker,
              OptCompletions     *completions)
{
  OptLane *self = g_new0 (OptLane, 1);

  g_assert (funcs->batch >= 1 && funcs->batch <= OPT_LANE_BATCH_MAX);
  self->funcs = funcs;
  self->worker = worker;
  self->completions = opt_completions_ref (completions);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  return self;
}

/* Waits for the thread; what was queued is worked through before. */
void
opt_lane_free (OptLane *self)
{
  opt_lane_stop (self);
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
  g_assert (self->first == NULL);
  g_clear_pointer (&self->completions, opt_completions_unref);
  g_clear_error (&self->failure);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Takes both messages: @begun (nullable) goes out with the error of `begin`, if any; @ended as the
 * very last. */
void
opt_lane_start (OptLane    *self,
                OptClosure *begun,
                OptClosure *ended)
{
  g_assert (self->thread == NULL);
  self->begun = begun;
  self->ended = ended;
  self->thread = g_thread_new (self->funcs->name, lane_main, self);
}

/* Calls the thread; the lock is held. */
static void
wake (OptLane *self)
{
  if (!self->waiting)
    return;
  self->waiting = FALSE;
  g_cond_signal (&self->cond);
}

/* Takes @closure. One with an error is handed on in its turn without being run. The thread is
 * called when there is a batch; for less, opt_lane_flush() calls it. */
void
opt_lane_push (OptLane    *self,
               OptClosure *closure)
{
  g_mutex_lock (&self->lock);
  if (self->over)
    {
      if (closure->error == NULL)
        closure->error = g_error_copy (self->failure);
      g_mutex_unlock (&self->lock);
      put (self, &closure, 1);
      return;
    }
  if (self->first == NULL)
    self->first = closure;
  else
    self->last->next = closure;
  self->last = closure;
  if (++self->queued >= self->funcs->batch)
    wake (self);
  g_mutex_unlock (&self->lock);
}

/* Calls the thread if anything waits. */
void
opt_lane_flush (OptLane *self)
{
  g_mutex_lock (&self->lock);
  if (self->first != NULL)
    wake (self);
  g_mutex_unlock (&self->lock);
}

/* The thread ends once nothing waits any more. */
void
opt_lane_stop (OptLane *self)
{
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}
