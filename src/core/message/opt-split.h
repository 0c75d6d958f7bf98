/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a message's text and of a caption, in UTF-16 units: inside both of Telegram's limits. */
#define OPT_MESSAGE_UNITS_MAX 4096
#define OPT_CAPTION_UNITS_MAX 1024

GPtrArray *opt_split_text (const char *text,
                           gsize       units);

G_END_DECLS
