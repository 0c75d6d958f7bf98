/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-control.h"

#include <string.h>

#include "opt-sandbox-json.h"

#define TIMES_MAX       1000000
#define DELAY_MAX       (10 * 60 * 1000)
#define RETRY_AFTER_MAX (24 * 3600)

static const char *const drops[] = { NULL, "before", "after" };

static gboolean
check_names (JsonObject *object,
             GError    **error)
{
  static const char *const names[] = { "token", "method", "chat_id", "times",
                                       "status", "description", "retry_after", "delay_ms",
                                       "body", "content_type", "truncate", "drop",
                                       NULL };
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *at = members; at != NULL; at = at->next)
    {
      if (!g_strv_contains (names, at->data))
        return opt_sandbox_request_fail (error, "a fault has no %s", (const char *)at->data);
    }

  return TRUE;
}

/* Ids come as numbers or as text, bodies as text or as JSON to send. */
static gboolean
take_text (JsonObject *object,
           const char *name,
           gboolean    is_json,
           char      **text,
           GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    *text = g_strdup (json_node_get_string (node));
  else if (is_json ||
           (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64))
    *text = json_to_string (node, FALSE);
  else
    return opt_sandbox_request_fail (error, "%s must be a string or an integer", name);

  return TRUE;
}

static gboolean
take_string (JsonObject *object,
             const char *name,
             char      **text,
             GError    **error)
{
  const char *value = NULL;

  if (!opt_sandbox_request_get_string (object, name, &value, error))
    return FALSE;

  *text = g_strdup (value);
  return TRUE;
}

static gboolean
take_drop (JsonObject     *object,
           OptSandboxDrop *drop,
           GError        **error)
{
  const char *text = NULL;

  if (!opt_sandbox_request_get_string (object, "drop", &text, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (drops); i++)
    {
      if (g_strcmp0 (text, drops[i]) == 0)
        {
          *drop = (OptSandboxDrop)i;
          return TRUE;
        }
    }

  return opt_sandbox_request_fail (error, "drop must be before or after, not %s", text);
}

static gboolean
read_fault (OptSandboxFault *fault,
            JsonObject      *object,
            GError         **error)
{
  gint64 status = 0;

  if (!check_names (object, error) || !take_string (object, "token", &fault->token, error) ||
      !take_string (object, "method", &fault->method, error) ||
      !take_text (object, "chat_id", FALSE, &fault->chat_id, error) ||
      !opt_sandbox_request_get_int (object, "times", 1, TIMES_MAX, &fault->times, error) ||
      !opt_sandbox_request_get_int (object, "status", 200, 599, &status, error) ||
      !take_string (object, "description", &fault->description, error) ||
      !opt_sandbox_request_get_int (object, "retry_after", 0, RETRY_AFTER_MAX, &fault->retry_after,
                                    error) ||
      !opt_sandbox_request_get_int (object, "delay_ms", 0, DELAY_MAX, &fault->delay_ms, error) ||
      !take_text (object, "body", TRUE, &fault->body, error) ||
      !take_string (object, "content_type", &fault->content_type, error) ||
      !opt_sandbox_request_get_bool (object, "truncate", &fault->truncate, error) ||
      !take_drop (object, &fault->drop, error))
    return FALSE;

  for (const char *at = fault->content_type; at != NULL && *at != '\0'; at++)
    {
      if (g_ascii_iscntrl (*at))
        return opt_sandbox_request_fail (error, "content_type must not have control characters");
    }

  fault->status = (guint)status;
  return TRUE;
}

/**
 * opt_sandbox_control_add_fault:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/faults`: has calls go wrong. With status, description, retry_after or body
 * the method is not handled and that is the answer. A delay holds back the answer of a call
 * that was handled at once.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_add_fault (OptSandboxRequest *request,
                               GError           **error)
{
  g_autoptr (OptSandboxFault) fault = opt_sandbox_fault_new ();

  if (request->object == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");
  if (!read_fault (fault, request->object, error))
    return FALSE;

  g_string_append (request->out, "{\"id\":");
  opt_sandbox_json_add_int (
    request->out, (gint64)opt_sandbox_world_add_fault (request->world, g_steal_pointer (&fault)));
  g_string_append_c (request->out, '}');
  return TRUE;
}

/**
 * opt_sandbox_control_show_faults:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `GET /sandbox/faults`: those that have times left.
 *
 * Returns: %TRUE
 */
gboolean
opt_sandbox_control_show_faults (OptSandboxRequest *request,
                                 GError           **error)
{
  GPtrArray *faults = request->world->faults;

  g_string_append_c (request->out, '[');
  for (guint i = 0; i < faults->len; i++)
    {
      OptSandboxFault *fault = g_ptr_array_index (faults, i);

      g_string_append_printf (request->out,
                              "%s{\"id\":%" G_GUINT64_FORMAT ",\"times\":%" G_GINT64_FORMAT "}",
                              i > 0 ? "," : "", fault->id, fault->times);
    }
  g_string_append_c (request->out, ']');

  return TRUE;
}

/**
 * opt_sandbox_control_remove_faults:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `DELETE /sandbox/faults[/ID]`: takes away one, or all.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_remove_faults (OptSandboxRequest *request,
                                   GError           **error)
{
  guint   count = 1;
  guint64 id;

  if (*request->tail == '\0')
    {
      count = request->world->faults->len;
      g_ptr_array_set_size (request->world->faults, 0);
    }
  else if (!g_ascii_string_to_unsigned (request->tail, 10, 1, request->world->last_fault_id, &id,
                                        NULL))
    {
      return opt_sandbox_request_fail (error, "there never was a fault %s", request->tail);
    }
  else
    {
      count = opt_sandbox_world_remove_fault (request->world, id) ? 1 : 0;
    }

  g_string_append_printf (request->out, "{\"removed\":%u}", count);
  return TRUE;
}
