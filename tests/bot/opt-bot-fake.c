/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-fake.h"

#include <libsoup/soup.h>
#include <string.h>

typedef struct
{
  char   *method; /* (owned) (nullable) */
  guint   status;
  char   *header;       /* (owned) (nullable): "Name: value" */
  char   *content_type; /* (owned) */
  GBytes *body;         /* (owned) (nullable) */
} Reply;

struct _OptBotFake
{
  SoupServer         *server;      /* (owned) */
  char               *root;        /* (owned) */
  GQueue             *script;      /* (owned) (element-type Reply) */
  GQueue             *held;        /* (owned) (element-type SoupServerMessage) */
  GPtrArray          *methods;     /* (owned) (element-type utf8): of all calls */
  GHashTable         *connections; /* (owned): ports that calls came from */
  GBytes             *body;        /* (owned) (nullable) */
  char               *text;        /* (owned) (nullable) */
  char               *path;        /* (owned) (nullable) */
  SoupMessageHeaders *headers;     /* (owned) (nullable) */
};

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_free (reply->method);
  g_free (reply->header);
  g_free (reply->content_type);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply);
}

static void
send_reply (SoupServerMessage *message,
            const Reply       *reply)
{
  gsize       size;
  const char *data;

  if (reply->body == NULL)
    {
      g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

      g_io_stream_close (stream, NULL, NULL);
      return;
    }
  data = g_bytes_get_data (reply->body, &size);
  soup_server_message_set_status (message, reply->status, NULL);
  soup_server_message_set_response (message, reply->content_type, SOUP_MEMORY_COPY, data, size);
  if (reply->header != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (reply->header, ": ", 2);

      soup_message_headers_append (soup_server_message_get_response_headers (message),
                                   parts[0], parts[1]);
    }
}

static Reply *
find_reply (OptBotFake *self,
            const char *method)
{
  for (GList *l = self->script->head; l != NULL; l = l->next)
    {
      Reply *reply = l->data;

      if (reply->method == NULL || strcmp (reply->method, method) == 0)
        {
          g_queue_delete_link (self->script, l);
          return reply;
        }
    }
  return NULL;
}

static void
remember (OptBotFake        *self,
          SoupServerMessage *message,
          const char        *path)
{
  GSocketAddress  *address = soup_server_message_get_remote_address (message);
  guint            port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_hash_table_add (self->connections, GUINT_TO_POINTER (port));
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = soup_message_body_flatten (body);
  g_free (self->text);
  self->text = g_strndup (g_bytes_get_data (self->body, NULL), g_bytes_get_size (self->body));
  g_free (self->path);
  self->path = g_strdup (path);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  self->headers = soup_message_headers_ref (soup_server_message_get_request_headers (message));
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  OptBotFake *self = user_data;
  const char *method = strrchr (path, '/') + 1;
  Reply      *reply = find_reply (self, method);

  g_ptr_array_add (self->methods, g_strdup (method));
  remember (self, message, path);
  if (reply != NULL)
    {
      send_reply (message, reply);
      reply_free (reply);
      return;
    }
  soup_server_message_pause (message);
  g_queue_push_tail (self->held, g_object_ref (message));
}

OptBotFake *
opt_bot_fake_new (GTlsCertificate *certificate)
{
  OptBotFake *self = g_new0 (OptBotFake, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;
  int     port;

  self->server = g_object_new (SOUP_TYPE_SERVER, "tls-certificate", certificate, NULL);
  self->script = g_queue_new ();
  self->held = g_queue_new ();
  self->methods = g_ptr_array_new_with_free_func (g_free);
  self->connections = g_hash_table_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  soup_server_listen_local (self->server, 0,
                            SOUP_SERVER_LISTEN_IPV4_ONLY |
                              (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0),
                            &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  port = g_uri_get_port (uris->data);
  self->root = g_strdup_printf ("%s://127.0.0.1:%d", certificate != NULL ? "https" : "http", port);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return self;
}

void
opt_bot_fake_free (OptBotFake *self)
{
  /* Lets the server see who has gone: it leaks connections that are open when it is. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  soup_server_disconnect (self->server);
  g_queue_free_full (self->held, g_object_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (self->server);
  g_queue_free_full (self->script, reply_free);
  g_ptr_array_unref (self->methods);
  g_hash_table_unref (self->connections);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_free (self->text);
  g_free (self->path);
  g_free (self->root);
  g_free (self);
}

const char *
opt_bot_fake_get_root (OptBotFake *self)
{
  return self->root;
}

OptBotClient *
opt_bot_fake_new_client (OptBotFake *self)
{
  OptBotSettings settings = { .api_root = self->root };
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotSession) session = opt_bot_session_new (&settings, &error);
  OptBotClient *client;

  g_assert_no_error (error);
  client = opt_bot_client_new (session, OPT_BOT_FAKE_TOKEN, &error);
  g_assert_no_error (error);
  return client;
}

void
opt_bot_fake_script_full (OptBotFake *self,
                          const char *method,
                          guint       status,
                          const char *header,
                          const char *content_type,
                          const char *body,
                          gssize      length)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->method = g_strdup (method);
  reply->status = status;
  reply->header = g_strdup (header);
  reply->content_type = g_strdup (content_type);
  if (body != NULL)
    reply->body = g_bytes_new (body, length < 0 ? strlen (body) : (gsize)length);
  g_queue_push_tail (self->script, reply);
}

void
opt_bot_fake_script (OptBotFake *self,
                     const char *method,
                     guint       status,
                     const char *body)
{
  opt_bot_fake_script_full (self, method, status, NULL, "application/json", body, -1);
}

void
opt_bot_fake_answer (OptBotFake *self,
                     guint       status,
                     const char *body)
{
  g_autoptr (SoupServerMessage) message = g_queue_pop_head (self->held);

  g_assert_nonnull (message);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body,
                                    strlen (body));
  soup_server_message_unpause (message);
}

guint
opt_bot_fake_count (OptBotFake *self,
                    const char *method)
{
  guint count = 0;

  for (guint i = 0; i < self->methods->len; i++)
    count += strcmp (g_ptr_array_index (self->methods, i), method) == 0;
  return count;
}

guint
opt_bot_fake_count_held (OptBotFake *self)
{
  return g_queue_get_length (self->held);
}

void
opt_bot_fake_wait_count (OptBotFake *self,
                         const char *method,
                         guint       count)
{
  while (opt_bot_fake_count (self, method) < count)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (opt_bot_fake_count (self, method), ==, count);
}

void
opt_bot_fake_wait_held (OptBotFake *self,
                        guint       count)
{
  while (opt_bot_fake_count_held (self) != count)
    g_main_context_iteration (NULL, TRUE);
}

const char *
opt_bot_fake_get_body (OptBotFake *self)
{
  return self->text;
}

GBytes *
opt_bot_fake_get_body_bytes (OptBotFake *self)
{
  return self->body;
}

const char *
opt_bot_fake_get_path (OptBotFake *self)
{
  return self->path;
}

const char *
opt_bot_fake_get_header (OptBotFake *self,
                         const char *name)
{
  return soup_message_headers_get_one (self->headers, name);
}

guint
opt_bot_fake_count_connections (OptBotFake *self)
{
  return g_hash_table_size (self->connections);
}
