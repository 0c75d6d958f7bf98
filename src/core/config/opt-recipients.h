/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config.h"

G_BEGIN_DECLS

/**
 * OptRecipient:
 * @bot: who sends
 * @chat: to whom
 *
 * One message to be sent.
 */
typedef struct
{
  OptBotConfig *bot;  /* (owned) */
  OptChatRef   *chat; /* (owned) */
} OptRecipient;

void       opt_recipient_free (OptRecipient *self);
GPtrArray *opt_recipients_resolve (OptConfig         *config,
                                   const char        *bot,
                                   const char *const *chats,
                                   GError           **error);
GPtrArray *opt_recipients_resolve_notice (OptConfig *config,
                                          GError   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptRecipient, opt_recipient_free)

G_END_DECLS
