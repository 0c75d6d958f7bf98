/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"
#include "opt-sandbox-params.h"

G_BEGIN_DECLS

gboolean opt_sandbox_body_read (OptSandboxExchange *exchange,
                                OptSandboxParams   *params,
                                guint              *status,
                                char              **problem);
GBytes  *opt_sandbox_body_get (OptSandboxExchange *exchange,
                               guint              *status,
                               char              **problem);

G_END_DECLS
