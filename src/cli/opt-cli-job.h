/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

void    opt_cli_print_job (OptCli   *self,
                           GVariant *job);
OptExit opt_cli_wait_for_job (OptCli   *self,
                              GVariant *job,
                              guint     seconds);

G_END_DECLS
