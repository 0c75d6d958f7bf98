/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-schema.h"
#include "opt-ipc-generated.h"
#include "opt-record-config.h"
#include "opt-service-answer.h"
#include "opt-service-error.h"
#include "opt-services.h"

#define OPT_TYPE_SERVICE_CONFIG (opt_service_config_get_type ())
G_DECLARE_FINAL_TYPE (
  OptServiceConfig, opt_service_config, OPT, SERVICE_CONFIG, OptIpcConfigSkeleton)

struct _OptServiceConfig
{
  OptIpcConfigSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

static gboolean
handle_get (OptIpcConfig          *object,
            GDBusMethodInvocation *invocation,
            const char            *key)
{
  OptConfig          *config = opt_agent_get_config (OPT_SERVICE_CONFIG (object)->agent);
  const OptConfigKey *known = opt_config_schema_find (key);
  g_autofree char    *text = opt_config_get_text (config, key);

  if (text != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(sb)", text, TRUE));
  else if (known != NULL)
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(sb)", known->fallback, FALSE));
  else
    opt_service_return_new_error (invocation, OPT_IPC_ERROR_USAGE, key, "there is no key “%s”",
                                  key);
  return TRUE;
}

static void
set_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = opt_config_source_set_finish (OPT_CONFIG_SOURCE (object), result, &error);

  opt_service_return_done (user_data, is_done, error);
}

static gboolean
handle_set (OptIpcConfig          *object,
            GDBusMethodInvocation *invocation,
            const char            *key,
            const char            *value)
{
  OptServiceConfig *self = OPT_SERVICE_CONFIG (object);

  opt_config_source_set_async (opt_agent_get_config_source (self->agent), key, value, NULL, set_cb,
                               invocation);
  return TRUE;
}

static void
unset_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = opt_config_source_unset_finish (OPT_CONFIG_SOURCE (object), result, &error);

  opt_service_return_done (user_data, is_done, error);
}

static gboolean
handle_unset (OptIpcConfig          *object,
              GDBusMethodInvocation *invocation,
              const char            *key)
{
  OptServiceConfig *self = OPT_SERVICE_CONFIG (object);

  opt_config_source_unset_async (opt_agent_get_config_source (self->agent), key, NULL, unset_cb,
                                 invocation);
  return TRUE;
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  OptConfigSource       *source = OPT_CONFIG_SOURCE (object);
  g_autoptr (GError) error = NULL;
  GVariant *problems;

  if (!opt_config_source_load_finish (source, result, &error))
    {
      opt_service_return_error (invocation, error);
      return;
    }
  problems = opt_record_config_problems (opt_config_source_get_problems (source));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@aa{sv})", problems));
}

/* Of the file as it is now: whoever has just saved it must not wait until that is noticed. */
static gboolean
handle_check (OptIpcConfig          *object,
              GDBusMethodInvocation *invocation)
{
  OptServiceConfig *self = OPT_SERVICE_CONFIG (object);

  opt_config_source_load_async (opt_agent_get_config_source (self->agent), NULL, checked_cb,
                                invocation);
  return TRUE;
}

static void
config_iface_init (OptIpcConfigIface *iface)
{
  iface->handle_get = handle_get;
  iface->handle_set = handle_set;
  iface->handle_unset = handle_unset;
  iface->handle_check = handle_check;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServiceConfig,
                               opt_service_config,
                               OPT_IPC_TYPE_CONFIG_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_CONFIG, config_iface_init))

static void
config_changed_cb (OptServiceConfig *self)
{
  opt_ipc_config_emit_changed (OPT_IPC_CONFIG (self));
}

static void
opt_service_config_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_CONFIG (object)->agent);
  G_OBJECT_CLASS (opt_service_config_parent_class)->dispose (object);
}

static void
opt_service_config_class_init (OptServiceConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_config_dispose;
}

static void
opt_service_config_init (OptServiceConfig *self)
{
}

/**
 * opt_service_config_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the Config interface
 */
GDBusInterfaceSkeleton *
opt_service_config_new (OptAgent *agent)
{
  OptServiceConfig *self = g_object_new (OPT_TYPE_SERVICE_CONFIG, NULL);

  self->agent = g_object_ref (agent);
  opt_ipc_config_set_path (OPT_IPC_CONFIG (self), opt_agent_get_paths (agent)->config);
  g_signal_connect_object (opt_agent_get_config_source (agent), "changed",
                           G_CALLBACK (config_changed_cb), self, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (self);
}
