/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-outbox-row.h"
#include "opt-transaction.h"

G_BEGIN_DECLS

/* What a row is read from; opt_outbox_row_new_from_rows() knows the order. */
#define OPT_OUTBOX_ROW_COLUMNS                                               \
  "id, bot, chat, topic, kind, state, attempts, created, not_before, sent, " \
  "message_id, text, view, file_name, repeated, error_code, error_text, origin"

OptOutboxRow *opt_outbox_row_new_from_rows (OptRows *rows);

G_END_DECLS
