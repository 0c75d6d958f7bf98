/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-agent.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "opt-ipc-names.h"

static gboolean
is_no_agent (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_CHILD_EXITED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static gboolean
connect_bus (OptCli  *self,
             GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->bus != NULL)
    return TRUE;
  self->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &local_error);
  if (self->bus == NULL)
    {
      g_propagate_error (
        error, opt_cli_error (OPT_IPC_ERROR_NO_AGENT, NULL,
                              "no session bus to find the agent on; start it in this session, "
                              "or use --direct to send without it"));
      return FALSE;
    }
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  return TRUE;
}

static void
translate_error (GError **error,
                 GError  *local_error)
{
  g_autoptr (GError) owned = local_error;

  if (owned->domain == OPT_IPC_ERROR)
    g_propagate_error (error, g_steal_pointer (&owned));
  else if (is_no_agent (owned))
    g_propagate_error (error,
                       opt_cli_error (OPT_IPC_ERROR_NO_AGENT, NULL,
                                      "the agent is not running; start it with "
                                      "`systemctl --user start optimus-agent` or `optimus-agent`"));
  else
    {
      g_dbus_error_strip_remote_error (owned);
      g_propagate_error (error, opt_cli_error (OPT_IPC_ERROR_INTERNAL, NULL, "%s", owned->message));
    }
}

static GVariant *
call_with_list (OptCli      *self,
                const char  *interface,
                const char  *method,
                GVariant    *parameters,
                GUnixFDList *descriptors,
                const char  *reply_type,
                GError     **error)
{
  g_autoptr (GVariant) held =
               g_variant_ref_sink (parameters != NULL ? parameters : g_variant_new ("()"));
  g_autofree char *full = g_strconcat (OPT_IPC_PREFIX, interface, NULL);
  GError          *local_error = NULL;
  GVariant        *reply;

  /* Registers the error domain, so that the agent's errors come back as ours. */
  (void)OPT_IPC_ERROR;
  if (!connect_bus (self, error))
    return NULL;
  reply = g_dbus_connection_call_with_unix_fd_list_sync (
    self->bus, OPT_IPC_BUS_NAME, OPT_IPC_OBJECT_PATH, full, method, held,
    G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, descriptors, NULL, NULL,
    &local_error);
  if (reply == NULL)
    translate_error (error, local_error);
  return reply;
}

/**
 * opt_cli_call:
 * @self: the run
 * @interface: the last word of the interface's name, such as `Jobs`
 * @method: the method
 * @parameters: (nullable): a tuple; a floating reference is taken
 * @reply_type: the type of the reply, a tuple
 * @error: return location, always of %OPT_IPC_ERROR
 *
 * Returns: (transfer full) (nullable): the reply
 */
GVariant *
opt_cli_call (OptCli     *self,
              const char *interface,
              const char *method,
              GVariant   *parameters,
              const char *reply_type,
              GError    **error)
{
  return call_with_list (self, interface, method, parameters, NULL, reply_type, error);
}

/* A pipe that holds the secret already: it is far below a pipe's capacity, so writing does not
 * block. */
static int
secret_to_pipe (const char *secret,
                GError    **error)
{
  int   ends[2];
  gsize length = strlen (secret);

  if (length > 4096)
    {
      g_propagate_error (
        error, opt_cli_error (OPT_IPC_ERROR_USAGE, NULL, "that is far too long to be a bot token"));
      return -1;
    }
  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return -1;
  if (write (ends[1], secret, length) != (gssize)length)
    {
      g_propagate_error (error,
                         opt_cli_error (OPT_IPC_ERROR_INTERNAL, NULL,
                                        "can't hand the secret over: %s", g_strerror (errno)));
      close (ends[0]);
      ends[0] = -1;
    }
  close (ends[1]);
  return ends[0];
}

/**
 * opt_cli_call_with_secret:
 * @self: the run
 * @interface: the last word of the interface's name
 * @method: the method
 * @parameters: a tuple in which 0 stands for the file descriptor
 * @secret: handed over through a pipe, never as an argument
 * @reply_type: the type of the reply, a tuple
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the reply
 */
GVariant *
opt_cli_call_with_secret (OptCli     *self,
                          const char *interface,
                          const char *method,
                          GVariant   *parameters,
                          const char *secret,
                          const char *reply_type,
                          GError    **error)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (parameters);
  g_autoptr (GUnixFDList) list = NULL;
  int end;

  end = secret_to_pipe (secret, error);
  if (end < 0)
    return NULL;
  list = g_unix_fd_list_new_from_array (&end, 1);
  return call_with_list (self, interface, method, held, list, reply_type, error);
}
