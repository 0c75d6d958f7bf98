/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptPace:
 *
 * At most so many in any window of so long: how Telegram counts. Times are boot time in
 * microseconds.
 */
typedef struct _OptPace OptPace;

OptPace *opt_pace_new (guint  most,
                       gint64 window);
gint64   opt_pace_get_next (const OptPace *self);
gint64   opt_pace_get_free (const OptPace *self);
void     opt_pace_note (OptPace *self,
                        gint64   now);
void     opt_pace_free (OptPace *self);

G_END_DECLS
