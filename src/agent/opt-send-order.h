/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"

G_BEGIN_DECLS

/**
 * OptSendOrder:
 * @bot: (nullable): which bot
 * @chats: (nullable): where to, else where the bot writes to
 * @text: (nullable): the message, or a document's caption
 * @markup: (nullable): JSON of reply_markup
 * @document: (nullable): absolute path of a file
 * @file_name: (nullable): what it is called in the chat
 * @silent: without a sound
 * @telegram: without @bot, take the one of `telegram:`
 *
 * A message that a client wants sent; borrowed for the call.
 */
typedef struct
{
  const char        *bot;
  const char *const *chats;
  const char        *text;
  const char        *markup;
  const char        *document;
  const char        *file_name;
  gboolean           silent;
  gboolean           telegram;
} OptSendOrder;

/* Finishes once all of it is queued, with the rows (element-type OptOutboxRow) as they stand. */
void       opt_send_order_async (OptAgent           *agent,
                                 const OptSendOrder *order,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
GPtrArray *opt_send_order_finish (OptAgent     *agent,
                                  GAsyncResult *result,
                                  GError      **error);

G_END_DECLS
