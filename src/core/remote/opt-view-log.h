/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-log-text.h"
#include "opt-outbox.h"

G_BEGIN_DECLS

OptRendered *opt_view_log_format (const OptLogText *log,
                                  guint             lines);
OptRendered *opt_view_result_format (const OptLogText *log,
                                     const char       *head,
                                     gboolean          as_file);

G_END_DECLS
