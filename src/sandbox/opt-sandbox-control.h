/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-request.h"

G_BEGIN_DECLS

void opt_sandbox_control_handle (OptSandboxExchange *exchange,
                                 OptSandboxWorld    *world,
                                 const char         *path);

/* One kind of request a file; each writes its answer or returns FALSE with an error. */

gboolean opt_sandbox_control_add_message (OptSandboxRequest *request,
                                          GError           **error);
gboolean opt_sandbox_control_press (OptSandboxRequest *request,
                                    GError           **error);
gboolean opt_sandbox_control_show_sent (OptSandboxRequest *request,
                                        GError           **error);
gboolean opt_sandbox_control_show_calls (OptSandboxRequest *request,
                                         GError           **error);
gboolean opt_sandbox_control_show_stats (OptSandboxRequest *request,
                                         GError           **error);
gboolean opt_sandbox_control_change_bot (OptSandboxRequest *request,
                                         GError           **error);
gboolean opt_sandbox_control_add_chat (OptSandboxRequest *request,
                                       GError           **error);
gboolean opt_sandbox_control_change_chat (OptSandboxRequest *request,
                                          GError           **error);
gboolean opt_sandbox_control_add_fault (OptSandboxRequest *request,
                                        GError           **error);
gboolean opt_sandbox_control_show_faults (OptSandboxRequest *request,
                                          GError           **error);
gboolean opt_sandbox_control_remove_faults (OptSandboxRequest *request,
                                            GError           **error);
gboolean opt_sandbox_control_advance (OptSandboxRequest *request,
                                      GError           **error);

G_END_DECLS
