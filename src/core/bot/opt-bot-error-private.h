/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-error.h"

G_BEGIN_DECLS

GError *opt_bot_error_new (OptBotError code,
                           gboolean    outcome_unknown,
                           const char *format,
                           ...) G_GNUC_PRINTF (3, 4);
void    opt_bot_error_set_answer (GError     *error,
                                  int         code,
                                  const char *description,
                                  gint64      retry_after,
                                  gint64      migrate_to);
char   *opt_bot_clean_words (const char *text,
                             gssize      length);

G_END_DECLS
