/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

/* The verbs that are one call: with so many string arguments, printing a record or nothing. */
OptExit  opt_cli_simple_call (OptCli     *self,
                              char      **arguments,
                              const char *interface,
                              const char *method,
                              guint       n_strings);
OptExit  opt_cli_simple_record (OptCli            *self,
                                char             **arguments,
                                const char        *interface,
                                const char        *method,
                                const OptIpcField *fields);
gboolean opt_cli_parse_seconds (const char *text,
                                gint64      fallback,
                                gint64     *seconds,
                                GError    **error);

G_END_DECLS
