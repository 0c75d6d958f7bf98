/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task-error.h"

G_BEGIN_DECLS

void opt_task_error_set (GError     **error,
                         OptTaskError code,
                         const char  *where,
                         const char  *format,
                         ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
