/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

/**
 * OptCliMessage:
 * @bot: (nullable): the bot's name
 * @chats: (nullable): where to; NULL is where the bot writes to
 * @text: the message
 * @markup: (nullable): JSON of reply_markup
 * @document: (nullable): path of a file
 * @silent: without a sound
 * @telegram: the bot is found as for the keyword
 * @token_fd: --direct: where to read the bot token, or -1
 *
 * What is to be sent.
 */
typedef struct
{
  char    *bot;      /* (owned) */
  char   **chats;    /* (owned) */
  char    *text;     /* (owned) */
  char    *markup;   /* (owned) */
  char    *document; /* (owned) */
  gboolean silent;
  gboolean telegram;
  int      token_fd;
} OptCliMessage;

void    opt_cli_message_clear (OptCliMessage *self);
OptExit opt_cli_send_direct (OptCli              *self,
                             const OptCliMessage *message);
OptExit opt_cli_report_messages (OptCli   *self,
                                 GVariant *messages,
                                 gboolean  waited);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptCliMessage, opt_cli_message_clear)

G_END_DECLS
