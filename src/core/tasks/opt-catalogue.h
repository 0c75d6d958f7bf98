/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-task.h"

G_BEGIN_DECLS

#define OPT_CATALOGUE_FILES_MAX 2000

/**
 * OptCatalogue:
 *
 * All tasks as they were at one moment, sorted by id. Immutable and atomically refcounted, a
 * facet of #OptSnapshot.
 */
typedef struct _OptCatalogue OptCatalogue;

#define OPT_TYPE_CATALOGUE (opt_catalogue_get_type ())
GType         opt_catalogue_get_type (void);
OptCatalogue *opt_catalogue_ref (OptCatalogue *self);
void          opt_catalogue_unref (OptCatalogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptCatalogue, opt_catalogue_unref)

/* @tasks: (element-type OptTask); @problems: (nullable) (element-type OptTaskProblem): of the
 * folders themselves */
OptCatalogue *opt_catalogue_new (GPtrArray *tasks,
                                 GPtrArray *problems);
gboolean      opt_catalogue_equal (OptCatalogue *a,
                                   OptCatalogue *b);
/* (element-type OptTask); borrowed. */
GPtrArray *opt_catalogue_get_tasks (OptCatalogue *self);
/* (element-type OptTaskProblem); borrowed. */
GPtrArray *opt_catalogue_get_problems (OptCatalogue *self);
/* Borrowed, NULL when there is none; without case. */
OptTask *opt_catalogue_find (OptCatalogue *self,
                             const char   *id);
/* Likewise, with OPT_TASK_ERROR_UNKNOWN_TASK and the nearest name in its message. */
OptTask *opt_catalogue_lookup (OptCatalogue *self,
                               const char   *id,
                               GError      **error);

G_END_DECLS
