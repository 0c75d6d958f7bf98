/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *opt_redact (const char *text);
gboolean opt_redact_is_needed (const char *text);
void     opt_redact_install_log_writer (void);

G_END_DECLS
