/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-bot-client.h"
#include "opt-clock.h"
#include "opt-config.h"
#include "opt-ingest.h"
#include "opt-secret-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_AGENT_BOT (opt_agent_bot_get_type ())
G_DECLARE_FINAL_TYPE (OptAgentBot, opt_agent_bot, OPT, AGENT_BOT, GObject)

/**
 * OptAgentBotState:
 * @OPT_AGENT_BOT_OFF: not receiving, as configured; it can send when it has a token
 * @OPT_AGENT_BOT_CONNECTING: on the way
 * @OPT_AGENT_BOT_POLLING: receiving
 * @OPT_AGENT_BOT_CONFLICT: a webhook or another poller is in the way
 * @OPT_AGENT_BOT_REFUSED: Telegram does not accept the token
 * @OPT_AGENT_BOT_NO_TOKEN: there is none
 * @OPT_AGENT_BOT_LOCKED: the secret store is locked
 */
typedef enum {
  OPT_AGENT_BOT_OFF,
  OPT_AGENT_BOT_CONNECTING,
  OPT_AGENT_BOT_POLLING,
  OPT_AGENT_BOT_CONFLICT,
  OPT_AGENT_BOT_REFUSED,
  OPT_AGENT_BOT_NO_TOKEN,
  OPT_AGENT_BOT_LOCKED,
} OptAgentBotState;

const char *opt_agent_bot_state_to_string (OptAgentBotState state);

OptAgentBot *opt_agent_bot_new (OptBotConfig   *bot,
                                OptConfig      *config,
                                OptSecretStore *secrets,
                                OptIngest      *ingest,
                                OptClock       *clock);

/* Signal "changed" (): the state, the token or what Telegram says of the bot. */
void opt_agent_bot_start (OptAgentBot *self);
void opt_agent_bot_open (OptAgentBot *self);
void opt_agent_bot_stop (OptAgentBot *self);
void opt_agent_bot_stop_receiving (OptAgentBot *self);

OptBotConfig    *opt_agent_bot_get_config (OptAgentBot *self);
OptAgentBotState opt_agent_bot_get_state (OptAgentBot *self);
const char      *opt_agent_bot_get_detail (OptAgentBot *self);
gint64           opt_agent_bot_get_last_answer (OptAgentBot *self);
OptBotClient    *opt_agent_bot_get_client (OptAgentBot *self);
OptBotMe        *opt_agent_bot_get_me (OptAgentBot *self);
const char      *opt_agent_bot_get_token_word (OptAgentBot *self);
guint            opt_agent_bot_get_pending (OptAgentBot *self);
void             opt_agent_bot_refuse (OptAgentBot *self,
                                       const char  *detail);

G_END_DECLS
