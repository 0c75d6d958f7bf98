/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-outbox-error.h"
#include "opt-store.h"

G_BEGIN_DECLS

/* Of one text, in bytes; what is longer belongs into a file. */
#define OPT_OUTBOX_TEXT_MAX (8 * 1024 * 1024)

/**
 * OptOutboxKind:
 * @OPT_OUTBOX_TEXT: a message
 * @OPT_OUTBOX_EDIT: a new text (or, without text, a new keyboard) for a message
 * @OPT_OUTBOX_DELETE: takes a message away
 * @OPT_OUTBOX_DOCUMENT: a file, with the text as its caption
 * @OPT_OUTBOX_MENU: the bot's list of commands
 * @OPT_OUTBOX_VIEW: a message whose text is made by #OptRenderer when its turn comes; with
 *   @message_id or @row_id it changes that message
 */
typedef enum {
  OPT_OUTBOX_TEXT,
  OPT_OUTBOX_EDIT,
  OPT_OUTBOX_DELETE,
  OPT_OUTBOX_DOCUMENT,
  OPT_OUTBOX_MENU,
  OPT_OUTBOX_VIEW,
} OptOutboxKind;
#define OPT_N_OUTBOX_KINDS (OPT_OUTBOX_VIEW + 1)

const char *opt_outbox_kind_to_string (OptOutboxKind kind);

/**
 * OptOutboxDraft:
 * @bot: the bot's name
 * @chat: `-100123` or `@channel`; for a MENU of all chats the empty string
 * @topic: message_thread_id, or 0
 * @kind: which of the other fields count
 * @text: TEXT, EDIT: the text; DOCUMENT: the caption, or %NULL; MENU: the JSON array of commands
 * @markup: (nullable): JSON of reply_markup; MENU: JSON of the scope
 * @view: (nullable): VIEW: the name of what is rendered
 * @view_args: (nullable): VIEW: what the renderer is told
 * @reply_to: the message to answer, or 0
 * @silent: without a sound
 * @message_id: EDIT, DELETE, VIEW: Telegram's id of the message, or 0
 * @row_id: EDIT, DELETE, VIEW: the row that sends the message, instead of @message_id
 * @path: (nullable): DOCUMENT: the file, read when it is sent
 * @file_name: (nullable): DOCUMENT: what the file is called in the chat, else the end of @path
 * @contents: (nullable): DOCUMENT: a text that is the file, instead of @path
 * @origin: (nullable): what caused the message; a second draft of the same origin adds nothing
 * @priority: above 0 before others, below 0 behind them; it only chooses between chats
 *
 * What is to be sent, before it is queued. Everything is borrowed for the call; begin from zeroes.
 */
typedef struct
{
  const char   *bot;
  const char   *chat;
  gint64        topic;
  OptOutboxKind kind;
  const char   *text;
  const char   *markup;
  const char   *view;
  const char   *view_args;
  gint64        reply_to;
  gboolean      silent;
  gint64        message_id;
  gint64        row_id;
  const char   *path;
  const char   *file_name;
  const char   *contents;
  const char   *origin;
  int           priority;
} OptOutboxDraft;

extern const OptMigration opt_outbox_migrations[];

/* On the writer thread, inside a transaction of any room; opt_outbox_poke() after the commit. */
gboolean opt_outbox_add (OptTransaction       *transaction,
                         const OptOutboxDraft *draft,
                         gint64                now,
                         GArray               *ids,
                         GError              **error);
gboolean opt_outbox_move_chat (OptTransaction *transaction,
                               const char     *bot,
                               const char     *old_chat,
                               const char     *new_chat,
                               GError        **error);

G_END_DECLS
