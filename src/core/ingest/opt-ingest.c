/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ingest.h"

#include "opt-journal-private.h"
#include "opt-plan-private.h"
#include "opt-take-private.h"

#define PRUNE_EVERY G_TIME_SPAN_HOUR

/**
 * OptIngest:
 *
 * Takes updates in: each one is handled once, in one transaction with all that follows from it. It
 * knows nothing of how updates come, nor of what they mean; gate, reactors and the rooms that own
 * the tables do.
 *
 * An update that makes one of them fail, for another reason than the state of the store, would come
 * again for ever. It is therefore noted as handled, with the reason, and what was done for it is
 * undone.
 */
struct _OptIngest
{
  GObject   parent_instance;
  OptStore *store;  /* (owned) */
  OptPlan  *plan;   /* (owned) */
  gint64    pruned; /* wall time; 0 for not yet */
};

G_DEFINE_FINAL_TYPE (OptIngest, opt_ingest, G_TYPE_OBJECT)

static gboolean
prune (OptTransaction *transaction,
       gpointer        data,
       GError        **error)
{
  return opt_journal_prune (transaction, *(gint64 *)data, error);
}

static void
prune_now_and_then (OptIngest *self,
                    gint64     now)
{
  if (now >= self->pruned && now - self->pruned < PRUNE_EVERY)
    return;
  self->pruned = now;
  opt_store_write (self->store, prune, NULL, g_memdup2 (&now, sizeof now), g_free);
}

static OptPlan *
change_plan (OptIngest *self)
{
  OptPlan *old = self->plan;

  self->plan = opt_plan_new (old);
  opt_plan_unref (old);
  return self->plan;
}

static void
opt_ingest_dispose (GObject *object)
{
  OptIngest *self = OPT_INGEST (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->plan, opt_plan_unref);
  G_OBJECT_CLASS (opt_ingest_parent_class)->dispose (object);
}

static void
opt_ingest_class_init (OptIngestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_ingest_dispose;
}

static void
opt_ingest_init (OptIngest *self)
{
  self->plan = opt_plan_new (NULL);
}

/**
 * opt_ingest_new:
 * @store: where everything is kept; its migrations include opt_ingest_migrations
 *
 * Makes an ingest without a gate, which serves nobody, and without reactors.
 *
 * Returns: (transfer full): an ingest
 */
OptIngest *
opt_ingest_new (OptStore *store)
{
  g_return_val_if_fail (OPT_IS_STORE (store), NULL);

  OptIngest *self = g_object_new (OPT_TYPE_INGEST, NULL);

  self->store = g_object_ref (store);
  return self;
}

/**
 * opt_ingest_set_gate:
 * @self: an ingest
 * @gate: says who may be served
 *
 * Sets the gate for the batches that are taken from now on.
 */
void
opt_ingest_set_gate (OptIngest *self,
                     OptGate   *gate)
{
  g_return_if_fail (OPT_IS_INGEST (self));
  g_return_if_fail (OPT_IS_GATE (gate));

  g_set_object (&change_plan (self)->gate, gate);
}

/**
 * opt_ingest_add_reactor:
 * @self: an ingest
 * @reactor: whom updates concern
 *
 * Adds a reactor, asked after those that were added before, for the batches that are taken from now
 * on.
 */
void
opt_ingest_add_reactor (OptIngest  *self,
                        OptReactor *reactor)
{
  g_return_if_fail (OPT_IS_INGEST (self));
  g_return_if_fail (OPT_IS_REACTOR (reactor));

  g_ptr_array_add (change_plan (self)->reactors, g_object_ref (reactor));
}

/**
 * opt_ingest_set_effect:
 * @self: an ingest
 * @kind: a kind of effect
 * @apply: (nullable): stores it, on the writer thread; touches nothing but what it is given and
 * immutable things
 * @committed: (nullable): told of it after the commit, on the main context, in the order of the
 * effects
 * @user_data: for both; must outlive the last batch
 *
 * Says what becomes of a kind of effect, for the batches that are taken from now on.
 */
void
opt_ingest_set_effect (OptIngest       *self,
                       OptEffectKind    kind,
                       OptApplyFunc     apply,
                       OptCommittedFunc committed,
                       gpointer         user_data)
{
  g_return_if_fail (OPT_IS_INGEST (self));
  g_return_if_fail ((guint)kind < OPT_N_EFFECT_KINDS);

  change_plan (self)->effects[kind] = (OptEffectFuncs){ apply, committed, user_data };
}

/**
 * opt_ingest_set_snapshot:
 * @self: an ingest
 * @snapshot: what gate and reactors may know
 *
 * Sets the snapshot for the batches that are taken from now on.
 */
void
opt_ingest_set_snapshot (OptIngest   *self,
                         OptSnapshot *snapshot)
{
  g_return_if_fail (OPT_IS_INGEST (self));
  g_return_if_fail (snapshot != NULL);

  OptPlan *plan = change_plan (self);

  g_clear_pointer (&plan->snapshot, opt_snapshot_unref);
  plan->snapshot = opt_snapshot_ref (snapshot);
}

/**
 * opt_ingest_take_async:
 * @self: an ingest
 * @receiver: which bot received them, and when; copied
 * @updates: (element-type OptUpdate): in the order they came in
 * @cancellable: (nullable): what was given is stored nonetheless; only the answer says so
 * @callback: called when all of it is on the disk, or can't be
 * @user_data: for @callback
 *
 * Handles a batch of updates, each in a transaction of its own. One that was handled before changes
 * nothing. One that makes gate, reactors or rooms fail is noted and passed over, so that it does
 * not come for ever.
 */
void
opt_ingest_take_async (OptIngest          *self,
                       const OptReceiver  *receiver,
                       GPtrArray          *updates,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_return_if_fail (OPT_IS_INGEST (self));
  g_return_if_fail (receiver != NULL && updates != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_ingest_take_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  opt_take_start (self->store, self->plan, receiver, updates, task);
  prune_now_and_then (self, receiver->now);
}

/**
 * opt_ingest_take_finish:
 * @self: an ingest
 * @result: the result
 * @offset: (out): what to confirm to Telegram; 0, for nothing, when the batch was empty
 * @error: return location
 *
 * Ends opt_ingest_take_async().
 *
 * Returns: FALSE with an #OptStoreError when something could not be stored: take the same batch
 * again later, from its beginning. What was stored of it is not handled twice
 */
gboolean
opt_ingest_take_finish (OptIngest    *self,
                        GAsyncResult *result,
                        gint64       *offset,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (offset != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_autofree gint64 *value = g_task_propagate_pointer (G_TASK (result), error);

  if (value == NULL)
    return FALSE;
  *offset = *value;
  return TRUE;
}

typedef struct
{
  gint64 bot_id;
  gint64 offset;
  GTask *task; /* (owned) */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->task);
  g_free (load);
}

static gboolean
load_offset (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  Load *load = data;

  return opt_journal_get_offset (transaction, load->bot_id, &load->offset, error);
}

static void
load_done_cb (gpointer      data,
              const GError *error)
{
  Load *load = data;

  if (error != NULL)
    g_task_return_error (load->task, g_error_copy (error));
  else
    g_task_return_pointer (load->task, g_memdup2 (&load->offset, sizeof load->offset), g_free);
}

/**
 * opt_ingest_load_offset_async:
 * @self: an ingest
 * @bot_id: a bot
 * @cancellable: (nullable): a cancellable
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Looks up where a bot is to go on.
 */
void
opt_ingest_load_offset_async (OptIngest          *self,
                              gint64              bot_id,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_return_if_fail (OPT_IS_INGEST (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Load *load;

  g_task_set_source_tag (task, opt_ingest_load_offset_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  load = g_new0 (Load, 1);
  load->bot_id = bot_id;
  load->task = g_steal_pointer (&task);
  opt_store_read (self->store, load_offset, load_done_cb, load, load_free);
}

/**
 * opt_ingest_load_offset_finish:
 * @self: an ingest
 * @result: the result
 * @offset: (out): for getUpdates; 0 when this bot never received anything
 * @error: return location
 *
 * Ends opt_ingest_load_offset_async().
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_ingest_load_offset_finish (OptIngest    *self,
                               GAsyncResult *result,
                               gint64       *offset,
                               GError      **error)
{
  return opt_ingest_take_finish (self, result, offset, error);
}
