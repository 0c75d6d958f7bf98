/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-bot.h"

G_BEGIN_DECLS

gint32 opt_sandbox_delivery_tell_message (OptSandboxBot     *bot,
                                          OptSandboxChat    *chat,
                                          OptSandboxMessage *message);
gint32 opt_sandbox_delivery_tell_status (OptSandboxBot   *bot,
                                         OptSandboxChat  *chat,
                                         gint64           from_id,
                                         OptSandboxStatus status);
gint32 opt_sandbox_delivery_tell (OptSandboxBot       *bot,
                                  OptSandboxUpdateKind kind,
                                  GString             *json);
void   opt_sandbox_delivery_add_member_to_json (OptSandboxUser  *user,
                                                OptSandboxChat  *chat,
                                                OptSandboxStatus status,
                                                GString         *out);

G_END_DECLS
