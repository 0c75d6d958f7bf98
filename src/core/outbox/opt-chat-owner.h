/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "opt-transaction.h"

G_BEGIN_DECLS

#define OPT_TYPE_CHAT_OWNER (opt_chat_owner_get_type ())
G_DECLARE_INTERFACE (OptChatOwner, opt_chat_owner, OPT, CHAT_OWNER, GObject)

/**
 * OptChatOwnerInterface:
 * @chat_moved: rewrites @old_chat to @new_chat in the owner's tables; on the writer thread, in the
 *   transaction in which the queue's own rows follow
 *
 * A room that stores ids of chats.
 */
struct _OptChatOwnerInterface
{
  GTypeInterface parent_iface;

  gboolean (*chat_moved) (OptChatOwner   *self,
                          OptTransaction *transaction,
                          const char     *bot,
                          const char     *old_chat,
                          const char     *new_chat,
                          GError        **error);
};

gboolean opt_chat_owner_chat_moved (OptChatOwner   *self,
                                    OptTransaction *transaction,
                                    const char     *bot,
                                    const char     *old_chat,
                                    const char     *new_chat,
                                    GError        **error);

G_END_DECLS
