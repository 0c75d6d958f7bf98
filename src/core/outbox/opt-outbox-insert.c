/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-insert-private.h"

#include <string.h>

#include "opt-outbox-kind-private.h"

/* As the statement that adds a row has it. */
G_STATIC_ASSERT (OPT_OUTBOX_POSITIONS == 1024);

/*
 * Rows keep their id for ever, since a later row may name an earlier one.
 *
 * `position` is where a row stands in its chat: its id, with room for what is found to continue it
 * only when it is sent.
 * The indexes hold only what is not sent yet, so that neither claims nor recovery see the history.
 */
const OptMigration opt_outbox_migrations[] = {
  { "outbox", 1,
    "CREATE TABLE outbox ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  bot TEXT NOT NULL,"
    "  chat TEXT NOT NULL,"
    "  topic INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  priority INTEGER NOT NULL,"
    "  state TEXT NOT NULL DEFAULT 'queued',"
    "  text TEXT,"
    "  markup TEXT,"
    "  reply_to INTEGER NOT NULL,"
    "  silent INTEGER NOT NULL,"
    "  target INTEGER NOT NULL,"
    "  refers INTEGER NOT NULL,"
    "  view TEXT,"
    "  view_args TEXT,"
    "  path TEXT,"
    "  file_name TEXT,"
    "  created INTEGER NOT NULL,"
    "  repeated INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  not_before INTEGER,"
    "  sent INTEGER,"
    "  message_id INTEGER,"
    "  error_code INTEGER,"
    "  error_text TEXT,"
    "  origin TEXT);"
    "CREATE TABLE outbox_contents ("
    "  id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,"
    "  contents BLOB NOT NULL);"
    "CREATE INDEX outbox_queued ON outbox (bot, chat, position) WHERE state = 'queued';"
    "CREATE INDEX outbox_sending ON outbox (id) WHERE state = 'sending';"
    "CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';"
    "CREATE UNIQUE INDEX outbox_origin ON outbox (origin) WHERE origin IS NOT NULL;" },
  { NULL },
};

static gboolean
insert_contents (OptTransaction *transaction,
                 gint64          id,
                 const char     *contents,
                 GError        **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (contents, strlen (contents));

  return opt_transaction_run (transaction, error,
                              "INSERT INTO outbox_contents (id, contents) VALUES ($1, $2)", "ib",
                              id, bytes);
}

/**
 * opt_outbox_insert:
 * @transaction: on the writer thread
 * @draft: one row's worth; its text fits into one message
 * @place: where it is put
 * @id: (out): the new row, or the earlier one of the same origin
 * @error: return location
 *
 * Adds one row as it is.
 *
 * Returns: FALSE without an error when the origin is known already, FALSE with an #OptStoreError
 */
gboolean
opt_outbox_insert (OptTransaction       *transaction,
                   const OptOutboxDraft *draft,
                   const OptOutboxPlace *place,
                   gint64               *id,
                   GError              **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean added;

  added = opt_transaction_query_int (
    transaction, id, &local_error,
    "INSERT INTO outbox (bot, chat, topic, kind, position, priority, text, markup, reply_to,"
    "  silent, target, refers, view, view_args, path, file_name, created, repeated, origin) "
    "VALUES ($1, $2, $3, $4,"
    "  CASE WHEN $5 > 0 THEN $5 ELSE 1024 * (SELECT COALESCE(MAX(id), 0) + 1 FROM outbox) END,"
    "  $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) "
    "ON CONFLICT (origin) WHERE origin IS NOT NULL DO NOTHING RETURNING id",
    "ssisiissiiiissssiis", draft->bot, draft->chat, draft->topic,
    opt_outbox_kind_to_string (draft->kind), place->position, (gint64)draft->priority, draft->text,
    draft->markup, draft->reply_to, (gint64)(draft->silent != FALSE), draft->message_id,
    draft->row_id, draft->view, draft->view_args, draft->path, draft->file_name, place->now,
    (gint64)(place->repeated != FALSE), draft->origin);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (added)
    return draft->contents == NULL || insert_contents (transaction, *id, draft->contents, error);

  opt_transaction_query_int (transaction, id, error, "SELECT id FROM outbox WHERE origin = $1", "s",
                             draft->origin);
  return FALSE;
}

/**
 * opt_outbox_insert_one:
 * @transaction: what it becomes part of
 * @draft: what to send, which fits into one message
 * @place: where it is put
 * @ids: (nullable) (element-type gint64): to which the row is added
 * @known: (out) (optional): whether its origin had its row already
 * @error: return location
 *
 * Adds a row, as opt_outbox_insert() does, and takes note of it.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_outbox_insert_one (OptTransaction       *transaction,
                       const OptOutboxDraft *draft,
                       const OptOutboxPlace *place,
                       GArray               *ids,
                       gboolean             *known,
                       GError              **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64   id = 0;
  gboolean is_new = opt_outbox_insert (transaction, draft, place, &id, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (known != NULL)
    *known = !is_new;
  if (ids != NULL)
    g_array_append_val (ids, id);
  return TRUE;
}

/* What every row behind the first one of a message has in common. */
static OptOutboxDraft
continue_draft (const OptOutboxDraft *draft)
{
  OptOutboxDraft rest = {
    .bot = draft->bot,
    .chat = draft->chat,
    .topic = draft->topic,
    .kind = OPT_OUTBOX_TEXT,
    .silent = draft->silent,
    .priority = draft->priority,
  };

  return rest;
}

/**
 * opt_outbox_insert_parts:
 * @transaction: on the writer thread
 * @draft: the message; its contents are the whole text when that follows as a file
 * @parts: its text
 * @first: the part to begin with; what comes before is stored already
 * @place: where the rows are put
 * @ids: (nullable) (element-type gint64): takes the rows' ids
 * @error: return location
 *
 * Adds a message as one or several rows. The first one answers, edits and has the origin; the last
 * one has the keyboard. When the origin is known already nothing is added.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_insert_parts (OptTransaction       *transaction,
                         const OptOutboxDraft *draft,
                         const OptLongText    *parts,
                         guint                 first,
                         const OptOutboxPlace *place,
                         GArray               *ids,
                         GError              **error)
{
  guint    n = parts->parts->len + (parts->as_file ? 1 : 0);
  gboolean known = FALSE;

  for (guint i = first; i < n && !known; i++)
    {
      OptOutboxDraft row = i == 0 ? *draft : continue_draft (draft);
      OptOutboxPlace behind = *place;

      if (place->position > 0)
        behind.position += i * OPT_OUTBOX_POSITIONS_PART;
      row.contents = NULL;
      row.file_name = NULL;
      row.markup = i == n - 1 ? draft->markup : NULL;
      if (i < parts->parts->len)
        row.text = g_ptr_array_index (parts->parts, i);
      else
        {
          row.kind = OPT_OUTBOX_DOCUMENT;
          row.contents = draft->contents;
          row.file_name = draft->file_name != NULL ? draft->file_name : OPT_OUTBOX_LOG_NAME;
        }
      if (!opt_outbox_insert_one (transaction, &row, &behind, ids, &known, error))
        return FALSE;
    }
  return TRUE;
}
