/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-field.h"
#include "opt-ipc-generated.h"
#include "opt-people-edit.h"
#include "opt-person.h"
#include "opt-service-answer.h"
#include "opt-services.h"

#define OPT_TYPE_SERVICE_PEOPLE (opt_service_people_get_type ())
G_DECLARE_FINAL_TYPE (
  OptServicePeople, opt_service_people, OPT, SERVICE_PEOPLE, OptIpcPeopleSkeleton)

struct _OptServicePeople
{
  OptIpcPeopleSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

static GVariant *
record_person (gconstpointer value)
{
  const OptPerson         *person = value;
  static const char *const no_roles[] = { NULL };
  GVariantBuilder          builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (person->id != 0)
    opt_ipc_record_add_int (&builder, "id", person->id);
  opt_ipc_record_add_string (&builder, "username", person->username);
  opt_ipc_record_add_string (&builder, "name", person->name);
  opt_ipc_record_add_string (&builder, "status", opt_person_status_to_string (person->status));
  opt_ipc_record_add_string (&builder, "pinned_as", person->pinned_as);
  g_variant_builder_add (&builder, "{sv}", "roles", g_variant_new_strv (no_roles, 0));
  opt_ipc_record_add_time (&builder, "first_seen", person->first_seen);
  opt_ipc_record_add_time (&builder, "last_seen", person->last_seen);
  opt_ipc_record_add_int (&builder, "attempts", person->attempts);
  return g_variant_builder_end (&builder);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = opt_people_list_finish (result, &error);

  opt_service_return_records (user_data, people, record_person, error);
}

static gboolean
handle_list (OptIpcPeople          *object,
             GDBusMethodInvocation *invocation)
{
  OptServicePeople *self = OPT_SERVICE_PEOPLE (object);

  opt_people_list_async (opt_agent_get_store (self->agent), opt_agent_get_config (self->agent), 0,
                         NULL, listed_cb, invocation);
  return TRUE;
}

static void
edited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = opt_people_edit_finish (OPT_AGENT (object), result, &error);

  opt_service_return_done (user_data, is_done, error);
}

static gboolean
handle_add (OptIpcPeople          *object,
            GDBusMethodInvocation *invocation,
            const char            *who)
{
  opt_people_edit_async (OPT_SERVICE_PEOPLE (object)->agent, who, TRUE, edited_cb, invocation);
  return TRUE;
}

static gboolean
handle_remove (OptIpcPeople          *object,
               GDBusMethodInvocation *invocation,
               const char            *who)
{
  opt_people_edit_async (OPT_SERVICE_PEOPLE (object)->agent, who, FALSE, edited_cb, invocation);
  return TRUE;
}

static void
people_iface_init (OptIpcPeopleIface *iface)
{
  iface->handle_list = handle_list;
  iface->handle_add = handle_add;
  iface->handle_remove = handle_remove;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServicePeople,
                               opt_service_people,
                               OPT_IPC_TYPE_PEOPLE_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_PEOPLE, people_iface_init))

static void
config_changed_cb (OptServicePeople *self)
{
  opt_ipc_people_emit_changed (OPT_IPC_PEOPLE (self));
}

static void
opt_service_people_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_PEOPLE (object)->agent);
  G_OBJECT_CLASS (opt_service_people_parent_class)->dispose (object);
}

static void
opt_service_people_class_init (OptServicePeopleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_people_dispose;
}

static void
opt_service_people_init (OptServicePeople *self)
{
}

/**
 * opt_service_people_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the People interface
 */
GDBusInterfaceSkeleton *
opt_service_people_new (OptAgent *agent)
{
  OptServicePeople *self = g_object_new (OPT_TYPE_SERVICE_PEOPLE, NULL);

  self->agent = g_object_ref (agent);
  g_signal_connect_object (opt_agent_get_config_source (agent), "changed",
                           G_CALLBACK (config_changed_cb), self, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (self);
}
