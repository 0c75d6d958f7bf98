/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "opt-bot-client.h"

/* The client alone: sends messages to one chat, eight in flight. Beside `floor-send ROOT TOKEN
 * COUNT CHAT` it shows what our layer costs. */
#define IN_FLIGHT 8

typedef struct
{
  OptBotClient *client;
  GMainLoop    *loop;
  char         *body;
  guint         to_send;
  guint         left;
} Bench;

static void send_next (Bench *self);

static void
sent_cb (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Bench *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  node = opt_bot_client_call_finish (OPT_BOT_CLIENT (source_object), result, &error);
  if (node == NULL)
    g_error ("%s", error->message);
  if (--self->left == 0)
    g_main_loop_quit (self->loop);
  else
    send_next (self);
}

static void
send_next (Bench *self)
{
  if (self->to_send == 0)
    return;

  self->to_send--;
  opt_bot_client_call_async (self->client, "sendMessage", self->body, NULL, sent_cb, self);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (OptBotSession) session = NULL;
  g_autoptr (OptBotClient) client = NULL;
  OptBotSettings settings = { 0 };
  Bench          self = { .loop = loop };
  struct rusage  usage;
  gint64         start, elapsed;
  guint          count;
  double         cpu;

  if (argc != 5)
    {
      g_printerr ("usage: bench-bot ROOT TOKEN COUNT CHAT\n");
      return 2;
    }
  settings.api_root = argv[1];
  count = self.left = self.to_send = (guint)strtoul (argv[3], NULL, 10);
  session = opt_bot_session_new (&settings, &error);
  client = session != NULL ? opt_bot_client_new (session, argv[2], &error) : NULL;
  if (client == NULL)
    g_error ("%s", error->message);
  self.client = client;
  self.body = g_strdup_printf ("{\"chat_id\":%s,\"text\":\"pong\"}", argv[4]);

  start = g_get_monotonic_time ();
  for (guint i = 0; i < IN_FLIGHT; i++)
    send_next (&self);
  g_main_loop_run (loop);

  elapsed = g_get_monotonic_time () - start;
  getrusage (RUSAGE_SELF, &usage);
  cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  g_print (
    "{\"count\":%u,\"seconds\":%.3f,\"per_second\":%.0f,\"cpu_seconds\":%.3f}\n",
    count, (double)elapsed / 1e6, count * 1e6 / (double)elapsed, cpu);
  g_free (self.body);
  return 0;
}
