/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-draft.h"

#include "opt-sandbox-json.h"

typedef struct
{
  gint64   message_id;
  gint64   chat_id; /* 0: the same */
  gboolean is_optional;
} Reply;

static gboolean
fail (OptSandboxCall *call,
      const char     *words)
{
  opt_sandbox_call_fail (call, 400, words);
  return FALSE;
}

static gboolean
read_reply (OptSandboxCall *call,
            Reply          *reply)
{
  const char *json = opt_sandbox_params_get (call->params, "reply_parameters");
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  if (!opt_sandbox_params_has (call->params, "reply_parameters"))
    {
      reply->message_id =
        opt_sandbox_params_get_int (call->params, "reply_to_message_id", 0, 0, G_MAXINT64);
      reply->is_optional =
        opt_sandbox_params_get_bool (call->params, "allow_sending_without_reply");
      return TRUE;
    }
  if (*json == '\0')
    return TRUE;

  node = opt_sandbox_json_parse (json, -1, NULL);
  if (node == NULL)
    return fail (call, "can't parse reply parameters JSON object");
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (call, "object expected as reply parameters");
  object = json_node_get_object (node);
  if (json_object_get_size (object) == 0)
    return TRUE;
  if (!json_object_has_member (object, "message_id"))
    return fail (call, "can't find field \"message_id\"");

  reply->message_id = opt_sandbox_json_get_int (object, "message_id", -1);
  if (reply->message_id == -1)
    return fail (call, "field \"message_id\" must be a valid Number");
  reply->chat_id = opt_sandbox_json_get_int (object, "chat_id", 0);
  reply->is_optional = opt_sandbox_json_get_bool (object, "allow_sending_without_reply");
  return TRUE;
}

static gboolean
find_reply (OptSandboxDraft *self,
            OptSandboxCall  *call,
            const Reply     *reply)
{
  if (reply->message_id <= 0)
    return TRUE;

  if (reply->chat_id == 0 || reply->chat_id == self->chat->id)
    self->reply_to = opt_sandbox_chat_find_message (self->chat, reply->message_id);
  if (self->reply_to == NULL && !reply->is_optional)
    return fail (call, "message to be replied not found");

  return TRUE;
}

static gboolean
check_rights (OptSandboxDraft *self,
              OptSandboxCall  *call,
              const char      *kind)
{
  g_autofree char *words = NULL;

  if (self->chat->bot != OPT_SANDBOX_STATUS_RESTRICTED &&
      (self->chat->type != OPT_SANDBOX_CHAT_CHANNEL ||
       self->chat->bot >= OPT_SANDBOX_STATUS_ADMINISTRATOR))
    return TRUE;

  words = g_strdup_printf ("not enough rights to send %s to the chat", kind);
  return fail (call, words);
}

/**
 * opt_sandbox_draft_prepare:
 * @self: (out): the draft; to be cleared in any case
 * @call: a call that sends
 * @kind: what it sends, as in `not enough rights to send text messages`
 *
 * Checks chat, topic, reply, rights, keyboard and pace.
 *
 * Returns: %FALSE if the call failed
 */
gboolean
opt_sandbox_draft_prepare (OptSandboxDraft *self,
                           OptSandboxCall  *call,
                           const char      *kind)
{
  Reply            reply = { 0, 0, FALSE };
  g_autofree char *problem = NULL;

  *self = (OptSandboxDraft){ NULL };
  if (!read_reply (call, &reply))
    return FALSE;
  problem = opt_sandbox_keyboard_read (&self->keyboard,
                                       opt_sandbox_params_get (call->params, "reply_markup"));
  if (problem != NULL)
    return fail (call, problem);

  self->chat = opt_sandbox_access_get_chat (call, opt_sandbox_params_get (call->params, "chat_id"),
                                            OPT_SANDBOX_ACCESS_WRITE);
  return self->chat != NULL &&
         opt_sandbox_access_get_topic (call, self->chat, &self->topic) &&
         find_reply (self, call, &reply) &&
         check_rights (self, call, kind) &&
         opt_sandbox_access_check_pace (call, self->chat);
}

static void
set_thread (OptSandboxDraft   *self,
            OptSandboxMessage *message)
{
  OptSandboxMessage *reply_to = self->reply_to;

  if (self->topic != NULL || (reply_to != NULL && reply_to->is_topic))
    {
      message->thread_id = self->topic != NULL ? self->topic->id : reply_to->thread_id;
      message->is_topic = TRUE;
    }
  else if (reply_to != NULL && self->chat->type == OPT_SANDBOX_CHAT_SUPERGROUP)
    {
      message->thread_id = reply_to->thread_id != 0 ? reply_to->thread_id : reply_to->id;
    }
}

static char *
add_protection (OptSandboxCall *call,
                char           *body)
{
  g_autofree char *old = body;

  if (!opt_sandbox_params_get_bool (call->params, "protect_content"))
    return g_steal_pointer (&old);

  return g_strconcat ("\"has_protected_content\":true", old != NULL ? "," : "", old, NULL);
}

/**
 * opt_sandbox_draft_post:
 * @self: a prepared draft
 * @call: its call
 * @text: (inout): the text, which is taken; an empty one counts as none
 * @is_caption: whether it is a caption
 * @body: (transfer full) (nullable): further members of the Message object
 *
 * Puts the message into the chat and answers with it.
 */
void
opt_sandbox_draft_post (OptSandboxDraft *self,
                        OptSandboxCall  *call,
                        OptSandboxText  *text,
                        gboolean         is_caption,
                        char            *body)
{
  gint32             id = opt_sandbox_bot_next_message_id (call->bot, self->chat);
  OptSandboxMessage *message = opt_sandbox_message_new (id);

  message->date = opt_sandbox_clock_get_date (call->world->clock);
  message->from_id = call->bot->id;
  message->reply_to = self->reply_to != NULL ? self->reply_to->id : 0;
  message->is_caption = is_caption;
  if (*text->text != '\0')
    message->text = g_steal_pointer (&text->text);
  message->entities = g_steal_pointer (&text->entities);
  message->body = add_protection (call, body);
  message->markup = g_steal_pointer (&self->keyboard.markup);
  message->keyboard = g_steal_pointer (&self->keyboard.buttons);
  set_thread (self, message);

  opt_sandbox_chat_add_message (self->chat, message);
  opt_sandbox_bot_add_message_to_json (call->bot, self->chat, message, TRUE,
                                       opt_sandbox_call_answer (call));
}

void
opt_sandbox_draft_clear (OptSandboxDraft *self)
{
  opt_sandbox_keyboard_clear (&self->keyboard);
}
