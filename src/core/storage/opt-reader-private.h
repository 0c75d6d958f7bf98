/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-lane-private.h"

G_BEGIN_DECLS

/**
 * OptReader:
 *
 * What the reader's thread does: runs closures one by one, each on one unchanging view of what is
 * committed.
 */
typedef struct _OptReader OptReader;

extern const OptLaneFuncs opt_reader_funcs;

OptReader *opt_reader_new (const char *path,
                           guint       patience);
void       opt_reader_free (OptReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptReader, opt_reader_free)

G_END_DECLS
