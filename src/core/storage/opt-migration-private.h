/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-connection-private.h"
#include "opt-store.h"

G_BEGIN_DECLS

guint    opt_migration_count (const OptMigration *const *lists);
gboolean opt_migration_check (OptConnection             *connection,
                              const OptMigration *const *lists,
                              GError                   **error);
gboolean opt_migration_apply (OptConnection             *connection,
                              const OptMigration *const *lists,
                              GError                   **error);

G_END_DECLS
