/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-update-sink.h"

G_DEFINE_INTERFACE (OptUpdateSink, opt_update_sink, G_TYPE_OBJECT)

static void
opt_update_sink_default_init (OptUpdateSinkInterface *iface)
{
}

/**
 * opt_update_sink_take_async:
 * @self: a sink
 * @updates: (element-type OptUpdate): a batch, in the order received, not empty
 * @cancellable: (nullable): to give up
 * @callback: called when all is on disk, or it failed
 * @user_data: for @callback
 *
 * Hands updates over.
 */
void
opt_update_sink_take_async (OptUpdateSink      *self,
                            GPtrArray          *updates,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (OPT_IS_UPDATE_SINK (self));
  g_return_if_fail (updates != NULL && updates->len > 0);

  OPT_UPDATE_SINK_GET_IFACE (self)->take_async (self, updates, cancellable, callback, user_data);
}

/**
 * opt_update_sink_take_finish:
 * @self: a sink
 * @result: what the callback got
 * @offset: (out): what Telegram may be told
 * @error: return location: why nothing may be told
 *
 * Ends opt_update_sink_take_async().
 *
 * Returns: whether the updates are safe
 */
gboolean
opt_update_sink_take_finish (OptUpdateSink *self,
                             GAsyncResult  *result,
                             gint64        *offset,
                             GError       **error)
{
  g_return_val_if_fail (OPT_IS_UPDATE_SINK (self), FALSE);
  g_return_val_if_fail (offset != NULL, FALSE);

  return OPT_UPDATE_SINK_GET_IFACE (self)->take_finish (self, result, offset, error);
}
