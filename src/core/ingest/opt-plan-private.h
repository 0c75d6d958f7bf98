/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-ingest.h"

G_BEGIN_DECLS

typedef struct
{
  OptApplyFunc     apply;     /* (nullable) */
  OptCommittedFunc committed; /* (nullable) */
  gpointer         user_data;
} OptEffectFuncs;

/**
 * OptPlan:
 * @gate: (nullable): who may be served
 * @reactors: whom updates concern
 * @effects: what becomes of effects
 * @snapshot: (nullable): what the main thread knew
 *
 * How updates are handled, immutable once others hold it, so that the writer thread works with what
 * was set when a batch was given.
 */
typedef struct
{
  OptGate       *gate;     /* (owned) */
  GPtrArray     *reactors; /* (owned) (element-type OptReactor) */
  OptEffectFuncs effects[OPT_N_EFFECT_KINDS];
  OptSnapshot   *snapshot; /* (owned) */
} OptPlan;

OptPlan *opt_plan_new (const OptPlan *base);
OptPlan *opt_plan_ref (OptPlan *self);
void     opt_plan_unref (OptPlan *self);
gboolean opt_plan_handle (OptPlan           *self,
                          OptTransaction    *transaction,
                          const OptReceiver *receiver,
                          OptUpdate         *update,
                          GPtrArray         *effects,
                          GError           **error);
void     opt_plan_tell (OptPlan           *self,
                        const OptReceiver *receiver,
                        GPtrArray         *effects);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptPlan, opt_plan_unref)

G_END_DECLS
