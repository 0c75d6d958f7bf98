/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-control.h"

#include <string.h>

#include "opt-sandbox-answer.h"
#include "opt-sandbox-body.h"
#include "opt-sandbox-json.h"

/* @has_tail: whether one more part of the path may follow. */
typedef struct
{
  const char *verb;
  gboolean    is_of_bot;
  const char *name;
  gboolean    has_tail;
  gboolean (*handle) (OptSandboxRequest *request,
                      GError           **error);
} Route;

static const Route routes[] = {
  { "POST", TRUE, "messages", FALSE, opt_sandbox_control_add_message },
  { "POST", TRUE, "presses", FALSE, opt_sandbox_control_press },
  { "GET", TRUE, "sent", FALSE, opt_sandbox_control_show_sent },
  { "GET", TRUE, "calls", FALSE, opt_sandbox_control_show_calls },
  { "POST", TRUE, "bot", FALSE, opt_sandbox_control_change_bot },
  { "POST", TRUE, "chats", FALSE, opt_sandbox_control_add_chat },
  { "POST", TRUE, "chats", TRUE, opt_sandbox_control_change_chat },
  { "POST", FALSE, "faults", FALSE, opt_sandbox_control_add_fault },
  { "GET", FALSE, "faults", FALSE, opt_sandbox_control_show_faults },
  { "DELETE", FALSE, "faults", FALSE, opt_sandbox_control_remove_faults },
  { "DELETE", FALSE, "faults", TRUE, opt_sandbox_control_remove_faults },
  { "GET", FALSE, "stats", FALSE, opt_sandbox_control_show_stats },
  { "POST", FALSE, "clock", FALSE, opt_sandbox_control_advance },
};

static gboolean
read_body (OptSandboxRequest *request,
           JsonNode         **node,
           GError           **error)
{
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) body = NULL;
  guint       status;
  gsize       size;
  const char *data;

  body = opt_sandbox_body_get (request->exchange, &status, &problem);
  if (body == NULL)
    return opt_sandbox_request_fail (error, "%s", problem);

  data = g_bytes_get_data (body, &size);
  *node = opt_sandbox_json_parse (size > 0 ? data : "", (gssize)size, error);
  if (*node == NULL)
    {
      g_prefix_error (error, "the body: ");
      return FALSE;
    }
  if (JSON_NODE_HOLDS_OBJECT (*node))
    request->object = json_node_get_object (*node);
  else if (JSON_NODE_HOLDS_ARRAY (*node))
    request->list = json_node_get_array (*node);

  return TRUE;
}

static const Route *
find_route (OptSandboxRequest *request,
            gboolean           is_of_bot,
            const char        *name,
            gboolean           has_tail)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (routes[i].is_of_bot == is_of_bot && routes[i].has_tail == has_tail &&
          strcmp (routes[i].verb, request->exchange->verb) == 0 &&
          strcmp (routes[i].name, name) == 0)
        return &routes[i];
    }

  return NULL;
}

static gboolean
handle (OptSandboxRequest *request,
        const char        *path,
        GError           **error)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", 4);
  g_autoptr (JsonNode) node = NULL;
  gboolean     is_of_bot = parts[0] != NULL && strchr (parts[0], ':') != NULL;
  char       **rest = is_of_bot ? parts + 1 : parts;
  const char  *query = request->exchange->query;
  const Route *route = NULL;

  if (rest[0] != NULL && (rest[1] == NULL || rest[2] == NULL))
    route = find_route (request, is_of_bot, rest[0], rest[1] != NULL);
  if (route == NULL)
    {
      g_set_error (error, OPT_SANDBOX_REQUEST_ERROR, OPT_SANDBOX_REQUEST_ERROR_NOT_FOUND,
                   "there is no %s /sandbox/%s", request->exchange->verb,
                   is_of_bot && rest[0] != NULL ? rest[0] : is_of_bot ? "TOKEN"
                                                                      : path);
      return FALSE;
    }
  if (is_of_bot)
    {
      request->bot = opt_sandbox_world_get_bot (request->world, parts[0]);
      if (request->bot == NULL)
        return opt_sandbox_request_fail (error, "the path has no bot token of the right form");
    }

  request->tail = rest[1] != NULL ? rest[1] : "";
  if (query != NULL)
    opt_sandbox_params_add_form (request->query, query, strlen (query));
  if (strcmp (route->verb, "POST") == 0 && !read_body (request, &node, error))
    return FALSE;
  if (strcmp (route->verb, "POST") == 0 && request->object == NULL && request->list == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");

  return route->handle (request, error);
}

static GString *
render_error (const GError *error)
{
  GString *out = g_string_new ("{\"error\":{\"kind\":\"usage\",\"message\":");

  opt_sandbox_json_add_string (out, error->message, -1);
  g_string_append (out, "}}");
  return out;
}

/**
 * opt_sandbox_control_handle:
 * @exchange: a whole request
 * @world: what it is about
 * @path: what comes behind `/sandbox/`
 *
 * Handles a request to the control API. A wrong one is answered 400 with words, an unknown
 * path 404.
 */
void
opt_sandbox_control_handle (OptSandboxExchange *exchange,
                            OptSandboxWorld    *world,
                            const char         *path)
{
  g_autoptr (OptSandboxParams) query = opt_sandbox_params_new ();
  g_autoptr (GError) error = NULL;
  OptSandboxRequest request = {
    .world = world,
    .exchange = exchange,
    .query = query,
    .out = g_string_new (NULL),
  };

  if (!handle (&request, path, &error))
    {
      g_string_free (request.out, TRUE);
      opt_sandbox_answer_send_text (exchange,
                                    error->code == OPT_SANDBOX_REQUEST_ERROR_NOT_FOUND &&
                                        error->domain == OPT_SANDBOX_REQUEST_ERROR
                                      ? 404
                                      : 400,
                                    render_error (error));
    }
  else if (request.is_held)
    {
      g_string_free (request.out, TRUE);
    }
  else
    {
      opt_sandbox_answer_send_text (exchange, 200, request.out);
    }
}
