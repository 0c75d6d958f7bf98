/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Of opt-json.c alone; everybody else calls opt_json_parse(). */
JsonNode *opt_json_reader_read (const char *text,
                                gsize       length,
                                GError    **error);

G_END_DECLS
