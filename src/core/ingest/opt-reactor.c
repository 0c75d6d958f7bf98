/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-reactor.h"

G_DEFINE_INTERFACE (OptReactor, opt_reactor, G_TYPE_OBJECT)

static void
opt_reactor_default_init (OptReactorInterface *iface)
{
}

/**
 * opt_reactor_react:
 * @self: a reactor
 * @transaction: the update's own
 * @receiver: which bot received it
 * @update: the update
 * @verdict: what the gate said
 * @snapshot: what the main thread knew
 * @effects: (element-type OptEffect): to be appended to
 * @error: return location
 *
 * Asks what an update means. On the writer thread.
 *
 * Returns: FALSE with @error set: the update is then noted as one that could not be handled
 */
gboolean
opt_reactor_react (OptReactor        *self,
                   OptTransaction    *transaction,
                   const OptReceiver *receiver,
                   OptUpdate         *update,
                   const OptVerdict  *verdict,
                   OptSnapshot       *snapshot,
                   GPtrArray         *effects,
                   GError           **error)
{
  g_return_val_if_fail (OPT_IS_REACTOR (self), FALSE);
  g_return_val_if_fail (transaction != NULL && receiver != NULL && update != NULL, FALSE);
  g_return_val_if_fail (verdict != NULL && effects != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return OPT_REACTOR_GET_IFACE (self)->react (self, transaction, receiver, update, verdict,
                                              snapshot, effects, error);
}
