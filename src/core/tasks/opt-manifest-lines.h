/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_MANIFEST_BYTES_MAX (64 * 1024)

/**
 * OptManifestLine:
 * @number: from 1
 * @group: the group it stands in or begins, such as `Parameter days`
 * @key: (nullable): NULL for the line that begins the group
 * @value: (nullable): without the spaces around it, escapes undone
 *
 * One line of a manifest that says something.
 */
typedef struct
{
  guint number;
  char *group; /* (owned) */
  char *key;   /* (owned) */
  char *value; /* (owned) */
} OptManifestLine;

GPtrArray *opt_manifest_lines_read (const char *file,
                                    const char *text,
                                    gsize       length,
                                    GPtrArray  *problems);
char     **opt_manifest_split_list (const char *value);

G_END_DECLS
