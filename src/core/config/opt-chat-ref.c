/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-chat-ref.h"

#include <string.h>

#include "opt-config-error.h"

/* Telegram's user names have 5 to 32 characters, a few bought ones 4. */
#define USERNAME_MIN 4
#define USERNAME_MAX 32

#define ALLOWED "a chat is a number such as -1001234567890, or @name, and :TOPIC may follow"

G_DEFINE_QUARK (opt_config_error_quark, opt_config_error)
G_DEFINE_BOXED_TYPE (OptChatRef, opt_chat_ref, opt_chat_ref_ref, opt_chat_ref_unref)

static void
opt_chat_ref_clear (gpointer data)
{
  OptChatRef *self = data;

  g_free (self->chat);
}

static gboolean
is_username (const char *name)
{
  gsize length = 0;

  while (length <= USERNAME_MAX && (g_ascii_isalnum (name[length]) || name[length] == '_'))
    length++;
  return name[length] == '\0' && length >= USERNAME_MIN && length <= USERNAME_MAX &&
         g_ascii_isalpha (name[0]);
}

/**
 * opt_chat_ref_new:
 * @chat: `-100123`, `1234567` or `@channel`, as it is checked elsewhere
 * @topic: message_thread_id, 0 for none
 *
 * Makes a chat reference.
 *
 * Returns: (transfer full): the reference
 */
OptChatRef *
opt_chat_ref_new (const char *chat,
                  gint64      topic)
{
  OptChatRef *self = g_atomic_rc_box_new0 (OptChatRef);

  g_assert (chat != NULL);

  self->chat = g_strdup (chat);
  self->topic = topic;
  return self;
}

/* A plain number: g_ascii_string_to_signed() would take a plus as well. */
static gboolean
read_number (const char *text,
             gint64      least,
             gint64      most,
             gint64     *number)
{
  return *text != '+' && g_ascii_string_to_signed (text, 10, least, most, number, NULL);
}

static OptChatRef *
parse_chat (const char *text)
{
  g_autofree char *chat = NULL;
  const char      *colon = strchr (text, ':');
  gint64           id, topic = 0;

  if (colon != NULL && !read_number (colon + 1, 1, G_MAXINT32, &topic))
    return NULL;

  chat = colon != NULL ? g_strndup (text, (gsize)(colon - text)) : g_strdup (text);
  if (chat[0] == '@')
    return is_username (chat + 1) ? opt_chat_ref_new (chat, topic) : NULL;

  if (!read_number (chat, G_MININT64 + 1, G_MAXINT64, &id) || id == 0)
    return NULL;
  g_free (chat);
  chat = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  return opt_chat_ref_new (chat, topic);
}

/**
 * opt_chat_ref_parse:
 * @text: `-100123`, `-100123:45`, `1234567`, `@channel`; blanks around it don't matter
 * @error: return location for %OPT_CONFIG_ERROR_BAD_VALUE
 *
 * Reads one chat, strictly.
 *
 * Returns: (transfer full) (nullable): the chat, or NULL
 */
OptChatRef *
opt_chat_ref_parse (const char *text,
                    GError    **error)
{
  g_autofree char *trimmed = NULL;
  OptChatRef      *self;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  trimmed = g_strstrip (g_strdup (text));
  self = parse_chat (trimmed);
  if (self == NULL)
    g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
                         "this is no chat: " ALLOWED);
  return self;
}

/**
 * opt_chat_ref_parse_list:
 * @text: chats with `,` or `;` between them; may be empty
 * @error: return location for %OPT_CONFIG_ERROR_BAD_VALUE
 *
 * Reads a list of chats; one that is wrong spoils the list, one that comes again is left out.
 *
 * Returns: (transfer full) (element-type OptChatRef) (nullable): the list, or NULL
 */
GPtrArray *
opt_chat_ref_parse_list (const char *text,
                         GError    **error)
{
  g_autoptr (GPtrArray) list = NULL;
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_chat_ref_unref);
  words = g_strsplit_set (text, ",;", OPT_CHAT_REFS_MAX + 1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autoptr (OptChatRef) chat = NULL;

      g_strstrip (words[i]);
      if (words[i][0] == '\0')
        continue;
      chat = opt_chat_ref_parse (words[i], error);
      if (chat == NULL)
        {
          g_prefix_error (error, "number %u of the list: ", i + 1);
          return NULL;
        }
      if (!g_ptr_array_find_with_equal_func (list, chat, (GEqualFunc)opt_chat_ref_equal, NULL))
        g_ptr_array_add (list, g_steal_pointer (&chat));
    }
  return g_steal_pointer (&list);
}

/**
 * opt_chat_ref_ref:
 * @self: a chat reference
 *
 * Takes a reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
OptChatRef *
opt_chat_ref_ref (OptChatRef *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_chat_ref_unref:
 * @self: (transfer full): a chat reference
 *
 * Drops a reference; any thread may.
 */
void
opt_chat_ref_unref (OptChatRef *self)
{
  g_atomic_rc_box_release_full (self, opt_chat_ref_clear);
}

/**
 * opt_chat_ref_equal:
 * @a: a chat reference
 * @b: a chat reference
 *
 * Compares two chats and their topics; names compare without case.
 *
 * Returns: whether they mean the same
 */
gboolean
opt_chat_ref_equal (const OptChatRef *a,
                    const OptChatRef *b)
{
  return a->topic == b->topic && g_ascii_strcasecmp (a->chat, b->chat) == 0;
}

/**
 * opt_chat_ref_get_id:
 * @self: a chat reference
 *
 * Gives the numeric id of the chat.
 *
 * Returns: the id, or 0 for a `@name`
 */
gint64
opt_chat_ref_get_id (const OptChatRef *self)
{
  gint64 id = 0;

  if (!g_ascii_string_to_signed (self->chat, 10, G_MININT64, G_MAXINT64, &id, NULL))
    return 0;
  return id;
}

/**
 * opt_chat_ref_to_text:
 * @self: a chat reference
 *
 * Writes a chat as opt_chat_ref_parse() reads it.
 *
 * Returns: (transfer full): `CHAT` or `CHAT:TOPIC`
 */
char *
opt_chat_ref_to_text (const OptChatRef *self)
{
  if (self->topic == 0)
    return g_strdup (self->chat);
  return g_strdup_printf ("%s:%" G_GINT64_FORMAT, self->chat, self->topic);
}
