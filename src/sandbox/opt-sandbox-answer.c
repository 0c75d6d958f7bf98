/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-answer.h"

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

/* An answer that is held back. The message owns it, so that it goes when the server does. */
typedef struct
{
  SoupServerMessage *message; /* (unowned) */
  OptSandboxAnswer   answer;
  char              *content_type; /* (owned) (nullable) */
  GBytes            *body;         /* (owned) (nullable) */
  OptSandboxClock   *clock;
  guint              timer;
  gboolean           is_drop;
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
 * @message: a request
 * @answer: how to answer
 * @body: (nullable): the body
 *
 * Sends an answer.
 */
void
opt_sandbox_answer_send (SoupServerMessage      *message,
                         const OptSandboxAnswer *answer,
                         GBytes                 *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (
    message, answer->status,
    answer->status < 400 ? NULL : opt_sandbox_answer_get_phrase (answer->status));
  soup_message_headers_replace (headers, "Content-Type",
                                answer->content_type != NULL ? answer->content_type
                                                             : "application/json");
  if (answer->retry_after > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", answer->retry_after);

      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
  if (body != NULL && g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
  if (answer->is_paused)
    soup_server_message_unpause (message);
}

static void
delayed_cb (gpointer user_data)
{
  Delayed *delayed = user_data;
  g_autoptr (SoupServerMessage) message = g_object_ref (delayed->message);

  delayed->timer = 0;
  if (delayed->is_drop)
    {
      opt_sandbox_answer_drop (message);
    }
  else
    {
      delayed->answer.content_type = delayed->content_type;
      opt_sandbox_answer_send (message, &delayed->answer, delayed->body);
    }
  g_object_set_data (G_OBJECT (message), "opt-sandbox-delayed", NULL);
}

/**
 * opt_sandbox_answer_send_later:
 * @message: a request
 * @answer: how to answer
 * @body: (nullable): the body
 * @clock: what runs the timer
 * @milliseconds: how long to wait
 * @is_drop: whether to cut the connection then instead
 *
 * Sends an answer after a while.
 */
void
opt_sandbox_answer_send_later (SoupServerMessage      *message,
                               const OptSandboxAnswer *answer,
                               GBytes                 *body,
                               OptSandboxClock        *clock,
                               gint64                  milliseconds,
                               gboolean                is_drop)
{
  Delayed *delayed = g_new0 (Delayed, 1);

  if (!answer->is_paused)
    soup_server_message_pause (message);

  delayed->message = message;
  delayed->answer = *answer;
  delayed->answer.is_paused = TRUE;
  delayed->content_type = g_strdup (answer->content_type);
  delayed->body = body != NULL ? g_bytes_ref (body) : NULL;
  delayed->clock = clock;
  delayed->is_drop = is_drop;
  delayed->timer = opt_sandbox_clock_call_in (clock, milliseconds, delayed_cb, delayed);
  g_object_set_data_full (G_OBJECT (message), "opt-sandbox-delayed", delayed, delayed_free);
}

/**
 * opt_sandbox_answer_send_text:
 * @message: a request
 * @status: the HTTP status
 * @text: (transfer full): JSON
 *
 * Answers a request that was not held.
 */
void
opt_sandbox_answer_send_text (SoupServerMessage *message,
                              guint              status,
                              GString           *text)
{
  g_autoptr (GBytes) body = g_string_free_to_bytes (text);
  OptSandboxAnswer answer = { .status = status };

  opt_sandbox_answer_send (message, &answer, body);
}

/**
 * opt_sandbox_answer_send_error:
 * @message: a request
 * @status: the HTTP status
 * @description: the whole description
 *
 * Answers a request that came to no bot as the Bot API does.
 */
void
opt_sandbox_answer_send_error (SoupServerMessage *message,
                               guint              status,
                               const char        *description)
{
  opt_sandbox_answer_send_text (message, status,
                                opt_sandbox_answer_render_error (status, description, 0, 0));
}

/**
 * opt_sandbox_answer_drop:
 * @message: a request
 *
 * Cuts the connection without a byte.
 */
void
opt_sandbox_answer_drop (SoupServerMessage *message)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  if (stream != NULL)
    g_io_stream_close (stream, NULL, NULL);
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
