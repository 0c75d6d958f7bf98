/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * OptBotMe:
 * @id: the bot's user id
 * @username: without @
 * @name: first and last name
 * @can_join_groups: people may add it to groups
 * @can_read_all_group_messages: privacy mode is off, or groups hide nothing from it
 * @has_topics_enabled: private chats with it have topics
 *
 * What a bot says of itself; immutable.
 */
typedef struct
{
  gint64   id;
  char    *username; /* (owned) */
  char    *name;     /* (owned) */
  gboolean can_join_groups;
  gboolean can_read_all_group_messages;
  gboolean has_topics_enabled;
} OptBotMe;

#define OPT_TYPE_BOT_ME (opt_bot_me_get_type ())
GType opt_bot_me_get_type (void);

OptBotMe *opt_bot_me_new_from_json (JsonNode *node,
                                    GError  **error);
OptBotMe *opt_bot_me_ref (OptBotMe *self);
void      opt_bot_me_unref (OptBotMe *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotMe, opt_bot_me_unref)

G_END_DECLS
