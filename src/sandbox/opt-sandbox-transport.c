/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-transport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <glib-unix.h>

/* Outlives a transport that is freed in the midst of it. */
typedef struct
{
  OptSandboxTransport *transport;   /* (unowned) (nullable) */
  GCancellable        *cancellable; /* (owned) */
} Handshake;

struct _OptSandboxTransport
{
  int                             fd;        /* (owned), unless @tls has it */
  GIOStream                      *tls;       /* (owned) (nullable) */
  Handshake                      *handshake; /* (owned) (nullable) */
  GSource                        *source;    /* (owned) (nullable): for reading */
  GSource                        *drain;     /* (owned) (nullable): for writing */
  GByteArray                     *rest;      /* (owned): what is to be written yet */
  gsize                           written;   /* of @rest */
  const OptSandboxTransportFuncs *funcs;
  gpointer                        user_data;
};

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
handshake_free (Handshake *handshake)
{
  g_object_unref (handshake->cancellable);
  g_free (handshake);
}

static gboolean
readable_fd_cb (int          fd,
                GIOCondition condition,
                gpointer     user_data)
{
  OptSandboxTransport *self = user_data;

  self->funcs->readable (self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
readable_tls_cb (GObject *stream,
                 gpointer user_data)
{
  return readable_fd_cb (-1, G_IO_IN, user_data);
}

static void
start_reading (OptSandboxTransport *self)
{
  if (self->tls != NULL)
    {
      GInputStream *input = g_io_stream_get_input_stream (self->tls);

      self->source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
      g_source_set_callback (self->source, G_SOURCE_FUNC (readable_tls_cb), self, NULL);
    }
  else
    {
      self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
      g_source_set_callback (self->source, G_SOURCE_FUNC (readable_fd_cb), self, NULL);
    }
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
shaken_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Handshake           *handshake = user_data;
  OptSandboxTransport *self = handshake->transport;
  gboolean             is_done;

  is_done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);
  handshake_free (handshake);
  if (self == NULL)
    return;

  self->handshake = NULL;
  if (is_done)
    start_reading (self);
  else
    self->funcs->failed (self->user_data);
}

static void
start_tls (OptSandboxTransport *self,
           GTlsCertificate     *certificate)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (self->fd, NULL);
  g_autoptr (GSocketConnection) plain = g_socket_connection_factory_create_connection (socket);

  self->fd = -1;
  self->handshake = g_new (Handshake, 1);
  self->handshake->transport = self;
  self->handshake->cancellable = g_cancellable_new ();
  self->tls = g_tls_server_connection_new (G_IO_STREAM (plain), certificate, NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->tls), G_PRIORITY_DEFAULT,
                                    self->handshake->cancellable, shaken_cb, self->handshake);
}

/**
 * opt_sandbox_transport_new:
 * @fd: (transfer full): a connected socket that does not block
 * @certificate: (nullable): what to speak TLS with
 * @funcs: what to call, in static memory
 * @user_data: for @funcs
 *
 * Reads and writes bytes, plain or through TLS, without blocking.
 *
 * Returns: (transfer full): the transport
 */
OptSandboxTransport *
opt_sandbox_transport_new (int                             fd,
                           GTlsCertificate                *certificate,
                           const OptSandboxTransportFuncs *funcs,
                           gpointer                        user_data)
{
  OptSandboxTransport *self = g_new0 (OptSandboxTransport, 1);

  self->fd = fd;
  self->rest = g_byte_array_new ();
  self->funcs = funcs;
  self->user_data = user_data;
  if (certificate != NULL)
    start_tls (self, certificate);
  else
    start_reading (self);

  return self;
}

void
opt_sandbox_transport_free (OptSandboxTransport *self)
{
  clear_source (&self->source);
  clear_source (&self->drain);
  if (self->handshake != NULL)
    {
      self->handshake->transport = NULL;
      g_cancellable_cancel (self->handshake->cancellable);
    }
  /* Without the farewell of TLS, which could block. */
  g_clear_object (&self->tls);
  if (self->fd >= 0)
    close (self->fd);
  g_byte_array_unref (self->rest);
  g_free (self);
}

/**
 * opt_sandbox_transport_read:
 * @self: a transport
 * @buffer: where to put bytes
 * @size: how many at most
 *
 * Returns: how many came, 0 at the end, %OPT_SANDBOX_TRANSPORT_AGAIN, or -1 on an error
 */
gssize
opt_sandbox_transport_read (OptSandboxTransport *self,
                            char                *buffer,
                            gsize                size)
{
  g_autoptr (GError) error = NULL;
  gssize got;

  if (self->tls == NULL)
    {
      got = recv (self->fd, buffer, size, MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return OPT_SANDBOX_TRANSPORT_AGAIN;
      return got;
    }

  got = g_pollable_input_stream_read_nonblocking (
    G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->tls)), buffer, size, NULL, &error);
  if (got < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return OPT_SANDBOX_TRANSPORT_AGAIN;
  return got;
}

/* Returns how many bytes were taken, or -1 on an error. */
static gssize
write_some (OptSandboxTransport *self,
            const struct iovec  *parts,
            gsize                n_parts)
{
  struct msghdr message = { .msg_iov = (struct iovec *)parts, .msg_iovlen = n_parts };
  g_autoptr (GError) error = NULL;
  gssize put;

  if (self->tls == NULL)
    {
      put = sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      return put < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : put;
    }

  put = g_pollable_output_stream_write_nonblocking (
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->tls)), parts[0].iov_base,
    parts[0].iov_len, NULL, &error);
  return put < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? 0 : put;
}

static gboolean
drain (OptSandboxTransport *self)
{
  while (self->written < self->rest->len)
    {
      struct iovec part = { self->rest->data + self->written, self->rest->len - self->written };
      gssize       put = write_some (self, &part, 1);

      if (put < 0)
        return FALSE;
      if (put == 0)
        return TRUE;
      self->written += (gsize)put;
    }

  g_byte_array_set_size (self->rest, 0);
  self->written = 0;
  return TRUE;
}

static gboolean
writable_fd_cb (int          fd,
                GIOCondition condition,
                gpointer     user_data)
{
  OptSandboxTransport *self = user_data;

  if (!drain (self))
    {
      clear_source (&self->drain);
      self->funcs->failed (self->user_data);
      return G_SOURCE_REMOVE;
    }
  if (self->rest->len > 0)
    return G_SOURCE_CONTINUE;

  clear_source (&self->drain);
  self->funcs->written (self->user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
writable_tls_cb (GObject *stream,
                 gpointer user_data)
{
  return writable_fd_cb (-1, G_IO_OUT, user_data);
}

static void
start_writing (OptSandboxTransport *self)
{
  if (self->drain != NULL)
    return;

  if (self->tls != NULL)
    {
      GOutputStream *output = g_io_stream_get_output_stream (self->tls);

      self->drain =
        g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
      g_source_set_callback (self->drain, G_SOURCE_FUNC (writable_tls_cb), self, NULL);
    }
  else
    {
      self->drain = g_unix_fd_source_new (self->fd, G_IO_OUT);
      g_source_set_callback (self->drain, G_SOURCE_FUNC (writable_fd_cb), self, NULL);
    }
  g_source_attach (self->drain, g_main_context_get_thread_default ());
}

static void
keep_rest (OptSandboxTransport *self,
           const char          *head,
           gsize                head_length,
           GBytes              *body,
           gsize                written)
{
  gsize       size = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  if (written < head_length)
    g_byte_array_append (self->rest, (const guint8 *)head + written,
                         (guint)(head_length - written));
  written -= MIN (written, head_length);
  if (written < size)
    g_byte_array_append (self->rest, (const guint8 *)data + written, (guint)(size - written));
}

/**
 * opt_sandbox_transport_write:
 * @self: a transport
 * @head: bytes
 * @head_length: how many
 * @body: (nullable): more bytes
 *
 * Writes both, in one go if it can. What the system does not take now is written later.
 *
 * Returns: %FALSE if the other end has gone
 */
gboolean
opt_sandbox_transport_write (OptSandboxTransport *self,
                             const char          *head,
                             gsize                head_length,
                             GBytes              *body)
{
  gsize        size = 0;
  const void  *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  struct iovec parts[2] = { { (char *)head, head_length }, { (void *)data, size } };
  gssize       put = 0;

  if (self->tls == NULL && self->rest->len == 0)
    {
      put = write_some (self, parts, size > 0 ? 2 : 1);
      if (put < 0)
        return FALSE;
      if ((gsize)put == head_length + size)
        return TRUE;
    }

  keep_rest (self, head, head_length, body, (gsize)put);
  if (!drain (self))
    return FALSE;
  if (self->rest->len > 0)
    start_writing (self);
  return TRUE;
}

/**
 * opt_sandbox_transport_is_writing:
 * @self: a transport
 *
 * Returns: whether something is to be written yet
 */
gboolean
opt_sandbox_transport_is_writing (OptSandboxTransport *self)
{
  return self->rest->len > 0;
}
