/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "opt-update.h"

G_BEGIN_DECLS

char      *opt_bot_poll_make_body (gint64 offset,
                                   int    hold);
GPtrArray *opt_bot_poll_read_updates (JsonNode *result,
                                      guint    *passed_over);

G_END_DECLS
