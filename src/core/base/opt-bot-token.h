/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *opt_bot_token_parse (const char *text);
gboolean opt_bot_token_is_valid (const char *token);
gint64   opt_bot_token_get_id (const char *token);
void     opt_bot_token_free (char *token);

G_END_DECLS
