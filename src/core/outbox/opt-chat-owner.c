/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-chat-owner.h"

G_DEFINE_INTERFACE (OptChatOwner, opt_chat_owner, G_TYPE_OBJECT)

static void
opt_chat_owner_default_init (OptChatOwnerInterface *iface)
{
}

/**
 * opt_chat_owner_chat_moved:
 * @self: a room that stores ids of chats
 * @transaction: in which the queue's own rows follow
 * @bot: the bot that was told
 * @old_chat: the group's id until now
 * @new_chat: the supergroup's id
 * @error: return location
 *
 * Has the owner rewrite its tables. On the writer thread.
 *
 * Returns: FALSE with @error set to give up the whole transaction
 */
gboolean
opt_chat_owner_chat_moved (OptChatOwner   *self,
                           OptTransaction *transaction,
                           const char     *bot,
                           const char     *old_chat,
                           const char     *new_chat,
                           GError        **error)
{
  g_return_val_if_fail (OPT_IS_CHAT_OWNER (self), FALSE);
  g_return_val_if_fail (transaction != NULL, FALSE);
  g_return_val_if_fail (bot != NULL && old_chat != NULL && new_chat != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return OPT_CHAT_OWNER_GET_IFACE (self)->chat_moved (self, transaction, bot, old_chat, new_chat,
                                                      error);
}
