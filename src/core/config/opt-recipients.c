/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-recipients.h"

/**
 * opt_recipient_free:
 * @self: (transfer full): a recipient
 *
 * Frees a recipient.
 */
void
opt_recipient_free (OptRecipient *self)
{
  opt_bot_config_unref (self->bot);
  opt_chat_ref_unref (self->chat);
  g_free (self);
}

static void
add_recipient (GPtrArray    *list,
               OptBotConfig *bot,
               OptChatRef   *chat)
{
  OptRecipient *recipient = g_new0 (OptRecipient, 1);

  recipient->bot = opt_bot_config_ref (bot);
  recipient->chat = opt_chat_ref_ref (chat);
  g_ptr_array_add (list, recipient);
}

/* The active bot of that name, else the one of TELEGRAM_BOT_TOKEN, which goes by any name. */
static OptBotConfig *
find_bot (OptConfig  *config,
          const char *name,
          GError    **error)
{
  OptBotConfig *bot = opt_config_find_bot (config, name);

  if (bot != NULL && bot->active)
    return bot;
  for (guint i = 0; i < config->bots->len; i++)
    {
      OptBotConfig *other = config->bots->pdata[i];

      if (other->source == OPT_BOT_SOURCE_ENV_DEFAULT)
        return other;
    }

  if (bot != NULL)
    g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_BOT,
                 "the bot %s is not active: set bot.%s.active=True", bot->name, bot->name);
  else
    g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_BOT,
                         "there is no bot of this name: optimusctl bot list shows those there "
                         "are");
  return NULL;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)opt_recipient_free);
}

static gboolean
add_own_chats (GPtrArray    *list,
               OptBotConfig *bot,
               GError      **error)
{
  for (guint i = 0; i < bot->chats->len; i++)
    add_recipient (list, bot, bot->chats->pdata[i]);
  if (list->len > 0)
    return TRUE;
  g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_NO_CHAT,
               "the bot %s has no chat to send to: name one, or set bot.%s.chat_ids", bot->name,
               bot->name);
  return FALSE;
}

/**
 * opt_recipients_resolve:
 * @config: what is set up, with the environment of the process that sends
 * @bot: (nullable): a bot's name, in any case
 * @chats: (nullable): chats as opt_chat_ref_parse() reads them, at most %OPT_CHAT_REFS_MAX; NULL or
 *   empty for the bot's own
 * @error: return location for an #OptConfigError
 *
 * Works out who sends to whom. The bot is the one that is named: `[bot NAME]` while active, then
 * that of TELEGRAM_BOT_CONFIGS, then that of TELEGRAM_BOT_TOKEN; unnamed it is
 * opt_config_get_notice_bot(). The chats are those that are given, else the bot's own.
 *
 * Returns: (transfer full) (element-type OptRecipient) (nullable): at least one recipient, or NULL
 */
GPtrArray *
opt_recipients_resolve (OptConfig         *config,
                        const char        *bot,
                        const char *const *chats,
                        GError           **error)
{
  g_autoptr (GPtrArray) list = NULL;
  OptBotConfig *sender;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  sender = bot != NULL ? find_bot (config, bot, error) : opt_config_get_notice_bot (config, error);
  if (sender == NULL)
    return NULL;

  list = new_list ();
  for (guint i = 0; chats != NULL && chats[i] != NULL; i++)
    {
      g_autoptr (OptChatRef) chat = NULL;

      if (i == OPT_CHAT_REFS_MAX)
        {
          g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
                       "a message goes to no more than %d chats at a time", OPT_CHAT_REFS_MAX);
          return NULL;
        }
      chat = opt_chat_ref_parse (chats[i], error);
      if (chat == NULL)
        return NULL;
      add_recipient (list, sender, chat);
    }
  if (list->len == 0 && !add_own_chats (list, sender, error))
    return NULL;
  return g_steal_pointer (&list);
}

/**
 * opt_recipients_resolve_notice:
 * @config: what is set up
 * @error: return location for an #OptConfigError
 *
 * Works out who is told how jobs ended, by `notifications.id`: that chat, or the chats of that
 * bot. Whether anybody is told at all, `notifications.activate` says.
 *
 * Returns: (transfer full) (element-type OptRecipient) (nullable): at least one recipient, or NULL
 */
GPtrArray *
opt_recipients_resolve_notice (OptConfig *config,
                               GError   **error)
{
  g_autoptr (GPtrArray) list = NULL;
  OptBotConfig *sender;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (*config->notify_id == '\0')
    {
      g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_NO_CHAT,
                           "nobody is told: set notifications.id to a chat or a bot's name");
      return NULL;
    }
  if (config->notify_chat == NULL)
    return opt_recipients_resolve (config, config->notify_id, NULL, error);

  sender = opt_config_get_notice_bot (config, error);
  if (sender == NULL)
    return NULL;
  list = new_list ();
  add_recipient (list, sender, config->notify_chat);
  return g_steal_pointer (&list);
}
