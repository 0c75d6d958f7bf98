/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-control.h"

#include <string.h>

#include "opt-sandbox-delivery.h"
#include "opt-sandbox-json.h"
#include "opt-sandbox-polling.h"

/* What an action does to a chat. */
typedef struct
{
  const char *name;
  gboolean (*act) (OptSandboxRequest *request,
                   OptSandboxChat    *chat,
                   GError           **error);
} Action;

static gboolean
take_username (OptSandboxBot *bot,
               const char    *username,
               GError       **error)
{
  if (username == NULL)
    return TRUE;
  if (strlen (username) < 3 || strlen (username) > 32 ||
      strspn (username, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") != strlen (username))
    return opt_sandbox_request_fail (error,
                                     "username must have 3 to 32 letters, digits and underscores");

  opt_sandbox_user_set (bot->self_user, "username", username);
  return TRUE;
}

/**
 * opt_sandbox_control_change_bot:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/T/bot {username, can_read_all_group_messages, revoked}`: changes what the
 * bot is. The answer is what it is then.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_change_bot (OptSandboxRequest *request,
                                GError           **error)
{
  OptSandboxBot *bot = request->bot;
  const char    *username = NULL;
  const char    *first_name = NULL;

  if (request->object == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");
  if (!opt_sandbox_request_get_string (request->object, "username", &username, error) ||
      !opt_sandbox_request_get_string (request->object, "first_name", &first_name, error) ||
      !opt_sandbox_request_get_bool (request->object, "can_read_all_group_messages",
                                     &bot->can_read_all, error) ||
      !opt_sandbox_request_get_bool (request->object, "revoked", &bot->is_revoked, error) ||
      !take_username (bot, username, error))
    return FALSE;
  if (first_name != NULL)
    opt_sandbox_user_set (bot->self_user, "first_name", first_name);
  if (bot->is_revoked)
    opt_sandbox_polling_refuse (bot);

  g_string_append_len (request->out, bot->self_user->json,
                       (gssize)strlen (bot->self_user->json) - 1);
  g_string_append_printf (request->out, ",\"can_read_all_group_messages\":%s,\"revoked\":%s}",
                          bot->can_read_all ? "true" : "false", bot->is_revoked ? "true" : "false");
  return TRUE;
}

static gboolean
take_members (OptSandboxRequest *request,
              OptSandboxChat    *chat,
              GError           **error)
{
  JsonNode *node = json_object_get_member (request->object, "members");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return opt_sandbox_request_fail (error, "members must be an array of User objects");

  for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
    {
      JsonNode *member = json_array_get_element (json_node_get_array (node), i);
      g_autoptr (JsonObject) wrapper = json_object_new ();
      OptSandboxStatus status = OPT_SANDBOX_STATUS_MEMBER;
      OptSandboxUser  *user;
      const char      *name = NULL;

      if (JSON_NODE_HOLDS_OBJECT (member))
        name = opt_sandbox_json_get_string (json_node_get_object (member), "status");
      if (JSON_NODE_HOLDS_OBJECT (member) &&
          json_object_has_member (json_node_get_object (member), "user"))
        member = json_object_get_member (json_node_get_object (member), "user");
      json_object_set_member (wrapper, "members", json_node_copy (member));
      if (name != NULL && !opt_sandbox_status_parse (name, &status))
        return opt_sandbox_request_fail (error, "members: there is no status %s", name);
      if (!opt_sandbox_request_get_user (request->bot, wrapper, "members", &user, error))
        return FALSE;
      if (user == NULL)
        return opt_sandbox_request_fail (error, "members must be an array of User objects");
      opt_sandbox_chat_set_member (chat, user->id, status);
    }

  return TRUE;
}

static gboolean
take_topics (OptSandboxRequest *request,
             OptSandboxChat    *chat,
             GError           **error)
{
  JsonNode *node = json_object_get_member (request->object, "topics");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return opt_sandbox_request_fail (error, "topics must be an array of {message_thread_id, name}");

  for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
    {
      JsonNode   *topic = json_array_get_element (json_node_get_array (node), i);
      gint64      id = 0;
      const char *name = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (topic) ||
          !opt_sandbox_request_get_int (json_node_get_object (topic), "message_thread_id", 2,
                                        G_MAXINT32, &id, NULL) ||
          !opt_sandbox_request_get_string (json_node_get_object (topic), "name", &name, NULL) ||
          id == 0)
        return opt_sandbox_request_fail (error,
                                         "topics must be an array of {message_thread_id, name}");
      opt_sandbox_chat_add_topic (chat, (gint32)id, name);
    }

  return TRUE;
}

/* The bot's place comes as a status, as a ChatMember object, or as whether it is there. */
static gboolean
take_bot_status (OptSandboxRequest *request,
                 OptSandboxChat    *chat,
                 GError           **error)
{
  JsonNode   *node = json_object_get_member (request->object, "bot");
  const char *name = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (JSON_NODE_HOLDS_OBJECT (node))
    name = opt_sandbox_json_get_string (json_node_get_object (node), "status");
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    name = json_node_get_boolean (node) ? "member" : "left";
  else
    name = opt_sandbox_json_get_string (request->object, "bot");
  if (name == NULL || !opt_sandbox_status_parse (name, &chat->bot))
    return opt_sandbox_request_fail (
      error, "bot must be creator, administrator, member, restricted, left or kicked");

  return TRUE;
}

/* A private chat has the names of its user. */
static gboolean
take_user_names (OptSandboxRequest *request,
                 OptSandboxChat    *chat,
                 GError           **error)
{
  static const char *const names[] = { "first_name", "last_name", "username" };
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_int_member (fields, "id", chat->id);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *name = NULL;

      if (!opt_sandbox_request_get_string (request->object, names[i], &name, error))
        return FALSE;
      if (name != NULL)
        json_object_set_string_member (fields, names[i], name);
    }

  opt_sandbox_bot_add_user (request->bot, chat->id, fields);
  return TRUE;
}

static gboolean
take_names (OptSandboxRequest *request,
            OptSandboxChat    *chat,
            GError           **error)
{
  JsonObject *object = request->object;
  const char *title = NULL;
  const char *username = NULL;

  if (!opt_sandbox_request_get_string (object, "title", &title, error) ||
      !opt_sandbox_request_get_string (object, "username", &username, error) ||
      !opt_sandbox_request_get_bool (object, "is_forum", &chat->is_forum, error))
    return FALSE;
  if (chat->is_forum && chat->type != OPT_SANDBOX_CHAT_SUPERGROUP &&
      chat->type != OPT_SANDBOX_CHAT_PRIVATE)
    return opt_sandbox_request_fail (error, "is_forum: only supergroups have topics");

  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    return take_user_names (request, chat, error);
  if (title != NULL)
    {
      g_free (chat->title);
      chat->title = g_strdup (title);
    }
  if (username != NULL)
    {
      g_free (chat->username);
      chat->username = g_strdup (username);
    }

  return TRUE;
}

/**
 * opt_sandbox_control_add_chat:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/T/chats {id, type, title, username, is_forum, members, bot, topics}`: puts a
 * chat there or changes it. A private one counts as started.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_add_chat (OptSandboxRequest *request,
                              GError           **error)
{
  JsonObject        *object = request->object;
  OptSandboxChat    *chat;
  OptSandboxChatType type;
  const char        *type_name = NULL;
  gint64             id = 0;

  if (object == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");
  if (!opt_sandbox_request_get_int (object, "id", -OPT_SANDBOX_ID_MAX, OPT_SANDBOX_ID_MAX, &id,
                                    error) ||
      !opt_sandbox_request_get_string (object, "type", &type_name, error))
    return FALSE;
  if (id == 0)
    return opt_sandbox_request_fail (error, "id is missing");
  type = opt_sandbox_chat_type_guess (id);
  if (type_name != NULL && !opt_sandbox_chat_type_parse (type_name, &type))
    return opt_sandbox_request_fail (
      error, "type must be private, group, supergroup or channel, not %s", type_name);
  if ((id > 0) != (type == OPT_SANDBOX_CHAT_PRIVATE))
    return opt_sandbox_request_fail (error,
                                     "private chats have positive ids, all others negative ones");

  chat = opt_sandbox_bot_add_chat (request->bot, id, type);
  if (!take_names (request, chat, error) || !take_members (request, chat, error) ||
      !take_topics (request, chat, error) || !take_bot_status (request, chat, error))
    return FALSE;

  opt_sandbox_bot_render_chat (request->bot, chat);
  g_string_append (request->out, chat->json);
  return TRUE;
}

/* Who does it: the one who is named, in private chats the user, otherwise somebody. */
static gboolean
find_actor (OptSandboxRequest *request,
            OptSandboxChat    *chat,
            OptSandboxUser   **actor,
            GError           **error)
{
  GHashTableIter iter;
  gpointer       key;

  if (!opt_sandbox_request_get_user (request->bot, request->object, "from", actor, error))
    return FALSE;

  if (*actor == NULL && chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    *actor = opt_sandbox_bot_add_user (request->bot, chat->id, NULL);
  g_hash_table_iter_init (&iter, chat->members);
  if (*actor == NULL && g_hash_table_iter_next (&iter, &key, NULL))
    *actor = opt_sandbox_bot_add_user (request->bot, *(gint64 *)key, NULL);
  if (*actor == NULL)
    *actor = opt_sandbox_bot_add_user (request->bot, 1, NULL);

  return TRUE;
}

static gboolean
set_status (OptSandboxRequest *request,
            OptSandboxChat    *chat,
            OptSandboxStatus   status,
            GError           **error)
{
  OptSandboxUser *actor;
  gint32          update_id;

  if (!find_actor (request, chat, &actor, error))
    return FALSE;

  update_id = opt_sandbox_delivery_tell_status (request->bot, chat, actor->id, status);
  if (update_id != 0)
    g_string_append_printf (request->out, "{\"update_id\":%d}", update_id);
  else
    g_string_append (request->out, "{\"update_id\":null}");
  return TRUE;
}

static gboolean
need (OptSandboxChat *chat,
      gboolean        is_private,
      GError        **error)
{
  if ((chat->type == OPT_SANDBOX_CHAT_PRIVATE) == is_private)
    return TRUE;

  return opt_sandbox_request_fail (error, is_private ? "only users in private chats do that"
                                                     : "that does not happen in private chats");
}

static gboolean
block (OptSandboxRequest *request,
       OptSandboxChat    *chat,
       GError           **error)
{
  return need (chat, TRUE, error) && set_status (request, chat, OPT_SANDBOX_STATUS_KICKED, error);
}

static gboolean
unblock (OptSandboxRequest *request,
         OptSandboxChat    *chat,
         GError           **error)
{
  return need (chat, TRUE, error) && set_status (request, chat, OPT_SANDBOX_STATUS_MEMBER, error);
}

static gboolean
kick (OptSandboxRequest *request,
      OptSandboxChat    *chat,
      GError           **error)
{
  return need (chat, FALSE, error) && set_status (request, chat, OPT_SANDBOX_STATUS_KICKED, error);
}

static gboolean
leave (OptSandboxRequest *request,
       OptSandboxChat    *chat,
       GError           **error)
{
  return need (chat, FALSE, error) && set_status (request, chat, OPT_SANDBOX_STATUS_LEFT, error);
}

static gboolean
join (OptSandboxRequest *request,
      OptSandboxChat    *chat,
      GError           **error)
{
  return need (chat, FALSE, error) && set_status (request, chat, OPT_SANDBOX_STATUS_MEMBER, error);
}

static gboolean
promote (OptSandboxRequest *request,
         OptSandboxChat    *chat,
         GError           **error)
{
  return need (chat, FALSE, error) &&
         set_status (request, chat, OPT_SANDBOX_STATUS_ADMINISTRATOR, error);
}

static gboolean
restrict_bot (OptSandboxRequest *request,
              OptSandboxChat    *chat,
              GError           **error)
{
  return need (chat, FALSE, error) &&
         set_status (request, chat, OPT_SANDBOX_STATUS_RESTRICTED, error);
}

static gint32
add_event (OptSandboxRequest *request,
           OptSandboxChat    *chat,
           gint64             from_id,
           gint32             thread_id,
           char              *body)
{
  gint32             id = opt_sandbox_bot_next_message_id (request->bot, chat);
  OptSandboxMessage *message = opt_sandbox_message_new (id);

  message->date = opt_sandbox_clock_get_date (request->world->clock);
  message->from_id = from_id;
  message->is_service = TRUE;
  message->thread_id = thread_id;
  message->is_topic = thread_id != 0;
  message->body = body;
  opt_sandbox_chat_add_message (chat, message);
  return opt_sandbox_delivery_tell_message (request->bot, chat, message);
}

static gboolean
migrate (OptSandboxRequest *request,
         OptSandboxChat    *chat,
         GError           **error)
{
  gint64          id = chat->id - G_GINT64_CONSTANT (1000000000000);
  OptSandboxChat *heir;
  OptSandboxUser *actor;

  if (chat->type != OPT_SANDBOX_CHAT_GROUP)
    return opt_sandbox_request_fail (error, "only a group becomes a supergroup");
  if (chat->migrated_to != 0)
    return opt_sandbox_request_fail (
      error, "the group became supergroup %" G_GINT64_FORMAT " already", chat->migrated_to);
  if (!opt_sandbox_request_get_int (request->object, "migrate_to_chat_id", -OPT_SANDBOX_ID_MAX,
                                    -G_GINT64_CONSTANT (1000000000000), &id, error) ||
      !find_actor (request, chat, &actor, error))
    return FALSE;
  if (opt_sandbox_bot_find_chat (request->bot, id) != NULL)
    return opt_sandbox_request_fail (error, "there is a chat %" G_GINT64_FORMAT " already", id);

  heir = opt_sandbox_bot_add_chat (request->bot, id, OPT_SANDBOX_CHAT_SUPERGROUP);
  g_free (heir->title);
  heir->title = g_strdup (chat->title);
  heir->bot = chat->bot;
  g_hash_table_unref (heir->members);
  heir->members = g_hash_table_ref (chat->members);
  opt_sandbox_bot_render_chat (request->bot, heir);

  add_event (request, chat, actor->id, 0,
             g_strdup_printf ("\"migrate_to_chat_id\":%" G_GINT64_FORMAT, id));
  add_event (request, heir, actor->id, 0,
             g_strdup_printf ("\"migrate_from_chat_id\":%" G_GINT64_FORMAT, chat->id));
  chat->migrated_to = id;
  g_string_append_printf (request->out, "{\"migrate_to_chat_id\":%" G_GINT64_FORMAT "}", id);
  return TRUE;
}

static gboolean
set_closed (OptSandboxRequest *request,
            OptSandboxChat    *chat,
            gboolean           is_closed,
            GError           **error)
{
  gint64           id = 0;
  OptSandboxTopic *topic;
  OptSandboxUser  *actor;

  if (!opt_sandbox_request_get_int (request->object, "message_thread_id", 1, G_MAXINT32, &id,
                                    error) ||
      !find_actor (request, chat, &actor, error))
    return FALSE;
  topic = opt_sandbox_chat_find_topic (chat, id);
  if (topic == NULL)
    return opt_sandbox_request_fail (
      error, "message_thread_id: there is no topic %" G_GINT64_FORMAT " in the chat", id);

  topic->is_closed = is_closed;
  add_event (request, chat, actor->id, topic->id,
             g_strdup (is_closed ? "\"forum_topic_closed\":{}" : "\"forum_topic_reopened\":{}"));
  g_string_append_printf (request->out, "{\"message_thread_id\":%d,\"is_closed\":%s}", topic->id,
                          is_closed ? "true" : "false");
  return TRUE;
}

static gboolean
close_topic (OptSandboxRequest *request,
             OptSandboxChat    *chat,
             GError           **error)
{
  return set_closed (request, chat, TRUE, error);
}

static gboolean
reopen_topic (OptSandboxRequest *request,
              OptSandboxChat    *chat,
              GError           **error)
{
  return set_closed (request, chat, FALSE, error);
}

static gboolean
delete_topic (OptSandboxRequest *request,
              OptSandboxChat    *chat,
              GError           **error)
{
  gint64 id = 0;

  if (!opt_sandbox_request_get_int (request->object, "message_thread_id", 1, G_MAXINT32, &id,
                                    error))
    return FALSE;
  if (!g_hash_table_remove (chat->topics, GINT_TO_POINTER ((gint)id)))
    return opt_sandbox_request_fail (
      error, "message_thread_id: there is no topic %" G_GINT64_FORMAT " in the chat", id);

  g_string_append_printf (request->out, "{\"message_thread_id\":%" G_GINT64_FORMAT "}", id);
  return TRUE;
}

static const Action actions[] = {
  { "migrate", migrate },
  { "block", block },
  { "unblock", unblock },
  { "kick", kick },
  { "restrict", restrict_bot },
  { "unrestrict", join },
  { "promote", promote },
  { "leave", leave },
  { "join", join },
  { "close_topic", close_topic },
  { "reopen_topic", reopen_topic },
  { "delete_topic", delete_topic },
};

/**
 * opt_sandbox_control_change_chat:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/T/chats/ID {action, from, message_thread_id}`: something happens in a chat.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_change_chat (OptSandboxRequest *request,
                                 GError           **error)
{
  const char     *name = NULL;
  OptSandboxChat *chat = NULL;
  gint64          id;

  if (request->object == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");
  if (!opt_sandbox_request_get_string (request->object, "action", &name, error))
    return FALSE;
  if (g_ascii_string_to_signed (request->tail, 10, G_MININT64, G_MAXINT64, &id, NULL))
    chat = opt_sandbox_bot_find_chat (request->bot, id);
  if (chat == NULL)
    return opt_sandbox_request_fail (error, "there is no chat %s", request->tail);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (g_strcmp0 (actions[i].name, name) == 0)
        return actions[i].act (request, chat, error);
    }

  return opt_sandbox_request_fail (error, "there is no action %s",
                                   name != NULL ? name : "without a name");
}
