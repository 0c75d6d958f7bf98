/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"

G_BEGIN_DECLS

/**
 * OptBotSettingsOrder:
 * @chat_ids: (nullable): as in the configuration, like what follows
 * @receive: (nullable)
 * @roles: (nullable)
 * @description: (nullable)
 *
 * How a new bot is to be set up; borrowed for the call.
 */
typedef struct
{
  const char *chat_ids;
  const char *receive;
  const char *roles;
  const char *description;
} OptBotSettingsOrder;

/* @token: (transfer full): a file descriptor that is read to its end: a bot token, or a whole
 * message of BotFather. */
void opt_bot_setup_add_async (OptAgent                  *agent,
                              const char                *name,
                              const OptBotSettingsOrder *order,
                              int                        token,
                              GAsyncReadyCallback        callback,
                              gpointer                   user_data);
void opt_bot_setup_set_token_async (OptAgent           *agent,
                                    const char         *name,
                                    int                 token,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
void opt_bot_setup_validate_token_async (OptAgent           *agent,
                                         int                 token,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
void opt_bot_setup_validate_async (OptAgent           *agent,
                                   const char         *name,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
void opt_bot_setup_clear_token_async (OptAgent           *agent,
                                      const char         *name,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
void opt_bot_setup_remove_async (OptAgent           *agent,
                                 const char         *name,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
/* What Telegram says of the bot; NULL without an error where it was not asked. */
OptBotMe *opt_bot_setup_finish (OptAgent     *agent,
                                GAsyncResult *result,
                                GError      **error);

G_END_DECLS
