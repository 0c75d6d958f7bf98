/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent-bot.h"

G_BEGIN_DECLS

#define OPT_TYPE_AGENT_BOTS (opt_agent_bots_get_type ())
G_DECLARE_FINAL_TYPE (OptAgentBots, opt_agent_bots, OPT, AGENT_BOTS, GObject)

OptAgentBots *opt_agent_bots_new (OptSecretStore *secrets,
                                  OptIngest      *ingest,
                                  OptClock       *clock);

/* Signal "changed" (OptAgentBot): one of them is another now. */
void         opt_agent_bots_apply (OptAgentBots *self,
                                   OptConfig    *config);
void         opt_agent_bots_open (OptAgentBots *self);
void         opt_agent_bots_restart (OptAgentBots *self,
                                     const char   *name);
void         opt_agent_bots_stop (OptAgentBots *self);
void         opt_agent_bots_stop_receiving (OptAgentBots *self);
GPtrArray   *opt_agent_bots_list (OptAgentBots *self);
OptAgentBot *opt_agent_bots_find (OptAgentBots *self,
                                  const char   *name);
guint        opt_agent_bots_get_pending (OptAgentBots *self);

G_END_DECLS
