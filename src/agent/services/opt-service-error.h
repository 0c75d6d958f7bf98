/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"
#include "opt-ipc-error.h"

G_BEGIN_DECLS

void opt_service_return_error (GDBusMethodInvocation *invocation,
                               const GError          *error);
void opt_service_return_new_error (GDBusMethodInvocation *invocation,
                                   OptIpcError            kind,
                                   const char            *where,
                                   const char            *format,
                                   ...) G_GNUC_PRINTF (4, 5);

gboolean opt_service_refuse_shut (OptAgent              *agent,
                                  GDBusMethodInvocation *invocation);

G_END_DECLS
