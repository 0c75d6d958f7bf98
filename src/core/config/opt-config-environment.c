/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-build.h"

#include <string.h>

#include "opt-bot-token.h"
#include "opt-id.h"
#include "opt-json.h"

#define CONFIGS_VARIABLE "TELEGRAM_BOT_CONFIGS"
#define TOKEN_VARIABLE   "TELEGRAM_BOT_TOKEN"
#define CHATS_VARIABLE   "TELEGRAM_CHAT_IDS"

#define DEFAULT_NAME "default"

#define BOTS_MAX  100
#define BYTES_MAX (256 * 1024)

static const char *
get_variable (const char *const *environment,
              const char        *name)
{
  const char *value = environment != NULL ? g_environ_getenv ((char **)environment, name) : NULL;

  return value != NULL && *value != '\0' ? value : NULL;
}

/* There may be a bot token in anything that is wrong, so none of it is ever shown. */
static void
add_problem (GPtrArray  *problems,
             const char *variable,
             const char *message)
{
  g_ptr_array_add (problems, opt_config_problem_new (0, 0, variable, message));
}

static void
add_bot_problem (GPtrArray  *problems,
                 guint       number,
                 const char *message)
{
  g_autofree char *whole = g_strdup_printf ("element %u is left out: %s", number, message);

  add_problem (problems, CONFIGS_VARIABLE, whole);
}

static gboolean
has_bot (OptConfig  *self,
         const char *name)
{
  OptBotConfig *bot = opt_config_find_bot (self, name);

  return bot != NULL && (bot->active || bot->source != OPT_BOT_SOURCE_CONFIG);
}

/* The chats as text: `"1,2"`, `1`, or a list of such. */
static gboolean
join_chats (JsonNode *node,
            GString  *text)
{
  JsonArray *array;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        if (JSON_NODE_HOLDS_ARRAY (json_array_get_element (array, i)) ||
            !join_chats (json_array_get_element (array, i), text))
          return FALSE;
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    g_string_append_printf (text, "%s,", json_node_get_string (node));
  else if (json_node_get_value_type (node) == G_TYPE_INT64)
    g_string_append_printf (text, "%" G_GINT64_FORMAT ",", json_node_get_int (node));
  else
    return FALSE;
  return TRUE;
}

static GPtrArray *
read_chats (JsonNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  return join_chats (node, text) ? opt_chat_ref_parse_list (text->str, NULL) : NULL;
}

static void
add_bot (OptConfig  *self,
         JsonObject *object,
         guint       number,
         GPtrArray  *problems)
{
  g_autoptr (OptBotConfig) bot = NULL;
  const char *name = object != NULL ? opt_json_get_string (object, "name") : NULL;
  const char *text = object != NULL ? opt_json_get_string (object, "token") : NULL;
  char       *token = opt_bot_token_parse (text);
  GPtrArray  *chats = NULL;

  if (!opt_name_is_valid (name))
    add_bot_problem (problems, number, "its name must have 1 to 64 letters, digits, - and _");
  else if (token == NULL)
    add_bot_problem (problems, number, "its token is not of the form 123456:AAbb…");
  else if ((chats = read_chats (json_object_get_member (object, "chat_ids"))) == NULL)
    add_bot_problem (problems, number,
                     "its chat_ids must be chats with commas between them, such as "
                     "\"1234567,-1001234567890\"");
  if (chats == NULL)
    {
      opt_bot_token_free (token);
      return;
    }

  bot = opt_bot_config_new (name, OPT_BOT_SOURCE_ENV_CONFIGS);
  bot->token = token;
  g_ptr_array_unref (bot->chats);
  bot->chats = chats;
  if (!has_bot (self, name))
    g_ptr_array_add (self->bots, g_steal_pointer (&bot));
}

static void
add_named_bots (OptConfig  *self,
                const char *json,
                GPtrArray  *problems)
{
  g_autoptr (JsonNode) node = NULL;
  JsonArray *array;
  guint      length;

  if (strlen (json) <= BYTES_MAX)
    node = opt_json_parse (json, -1, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    {
      add_problem (problems, CONFIGS_VARIABLE,
                   "this is no JSON list: give [{\"name\": …, \"token\": …, "
                   "\"chat_ids\": …}]");
      return;
    }

  array = json_node_get_array (node);
  length = json_array_get_length (array);
  if (length > BOTS_MAX)
    add_problem (problems, CONFIGS_VARIABLE, "there are more than 100 bots; the rest is left out");
  for (guint i = 0; i < MIN (length, BOTS_MAX); i++)
    add_bot (self, opt_json_array_get_object (array, i), i + 1, problems);
}

static void
add_default_bot (OptConfig  *self,
                 const char *text,
                 const char *chat_ids,
                 GPtrArray  *problems)
{
  g_autoptr (OptBotConfig) bot = NULL;
  g_autoptr (GError) error = NULL;
  char      *token = opt_bot_token_parse (text);
  GPtrArray *chats;

  if (token == NULL)
    {
      add_problem (problems, TOKEN_VARIABLE, "this is no bot token of the form 123456:AAbb…");
      return;
    }

  bot = opt_bot_config_new (has_bot (self, DEFAULT_NAME) ? "env-default" : DEFAULT_NAME,
                            OPT_BOT_SOURCE_ENV_DEFAULT);
  bot->token = token;
  chats = opt_chat_ref_parse_list (chat_ids != NULL ? chat_ids : "", &error);
  if (chats == NULL)
    add_problem (problems, CHATS_VARIABLE, error->message);
  else
    {
      g_ptr_array_unref (bot->chats);
      bot->chats = chats;
    }
  g_ptr_array_add (self->bots, g_steal_pointer (&bot));
}

/* Adds the bots of the environment behind those of the file, which hide them while active. */
void
opt_config_add_environment_bots (OptConfig         *self,
                                 const char *const *environment,
                                 GPtrArray         *problems)
{
  const char *configs = get_variable (environment, CONFIGS_VARIABLE);
  const char *token = get_variable (environment, TOKEN_VARIABLE);

  if (configs != NULL)
    add_named_bots (self, configs, problems);
  if (token != NULL)
    add_default_bot (self, token, get_variable (environment, CHATS_VARIABLE), problems);
}
