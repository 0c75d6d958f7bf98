/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-lane-private.h"

G_BEGIN_DECLS

/**
 * OptWriter:
 *
 * What the writer's thread does: opens the file, then commits closures, many at a time.
 */
typedef struct _OptWriter OptWriter;

extern const OptLaneFuncs opt_writer_funcs;

OptWriter *opt_writer_new (const char                *path,
                           const OptMigration *const *migrations,
                           guint                      patience);
void       opt_writer_free (OptWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptWriter, opt_writer_free)

G_END_DECLS
