/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-control.h"

#include <string.h>

#include "opt-sandbox-delivery.h"
#include "opt-sandbox-entity.h"
#include "opt-sandbox-json.h"
#include "opt-sandbox-kind.h"
#include "opt-sandbox-text.h"

typedef struct
{
  JsonObject     *object;
  OptSandboxChat *chat;
  OptSandboxUser *from; /* (nullable) in channels */
} Sending;

static gboolean
take_chat_fields (OptSandboxRequest *request,
                  OptSandboxChat    *chat,
                  JsonObject        *fields,
                  GError           **error)
{
  const char *title = chat->title;
  const char *username = chat->username;

  if (!opt_sandbox_request_get_string (fields, "title", &title, error) ||
      !opt_sandbox_request_get_string (fields, "username", &username, error) ||
      !opt_sandbox_request_get_bool (fields, "is_forum", &chat->is_forum, error))
    return FALSE;
  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    return TRUE;

  if (title != chat->title)
    {
      g_free (chat->title);
      chat->title = g_strdup (title);
    }
  if (username != chat->username)
    {
      g_free (chat->username);
      chat->username = g_strdup (username);
    }
  opt_sandbox_bot_render_chat (request->bot, chat);
  return TRUE;
}

static OptSandboxChat *
take_chat (OptSandboxRequest *request,
           JsonNode          *node,
           GError           **error)
{
  JsonObject        *fields = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char        *type_name = NULL;
  OptSandboxChatType type;
  OptSandboxChat    *chat;
  gint64             id = 0;

  if (fields != NULL)
    {
      if (!opt_sandbox_request_get_int (fields, "id", -OPT_SANDBOX_ID_MAX, OPT_SANDBOX_ID_MAX, &id,
                                        error) ||
          !opt_sandbox_request_get_string (fields, "type", &type_name, error))
        return NULL;
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    {
      id = json_node_get_int (node);
    }
  if (id == 0 || id < -OPT_SANDBOX_ID_MAX || id > OPT_SANDBOX_ID_MAX)
    {
      opt_sandbox_request_fail (error, "chat must be a Chat object with an id");
      return NULL;
    }

  type = opt_sandbox_chat_type_guess (id);
  if (type_name != NULL && !opt_sandbox_chat_type_parse (type_name, &type))
    {
      opt_sandbox_request_fail (
        error, "chat: type must be private, group, supergroup or channel, not %s", type_name);
      return NULL;
    }
  if ((id > 0) != (type == OPT_SANDBOX_CHAT_PRIVATE))
    {
      opt_sandbox_request_fail (error,
                                "chat: private chats have positive ids, all others negative ones");
      return NULL;
    }

  chat = opt_sandbox_bot_add_chat (request->bot, id, type);
  return fields == NULL || take_chat_fields (request, chat, fields, error) ? chat : NULL;
}

static gboolean
take_ends (OptSandboxRequest *request,
           Sending           *sending,
           GError           **error)
{
  JsonNode *chat_node = json_object_get_member (sending->object, "chat");

  if (!opt_sandbox_request_get_user (request->bot, sending->object, "from", &sending->from, error))
    return FALSE;
  if (chat_node != NULL && !JSON_NODE_HOLDS_NULL (chat_node))
    {
      sending->chat = take_chat (request, chat_node, error);
      if (sending->chat == NULL)
        return FALSE;
    }
  else if (sending->from != NULL)
    {
      sending->chat =
        opt_sandbox_bot_add_chat (request->bot, sending->from->id, OPT_SANDBOX_CHAT_PRIVATE);
    }
  else
    {
      return opt_sandbox_request_fail (error, "from is missing, and chat too");
    }

  if (sending->chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    {
      if (sending->from == NULL)
        sending->from = opt_sandbox_bot_find_user (request->bot, sending->chat->id);
      if (sending->from->id != sending->chat->id)
        return opt_sandbox_request_fail (
          error, "from and chat have different ids, but the chat is private");
    }
  else if (sending->from == NULL && sending->chat->type != OPT_SANDBOX_CHAT_CHANNEL)
    {
      return opt_sandbox_request_fail (error, "from is missing");
    }

  return TRUE;
}

static gboolean
check_ends (OptSandboxRequest *request,
            Sending           *sending,
            GError           **error)
{
  OptSandboxChat  *chat = sending->chat;
  OptSandboxStatus status;

  if (chat->migrated_to != 0)
    return opt_sandbox_request_fail (error, "the group became supergroup %" G_GINT64_FORMAT,
                                     chat->migrated_to);
  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    {
      if (chat->bot == OPT_SANDBOX_STATUS_KICKED)
        return opt_sandbox_request_fail (error, "the user blocked the bot; unblock it first");
      chat->bot = OPT_SANDBOX_STATUS_MEMBER;
      return TRUE;
    }

  if (sending->from != NULL && (!opt_sandbox_chat_find_member (chat, sending->from->id, &status) ||
                                status <= OPT_SANDBOX_STATUS_KICKED))
    opt_sandbox_chat_set_member (chat, sending->from->id, OPT_SANDBOX_STATUS_MEMBER);
  return TRUE;
}

static gboolean
take_given_entities (OptSandboxMessage *message,
                     JsonObject        *object,
                     GError           **error)
{
  JsonNode *node = json_object_get_member (object, "entities");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return opt_sandbox_request_fail (error, "entities must be an array of MessageEntity objects");
  for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
    {
      JsonNode *entity = json_array_get_element (json_node_get_array (node), i);

      if (!JSON_NODE_HOLDS_OBJECT (entity) ||
          opt_sandbox_json_get_string (json_node_get_object (entity), "type") == NULL ||
          opt_sandbox_json_get_int (json_node_get_object (entity), "offset", -1) < 0 ||
          opt_sandbox_json_get_int (json_node_get_object (entity), "length", -1) < 0)
        return opt_sandbox_request_fail (error,
                                         "entities must be an array of MessageEntity objects");
    }

  g_free (message->entities);
  message->entities = NULL;
  if (json_array_get_length (json_node_get_array (node)) > 0)
    message->entities = json_to_string (node, FALSE);
  return TRUE;
}

static gboolean
take_text (OptSandboxMessage *message,
           JsonObject        *object,
           GError           **error)
{
  g_auto (OptSandboxText) text = { NULL, NULL };
  g_autofree char *problem = NULL;
  const char      *words = NULL;

  if (!opt_sandbox_request_get_string (object, "text", &words, error) ||
      (words == NULL && !opt_sandbox_request_get_string (object, "caption", &words, error)))
    return FALSE;
  if (words == NULL)
    return TRUE;

  problem = opt_sandbox_text_read (&text, words, "", "", message->is_caption);
  if (problem != NULL)
    return opt_sandbox_request_fail (error, "text: %s", problem);

  g_free (message->text);
  g_free (message->entities);
  message->text = NULL;
  message->entities = g_steal_pointer (&text.entities);
  if (*text.text != '\0')
    message->text = g_steal_pointer (&text.text);
  return take_given_entities (message, object, error);
}

static gboolean
take_content (OptSandboxRequest *request,
              Sending           *sending,
              OptSandboxMessage *message,
              GError           **error)
{
  JsonObject *object = sending->object;
  const char *kind = opt_sandbox_json_get_string (object, "kind");

  if ((kind != NULL && strcmp (kind, "text") != 0) || json_object_has_member (object, "files"))
    {
      message->body =
        opt_sandbox_kind_build (request, object, sending->from, &message->is_service, error);
      if (message->body == NULL)
        return FALSE;
      message->is_caption = TRUE;
    }
  if (!take_text (message, object, error))
    return FALSE;
  if (message->text == NULL && message->body == NULL)
    return opt_sandbox_request_fail (error, "text and kind are missing");

  return TRUE;
}

static gboolean
take_place (Sending           *sending,
            OptSandboxMessage *message,
            GError           **error)
{
  OptSandboxChat    *chat = sending->chat;
  OptSandboxMessage *replied;
  gint64             reply_to = 0;
  gint64             thread = 0;

  if (!opt_sandbox_request_get_int (sending->object, "reply_to_message_id", 1, G_MAXINT32,
                                    &reply_to, error) ||
      !opt_sandbox_request_get_int (sending->object, "message_thread_id", 1, G_MAXINT32, &thread,
                                    error) ||
      !opt_sandbox_request_get_int (sending->object, "date", 0, G_MAXINT32, &message->date, error))
    return FALSE;

  replied = opt_sandbox_chat_find_message (chat, reply_to);
  if (reply_to != 0 && replied == NULL)
    return opt_sandbox_request_fail (
      error, "reply_to_message_id: there is no message %" G_GINT64_FORMAT " in the chat", reply_to);
  message->reply_to = (gint32)reply_to;

  if (thread == 0 && replied != NULL)
    {
      thread = replied->thread_id;
      if (thread == 0 && chat->type == OPT_SANDBOX_CHAT_SUPERGROUP && !chat->is_forum)
        thread = replied->id;
    }
  message->thread_id = (gint32)thread;
  message->is_topic = thread > 1 && (chat->is_forum || chat->type == OPT_SANDBOX_CHAT_PRIVATE);
  if (message->is_topic)
    opt_sandbox_chat_add_topic (chat, message->thread_id, NULL);
  return TRUE;
}

static void
answer (OptSandboxRequest *request,
        Sending           *sending,
        OptSandboxMessage *message,
        gint32             update_id)
{
  g_string_append (request->out, "{\"update_id\":");
  if (update_id != 0)
    opt_sandbox_json_add_int (request->out, update_id);
  else
    g_string_append (request->out, "null");
  g_string_append (request->out, ",\"message\":");
  opt_sandbox_bot_add_message_to_json (request->bot, sending->chat, message, TRUE, request->out);
  g_string_append_c (request->out, '}');
}

static gboolean
edit (OptSandboxRequest *request,
      Sending           *sending,
      gint64             id,
      GError           **error)
{
  OptSandboxMessage *message = opt_sandbox_chat_find_message (sending->chat, id);

  if (message == NULL || message->from_id == request->bot->id)
    return opt_sandbox_request_fail (
      error, "edit_of: there is no message %" G_GINT64_FORMAT " of a person in the chat", id);
  if (sending->from != NULL && message->from_id != sending->from->id)
    return opt_sandbox_request_fail (
      error, "edit_of: message %" G_GINT64_FORMAT " is somebody else's", id);
  if (!take_text (message, sending->object, error))
    return FALSE;

  message->edit_date = opt_sandbox_clock_get_date (request->world->clock);
  if (!opt_sandbox_request_get_int (sending->object, "date", 0, G_MAXINT32, &message->edit_date,
                                    error))
    return FALSE;
  answer (request, sending, message,
          opt_sandbox_delivery_tell_message (request->bot, sending->chat, message));
  return TRUE;
}

static gboolean
add (OptSandboxRequest *request,
     JsonObject        *object,
     GError           **error)
{
  g_autoptr (OptSandboxMessage) message = NULL;
  OptSandboxMessage *added;
  Sending            sending = { object, NULL, NULL };
  gint64             edit_of = 0;

  if (!take_ends (request, &sending, error) || !check_ends (request, &sending, error) ||
      !opt_sandbox_request_get_int (object, "edit_of", 1, G_MAXINT32, &edit_of, error))
    return FALSE;
  if (edit_of != 0)
    return edit (request, &sending, edit_of, error);

  message = opt_sandbox_message_new (0);
  message->date = opt_sandbox_clock_get_date (request->world->clock);
  message->from_id = sending.from != NULL ? sending.from->id : 0;
  if (!take_content (request, &sending, message, error) || !take_place (&sending, message, error))
    return FALSE;

  message->id = opt_sandbox_bot_next_message_id (request->bot, sending.chat);
  added = g_steal_pointer (&message);
  opt_sandbox_chat_add_message (sending.chat, added);
  answer (request, &sending, added,
          opt_sandbox_delivery_tell_message (request->bot, sending.chat, added));
  return TRUE;
}

/* One of several files that go together: only the first has the caption. */
static JsonObject *
take_from_album (JsonObject *object,
                 JsonArray  *files,
                 guint       index,
                 const char *album_id)
{
  JsonObject *one = json_object_new ();
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *at = members; at != NULL; at = at->next)
    {
      if (index == 0 || (!g_str_equal (at->data, "caption") && !g_str_equal (at->data, "text")))
        json_object_set_member (one, at->data,
                                json_node_copy (json_object_get_member (object, at->data)));
    }
  json_object_set_member (one, "files", json_node_copy (json_array_get_element (files, index)));
  json_object_set_string_member (one, "media_group_id", album_id);

  return one;
}

static gboolean
add_album (OptSandboxRequest *request,
           JsonObject        *object,
           JsonArray         *files,
           GError           **error)
{
  g_autofree char *album_id = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  gsize before = request->out->len;
  gsize first = 0;

  album_id = g_strdup_printf ("13%014" G_GUINT64_FORMAT, ++request->bot->last_album_id);
  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      g_autoptr (JsonObject) one = take_from_album (object, files, i, album_id);

      if (!add (request, one, error))
        return FALSE;
      if (i > 0)
        g_string_append_c (all, ',');
      g_string_append (all, request->out->str + before);
      first = i == 0 ? all->len : first;
      g_string_truncate (request->out, before);
    }

  /* The answer is the one to the first, and has all of them besides. */
  g_string_append_len (request->out, all->str, (gssize)first - 1);
  g_string_append_printf (request->out, ",\"album\":[%s]}", all->str);
  return TRUE;
}

static gboolean
add_one_or_album (OptSandboxRequest *request,
                  JsonObject        *object,
                  GError           **error)
{
  JsonNode *files = json_object_get_member (object, "files");

  if (files != NULL && JSON_NODE_HOLDS_ARRAY (files) &&
      json_array_get_length (json_node_get_array (files)) > 1)
    return add_album (request, object, json_node_get_array (files), error);

  return add (request, object, error);
}

static gboolean
add_many (OptSandboxRequest *request,
          GError           **error)
{
  g_string_append_c (request->out, '[');
  for (guint i = 0; i < json_array_get_length (request->list); i++)
    {
      JsonNode *node = json_array_get_element (request->list, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return opt_sandbox_request_fail (error, "message %u must be an object", i);
      if (i > 0)
        g_string_append_c (request->out, ',');
      if (!add_one_or_album (request, json_node_get_object (node), error))
        {
          g_prefix_error (error, "message %u: ", i);
          return FALSE;
        }
    }
  g_string_append_c (request->out, ']');

  return TRUE;
}

/**
 * opt_sandbox_control_add_message:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/T/messages`: somebody writes. The answer's update_id is null if the bot does
 * not get to see it. With an array, each of them writes, in order, and the answer is an array;
 * if one is wrong, those before it were written. Several files make an album: the answer is
 * the one to its first message, and has all of them under `album`.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_add_message (OptSandboxRequest *request,
                                 GError           **error)
{
  return request->list != NULL ? add_many (request, error)
                               : add_one_or_album (request, request->object, error);
}
