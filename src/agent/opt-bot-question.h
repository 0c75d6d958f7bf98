/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-client.h"
#include "opt-clock.h"

G_BEGIN_DECLS

/* How long a person waits for it to be told that nobody answers, in microseconds. */
#define OPT_BOT_QUESTION_PATIENCE (10 * OPT_SECOND)

/* getMe for somebody who waits for the answer: not for ever. */
void      opt_bot_question_ask_async (OptBotClient       *client,
                                      OptClock           *clock,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
OptBotMe *opt_bot_question_ask_finish (OptBotClient *client,
                                       GAsyncResult *result,
                                       GError      **error);

G_END_DECLS
