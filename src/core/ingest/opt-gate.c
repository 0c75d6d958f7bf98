/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-gate.h"

G_DEFINE_INTERFACE (OptGate, opt_gate, G_TYPE_OBJECT)

static void
opt_gate_default_init (OptGateInterface *iface)
{
}

/**
 * opt_gate_judge:
 * @self: a gate
 * @transaction: the update's own
 * @receiver: which bot received it
 * @update: the update
 * @snapshot: what the main thread knew
 * @verdict: (out): who may be served
 * @error: return location
 *
 * Asks who may be served, and lets the gate note who came. On the writer thread.
 *
 * Returns: FALSE with @error set; nobody is served then
 */
gboolean
opt_gate_judge (OptGate           *self,
                OptTransaction    *transaction,
                const OptReceiver *receiver,
                OptUpdate         *update,
                OptSnapshot       *snapshot,
                OptVerdict        *verdict,
                GError           **error)
{
  g_return_val_if_fail (OPT_IS_GATE (self), FALSE);
  g_return_val_if_fail (transaction != NULL && receiver != NULL && update != NULL, FALSE);
  g_return_val_if_fail (verdict != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  *verdict = (OptVerdict){ OPT_VERDICT_NOBODY, FALSE };
  return OPT_GATE_GET_IFACE (self)->judge (self, transaction, receiver, update, snapshot, verdict,
                                           error);
}
