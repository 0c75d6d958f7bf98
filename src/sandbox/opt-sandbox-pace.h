/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptSandboxPace:
 * @level: how full the bucket is, in events
 * @then: when that was, in microseconds
 *
 * A leaking bucket. All zeros is a fresh one.
 */
typedef struct
{
  double level;
  gint64 then;
} OptSandboxPace;

guint opt_sandbox_pace_check (OptSandboxPace *self,
                              gint64          now,
                              double          per_second,
                              double          burst);
void  opt_sandbox_pace_add (OptSandboxPace *self);

G_END_DECLS
