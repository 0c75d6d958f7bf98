/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* What a bare program reaches, against which ours is measured: libsoup and json-glib, eight answers
 * in flight, nothing stored, no order kept. Takes updates in batches and answers each with one
 * message, or
 * (`calls`) just
 * sends messages to one chat. */
#define IN_FLIGHT 8

typedef struct
{
  SoupSession *session;
  GMainLoop   *loop;
  GUri        *updates;
  GUri        *send;
  GQueue       chats; /* (element-type gint64*): to be answered */
  gint64       offset;
  guint        in_flight;
  guint        left;
  gboolean     polling;
} Floor;

static void poll (Floor *self);

static void
post (Floor              *self,
      GUri               *uri,
      char               *body,
      GAsyncReadyCallback callback)
{
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (SOUP_METHOD_POST, uri);
  g_autoptr (GBytes) bytes = g_bytes_new_take (body, strlen (body));

  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, callback,
                                    self);
}

static JsonParser *
finish (GObject      *source_object,
        GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize       size;
  const char *data;

  bytes = soup_session_send_and_read_finish (SOUP_SESSION (source_object), result, &error);
  if (bytes == NULL)
    g_error ("%s", error->message);
  data = g_bytes_get_data (bytes, &size);
  if (!json_parser_load_from_data (parser, data, (gssize)size, &error))
    g_error ("%s", error->message);
  if (!json_object_get_boolean_member (json_node_get_object (json_parser_get_root (parser)), "ok"))
    g_error ("%.*s", (int)size, data);
  return g_steal_pointer (&parser);
}

static void sent_cb (GObject      *source_object,
                     GAsyncResult *result,
                     gpointer      user_data);

static void
pump (Floor *self)
{
  while (self->in_flight < IN_FLIGHT && !g_queue_is_empty (&self->chats))
    {
      g_autofree gint64 *chat = g_queue_pop_head (&self->chats);

      self->in_flight++;
      post (self, self->send,
            g_strdup_printf ("{\"chat_id\":%" G_GINT64_FORMAT ",\"text\":\"pong\"}", *chat),
            sent_cb);
    }
  if (g_queue_get_length (&self->chats) < IN_FLIGHT)
    poll (self);
}

static void
sent_cb (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Floor *self = user_data;
  g_autoptr (JsonParser) parser = finish (source_object, result);

  self->in_flight--;
  if (--self->left == 0)
    g_main_loop_quit (self->loop);
  else
    pump (self);
}

static void
polled_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Floor *self = user_data;
  g_autoptr (JsonParser) parser = finish (source_object, result);
  JsonArray *updates;

  self->polling = FALSE;
  updates = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                          "result");
  for (guint i = 0; i < json_array_get_length (updates); i++)
    {
      JsonObject *update = json_array_get_object_element (updates, i);
      JsonObject *message = json_object_get_object_member (update, "message");
      JsonObject *chat = json_object_get_object_member (message, "chat");
      gint64      id = json_object_get_int_member (chat, "id");

      self->offset = json_object_get_int_member (update, "update_id") + 1;
      g_queue_push_tail (&self->chats, g_memdup2 (&id, sizeof id));
    }
  pump (self);
}

static void
poll (Floor *self)
{
  if (self->polling || self->updates == NULL)
    return;

  self->polling = TRUE;
  post (self, self->updates,
        g_strdup_printf ("{\"offset\":%" G_GINT64_FORMAT ",\"timeout\":50}", self->offset),
        polled_cb);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *send = NULL;
  g_autofree char *updates = NULL;
  Floor            self = { .loop = loop, .chats = G_QUEUE_INIT };
  struct rusage    usage;
  gint64           start, elapsed;
  guint            count;
  double           cpu;

  if (argc < 4)
    {
      g_printerr ("usage: floor-send ROOT TOKEN COUNT [CHAT]\n"
                  "answers COUNT updates, or sends COUNT messages to CHAT\n");
      return 2;
    }
  count = (guint)strtoul (argv[3], NULL, 10);
  self.left = count;
  self.session = soup_session_new_with_options ("max-conns-per-host", IN_FLIGHT + 1, NULL);
  send = g_strconcat (argv[1], "/bot", argv[2], "/sendMessage", NULL);
  self.send = g_uri_parse (send, SOUP_HTTP_URI_FLAGS, NULL);
  updates = g_strconcat (argv[1], "/bot", argv[2], "/getUpdates", NULL);

  start = g_get_monotonic_time ();
  if (argc > 4)
    for (guint i = 0; i < count; i++)
      {
        gint64 id = g_ascii_strtoll (argv[4], NULL, 10);

        g_queue_push_tail (&self.chats, g_memdup2 (&id, sizeof id));
      }
  else
    self.updates = g_uri_parse (updates, SOUP_HTTP_URI_FLAGS, NULL);
  pump (&self);
  g_main_loop_run (loop);

  elapsed = g_get_monotonic_time () - start;
  getrusage (RUSAGE_SELF, &usage);
  cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  g_print (
    "{\"count\":%u,\"seconds\":%.3f,\"per_second\":%.0f,\"cpu_seconds\":%.3f}\n",
    count, (double)elapsed / 1e6, count * 1e6 / (double)elapsed, cpu);
  return 0;
}
