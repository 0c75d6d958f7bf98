/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-journal-private.h"

#include "opt-ingest.h"

/* Telegram keeps updates for a day, and after a week without any their ids may start anew. */
#define UPDATES_KEPT (3 * G_TIME_SPAN_DAY)
/* So long a button that is pressed too late is told apart from one that never was. */
#define CALLBACKS_KEPT G_TIME_SPAN_DAY

const OptMigration opt_ingest_migrations[] = {
  { "ingest", 1,
    "CREATE TABLE updates("
    "bot_id BIGINT NOT NULL, update_id BIGINT NOT NULL, received BIGINT NOT NULL, problem TEXT, "
    "PRIMARY KEY(bot_id, update_id));"
    "CREATE TABLE offsets(bot_id BIGINT PRIMARY KEY, next_id BIGINT NOT NULL);"
    "CREATE TABLE callbacks("
    "id TEXT PRIMARY KEY, bot_id BIGINT NOT NULL, chat_id BIGINT NOT NULL, "
    "user_id BIGINT NOT NULL, action TEXT NOT NULL, args TEXT, expires BIGINT NOT NULL, "
    "once BIGINT NOT NULL, used BIGINT NOT NULL);"
    "CREATE INDEX callbacks_expires ON callbacks(expires);" },
  { NULL, 0, NULL },
};

/* @is_new says whether this is the first time that the update comes. */
gboolean
opt_journal_add (OptTransaction *transaction,
                 gint64          bot_id,
                 gint64          update_id,
                 gint64          now,
                 gboolean       *is_new,
                 GError        **error)
{
  if (!opt_transaction_run (transaction, error,
                            "INSERT INTO updates(bot_id, update_id, received) "
                            "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                            "iii", bot_id, update_id, now))
    return FALSE;
  *is_new = opt_transaction_get_changes (transaction) > 0;
  return TRUE;
}

gboolean
opt_journal_note_problem (OptTransaction *transaction,
                          gint64          bot_id,
                          gint64          update_id,
                          const char     *problem,
                          GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "UPDATE updates SET problem = $3 "
                              "WHERE bot_id = $1 AND update_id = $2",
                              "iis", bot_id, update_id, problem);
}

gboolean
opt_journal_set_offset (OptTransaction *transaction,
                        gint64          bot_id,
                        gint64          offset,
                        GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "INSERT INTO offsets(bot_id, next_id) VALUES ($1, $2) "
                              "ON CONFLICT(bot_id) DO UPDATE SET next_id = excluded.next_id",
                              "ii", bot_id, offset);
}

/* Does nothing unless the offset stands at @from. */
gboolean
opt_journal_advance_offset (OptTransaction *transaction,
                            gint64          bot_id,
                            gint64          from,
                            gint64          offset,
                            GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "UPDATE offsets SET next_id = $3 "
                              "WHERE bot_id = $1 AND next_id = $2",
                              "iii", bot_id, from, offset);
}

gboolean
opt_journal_get_offset (OptTransaction *transaction,
                        gint64          bot_id,
                        gint64         *offset,
                        GError        **error)
{
  g_autoptr (GError) local_error = NULL;

  *offset = 0;
  opt_transaction_query_int (transaction, offset, &local_error,
                             "SELECT next_id FROM offsets WHERE bot_id = $1", "i", bot_id);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
opt_journal_prune (OptTransaction *transaction,
                   gint64          now,
                   GError        **error)
{
  return opt_transaction_run (transaction, error, "DELETE FROM updates WHERE received < $1", "i",
                              now - UPDATES_KEPT) &&
         opt_transaction_run (transaction, error, "DELETE FROM callbacks WHERE expires < $1", "i",
                              now - CALLBACKS_KEPT);
}
