/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-setup.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "opt-bot-question.h"
#include "opt-bot-token.h"
#include "opt-id.h"

/* A message of BotFather with a token in it is well below this. */
#define TOKEN_BYTES_MAX 16384
/* How long its sender may pause, in milliseconds. */
#define TOKEN_PATIENCE 10000

/**
 * Setup:
 * @name: (nullable): the bot that is set up
 * @order: (nullable) (element-type utf8): key, value, key, value … of a new bot
 * @store: the token is to be stored
 * @remove: the bot is to go
 * @token: (nullable): the bot token
 * @me: (nullable): what Telegram says of it
 *
 * A bot that is being set up: read the token, ask Telegram, store it, write the configuration.
 */
typedef struct
{
  char      *name;  /* (owned) */
  GPtrArray *order; /* (owned) */
  gboolean   store;
  gboolean   remove;
  char      *token; /* (owned) */
  OptBotMe  *me;    /* (owned) */
} Setup;

static void
setup_free (Setup *setup)
{
  g_free (setup->name);
  g_clear_pointer (&setup->order, g_ptr_array_unref);
  g_clear_pointer (&setup->token, opt_bot_token_free);
  g_clear_pointer (&setup->me, opt_bot_me_unref);
  g_free (setup);
}

static GTask *
begin (OptAgent           *agent,
       const char         *name,
       GAsyncReadyCallback callback,
       gpointer            user_data,
       gpointer            source_tag)
{
  GTask *task = g_task_new (agent, NULL, callback, user_data);
  Setup *setup = g_new0 (Setup, 1);

  setup->name = g_strdup (name);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, setup, (GDestroyNotify)setup_free);
  return task;
}

static void
finish (GTask *task)
{
  Setup *setup = g_task_get_task_data (task);

  if (setup->name != NULL && setup->store)
    opt_agent_bots_restart (opt_agent_get_bots (g_task_get_source_object (task)), setup->name);
  g_task_return_pointer (task, g_steal_pointer (&setup->me), (GDestroyNotify)opt_bot_me_unref);
}

static void
configured_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!opt_config_source_change_finish (OPT_CONFIG_SOURCE (object), result, &error))
    g_task_return_error (task, error);
  else
    finish (task);
}

static void
configure (GTask *task)
{
  OptAgent *agent = g_task_get_source_object (task);
  Setup    *setup = g_task_get_task_data (task);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autofree OptConfigChange *changes = g_new0 (OptConfigChange, setup->order->len / 2 + 1);
  guint                       n = 0;

  for (guint i = 0; i + 1 < setup->order->len; i += 2)
    {
      g_ptr_array_add (keys,
                       g_strdup_printf ("bot.%s.%s", setup->name, (char *)setup->order->pdata[i]));
      changes[n].key = keys->pdata[keys->len - 1];
      changes[n].value = setup->order->pdata[i + 1];
      n++;
    }
  opt_config_source_change_async (opt_agent_get_config_source (agent), changes, n, NULL,
                                  configured_cb, g_object_ref (task));
}

static void
stored_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Setup  *setup = g_task_get_task_data (task);
  GError *error = NULL;

  if (!opt_secret_store_store_finish (OPT_SECRET_STORE (object), result, &error))
    g_task_return_error (task, error);
  else if (setup->order != NULL)
    configure (task);
  else
    finish (task);
}

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptAgent *agent = g_task_get_source_object (task);
  Setup    *setup = g_task_get_task_data (task);
  GError   *error = NULL;

  setup->me = opt_bot_question_ask_finish (OPT_BOT_CLIENT (object), result, &error);
  if (setup->me == NULL)
    g_task_return_error (task, error);
  else if (setup->store)
    opt_secret_store_store_async (opt_agent_get_secrets (agent), OPT_SECRET_BOT, setup->name,
                                  setup->token, TRUE, NULL, stored_cb, g_steal_pointer (&task));
  else
    finish (task);
}

static void
ask_telegram (GTask *task)
{
  OptConfig     *config = opt_agent_get_config (g_task_get_source_object (task));
  Setup         *setup = g_task_get_task_data (task);
  OptBotSettings settings = {
    .api_root = config->api_root,
    .api_root_insecure = config->api_root_insecure,
    .ca_file = config->ca_file,
    .proxy = config->proxy,
  };
  g_autoptr (OptBotSession) session = NULL;
  g_autoptr (OptBotClient) client = NULL;
  GError *error = NULL;

  session = opt_bot_session_new (&settings, &error);
  client = session != NULL ? opt_bot_client_new (session, setup->token, &error) : NULL;
  if (client == NULL)
    g_task_return_error (task, error);
  else
    opt_bot_question_ask_async (client,
                                opt_agent_get_clock (g_task_get_source_object (task)),
                                asked_cb, g_object_ref (task));
}

static void
read_token_in_thread (GTask        *task,
                      gpointer      source,
                      gpointer      task_data,
                      GCancellable *cancellable)
{
  int           fd = GPOINTER_TO_INT (task_data);
  struct pollfd waiting = { .fd = fd, .events = POLLIN };
  char          buffer[TOKEN_BYTES_MAX + 1];
  gsize         length = 0;
  gssize        n;
  char         *token;

  /* Who hands over an end that says nothing must not keep a thread for ever. */
  while (length < TOKEN_BYTES_MAX && poll (&waiting, 1, TOKEN_PATIENCE) > 0 &&
         (n = read (fd, buffer + length, TOKEN_BYTES_MAX - length)) > 0)
    length += (gsize)n;
  close (fd);
  buffer[length] = '\0';
  token = opt_bot_token_parse (buffer);
  explicit_bzero (buffer, sizeof buffer);
  if (token != NULL)
    g_task_return_pointer (task, token, (GDestroyNotify)opt_bot_token_free);
  else
    g_task_return_new_error (
      task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED,
      "that is no bot token: it looks like 123456789:AA… and comes from @BotFather");
}

static void
token_read_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Setup  *setup = g_task_get_task_data (task);
  GError *error = NULL;

  setup->token = g_task_propagate_pointer (G_TASK (result), &error);
  if (setup->token == NULL)
    g_task_return_error (task, error);
  else
    ask_telegram (task);
}

/* A pipe's other end may be slow, so it is not read here. */
static void
read_token (GTask *task,
            int    fd)
{
  g_autoptr (GTask) reading = g_task_new (g_task_get_source_object (task), NULL, token_read_cb,
                                          g_object_ref (task));

  g_task_set_source_tag (reading, read_token);
  g_task_set_task_data (reading, GINT_TO_POINTER (fd), NULL);
  g_task_run_in_thread (reading, read_token_in_thread);
}

static void
add_key (GPtrArray  *order,
         const char *key,
         const char *value)
{
  if (value == NULL)
    return;
  g_ptr_array_add (order, g_strdup (key));
  g_ptr_array_add (order, g_strdup (value));
}

static gboolean
check_order (OptAgent                  *agent,
             const char                *name,
             const OptBotSettingsOrder *order,
             GError                   **error)
{
  OptBotConfig *bot;

  if (!opt_name_is_valid (name))
    {
      g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
                   "a bot's name has 1 to 64 letters, digits, - and _, not “%s”", name);
      return FALSE;
    }
  bot = opt_config_find_bot (opt_agent_get_config (agent), name);
  if (bot == NULL || bot->source != OPT_BOT_SOURCE_CONFIG)
    return TRUE;
  g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
               "there is a bot “%s” already; `optimusctl secret set %s` gives it another token",
               name, name);
  return FALSE;
}

/**
 * opt_bot_setup_add_async:
 * @agent: the agent
 * @name: a name that is free
 * @order: how it is set up
 * @token: (transfer full): where to read the bot token
 * @callback: called when all is done
 * @user_data: for @callback
 *
 * Adds a bot: asks Telegram who the token belongs to, stores it, then writes the configuration.
 */
void
opt_bot_setup_add_async (OptAgent                  *agent,
                         const char                *name,
                         const OptBotSettingsOrder *order,
                         int                        token,
                         GAsyncReadyCallback        callback,
                         gpointer                   user_data)
{
  g_autoptr (GTask) task = begin (agent, name, callback, user_data, opt_bot_setup_add_async);
  Setup  *setup = g_task_get_task_data (task);
  GError *error = NULL;

  if (!check_order (agent, name, order, &error))
    {
      close (token);
      g_task_return_error (task, error);
      return;
    }
  setup->store = TRUE;
  setup->order = g_ptr_array_new_with_free_func (g_free);
  add_key (setup->order, "active", "True");
  add_key (setup->order, "receive", order->receive != NULL ? order->receive : "poll");
  add_key (setup->order, "roles", order->roles != NULL ? order->roles : "notify;remote");
  add_key (setup->order, "chat_ids", order->chat_ids);
  add_key (setup->order, "description", order->description);
  read_token (task, token);
}

/**
 * opt_bot_setup_set_token_async:
 * @agent: the agent
 * @name: a bot
 * @token: (transfer full): where to read the bot token
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Gives a bot another token, after asking Telegram.
 */
void
opt_bot_setup_set_token_async (OptAgent           *agent,
                               const char         *name,
                               int                 token,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = begin (agent, name, callback, user_data, opt_bot_setup_set_token_async);
  Setup *setup = g_task_get_task_data (task);

  setup->store = TRUE;
  read_token (task, token);
}

/**
 * opt_bot_setup_validate_token_async:
 * @agent: the agent
 * @token: (transfer full): where to read a bot token
 * @callback: called with what Telegram says
 * @user_data: for @callback
 *
 * Asks Telegram whose token this is; nothing is stored.
 */
void
opt_bot_setup_validate_token_async (OptAgent           *agent,
                                    int                 token,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_autoptr (GTask) task =
               begin (agent, NULL, callback, user_data, opt_bot_setup_validate_token_async);

  read_token (task, token);
}

static void
looked_up_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Setup *setup = g_task_get_task_data (task);
  g_autoptr (OptSecret) secret = NULL;
  GError *error = NULL;

  secret = opt_secret_store_lookup_finish (OPT_SECRET_STORE (object), result, &error);
  if (secret == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  setup->token = g_strdup (secret);
  ask_telegram (task);
}

/**
 * opt_bot_setup_validate_async:
 * @agent: the agent
 * @name: a bot
 * @callback: called with what Telegram says
 * @user_data: for @callback
 *
 * Asks Telegram whether the stored token is good.
 */
void
opt_bot_setup_validate_async (OptAgent           *agent,
                              const char         *name,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = begin (agent, name, callback, user_data, opt_bot_setup_validate_async);
  OptBotConfig *bot = opt_config_find_bot (opt_agent_get_config (agent), name);
  Setup        *setup = g_task_get_task_data (task);

  if (bot != NULL && bot->token != NULL)
    {
      setup->token = g_strdup (bot->token);
      ask_telegram (task);
    }
  else
    opt_secret_store_lookup_async (opt_agent_get_secrets (agent), OPT_SECRET_BOT, name, FALSE, NULL,
                                   looked_up_cb, g_steal_pointer (&task));
}

static void
removed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!opt_config_source_change_finish (OPT_CONFIG_SOURCE (object), result, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
cleared_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptAgent *agent = g_task_get_source_object (task);
  Setup    *setup = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean cleared = opt_secret_store_clear_finish (OPT_SECRET_STORE (object), result, &error);

  if (setup->remove)
    {
      g_autofree char      *group = g_strconcat ("bot.", setup->name, NULL);
      const OptConfigChange change = { group, NULL };

      /* A bot that never had a token, or whose keyring is gone, can be removed all the same. */
      if (!cleared)
        g_message ("bot %s: its token was not taken out of the secret store: %s", setup->name,
                   error->message);
      opt_config_source_change_async (opt_agent_get_config_source (agent), &change, 1, NULL,
                                      removed_cb, g_steal_pointer (&task));
      return;
    }
  if (!cleared)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  opt_agent_bots_restart (opt_agent_get_bots (agent), setup->name);
  g_task_return_pointer (task, NULL, NULL);
}

/**
 * opt_bot_setup_clear_token_async:
 * @agent: the agent
 * @name: a bot
 * @callback: called when it is forgotten
 * @user_data: for @callback
 *
 * Takes the bot's token out of the secret store.
 */
void
opt_bot_setup_clear_token_async (OptAgent           *agent,
                                 const char         *name,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task =
               begin (agent, name, callback, user_data, opt_bot_setup_clear_token_async);

  opt_secret_store_clear_async (opt_agent_get_secrets (agent), OPT_SECRET_BOT, name, TRUE, NULL,
                                cleared_cb, g_steal_pointer (&task));
}

/**
 * opt_bot_setup_remove_async:
 * @agent: the agent
 * @name: a bot
 * @callback: called when it is gone
 * @user_data: for @callback
 *
 * Takes the bot out of the configuration, and its token out of the secret store.
 */
void
opt_bot_setup_remove_async (OptAgent           *agent,
                            const char         *name,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = begin (agent, name, callback, user_data, opt_bot_setup_remove_async);
  Setup *setup = g_task_get_task_data (task);

  setup->remove = TRUE;
  opt_secret_store_clear_async (opt_agent_get_secrets (agent), OPT_SECRET_BOT, name, FALSE, NULL,
                                cleared_cb, g_steal_pointer (&task));
}

/**
 * opt_bot_setup_finish:
 * @agent: the agent
 * @result: the result of any of the above
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what Telegram says of the bot
 */
OptBotMe *
opt_bot_setup_finish (OptAgent     *agent,
                      GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
