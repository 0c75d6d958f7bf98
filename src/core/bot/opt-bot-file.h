/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * OptBotFile:
 *
 * A file to be uploaded: the field it goes under, the name Telegram shows, and its content, which
 * is either in memory or on disk; immutable.
 */
typedef struct _OptBotFile OptBotFile;

#define OPT_TYPE_BOT_FILE (opt_bot_file_get_type ())
GType opt_bot_file_get_type (void);

OptBotFile *opt_bot_file_new_for_bytes (const char *field,
                                        const char *file_name,
                                        GBytes     *bytes);
OptBotFile *opt_bot_file_new_for_path (const char *field,
                                       const char *file_name,
                                       const char *path);
OptBotFile *opt_bot_file_ref (OptBotFile *self);
void        opt_bot_file_unref (OptBotFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotFile, opt_bot_file_unref)

G_END_DECLS
