/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

char *opt_cli_read_input (gsize    most,
                          GError **error);
char *opt_cli_read_secret (const char *prompt,
                           GError    **error);

G_END_DECLS
