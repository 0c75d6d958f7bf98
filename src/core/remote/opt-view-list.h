/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-list-query.h"

G_BEGIN_DECLS

char *opt_view_list_format (GPtrArray          *jobs,
                            const OptListQuery *query,
                            const char         *robot,
                            gint64              now,
                            gboolean            is_cut);

G_END_DECLS
