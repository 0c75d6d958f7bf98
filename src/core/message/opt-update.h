/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define OPT_UPDATE_ERROR (opt_update_error_quark ())
GQuark opt_update_error_quark (void);

/**
 * OptUpdateError:
 * @OPT_UPDATE_ERROR_NO_ID: there is no usable update_id
 */
typedef enum {
  OPT_UPDATE_ERROR_NO_ID,
} OptUpdateError;

typedef enum {
  OPT_UPDATE_OTHER, /* known to have an id, nothing else */
  OPT_UPDATE_MESSAGE,
  OPT_UPDATE_EDITED_MESSAGE,
  OPT_UPDATE_CHANNEL_POST,
  OPT_UPDATE_CALLBACK,
  OPT_UPDATE_MY_CHAT_MEMBER,
} OptUpdateKind;

typedef enum {
  OPT_CHAT_PRIVATE,
  OPT_CHAT_GROUP,
  OPT_CHAT_SUPERGROUP,
  OPT_CHAT_CHANNEL,
} OptChatKind;

/**
 * OptUpdate:
 * @update_id: Telegram's
 * @kind: what it is
 * @user_id: who did it; 0 when nobody is named (channel posts, anonymous admins)
 * @username: (nullable): without @
 * @name: (nullable): first and last name
 * @user_is_bot: the sender is a bot
 * @chat_id: where; 0 when there is no chat
 * @chat_kind: what kind of chat
 * @chat_title: (nullable): of a group or channel
 * @topic: message_thread_id when it is a topic message, else 0
 * @message_id: of the message, or of the one whose button was pressed
 * @date: of the message, seconds since 1970; 0 when unknown
 * @edit_date: likewise
 * @text: (nullable): text or caption of a message or post, valid UTF-8
 * @command: (nullable): `/task` without the slash, lower case, when the text starts with a
 *   bot_command
 * @command_bot: (nullable): what stood behind @ in the command
 * @arguments: (nullable): what follows the command, trimmed; not NULL when @command is set
 * @reply_to_message_id: 0 when it answers nothing
 * @reply_to_user_id: whom it answers
 * @is_forwarded: the message was forwarded
 * @via_bot: it was sent via an inline bot
 * @by_chat: it was sent in the name of a chat (anonymous admin, linked channel)
 * @callback_id: (nullable): of a pressed button
 * @callback_data: (nullable): of a pressed button
 * @migrate_to_chat_id: the group became this supergroup; else 0
 * @new_status: (nullable): of my_chat_member, the bot's new status
 *
 * One update of the Bot API, immutable; everything that the rooms here need, checked and in plain
 * C types. Unknown kinds and fields are let pass.
 */
typedef struct
{
  gint64        update_id;
  OptUpdateKind kind;
  gint64        user_id;
  char         *username; /* (owned) */
  char         *name;     /* (owned) */
  gboolean      user_is_bot;
  gint64        chat_id;
  OptChatKind   chat_kind;
  char         *chat_title; /* (owned) */
  gint64        topic;
  gint64        message_id;
  gint64        date;
  gint64        edit_date;
  char         *text;        /* (owned) */
  char         *command;     /* (owned) */
  char         *command_bot; /* (owned) */
  char         *arguments;   /* (owned) */
  gint64        reply_to_message_id;
  gint64        reply_to_user_id;
  gboolean      is_forwarded;
  gboolean      via_bot;
  gboolean      by_chat;
  char         *callback_id;   /* (owned) */
  char         *callback_data; /* (owned) */
  gint64        migrate_to_chat_id;
  char         *new_status; /* (owned) */
} OptUpdate;

OptUpdate *opt_update_new_from_json (JsonObject *object,
                                     GError    **error);
OptUpdate *opt_update_ref (OptUpdate *self);
void       opt_update_unref (OptUpdate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptUpdate, opt_update_unref)

G_END_DECLS
