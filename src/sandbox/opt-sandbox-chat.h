/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-message.h"
#include "opt-sandbox-pace.h"
#include "opt-sandbox-user.h"

G_BEGIN_DECLS

typedef enum {
  OPT_SANDBOX_CHAT_PRIVATE,
  OPT_SANDBOX_CHAT_GROUP,
  OPT_SANDBOX_CHAT_SUPERGROUP,
  OPT_SANDBOX_CHAT_CHANNEL,
} OptSandboxChatType;

/**
 * OptSandboxStatus:
 * @OPT_SANDBOX_STATUS_KICKED: also a user who blocked the bot
 *
 * What someone is in a chat.
 */
typedef enum {
  OPT_SANDBOX_STATUS_LEFT,
  OPT_SANDBOX_STATUS_KICKED,
  OPT_SANDBOX_STATUS_RESTRICTED,
  OPT_SANDBOX_STATUS_MEMBER,
  OPT_SANDBOX_STATUS_ADMINISTRATOR,
  OPT_SANDBOX_STATUS_CREATOR,
} OptSandboxStatus;

/**
 * OptSandboxTopic:
 * @id: the message_thread_id
 * @name: (owned): its name
 * @is_closed: whether only administrators may write
 */
typedef struct
{
  gint32   id;
  char    *name;
  gboolean is_closed;
} OptSandboxTopic;

/**
 * OptSandboxChat:
 * @bot: what the bot is here
 * @migrated_to: the supergroup it became, or 0
 * @json: (owned): the Chat object as text, ready to be put into messages
 * @pace: how fast the bot wrote here of late
 * @group_pace: the same for the slower limit of groups
 *
 * A chat as one bot knows it.
 */
typedef struct
{
  gint64             id;
  OptSandboxChatType type;
  OptSandboxStatus   bot;
  gboolean           is_forum;
  gint64             migrated_to;
  gint32             last_message_id;
  char              *title;    /* (owned) (nullable) */
  char              *username; /* (owned) (nullable) */
  char              *json;     /* (owned) */
  GHashTable        *messages; /* (owned): id to OptSandboxMessage */
  GHashTable        *topics;   /* (owned): id to OptSandboxTopic */
  GHashTable        *members;  /* (owned): gint64 to OptSandboxStatus */
  OptSandboxPace     pace;
  OptSandboxPace     group_pace;
} OptSandboxChat;

OptSandboxChat *opt_sandbox_chat_new (gint64             id,
                                      OptSandboxChatType type);
void            opt_sandbox_chat_free (OptSandboxChat *self);
void            opt_sandbox_chat_render (OptSandboxChat *self,
                                         OptSandboxUser *user);

OptSandboxMessage *opt_sandbox_chat_find_message (OptSandboxChat *self,
                                                  gint64          id);
void               opt_sandbox_chat_add_message (OptSandboxChat    *self,
                                                 OptSandboxMessage *message);
OptSandboxTopic   *opt_sandbox_chat_find_topic (OptSandboxChat *self,
                                                gint64          id);
OptSandboxTopic   *opt_sandbox_chat_add_topic (OptSandboxChat *self,
                                               gint32          id,
                                               const char     *name);
gboolean           opt_sandbox_chat_find_member (OptSandboxChat   *self,
                                                 gint64            user_id,
                                                 OptSandboxStatus *status);
void               opt_sandbox_chat_set_member (OptSandboxChat  *self,
                                                gint64           user_id,
                                                OptSandboxStatus status);

gboolean           opt_sandbox_chat_type_parse (const char         *text,
                                                OptSandboxChatType *type);
OptSandboxChatType opt_sandbox_chat_type_guess (gint64 id);
gboolean           opt_sandbox_status_parse (const char       *text,
                                             OptSandboxStatus *status);
const char        *opt_sandbox_status_get_name (OptSandboxStatus status);

G_END_DECLS
