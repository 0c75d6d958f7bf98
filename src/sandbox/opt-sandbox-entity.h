/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptSandboxEntity:
 * @type: its name, in static or interned memory
 * @offset: where it begins, in UTF-16 units
 * @length: how long it is, in UTF-16 units
 * @extra: (owned) (nullable): further members, as JSON that begins with a comma
 *
 * A part of a text with a meaning.
 */
typedef struct
{
  const char *type;
  gint32      offset;
  gint32      length;
  char       *extra;
} OptSandboxEntity;

GArray  *opt_sandbox_entities_new (void);
char    *opt_sandbox_entities_parse (GArray     *entities,
                                     const char *json);
void     opt_sandbox_entities_find (GArray     *entities,
                                    const char *text);
char    *opt_sandbox_entities_to_json (GArray *entities);
gboolean opt_sandbox_entities_may_have (const char *text);

G_END_DECLS
