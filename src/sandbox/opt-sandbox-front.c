/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-front.h"

#include <string.h>

#include "opt-sandbox-answer.h"
#include "opt-sandbox-body.h"
#include "opt-sandbox-control.h"
#include "opt-sandbox-methods.h"

#define METHOD_BYTES_MAX 64

static void
send_invalid_token (SoupServerMessage *message)
{
  opt_sandbox_answer_send_error (message, 401, "Unauthorized: invalid token specified");
}

static OptSandboxBot *
find_bot (OptSandboxWorld *world,
          const char      *from,
          const char      *end)
{
  char  token[128];
  gsize length = (gsize)(end - from);

  if (length >= sizeof token)
    return NULL;

  memcpy (token, from, length);
  token[length] = '\0';
  return opt_sandbox_world_get_bot (world, token);
}

static void
run (SoupServerMessage *message,
     OptSandboxWorld   *world,
     OptSandboxBot     *bot,
     const char        *name)
{
  g_autoptr (OptSandboxParams) params = opt_sandbox_params_new ();
  g_autofree char        *problem = NULL;
  const OptSandboxMethod *method;
  OptSandboxMethod        unknown = { NULL, NULL, FALSE };
  guint                   status = 0;

  if (!opt_sandbox_body_read (message, params, &status, &problem))
    {
      opt_sandbox_answer_send_error (message, status, problem);
      return;
    }
  if (*name == '\0')
    name = opt_sandbox_params_get (params, "method");

  method = opt_sandbox_methods_find (name);
  if (method == NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (name, -1);

      if (strlen (valid) > METHOD_BYTES_MAX)
        g_utf8_strncpy (valid, valid, METHOD_BYTES_MAX / 4);
      unknown.name = g_intern_string (valid);
      method = &unknown;
    }
  opt_sandbox_call_run (
    opt_sandbox_call_new (world, bot, method, g_steal_pointer (&params), message));
}

/* @path is what comes behind `/bot`. */
static void
handle_bot (SoupServerMessage *message,
            OptSandboxWorld   *world,
            const char        *path)
{
  const char    *end = strchr (path, '/');
  OptSandboxBot *bot;

  if (end == NULL)
    {
      opt_sandbox_answer_send_error (message, 404, "Not Found");
      return;
    }

  bot = find_bot (world, path, end);
  if (bot == NULL)
    {
      send_invalid_token (message);
      return;
    }

  if (g_str_has_prefix (end, "/test/"))
    end += strlen ("/test");
  run (message, world, bot, end + 1);
}

/* @path is what comes behind `/file/bot`. */
static void
handle_file (SoupServerMessage *message,
             OptSandboxWorld   *world,
             const char        *path)
{
  const char      *end = strchr (path, '/');
  OptSandboxBot   *bot = end != NULL ? find_bot (world, path, end) : NULL;
  OptSandboxFile  *file;
  OptSandboxAnswer answer = { .status = 200, .content_type = "application/octet-stream" };

  if (end == NULL || bot == NULL || bot->is_revoked)
    {
      opt_sandbox_answer_send_error (message, end == NULL ? 404 : 401,
                                     end == NULL ? "Not Found" : "Unauthorized");
      return;
    }

  file = g_hash_table_lookup (bot->paths, end + 1);
  if (file == NULL || g_bytes_get_size (file->data) > OPT_SANDBOX_FILE_DOWNLOAD_MAX)
    {
      opt_sandbox_answer_send_error (message, 404, "Not Found");
      return;
    }

  opt_sandbox_answer_send (message, &answer, file->data);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  OptSandboxWorld *world = user_data;
  const char      *verb = soup_server_message_get_method (message);

  if (g_str_has_prefix (path, "/sandbox/"))
    opt_sandbox_control_handle (message, world, path + strlen ("/sandbox/"));
  else if (verb != SOUP_METHOD_POST && verb != SOUP_METHOD_GET)
    opt_sandbox_answer_send_error (message, 501, "Not Implemented");
  else if (g_str_has_prefix (path, "/bot"))
    handle_bot (message, world, path + strlen ("/bot"));
  else if (g_str_has_prefix (path, "/file/bot"))
    handle_file (message, world, path + strlen ("/file/bot"));
  else
    opt_sandbox_answer_send_error (message, 404, "Not Found");
}

static void
headers_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  opt_sandbox_body_watch (message);
}

/**
 * opt_sandbox_front_attach:
 * @server: an HTTP server
 * @world: (transfer none): what it serves; outlives it
 *
 * Has the server speak the Bot API and the control API.
 */
void
opt_sandbox_front_attach (SoupServer      *server,
                          OptSandboxWorld *world)
{
  soup_server_add_early_handler (server, NULL, headers_cb, NULL, NULL);
  soup_server_add_handler (server, NULL, request_cb, world, NULL);
}
