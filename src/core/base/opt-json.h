/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define OPT_JSON_ERROR (opt_json_error_quark ())
GQuark opt_json_error_quark (void);

/**
 * OptJsonError:
 * @OPT_JSON_ERROR_SYNTAX: the text is not JSON, or is cut off
 * @OPT_JSON_ERROR_LIMIT: too deep, too long, or with a NUL inside
 * @OPT_JSON_ERROR_TYPE: JSON, but not of the kind that was asked for
 */
typedef enum {
  OPT_JSON_ERROR_SYNTAX,
  OPT_JSON_ERROR_LIMIT,
  OPT_JSON_ERROR_TYPE,
} OptJsonError;

#define OPT_JSON_DEPTH_MAX 64
#define OPT_JSON_BYTES_MAX (16 * 1024 * 1024)

JsonNode *opt_json_parse (const char *text,
                          gssize      length,
                          GError    **error);
JsonNode *opt_json_parse_object (const char  *text,
                                 gssize       length,
                                 JsonObject **object,
                                 GError     **error);

/* Members that are absent, null or of another type count as not there. */
gboolean    opt_json_get_int (JsonObject *object,
                              const char *member,
                              gint64     *value);
gboolean    opt_json_get_bool (JsonObject *object,
                               const char *member);
const char *opt_json_get_string (JsonObject *object,
                                 const char *member);
JsonObject *opt_json_get_object (JsonObject *object,
                                 const char *member);
JsonArray  *opt_json_get_array (JsonObject *object,
                                const char *member);
JsonObject *opt_json_array_get_object (JsonArray *array,
                                       guint      index);

G_END_DECLS
