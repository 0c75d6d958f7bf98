/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-chat-ref.h"

G_BEGIN_DECLS

#define OPT_TYPE_BOT_CONFIG (opt_bot_config_get_type ())

typedef enum {
  OPT_RECEIVE_OFF,
  OPT_RECEIVE_POLL,
  OPT_RECEIVE_WEBHOOK,
} OptReceive;

typedef enum {
  OPT_BOT_ROLE_NOTIFY = 1 << 0,
  OPT_BOT_ROLE_REMOTE = 1 << 1,
  OPT_BOT_ROLE_CONVERSATIONS = 1 << 2,
  OPT_BOT_ROLE_NOTES = 1 << 3,
} OptBotRoles;

/**
 * OptBotSource:
 * @OPT_BOT_SOURCE_CONFIG: a group `[bot NAME]`
 * @OPT_BOT_SOURCE_ENV_CONFIGS: an element of TELEGRAM_BOT_CONFIGS
 * @OPT_BOT_SOURCE_ENV_DEFAULT: TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_IDS
 */
typedef enum {
  OPT_BOT_SOURCE_CONFIG,
  OPT_BOT_SOURCE_ENV_CONFIGS,
  OPT_BOT_SOURCE_ENV_DEFAULT,
} OptBotSource;

/**
 * OptBotConfig:
 * @name: as it is spelt
 * @folded: opt_name_fold() of it
 * @chats: (element-type OptChatRef): where it sends when nothing else is said; may be empty
 * @active: FALSE: neither sends nor receives
 * @receive: how updates come
 * @roles: what it is for
 * @description: (nullable): free text
 * @source: where it is set up
 * @token: (nullable): for bots from the environment alone; a secret, never printed
 *
 * How one bot is set up. Immutable and atomically refcounted.
 */
typedef struct
{
  char        *name;   /* (owned) */
  char        *folded; /* (owned) */
  GPtrArray   *chats;  /* (owned) (element-type OptChatRef) */
  gboolean     active;
  OptReceive   receive;
  OptBotRoles  roles;
  char        *description; /* (owned) */
  OptBotSource source;
  char        *token; /* (owned) */
} OptBotConfig;

GType         opt_bot_config_get_type (void) G_GNUC_CONST;
OptBotConfig *opt_bot_config_new (const char  *name,
                                  OptBotSource source);
OptBotConfig *opt_bot_config_ref (OptBotConfig *self);
void          opt_bot_config_unref (OptBotConfig *self);

const char *opt_receive_to_text (OptReceive receive);
char       *opt_bot_roles_to_text (OptBotRoles roles);
const char *opt_bot_source_to_text (OptBotSource source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotConfig, opt_bot_config_unref)

G_END_DECLS
