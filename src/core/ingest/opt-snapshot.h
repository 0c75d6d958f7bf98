/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * OptSnapshot:
 *
 * An immutable bag of facets, keyed by their boxed or object type: the configuration, the
 * catalogue, the bots' states as they were at one moment. Taken on the main thread, read on the
 * writer thread.
 */
typedef struct _OptSnapshot OptSnapshot;

OptSnapshot *opt_snapshot_new (void);
OptSnapshot *opt_snapshot_new_with (OptSnapshot  *base,
                                    GType         type,
                                    gconstpointer facet);
gpointer     opt_snapshot_get (OptSnapshot *self,
                               GType        type);
OptSnapshot *opt_snapshot_ref (OptSnapshot *self);
void         opt_snapshot_unref (OptSnapshot *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSnapshot, opt_snapshot_unref)

G_END_DECLS
