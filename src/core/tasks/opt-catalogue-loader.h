/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-catalogue.h"

G_BEGIN_DECLS

/* Reads the folders, an earlier one hiding a later one's task. It blocks: call it from a
 * thread of GTask. @interpreters: (nullable) (element-type utf8 GStrv): suffix without its dot
 * → argv that the file is appended to */
OptCatalogue *opt_catalogue_load (const char *const *folders,
                                  GHashTable        *interpreters,
                                  GCancellable      *cancellable);

G_END_DECLS
