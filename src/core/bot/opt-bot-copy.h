/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-session.h"

G_BEGIN_DECLS

void opt_bot_copy_file (GTask         *task,
                        OptBotSession *session,
                        const char    *path,
                        const char    *target,
                        gint64         max_bytes);

G_END_DECLS
