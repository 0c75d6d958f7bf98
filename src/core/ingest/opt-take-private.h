/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-plan-private.h"

G_BEGIN_DECLS

/* A batch of updates on its way through the store: one closure each. */

void opt_take_start (OptStore          *store,
                     OptPlan           *plan,
                     const OptReceiver *receiver,
                     GPtrArray         *updates,
                     GTask             *task);

G_END_DECLS
