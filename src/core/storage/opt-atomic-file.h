/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* These block: call them from a thread of GTask, never on the main context. */
gboolean opt_atomic_file_write (const char *path,
                                GBytes     *contents,
                                int         mode,
                                GError    **error);
gboolean opt_atomic_file_make_folder (const char *path,
                                      GError    **error);
gboolean opt_atomic_file_sync_folder (const char *path,
                                      GError    **error);

G_END_DECLS
