/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *opt_sandbox_pattern_match (const char  *text,
                                       const char  *at,
                                       const char **type);

G_END_DECLS
