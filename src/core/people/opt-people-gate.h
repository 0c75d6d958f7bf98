/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-gate.h"
#include "opt-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_PEOPLE_GATE (opt_people_gate_get_type ())
G_DECLARE_FINAL_TYPE (OptPeopleGate, opt_people_gate, OPT, PEOPLE_GATE, GObject)

extern const OptMigration opt_people_migrations[];

OptGate *opt_people_gate_new (void);

G_END_DECLS
