/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  OPT_CODE_NONE,  /* an argument like any other */
  OPT_CODE_SHELL, /* the text behind `sh -c` */
  OPT_CODE_OTHER, /* the text behind `python3 -c`, `perl -e` … */
} OptCodeKind;

OptCodeKind opt_exec_get_code (char **exec, guint index);
gboolean    opt_exec_code_allows (const char *word,
                                  gsize       offset,
                                  const char *value,
                                  OptCodeKind kind);

G_END_DECLS
