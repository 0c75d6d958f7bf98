/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"

G_BEGIN_DECLS

typedef struct _OptSandboxClock OptSandboxClock;

OptSandboxClock *opt_sandbox_clock_new (OptClock *clock);
void             opt_sandbox_clock_free (OptSandboxClock *self);
gint64           opt_sandbox_clock_get_wall (OptSandboxClock *self);
gint64           opt_sandbox_clock_get_date (OptSandboxClock *self);
gint64           opt_sandbox_clock_get_steady (OptSandboxClock *self);
void             opt_sandbox_clock_advance (OptSandboxClock *self,
                                            gint64           microseconds);
guint            opt_sandbox_clock_call_in (OptSandboxClock *self,
                                            gint64           milliseconds,
                                            OptClockFunc     func,
                                            gpointer         user_data);
void             opt_sandbox_clock_cancel (OptSandboxClock *self,
                                           guint           *timer);

G_END_DECLS
