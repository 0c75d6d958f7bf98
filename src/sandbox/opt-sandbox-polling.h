/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-bot.h"

G_BEGIN_DECLS

void opt_sandbox_polling_wake (OptSandboxBot *bot);
void opt_sandbox_polling_drop (OptSandboxBot *bot);
void opt_sandbox_polling_refuse (OptSandboxBot *bot);

G_END_DECLS
