/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-cut.h"

#include <string.h>

typedef struct
{
  OptBotCutStep step;
  char         *answer; /* (owned) (nullable) */
} Step;

struct _OptBotCut
{
  GSocketListener *listener; /* (owned) */
  GThread         *thread;   /* (owned) */
  GCancellable    *end;      /* (owned) */
  guint16          port;
  GAsyncQueue     *steps; /* (owned) (element-type Step) */
  int              requests;
  int              connections;
  GMutex           mutex;
  GCond            cond;
  guint            closed; /* under mutex */
};

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->answer);
  g_free (step);
}

/* Returns how long the body is, or -1 when the peer is gone. */
static gint64
read_head (OptBotCut        *self,
           GDataInputStream *stream)
{
  gint64 length = 0;

  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (stream, NULL, self->end, NULL);

      if (line == NULL)
        return -1;
      if (*line == '\0')
        return length;
      if (g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
        length = g_ascii_strtoll (line + 15, NULL, 10);
    }
}

/* Returns whether the connection goes on. */
static gboolean
serve (OptBotCut        *self,
       const Step       *step,
       GDataInputStream *input,
       GOutputStream    *output)
{
  char     more[4096];
  gint64   length = read_head (self, input);
  gboolean is_well;

  if (length < 0)
    return FALSE;
  memset (more, 'x', sizeof more);
  if (step->step != OPT_BOT_CUT_HEAD)
    {
      g_autofree char *body = g_malloc ((gsize)length + 1);

      if (!g_input_stream_read_all (G_INPUT_STREAM (input), body, (gsize)length, NULL, self->end,
                                    NULL))
        return FALSE;
    }
  g_atomic_int_inc (&self->requests);
  if (step->answer == NULL)
    return FALSE;

  is_well = g_output_stream_write_all (output, step->answer, strlen (step->answer), NULL, self->end,
                                       NULL);
  while (is_well && step->step == OPT_BOT_CUT_ENDLESS)
    is_well = g_output_stream_write_all (output, more, sizeof more, NULL, self->end, NULL);
  return is_well && step->step == OPT_BOT_CUT_KEEP;
}

static void
serve_connection (OptBotCut *self,
                  GIOStream *connection)
{
  g_autoptr (GDataInputStream) input = NULL;
  gboolean goes_on = TRUE;

  input = g_data_input_stream_new (g_io_stream_get_input_stream (connection));
  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (goes_on)
    {
      Step *step = g_async_queue_try_pop (self->steps);

      goes_on = step != NULL && step->step != OPT_BOT_CUT_ACCEPT &&
                serve (self, step, input, g_io_stream_get_output_stream (connection));
      g_clear_pointer (&step, step_free);
    }
  g_io_stream_close (connection, NULL, NULL);

  g_mutex_lock (&self->mutex);
  self->closed++;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* One connection after the other. */
static gpointer
run (gpointer data)
{
  OptBotCut *self = data;

  for (;;)
    {
      g_autoptr (GSocketConnection) connection = NULL;

      connection = g_socket_listener_accept (self->listener, NULL, self->end, NULL);
      if (connection == NULL)
        return NULL;
      g_atomic_int_inc (&self->connections);
      serve_connection (self, G_IO_STREAM (connection));
    }
}

OptBotCut *
opt_bot_cut_new (void)
{
  OptBotCut *self = g_new0 (OptBotCut, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) found = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->steps = g_async_queue_new_full (step_free);
  self->end = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &found, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (found));
  self->thread = g_thread_new ("opt-bot-cut", run, self);
  return self;
}

void
opt_bot_cut_free (OptBotCut *self)
{
  g_cancellable_cancel (self->end);
  g_thread_join (self->thread);
  g_object_unref (self->listener);
  g_object_unref (self->end);
  g_async_queue_unref (self->steps);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

guint16
opt_bot_cut_get_port (OptBotCut *self)
{
  return self->port;
}

void
opt_bot_cut_add (OptBotCut    *self,
                 OptBotCutStep step,
                 const char   *answer)
{
  Step *entry = g_new0 (Step, 1);

  entry->step = step;
  entry->answer = g_strdup (answer);
  g_async_queue_push (self->steps, entry);
}

guint
opt_bot_cut_count_requests (OptBotCut *self)
{
  return (guint)g_atomic_int_get (&self->requests);
}

guint
opt_bot_cut_count_connections (OptBotCut *self)
{
  return (guint)g_atomic_int_get (&self->connections);
}

void
opt_bot_cut_wait_closed (OptBotCut *self,
                         guint      count)
{
  g_mutex_lock (&self->mutex);
  while (self->closed < count)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}
