/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-call.h"
#include "opt-bot-client.h"

G_BEGIN_DECLS

OptBotCall *opt_bot_client_new_call (OptBotClient *self,
                                     OptBotLane    lane,
                                     const char   *method);
OptBotCall *opt_bot_client_new_file_call (OptBotClient *self,
                                          const char   *file_path);

/* A call of getUpdates: on its own lane, with room for its answer, told when it is on the wire. */
void opt_bot_client_poll_async (OptBotClient       *self,
                                const char         *json_body,
                                OptBotCallFunc      written,
                                gpointer            written_data,
                                GDestroyNotify      written_destroy,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);

G_END_DECLS
