/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-plan-private.h"

#include "opt-callback.h"

static void
opt_plan_clear (gpointer data)
{
  OptPlan *self = data;

  g_clear_object (&self->gate);
  g_clear_pointer (&self->reactors, g_ptr_array_unref);
  g_clear_pointer (&self->snapshot, opt_snapshot_unref);
}

/* A copy of @base (nullable), to be changed before it is given away. */
OptPlan *
opt_plan_new (const OptPlan *base)
{
  OptPlan *self = g_atomic_rc_box_new0 (OptPlan);

  self->reactors = g_ptr_array_new_with_free_func (g_object_unref);
  if (base == NULL)
    return self;
  g_set_object (&self->gate, base->gate);
  for (guint i = 0; i < base->reactors->len; i++)
    g_ptr_array_add (self->reactors, g_object_ref (g_ptr_array_index (base->reactors, i)));
  for (guint i = 0; i < OPT_N_EFFECT_KINDS; i++)
    self->effects[i] = base->effects[i];
  self->snapshot = base->snapshot == NULL ? NULL : opt_snapshot_ref (base->snapshot);
  return self;
}

OptPlan *
opt_plan_ref (OptPlan *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
opt_plan_unref (OptPlan *self)
{
  g_atomic_rc_box_release_full (self, opt_plan_clear);
}

/* Last, so that what was said to the group in this update moves along. */
static void
add_move (OptUpdate *update,
          GPtrArray *effects)
{
  OptEffect *effect;

  if (update->kind != OPT_UPDATE_MESSAGE || update->migrate_to_chat_id == 0)
    return;
  effect = opt_effect_new (OPT_EFFECT_MOVED);
  effect->chat_id = update->chat_id;
  effect->new_chat_id = update->migrate_to_chat_id;
  g_ptr_array_add (effects, effect);
}

static gboolean
apply_effect (OptPlan           *self,
              OptTransaction    *transaction,
              const OptReceiver *receiver,
              const OptEffect   *effect,
              GError           **error)
{
  const OptEffectFuncs *funcs = &self->effects[effect->kind];

  if (effect->kind == OPT_EFFECT_MOVED &&
      !opt_callback_move_chat (transaction, receiver->bot_id, effect->chat_id, effect->new_chat_id,
                               error))
    return FALSE;
  return funcs->apply == NULL ||
         funcs->apply (transaction, receiver, effect, funcs->user_data, error);
}

/* Asks gate and reactors about an update and stores what they want done. On the writer thread. */
gboolean
opt_plan_handle (OptPlan           *self,
                 OptTransaction    *transaction,
                 const OptReceiver *receiver,
                 OptUpdate         *update,
                 GPtrArray         *effects,
                 GError           **error)
{
  OptVerdict verdict = { OPT_VERDICT_NOBODY, FALSE };

  /* Nothing is known of it but that it came. */
  if (update->kind == OPT_UPDATE_OTHER)
    return TRUE;
  if (self->gate != NULL && !opt_gate_judge (self->gate, transaction, receiver, update,
                                             self->snapshot, &verdict, error))
    return FALSE;
  for (guint i = 0; i < self->reactors->len; i++)
    if (!opt_reactor_react (g_ptr_array_index (self->reactors, i), transaction, receiver, update,
                            &verdict, self->snapshot, effects, error))
      return FALSE;
  add_move (update, effects);
  for (guint i = 0; i < effects->len; i++)
    if (!apply_effect (self, transaction, receiver, g_ptr_array_index (effects, i), error))
      return FALSE;
  return TRUE;
}

/* After the commit, on the main context. */
void
opt_plan_tell (OptPlan           *self,
               const OptReceiver *receiver,
               GPtrArray         *effects)
{
  for (guint i = 0; i < effects->len; i++)
    {
      const OptEffect      *effect = g_ptr_array_index (effects, i);
      const OptEffectFuncs *funcs = &self->effects[effect->kind];

      if (funcs->committed != NULL)
        funcs->committed (receiver, effect, funcs->user_data);
    }
}
