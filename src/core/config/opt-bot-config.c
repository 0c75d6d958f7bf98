/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-config.h"

#include <string.h>

#include "opt-id.h"

G_DEFINE_BOXED_TYPE (OptBotConfig, opt_bot_config, opt_bot_config_ref, opt_bot_config_unref)

static void
opt_bot_config_clear (gpointer data)
{
  OptBotConfig *self = data;

  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_free (self->name);
  g_free (self->folded);
  g_ptr_array_unref (self->chats);
  g_free (self->description);
}

/**
 * opt_bot_config_new:
 * @name: a valid name
 * @source: where it is set up
 *
 * Makes a bot with the defaults: active, for notifications, receiving nothing, without chats.
 * Until others hold it, its fields may be set.
 *
 * Returns: (transfer full): the bot
 */
OptBotConfig *
opt_bot_config_new (const char  *name,
                    OptBotSource source)
{
  OptBotConfig *self;

  g_return_val_if_fail (opt_name_is_valid (name), NULL);

  self = g_atomic_rc_box_new0 (OptBotConfig);
  self->name = g_strdup (name);
  self->folded = opt_name_fold (name);
  self->chats = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_chat_ref_unref);
  self->active = TRUE;
  self->receive = OPT_RECEIVE_OFF;
  self->roles = OPT_BOT_ROLE_NOTIFY;
  self->source = source;
  return self;
}

/**
 * opt_bot_config_ref:
 * @self: a bot
 *
 * Takes a reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
OptBotConfig *
opt_bot_config_ref (OptBotConfig *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_bot_config_unref:
 * @self: (transfer full): a bot
 *
 * Drops a reference; any thread may.
 */
void
opt_bot_config_unref (OptBotConfig *self)
{
  g_atomic_rc_box_release_full (self, opt_bot_config_clear);
}

/**
 * opt_receive_to_text:
 * @receive: how updates come
 *
 * Names a way to receive, as the configuration and JSON do.
 *
 * Returns: `off`, `poll` or `webhook`
 */
const char *
opt_receive_to_text (OptReceive receive)
{
  switch (receive)
    {
    case OPT_RECEIVE_POLL:
      return "poll";
    case OPT_RECEIVE_WEBHOOK:
      return "webhook";
    case OPT_RECEIVE_OFF:
    default:
      return "off";
    }
}

/**
 * opt_bot_roles_to_text:
 * @roles: what a bot is for
 *
 * Names roles as the configuration does.
 *
 * Returns: (transfer full): such as `notify;remote`; empty for none
 */
char *
opt_bot_roles_to_text (OptBotRoles roles)
{
  const char *names[5];
  guint       n = 0;

  if (roles & OPT_BOT_ROLE_NOTIFY)
    names[n++] = "notify";
  if (roles & OPT_BOT_ROLE_REMOTE)
    names[n++] = "remote";
  if (roles & OPT_BOT_ROLE_CONVERSATIONS)
    names[n++] = "conversations";
  if (roles & OPT_BOT_ROLE_NOTES)
    names[n++] = "notes";
  names[n] = NULL;
  return g_strjoinv (";", (char **)names);
}

/**
 * opt_bot_source_to_text:
 * @source: where a bot is set up
 *
 * Names where a bot is set up, as JSON does.
 *
 * Returns: `config`, `env-configs` or `env-default`
 */
const char *
opt_bot_source_to_text (OptBotSource source)
{
  switch (source)
    {
    case OPT_BOT_SOURCE_ENV_CONFIGS:
      return "env-configs";
    case OPT_BOT_SOURCE_ENV_DEFAULT:
      return "env-default";
    case OPT_BOT_SOURCE_CONFIG:
    default:
      return "config";
    }
}
