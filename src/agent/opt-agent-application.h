/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"

G_BEGIN_DECLS

#define OPT_TYPE_AGENT_APPLICATION (opt_agent_application_get_type ())
G_DECLARE_FINAL_TYPE (
  OptAgentApplication, opt_agent_application, OPT, AGENT_APPLICATION, GApplication)

/* Called once the name is owned and the agent at work. */
typedef void (*OptAgentReadyFunc) (OptAgent *agent,
                                   gpointer  user_data);

int opt_agent_application_main (OptClock         *clock,
                                OptAgentReadyFunc ready,
                                gpointer          user_data);

OptAgentApplication *opt_agent_application_new (OptAgent *agent);
int                  opt_agent_application_run (OptAgentApplication *self);

G_END_DECLS
