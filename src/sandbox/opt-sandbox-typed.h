/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-params.h"

G_BEGIN_DECLS

void opt_sandbox_typed_add_params (GString          *out,
                                   OptSandboxParams *params);

G_END_DECLS
