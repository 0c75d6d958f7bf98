/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/stat.h>

#include "opt-task-error.h"

G_BEGIN_DECLS

gboolean opt_file_trust_check_stat (const char *path, const struct stat *info, GError **error);
gboolean opt_file_trust_check (const char *path, GError **error);

G_END_DECLS
