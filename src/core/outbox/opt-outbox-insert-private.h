/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-long-text-private.h"
#include "opt-outbox-draft.h"

G_BEGIN_DECLS

/* What a file that holds the whole of a long text is called. */
#define OPT_OUTBOX_LOG_NAME "message.log"

/**
 * OptOutboxPlace:
 * @now: microseconds since 1970
 * @position: sorts the row right behind the one of this position, or 0: behind all
 * @repeated: it repeats what may have arrived
 *
 * Where a row is put.
 */
typedef struct
{
  gint64   now;
  gint64   position;
  gboolean repeated;
} OptOutboxPlace;

gboolean opt_outbox_insert (OptTransaction       *transaction,
                            const OptOutboxDraft *draft,
                            const OptOutboxPlace *place,
                            gint64               *id,
                            GError              **error);
gboolean opt_outbox_insert_parts (OptTransaction       *transaction,
                                  const OptOutboxDraft *draft,
                                  const OptLongText    *parts,
                                  guint                 first,
                                  const OptOutboxPlace *place,
                                  GArray               *ids,
                                  GError              **error);

G_END_DECLS
