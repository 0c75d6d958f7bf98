/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-dialog.h"

G_BEGIN_DECLS

/* An order to run a task, from what was typed or pressed to the effect: what is missing is asked
 * for, one value at a time. */

gboolean opt_task_order_take_call (OptTurn    *turn,
                                   const char *text,
                                   GError    **error);
gboolean opt_task_order_take_id (OptTurn    *turn,
                                 const char *id,
                                 GError    **error);
gboolean opt_task_order_take_value (OptTurn         *turn,
                                    const OptDialog *dialog,
                                    const char      *value,
                                    GError         **error);
/* The same once more; FALSE without @error set when @problem says why not. */
gboolean opt_task_order_repeat (OptTurn    *turn,
                                const char *id,
                                GHashTable *parameters,
                                GError    **problem);

/* Offers the tasks that can be run from here; @edit changes the message with the buttons. */
gboolean opt_task_order_offer (OptTurn *turn,
                               guint    page,
                               gint64   nonce,
                               gboolean edit,
                               GError **error);
/* What the question about a value is about, for the message that is answered by a button. */
char *opt_task_order_describe (const OptDialog *dialog,
                               const char      *value);

G_END_DECLS
