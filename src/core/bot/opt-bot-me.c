/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-me.h"

#include "opt-bot-error-private.h"
#include "opt-json.h"

G_DEFINE_BOXED_TYPE (OptBotMe, opt_bot_me, opt_bot_me_ref, opt_bot_me_unref)

static void
clear (gpointer data)
{
  OptBotMe *self = data;

  g_free (self->username);
  g_free (self->name);
}

/**
 * opt_bot_me_new_from_json:
 * @node: the `result` of getMe
 * @error: return location: %OPT_BOT_ERROR_BAD_ANSWER
 *
 * Reads who a bot is.
 *
 * Returns: (transfer full): the bot, or NULL with @error set when there is no id
 */
OptBotMe *
opt_bot_me_new_from_json (JsonNode *node,
                          GError  **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *first_name = opt_json_get_string (object, "first_name");
  const char *last_name = opt_json_get_string (object, "last_name");
  const char *username = opt_json_get_string (object, "username");
  OptBotMe   *self;
  gint64      id;

  if (!opt_json_get_int (object, "id", &id) || id <= 0)
    {
      g_propagate_error (
        error, opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, FALSE,
                                  "the answer to getMe names no bot: check telegram.api_root"));
      return NULL;
    }

  self = g_atomic_rc_box_new0 (OptBotMe);
  self->id = id;
  self->username = g_strdup (username != NULL ? username : "");
  self->name = g_strjoin (last_name != NULL ? " " : NULL, first_name != NULL ? first_name : "",
                          last_name, NULL);
  self->can_join_groups = opt_json_get_bool (object, "can_join_groups");
  self->can_read_all_group_messages = opt_json_get_bool (object, "can_read_all_group_messages");
  self->has_topics_enabled = opt_json_get_bool (object, "has_topics_enabled");
  return self;
}

/**
 * opt_bot_me_ref:
 * @self: a bot
 *
 * Returns: (transfer full): @self
 */
OptBotMe *
opt_bot_me_ref (OptBotMe *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_bot_me_unref:
 * @self: (transfer full): a bot
 *
 * Frees it with the last reference.
 */
void
opt_bot_me_unref (OptBotMe *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
