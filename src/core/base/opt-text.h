/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize opt_text_utf16_length (const char *text);
gsize opt_text_fit (const char *text,
                    gsize       utf16_units);
char *opt_text_make_valid (const char *bytes,
                           gssize      length);
char *opt_text_shorten (const char *text,
                        gsize       utf16_units);
char *opt_text_format_duration (gint64 microseconds);
char *opt_text_format_bytes (guint64 bytes);

G_END_DECLS
