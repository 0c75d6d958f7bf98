/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Nothing to read now, but maybe later; 0 is the end, anything else below 0 an error. */
#define OPT_SANDBOX_TRANSPORT_AGAIN (-2)

typedef struct _OptSandboxTransport OptSandboxTransport;

/**
 * OptSandboxTransportFuncs:
 * @readable: there are bytes to read, or the end
 * @written: what could not be written at once is written
 * @failed: it could not be
 *
 * What a transport tells. Each may free the transport.
 */
typedef struct
{
  void (*readable) (gpointer user_data);
  void (*written) (gpointer user_data);
  void (*failed) (gpointer user_data);
} OptSandboxTransportFuncs;

OptSandboxTransport *opt_sandbox_transport_new (int                             fd,
                                                GTlsCertificate                *certificate,
                                                const OptSandboxTransportFuncs *funcs,
                                                gpointer                        user_data);
void                 opt_sandbox_transport_free (OptSandboxTransport *self);
gssize               opt_sandbox_transport_read (OptSandboxTransport *self,
                                                 char                *buffer,
                                                 gsize                size);
gboolean             opt_sandbox_transport_write (OptSandboxTransport *self,
                                                  const char          *head,
                                                  gsize                head_length,
                                                  GBytes              *body);
gboolean             opt_sandbox_transport_is_writing (OptSandboxTransport *self);

G_END_DECLS
