/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-params.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What a request may have at most; a little more than the largest upload. */
#define OPT_SANDBOX_BODY_BYTES_MAX (64 * 1024 * 1024)

void     opt_sandbox_body_watch (SoupServerMessage *message);
gboolean opt_sandbox_body_read (SoupServerMessage *message,
                                OptSandboxParams  *params,
                                guint             *status,
                                char             **problem);
GBytes  *opt_sandbox_body_get (SoupServerMessage *message,
                               guint             *status,
                               char             **problem);

G_END_DECLS
