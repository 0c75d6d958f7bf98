/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-request.h"

G_BEGIN_DECLS

char *opt_sandbox_kind_build (OptSandboxRequest *request,
                              JsonObject        *object,
                              OptSandboxUser    *from,
                              gboolean          *is_service,
                              GError           **error);

G_END_DECLS
