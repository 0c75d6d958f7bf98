/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-catalogue.h"
#include "opt-clock.h"

G_BEGIN_DECLS

#define OPT_TYPE_CATALOGUE_SOURCE (opt_catalogue_source_get_type ())
G_DECLARE_FINAL_TYPE (OptCatalogueSource, opt_catalogue_source, OPT, CATALOGUE_SOURCE, GObject)

OptCatalogueSource *opt_catalogue_source_new (OptClock *clock);

/* Both start a new reading; @interpreters as for opt_catalogue_load(). */
void opt_catalogue_source_set_folders (OptCatalogueSource *self,
                                       const char *const  *folders,
                                       GHashTable         *interpreters);
void opt_catalogue_source_reload (OptCatalogueSource *self);
/* Finishes once everything that was asked for so far has been read. */
void     opt_catalogue_source_load_async (OptCatalogueSource *self,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean opt_catalogue_source_load_finish (OptCatalogueSource *self,
                                           GAsyncResult       *result,
                                           GError            **error);
/* Borrowed, never NULL: empty before the first reading. */
OptCatalogue *opt_catalogue_source_get_catalogue (OptCatalogueSource *self);
/* FALSE while a reading is under way or due. */
gboolean opt_catalogue_source_is_idle (OptCatalogueSource *self);

G_END_DECLS
