/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-waiter.h"

#include "opt-sandbox-answer.h"
#include "opt-sandbox-peer.h"

/* A control request that waits until the journal goes beyond a number. */
typedef struct
{
  OptSandboxBot     *bot;
  SoupServerMessage *message; /* (owned) */
  OptSandboxPeer    *peer;    /* (owned) */
  gboolean           is_sent;
  guint64            after;
  guint              timer;
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  opt_sandbox_clock_cancel (waiter->bot->clock, &waiter->timer);
  opt_sandbox_peer_free (waiter->peer);
  g_object_unref (waiter->message);
  g_free (waiter);
}

static void
answer (Waiter *waiter)
{
  g_autoptr (GBytes) body = NULL;
  OptSandboxAnswer headers = { .status = 200, .is_paused = TRUE };
  GString         *out = g_string_new (NULL);

  opt_sandbox_journal_add_to_json (waiter->bot->journal, out, waiter->is_sent, waiter->after);
  body = g_string_free_to_bytes (out);
  opt_sandbox_answer_send (waiter->message, &headers, body);
  g_ptr_array_remove (waiter->bot->waiters, waiter);
  waiter_free (waiter);
}

static void
timeout_cb (gpointer user_data)
{
  Waiter *waiter = user_data;

  waiter->timer = 0;
  answer (waiter);
}

static void
gone_cb (gpointer user_data)
{
  Waiter *waiter = user_data;

  g_ptr_array_remove (waiter->bot->waiters, waiter);
  opt_sandbox_answer_drop (waiter->message);
  waiter_free (waiter);
}

/**
 * opt_sandbox_waiter_add:
 * @bot: whose journal
 * @message: the request to hold
 * @is_sent: whether only `/sent` counts
 * @after: the number to go beyond
 * @milliseconds: how long to wait at most
 *
 * Answers a request with the journal as soon as it has something newer.
 */
void
opt_sandbox_waiter_add (OptSandboxBot     *bot,
                        SoupServerMessage *message,
                        gboolean           is_sent,
                        guint64            after,
                        gint64             milliseconds)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->bot = bot;
  waiter->message = g_object_ref (message);
  waiter->is_sent = is_sent;
  waiter->after = after;
  waiter->peer = opt_sandbox_peer_new (message, gone_cb, waiter);
  waiter->timer = opt_sandbox_clock_call_in (bot->clock, milliseconds, timeout_cb, waiter);
  g_ptr_array_add (bot->waiters, waiter);
  soup_server_message_pause (message);
}

/**
 * opt_sandbox_waiter_wake:
 * @bot: a bot whose journal has a new entry
 *
 * Answers those who waited for it.
 */
void
opt_sandbox_waiter_wake (OptSandboxBot *bot)
{
  for (guint i = bot->waiters->len; i > 0; i--)
    {
      Waiter *waiter = g_ptr_array_index (bot->waiters, i - 1);

      if (opt_sandbox_journal_get_last (bot->journal, waiter->is_sent) > waiter->after)
        answer (waiter);
    }
}

/**
 * opt_sandbox_waiter_drop_all:
 * @bot: a bot that is about to go
 */
void
opt_sandbox_waiter_drop_all (OptSandboxBot *bot)
{
  while (bot->waiters->len > 0)
    gone_cb (g_ptr_array_index (bot->waiters, 0));
}
