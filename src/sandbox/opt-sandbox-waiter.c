/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-waiter.h"

#include "opt-sandbox-answer.h"

/* A control request that waits until the journal goes beyond a number. */
typedef struct
{
  OptSandboxBot      *bot;
  OptSandboxExchange *exchange; /* (owned) */
  gboolean            is_sent;
  guint64             after;
  guint               timer;
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  opt_sandbox_clock_cancel (waiter->bot->clock, &waiter->timer);
  g_free (waiter);
}

static void
answer (Waiter *waiter)
{
  g_autoptr (GBytes) body = NULL;
  OptSandboxAnswer headers = { .status = 200 };
  GString         *out = g_string_new (NULL);

  opt_sandbox_journal_add_to_json (waiter->bot->journal, out, waiter->is_sent, waiter->after);
  body = g_string_free_to_bytes (out);
  g_ptr_array_remove (waiter->bot->waiters, waiter);
  opt_sandbox_answer_send (waiter->exchange, &headers, body);
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
  opt_sandbox_answer_drop (waiter->exchange);
  waiter_free (waiter);
}

/**
 * opt_sandbox_waiter_add:
 * @bot: whose journal
 * @exchange: (transfer full): the request to hold
 * @is_sent: whether only `/sent` counts
 * @after: the number to go beyond
 * @milliseconds: how long to wait at most
 *
 * Answers a request with the journal as soon as it has something newer.
 */
void
opt_sandbox_waiter_add (OptSandboxBot      *bot,
                        OptSandboxExchange *exchange,
                        gboolean            is_sent,
                        guint64             after,
                        gint64              milliseconds)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->bot = bot;
  waiter->exchange = exchange;
  waiter->is_sent = is_sent;
  waiter->after = after;
  waiter->timer = opt_sandbox_clock_call_in (bot->clock, milliseconds, timeout_cb, waiter);
  g_ptr_array_add (bot->waiters, waiter);
  opt_sandbox_exchange_watch (exchange, gone_cb, waiter);
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
  guint i = 0;

  while (i < bot->waiters->len)
    {
      Waiter *waiter = g_ptr_array_index (bot->waiters, i);

      /* What the answer sets off may change the list. */
      if (opt_sandbox_journal_get_last (bot->journal, waiter->is_sent) <= waiter->after)
        i++;
      else
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
