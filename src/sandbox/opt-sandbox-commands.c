/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#include <string.h>

#include "opt-sandbox-access.h"
#include "opt-sandbox-json.h"

#define COMMANDS_MAX          100
#define NAME_MAX_CHARS        32
#define DESCRIPTION_MAX_CHARS 256

static gboolean
fail (OptSandboxCall *call,
      const char     *words)
{
  opt_sandbox_call_fail (call, 400, words);
  return FALSE;
}

static gboolean
fail_scope (OptSandboxCall *call,
            const char     *detail)
{
  g_autofree char *words = g_strconcat ("can't parse BotCommandScope: ", detail, NULL);

  return fail (call, words);
}

/* A chat in a scope is a number or a text. */
static char *
get_chat_id (JsonObject *object)
{
  gint64      id = opt_sandbox_json_get_int (object, "chat_id", 0);
  const char *text = opt_sandbox_json_get_string (object, "chat_id");

  if (text != NULL)
    return g_strdup (text);

  return id != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, id) : NULL;
}

static gboolean
add_chat_scope (OptSandboxCall *call,
                JsonObject     *object,
                const char     *type,
                GString        *key)
{
  g_autofree char *chat_id = NULL;
  OptSandboxChat  *chat;
  gint64           user_id;

  if (!json_object_has_member (object, "chat_id"))
    return fail_scope (call, "Can't find field \"chat_id\"");
  chat_id = get_chat_id (object);
  if (chat_id == NULL || *chat_id == '\0')
    return fail_scope (call, "Empty chat_id specified");
  if (strcmp (type, "chat_member") == 0 && !json_object_has_member (object, "user_id"))
    return fail_scope (call, "Can't find field \"user_id\"");
  user_id = opt_sandbox_json_get_int (object, "user_id", 0);
  if (strcmp (type, "chat_member") == 0 && user_id <= 0)
    return fail_scope (call, "Invalid user_id specified");

  chat = opt_sandbox_access_get_chat (call, chat_id, OPT_SANDBOX_ACCESS_MEMBERS);
  if (chat == NULL)
    return FALSE;

  g_string_append_printf (key, "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, chat->id, user_id);
  return TRUE;
}

static gboolean
read_scope (OptSandboxCall *call,
            GString        *key)
{
  static const char *const plain[] = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", NULL
  };
  static const char *const with_chat[] = { "chat", "chat_administrators", "chat_member", NULL };
  const char              *json = opt_sandbox_params_get (call->params, "scope");
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  const char *type;

  if (*json == '\0')
    {
      g_string_append (key, "default");
      return TRUE;
    }
  node = opt_sandbox_json_parse (json, -1, NULL);
  if (node == NULL)
    return fail (call, "can't parse BotCommandScope JSON object");
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail_scope (call, "BotCommandScope must be an Object");

  object = json_node_get_object (node);
  type = opt_sandbox_json_get_string (object, "type");
  if (type == NULL)
    return fail_scope (call, "Can't find field \"type\"");
  g_string_append (key, type);
  if (g_strv_contains (plain, type))
    return TRUE;
  if (!g_strv_contains (with_chat, type))
    return fail_scope (call, "Unsupported type specified");

  return add_chat_scope (call, object, type, key);
}

/* Makes the key under which commands are kept. */
static char *
read_key (OptSandboxCall *call)
{
  const char *language = opt_sandbox_params_get (call->params, "language_code");
  g_autoptr (GString) key = g_string_new (NULL);

  if (!read_scope (call, key))
    return NULL;
  if (*language != '\0' && (strlen (language) != 2 || strspn (language, G_CSET_a_2_z) != 2))
    {
      fail (call, "invalid language code specified");
      return NULL;
    }

  g_string_append_printf (key, " %s", language);
  return g_string_free (g_steal_pointer (&key), FALSE);
}

static const char *
check_command (const char *command,
               const char *description)
{
  if (*command == '\0')
    return "command must be non-empty";
  if (g_utf8_strlen (command, -1) > NAME_MAX_CHARS)
    return "command length must not exceed 32";
  if (*description == '\0')
    return "command description must be non-empty";
  if (g_utf8_strlen (description, -1) > DESCRIPTION_MAX_CHARS)
    return "command description length must not exceed 256";
  if (strspn (command, G_CSET_a_2_z G_CSET_DIGITS "_") != strlen (command))
    return "BOT_COMMAND_INVALID";

  return NULL;
}

static gboolean
add_command (OptSandboxCall *call,
             JsonNode       *node,
             GString        *out)
{
  g_autofree char *command = NULL;
  g_autofree char *description = NULL;
  JsonObject      *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char      *problem;

  if (object == NULL)
    return fail (call, "can't parse BotCommand: expected an Object");
  command = g_strdup (opt_sandbox_json_get_string (object, "command"));
  description = g_strdup (opt_sandbox_json_get_string (object, "description"));
  if (command == NULL)
    return fail (call, "can't parse BotCommand: Can't find field \"command\"");
  if (description == NULL)
    return fail (call, "can't parse BotCommand: Can't find field \"description\"");

  g_strstrip (command);
  g_strstrip (description);
  if (*command == '/')
    memmove (command, command + 1, strlen (command));
  problem = check_command (command, description);
  if (problem != NULL)
    return fail (call, problem);

  g_string_append (out, "{\"command\":");
  opt_sandbox_json_add_string (out, command, -1);
  g_string_append (out, ",\"description\":");
  opt_sandbox_json_add_string (out, description, -1);
  g_string_append_c (out, '}');
  return TRUE;
}

static char *
read_commands (OptSandboxCall *call)
{
  const char *json = opt_sandbox_params_get (call->params, "commands");
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GString) out = g_string_new ("[");
  guint count;

  node = opt_sandbox_json_parse (*json != '\0' ? json : "[]", -1, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    {
      fail (call,
            node == NULL ? "can't parse commands JSON object" : "expected an Array of BotCommand");
      return NULL;
    }

  count = json_array_get_length (json_node_get_array (node));
  for (guint i = 0; i < count; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      if (!add_command (call, json_array_get_element (json_node_get_array (node), i), out))
        return NULL;
    }
  if (count > COMMANDS_MAX)
    {
      fail (call, "BOT_COMMANDS_TOO_MUCH");
      return NULL;
    }

  g_string_append_c (out, ']');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * opt_sandbox_method_set_my_commands:
 * @call: a call
 */
void
opt_sandbox_method_set_my_commands (OptSandboxCall *call)
{
  g_autofree char *commands = read_commands (call);
  g_autofree char *key = commands != NULL ? read_key (call) : NULL;

  if (key == NULL)
    return;

  g_hash_table_replace (call->bot->commands, g_steal_pointer (&key), g_steal_pointer (&commands));
  opt_sandbox_call_answer_true (call);
}

/**
 * opt_sandbox_method_get_my_commands:
 * @call: a call
 */
void
opt_sandbox_method_get_my_commands (OptSandboxCall *call)
{
  g_autofree char *key = read_key (call);
  const char      *commands;

  if (key == NULL)
    return;

  commands = g_hash_table_lookup (call->bot->commands, key);
  g_string_append (opt_sandbox_call_answer (call), commands != NULL ? commands : "[]");
}

/**
 * opt_sandbox_method_delete_my_commands:
 * @call: a call
 */
void
opt_sandbox_method_delete_my_commands (OptSandboxCall *call)
{
  g_autofree char *key = read_key (call);

  if (key == NULL)
    return;

  g_hash_table_remove (call->bot->commands, key);
  opt_sandbox_call_answer_true (call);
}
