/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "opt-bot-root.h"
#include "opt-bot-session.h"

G_BEGIN_DECLS

/**
 * OptBotLane:
 * @OPT_BOT_LANE_CALLS: short requests, many at once
 * @OPT_BOT_LANE_POLLS: requests that the server holds; always HTTP/1.1, so that cancelling one is
 *   immediate
 * @OPT_BOT_LANE_FILES: large bodies; always HTTP/1.1
 *
 * Kinds of requests that must not wait for each other's connections.
 */
typedef enum {
  OPT_BOT_LANE_CALLS,
  OPT_BOT_LANE_POLLS,
  OPT_BOT_LANE_FILES,
  OPT_BOT_N_LANES,
} OptBotLane;

const OptBotRoot *opt_bot_session_get_root (OptBotSession *self);
SoupSession      *opt_bot_session_get_lane (OptBotSession *self,
                                            OptBotLane     lane);
guint             opt_bot_session_get_timeout (OptBotSession *self,
                                               OptBotLane     lane);
void              opt_bot_session_prepare_message (OptBotSession *self,
                                                   SoupMessage   *message,
                                                   OptBotLane     lane);
void              opt_bot_session_add_pending (OptBotSession *self,
                                               int            count);

gboolean opt_bot_session_has_http_proxy (OptBotSession *self);
gboolean opt_bot_session_is_ready (OptBotSession *self);
void     opt_bot_session_load_async (OptBotSession      *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean opt_bot_session_load_finish (OptBotSession *self,
                                      GAsyncResult  *result,
                                      GError       **error);

G_END_DECLS
