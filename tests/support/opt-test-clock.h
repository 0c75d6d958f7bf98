/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"

G_BEGIN_DECLS

#define OPT_TYPE_TEST_CLOCK (opt_test_clock_get_type ())
G_DECLARE_FINAL_TYPE (OptTestClock, opt_test_clock, OPT, TEST_CLOCK, GObject)

OptTestClock *opt_test_clock_new (gint64 wall);

void   opt_test_clock_advance (OptTestClock *self,
                               gint64        microseconds);
void   opt_test_clock_set_wall (OptTestClock *self,
                                gint64        wall);
gint64 opt_test_clock_next_due (OptTestClock *self);

G_END_DECLS
