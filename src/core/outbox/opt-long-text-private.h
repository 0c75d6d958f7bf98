/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text of more parts than this goes as a file, with its head and tail before it. */
#define OPT_LONG_TEXT_PARTS_MAX 3

/**
 * OptLongText:
 * @parts: (element-type utf8): the messages in order; none when the text shows nothing
 * @as_file: @parts are head and tail only, and the whole text is to follow as a file
 *
 * How a text of any length goes out.
 */
typedef struct
{
  GPtrArray *parts; /* (owned) */
  gboolean   as_file;
} OptLongText;

void       opt_long_text_init (OptLongText *self,
                               const char  *text);
void       opt_long_text_clear (OptLongText *self);
GPtrArray *opt_long_text_make_room (const char *text,
                                    gsize       units);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptLongText, opt_long_text_clear)

G_END_DECLS
