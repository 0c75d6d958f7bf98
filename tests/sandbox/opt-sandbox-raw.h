/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-probe.h"

G_BEGIN_DECLS

GSocketConnection *opt_sandbox_raw_open (OptSandboxProbe *probe,
                                         const char      *bytes);
char              *opt_sandbox_raw_read (GSocketConnection *connection,
                                         const char        *text,
                                         guint              times);

G_END_DECLS
