/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-control.h"

#include <math.h>

#include "opt-sandbox-json.h"
#include "opt-sandbox-waiter.h"

/* A year is more than any test wants. */
#define ADVANCE_MAX (366 * 24 * 3600)

static gboolean
read_number (OptSandboxRequest *request,
             const char        *name,
             double             most,
             double            *value,
             GError           **error)
{
  const char *text = opt_sandbox_params_get (request->query, name);
  char       *end = NULL;

  *value = 0;
  if (*text == '\0')
    return TRUE;

  *value = g_ascii_strtod (text, &end);
  if (*end != '\0' || !isfinite (*value) || *value < 0 || *value > most)
    return opt_sandbox_request_fail (error, "%s must be a number from 0 to %.0f", name, most);

  return TRUE;
}

static gboolean
show (OptSandboxRequest *request,
      gboolean           is_sent,
      GError           **error)
{
  OptSandboxJournal *journal = request->bot->journal;
  double             after;
  double             seconds;

  if (!read_number (request, "after", (double)OPT_SANDBOX_ID_MAX, &after, error) ||
      !read_number (request, "wait", OPT_SANDBOX_WAIT_MAX, &seconds, error))
    return FALSE;

  if (seconds > 0 && opt_sandbox_journal_get_last (journal, is_sent) <= (guint64)after)
    {
      opt_sandbox_waiter_add (request->bot, request->exchange, is_sent, (guint64)after,
                              (gint64)(seconds * 1000));
      request->is_held = TRUE;
      return TRUE;
    }

  opt_sandbox_journal_add_to_json (journal, request->out, is_sent, (guint64)after);
  return TRUE;
}

/**
 * opt_sandbox_control_show_sent:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `GET /sandbox/T/sent?after=N&wait=S`: the calls that send, copy, forward, edit, delete or
 * answer. A call that a fault dropped has status null; it has a result if it was handled.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_show_sent (OptSandboxRequest *request,
                               GError           **error)
{
  return show (request, TRUE, error);
}

/**
 * opt_sandbox_control_show_calls:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `GET /sandbox/T/calls?after=N&wait=S`: all calls.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_show_calls (OptSandboxRequest *request,
                                GError           **error)
{
  return show (request, FALSE, error);
}

/**
 * opt_sandbox_control_show_stats:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `GET /sandbox/stats`: what each bot is up to.
 *
 * Returns: %TRUE
 */
gboolean
opt_sandbox_control_show_stats (OptSandboxRequest *request,
                                GError           **error)
{
  GString       *out = request->out;
  GHashTableIter iter;
  gpointer       value;

  g_string_append (out, "{\"bots\":{");
  g_hash_table_iter_init (&iter, request->world->bots);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      OptSandboxBot *bot = value;

      if (out->str[out->len - 1] != '{')
        g_string_append_c (out, ',');
      opt_sandbox_json_add_string (out, bot->token, -1);
      g_string_append (out, ":{\"queued\":");
      opt_sandbox_json_add_int (out, opt_sandbox_updates_get_count (bot->updates));
      g_string_append (out, ",\"offset\":");
      opt_sandbox_json_add_int (out, opt_sandbox_updates_get_offset (bot->updates));
      g_string_append_printf (
        out, ",\"poll_pending\":%s,\"calls\":", bot->poll != NULL ? "true" : "false");
      opt_sandbox_journal_add_counts_to_json (bot->journal, out);
      g_string_append_c (out, '}');
    }
  g_string_append (out, "}}");

  return TRUE;
}

/**
 * opt_sandbox_control_advance:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/clock {advance_s}`: moves the sandbox's time.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_advance (OptSandboxRequest *request,
                             GError           **error)
{
  g_autofree char *now = NULL;
  JsonNode        *node;
  GType            type;
  double           seconds;

  if (request->object == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");
  node = json_object_get_member (request->object, "advance_s");
  if (node == NULL)
    return opt_sandbox_request_fail (error, "advance_s is missing");
  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  seconds = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : -1;
  if (!(seconds >= 0 && seconds <= ADVANCE_MAX))
    return opt_sandbox_request_fail (error, "advance_s must be a number from 0 to %d", ADVANCE_MAX);

  opt_sandbox_clock_advance (request->world->clock, (gint64)(seconds * G_USEC_PER_SEC));
  now = opt_clock_format_time (opt_sandbox_clock_get_wall (request->world->clock));
  g_string_append_printf (request->out, "{\"now\":\"%s\"}", now);
  return TRUE;
}
