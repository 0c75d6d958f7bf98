/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OptBotCutStep:
 * @OPT_BOT_CUT_ACCEPT: hang up as soon as somebody connects
 * @OPT_BOT_CUT_HEAD: hang up once the head of a request is read, its body unread
 * @OPT_BOT_CUT_BODY: hang up once all of a request is read
 * @OPT_BOT_CUT_ANSWER: write the answer, as it is given, and hang up
 * @OPT_BOT_CUT_KEEP: write the answer and wait for the next request
 * @OPT_BOT_CUT_ENDLESS: write the answer and then more without end
 *
 * What the server does with one request.
 */
typedef enum {
  OPT_BOT_CUT_ACCEPT,
  OPT_BOT_CUT_HEAD,
  OPT_BOT_CUT_BODY,
  OPT_BOT_CUT_ANSWER,
  OPT_BOT_CUT_KEEP,
  OPT_BOT_CUT_ENDLESS,
} OptBotCutStep;

/**
 * OptBotCut:
 *
 * A server of bare sockets, in threads of its own, that breaks off where it is told to.
 */
typedef struct _OptBotCut OptBotCut;

OptBotCut *opt_bot_cut_new (void);
void       opt_bot_cut_free (OptBotCut *self);
guint16    opt_bot_cut_get_port (OptBotCut *self);
void       opt_bot_cut_add (OptBotCut    *self,
                            OptBotCutStep step,
                            const char   *answer);
guint      opt_bot_cut_count_requests (OptBotCut *self);
guint      opt_bot_cut_count_connections (OptBotCut *self);

/* Until so many connections have been hung up on. */
void opt_bot_cut_wait_closed (OptBotCut *self,
                              guint      count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotCut, opt_bot_cut_free)

G_END_DECLS
