/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-bot.h"

#include "opt-sandbox-json.h"

/**
 * opt_sandbox_bot_new:
 * @token: a bot token of the right form
 * @clock: (transfer none): the sandbox's time, which outlives the bot
 *
 * Returns: (transfer full): a bot that knows nobody
 */
OptSandboxBot *
opt_sandbox_bot_new (const char      *token,
                     OptSandboxClock *clock)
{
  OptSandboxBot   *self = g_new0 (OptSandboxBot, 1);
  g_autofree char *username = NULL;

  self->token = g_strdup (token);
  self->id = g_ascii_strtoll (token, NULL, 10);
  self->clock = clock;
  self->self_user = opt_sandbox_user_new (self->id);
  self->self_user->is_bot = TRUE;
  username = g_strdup_printf ("sandbox_%" G_GINT64_FORMAT "_bot", self->id);
  opt_sandbox_user_set (self->self_user, "first_name", "Sandbox bot");
  opt_sandbox_user_set (self->self_user, "username", username);
  self->chats = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify)opt_sandbox_chat_free);
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify)opt_sandbox_user_free);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                       (GDestroyNotify)opt_sandbox_file_free);
  self->paths = g_hash_table_new (g_str_hash, g_str_equal);
  self->queries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->commands = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->updates = opt_sandbox_updates_new ();
  self->journal = opt_sandbox_journal_new ();
  self->waiters = g_ptr_array_new ();
  return self;
}

/**
 * opt_sandbox_bot_free:
 * @self: (transfer full): a bot whose poll and waiters are gone
 */
void
opt_sandbox_bot_free (OptSandboxBot *self)
{
  g_free (self->token);
  opt_sandbox_user_free (self->self_user);
  g_hash_table_unref (self->paths);
  g_hash_table_unref (self->chats);
  g_hash_table_unref (self->users);
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->queries);
  g_hash_table_unref (self->commands);
  opt_sandbox_updates_free (self->updates);
  opt_sandbox_journal_free (self->journal);
  g_ptr_array_unref (self->waiters);
  g_free (self);
}

/**
 * opt_sandbox_bot_find_user:
 * @self: a bot
 * @id: a user id
 *
 * Returns: (nullable) (transfer none): the user, or the bot itself
 */
OptSandboxUser *
opt_sandbox_bot_find_user (OptSandboxBot *self,
                           gint64         id)
{
  return id == self->id ? self->self_user : g_hash_table_lookup (self->users, &id);
}

/* A username has one owner. Who loses it shows without it from then on. */
static void
release_username (OptSandboxBot  *self,
                  OptSandboxUser *owner)
{
  const char    *username = opt_sandbox_user_get (owner, "username");
  GHashTableIter iter;
  gpointer       value;

  if (username == NULL)
    return;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      OptSandboxUser *user = value;
      const char     *theirs = opt_sandbox_user_get (user, "username");

      if (user == owner || theirs == NULL || g_ascii_strcasecmp (theirs, username) != 0)
        continue;
      opt_sandbox_user_set (user, "username", NULL);
      if (g_hash_table_contains (self->chats, &user->id))
        opt_sandbox_bot_render_chat (self, g_hash_table_lookup (self->chats, &user->id));
    }
}

/**
 * opt_sandbox_bot_add_user:
 * @self: a bot
 * @id: a user id
 * @fields: (nullable): what is known of the user
 *
 * Returns: (transfer none): the user of this id, made or brought up to date
 */
OptSandboxUser *
opt_sandbox_bot_add_user (OptSandboxBot *self,
                          gint64         id,
                          JsonObject    *fields)
{
  OptSandboxUser *user = opt_sandbox_bot_find_user (self, id);
  OptSandboxChat *chat = opt_sandbox_bot_find_chat (self, id);

  if (user == NULL)
    {
      user = opt_sandbox_user_new (id);
      g_hash_table_insert (self->users, &user->id, user);
    }
  if (fields != NULL && json_object_get_size (fields) > 1)
    {
      opt_sandbox_user_update (user, fields);
      if (json_object_has_member (fields, "username"))
        release_username (self, user);
      if (chat != NULL)
        opt_sandbox_bot_render_chat (self, chat);
    }

  return user;
}

/**
 * opt_sandbox_bot_find_chat:
 * @self: a bot
 * @id: a chat id
 *
 * Returns: (nullable) (transfer none): the chat
 */
OptSandboxChat *
opt_sandbox_bot_find_chat (OptSandboxBot *self,
                           gint64         id)
{
  return g_hash_table_lookup (self->chats, &id);
}

/**
 * opt_sandbox_bot_find_chat_by_name:
 * @self: a bot
 * @username: a name without `@`
 *
 * Returns: (nullable) (transfer none): the public group or channel of this name
 */
OptSandboxChat *
opt_sandbox_bot_find_chat_by_name (OptSandboxBot *self,
                                   const char    *username)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->chats);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      OptSandboxChat *chat = value;

      if (chat->username != NULL && g_ascii_strcasecmp (chat->username, username) == 0)
        return chat;
    }

  return NULL;
}

/**
 * opt_sandbox_bot_add_chat:
 * @self: a bot
 * @id: a chat id
 * @type: what it is if it is new
 *
 * Returns: (transfer none): the chat of this id, made if there was none
 */
OptSandboxChat *
opt_sandbox_bot_add_chat (OptSandboxBot     *self,
                          gint64             id,
                          OptSandboxChatType type)
{
  OptSandboxChat *chat = opt_sandbox_bot_find_chat (self, id);

  if (chat != NULL)
    return chat;

  chat = opt_sandbox_chat_new (id, type);
  if (type == OPT_SANDBOX_CHAT_PRIVATE)
    opt_sandbox_bot_add_user (self, id, NULL);
  else
    chat->title = g_strdup_printf ("%s %" G_GINT64_FORMAT,
                                   type == OPT_SANDBOX_CHAT_CHANNEL ? "Channel" : "Group", id);
  g_hash_table_insert (self->chats, &chat->id, chat);
  opt_sandbox_bot_render_chat (self, chat);
  return chat;
}

/**
 * opt_sandbox_bot_render_chat:
 * @self: a bot
 * @chat: one of its chats
 *
 * Makes the Chat object's text anew.
 */
void
opt_sandbox_bot_render_chat (OptSandboxBot  *self,
                             OptSandboxChat *chat)
{
  OptSandboxUser *user = NULL;

  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    user = opt_sandbox_bot_find_user (self, chat->id);
  opt_sandbox_chat_render (chat, user);
}

/**
 * opt_sandbox_bot_next_message_id:
 * @self: a bot
 * @chat: one of its chats
 *
 * Supergroups and channels count their messages; all other chats of an account share one count.
 *
 * Returns: the id for a new message
 */
gint32
opt_sandbox_bot_next_message_id (OptSandboxBot  *self,
                                 OptSandboxChat *chat)
{
  if (chat->type == OPT_SANDBOX_CHAT_SUPERGROUP || chat->type == OPT_SANDBOX_CHAT_CHANNEL)
    return chat->last_message_id + 1;

  return ++self->last_message_id;
}

static void
add_sender (OptSandboxBot     *self,
            OptSandboxChat    *chat,
            OptSandboxMessage *message,
            GString           *out)
{
  OptSandboxUser *user = NULL;

  if (chat->type != OPT_SANDBOX_CHAT_CHANNEL)
    user = opt_sandbox_bot_find_user (self, message->from_id);
  if (user != NULL)
    {
      g_string_append (out, ",\"from\":");
      g_string_append (out, user->json);
    }
  else
    {
      g_string_append (out, ",\"sender_chat\":");
      g_string_append (out, chat->json);
    }
}

static void
add_content (OptSandboxMessage *message,
             GString           *out)
{
  if (message->body != NULL)
    {
      g_string_append_c (out, ',');
      g_string_append (out, message->body);
    }
  if (message->text != NULL)
    {
      g_string_append (out, message->is_caption ? ",\"caption\":" : ",\"text\":");
      opt_sandbox_json_add_string (out, message->text, -1);
    }
  if (message->entities != NULL)
    {
      g_string_append (out, message->is_caption ? ",\"caption_entities\":" : ",\"entities\":");
      g_string_append (out, message->entities);
    }
  if (message->markup != NULL)
    {
      g_string_append (out, ",\"reply_markup\":");
      g_string_append (out, message->markup);
    }
}

/**
 * opt_sandbox_bot_add_message_to_json:
 * @self: a bot
 * @chat: one of its chats
 * @message: a message in it
 * @with_reply: whether to show what it answers
 * @out: where to write
 *
 * Writes a Message object.
 */
void
opt_sandbox_bot_add_message_to_json (OptSandboxBot     *self,
                                     OptSandboxChat    *chat,
                                     OptSandboxMessage *message,
                                     gboolean           with_reply,
                                     GString           *out)
{
  OptSandboxMessage *replied = NULL;

  g_string_append (out, "{\"message_id\":");
  opt_sandbox_json_add_int (out, message->id);
  add_sender (self, chat, message, out);
  g_string_append (out, ",\"chat\":");
  g_string_append (out, chat->json);
  g_string_append (out, ",\"date\":");
  opt_sandbox_json_add_int (out, message->date);
  if (message->edit_date != 0)
    {
      g_string_append (out, ",\"edit_date\":");
      opt_sandbox_json_add_int (out, message->edit_date);
    }
  if (message->thread_id != 0)
    {
      g_string_append (out, ",\"message_thread_id\":");
      opt_sandbox_json_add_int (out, message->thread_id);
      if (message->is_topic)
        g_string_append (out, ",\"is_topic_message\":true");
    }

  if (with_reply && message->reply_to != 0)
    replied = opt_sandbox_chat_find_message (chat, message->reply_to);
  if (replied != NULL)
    {
      g_string_append (out, ",\"reply_to_message\":");
      opt_sandbox_bot_add_message_to_json (self, chat, replied, FALSE, out);
    }

  add_content (message, out);
  g_string_append_c (out, '}');
}
