/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-transaction.h"

G_BEGIN_DECLS

/* The tables of this room: which updates were handled, and the offset to confirm for each bot. */

gboolean opt_journal_add (OptTransaction *transaction,
                          gint64          bot_id,
                          gint64          update_id,
                          gint64          now,
                          gboolean       *is_new,
                          GError        **error);
gboolean opt_journal_note_problem (OptTransaction *transaction,
                                   gint64          bot_id,
                                   gint64          update_id,
                                   const char     *problem,
                                   GError        **error);
gboolean opt_journal_set_offset (OptTransaction *transaction,
                                 gint64          bot_id,
                                 gint64          offset,
                                 GError        **error);
gboolean opt_journal_advance_offset (OptTransaction *transaction,
                                     gint64          bot_id,
                                     gint64          from,
                                     gint64          offset,
                                     GError        **error);
gboolean opt_journal_get_offset (OptTransaction *transaction,
                                 gint64          bot_id,
                                 gint64         *offset,
                                 GError        **error);
gboolean opt_journal_prune (OptTransaction *transaction,
                            gint64          now,
                            GError        **error);

G_END_DECLS
