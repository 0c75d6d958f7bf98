/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-completions-private.h"

struct _OptCompletions
{
  GSource           parent;
  OptBeforePollFunc before_poll;
  gpointer          user_data;
  GMutex            lock;
  OptClosure       *first; /* (owned) */
  OptClosure       *last;
};

static gboolean
opt_completions_prepare (GSource *source,
                         int     *timeout)
{
  OptCompletions *self = (OptCompletions *)source;

  self->before_poll (self->user_data);
  *timeout = -1;
  return FALSE;
}

static gboolean
opt_completions_dispatch (GSource    *source,
                          GSourceFunc callback,
                          gpointer    user_data)
{
  OptCompletions    *self = (OptCompletions *)source;
  OptCompletionsFunc func = (OptCompletionsFunc)(gpointer)callback;
  OptClosure        *chain;

  /* Before the list is taken: what is put in after that wakes us again. */
  g_source_set_ready_time (source, -1);
  g_mutex_lock (&self->lock);
  chain = g_steal_pointer (&self->first);
  self->last = NULL;
  g_mutex_unlock (&self->lock);
  if (chain != NULL)
    func (chain, user_data);
  return G_SOURCE_CONTINUE;
}

static void
opt_completions_finalize (GSource *source)
{
  OptCompletions *self = (OptCompletions *)source;

  while (self->first != NULL)
    {
      g_autoptr (OptClosure) closure = self->first;

      self->first = closure->next;
    }
  g_mutex_clear (&self->lock);
}

static GSourceFuncs opt_completions_funcs = {
  .prepare = opt_completions_prepare,
  .dispatch = opt_completions_dispatch,
  .finalize = opt_completions_finalize,
};

OptClosure *
opt_closure_new (OptStoreFunc   func,
                 OptStoreDone   done,
                 gpointer       data,
                 GDestroyNotify destroy)
{
  OptClosure *self = g_new0 (OptClosure, 1);

  self->func = func;
  self->done = done;
  self->data = data;
  self->destroy = destroy;
  return self;
}

void
opt_closure_free (OptClosure *self)
{
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_clear_error (&self->error);
  g_free (self);
}

OptCompletions *
opt_completions_new (GMainContext      *context,
                     OptCompletionsFunc func,
                     OptBeforePollFunc  before_poll,
                     gpointer           user_data)
{
  GSource        *source = g_source_new (&opt_completions_funcs, sizeof (OptCompletions));
  OptCompletions *self = (OptCompletions *)source;

  self->before_poll = before_poll;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_source_set_static_name (source, "opt-completions");
  g_source_set_callback (source, (GSourceFunc)(gpointer)func, user_data, NULL);
  g_source_attach (source, context);
  return self;
}

OptCompletions *
opt_completions_ref (OptCompletions *self)
{
  return (OptCompletions *)g_source_ref (&self->parent);
}

void
opt_completions_unref (OptCompletions *self)
{
  g_source_unref (&self->parent);
}

/* Nothing is called any more; what is still inside goes with the last reference. */
void
opt_completions_stop (OptCompletions *self)
{
  g_source_destroy (&self->parent);
}

/* From any thread; takes the chain from @first to @last. */
void
opt_completions_put (OptCompletions *self,
                     OptClosure     *first,
                     OptClosure     *last)
{
  gboolean wake;

  last->next = NULL;
  g_mutex_lock (&self->lock);
  wake = self->first == NULL;
  if (wake)
    self->first = first;
  else
    self->last->next = first;
  self->last = last;
  g_mutex_unlock (&self->lock);
  if (wake)
    g_source_set_ready_time (&self->parent, 0);
}
