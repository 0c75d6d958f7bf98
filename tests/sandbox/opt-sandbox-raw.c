/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-raw.h"

#include <string.h>

/**
 * opt_sandbox_raw_open:
 * @probe: a probe
 * @bytes: what to send
 *
 * Opens a connection and sends bytes as they are.
 *
 * Returns: (transfer full): the connection
 */
GSocketConnection *
opt_sandbox_raw_open (OptSandboxProbe *probe,
                      const char      *bytes)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GUri) uri = g_uri_parse (probe->root, G_URI_FLAGS_NONE, NULL);
  GSocketConnection *connection;
  g_autoptr (GError) error = NULL;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16)g_uri_get_port (uri),
                                                NULL, &error);
  g_assert_no_error (error);
  g_assert_true (
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes,
                               strlen (bytes), NULL, NULL, NULL));
  return connection;
}

static gboolean
ready_cb (GSocket     *socket,
          GIOCondition condition,
          gpointer     user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_for_bytes (GSocket *socket)
{
  g_autoptr (GSource) source = g_socket_create_source (socket, G_IO_IN, NULL);
  gboolean is_ready = FALSE;

  g_source_set_callback (source, G_SOURCE_FUNC (ready_cb), &is_ready, NULL);
  g_source_attach (source, NULL);
  while (!is_ready)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count (const char *in,
       const char *text)
{
  guint found = 0;

  while ((in = strstr (in, text)) != NULL)
    {
      found++;
      in++;
    }

  return found;
}

/**
 * opt_sandbox_raw_read:
 * @connection: a connection to the sandbox
 * @text: what to wait for
 * @times: how often it must come; 0 is until the end
 *
 * Returns: (transfer full): all that came
 */
char *
opt_sandbox_raw_read (GSocketConnection *connection,
                      const char        *text,
                      guint              times)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  GString *got = g_string_new (NULL);
  gssize   size;

  do
    {
      char buffer[65536];

      wait_for_bytes (socket);
      size = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
      if (size > 0)
        g_string_append_len (got, buffer, size);
  } while (size > 0 && (times == 0 || count (got->str, text) < times));

  return g_string_free (got, FALSE);
}
