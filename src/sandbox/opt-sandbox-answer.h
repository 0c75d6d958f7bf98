/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-clock.h"
#include "opt-sandbox-exchange.h"

G_BEGIN_DECLS

/**
 * OptSandboxAnswer:
 * @status: the HTTP status
 * @content_type: (nullable): what the body is, JSON by default
 * @retry_after: seconds for the Retry-After header, or 0
 *
 * What an HTTP answer is besides its body.
 */
typedef struct
{
  guint       status;
  const char *content_type;
  guint       retry_after;
} OptSandboxAnswer;

void opt_sandbox_answer_send (OptSandboxExchange     *exchange,
                              const OptSandboxAnswer *answer,
                              GBytes                 *body);
void opt_sandbox_answer_send_later (OptSandboxExchange     *exchange,
                                    const OptSandboxAnswer *answer,
                                    GBytes                 *body,
                                    OptSandboxClock        *clock,
                                    gint64                  milliseconds,
                                    gboolean                is_drop);
void opt_sandbox_answer_send_text (OptSandboxExchange *exchange,
                                   guint               status,
                                   GString            *text);
void opt_sandbox_answer_send_error (OptSandboxExchange *exchange,
                                    guint               status,
                                    const char         *description);
void opt_sandbox_answer_drop (OptSandboxExchange *exchange);

const char *opt_sandbox_answer_get_phrase (guint status);
GString    *opt_sandbox_answer_render_error (guint       status,
                                             const char *description,
                                             guint       retry_after,
                                             gint64      migrate_to_chat_id);

G_END_DECLS
