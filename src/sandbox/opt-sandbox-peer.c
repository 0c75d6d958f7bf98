/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-peer.h"

#include <sys/socket.h>

struct _OptSandboxPeer
{
  GSource           *source; /* (owned) (nullable) */
  OptSandboxPeerFunc gone;
  gpointer           user_data;
  gboolean           is_encrypted;
};

/* While a request is held, SoupServer does not look at its connection. Bytes mean a client that
 * sends the next request already; over TLS they are a farewell. */
static gboolean
socket_cb (GSocket     *socket,
           GIOCondition condition,
           gpointer     user_data)
{
  OptSandboxPeer *self = user_data;
  char            byte;
  ssize_t         got = recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  if (got > 0 && !self->is_encrypted)
    {
      g_clear_pointer (&self->source, g_source_unref);
      return G_SOURCE_REMOVE;
    }
  if (got < 0 && (condition & (G_IO_HUP | G_IO_ERR)) == 0)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->source, g_source_unref);
  self->gone (self->user_data);
  return G_SOURCE_REMOVE;
}

/**
 * opt_sandbox_peer_new:
 * @message: a request that is held
 * @gone: what to call once when the client has closed the connection; may free the peer
 * @user_data: for @gone
 *
 * Watches the other end of a connection.
 *
 * Returns: (transfer full): the watch
 */
OptSandboxPeer *
opt_sandbox_peer_new (SoupServerMessage *message,
                      OptSandboxPeerFunc gone,
                      gpointer           user_data)
{
  OptSandboxPeer *self = g_new0 (OptSandboxPeer, 1);
  GSocket        *socket = soup_server_message_get_socket (message);

  self->gone = gone;
  self->user_data = user_data;
  self->is_encrypted =
    g_strcmp0 (g_uri_get_scheme (soup_server_message_get_uri (message)), "https") == 0;
  if (socket != NULL)
    {
      self->source = g_socket_create_source (socket, G_IO_IN | G_IO_HUP | G_IO_ERR, NULL);
      g_source_set_callback (self->source, G_SOURCE_FUNC (socket_cb), self, NULL);
      g_source_attach (self->source, g_main_context_get_thread_default ());
    }

  return self;
}

void
opt_sandbox_peer_free (OptSandboxPeer *self)
{
  if (self == NULL)
    return;

  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_free (self);
}
