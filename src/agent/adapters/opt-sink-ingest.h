/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"
#include "opt-ingest.h"
#include "opt-update-sink.h"

G_BEGIN_DECLS

#define OPT_TYPE_SINK_INGEST (opt_sink_ingest_get_type ())
G_DECLARE_FINAL_TYPE (OptSinkIngest, opt_sink_ingest, OPT, SINK_INGEST, GObject)

OptSinkIngest *opt_sink_ingest_new (OptIngest  *ingest,
                                    OptClock   *clock,
                                    gint64      bot_id,
                                    const char *name);
void           opt_sink_ingest_set_username (OptSinkIngest *self,
                                             const char    *username);

G_END_DECLS
