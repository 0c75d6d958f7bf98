/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsecret/secret.h>
#include <libsoup/soup.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* The least that a program like ours can be, against which ours is measured while it waits: links
 * what the agent links, owns a bus name, keeps a WAL database open on a writer and a reader thread,
 * and polls.
 *
 * Prints `ready` when the name is its own, and `polling` when the first poll has been written. */
#define NAME "io.github.optimus_rpa.Optimus.Floor"

typedef struct
{
  const char  *database;
  GAsyncQueue *work; /* (owned): never gets any */
} Worker;

typedef struct
{
  SoupSession *session;
  GUri        *uri;
} Poller;

static void poll (Poller *self);

static gpointer
read_work (gpointer data)
{
  Worker  *worker = data;
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (worker->database, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  sqlite3_exec (db, "SELECT count(*) FROM updates", NULL, NULL, NULL);
  g_async_queue_pop (worker->work);
  sqlite3_close (db);
  return NULL;
}

static gpointer
write_work (gpointer data)
{
  Worker  *worker = data;
  Worker   reader = { worker->database, g_async_queue_new () };
  sqlite3 *db = NULL;

  if (sqlite3_open (worker->database, &db) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  sqlite3_exec (db,
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE IF NOT EXISTS updates (id INTEGER PRIMARY KEY, text TEXT);"
                "INSERT INTO updates (text) VALUES ('x')",
                NULL, NULL, NULL);

  /* The reader finds what the writer made. */
  g_thread_unref (g_thread_new ("reader", read_work, &reader));
  g_async_queue_pop (worker->work);
  sqlite3_close (db);
  return NULL;
}

static void
polled_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();

  bytes = soup_session_send_and_read_finish (SOUP_SESSION (source_object), result, &error);
  if (bytes == NULL)
    g_error ("%s", error->message);
  if (!json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL),
                                   (gssize)g_bytes_get_size (bytes), &error))
    g_error ("%s", error->message);
  poll (user_data);
}

static void
written_cb (SoupMessage *message,
            gpointer     user_data)
{
  g_print ("polling\n");
}

static void
poll (Poller *self)
{
  static const char body[] = "{\"timeout\":50}";
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (SOUP_METHOD_POST, self->uri);
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));

  soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  g_signal_connect (message, "wrote-body", G_CALLBACK (written_cb), NULL);
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, polled_cb,
                                    self);
}

static void
acquired_cb (GDBusConnection *connection,
             const char      *name,
             gpointer         user_data)
{
  g_print ("ready\n");
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *address = NULL;
  Poller           poller;
  Worker           writer = { 0 };

  if (argc != 4)
    {
      g_printerr ("usage: floor-idle ROOT TOKEN DATABASE\n");
      return 2;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  g_type_ensure (SECRET_TYPE_SERVICE);

  writer.database = argv[3];
  writer.work = g_async_queue_new ();
  g_thread_unref (g_thread_new ("writer", write_work, &writer));
  g_bus_own_name (G_BUS_TYPE_SESSION, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, acquired_cb, NULL,
                  NULL, NULL);

  address = g_strconcat (argv[1], "/bot", argv[2], "/getUpdates", NULL);
  poller.uri = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  poller.session = soup_session_new ();
  poll (&poller);
  g_main_loop_run (loop);
  return 0;
}
