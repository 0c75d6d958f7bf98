/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-update.h"

G_BEGIN_DECLS

#define OPT_TYPE_UPDATE_SINK (opt_update_sink_get_type ())
G_DECLARE_INTERFACE (OptUpdateSink, opt_update_sink, OPT, UPDATE_SINK, GObject)

/**
 * OptUpdateSinkInterface:
 * @take_async: takes a batch (element-type OptUpdate, in the order received, never empty) of one
 *   bot
 * @take_finish: once all of it is on disk: sets the offset that Telegram may be told, which forgets
 *   everything before it
 *
 * Where a poller hands what it receives. Each poller has its own sink, so that the sink knows whose
 * updates they are.
 */
struct _OptUpdateSinkInterface
{
  GTypeInterface parent_iface;

  void (*take_async) (OptUpdateSink      *self,
                      GPtrArray          *updates,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data);
  gboolean (*take_finish) (OptUpdateSink *self,
                           GAsyncResult  *result,
                           gint64        *offset,
                           GError       **error);
};

void     opt_update_sink_take_async (OptUpdateSink      *self,
                                     GPtrArray          *updates,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean opt_update_sink_take_finish (OptUpdateSink *self,
                                      GAsyncResult  *result,
                                      gint64        *offset,
                                      GError       **error);

G_END_DECLS
