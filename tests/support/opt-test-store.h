/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-store.h"

G_BEGIN_DECLS

/* These wait on the main context until the store has answered. */
OptStore *opt_test_store_open (const char                *path,
                               const OptMigration *const *migrations,
                               GError                   **error);
void      opt_test_store_close (OptStore *store);
gboolean  opt_test_store_write (OptStore    *store,
                                OptStoreFunc func,
                                gpointer     data,
                                GError     **error);
gboolean  opt_test_store_read (OptStore    *store,
                               OptStoreFunc func,
                               gpointer     data,
                               GError     **error);

/* These fail the test when the statement does; no number is -1. */
void   opt_test_store_run (OptStore   *store,
                           const char *sql);
gint64 opt_test_store_ask (OptStore   *store,
                           const char *sql);
void   opt_test_store_set_room (OptStore *store,
                                int       pages);

G_END_DECLS
