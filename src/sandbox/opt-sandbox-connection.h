/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"

G_BEGIN_DECLS

/**
 * OptSandboxConnectionFuncs:
 * @handle: a whole request came: answers it with opt_sandbox_connection_send(), now or later
 * @refuse: a request came that can't be read; returns the body to answer with
 * @closed: (transfer none): the connection is no more; frees it
 *
 * What a connection asks its owner.
 */
typedef struct
{
  void (*handle) (OptSandboxExchange *exchange,
                  gpointer            user_data);
  GBytes *(*refuse) (guint    status,
                     gpointer user_data);
  void (*closed) (OptSandboxConnection *connection,
                  gpointer              user_data);
} OptSandboxConnectionFuncs;

OptSandboxConnection *opt_sandbox_connection_new (int                              fd,
                                                  GTlsCertificate                 *certificate,
                                                  const OptSandboxConnectionFuncs *funcs,
                                                  gpointer                         user_data);
void                  opt_sandbox_connection_free (OptSandboxConnection *self);

void opt_sandbox_connection_send (OptSandboxExchange *exchange,
                                  guint               status,
                                  const char         *headers,
                                  GBytes             *body);
void opt_sandbox_connection_drop (OptSandboxExchange *exchange);

G_END_DECLS
