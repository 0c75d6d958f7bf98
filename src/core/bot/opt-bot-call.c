/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-call.h"

#include "opt-bot-answer.h"
#include "opt-bot-error-private.h"

#define READ_CHUNK 4096

struct _OptBotCall
{
  OptBotSession *session; /* (owned) */
  OptBotLane     lane;
  const char    *method;  /* (unowned): of the client, which the task holds */
  SoupMessage   *message; /* (owned) */
  gulong         wrote_data_id;
  gulong         wrote_body_id;
  gulong         restarted_id;
  GBytes        *bytes;   /* (owned) (nullable): the body, when it is in memory */
  GInputStream  *body;    /* (owned) (nullable): the body, when it is not */
  gint64         length;  /* of it; 0 when there is none */
  gint64         written; /* of it */
  gboolean       is_opened;

  GInputStream *stream; /* (owned) (nullable): the answer, once its headers are here */
  GByteArray   *answer; /* (owned) (nullable): what was read of it */
  gsize         answer_max;

  OptBotCallFunc written_func;
  gpointer       written_data; /* (owned) */
  GDestroyNotify written_destroy;

  void (*opened_func) (GTask        *task,
                       GInputStream *stream);
  gpointer       data; /* (owned) */
  GDestroyNotify data_destroy;
};

/* Told after each write has gone to the kernel: without all of a body no server can act on it. */
static void
wrote_data_cb (SoupMessage *message,
               guint        count,
               gpointer     user_data)
{
  OptBotCall *self = user_data;

  self->written += count;
}

/* Some answers, which say that nothing was done, make libsoup ask once more; it has dropped the
 * body then. One that was read from files can't be had again: the second time it fails. */
static void
restarted_cb (SoupMessage *message,
              gpointer     user_data)
{
  OptBotCall *self = user_data;

  self->written = 0;
  if (self->bytes != NULL)
    soup_message_set_request_body_from_bytes (message, NULL, self->bytes);
  else
    soup_message_set_request_body (message, NULL, self->body, self->length);
}

static void
wrote_body_cb (SoupMessage *message,
               gpointer     user_data)
{
  OptBotCall *self = user_data;

  if (self->written_func != NULL)
    self->written_func (self->written_data);
}

static gboolean
is_written (OptBotCall *self)
{
  return self->length > 0 && self->written >= self->length;
}

/* A proxy that will not connect answers in the server's place, before anything of the request left.
 * */
static gboolean
is_of_proxy (OptBotCall *self)
{
  return opt_bot_session_has_http_proxy (self->session) && self->written == 0 &&
         !SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (self->message));
}

/* Takes @task: the caller must not touch it, nor the call, after this. */
static void
fail (GTask  *task,
      GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
finish_reading (GTask *task)
{
  OptBotCall         *self = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  OptBotAnswer        answer = { 0 };
  JsonNode           *result;
  GError             *error = NULL;

  /* Gives the connection back before the callback may want one. */
  g_clear_object (&self->stream);

  answer.host = opt_bot_session_get_host (self->session);
  answer.method = self->method;
  answer.status = soup_message_get_status (self->message);
  answer.text = (const char *)self->answer->data;
  answer.length = self->answer->len;
  answer.is_file = self->opened_func != NULL;
  answer.content_type = soup_message_headers_get_one (headers, "Content-Type");
  answer.retry_after = soup_message_headers_get_one (headers, "Retry-After");
  answer.location = soup_message_headers_get_one (headers, "Location");

  result = opt_bot_answer_get_result (&answer, &error);
  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify)json_node_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
fail_too_long (GTask *task)
{
  OptBotCall *self = g_task_get_task_data (task);

  /* What is left of it is not read: the connection goes. */
  g_clear_object (&self->stream);
  fail (task, opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, TRUE,
                                 "what %s answered to %s exceeds %" G_GSIZE_FORMAT " bytes: "
                                 "check telegram.api_root and what stands between",
                                 opt_bot_session_get_host (self->session), self->method,
                                 self->answer_max));
}

/* How much to ask for: all that is announced and one byte to meet the end, else a little more each
 * time. */
static gsize
next_chunk (OptBotCall *self)
{
  goffset announced = opt_bot_call_get_answer_length (self);
  gsize   chunk = MAX (READ_CHUNK, self->answer->len);

  if (announced > self->answer->len)
    chunk = (gsize)announced - self->answer->len + 1;
  else if (announced >= 0)
    chunk = 1;
  return MIN (chunk, self->answer_max + 1 - self->answer->len);
}

static gboolean read_ready_cb (GObject *stream,
                               gpointer user_data);

/* Reads what is here without turning the loop: mostly the whole answer. */
static void
read_answer (GTask *task)
{
  OptBotCall           *self = g_task_get_task_data (task);
  GCancellable         *cancellable = g_task_get_cancellable (task);
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (self->stream);
  GError               *error = NULL;

  while (self->answer->len <= self->answer_max)
    {
      guint  used = self->answer->len;
      gsize  chunk = next_chunk (self);
      gssize count;

      g_byte_array_set_size (self->answer, used + (guint)chunk);
      count = g_pollable_input_stream_read_nonblocking (stream, self->answer->data + used, chunk,
                                                        cancellable, &error);
      g_byte_array_set_size (self->answer, used + (guint)MAX (count, 0));

      if (count == 0)
        {
          finish_reading (task);
          return;
        }
      if (count < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_autoptr (GSource) source = g_pollable_input_stream_create_source (stream, cancellable);

          g_error_free (error);
          g_task_attach_source (task, source, G_SOURCE_FUNC (read_ready_cb));
          return;
        }
      if (count < 0)
        {
          fail (task, opt_bot_call_explain (self, error));
          return;
        }
    }
  fail_too_long (task);
}

static gboolean
read_ready_cb (GObject *stream,
               gpointer user_data)
{
  read_answer (user_data);
  return G_SOURCE_REMOVE;
}

static void
sent_cb (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask      *task = user_data;
  OptBotCall *self = g_task_get_task_data (task);
  GError     *error = NULL;
  goffset     announced;

  self->stream = soup_session_send_finish (SOUP_SESSION (source_object), result, &error);
  if (self->stream == NULL || is_of_proxy (self))
    {
      fail (task, opt_bot_call_explain (self, error));
      return;
    }
  self->is_opened = TRUE;
  if (self->opened_func != NULL &&
      SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (self->message)))
    {
      self->opened_func (task, g_steal_pointer (&self->stream));
      return;
    }

  announced = opt_bot_call_get_answer_length (self);
  if (announced > (goffset)self->answer_max)
    {
      fail_too_long (task);
      return;
    }
  self->answer = g_byte_array_sized_new (announced >= 0 ? (guint)announced + 1 : READ_CHUNK);
  read_answer (task);
}

static void
send_request (GTask *task)
{
  OptBotCall *self = g_task_get_task_data (task);

  opt_bot_session_prepare_message (self->session, self->message, self->lane);
  soup_session_send_async (opt_bot_session_get_lane (self->session, self->lane), self->message,
                           g_task_get_priority (task), g_task_get_cancellable (task), sent_cb,
                           task);
}

static void
loaded_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask  *task = user_data;
  GError *error = NULL;

  if (opt_bot_session_load_finish (OPT_BOT_SESSION (source_object), result, &error))
    send_request (task);
  else
    fail (task, error);
}

/**
 * opt_bot_call_new:
 * @session: the connections
 * @lane: what kind of request it is
 * @verb: the HTTP method
 * @method: the API's method, for words; must outlive the call
 * @uri: the whole address
 *
 * Prepares a request.
 *
 * Returns: (transfer full): the call
 */
OptBotCall *
opt_bot_call_new (OptBotSession *session,
                  OptBotLane     lane,
                  const char    *verb,
                  const char    *method,
                  GUri          *uri)
{
  OptBotCall *self = g_new0 (OptBotCall, 1);

  self->session = g_object_ref (session);
  self->lane = lane;
  self->method = method;
  self->message = soup_message_new_from_uri (verb, uri);
  self->answer_max = OPT_BOT_ANSWER_MAX;
  if (lane != OPT_BOT_LANE_POLLS)
    opt_bot_session_add_pending (session, 1);
  return self;
}

/**
 * opt_bot_call_free:
 * @self: a call
 *
 * Frees it; the request must be over.
 */
void
opt_bot_call_free (OptBotCall *self)
{
  if (self->lane != OPT_BOT_LANE_POLLS)
    opt_bot_session_add_pending (self->session, -1);
  g_clear_signal_handler (&self->wrote_data_id, self->message);
  g_clear_signal_handler (&self->wrote_body_id, self->message);
  g_clear_signal_handler (&self->restarted_id, self->message);
  g_clear_object (&self->body);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  if (self->written_destroy != NULL)
    self->written_destroy (self->written_data);
  if (self->data_destroy != NULL)
    self->data_destroy (self->data);
  g_object_unref (self->message);
  g_object_unref (self->session);
  g_free (self);
}

static void
watch_body (OptBotCall *self,
            gint64      length)
{
  self->length = length;
  self->wrote_data_id = g_signal_connect (self->message, "wrote-body-data",
                                          G_CALLBACK (wrote_data_cb), self);
  self->restarted_id = g_signal_connect (self->message, "restarted", G_CALLBACK (restarted_cb),
                                         self);
}

/**
 * opt_bot_call_set_body:
 * @self: a call
 * @content_type: what the body is
 * @bytes: the body, not empty
 *
 * Gives the request its body.
 */
void
opt_bot_call_set_body (OptBotCall *self,
                       const char *content_type,
                       GBytes     *bytes)
{
  self->bytes = g_bytes_ref (bytes);
  soup_message_set_request_body_from_bytes (self->message, content_type, bytes);
  watch_body (self, (gint64)g_bytes_get_size (bytes));
}

/**
 * opt_bot_call_set_body_stream:
 * @self: a call
 * @content_type: what the body is
 * @body: the body
 * @length: how many bytes it has, at least 1
 *
 * Gives the request a body that is read while it is sent.
 */
void
opt_bot_call_set_body_stream (OptBotCall   *self,
                              const char   *content_type,
                              GInputStream *body,
                              gint64        length)
{
  self->body = g_object_ref (body);
  soup_message_set_request_body (self->message, content_type, body, length);
  watch_body (self, length);
}

/**
 * opt_bot_call_set_answer_max:
 * @self: a call
 * @bytes: the most an answer may have
 *
 * Changes what is %OPT_BOT_ANSWER_MAX at first.
 */
void
opt_bot_call_set_answer_max (OptBotCall *self,
                             gsize       bytes)
{
  self->answer_max = bytes;
}

/**
 * opt_bot_call_set_written_func:
 * @self: a call
 * @func: called when all of the request has been written
 * @user_data: for @func
 * @destroy: frees @user_data
 *
 * Asks to be told that the request is on the wire.
 */
void
opt_bot_call_set_written_func (OptBotCall    *self,
                               OptBotCallFunc func,
                               gpointer       user_data,
                               GDestroyNotify destroy)
{
  self->written_func = func;
  self->written_data = user_data;
  self->written_destroy = destroy;
  self->wrote_body_id =
    g_signal_connect (self->message, "wrote-body", G_CALLBACK (wrote_body_cb), self);
}

/**
 * opt_bot_call_set_opened_func:
 * @self: a call
 * @func: takes the task and the stream of an answer of status 2xx, instead of the answer being read
 *   as JSON
 * @data: kept with the call
 * @destroy: frees @data
 *
 * Lets somebody else read what is not an answer of the Bot API but a file.
 */
void
opt_bot_call_set_opened_func (OptBotCall *self,
                              void (*func) (GTask        *task,
                                            GInputStream *stream),
                              gpointer       data,
                              GDestroyNotify destroy)
{
  self->opened_func = func;
  self->data = data;
  self->data_destroy = destroy;
}

/**
 * opt_bot_call_get_data:
 * @self: a call
 *
 * Gets what opt_bot_call_set_opened_func() was given.
 *
 * Returns: (transfer none): the data
 */
gpointer
opt_bot_call_get_data (OptBotCall *self)
{
  return self->data;
}

/**
 * opt_bot_call_get_answer_length:
 * @self: a call whose answer has begun
 *
 * Tells how long the answer says it is.
 *
 * Returns: bytes, or -1 when it doesn't say
 */
goffset
opt_bot_call_get_answer_length (OptBotCall *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return -1;
  return soup_message_headers_get_content_length (headers);
}

/**
 * opt_bot_call_run:
 * @self: (transfer full): a call
 * @task: (transfer full): ends with the answer's `result` as a #JsonNode, or with an error
 *
 * Sends the request and reads the answer.
 */
void
opt_bot_call_run (OptBotCall *self,
                  GTask      *task)
{
  g_task_set_task_data (task, self, (GDestroyNotify)opt_bot_call_free);
  if (opt_bot_session_is_ready (self->session))
    send_request (task);
  else
    opt_bot_session_load_async (self->session, g_task_get_cancellable (task), loaded_cb, task);
}

/**
 * opt_bot_call_explain:
 * @self: a call that came to nothing
 * @error: (transfer full) (nullable): what the library says
 *
 * Makes words for people of a failure on the way, and tells by how far the request came whether
 * it may have been handled.
 *
 * Returns: (transfer full): %OPT_BOT_ERROR_NETWORK_BEFORE or %OPT_BOT_ERROR_NETWORK_AFTER, or
 * @error when it was cancelled or is of this room already
 */
GError *
opt_bot_call_explain (OptBotCall *self,
                      GError     *error)
{
  const char *host = opt_bot_session_get_host (self->session);
  g_autoptr (GError) cause = error;
  g_autofree char *why = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      (error != NULL && error->domain == OPT_BOT_ERROR))
    return g_steal_pointer (&cause);

  if (error == NULL)
    why = g_strdup_printf ("the proxy in telegram.proxy answered with status %u",
                           soup_message_get_status (self->message));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    why = g_strdup_printf ("nothing came for %u s",
                           opt_bot_session_get_timeout (self->session, self->lane));
  else
    why = opt_bot_clean_words (error->message, -1);

  if (error != NULL && error->domain == SOUP_SESSION_ERROR)
    return opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, is_written (self),
                              "what %s answered to %s cannot be read (%s): check telegram.api_root",
                              host, self->method, why);
  if (is_written (self))
    return opt_bot_error_new (OPT_BOT_ERROR_NETWORK_AFTER, TRUE,
                              "the connection to %s was lost after %s was sent: %s", host,
                              self->method, why);
  if (error != NULL && error->domain == G_TLS_ERROR)
    return opt_bot_error_new (
      OPT_BOT_ERROR_NETWORK_BEFORE, FALSE,
      "there is no secure connection to %s: %s; a certificate of your own goes into "
      "telegram.ca_file",
      host, why);
  if (self->is_opened)
    return opt_bot_error_new (OPT_BOT_ERROR_NETWORK_BEFORE, FALSE,
                              "the connection to %s was lost in the middle of %s: %s", host,
                              self->method, why);
  return opt_bot_error_new (OPT_BOT_ERROR_NETWORK_BEFORE, FALSE, "%s cannot be reached for %s: %s",
                            host, self->method, why);
}
