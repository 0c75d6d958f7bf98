/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task.h"

G_BEGIN_DECLS

gboolean opt_task_program_check_files (OptTask *task, GError **error);
char    *opt_task_program_find (OptTask    *task,
                                const char *program,
                                const char *path,
                                GError    **error);

G_END_DECLS
