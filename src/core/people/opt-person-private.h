/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-person.h"

G_BEGIN_DECLS

OptPerson *opt_person_new (gint64 id);

G_END_DECLS
