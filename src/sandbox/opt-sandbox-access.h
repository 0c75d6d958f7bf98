/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-call.h"

G_BEGIN_DECLS

/**
 * OptSandboxAccess:
 * @OPT_SANDBOX_ACCESS_READ: to look at it
 * @OPT_SANDBOX_ACCESS_MEMBERS: to look at who is in it
 * @OPT_SANDBOX_ACCESS_EDIT: to change messages
 * @OPT_SANDBOX_ACCESS_WRITE: to send messages
 *
 * What a method wants of a chat.
 */
typedef enum {
  OPT_SANDBOX_ACCESS_READ,
  OPT_SANDBOX_ACCESS_MEMBERS,
  OPT_SANDBOX_ACCESS_EDIT,
  OPT_SANDBOX_ACCESS_WRITE,
} OptSandboxAccess;

OptSandboxChat    *opt_sandbox_access_get_chat (OptSandboxCall  *call,
                                                const char      *chat_id,
                                                OptSandboxAccess access);
gboolean           opt_sandbox_access_get_topic (OptSandboxCall   *call,
                                                 OptSandboxChat   *chat,
                                                 OptSandboxTopic **topic);
OptSandboxMessage *opt_sandbox_access_get_message (OptSandboxCall *call,
                                                   OptSandboxChat *chat,
                                                   const char     *what);
gboolean           opt_sandbox_access_check_pace (OptSandboxCall *call,
                                                  OptSandboxChat *chat);

G_END_DECLS
