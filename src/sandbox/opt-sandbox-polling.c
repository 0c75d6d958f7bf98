/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-polling.h"

#include "opt-sandbox-json.h"
#include "opt-sandbox-methods.h"

#define TIMEOUT_MAX 50
#define LIMIT_MAX   100
/* Two that chase each other are slowed down by this. */
#define CONFLICT_PAUSE_MS 3000

/* A getUpdates call that waits. The bot owns it. */
struct _OptSandboxPoll
{
  OptSandboxCall *call; /* (owned) */
  gint64          offset;
  guint           limit;
  guint           timeout;
  GSource        *wake; /* (owned) (nullable) */
};

static OptSandboxCall *
take_call (OptSandboxBot *bot)
{
  OptSandboxPoll *poll = g_steal_pointer (&bot->poll);
  OptSandboxCall *call = poll->call;

  opt_sandbox_clock_cancel (bot->clock, &poll->timeout);
  if (poll->wake != NULL)
    g_source_destroy (poll->wake);
  g_clear_pointer (&poll->wake, g_source_unref);
  opt_sandbox_exchange_watch (call->exchange, NULL, NULL);
  g_free (poll);
  return call;
}

static void
answer (OptSandboxCall *call,
        gint64          offset,
        guint           limit)
{
  opt_sandbox_updates_confirm (call->bot->updates, offset);
  opt_sandbox_updates_add_to_json (call->bot->updates, opt_sandbox_call_answer (call), limit);
}

static void
finish_poll (OptSandboxBot *bot)
{
  gint64          offset = bot->poll->offset;
  guint           limit = bot->poll->limit;
  OptSandboxCall *call = take_call (bot);

  answer (call, offset, limit);
  opt_sandbox_call_finish (call);
}

static void
timeout_cb (gpointer user_data)
{
  OptSandboxBot *bot = user_data;

  bot->poll->timeout = 0;
  finish_poll (bot);
}

static gboolean
wake_cb (gpointer user_data)
{
  finish_poll (user_data);
  return G_SOURCE_REMOVE;
}

static void
gone_cb (gpointer user_data)
{
  opt_sandbox_polling_drop (user_data);
}

/**
 * opt_sandbox_polling_wake:
 * @bot: a bot with new updates
 *
 * Has the poll answered, if there is one, once all that happens in this turn of the main
 * loop is queued.
 */
void
opt_sandbox_polling_wake (OptSandboxBot *bot)
{
  GSource *source;

  if (bot->poll == NULL || bot->poll->wake != NULL)
    return;

  /* Not of idle priority, or a busy sandbox would never get to it. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, wake_cb, bot, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  bot->poll->wake = source;
}

/**
 * opt_sandbox_polling_drop:
 * @bot: a bot
 *
 * Forgets the poll, if there is one: the client has gone, or the sandbox goes.
 */
void
opt_sandbox_polling_drop (OptSandboxBot *bot)
{
  if (bot->poll != NULL)
    opt_sandbox_call_abandon (take_call (bot));
}

/**
 * opt_sandbox_polling_refuse:
 * @bot: a bot whose token was revoked
 *
 * Fails the poll, if there is one, as every other call fails from now on.
 */
void
opt_sandbox_polling_refuse (OptSandboxBot *bot)
{
  OptSandboxCall *call;

  if (bot->poll == NULL)
    return;

  call = take_call (bot);
  opt_sandbox_call_fail (call, 401, NULL);
  opt_sandbox_call_finish (call);
}

static void
end_poll (OptSandboxBot *bot,
          const char    *words)
{
  OptSandboxCall *call;
  gint64          now;

  if (bot->poll == NULL)
    return;

  call = take_call (bot);
  now = opt_sandbox_clock_get_steady (bot->clock);
  if (now >= bot->next_conflict)
    bot->next_conflict = now + CONFLICT_PAUSE_MS * 1000;
  else
    call->delay_ms = CONFLICT_PAUSE_MS;
  opt_sandbox_call_fail (call, 409, words);
  opt_sandbox_call_finish (call);
}

static void
start_poll (OptSandboxCall *call,
            gint64          offset,
            guint           limit,
            gint64          seconds)
{
  OptSandboxPoll *poll = g_new0 (OptSandboxPoll, 1);
  OptSandboxBot  *bot = call->bot;

  opt_sandbox_call_hold (call);
  poll->call = call;
  poll->offset = MAX (offset, 0); /* a negative one has done its work */
  poll->limit = limit;
  opt_sandbox_exchange_watch (call->exchange, gone_cb, bot);
  poll->timeout = opt_sandbox_clock_call_in (bot->clock, seconds * 1000, timeout_cb, bot);
  bot->poll = poll;
}

static void
read_allowed (OptSandboxCall *call)
{
  const char *json = opt_sandbox_params_get (call->params, "allowed_updates");
  g_autoptr (JsonNode) node = NULL;

  if (*json == '\0')
    return;

  node = opt_sandbox_json_parse (json, -1, NULL);
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    opt_sandbox_updates_allow (call->bot->updates, json_node_get_array (node));
}

/**
 * opt_sandbox_method_get_updates:
 * @call: a call
 */
void
opt_sandbox_method_get_updates (OptSandboxCall *call)
{
  OptSandboxBot *bot = call->bot;
  gint64         offset;
  gint64         limit;
  gint64         timeout;

  offset = opt_sandbox_params_get_int (call->params, "offset", 0, G_MININT32, G_MAXINT32);
  limit = opt_sandbox_params_get_int (call->params, "limit", LIMIT_MAX, 1, LIMIT_MAX);
  timeout = opt_sandbox_params_get_int (call->params, "timeout", 0, 0, TIMEOUT_MAX);
  read_allowed (call);
  opt_sandbox_updates_confirm (bot->updates, offset);

  if (timeout > 0 && opt_sandbox_updates_get_count (bot->updates) == 0)
    {
      end_poll (
        bot,
        "terminated by other getUpdates request; make sure that only one bot instance is running");
      start_poll (call, offset, (guint)limit, timeout);
      return;
    }

  answer (call, offset, (guint)limit);
}

/**
 * opt_sandbox_method_delete_webhook:
 * @call: a call
 */
void
opt_sandbox_method_delete_webhook (OptSandboxCall *call)
{
  if (opt_sandbox_params_get_bool (call->params, "drop_pending_updates"))
    opt_sandbox_updates_clear (call->bot->updates);

  opt_sandbox_call_answer_true (call);
  opt_sandbox_call_describe (call, "Webhook is already deleted");
}

/**
 * opt_sandbox_method_get_webhook_info:
 * @call: a call
 */
void
opt_sandbox_method_get_webhook_info (OptSandboxCall *call)
{
  GString *out = opt_sandbox_call_answer (call);
  gsize    before;

  g_string_append (out, "{\"url\":\"\",\"has_custom_certificate\":false,\"pending_update_count\":");
  opt_sandbox_json_add_int (out, opt_sandbox_updates_get_count (call->bot->updates));

  before = out->len;
  g_string_append (out, ",\"allowed_updates\":");
  if (!opt_sandbox_updates_add_allowed_to_json (call->bot->updates, out))
    g_string_truncate (out, before);
  g_string_append_c (out, '}');
}
