/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#define TEXT_MAX 200
/* After this nobody waits for the answer any more. */
#define QUERY_SECONDS 150

/**
 * opt_sandbox_method_answer_callback_query:
 * @call: a call
 */
void
opt_sandbox_method_answer_callback_query (OptSandboxCall *call)
{
  const char *id = opt_sandbox_params_get (call->params, "callback_query_id");
  const char *text = opt_sandbox_params_get (call->params, "text");
  gint64     *date = g_hash_table_lookup (call->bot->queries, id);

  if (!g_utf8_validate (text, -1, NULL))
    opt_sandbox_call_fail (call, 400, "strings must be encoded in UTF-8");
  else if (date == NULL || opt_sandbox_clock_get_date (call->world->clock) - *date > QUERY_SECONDS)
    opt_sandbox_call_fail (call, 400,
                           "query is too old and response timeout expired or query ID is invalid");
  else if (g_utf8_strlen (text, -1) > TEXT_MAX)
    opt_sandbox_call_fail (call, 400, "MESSAGE_TOO_LONG");
  else
    opt_sandbox_call_answer_true (call);
}
