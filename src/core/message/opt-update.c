/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-update.h"

#include <string.h>

#include "opt-json.h"
#include "opt-text.h"

G_DEFINE_QUARK (opt_update_error_quark, opt_update_error)

/* Telegram promises that ids fit 52 bits, and numbers of messages and topics 31. */
#define ID_MAX     (G_GINT64_CONSTANT (1) << 52)
#define NUMBER_MAX G_MAXINT32

/* The last second of the year 9999. */
#define DATE_MAX G_GINT64_CONSTANT (253402300799)

/* Far above what Telegram sends, yet nothing that fills a database. */
#define TEXT_UNITS_MAX  32768
#define LINE_UNITS_MAX  256
#define WORD_BYTES_MAX  64
#define TOKEN_BYTES_MAX 128

#define SUPERGROUP_ID_MAX G_GINT64_CONSTANT (-1000000000000)

/* A number between bounds; 0 when there is none. */
static gint64
get_number (JsonObject *object,
            const char *member,
            gint64      least,
            gint64      most)
{
  gint64 number;

  if (!opt_json_get_int (object, member, &number) || number < least || number > most)
    return 0;
  return number;
}

static char *
dup_text (const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    return NULL;
  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);
  return g_strndup (text, opt_text_fit (text, TEXT_UNITS_MAX));
}

/* Names are shown in lists and logs: what breaks a line or turns its direction becomes a space. */
static char *
dup_line (const char *text)
{
  g_autoptr (GString) line = NULL;
  g_autofree char *valid = NULL;

  if (text == NULL)
    return NULL;

  valid = opt_text_make_valid (text, -1);
  line = g_string_sized_new (strlen (valid));
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      gboolean is_turning = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

      if (is_turning || g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        c = ' ';
      g_string_append_unichar (line, c);
    }
  g_strstrip (line->str);
  return *line->str != '\0' ? opt_text_shorten (line->str, LINE_UNITS_MAX) : NULL;
}

/* What must be one plain word, such as a username: anything else can only be an attempt. */
static gsize
word_length (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]) || text[length] == '_')
    length++;
  return length <= WORD_BYTES_MAX ? length : 0;
}

static char *
dup_word (const char *text)
{
  gsize length = text != NULL ? word_length (text) : 0;

  return length > 0 && text[length] == '\0' ? g_strndup (text, length) : NULL;
}

static char *
dup_bounded (const char *text,
             gsize       bytes)
{
  if (text == NULL || *text == '\0' || strlen (text) > bytes || !g_utf8_validate (text, -1, NULL))
    return NULL;
  return g_strdup (text);
}

static void
read_user (OptUpdate  *self,
           JsonObject *user)
{
  const char      *first = opt_json_get_string (user, "first_name");
  const char      *last = opt_json_get_string (user, "last_name");
  g_autofree char *both = NULL;

  self->user_id = get_number (user, "id", 1, ID_MAX);
  if (self->user_id == 0)
    return;

  if (first != NULL && last != NULL)
    first = both = g_strconcat (first, " ", last, NULL);
  self->name = dup_line (first != NULL ? first : last);
  self->username = dup_word (opt_json_get_string (user, "username"));
  self->user_is_bot = opt_json_get_bool (user, "is_bot");
}

static OptChatKind
get_chat_kind (JsonObject *chat,
               gint64      id)
{
  static const char *const types[] = {
    [OPT_CHAT_PRIVATE] = "private",
    [OPT_CHAT_GROUP] = "group",
    [OPT_CHAT_SUPERGROUP] = "supergroup",
    [OPT_CHAT_CHANNEL] = "channel",
  };
  const char *type = opt_json_get_string (chat, "type");

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (type, types[i]) == 0)
      return (OptChatKind)i;

  /* A type that is not known yet: the id tells enough. */
  if (id > 0)
    return OPT_CHAT_PRIVATE;
  return id <= SUPERGROUP_ID_MAX ? OPT_CHAT_SUPERGROUP : OPT_CHAT_GROUP;
}

static void
read_chat (OptUpdate  *self,
           JsonObject *chat)
{
  self->chat_id = get_number (chat, "id", -ID_MAX, ID_MAX);
  if (self->chat_id == 0)
    return;
  self->chat_kind = get_chat_kind (chat, self->chat_id);
  self->chat_title = dup_line (opt_json_get_string (chat, "title"));
}

/* Where a message stands: common to new messages and to those whose button was pressed. */
static void
read_place (OptUpdate  *self,
            JsonObject *message)
{
  read_chat (self, opt_json_get_object (message, "chat"));
  self->message_id = get_number (message, "message_id", 1, NUMBER_MAX);
  self->date = get_number (message, "date", 1, DATE_MAX);
  self->edit_date = get_number (message, "edit_date", 1, DATE_MAX);

  /* Answers in ordinary supergroups have a thread too, but sending to it fails. */
  if (opt_json_get_bool (message, "is_topic_message"))
    self->topic = get_number (message, "message_thread_id", 1, NUMBER_MAX);
}

/* The length of a bot_command that begins the text, in UTF-16 units; 0 when there is none. */
static gsize
get_command_length (JsonArray *entities)
{
  guint count = entities != NULL ? json_array_get_length (entities) : 0;

  for (guint i = 0; i < count; i++)
    {
      JsonObject *entity = opt_json_array_get_object (entities, i);
      gint64      offset;

      if (g_strcmp0 (opt_json_get_string (entity, "type"), "bot_command") == 0 &&
          opt_json_get_int (entity, "offset", &offset) &&
          offset == 0)
        return (gsize)get_number (entity, "length", 1, 2 * WORD_BYTES_MAX + 2);
    }
  return 0;
}

static void
read_command (OptUpdate *self,
              JsonArray *entities)
{
  const char *name = self->text + 1;
  const char *bot = NULL;
  const char *end;
  gsize       length = get_command_length (entities);
  gsize       name_length, bot_length = 0;

  if (length == 0 || *self->text != '/')
    return;

  /* A command is ASCII, so that its length in units must come out as the same count of bytes. */
  name_length = word_length (name);
  end = name + name_length;
  if (*end == '@' && length > name_length + 1)
    {
      bot = end + 1;
      bot_length = word_length (bot);
      end = bot + bot_length;
    }
  if (name_length == 0 || (bot != NULL && bot_length == 0) || *end == '@' ||
      (gsize)(end - self->text) != length)
    return;

  self->command = g_ascii_strdown (name, (gssize)name_length);
  self->command_bot = bot != NULL ? g_strndup (bot, bot_length) : NULL;
  self->arguments = g_strstrip (g_strdup (end));
}

static void
read_text (OptUpdate  *self,
           JsonObject *message)
{
  const char *text = opt_json_get_string (message, "text");
  const char *entities = "entities";

  if (text == NULL)
    {
      text = opt_json_get_string (message, "caption");
      entities = "caption_entities";
    }
  self->text = dup_text (text);
  if (self->text != NULL)
    read_command (self, opt_json_get_array (message, entities));
}

static void
read_reply (OptUpdate  *self,
            JsonObject *reply)
{
  /* All that is written in a topic answers the line that opened it, which means nothing. */
  if (reply == NULL || json_object_has_member (reply, "forum_topic_created"))
    return;

  self->reply_to_message_id = get_number (reply, "message_id", 1, NUMBER_MAX);
  if (opt_json_get_object (reply, "sender_chat") == NULL)
    self->reply_to_user_id = get_number (opt_json_get_object (reply, "from"), "id", 1, ID_MAX);
}

static void
read_message (OptUpdate  *self,
              JsonObject *message)
{
  read_place (self, message);
  if (self->chat_id == 0)
    {
      self->kind = OPT_UPDATE_OTHER;
      return;
    }

  /* A chat has a stand-in such as @GroupAnonymousBot, who must not pass for a person. */
  self->by_chat = self->kind == OPT_UPDATE_CHANNEL_POST ||
                  opt_json_get_object (message, "sender_chat") != NULL;
  if (!self->by_chat)
    read_user (self, opt_json_get_object (message, "from"));

  read_text (self, message);
  read_reply (self, opt_json_get_object (message, "reply_to_message"));
  self->is_forwarded = json_object_has_member (message, "forward_origin") ||
                       json_object_has_member (message, "forward_date");
  self->via_bot = opt_json_get_object (message, "via_bot") != NULL;
  self->migrate_to_chat_id = get_number (message, "migrate_to_chat_id", -ID_MAX, -1);
}

static void
read_callback (OptUpdate  *self,
               JsonObject *callback)
{
  self->callback_id = dup_bounded (opt_json_get_string (callback, "id"), TOKEN_BYTES_MAX);
  if (self->callback_id == NULL)
    {
      self->kind = OPT_UPDATE_OTHER;
      return;
    }
  read_user (self, opt_json_get_object (callback, "from"));
  read_place (self, opt_json_get_object (callback, "message"));
  self->callback_data = dup_bounded (opt_json_get_string (callback, "data"), WORD_BYTES_MAX);
}

static void
read_membership (OptUpdate  *self,
                 JsonObject *change)
{
  JsonObject *member = opt_json_get_object (change, "new_chat_member");

  read_chat (self, opt_json_get_object (change, "chat"));
  self->new_status = dup_word (opt_json_get_string (member, "status"));
  if (self->chat_id == 0 || self->new_status == NULL)
    {
      self->kind = OPT_UPDATE_OTHER;
      return;
    }
  read_user (self, opt_json_get_object (change, "from"));
  self->date = get_number (change, "date", 1, DATE_MAX);
}

static void
opt_update_clear (gpointer data)
{
  OptUpdate *self = data;

  g_free (self->username);
  g_free (self->name);
  g_free (self->chat_title);
  g_free (self->text);
  g_free (self->command);
  g_free (self->command_bot);
  g_free (self->arguments);
  g_free (self->callback_id);
  g_free (self->callback_data);
  g_free (self->new_status);
}

/**
 * opt_update_new_from_json:
 * @object: an update as the Bot API has it
 * @error: return location: OPT_UPDATE_ERROR_NO_ID
 *
 * Reads an update. Nothing in it is trusted: numbers out of range count as not there, texts are
 * bounded, and a kind that is not known, or lacks what makes it usable, is OPT_UPDATE_OTHER.
 *
 * Returns: (transfer full): the update, or NULL with @error set
 */
OptUpdate *
opt_update_new_from_json (JsonObject *object,
                          GError    **error)
{
  static const struct
  {
    const char   *member;
    OptUpdateKind kind;
    void (*read) (OptUpdate *self, JsonObject *content);
  } readers[] = {
    { "message", OPT_UPDATE_MESSAGE, read_message },
    { "edited_message", OPT_UPDATE_EDITED_MESSAGE, read_message },
    { "channel_post", OPT_UPDATE_CHANNEL_POST, read_message },
    { "callback_query", OPT_UPDATE_CALLBACK, read_callback },
    { "my_chat_member", OPT_UPDATE_MY_CHAT_MEMBER, read_membership },
  };
  OptUpdate *self;
  gint64     update_id;

  g_return_val_if_fail (object != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  update_id = get_number (object, "update_id", 1, ID_MAX);
  if (update_id == 0)
    {
      g_set_error_literal (error, OPT_UPDATE_ERROR, OPT_UPDATE_ERROR_NO_ID,
                           "the update has no usable update_id");
      return NULL;
    }

  self = g_atomic_rc_box_new0 (OptUpdate);
  self->update_id = update_id;
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      JsonObject *content = opt_json_get_object (object, readers[i].member);

      if (content == NULL)
        continue;
      self->kind = readers[i].kind;
      readers[i].read (self, content);
      break;
    }
  return self;
}

/**
 * opt_update_ref:
 * @self: an update
 *
 * Takes a reference, on any thread.
 *
 * Returns: (transfer full): @self
 */
OptUpdate *
opt_update_ref (OptUpdate *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_update_unref:
 * @self: an update
 *
 * Drops a reference, on any thread.
 */
void
opt_update_unref (OptUpdate *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, opt_update_clear);
}
