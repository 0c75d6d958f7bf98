/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-load-private.h"

/* What an errand is read from. */
#define COLUMNS "id, position, kind, priority, not_before, topic, view, view_args"

static OptErrand *
read_errand (OptRows    *rows,
             const char *bot,
             const char *chat)
{
  OptErrand *errand = opt_errand_new (opt_rows_get_int (rows, 0), opt_rows_get_int (rows, 1), bot,
                                      chat);

  if (!opt_outbox_kind_from_string (opt_rows_get_text (rows, 2), &errand->kind))
    errand->kind = OPT_OUTBOX_TEXT;
  errand->priority = (int)opt_rows_get_int (rows, 3);
  errand->not_before = opt_rows_get_int (rows, 4);
  if (errand->kind == OPT_OUTBOX_VIEW)
    {
      errand->topic = opt_rows_get_int (rows, 5);
      errand->view = g_strdup (opt_rows_get_text (rows, 6));
      errand->view_args = g_strdup (opt_rows_get_text (rows, 7));
    }
  return errand;
}

/**
 * opt_refill_new:
 * @queue: whose rows
 * @bot: interned
 * @chat: a GRefString, of which a reference is taken
 *
 * A wish for the next rows of one chat; the rest is set in the fields.
 *
 * Returns: (transfer full): the new wish
 */
OptRefill *
opt_refill_new (OptChatQueue *queue,
                const char   *bot,
                const char   *chat)
{
  OptRefill *self = g_new0 (OptRefill, 1);

  self->queue = queue;
  self->bot = bot;
  self->chat = g_ref_string_acquire ((char *)chat);
  return self;
}

static void
forget_found (OptRefill *self)
{
  OptErrand *errand;

  while ((errand = self->found) != NULL)
    {
      self->found = errand->next;
      opt_errand_free (errand);
    }
  self->n_found = 0;
}

/**
 * opt_refill_free:
 * @self: (transfer full): a wish
 *
 * Frees it, and what was found.
 */
void
opt_refill_free (OptRefill *self)
{
  forget_found (self);
  g_ref_string_release (self->chat);
  g_free (self);
}

/**
 * opt_refill_run:
 * @self: a wish
 * @transaction: on the writer thread
 * @error: return location
 *
 * Reads the rows.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_refill_run (OptRefill      *self,
                OptTransaction *transaction,
                GError        **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;
  OptErrand **end = &self->found;

  forget_found (self);
  if (!opt_transaction_query_int (transaction, &self->horizon, &local_error,
                                  "SELECT COALESCE(MAX(id), 0) FROM outbox", ""))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  rows = opt_transaction_query (transaction, error,
                                "SELECT " COLUMNS " FROM outbox "
                                "WHERE state = 'queued' AND bot = $1 AND chat = $2 "
                                "  AND (position, id) > ($3, $4) "
                                "ORDER BY position, id LIMIT $5",
                                "ssiii", self->bot, self->chat, self->position, self->id,
                                (gint64)self->most);
  if (rows == NULL)
    return FALSE;
  while (opt_rows_next (rows, &local_error))
    {
      *end = read_errand (rows, self->bot, self->chat);
      end = &(*end)->next;
      self->n_found++;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * opt_discovery_new:
 * @bot: interned
 * @after: only chats behind this one; the empty string for all
 * @most: how many
 *
 * A wish to know which chats of a bot have rows that wait.
 *
 * Returns: (transfer full): the new wish
 */
OptDiscovery *
opt_discovery_new (const char *bot,
                   const char *after,
                   guint       most)
{
  OptDiscovery *self = g_new0 (OptDiscovery, 1);

  self->bot = bot;
  self->after = g_strdup (after);
  self->most = most;
  self->found = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * opt_discovery_free:
 * @self: (transfer full): a wish
 *
 * Frees it, and what was found.
 */
void
opt_discovery_free (OptDiscovery *self)
{
  g_free (self->after);
  g_ptr_array_unref (self->found);
  g_free (self);
}

/* The first of a column's values behind another: one step over the index, however many share it. */
static gboolean
step (OptTransaction *transaction,
      const char     *sql,
      const char     *bot,
      const char     *after,
      char          **value,
      GError        **error)
{
  g_autoptr (OptRows) rows = bot != NULL ? opt_transaction_query (transaction, error, sql, "ss",
                                                                  bot, after)
                                         : opt_transaction_query (transaction, error, sql, "s",
                                                                  after);
  g_autoptr (GError) local_error = NULL;

  *value = NULL;
  if (rows == NULL)
    return FALSE;
  if (opt_rows_next (rows, &local_error))
    *value = g_strdup (opt_rows_get_text (rows, 0));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * opt_discovery_run:
 * @self: a wish
 * @transaction: on the writer thread
 * @error: return location
 *
 * Looks for the chats.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_discovery_run (OptDiscovery   *self,
                   OptTransaction *transaction,
                   GError        **error)
{
  const char *at = self->after;

  g_ptr_array_set_size (self->found, 0);
  while (self->found->len < self->most)
    {
      char *chat;

      if (!step (transaction,
                 "SELECT chat FROM outbox WHERE state = 'queued' AND bot = $1 AND chat > $2 "
                 "ORDER BY chat LIMIT 1",
                 self->bot, at, &chat, error))
        return FALSE;
      if (chat == NULL)
        break;
      g_ptr_array_add (self->found, chat);
      at = chat;
    }
  return TRUE;
}

/**
 * opt_outbox_load_new:
 * @transaction: on the writer thread
 * @after: only rows behind this one
 * @most: how many
 * @found: (element-type OptErrand): takes the rows
 * @last: (out): the last row's id
 * @error: return location
 *
 * Reads the rows that were added since.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_load_new (OptTransaction *transaction,
                     gint64          after,
                     guint           most,
                     GPtrArray      *found,
                     gint64         *last,
                     GError        **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;

  g_ptr_array_set_size (found, 0);
  *last = after;
  rows = opt_transaction_query (transaction, error,
                                "SELECT " COLUMNS ", bot, chat FROM outbox "
                                "WHERE id > $1 AND state = 'queued' ORDER BY id LIMIT $2",
                                "ii", after, (gint64)most);
  if (rows == NULL)
    return FALSE;
  while (opt_rows_next (rows, &local_error))
    {
      char *chat = g_ref_string_new (opt_rows_get_text (rows, 9));

      g_ptr_array_add (found, read_errand (rows, g_intern_string (opt_rows_get_text (rows, 8)),
                                           chat));
      g_ref_string_release (chat);
      *last = opt_rows_get_int (rows, 0);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * opt_outbox_recover:
 * @transaction: on the writer thread
 * @bots: (element-type utf8): takes the bots that have rows that wait
 * @last: (out): the newest row
 * @error: return location
 *
 * What was `sending` when the program ended may have arrived: it is queued again, and what people
 * would see twice will say so.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_recover (OptTransaction *transaction,
                    GPtrArray      *bots,
                    gint64         *last,
                    GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  const char *at = "";

  g_ptr_array_set_size (bots, 0);
  *last = 0;
  if (!opt_transaction_run (transaction, error,
                            "UPDATE outbox SET state = 'queued', repeated ="
                            "  CASE WHEN kind IN ('text', 'document') THEN 1 ELSE repeated END "
                            "WHERE state = 'sending'",
                            ""))
    return FALSE;
  if (!opt_transaction_query_int (transaction, last, &local_error,
                                  "SELECT COALESCE(MAX(id), 0) FROM outbox", ""))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  for (;;)
    {
      char *bot;

      if (!step (transaction,
                 "SELECT bot FROM outbox WHERE state = 'queued' AND bot > $1 "
                 "ORDER BY bot LIMIT 1",
                 NULL, at, &bot, error))
        return FALSE;
      if (bot == NULL)
        return TRUE;
      g_ptr_array_add (bots, bot);
      at = bot;
    }
}
