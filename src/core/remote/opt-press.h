/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-turn.h"

G_BEGIN_DECLS

gboolean opt_press_handle (OptTurn *turn,
                           GError **error);

G_END_DECLS
