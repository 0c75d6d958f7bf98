/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_NAME_MAX 64

char    *opt_id_new_uuid7 (gint64 wall);
gboolean opt_id_is_uuid (const char *text);
char    *opt_id_new_secret (gsize bytes);

gboolean opt_name_is_valid (const char *name);
char    *opt_name_fold (const char *name);
gboolean opt_name_equal (const char *a,
                         const char *b);

G_END_DECLS
