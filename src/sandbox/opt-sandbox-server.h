/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"

G_BEGIN_DECLS

typedef struct _OptSandboxServer OptSandboxServer;

/**
 * OptSandboxHandler:
 * @exchange: (transfer full): a request, to be answered now or later
 * @user_data: what was given to opt_sandbox_server_new()
 */
typedef void (*OptSandboxHandler) (OptSandboxExchange *exchange,
                                   gpointer            user_data);

OptSandboxServer *opt_sandbox_server_new (OptSandboxHandler handler,
                                          gpointer          user_data);
void              opt_sandbox_server_free (OptSandboxServer *self);
gboolean          opt_sandbox_server_listen (OptSandboxServer *self,
                                             guint             port,
                                             GTlsCertificate  *certificate,
                                             GError          **error);
guint             opt_sandbox_server_get_port (OptSandboxServer *self);

G_END_DECLS
