/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptBackoff:
 *
 * How long to wait before the next try: doubles from @first to @most, with jitter,
 * until opt_backoff_reset(). All figures are microseconds.
 */
typedef struct
{
  gint64 first;
  gint64 most;
  guint  tries;
} OptBackoff;

void   opt_backoff_init (OptBackoff *self,
                         gint64      first,
                         gint64      most);
gint64 opt_backoff_next (OptBackoff *self);
void   opt_backoff_reset (OptBackoff *self);

G_END_DECLS
