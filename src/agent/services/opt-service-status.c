/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "opt-doctor.h"
#include "opt-ipc-field.h"
#include "opt-ipc-generated.h"
#include "opt-record-config.h"
#include "opt-services.h"

#define OPT_TYPE_SERVICE_STATUS (opt_service_status_get_type ())
G_DECLARE_FINAL_TYPE (
  OptServiceStatus, opt_service_status, OPT, SERVICE_STATUS, OptIpcStatusSkeleton)

struct _OptServiceStatus
{
  OptIpcStatusSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

static GVariant *
record_bots (OptServiceStatus *self)
{
  OptConfig      *config = opt_agent_get_config (self->agent);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < config->bots->len; i++)
    {
      OptBotConfig   *settings = config->bots->pdata[i];
      OptAgentBot    *bot = opt_agent_bots_find (opt_agent_get_bots (self->agent), settings->name);
      OptBotMe       *me = bot != NULL ? opt_agent_bot_get_me (bot) : NULL;
      GVariantBuilder record;

      g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_string (&record, "name", settings->name);
      if (bot != NULL && opt_agent_bot_get_client (bot) != NULL)
        opt_ipc_record_add_int (&record, "id",
                                opt_bot_client_get_bot_id (opt_agent_bot_get_client (bot)));
      opt_ipc_record_add_string (&record, "username", me != NULL ? me->username : NULL);
      opt_ipc_record_add_string (&record, "state",
                                 opt_agent_bot_state_to_string (bot != NULL
                                                                  ? opt_agent_bot_get_state (bot)
                                                                  : OPT_AGENT_BOT_OFF));
      opt_ipc_record_add_string (&record, "detail",
                                 bot != NULL ? opt_agent_bot_get_detail (bot) : NULL);
      opt_ipc_record_add_time (&record, "last_answer",
                               bot != NULL ? opt_agent_bot_get_last_answer (bot) : 0);
      g_variant_builder_add_value (&list, g_variant_builder_end (&record));
    }
  return g_variant_builder_end (&list);
}

static GVariant *
record_outbox (OptServiceStatus      *self,
               const OptOutboxCounts *counts)
{
  gint64          now = opt_clock_get_wall (opt_agent_get_clock (self->agent));
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&builder, "queued", counts->queued);
  opt_ipc_record_add_int (&builder, "sending", counts->sending);
  opt_ipc_record_add_int (&builder, "dead", counts->dead);
  if (counts->oldest > 0)
    opt_ipc_record_add_number (&builder, "oldest_s",
                               (double)MAX (now - counts->oldest, 0) / OPT_SECOND);
  return g_variant_builder_end (&builder);
}

static GVariant *
record_jobs (OptServiceStatus *self)
{
  gint64          queued = 0, running = 0;
  GVariantBuilder builder;

  opt_jobs_get_counts (opt_agent_get_jobs (self->agent), &queued, &running);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&builder, "queued", queued);
  opt_ipc_record_add_int (&builder, "running", running);
  return g_variant_builder_end (&builder);
}

static GVariant *
record_config (OptServiceStatus *self)
{
  OptConfigSource *source = opt_agent_get_config_source (self->agent);
  GVariantBuilder  builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "path", opt_config_source_get_path (source));
  g_variant_builder_add (&builder, "{sv}", "problems",
                         opt_record_config_problems (opt_config_source_get_problems (source)));
  return g_variant_builder_end (&builder);
}

static GVariant *
record_store (OptServiceStatus *self)
{
  const GError   *error = opt_agent_get_store_error (self->agent);
  OptStore       *store = opt_agent_get_store (self->agent);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "path", opt_agent_get_paths (self->agent)->database);
  if (opt_store_is_open (store))
    opt_ipc_record_add_int (&builder, "schema", opt_store_get_schema (store));
  opt_ipc_record_add_string (&builder, "error", error != NULL ? error->message : NULL);
  return g_variant_builder_end (&builder);
}

static void
return_status (OptServiceStatus      *self,
               GDBusMethodInvocation *invocation,
               const OptOutboxCounts *counts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "version", OPT_VERSION);
  opt_ipc_record_add_string (&builder, "robot", opt_agent_get_config (self->agent)->robot_id);
  opt_ipc_record_add_int (&builder, "pid", getpid ());
  opt_ipc_record_add_time (&builder, "ready_since", opt_agent_get_ready_since (self->agent));
  g_variant_builder_add (&builder, "{sv}", "bots", record_bots (self));
  g_variant_builder_add (&builder, "{sv}", "outbox", record_outbox (self, counts));
  g_variant_builder_add (&builder, "{sv}", "jobs", record_jobs (self));
  g_variant_builder_add (&builder, "{sv}", "config", record_config (self));
  g_variant_builder_add (&builder, "{sv}", "store", record_store (self));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{sv})", &builder));
}

static void
counted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  OptServiceStatus      *self = g_object_get_data (G_OBJECT (invocation), "service");
  OptOutboxCounts        counts = { 0 };
  g_autoptr (GError) error = NULL;

  /* A store that can't be read is told as such; the rest of the status holds all the same. */
  if (!opt_outbox_count_finish (OPT_OUTBOX (object), result, &counts, &error))
    g_debug ("status: %s", error->message);
  return_status (self, invocation, &counts);
}

static gboolean
handle_get_status (OptIpcStatus          *object,
                   GDBusMethodInvocation *invocation)
{
  OptServiceStatus     *self = OPT_SERVICE_STATUS (object);
  const OptOutboxCounts nothing = { 0 };

  if (!opt_store_is_open (opt_agent_get_store (self->agent)))
    {
      return_status (self, invocation, &nothing);
      return TRUE;
    }
  g_object_set_data_full (G_OBJECT (invocation), "service", g_object_ref (self), g_object_unref);
  opt_outbox_count_async (opt_agent_get_outbox (self->agent), NULL, counted_cb, invocation);
  return TRUE;
}

static void
examined_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GVariant) report = opt_doctor_examine_finish (OPT_AGENT (object), result);

  g_dbus_method_invocation_return_value (user_data, g_variant_new ("(@a{sv})", report));
}

static gboolean
handle_doctor (OptIpcStatus          *object,
               GDBusMethodInvocation *invocation)
{
  opt_doctor_examine_async (OPT_SERVICE_STATUS (object)->agent, examined_cb, invocation);
  return TRUE;
}

static void
status_iface_init (OptIpcStatusIface *iface)
{
  iface->handle_get_status = handle_get_status;
  iface->handle_doctor = handle_doctor;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServiceStatus,
                               opt_service_status,
                               OPT_IPC_TYPE_STATUS_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_STATUS, status_iface_init))

static void
changed_cb (OptServiceStatus *self)
{
  opt_ipc_status_set_robot (OPT_IPC_STATUS (self), opt_agent_get_config (self->agent)->robot_id);
  opt_ipc_status_emit_changed (OPT_IPC_STATUS (self));
}

static void
opt_service_status_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_STATUS (object)->agent);
  G_OBJECT_CLASS (opt_service_status_parent_class)->dispose (object);
}

static void
opt_service_status_class_init (OptServiceStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_status_dispose;
}

static void
opt_service_status_init (OptServiceStatus *self)
{
}

/**
 * opt_service_status_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the Status interface
 */
GDBusInterfaceSkeleton *
opt_service_status_new (OptAgent *agent)
{
  OptServiceStatus *self = g_object_new (OPT_TYPE_SERVICE_STATUS, NULL);

  self->agent = g_object_ref (agent);
  opt_ipc_status_set_version (OPT_IPC_STATUS (self), OPT_VERSION);
  opt_ipc_status_set_robot (OPT_IPC_STATUS (self), opt_agent_get_config (agent)->robot_id);
  g_signal_connect_object (opt_agent_get_bots (agent), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (opt_agent_get_config_source (agent), "changed", G_CALLBACK (changed_cb),
                           self, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (self);
}
