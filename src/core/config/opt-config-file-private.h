/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config-file.h"

G_BEGIN_DECLS

/* What the parser and the editor of a file share; nobody else includes this. */

typedef enum {
  OPT_CONFIG_LINE_BLANK,
  OPT_CONFIG_LINE_COMMENT,
  OPT_CONFIG_LINE_GROUP,
  OPT_CONFIG_LINE_KEY,
  OPT_CONFIG_LINE_BAD,
} OptConfigLineKind;

/* Offsets are bytes from the start of the text; @item is the index of the group or the entry. */
typedef struct
{
  guint32           start;
  guint32           end;
  guint32           next;
  OptConfigLineKind kind;
  guint32           item;
} OptConfigLine;

/* What one key line says; @is_flat when the line itself names the group. */
typedef struct
{
  OptConfigEntry entry;
  guint32        key_end;
  guint32        value_start;
  guint32        value_end;
  gboolean       is_flat;
} OptConfigItem;

struct _OptConfigFile
{
  char         *text; /* (owned): with a NUL behind it */
  gsize         length;
  GArray       *lines;    /* (owned) (element-type OptConfigLine) */
  GArray       *groups;   /* (owned) (element-type OptConfigGroup) */
  GArray       *items;    /* (owned) (element-type OptConfigItem) */
  GHashTable   *index;    /* (owned): folded key → 1 + index of the item that counts */
  GPtrArray    *problems; /* (owned) (element-type OptConfigProblem) */
  GStringChunk *strings;  /* (owned) */
};

void opt_config_file_take_text (OptConfigFile *self,
                                char          *text,
                                gsize          length);

G_END_DECLS
