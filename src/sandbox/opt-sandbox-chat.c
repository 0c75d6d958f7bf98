/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-chat.h"

#include "opt-sandbox-json.h"

static const char *const type_names[] = { "private", "group", "supergroup", "channel" };
static const char *const status_names[] = {
  "left", "kicked", "restricted", "member", "administrator", "creator"
};

static void
topic_free (gpointer data)
{
  OptSandboxTopic *topic = data;

  g_free (topic->name);
  g_free (topic);
}

/**
 * opt_sandbox_chat_new:
 * @id: the chat's id
 * @type: what it is
 *
 * Returns: (transfer full): a chat where the bot is a member; render it before use
 */
OptSandboxChat *
opt_sandbox_chat_new (gint64             id,
                      OptSandboxChatType type)
{
  OptSandboxChat *self = g_new0 (OptSandboxChat, 1);

  self->id = id;
  self->type = type;
  self->bot =
    type == OPT_SANDBOX_CHAT_CHANNEL ? OPT_SANDBOX_STATUS_ADMINISTRATOR : OPT_SANDBOX_STATUS_MEMBER;
  self->messages =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)opt_sandbox_message_free);
  self->topics = g_hash_table_new_full (NULL, NULL, NULL, topic_free);
  self->members = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

void
opt_sandbox_chat_free (OptSandboxChat *self)
{
  g_free (self->title);
  g_free (self->username);
  g_free (self->json);
  g_hash_table_unref (self->messages);
  g_hash_table_unref (self->topics);
  g_hash_table_unref (self->members);
  g_free (self);
}

static void
add_member (GString    *out,
            const char *name,
            const char *value)
{
  if (value == NULL)
    return;

  g_string_append_printf (out, ",\"%s\":", name);
  opt_sandbox_json_add_string (out, value, -1);
}

/**
 * opt_sandbox_chat_render:
 * @self: a chat
 * @user: (nullable): who a private chat is with
 *
 * Makes the Chat object's text anew; to be called after each change of what is in it.
 */
void
opt_sandbox_chat_render (OptSandboxChat *self,
                         OptSandboxUser *user)
{
  GString *out = g_string_new ("{\"id\":");

  opt_sandbox_json_add_int (out, self->id);
  if (user != NULL)
    {
      add_member (out, "first_name", opt_sandbox_user_get (user, "first_name"));
      add_member (out, "last_name", opt_sandbox_user_get (user, "last_name"));
      add_member (out, "username", opt_sandbox_user_get (user, "username"));
    }
  else
    {
      add_member (out, "title", self->title);
      add_member (out, "username", self->username);
    }
  if (self->is_forum)
    g_string_append (out, ",\"is_forum\":true");
  add_member (out, "type", type_names[self->type]);
  g_string_append_c (out, '}');

  g_free (self->json);
  self->json = g_string_free (out, FALSE);
}

/**
 * opt_sandbox_chat_find_message:
 * @self: a chat
 * @id: a message id
 *
 * Returns: (nullable) (transfer none): the message
 */
OptSandboxMessage *
opt_sandbox_chat_find_message (OptSandboxChat *self,
                               gint64          id)
{
  if (id <= 0 || id > G_MAXINT32)
    return NULL;

  return g_hash_table_lookup (self->messages, GINT_TO_POINTER ((gint)id));
}

/**
 * opt_sandbox_chat_add_message:
 * @self: a chat
 * @message: (transfer full): a message with an id
 */
void
opt_sandbox_chat_add_message (OptSandboxChat    *self,
                              OptSandboxMessage *message)
{
  g_hash_table_insert (self->messages, GINT_TO_POINTER (message->id), message);
  self->last_message_id = MAX (self->last_message_id, message->id);
}

/**
 * opt_sandbox_chat_find_topic:
 * @self: a chat
 * @id: a message_thread_id
 *
 * Returns: (nullable) (transfer none): the topic
 */
OptSandboxTopic *
opt_sandbox_chat_find_topic (OptSandboxChat *self,
                             gint64          id)
{
  if (id <= 0 || id > G_MAXINT32)
    return NULL;

  return g_hash_table_lookup (self->topics, GINT_TO_POINTER ((gint)id));
}

/**
 * opt_sandbox_chat_add_topic:
 * @self: a chat
 * @id: a message_thread_id
 * @name: (nullable): its name
 *
 * Returns: (transfer none): the topic of this id, made if there was none
 */
OptSandboxTopic *
opt_sandbox_chat_add_topic (OptSandboxChat *self,
                            gint32          id,
                            const char     *name)
{
  OptSandboxTopic *topic = opt_sandbox_chat_find_topic (self, id);

  if (topic == NULL)
    {
      topic = g_new0 (OptSandboxTopic, 1);
      topic->id = id;
      g_hash_table_insert (self->topics, GINT_TO_POINTER (id), topic);
    }
  if (name != NULL || topic->name == NULL)
    {
      g_free (topic->name);
      topic->name = name != NULL ? g_strdup (name) : g_strdup_printf ("Topic %d", id);
    }

  return topic;
}

/**
 * opt_sandbox_chat_find_member:
 * @self: a chat
 * @user_id: a user
 * @status: (out): what the user is
 *
 * Returns: %FALSE if nothing is known of the user here
 */
gboolean
opt_sandbox_chat_find_member (OptSandboxChat   *self,
                              gint64            user_id,
                              OptSandboxStatus *status)
{
  gpointer value;

  if (!g_hash_table_lookup_extended (self->members, &user_id, NULL, &value))
    return FALSE;

  *status = GPOINTER_TO_INT (value);
  return TRUE;
}

/**
 * opt_sandbox_chat_set_member:
 * @self: a chat
 * @user_id: a user
 * @status: what the user is from now on
 */
void
opt_sandbox_chat_set_member (OptSandboxChat  *self,
                             gint64           user_id,
                             OptSandboxStatus status)
{
  g_hash_table_replace (self->members, g_memdup2 (&user_id, sizeof user_id),
                        GINT_TO_POINTER (status));
}

static gboolean
find_name (const char *const *names,
           guint              n_names,
           const char        *text,
           guint             *index)
{
  for (*index = 0; *index < n_names; (*index)++)
    {
      if (g_strcmp0 (names[*index], text) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * opt_sandbox_chat_type_parse:
 * @text: (nullable): a name
 * @type: (out): its type
 *
 * Returns: %FALSE if there is no such type
 */
gboolean
opt_sandbox_chat_type_parse (const char         *text,
                             OptSandboxChatType *type)
{
  guint index;

  if (!find_name (type_names, G_N_ELEMENTS (type_names), text, &index))
    return FALSE;

  *type = (OptSandboxChatType)index;
  return TRUE;
}

/**
 * opt_sandbox_chat_type_guess:
 * @id: a chat id
 *
 * Returns: the type that ids like this have
 */
OptSandboxChatType
opt_sandbox_chat_type_guess (gint64 id)
{
  if (id > 0)
    return OPT_SANDBOX_CHAT_PRIVATE;

  return id <= -G_GINT64_CONSTANT (1000000000000) ? OPT_SANDBOX_CHAT_SUPERGROUP
                                                  : OPT_SANDBOX_CHAT_GROUP;
}

/**
 * opt_sandbox_status_parse:
 * @text: (nullable): a name
 * @status: (out): its status
 *
 * Returns: %FALSE if there is no such status
 */
gboolean
opt_sandbox_status_parse (const char       *text,
                          OptSandboxStatus *status)
{
  guint index;

  if (!find_name (status_names, G_N_ELEMENTS (status_names), text, &index))
    return FALSE;

  *status = (OptSandboxStatus)index;
  return TRUE;
}

/**
 * opt_sandbox_status_get_name:
 * @status: a status
 *
 * Returns: Telegram's word for it
 */
const char *
opt_sandbox_status_get_name (OptSandboxStatus status)
{
  return status_names[status];
}
