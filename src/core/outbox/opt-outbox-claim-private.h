/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-errand-private.h"
#include "opt-outbox-draft.h"

G_BEGIN_DECLS

/* On the writer thread: errands become `sending` rows with a request, and get their marks. */
gboolean opt_outbox_claim (OptTransaction *transaction,
                           OptErrand      *errand,
                           gint64          now,
                           GError        **error);
gboolean opt_outbox_mark (OptTransaction *transaction,
                          OptErrand      *errand,
                          GPtrArray      *owners,
                          GError        **error);

G_END_DECLS
