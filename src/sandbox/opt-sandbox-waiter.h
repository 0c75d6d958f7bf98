/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-bot.h"
#include "opt-sandbox-exchange.h"

G_BEGIN_DECLS

/* The longest wait, in seconds. */
#define OPT_SANDBOX_WAIT_MAX 60

void opt_sandbox_waiter_add (OptSandboxBot      *bot,
                             OptSandboxExchange *exchange,
                             gboolean            is_sent,
                             guint64             after,
                             gint64              milliseconds);
void opt_sandbox_waiter_wake (OptSandboxBot *bot);
void opt_sandbox_waiter_drop_all (OptSandboxBot *bot);

G_END_DECLS
