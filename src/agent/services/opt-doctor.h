/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"

G_BEGIN_DECLS

void      opt_doctor_examine_async (OptAgent           *agent,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
GVariant *opt_doctor_examine_finish (OptAgent     *agent,
                                     GAsyncResult *result);

G_END_DECLS
