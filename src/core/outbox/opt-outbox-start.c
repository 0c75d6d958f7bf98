/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

/* How long answers are waited for at the end; what has none by then says so when it goes again. */
#define STOP_PATIENCE (5 * OPT_SECOND)

/**
 * opt_outbox_orphan:
 * @errands: of OptErrand, that somebody else has and will answer
 *
 * Lets go of errands: whoever has them answers to nobody now.
 */
void
opt_outbox_orphan (GQueue *errands)
{
  GList *link;

  while ((link = g_queue_pop_head_link (errands)) != NULL)
    {
      OptErrand *errand = link->data;

      errand->outbox = NULL;
      errand->queue->busy = NULL;
    }
}

typedef struct
{
  OptOutbox *outbox; /* (owned) */
  GTask     *task;   /* (owned) (nullable): it was told already that this can't be done yet */
  GPtrArray *bots;   /* (owned) */
  gint64     last;
} Recovery;

static void
recovery_free (gpointer data)
{
  Recovery *recovery = data;

  g_object_unref (recovery->outbox);
  g_clear_object (&recovery->task);
  g_ptr_array_unref (recovery->bots);
  g_free (recovery);
}

static gboolean
recover (OptTransaction *transaction,
         gpointer        data,
         GError        **error)
{
  Recovery *recovery = data;

  return opt_outbox_recover (transaction, recovery->bots, &recovery->last, error);
}

static void begin_recovery (OptOutbox *self,
                            GTask     *task);

static void
recover_again_cb (gpointer user_data)
{
  OptOutbox *self = user_data;

  self->timer = 0;
  begin_recovery (self, NULL);
}

static void
recover_cb (gpointer      data,
            const GError *error)
{
  Recovery  *recovery = data;
  OptOutbox *self = recovery->outbox;
  gboolean   is_over = self->stopping || self->clock == NULL;

  self->starting = FALSE;
  if (error != NULL)
    {
      /* A disk that is full now is not full for ever, and what waits is to go then. */
      if (!is_over)
        self->timer = opt_clock_call_in (self->clock, opt_backoff_next (&self->store_backoff),
                                         recover_again_cb, self);
      if (recovery->task != NULL)
        g_task_return_error (recovery->task, g_error_copy (error));
      return;
    }
  if (is_over)
    {
      if (recovery->task != NULL)
        g_task_return_new_error (recovery->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                 "stopped before the start was over");
      return;
    }
  opt_backoff_reset (&self->store_backoff);
  self->running = TRUE;
  self->last = recovery->last;
  self->dirty = TRUE;
  for (guint i = 0; i < recovery->bots->len; i++)
    opt_outbox_get_desk (self, g_ptr_array_index (recovery->bots, i))->undiscovered = TRUE;
  opt_outbox_begin_pruning (self);
  if (recovery->task != NULL)
    g_task_return_boolean (recovery->task, TRUE);
  opt_outbox_kick (self);
}

/* Takes @task (nullable). */
static void
begin_recovery (OptOutbox *self,
                GTask     *task)
{
  Recovery *recovery = g_new0 (Recovery, 1);

  self->starting = TRUE;
  recovery->outbox = g_object_ref (self);
  recovery->task = task;
  recovery->bots = g_ptr_array_new_with_free_func (g_free);
  opt_store_write (self->store, recover, recover_cb, recovery, recovery_free);
}

/**
 * opt_outbox_start_async:
 * @self: a courier that was not started before
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when recovery is done
 * @user_data: given to @callback
 *
 * Takes up what was on its way when the program ended, and begins to send.
 */
void
opt_outbox_start_async (OptOutbox          *self,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (!self->running && !self->starting);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_outbox_start_async);
  begin_recovery (self, task);
}

/**
 * opt_outbox_start_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_start_async().
 *
 * Returns: FALSE with an #OptStoreError: it does not run yet, and tries again by itself
 */
gboolean
opt_outbox_start_finish (OptOutbox    *self,
                         GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
lose_patience_cb (gpointer user_data)
{
  OptOutbox *self = user_data;

  self->stop_timer = 0;
  self->out_of_patience = TRUE;
  opt_outbox_orphan (&self->flights);
  g_cancellable_cancel (self->cancellable);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_stop_async:
 * @self: the courier
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it has stopped
 * @user_data: given to @callback
 *
 * Lets nothing more leave, takes the answers to what has left (for five seconds at most) and writes
 * them. It can't be started again.
 */
void
opt_outbox_stop_async (OptOutbox          *self,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_outbox_stop_async);
  if (!self->running || self->stopping)
    {
      self->stopping = TRUE;
      opt_clock_cancel (self->clock, &self->timer);
      g_task_return_boolean (task, TRUE);
      return;
    }
  self->stopping = TRUE;
  self->stop_task = g_steal_pointer (&task);
  self->stop_timer = opt_clock_call_in (self->clock, STOP_PATIENCE, lose_patience_cb, self);
  opt_clock_cancel (self->clock, &self->prune_timer);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_stop_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_stop_async().
 *
 * Returns: TRUE
 */
gboolean
opt_outbox_stop_finish (OptOutbox    *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
