/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-answer.h"

#include "opt-sandbox-connection.h"
#include "opt-sandbox-json.h"

typedef struct
{
  guint       status;
  const char *phrase;
} Phrase;

static const Phrase phrases[] = {
  { 400, "Bad Request" },
  { 401, "Unauthorized" },
  { 403, "Forbidden" },
  { 404, "Not Found" },
  { 409, "Conflict" },
  { 413, "Request Entity Too Large" },
  { 415, "Unsupported Media Type" },
  { 421, "Misdirected Request" },
  { 429, "Too Many Requests" },
  { 500, "Internal Server Error" },
  { 501, "Not Implemented" },
  { 502, "Bad Gateway" },
  { 503, "Service Unavailable" },
  { 504, "Gateway Timeout" },
};

/* An answer that is held back. The exchange owns it, so that it goes when the server does. */
typedef struct
{
  OptSandboxExchange *exchange; /* (unowned) */
  OptSandboxAnswer    answer;
  char               *content_type; /* (owned) (nullable) */
  GBytes             *body;         /* (owned) (nullable) */
  OptSandboxClock    *clock;
  guint               timer;
  gboolean            is_drop;
} Delayed;

static void
delayed_free (gpointer data)
{
  Delayed *delayed = data;

  opt_sandbox_clock_cancel (delayed->clock, &delayed->timer);
  g_free (delayed->content_type);
  g_clear_pointer (&delayed->body, g_bytes_unref);
  g_free (delayed);
}

/**
 * opt_sandbox_answer_send:
 * @exchange: (transfer full): a request
 * @answer: how to answer
 * @body: (nullable): the body
 *
 * Sends an answer.
 */
void
opt_sandbox_answer_send (OptSandboxExchange     *exchange,
                         const OptSandboxAnswer *answer,
                         GBytes                 *body)
{
  const char      *type = answer->content_type != NULL ? answer->content_type : "application/json";
  g_autofree char *headers = NULL;

  if (answer->content_type == NULL && answer->retry_after == 0)
    {
      opt_sandbox_connection_send (exchange, answer->status, "Content-Type: application/json\r\n",
                                   body);
      return;
    }

  if (answer->retry_after > 0)
    headers =
      g_strdup_printf ("Content-Type: %s\r\nRetry-After: %u\r\n", type, answer->retry_after);
  else
    headers = g_strdup_printf ("Content-Type: %s\r\n", type);
  opt_sandbox_connection_send (exchange, answer->status, headers, body);
}

static void
delayed_cb (gpointer user_data)
{
  Delayed *delayed = user_data;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *content_type = NULL;
  OptSandboxAnswer answer = delayed->answer;

  delayed->timer = 0;
  if (delayed->is_drop)
    {
      opt_sandbox_answer_drop (delayed->exchange);
      return;
    }

  /* It goes with the exchange. */
  body = g_steal_pointer (&delayed->body);
  answer.content_type = content_type = g_steal_pointer (&delayed->content_type);
  opt_sandbox_answer_send (delayed->exchange, &answer, body);
}

/**
 * opt_sandbox_answer_send_later:
 * @exchange: (transfer full): a request
 * @answer: how to answer
 * @body: (nullable): the body
 * @clock: what runs the timer
 * @milliseconds: how long to wait
 * @is_drop: whether to cut the connection then instead
 *
 * Sends an answer after a while.
 */
void
opt_sandbox_answer_send_later (OptSandboxExchange     *exchange,
                               const OptSandboxAnswer *answer,
                               GBytes                 *body,
                               OptSandboxClock        *clock,
                               gint64                  milliseconds,
                               gboolean                is_drop)
{
  Delayed *delayed = g_new0 (Delayed, 1);

  delayed->exchange = exchange;
  delayed->answer = *answer;
  delayed->content_type = g_strdup (answer->content_type);
  delayed->body = body != NULL ? g_bytes_ref (body) : NULL;
  delayed->clock = clock;
  delayed->is_drop = is_drop;
  delayed->timer = opt_sandbox_clock_call_in (clock, milliseconds, delayed_cb, delayed);
  opt_sandbox_exchange_watch (exchange, NULL, NULL);
  opt_sandbox_exchange_keep (exchange, delayed, delayed_free);
}

/**
 * opt_sandbox_answer_send_text:
 * @exchange: (transfer full): a request
 * @status: the HTTP status
 * @text: (transfer full): JSON
 *
 * Answers with JSON.
 */
void
opt_sandbox_answer_send_text (OptSandboxExchange *exchange,
                              guint               status,
                              GString            *text)
{
  g_autoptr (GBytes) body = g_string_free_to_bytes (text);
  OptSandboxAnswer answer = { .status = status };

  opt_sandbox_answer_send (exchange, &answer, body);
}

/**
 * opt_sandbox_answer_send_error:
 * @exchange: (transfer full): a request
 * @status: the HTTP status
 * @description: the whole description
 *
 * Answers a request that came to no bot as the Bot API does.
 */
void
opt_sandbox_answer_send_error (OptSandboxExchange *exchange,
                               guint               status,
                               const char         *description)
{
  opt_sandbox_answer_send_text (exchange, status,
                                opt_sandbox_answer_render_error (status, description, 0, 0));
}

/**
 * opt_sandbox_answer_drop:
 * @exchange: (transfer full): a request
 *
 * Cuts the connection without a byte.
 */
void
opt_sandbox_answer_drop (OptSandboxExchange *exchange)
{
  opt_sandbox_connection_drop (exchange);
}

/**
 * opt_sandbox_answer_get_phrase:
 * @status: an HTTP status
 *
 * Returns: what error descriptions of this status begin with
 */
const char *
opt_sandbox_answer_get_phrase (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    {
      if (phrases[i].status == status)
        return phrases[i].phrase;
    }

  return "Bad Request";
}

/**
 * opt_sandbox_answer_render_error:
 * @status: the error code
 * @description: its words
 * @retry_after: seconds, or 0
 * @migrate_to_chat_id: what a group became, or 0
 *
 * Returns: (transfer full): the JSON of an error
 */
GString *
opt_sandbox_answer_render_error (guint       status,
                                 const char *description,
                                 guint       retry_after,
                                 gint64      migrate_to_chat_id)
{
  GString *out = g_string_new ("{\"ok\":false,\"error_code\":");

  opt_sandbox_json_add_int (out, status);
  g_string_append (out, ",\"description\":");
  opt_sandbox_json_add_string (out, description, -1);
  if (migrate_to_chat_id != 0)
    g_string_append_printf (out, ",\"parameters\":{\"migrate_to_chat_id\":%" G_GINT64_FORMAT "}",
                            migrate_to_chat_id);
  else if (retry_after != 0)
    g_string_append_printf (out, ",\"parameters\":{\"retry_after\":%u}", retry_after);
  g_string_append_c (out, '}');

  return out;
}
