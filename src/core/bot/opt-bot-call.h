/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-session-private.h"

G_BEGIN_DECLS

/* What an answer may have, in bytes: of a call, and of a poll, which brings up to 100 updates of 4
 * MiB. */
#define OPT_BOT_ANSWER_MAX      (1024 * 1024)
#define OPT_BOT_POLL_ANSWER_MAX (16 * 1024 * 1024)

typedef void (*OptBotCallFunc) (gpointer user_data);

/**
 * OptBotCall:
 *
 * One request over HTTP and its answer: knows how far it came, so that a failure can say whether
 * the server may have handled it.
 */
typedef struct _OptBotCall OptBotCall;

OptBotCall *opt_bot_call_new (OptBotSession *session,
                              OptBotLane     lane,
                              const char    *verb,
                              const char    *method,
                              GUri          *uri);
void        opt_bot_call_free (OptBotCall *self);

void     opt_bot_call_set_body (OptBotCall *self,
                                const char *content_type,
                                GBytes     *bytes);
void     opt_bot_call_set_body_stream (OptBotCall   *self,
                                       const char   *content_type,
                                       GInputStream *body,
                                       gint64        length);
void     opt_bot_call_set_answer_max (OptBotCall *self,
                                      gsize       bytes);
void     opt_bot_call_set_written_func (OptBotCall    *self,
                                        OptBotCallFunc func,
                                        gpointer       user_data,
                                        GDestroyNotify destroy);
void     opt_bot_call_set_opened_func (OptBotCall *self,
                                       void (*func) (GTask        *task,
                                                 GInputStream *stream),
                                       gpointer       data,
                                       GDestroyNotify destroy);
gpointer opt_bot_call_get_data (OptBotCall *self);
goffset  opt_bot_call_get_answer_length (OptBotCall *self);

void    opt_bot_call_run (OptBotCall *self,
                          GTask      *task);
GError *opt_bot_call_explain (OptBotCall *self,
                              GError     *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotCall, opt_bot_call_free)

G_END_DECLS
