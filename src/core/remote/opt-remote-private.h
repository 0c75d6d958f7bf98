/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-remote.h"

G_BEGIN_DECLS

/* All of it belongs to the main context; reacting needs none of it. */
struct _OptRemote
{
  GObject     parent_instance;
  OptStore   *store;   /* (owned) */
  OptClock   *clock;   /* (owned) */
  OptOutbox  *outbox;  /* (owned) */
  OptJobs    *jobs;    /* (owned) */
  OptConfig  *config;  /* (owned) (nullable) */
  gint64      since;   /* wall time of the start */
  GHashTable *greeted; /* (owned) (element-type utf8): folded names of bots */
};

gboolean     opt_remote_react (OptReactor        *reactor,
                               OptTransaction    *transaction,
                               const OptReceiver *receiver,
                               OptUpdate         *update,
                               const OptVerdict  *verdict,
                               OptSnapshot       *snapshot,
                               GPtrArray         *effects,
                               GError           **error);
void         opt_remote_render_async (OptRenderer            *renderer,
                                      const OptRenderRequest *request,
                                      GCancellable           *cancellable,
                                      GAsyncReadyCallback     callback,
                                      gpointer                user_data);
OptRendered *opt_remote_render_finish (OptRenderer  *renderer,
                                       GAsyncResult *result,
                                       GError      **error);
void         opt_remote_accept_async (OptJobListener     *listener,
                                      OptJobEvent        *event,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean     opt_remote_accept_finish (OptJobListener *listener,
                                       GAsyncResult   *result,
                                       GError        **error);

G_END_DECLS
