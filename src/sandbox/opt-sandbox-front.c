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
send_invalid_token (OptSandboxExchange *exchange)
{
  opt_sandbox_answer_send_error (exchange, 401, "Unauthorized: invalid token specified");
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
run (OptSandboxExchange *exchange,
     OptSandboxWorld    *world,
     OptSandboxBot      *bot,
     const char         *name)
{
  g_autoptr (OptSandboxParams) params = opt_sandbox_params_new ();
  g_autofree char        *problem = NULL;
  const OptSandboxMethod *method;
  OptSandboxMethod        unknown = { NULL, NULL, FALSE };
  guint                   status = 0;

  if (!opt_sandbox_body_read (exchange, params, &status, &problem))
    {
      opt_sandbox_answer_send_error (exchange, status, problem);
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
    opt_sandbox_call_new (world, bot, method, g_steal_pointer (&params), exchange));
}

/* @path is what comes behind `/bot`. */
static void
handle_bot (OptSandboxExchange *exchange,
            OptSandboxWorld    *world,
            const char         *path)
{
  const char    *end = strchr (path, '/');
  OptSandboxBot *bot;

  if (end == NULL)
    {
      opt_sandbox_answer_send_error (exchange, 404, "Not Found");
      return;
    }

  bot = find_bot (world, path, end);
  if (bot == NULL)
    {
      send_invalid_token (exchange);
      return;
    }

  if (g_str_has_prefix (end, "/test/"))
    end += strlen ("/test");
  run (exchange, world, bot, end + 1);
}

static void
send_file (OptSandboxExchange *exchange,
           OptSandboxWorld    *world,
           OptSandboxFile     *file,
           OptSandboxFault    *fault)
{
  g_autoptr (GBytes) content = g_bytes_ref (file->data);
  OptSandboxAnswer answer = { .status = 200, .content_type = "application/octet-stream" };
  gboolean         is_drop = fault != NULL && fault->drop != OPT_SANDBOX_DROP_NEVER;

  if (fault != NULL && opt_sandbox_fault_is_canned (fault))
    {
      const char *body = fault->body != NULL ? fault->body : fault->description;

      answer.status = fault->status != 0 ? fault->status : 400;
      answer.retry_after = (guint)fault->retry_after;
      g_bytes_unref (content);
      content = g_bytes_new (body != NULL ? body : "", body != NULL ? strlen (body) : 0);
    }
  if (fault != NULL && fault->truncate)
    {
      g_autoptr (GBytes) whole = g_steal_pointer (&content);

      content = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
    }

  if (fault != NULL && fault->delay_ms > 0)
    opt_sandbox_answer_send_later (exchange, &answer, content, world->clock, fault->delay_ms,
                                   is_drop);
  else if (is_drop)
    opt_sandbox_answer_drop (exchange);
  else
    opt_sandbox_answer_send (exchange, &answer, content);
}

/* @path is what comes behind `/file/bot`. Faults call this the method `file`. */
static void
handle_file (OptSandboxExchange *exchange,
             OptSandboxWorld    *world,
             const char         *path)
{
  const char     *end = strchr (path, '/');
  OptSandboxBot  *bot = end != NULL ? find_bot (world, path, end) : NULL;
  OptSandboxFile *file = bot != NULL ? g_hash_table_lookup (bot->paths, end + 1) : NULL;
  g_autoptr (OptSandboxFault) fault = NULL;

  if (end == NULL)
    {
      opt_sandbox_answer_send_error (exchange, 404, "Not Found");
    }
  else if (bot == NULL || bot->is_revoked)
    {
      opt_sandbox_answer_send_error (exchange, 401, "Unauthorized");
    }
  else if (file == NULL || g_bytes_get_size (file->data) > OPT_SANDBOX_FILE_DOWNLOAD_MAX)
    {
      opt_sandbox_answer_send_error (exchange, 404, "Not Found");
    }
  else
    {
      fault = opt_sandbox_world_take_fault (world, bot->token, "file", "");
      send_file (exchange, world, file, fault);
    }
}

/**
 * opt_sandbox_front_handle:
 * @exchange: (transfer full): a request
 * @world: what it is about
 *
 * Speaks the Bot API, serves files, and passes on what is for the control API.
 */
void
opt_sandbox_front_handle (OptSandboxExchange *exchange,
                          OptSandboxWorld    *world)
{
  const char *path = exchange->path;

  if (g_str_has_prefix (path, "/sandbox/"))
    opt_sandbox_control_handle (exchange, world, path + strlen ("/sandbox/"));
  else if (strcmp (exchange->verb, "POST") != 0 && strcmp (exchange->verb, "GET") != 0)
    opt_sandbox_answer_send_error (exchange, 501, "Not Implemented");
  else if (g_str_has_prefix (path, "/bot"))
    handle_bot (exchange, world, path + strlen ("/bot"));
  else if (g_str_has_prefix (path, "/file/bot"))
    handle_file (exchange, world, path + strlen ("/file/bot"));
  else
    opt_sandbox_answer_send_error (exchange, 404, "Not Found");
}
