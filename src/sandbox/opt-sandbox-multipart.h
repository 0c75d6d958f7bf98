/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-params.h"

G_BEGIN_DECLS

gboolean opt_sandbox_multipart_read (OptSandboxParams *params,
                                     const char       *content_type,
                                     GBytes           *body,
                                     guint            *status,
                                     const char      **problem);

G_END_DECLS
