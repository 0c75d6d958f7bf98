/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-reactor.h"
#include "opt-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_INGEST (opt_ingest_get_type ())
G_DECLARE_FINAL_TYPE (OptIngest, opt_ingest, OPT, INGEST, GObject)

/* Stores an effect in its room's own table; on the writer thread, in the update's transaction. */
typedef gboolean (*OptApplyFunc) (OptTransaction    *transaction,
                                  const OptReceiver *receiver,
                                  const OptEffect   *effect,
                                  gpointer           user_data,
                                  GError           **error);
/* Told of an effect after the commit, on the main context: pokes a queue, or sends what is not
 * stored. */
typedef void (*OptCommittedFunc) (const OptReceiver *receiver,
                                  const OptEffect   *effect,
                                  gpointer           user_data);

extern const OptMigration opt_ingest_migrations[];

OptIngest *opt_ingest_new (OptStore *store);
void       opt_ingest_set_gate (OptIngest *self,
                                OptGate   *gate);
void       opt_ingest_add_reactor (OptIngest  *self,
                                   OptReactor *reactor);
void       opt_ingest_set_effect (OptIngest       *self,
                                  OptEffectKind    kind,
                                  OptApplyFunc     apply,
                                  OptCommittedFunc committed,
                                  gpointer         user_data);
void       opt_ingest_set_snapshot (OptIngest   *self,
                                    OptSnapshot *snapshot);

/* Takes a batch (element-type OptUpdate, in order); finishes once all of it is committed: what is
 * returned is the offset to confirm. On failure nothing may be confirmed beyond what an earlier
 * call returned. */
void     opt_ingest_take_async (OptIngest          *self,
                                const OptReceiver  *receiver,
                                GPtrArray          *updates,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean opt_ingest_take_finish (OptIngest    *self,
                                 GAsyncResult *result,
                                 gint64       *offset,
                                 GError      **error);
void     opt_ingest_load_offset_async (OptIngest          *self,
                                       gint64              bot_id,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean opt_ingest_load_offset_finish (OptIngest    *self,
                                        GAsyncResult *result,
                                        gint64       *offset,
                                        GError      **error);

G_END_DECLS
