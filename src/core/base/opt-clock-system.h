/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"

G_BEGIN_DECLS

#define OPT_TYPE_CLOCK_SYSTEM (opt_clock_system_get_type ())
G_DECLARE_FINAL_TYPE (OptClockSystem, opt_clock_system, OPT, CLOCK_SYSTEM, GObject)

OptClock *opt_clock_system_new (void);

G_END_DECLS
