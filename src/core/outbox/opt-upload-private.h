/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-store.h"

G_BEGIN_DECLS

/* What Telegram takes of one file. */
#define OPT_UPLOAD_BYTES_MAX (50 * 1000 * 1000)

void        opt_upload_read_async (const char         *path,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
void        opt_upload_load_async (OptStore           *store,
                                   gint64              id,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
GBytes     *opt_upload_read_finish (GAsyncResult *result,
                                    GError      **error);
const char *opt_upload_get_mime (const char *file_name);

G_END_DECLS
