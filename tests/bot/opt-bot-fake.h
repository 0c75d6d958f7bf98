/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-bot-client.h"

G_BEGIN_DECLS

#define OPT_BOT_FAKE_TOKEN "123456789:AAHsecretsecretsecretsecretsecret_-x"

/**
 * OptBotFake:
 *
 * An HTTP server on the test's own main context that answers from a script, writes down what it was
 * asked,
 * and holds what the script has no answer for.
 */
typedef struct _OptBotFake OptBotFake;

OptBotFake *opt_bot_fake_new (GTlsCertificate *certificate);
void        opt_bot_fake_free (OptBotFake *self);

const char   *opt_bot_fake_get_root (OptBotFake *self);
OptBotClient *opt_bot_fake_new_client (OptBotFake *self);

/* The next call of @method (NULL for any) gets this; @body NULL hangs up instead. */
void opt_bot_fake_script (OptBotFake *self,
                          const char *method,
                          guint       status,
                          const char *body);
void opt_bot_fake_script_full (OptBotFake *self,
                               const char *method,
                               guint       status,
                               const char *header,
                               const char *content_type,
                               const char *body,
                               gssize      length);

/* Answers the oldest call that is held. */
void opt_bot_fake_answer (OptBotFake *self,
                          guint       status,
                          const char *body);

guint opt_bot_fake_count (OptBotFake *self,
                          const char *method);
guint opt_bot_fake_count_held (OptBotFake *self);
void  opt_bot_fake_wait_count (OptBotFake *self,
                               const char *method,
                               guint       count);
void  opt_bot_fake_wait_held (OptBotFake *self,
                              guint       count);

/* Of the last call: its body, its path, a header. */
const char *opt_bot_fake_get_body (OptBotFake *self);
GBytes     *opt_bot_fake_get_body_bytes (OptBotFake *self);
const char *opt_bot_fake_get_path (OptBotFake *self);
const char *opt_bot_fake_get_header (OptBotFake *self,
                                     const char *name);
guint       opt_bot_fake_count_connections (OptBotFake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotFake, opt_bot_fake_free)

G_END_DECLS
