/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* As deep as the Bot API server goes. */
#define OPT_SANDBOX_JSON_DEPTH 100

/**
 * OptSandboxJsonCursor:
 * @at: the next byte
 * @end: behind the last byte
 * @problem: (nullable): what was wrong, once a function returned %FALSE
 *
 * A strict reader of JSON text that decodes in place and builds no tree, so that
 * a request is read without an allocation per value.
 */
typedef struct
{
  char       *at;
  char       *end;
  const char *problem;
} OptSandboxJsonCursor;

void     opt_sandbox_json_skip_space (OptSandboxJsonCursor *cursor);
gboolean opt_sandbox_json_take_string (OptSandboxJsonCursor *cursor,
                                       char                **value,
                                       gsize                *length);
gboolean opt_sandbox_json_skip_value (OptSandboxJsonCursor *cursor,
                                      guint                 depth);

JsonNode *opt_sandbox_json_parse (const char *text,
                                  gssize      length,
                                  GError    **error);

void opt_sandbox_json_add_string (GString    *out,
                                  const char *text,
                                  gssize      length);
void opt_sandbox_json_add_int (GString *out,
                               gint64   value);
void opt_sandbox_json_add_node (GString  *out,
                                JsonNode *node);

const char *opt_sandbox_json_get_string (JsonObject *object,
                                         const char *member);
gint64      opt_sandbox_json_get_int (JsonObject *object,
                                      const char *member,
                                      gint64      fallback);
gboolean    opt_sandbox_json_get_bool (JsonObject *object,
                                       const char *member);

G_END_DECLS
