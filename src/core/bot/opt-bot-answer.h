/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "opt-bot-error.h"

G_BEGIN_DECLS

/**
 * OptBotAnswer:
 * @host: who answered, for words
 * @method: what was called, for words
 * @is_file: a file was asked for
 * @status: the HTTP status
 * @content_type: (nullable): as the header has it
 * @retry_after: (nullable): as the header has it
 * @location: (nullable): as the header has it
 * @text: the body
 * @length: of the body, in bytes
 *
 * All that came back for one call; borrowed.
 */
typedef struct
{
  const char *host;
  const char *method;
  gboolean    is_file;
  guint       status;
  const char *content_type;
  const char *retry_after;
  const char *location;
  const char *text;
  gsize       length;
} OptBotAnswer;

JsonNode *opt_bot_answer_get_result (const OptBotAnswer *self,
                                     GError            **error);

G_END_DECLS
