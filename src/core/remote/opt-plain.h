/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What comes from outside, made fit to be shown in a chat. */

char *opt_plain_clean (const char *text,
                       gsize       utf16_units);
char *opt_plain_sentence (const char *message);
char *opt_plain_log (const char *bytes,
                     gsize       length);
char *opt_plain_hashtag (const char *name);
char *opt_plain_moment (gint64 wall,
                        gint64 now);

G_END_DECLS
