/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

/* Calls of the agent. They block: this is a program of one job. */
GVariant *opt_cli_call (OptCli     *self,
                        const char *interface,
                        const char *method,
                        GVariant   *parameters,
                        const char *reply_type,
                        GError    **error);
GVariant *opt_cli_call_with_secret (OptCli     *self,
                                    const char *interface,
                                    const char *method,
                                    GVariant   *parameters,
                                    const char *secret,
                                    const char *reply_type,
                                    GError    **error);

G_END_DECLS
