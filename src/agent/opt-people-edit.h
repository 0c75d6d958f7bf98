/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"

G_BEGIN_DECLS

void     opt_people_edit_async (OptAgent           *agent,
                                const char         *who,
                                gboolean            allow,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean opt_people_edit_finish (OptAgent     *agent,
                                 GAsyncResult *result,
                                 GError      **error);

G_END_DECLS
