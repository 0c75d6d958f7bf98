/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#include "opt-sandbox-answer.h"
#include "opt-sandbox-connection.h"

#define BACKLOG 1024

struct _OptSandboxServer
{
  OptSandboxHandler handler;
  gpointer          user_data;
  GSocket          *socket;      /* (owned) (nullable) */
  GTlsCertificate  *certificate; /* (owned) (nullable) */
  GSource          *source;      /* (owned) (nullable) */
  GHashTable       *connections; /* (owned): set of OptSandboxConnection */
};

static void
handle_cb (OptSandboxExchange *exchange,
           gpointer            user_data)
{
  OptSandboxServer *self = user_data;

  self->handler (exchange, self->user_data);
}

static GBytes *
refuse_cb (guint    status,
           gpointer user_data)
{
  GString *out =
    opt_sandbox_answer_render_error (status, opt_sandbox_answer_get_phrase (status), 0, 0);

  return g_string_free_to_bytes (out);
}

static void
closed_cb (OptSandboxConnection *connection,
           gpointer              user_data)
{
  OptSandboxServer *self = user_data;

  g_hash_table_remove (self->connections, connection);
}

static const OptSandboxConnectionFuncs connection_funcs = { handle_cb, refuse_cb, closed_cb };

/**
 * opt_sandbox_server_new:
 * @handler: what to call with each request
 * @user_data: for @handler
 *
 * A small HTTP/1.1 server on GLib's main loop: keeps connections alive, takes chunked bodies,
 * answers with one write, notices a client that goes while it waits, and can cut a connection
 * at any moment. SoupServer 3.2 does neither of the last two, and never closes a connection
 * that its client has closed.
 *
 * Returns: (transfer full): a server that does not listen yet
 */
OptSandboxServer *
opt_sandbox_server_new (OptSandboxHandler handler,
                        gpointer          user_data)
{
  OptSandboxServer *self = g_new0 (OptSandboxServer, 1);

  self->handler = handler;
  self->user_data = user_data;
  self->connections =
    g_hash_table_new_full (NULL, NULL, (GDestroyNotify)opt_sandbox_connection_free, NULL);
  return self;
}

/**
 * opt_sandbox_server_free:
 * @self: (transfer full): a server
 *
 * Cuts all connections. Requests that somebody still holds are gone afterwards.
 */
void
opt_sandbox_server_free (OptSandboxServer *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_hash_table_unref (self->connections);
  g_clear_object (&self->socket);
  g_clear_object (&self->certificate);
  g_free (self);
}

static gboolean
accept_cb (int          listener,
           GIOCondition condition,
           gpointer     user_data)
{
  OptSandboxServer *self = user_data;
  const int         on = 1;
  int               fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd < 0)
    return G_SOURCE_CONTINUE;

  /* An answer is one write, and is not to wait for the next. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  g_hash_table_add (self->connections,
                    opt_sandbox_connection_new (fd, self->certificate, &connection_funcs, self));
  return G_SOURCE_CONTINUE;
}

/**
 * opt_sandbox_server_listen:
 * @self: a server
 * @port: the port, or 0 for a free one
 * @certificate: (nullable): what to speak TLS with
 * @error: where to say why not
 *
 * Listens on the loopback address, and on no other.
 *
 * Returns: %FALSE with @error set if the port can't be had
 */
gboolean
opt_sandbox_server_listen (OptSandboxServer *self,
                           guint             port,
                           GTlsCertificate  *certificate,
                           GError          **error)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, (guint16)port);

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return FALSE;
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;

  g_socket_set_blocking (socket, FALSE);
  self->socket = g_steal_pointer (&socket);
  g_set_object (&self->certificate, certificate);
  self->source = g_unix_fd_source_new (g_socket_get_fd (self->socket), G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return TRUE;
}

/**
 * opt_sandbox_server_get_port:
 * @self: a server that listens
 *
 * Returns: the port
 */
guint
opt_sandbox_server_get_port (OptSandboxServer *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}
