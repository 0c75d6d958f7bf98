/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-client.h"
#include "opt-clock.h"
#include "opt-update-sink.h"

G_BEGIN_DECLS

/**
 * OptBotPollerState:
 * @OPT_BOT_POLLER_OFF: not receiving
 * @OPT_BOT_POLLER_CONNECTING: a poll is on its way, or waits for its next try; the detail says why
 * @OPT_BOT_POLLER_POLLING: a poll is held by the server, or its updates are being stored
 * @OPT_BOT_POLLER_CONFLICT: a webhook or another program is in the way; tries go on
 * @OPT_BOT_POLLER_REFUSED: the bot token is not accepted; nothing is tried until
 *   opt_bot_poller_start()
 */
typedef enum {
  OPT_BOT_POLLER_OFF,
  OPT_BOT_POLLER_CONNECTING,
  OPT_BOT_POLLER_POLLING,
  OPT_BOT_POLLER_CONFLICT,
  OPT_BOT_POLLER_REFUSED,
} OptBotPollerState;

const char *opt_bot_poller_state_to_string (OptBotPollerState state);

#define OPT_TYPE_BOT_POLLER (opt_bot_poller_get_type ())
G_DECLARE_FINAL_TYPE (OptBotPoller, opt_bot_poller, OPT, BOT_POLLER, GObject)

OptBotPoller *opt_bot_poller_new (OptBotClient  *client,
                                  OptUpdateSink *sink,
                                  OptClock      *clock);

/* Signal "state-changed" () is emitted when state or detail become others. */
void              opt_bot_poller_start (OptBotPoller *self,
                                        gint64        offset);
void              opt_bot_poller_stop (OptBotPoller *self);
OptBotPollerState opt_bot_poller_get_state (OptBotPoller *self);
const char       *opt_bot_poller_get_detail (OptBotPoller *self);
gint64            opt_bot_poller_get_last_answer (OptBotPoller *self);

G_END_DECLS
