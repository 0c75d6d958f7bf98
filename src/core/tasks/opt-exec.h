/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task-error.h"
#include "opt-task-parameter.h"

G_BEGIN_DECLS

#define OPT_EXEC_WORDS_MAX 256

char    *opt_exec_parse (const char *text, GPtrArray *parameters, char ***argv);
char   **opt_exec_expand (char **exec, GPtrArray *parameters, GHashTable *values, GError **error);
gboolean opt_exec_has_placeholder (const char *word);

G_END_DECLS
