/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-connection.h"

#include <stdio.h>
#include <string.h>

#include "opt-sandbox-intake.h"
#include "opt-sandbox-transport.h"

/* What a client may send ahead while it waits for an answer. */
#define AHEAD_BYTES_MAX (1 << 20)
#define READ_BYTES      16384

struct _OptSandboxConnection
{
  OptSandboxTransport             *transport; /* (owned) (nullable): NULL once closed */
  OptSandboxIntake                *intake;    /* (owned) */
  OptSandboxExchange              *exchange;  /* (owned) (nullable): to be answered */
  const OptSandboxConnectionFuncs *funcs;
  gpointer                         user_data;
  gboolean                         closes; /* once all is written */
  guint                            depth;  /* of calls that still need it */
};

static void
close_transport (OptSandboxConnection *self)
{
  OptSandboxExchange *exchange = self->exchange;

  if (self->transport == NULL)
    return;

  g_clear_pointer (&self->transport, opt_sandbox_transport_free);
  if (exchange != NULL && exchange->gone != NULL)
    {
      OptSandboxGoneFunc gone = exchange->gone;

      exchange->gone = NULL;
      gone (exchange->gone_data);
    }
}

/* To be called last of all: nothing may touch the connection afterwards. */
static void
leave (OptSandboxConnection *self)
{
  if (--self->depth == 0 && self->transport == NULL && self->exchange == NULL)
    self->funcs->closed (self, self->user_data);
}

static void
write_out (OptSandboxConnection *self,
           const char           *head,
           gsize                 head_length,
           GBytes               *body)
{
  if (self->transport == NULL)
    return;

  if (!opt_sandbox_transport_write (self->transport, head, head_length, body))
    close_transport (self);
  else if (self->closes && !opt_sandbox_transport_is_writing (self->transport))
    close_transport (self);
}

static void
refuse (OptSandboxConnection *self,
        guint                 status)
{
  g_autoptr (GBytes) body = self->funcs->refuse (status, self->user_data);
  char head[256];
  int  length;

  length = g_snprintf (head, sizeof head,
                       "HTTP/1.1 %u Refused\r\nContent-Type: application/json\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n",
                       status, g_bytes_get_size (body));
  self->closes = TRUE;
  write_out (self, head, (gsize)length, body);
}

/* Handles requests as long as there are whole ones and each is answered at once. */
static void
advance (OptSandboxConnection *self)
{
  while (self->transport != NULL && self->exchange == NULL && !self->closes &&
         !opt_sandbox_transport_is_writing (self->transport))
    {
      guint               status = 0;
      OptSandboxExchange *exchange = opt_sandbox_intake_take (self->intake, &status);

      if (status == 100)
        {
          static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

          write_out (self, go_on, sizeof go_on - 1, NULL);
          continue;
        }
      if (status != 0)
        {
          refuse (self, status);
          return;
        }
      if (exchange == NULL)
        return;

      exchange->connection = self;
      self->exchange = exchange;
      self->funcs->handle (exchange, self->user_data);
    }
}

static void
readable_cb (gpointer user_data)
{
  OptSandboxConnection *self = user_data;
  gssize                got;

  self->depth++;
  got = opt_sandbox_transport_read (
    self->transport, opt_sandbox_intake_reserve (self->intake, READ_BYTES), READ_BYTES);
  if (got > 0)
    {
      opt_sandbox_intake_commit (self->intake, (gsize)got);
      if (self->exchange != NULL && opt_sandbox_intake_get_bytes (self->intake) > AHEAD_BYTES_MAX)
        close_transport (self);
      advance (self);
    }
  else if (got != OPT_SANDBOX_TRANSPORT_AGAIN)
    {
      close_transport (self);
    }
  leave (self);
}

static void
written_cb (gpointer user_data)
{
  OptSandboxConnection *self = user_data;

  self->depth++;
  if (self->closes)
    close_transport (self);
  advance (self);
  leave (self);
}

static void
failed_cb (gpointer user_data)
{
  OptSandboxConnection *self = user_data;

  self->depth++;
  close_transport (self);
  leave (self);
}

static const OptSandboxTransportFuncs transport_funcs = { readable_cb, written_cb, failed_cb };

/**
 * opt_sandbox_connection_new:
 * @fd: (transfer full): a connected socket that does not block
 * @certificate: (nullable): what to speak TLS with
 * @funcs: what to ask the owner, in static memory
 * @user_data: for @funcs
 *
 * Speaks HTTP/1.1 with a client, one request after the other, until either end closes.
 *
 * Returns: (transfer full): the connection
 */
OptSandboxConnection *
opt_sandbox_connection_new (int                              fd,
                            GTlsCertificate                 *certificate,
                            const OptSandboxConnectionFuncs *funcs,
                            gpointer                         user_data)
{
  OptSandboxConnection *self = g_new0 (OptSandboxConnection, 1);

  self->funcs = funcs;
  self->user_data = user_data;
  self->intake = opt_sandbox_intake_new ();
  self->transport = opt_sandbox_transport_new (fd, certificate, &transport_funcs, self);
  return self;
}

/**
 * opt_sandbox_connection_free:
 * @self: (transfer full): a connection
 *
 * Closes it. A request that was not answered is forgotten, without word to who holds it.
 */
void
opt_sandbox_connection_free (OptSandboxConnection *self)
{
  g_clear_pointer (&self->transport, opt_sandbox_transport_free);
  g_clear_pointer (&self->exchange, opt_sandbox_exchange_free);
  opt_sandbox_intake_free (self->intake);
  g_free (self);
}

static const char *
get_reason (guint status)
{
  if (status == 200)
    return "OK";

  return status < 400 ? "Other" : "Error";
}

/**
 * opt_sandbox_connection_send:
 * @exchange: (transfer full): a request
 * @status: the HTTP status
 * @headers: further headers, each with its line end
 * @body: (nullable): the body
 *
 * Answers a request, with one write if the system takes it.
 */
void
opt_sandbox_connection_send (OptSandboxExchange *exchange,
                             guint               status,
                             const char         *headers,
                             GBytes             *body)
{
  OptSandboxConnection *self = exchange->connection;
  g_autofree char      *long_head = NULL;
  char                  short_head[512];
  const char           *head = short_head;
  int                   length;

  self->depth++;
  self->closes = self->closes || !exchange->keeps_alive;
  length =
    g_snprintf (short_head, sizeof short_head,
                "HTTP/1.1 %u %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: %s\r\n\r\n",
                status, get_reason (status), headers, body != NULL ? g_bytes_get_size (body) : 0,
                self->closes ? "close" : "keep-alive");
  if ((gsize)length >= sizeof short_head)
    {
      head = long_head = g_strdup_printf (
        "HTTP/1.1 %u %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: %s\r\n\r\n", status,
        get_reason (status), headers, body != NULL ? g_bytes_get_size (body) : 0,
        self->closes ? "close" : "keep-alive");
    }

  /* The client of a HEAD would take a body for the next answer. */
  if (strcmp (exchange->verb, "HEAD") == 0)
    body = NULL;
  g_clear_pointer (&self->exchange, opt_sandbox_exchange_free);
  write_out (self, head, (gsize)length, body);
  /* In the midst of advance() that goes on by itself. */
  if (self->depth == 1)
    advance (self);
  leave (self);
}

/**
 * opt_sandbox_connection_drop:
 * @exchange: (transfer full): a request
 *
 * Cuts the connection without a byte.
 */
void
opt_sandbox_connection_drop (OptSandboxExchange *exchange)
{
  OptSandboxConnection *self = exchange->connection;

  self->depth++;
  g_clear_pointer (&self->exchange, opt_sandbox_exchange_free);
  close_transport (self);
  leave (self);
}
