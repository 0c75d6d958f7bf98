/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptTestDisk:
 *
 * The path of a tiny disk of the test's own, to be filled.
 */
typedef char OptTestDisk;

void         opt_test_disk_prepare (void);
OptTestDisk *opt_test_disk_new (const char *options);
void         opt_test_disk_free (OptTestDisk *disk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptTestDisk, opt_test_disk_free)

G_END_DECLS
