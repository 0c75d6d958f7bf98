/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-effect.h"
#include "opt-gate.h"

G_BEGIN_DECLS

#define OPT_TYPE_REACTOR (opt_reactor_get_type ())
G_DECLARE_INTERFACE (OptReactor, opt_reactor, OPT, REACTOR, GObject)

/**
 * OptReactorInterface:
 * @react: decides what an update means and appends effects (element-type OptEffect); runs on the
 * writer thread, inside the update's transaction; it may read and write its own tables through it,
 * and nothing else
 *
 * A room that updates concern.
 */
struct _OptReactorInterface
{
  GTypeInterface parent_iface;

  gboolean (*react) (OptReactor        *self,
                     OptTransaction    *transaction,
                     const OptReceiver *receiver,
                     OptUpdate         *update,
                     const OptVerdict  *verdict,
                     OptSnapshot       *snapshot,
                     GPtrArray         *effects,
                     GError           **error);
};

gboolean opt_reactor_react (OptReactor        *self,
                            OptTransaction    *transaction,
                            const OptReceiver *receiver,
                            OptUpdate         *update,
                            const OptVerdict  *verdict,
                            OptSnapshot       *snapshot,
                            GPtrArray         *effects,
                            GError           **error);

G_END_DECLS
