/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-chat.h"
#include "opt-sandbox-clock.h"
#include "opt-sandbox-file.h"
#include "opt-sandbox-journal.h"
#include "opt-sandbox-updates.h"
#include "opt-sandbox-user.h"

G_BEGIN_DECLS

typedef struct _OptSandboxPoll OptSandboxPoll;

/**
 * OptSandboxBot:
 * @token: (owned): its bot token
 * @self_user: (owned): what it is to others
 * @can_read_all: whether privacy mode is off
 * @is_revoked: whether the token was revoked
 * @clock: (unowned): the sandbox's time
 * @chats: (owned): gint64 to OptSandboxChat
 * @users: (owned): gint64 to OptSandboxUser, without the bot itself
 * @files: (owned): file_id to OptSandboxFile
 * @paths: (owned): file_path to OptSandboxFile, unowned
 * @queries: (owned): callback_query_id to the date it came, as gint64
 * @commands: (owned): scope and language to JSON text
 * @poll: (owned) (nullable): the getUpdates call that waits
 * @waiters: (owned): control requests that wait for the journal
 * @last_message_id: for chats that share their ids: private ones and basic groups
 * @next_conflict: when the next 409 may be answered at once, in microseconds
 * @pace: how fast it wrote of late, over all chats
 *
 * A bot and all it knows of Telegram: each has a world of its own.
 */
typedef struct
{
  char              *token;
  gint64             id;
  OptSandboxUser    *self_user;
  gboolean           can_read_all;
  gboolean           is_revoked;
  OptSandboxClock   *clock;
  GHashTable        *chats;
  GHashTable        *users;
  GHashTable        *files;
  GHashTable        *paths;
  GHashTable        *queries;
  GHashTable        *commands;
  OptSandboxUpdates *updates;
  OptSandboxJournal *journal;
  OptSandboxPoll    *poll;
  GPtrArray         *waiters;
  gint32             last_message_id;
  guint64            last_query_id;
  guint64            last_album_id;
  gint64             next_conflict;
  OptSandboxPace     pace;
} OptSandboxBot;

OptSandboxBot *opt_sandbox_bot_new (const char      *token,
                                    OptSandboxClock *clock);
void           opt_sandbox_bot_free (OptSandboxBot *self);

OptSandboxUser *opt_sandbox_bot_find_user (OptSandboxBot *self,
                                           gint64         id);
OptSandboxUser *opt_sandbox_bot_add_user (OptSandboxBot *self,
                                          gint64         id,
                                          JsonObject    *fields);
OptSandboxChat *opt_sandbox_bot_find_chat (OptSandboxBot *self,
                                           gint64         id);
OptSandboxChat *opt_sandbox_bot_find_chat_by_name (OptSandboxBot *self,
                                                   const char    *username);
OptSandboxChat *opt_sandbox_bot_add_chat (OptSandboxBot     *self,
                                          gint64             id,
                                          OptSandboxChatType type);
void            opt_sandbox_bot_render_chat (OptSandboxBot  *self,
                                             OptSandboxChat *chat);
gint32          opt_sandbox_bot_next_message_id (OptSandboxBot  *self,
                                                 OptSandboxChat *chat);
void            opt_sandbox_bot_add_message_to_json (OptSandboxBot     *self,
                                                     OptSandboxChat    *chat,
                                                     OptSandboxMessage *message,
                                                     gboolean           with_reply,
                                                     GString           *out);

G_END_DECLS
