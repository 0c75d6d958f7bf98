/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-gate.h"

G_BEGIN_DECLS

/* User 1001 is allowed, 666 makes it fail, no user is nobody, all others are strangers. It notes
 * each in `knocks`. */
#define OPT_TYPE_FAKE_GATE (opt_fake_gate_get_type ())
G_DECLARE_FINAL_TYPE (OptFakeGate, opt_fake_gate, OPT, FAKE_GATE, GObject)

OptFakeGate *opt_fake_gate_new (void);

G_END_DECLS
