/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gunixfdlist.h>

#include "opt-bot-setup.h"
#include "opt-ipc-field.h"
#include "opt-ipc-generated.h"
#include "opt-service-answer.h"
#include "opt-service-error.h"
#include "opt-services.h"

#define OPT_TYPE_SERVICE_BOTS (opt_service_bots_get_type ())
G_DECLARE_FINAL_TYPE (OptServiceBots, opt_service_bots, OPT, SERVICE_BOTS, OptIpcBotsSkeleton)

struct _OptServiceBots
{
  OptIpcBotsSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

static void
add_chats (GVariantBuilder *builder,
           GPtrArray       *chats)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < chats->len; i++)
    {
      const OptChatRef *chat = chats->pdata[i];
      GVariantBuilder   record;

      g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_string (&record, "chat_id", chat->chat);
      if (chat->topic != 0)
        opt_ipc_record_add_int (&record, "topic", chat->topic);
      g_variant_builder_add_value (&list, g_variant_builder_end (&record));
    }
  g_variant_builder_add (builder, "{sv}", "chats", g_variant_builder_end (&list));
}

/* @me overrides what the bot at work knows, right after it was asked. */
static GVariant *
record_bot (OptServiceBots *self,
            OptBotConfig   *settings,
            OptBotMe       *me)
{
  OptAgentBot     *bot = opt_agent_bots_find (opt_agent_get_bots (self->agent), settings->name);
  g_autofree char *roles = opt_bot_roles_to_text (settings->roles);
  g_auto (GStrv) role_list = g_strsplit (roles, ";", -1);
  GVariantBuilder builder;
  gboolean        asked = me != NULL;

  if (me == NULL && bot != NULL)
    me = opt_agent_bot_get_me (bot);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "name", settings->name);
  if (me != NULL)
    {
      opt_ipc_record_add_int (&builder, "id", me->id);
      opt_ipc_record_add_string (&builder, "username", me->username);
    }
  else if (bot != NULL && opt_agent_bot_get_client (bot) != NULL)
    opt_ipc_record_add_int (&builder, "id",
                            opt_bot_client_get_bot_id (opt_agent_bot_get_client (bot)));
  opt_ipc_record_add_string (&builder, "source", opt_bot_source_to_text (settings->source));
  opt_ipc_record_add_bool (&builder, "active", settings->active);
  opt_ipc_record_add_string (&builder, "receive", opt_receive_to_text (settings->receive));
  g_variant_builder_add (&builder, "{sv}", "roles",
                         g_variant_new_strv ((const char *const *)role_list, -1));
  add_chats (&builder, settings->chats);
  opt_ipc_record_add_string (&builder, "token",
                             asked         ? "present"
                             : bot != NULL ? opt_agent_bot_get_token_word (bot)
                                           : "missing");
  opt_ipc_record_add_string (&builder, "state",
                             opt_agent_bot_state_to_string (
                               bot != NULL ? opt_agent_bot_get_state (bot) : OPT_AGENT_BOT_OFF));
  opt_ipc_record_add_string (&builder, "description", settings->description);
  return g_variant_builder_end (&builder);
}

static gboolean
handle_list (OptIpcBots            *object,
             GDBusMethodInvocation *invocation)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);
  OptConfig      *config = opt_agent_get_config (self->agent);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < config->bots->len; i++)
    g_variant_builder_add_value (&builder, record_bot (self, config->bots->pdata[i], NULL));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aa{sv})", &builder));
  return TRUE;
}

static OptBotConfig *
find_settings (OptServiceBots        *self,
               GDBusMethodInvocation *invocation,
               const char            *name)
{
  OptBotConfig *settings = opt_config_find_bot (opt_agent_get_config (self->agent), name);

  if (settings == NULL)
    opt_service_return_new_error (invocation, OPT_IPC_ERROR_UNKNOWN, name, "there is no bot “%s”",
                                  name);
  return settings;
}

static gboolean
handle_show (OptIpcBots            *object,
             GDBusMethodInvocation *invocation,
             const char            *name)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);
  OptBotConfig   *settings = find_settings (self, invocation, name);

  if (settings != NULL)
    opt_service_return_record (invocation, record_bot (self, settings, NULL), NULL);
  return TRUE;
}

/* What Telegram says of a token that belongs to no bot here. */
static GVariant *
record_me (OptBotMe *me)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&builder, "id", me->id);
  opt_ipc_record_add_string (&builder, "username", me->username);
  opt_ipc_record_add_string (&builder, "token", "present");
  return g_variant_builder_end (&builder);
}

static void
set_up_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  OptServiceBots        *self = g_object_get_data (G_OBJECT (invocation), "service");
  const char            *name = g_object_get_data (G_OBJECT (invocation), "name");
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotMe) me = opt_bot_setup_finish (OPT_AGENT (object), result, &error);
  OptBotConfig *settings = NULL;

  if (error == NULL && name != NULL)
    settings = opt_config_find_bot (opt_agent_get_config (self->agent), name);
  if (settings != NULL && me != NULL)
    opt_service_return_record (invocation, record_bot (self, settings, me), NULL);
  else if (me != NULL)
    opt_service_return_record (invocation, record_me (me), NULL);
  else
    opt_service_return_done (invocation, error == NULL, error);
}

/* Keeps what the answer needs with the call. */
static void
remember (OptServiceBots        *self,
          GDBusMethodInvocation *invocation,
          const char            *name)
{
  g_object_set_data_full (G_OBJECT (invocation), "service", g_object_ref (self), g_object_unref);
  g_object_set_data_full (G_OBJECT (invocation), "name", g_strdup (name), g_free);
}

static int
take_descriptor (GDBusMethodInvocation *invocation,
                 GUnixFDList           *list,
                 GVariant              *handle)
{
  g_autoptr (GError) error = NULL;
  int index = g_variant_get_handle (handle);
  int fd = -1;

  /* The index is the caller's, and the list does not check it. */
  if (list != NULL && index >= 0 && index < g_unix_fd_list_get_length (list))
    fd = g_unix_fd_list_get (list, index, &error);
  if (fd < 0)
    opt_service_return_new_error (invocation, OPT_IPC_ERROR_USAGE, "token",
                                  "the bot token must come through a file descriptor");
  return fd;
}

static gboolean
handle_add (OptIpcBots            *object,
            GDBusMethodInvocation *invocation,
            GUnixFDList           *list,
            const char            *name,
            GVariant              *settings,
            GVariant              *token)
{
  OptServiceBots           *self = OPT_SERVICE_BOTS (object);
  int                       fd = take_descriptor (invocation, list, token);
  const OptBotSettingsOrder order = {
    .chat_ids = opt_ipc_record_get_string (settings, "chat_ids"),
    .receive = opt_ipc_record_get_string (settings, "receive"),
    .roles = opt_ipc_record_get_string (settings, "roles"),
    .description = opt_ipc_record_get_string (settings, "description"),
  };

  if (fd < 0)
    return TRUE;
  remember (self, invocation, name);
  opt_bot_setup_add_async (self->agent, name, &order, fd, set_up_cb, invocation);
  return TRUE;
}

static gboolean
handle_set_token (OptIpcBots            *object,
                  GDBusMethodInvocation *invocation,
                  GUnixFDList           *list,
                  const char            *name,
                  GVariant              *token)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);
  int             fd;

  if (find_settings (self, invocation, name) == NULL)
    return TRUE;
  fd = take_descriptor (invocation, list, token);
  if (fd < 0)
    return TRUE;
  remember (self, invocation, name);
  opt_bot_setup_set_token_async (self->agent, name, fd, set_up_cb, invocation);
  return TRUE;
}

static gboolean
handle_clear_token (OptIpcBots            *object,
                    GDBusMethodInvocation *invocation,
                    const char            *name)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);

  if (find_settings (self, invocation, name) == NULL)
    return TRUE;
  remember (self, invocation, NULL);
  opt_bot_setup_clear_token_async (self->agent, name, set_up_cb, invocation);
  return TRUE;
}

static gboolean
handle_remove (OptIpcBots            *object,
               GDBusMethodInvocation *invocation,
               const char            *name)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);

  if (find_settings (self, invocation, name) == NULL)
    return TRUE;
  remember (self, invocation, NULL);
  opt_bot_setup_remove_async (self->agent, name, set_up_cb, invocation);
  return TRUE;
}

static gboolean
handle_validate (OptIpcBots            *object,
                 GDBusMethodInvocation *invocation,
                 const char            *name)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);

  if (find_settings (self, invocation, name) == NULL)
    return TRUE;
  remember (self, invocation, name);
  opt_bot_setup_validate_async (self->agent, name, set_up_cb, invocation);
  return TRUE;
}

static gboolean
handle_validate_token (OptIpcBots            *object,
                       GDBusMethodInvocation *invocation,
                       GUnixFDList           *list,
                       GVariant              *token)
{
  OptServiceBots *self = OPT_SERVICE_BOTS (object);
  int             fd = take_descriptor (invocation, list, token);

  if (fd < 0)
    return TRUE;
  remember (self, invocation, NULL);
  opt_bot_setup_validate_token_async (self->agent, fd, set_up_cb, invocation);
  return TRUE;
}

static void
bots_iface_init (OptIpcBotsIface *iface)
{
  iface->handle_list = handle_list;
  iface->handle_show = handle_show;
  iface->handle_add = handle_add;
  iface->handle_set_token = handle_set_token;
  iface->handle_clear_token = handle_clear_token;
  iface->handle_remove = handle_remove;
  iface->handle_validate = handle_validate;
  iface->handle_validate_token = handle_validate_token;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServiceBots,
                               opt_service_bots,
                               OPT_IPC_TYPE_BOTS_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_BOTS, bots_iface_init))

static void
bots_changed_cb (OptServiceBots *self)
{
  opt_ipc_bots_emit_changed (OPT_IPC_BOTS (self));
}

static void
opt_service_bots_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_BOTS (object)->agent);
  G_OBJECT_CLASS (opt_service_bots_parent_class)->dispose (object);
}

static void
opt_service_bots_class_init (OptServiceBotsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_bots_dispose;
}

static void
opt_service_bots_init (OptServiceBots *self)
{
}

/**
 * opt_service_bots_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the Bots interface
 */
GDBusInterfaceSkeleton *
opt_service_bots_new (OptAgent *agent)
{
  OptServiceBots *self = g_object_new (OPT_TYPE_SERVICE_BOTS, NULL);

  self->agent = g_object_ref (agent);
  g_signal_connect_object (opt_agent_get_bots (agent), "changed", G_CALLBACK (bots_changed_cb),
                           self, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (self);
}
