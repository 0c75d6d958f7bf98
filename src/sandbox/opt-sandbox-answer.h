/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-clock.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * OptSandboxAnswer:
 * @status: the HTTP status
 * @content_type: (nullable): what the body is, JSON by default
 * @retry_after: seconds for the Retry-After header, or 0
 * @is_paused: whether the message was paused before
 *
 * What an HTTP answer is besides its body.
 */
typedef struct
{
  guint       status;
  const char *content_type;
  guint       retry_after;
  gboolean    is_paused;
} OptSandboxAnswer;

void opt_sandbox_answer_send (SoupServerMessage      *message,
                              const OptSandboxAnswer *answer,
                              GBytes                 *body);
void opt_sandbox_answer_send_later (SoupServerMessage      *message,
                                    const OptSandboxAnswer *answer,
                                    GBytes                 *body,
                                    OptSandboxClock        *clock,
                                    gint64                  milliseconds,
                                    gboolean                is_drop);
void opt_sandbox_answer_send_text (SoupServerMessage *message,
                                   guint              status,
                                   GString           *text);
void opt_sandbox_answer_send_error (SoupServerMessage *message,
                                    guint              status,
                                    const char        *description);
void opt_sandbox_answer_drop (SoupServerMessage *message);

const char *opt_sandbox_answer_get_phrase (guint status);
GString    *opt_sandbox_answer_render_error (guint       status,
                                             const char *description,
                                             guint       retry_after,
                                             gint64      migrate_to_chat_id);

G_END_DECLS
