/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-long-text-private.h"
#include "opt-outbox-draft.h"

G_BEGIN_DECLS

/* What a file that holds the whole of a long text is called. */
#define OPT_OUTBOX_LOG_NAME "message.log"

/* Rows stand this far apart in their chat; what continues one has its place between. */
#define OPT_OUTBOX_POSITIONS      1024
#define OPT_OUTBOX_POSITIONS_PART 32

/**
 * OptOutboxPlace:
 * @now: microseconds since 1970
 * @position: of the message in its chat, or 0: behind all
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
gboolean opt_outbox_insert_one (OptTransaction       *transaction,
                                const OptOutboxDraft *draft,
                                const OptOutboxPlace *place,
                                GArray               *ids,
                                gboolean             *known,
                                GError              **error);
gboolean opt_outbox_insert_parts (OptTransaction       *transaction,
                                  const OptOutboxDraft *draft,
                                  const OptLongText    *parts,
                                  guint                 first,
                                  const OptOutboxPlace *place,
                                  GArray               *ids,
                                  GError              **error);

G_END_DECLS
