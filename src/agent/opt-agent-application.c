/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-agent-application.h"

#include <gio/gunixconnection.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

#include "opt-clock.h"
#include "opt-ipc-names.h"
#include "opt-services.h"

/* So long an agent that was killed may still be known to the bus. */
#define NAME_PATIENCE (2 * OPT_SECOND)

/**
 * OptAgentApplication:
 *
 * The agent as a process: owns the bus name, offers the services, and ends on a signal or with the
 * bus.
 */
struct _OptAgentApplication
{
  GApplication parent_instance;

  OptAgent         *agent;    /* (owned) */
  GPtrArray        *services; /* (owned) (element-type GDBusInterfaceSkeleton) */
  OptAgentReadyFunc ready;
  gpointer          ready_data;
  gboolean          prepared;
  gboolean          started;
  gboolean          stopping;
  gboolean          stopped;
  guint             term_id;
  guint             int_id;
};

G_DEFINE_FINAL_TYPE (OptAgentApplication, opt_agent_application, G_TYPE_APPLICATION)

static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (OptAgentApplication) self = user_data;

  opt_agent_stop_finish (OPT_AGENT (object), result);
  self->stopped = TRUE;
  if (self->started)
    g_application_quit (G_APPLICATION (self));
}

static void
stop (OptAgentApplication *self)
{
  self->stopping = TRUE;
  g_message ("stopping");
  opt_agent_stop_async (self->agent, stopped_cb, g_object_ref (self));
}

/* Before it is started, the end waits until what is being recovered is in order. */
static gboolean
signal_cb (gpointer user_data)
{
  OptAgentApplication *self = user_data;

  /* A second signal ends it at once; what was under way is recovered at the next start. */
  if (self->stopping && self->started)
    g_application_quit (G_APPLICATION (self));
  else if (self->started)
    stop (self);
  else
    self->stopping = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
opt_agent_application_startup (GApplication *application)
{
  OptAgentApplication *self = OPT_AGENT_APPLICATION (application);

  G_APPLICATION_CLASS (opt_agent_application_parent_class)->startup (application);

  g_application_hold (application);
  self->started = TRUE;
  opt_agent_start (self->agent);
  printf ("ready %s\n", opt_agent_get_config (self->agent)->robot_id);
  fflush (stdout);
  if (self->ready != NULL)
    self->ready (self->agent, self->ready_data);
}

static gboolean
opt_agent_application_dbus_register (GApplication    *application,
                                     GDBusConnection *connection,
                                     const char      *object_path,
                                     GError         **error)
{
  OptAgentApplication *self = OPT_AGENT_APPLICATION (application);

  self->services = opt_services_new (self->agent);
  for (guint i = 0; i < self->services->len; i++)
    {
      if (!g_dbus_interface_skeleton_export (self->services->pdata[i], connection,
                                             OPT_IPC_OBJECT_PATH, error))
        return FALSE;
    }
  return TRUE;
}

static void
opt_agent_application_dbus_unregister (GApplication    *application,
                                       GDBusConnection *connection,
                                       const char      *object_path)
{
  OptAgentApplication *self = OPT_AGENT_APPLICATION (application);

  for (guint i = 0; self->services != NULL && i < self->services->len; i++)
    g_dbus_interface_skeleton_unexport (self->services->pdata[i]);
  g_clear_pointer (&self->services, g_ptr_array_unref);
}

static void
opt_agent_application_dispose (GObject *object)
{
  OptAgentApplication *self = OPT_AGENT_APPLICATION (object);

  g_clear_handle_id (&self->term_id, g_source_remove);
  g_clear_handle_id (&self->int_id, g_source_remove);
  G_OBJECT_CLASS (opt_agent_application_parent_class)->dispose (object);
  g_clear_object (&self->agent);
}

static void
opt_agent_application_class_init (OptAgentApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = opt_agent_application_dispose;
  application_class->startup = opt_agent_application_startup;
  application_class->dbus_register = opt_agent_application_dbus_register;
  application_class->dbus_unregister = opt_agent_application_dbus_unregister;
}

static void
opt_agent_application_init (OptAgentApplication *self)
{
}

/**
 * opt_agent_application_new:
 * @agent: the agent to run
 *
 * Returns: (transfer full): the process around it
 */
OptAgentApplication *
opt_agent_application_new (OptAgent *agent)
{
  OptAgentApplication *self;

  self = g_object_new (OPT_TYPE_AGENT_APPLICATION,
                       "application-id", OPT_IPC_BUS_NAME,
                       "flags", G_APPLICATION_IS_SERVICE,
                       NULL);
  self->agent = g_object_ref (agent);
  return self;
}

static void
prepared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  OptAgentApplication *self = user_data;

  opt_agent_prepare_finish (OPT_AGENT (object), result);
  self->prepared = TRUE;
}

static void
ignore_bus_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  GDBusConnection **bus = user_data;

  /* Without a bus the agent works too; clients won't find it. */
  *bus = g_bus_get_finish (result, NULL);
}

typedef struct
{
  gboolean is_free;
  guint    timer;
} NameWait;

static void
name_vanished_cb (GDBusConnection *connection,
                  const char      *name,
                  gpointer         user_data)
{
  NameWait *wait = user_data;

  wait->is_free = TRUE;
}

static void
name_patience_cb (gpointer user_data)
{
  NameWait *wait = user_data;

  wait->timer = 0;
}

/* Whether the name that somebody has becomes free soon. The lock is ours, so that was most likely
 * an agent of this profile that was killed just now: the bus hears of it once the last child that
 * it was about to start has let its connection go. */
static gboolean
wait_for_name (OptAgentApplication *self)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  OptClock *clock = opt_agent_get_clock (self->agent);
  NameWait  wait = { FALSE, 0 };
  guint     watch;

  if (bus == NULL)
    return FALSE;
  watch = g_bus_watch_name_on_connection (bus, OPT_IPC_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          NULL, name_vanished_cb, &wait, NULL);
  wait.timer = opt_clock_call_in (clock, NAME_PATIENCE, name_patience_cb, &wait);
  while (!wait.is_free && wait.timer != 0)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
  opt_clock_cancel (clock, &wait.timer);
  return wait.is_free;
}

static gboolean
take_name (OptAgentApplication *self,
           GError             **error)
{
  g_autoptr (GError) first = NULL;

  if (g_application_register (G_APPLICATION (self), NULL, &first))
    return TRUE;
  if (wait_for_name (self))
    return g_application_register (G_APPLICATION (self), NULL, error);
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* Registers here the types that connecting to the bus, on a thread of GIO, has in common with HTTP.
 * In GLib 2.74 the first use of a type on one thread, and in a class_init on another, can wait for
 * each other for ever. */
static void
register_types (void)
{
  g_type_ensure (G_TYPE_INET_ADDRESS);
  g_type_ensure (G_TYPE_INET_SOCKET_ADDRESS);
  g_type_ensure (G_TYPE_UNIX_SOCKET_ADDRESS);
  g_type_ensure (G_TYPE_NETWORK_ADDRESS);
  g_type_ensure (G_TYPE_PROXY_ADDRESS);
  g_type_ensure (G_TYPE_PROXY_ADDRESS_ENUMERATOR);
  g_type_ensure (G_TYPE_PROXY_RESOLVER);
  g_type_ensure (G_TYPE_RESOLVER);
  g_type_ensure (G_TYPE_SOCKET);
  g_type_ensure (G_TYPE_SOCKET_CLIENT);
  g_type_ensure (G_TYPE_SOCKET_CONNECTION);
  g_type_ensure (G_TYPE_TCP_CONNECTION);
  g_type_ensure (G_TYPE_UNIX_CONNECTION);
  g_type_ensure (G_TYPE_TLS_DATABASE);
  g_type_ensure (G_TYPE_TLS_INTERACTION);
  g_type_ensure (G_TYPE_TLS_CERTIFICATE);
  g_type_ensure (G_TYPE_CREDENTIALS);
  g_type_ensure (G_TYPE_CANCELLABLE);
  g_type_ensure (G_TYPE_DBUS_CONNECTION);
}

/**
 * opt_agent_application_run:
 * @self: the process
 *
 * Recovers, takes the name, and runs until it is told to end.
 *
 * Returns: the exit status
 */
int
opt_agent_application_run (OptAgentApplication *self)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  char *argv[] = { (char *)"optimus-agent", NULL };

  self->term_id = g_unix_signal_add (SIGTERM, signal_cb, self);
  self->int_id = g_unix_signal_add (SIGINT, signal_cb, self);
  register_types ();
  /* The connection is made while the store opens: GApplication would wait for it later. */
  g_bus_get (G_BUS_TYPE_SESSION, NULL, ignore_bus_cb, &bus);
  opt_agent_prepare_async (self->agent, prepared_cb, self);
  /* The name comes after recovery: whoever calls it finds the agent in order. */
  while (!self->prepared)
    g_main_context_iteration (NULL, TRUE);
  if (self->stopping)
    {
      stop (self);
      while (!self->stopped)
        g_main_context_iteration (NULL, TRUE);
      return 0;
    }
  if (!take_name (self, &error))
    {
      g_printerr ("optimus-agent: already running: %s\n", error->message);
      return 1;
    }
  return g_application_run (G_APPLICATION (self), 1, argv);
}

/**
 * opt_agent_application_main:
 * @clock: all time comes from it
 * @ready: (nullable): called once the name is owned and the agent at work
 * @user_data: for @ready
 *
 * What the agent's main does once its options are read.
 *
 * Returns: the exit status
 */
int
opt_agent_application_main (OptClock         *clock,
                            OptAgentReadyFunc ready,
                            gpointer          user_data)
{
  g_autoptr (OptAgentPaths) paths = opt_agent_paths_new ();
  g_autoptr (OptAgent) agent = NULL;
  g_autoptr (OptAgentApplication) application = NULL;
  g_autoptr (GError) error = NULL;

  if (!opt_agent_paths_prepare (paths, &error) || opt_agent_paths_lock (paths, &error) < 0)
    {
      g_printerr ("optimus-agent: %s\n", error->message);
      return 1;
    }
  agent = opt_agent_new (clock, g_steal_pointer (&paths));
  application = opt_agent_application_new (agent);
  application->ready = ready;
  application->ready_data = user_data;
  return opt_agent_application_run (application);
}
