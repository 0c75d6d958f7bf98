/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-bot.h"
#include "opt-sandbox-fault.h"

G_BEGIN_DECLS

/**
 * OptSandboxWorld:
 * @clock: (owned): the sandbox's time
 * @bots: (owned): token to OptSandboxBot
 * @faults: (owned): OptSandboxFault, oldest first
 * @has_rate_limits: whether those who write too fast are told so
 *
 * Everything the sandbox remembers.
 */
typedef struct
{
  OptSandboxClock *clock;
  GHashTable      *bots;
  GPtrArray       *faults;
  guint64          last_fault_id;
  gboolean         has_rate_limits;
} OptSandboxWorld;

OptSandboxWorld *opt_sandbox_world_new (OptClock *clock);
void             opt_sandbox_world_free (OptSandboxWorld *self);

OptSandboxBot   *opt_sandbox_world_get_bot (OptSandboxWorld *self,
                                            const char      *token);
guint64          opt_sandbox_world_add_fault (OptSandboxWorld *self,
                                              OptSandboxFault *fault);
gboolean         opt_sandbox_world_remove_fault (OptSandboxWorld *self,
                                                 guint64          id);
OptSandboxFault *opt_sandbox_world_take_fault (OptSandboxWorld *self,
                                               const char      *token,
                                               const char      *method,
                                               const char      *chat_id);

G_END_DECLS
