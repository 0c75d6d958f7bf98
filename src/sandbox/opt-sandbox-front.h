/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"
#include "opt-sandbox-world.h"

G_BEGIN_DECLS

void opt_sandbox_front_handle (OptSandboxExchange *exchange,
                               OptSandboxWorld    *world);

G_END_DECLS
