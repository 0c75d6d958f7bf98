/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OptTestFolder:
 *
 * The path of an empty folder of the test's own, which goes with all that is in it.
 */
typedef char OptTestFolder;

OptTestFolder *opt_test_folder_new (void);
void           opt_test_folder_free (OptTestFolder *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptTestFolder, opt_test_folder_free)

void          opt_test_put_file (const char *folder,
                                 const char *name,
                                 const char *text,
                                 int         mode);
void          opt_test_take_result (GObject      *source,
                                    GAsyncResult *result,
                                    gpointer      user_data);
GAsyncResult *opt_test_wait_result (GAsyncResult **result);
void          opt_test_wait_until (gboolean (*is_done) (gpointer data),
                                   gpointer data);
void          opt_test_run_pending (void);

G_END_DECLS
