/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-claim-private.h"

#include <string.h>

#include "opt-outbox-insert-private.h"
#include "opt-split.h"
#include "opt-text.h"

#define NOTHING_TO_SHOW "There is nothing to show."

/* The row as it stood when it was claimed. */
typedef struct
{
  OptOutboxKind kind;
  OptCargo      cargo;
  gint64        refers;
  const char   *path;
  const char   *file_name;
} Claimed;

static gboolean
settle (OptTransaction *transaction,
        OptErrand      *errand,
        OptMark         mark,
        gint64          now,
        const char     *words,
        GError        **error)
{
  errand->mark = mark;
  errand->answered = now;
  errand->words = g_strdup (words);
  errand->fate = OPT_FATE_SETTLED;
  return opt_outbox_mark (transaction, errand, NULL, error);
}

static gboolean
set_kind (OptTransaction *transaction,
          OptErrand      *errand,
          OptOutboxKind   kind,
          GError        **error)
{
  errand->kind = kind;
  return opt_transaction_run (transaction, error,
                              "UPDATE outbox SET kind = $2, target = 0, refers = 0 WHERE id = $1",
                              "is", errand->id, opt_outbox_kind_to_string (kind));
}

/* A row that names another row is given what that became. FALSE with no error: it is settled. */
static gboolean
resolve (OptTransaction *transaction,
         OptErrand      *errand,
         Claimed        *claimed,
         gint64          now,
         GError        **error)
{
  g_autoptr (GError) local_error = NULL;

  if (claimed->cargo.target > 0 || claimed->refers == 0)
    return TRUE;
  if (opt_transaction_query_int (transaction, &claimed->cargo.target, &local_error,
                                 "SELECT message_id FROM outbox WHERE id = $1 AND state = 'sent'",
                                 "i", claimed->refers))
    return TRUE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* What it was to change never came to be: the news in it is sent all the same. */
  if (claimed->kind == OPT_OUTBOX_EDIT && claimed->cargo.text != NULL)
    {
      claimed->kind = OPT_OUTBOX_TEXT;
      return set_kind (transaction, errand, OPT_OUTBOX_TEXT, error);
    }
  settle (transaction, errand, OPT_MARK_SENT, now, "the message it would change was not sent",
          error);
  return FALSE;
}

static void
add_follower (OptErrand *errand,
              gint64     id,
              gint64     position)
{
  OptErrand  *follower = opt_errand_new (id, position, errand->bot, errand->chat);
  OptErrand **end = &errand->followers;

  follower->priority = errand->priority;
  while (*end != NULL)
    end = &(*end)->next;
  *end = follower;
}

/* Room for the mark is made by sending the end in a message of its own. */
static gboolean
make_room (OptTransaction *transaction,
           OptErrand      *errand,
           Claimed        *claimed,
           gint64          now,
           char          **shorter,
           GError        **error)
{
  OptOutboxPlace place = { .now = now, .position = errand->position + 1, .repeated = TRUE };
  OptOutboxDraft rest = {
    .bot = errand->bot,
    .chat = errand->chat,
    .topic = claimed->cargo.topic,
    .kind = OPT_OUTBOX_TEXT,
    .silent = claimed->cargo.silent,
    .priority = errand->priority,
    .markup = claimed->cargo.markup,
  };
  g_autoptr (GPtrArray) parts = NULL;
  gint64 id = 0;

  if (claimed->kind != OPT_OUTBOX_TEXT || !claimed->cargo.repeated)
    return TRUE;
  parts = opt_long_text_make_room (claimed->cargo.text, OPT_REPEATED_UNITS);
  if (parts == NULL || parts->len != 2)
    return TRUE;

  rest.text = g_ptr_array_index (parts, 1);
  *shorter = g_strdup (g_ptr_array_index (parts, 0));
  if (!opt_outbox_insert (transaction, &rest, &place, &id, error) ||
      !opt_transaction_run (transaction, error,
                            "UPDATE outbox SET text = $2, markup = NULL WHERE id = $1", "is",
                            errand->id, *shorter))
    return FALSE;
  add_follower (errand, id, place.position);
  claimed->cargo.text = *shorter;
  claimed->cargo.markup = NULL;
  return TRUE;
}

static void
build (OptErrand     *errand,
       const Claimed *claimed)
{
  const OptOutboxKindClass *class = opt_outbox_kind_get_class (claimed->kind);
  OptJsonWriter writer;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  errand->method = class->build (&claimed->cargo, &writer);
  opt_json_writer_close_object (&writer);
  errand->body = opt_json_writer_end (&writer);

  errand->kind = claimed->kind;
  errand->target = claimed->cargo.target;
  errand->has_reply = claimed->cargo.reply_to > 0;
  errand->has_text = claimed->cargo.text != NULL && *claimed->cargo.text != '\0';
  errand->path = g_strdup (claimed->path);
  errand->has_contents = claimed->kind == OPT_OUTBOX_DOCUMENT && claimed->path == NULL;
  errand->file_name = g_strdup (claimed->file_name);
  errand->topic = claimed->cargo.topic;
  errand->fate = OPT_FATE_CLAIMED;
}

static gboolean
claim_row (OptTransaction *transaction,
           OptErrand      *errand,
           Claimed        *claimed,
           gint64          now,
           GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *shorter = NULL;

  if (claimed->kind == OPT_OUTBOX_VIEW)
    return settle (transaction, errand, OPT_MARK_DEAD, now,
                   "nothing here knows how to show this view", error);
  if (!resolve (transaction, errand, claimed, now, &local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!make_room (transaction, errand, claimed, now, &shorter, error))
    return FALSE;
  build (errand, claimed);
  return TRUE;
}

/* The row went to another chat while it waited; there it has its own turn. */
static gboolean
put_back (OptTransaction *transaction,
          OptErrand      *errand,
          const char     *chat,
          GError        **error)
{
  errand->fate = OPT_FATE_STRAYED;
  errand->elsewhere = g_strdup (chat);
  return opt_transaction_run (transaction, error,
                              "UPDATE outbox SET state = 'queued', attempts = attempts - 1 "
                              "WHERE id = $1",
                              "i", errand->id);
}

static gboolean
claim_plain (OptTransaction *transaction,
             OptErrand      *errand,
             gint64          now,
             GError        **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;
  Claimed claimed = { 0 };

  rows = opt_transaction_query (
    transaction, error,
    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, not_before = NULL "
    "WHERE id = $1 AND state = 'queued' "
    "RETURNING chat, kind, topic, text, markup, reply_to, silent, target, refers, path, file_name,"
    "  repeated",
    "i", errand->id);
  if (rows == NULL)
    return FALSE;
  if (!opt_rows_next (rows, &local_error))
    {
      errand->fate = OPT_FATE_GONE;
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (strcmp (opt_rows_get_text (rows, 0), errand->chat) != 0)
    return put_back (transaction, errand, opt_rows_get_text (rows, 0), error);
  if (!opt_outbox_kind_from_string (opt_rows_get_text (rows, 1), &claimed.kind))
    return settle (transaction, errand, OPT_MARK_DEAD, now,
                   "this version can't send messages of this kind", error);

  claimed.cargo.chat = errand->chat;
  claimed.cargo.topic = opt_rows_get_int (rows, 2);
  claimed.cargo.text = opt_rows_get_text (rows, 3);
  claimed.cargo.markup = opt_rows_get_text (rows, 4);
  claimed.cargo.reply_to = opt_rows_get_int (rows, 5);
  claimed.cargo.silent = opt_rows_get_int (rows, 6) != 0;
  claimed.cargo.target = opt_rows_get_int (rows, 7);
  claimed.refers = opt_rows_get_int (rows, 8);
  claimed.path = opt_rows_get_text (rows, 9);
  claimed.file_name = opt_rows_get_text (rows, 10);
  claimed.cargo.repeated = opt_rows_get_int (rows, 11) != 0;
  return claim_row (transaction, errand, &claimed, now, error);
}

/* How the rendered message is laid out over rows. */
typedef struct
{
  OptLongText parts;
  const char *first;     /* (nullable): the text of the view's own row */
  gboolean    captioned; /* that row is the document, with the text as its caption */
  gboolean    alone;     /* that row is all there is */
} Layout;

static void
layout_clear (Layout *layout)
{
  opt_long_text_clear (&layout->parts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Layout, layout_clear)

static void
lay_out (Layout            *layout,
         const OptRendered *rendered,
         const char        *text)
{
  GPtrArray *parts;

  opt_long_text_init (&layout->parts, text);
  parts = layout->parts.parts;
  layout->captioned = rendered->path != NULL && parts->len <= 1 && !layout->parts.as_file &&
                      opt_text_utf16_length (text) <= OPT_CAPTION_UNITS_MAX;
  if (parts->len == 0 && !layout->captioned)
    g_ptr_array_add (parts, g_strdup (NOTHING_TO_SHOW));
  layout->first = parts->len > 0 ? g_ptr_array_index (parts, 0) : NULL;
  layout->alone = layout->captioned ||
                  (parts->len == 1 && !layout->parts.as_file && rendered->path == NULL);
}

static gboolean
store_first (OptTransaction *transaction,
             OptErrand      *errand,
             const Layout   *layout,
             gint64         *silent,
             GError        **error)
{
  const OptRendered *rendered = errand->rendered;

  return opt_transaction_query_int (
    transaction, silent, error,
    "UPDATE outbox SET text = $2, path = $3, file_name = $4,"
    "  kind = CASE WHEN $7 <> 0 THEN 'document'"
    "    WHEN target > 0 OR refers > 0 THEN 'edit' ELSE 'text' END,"
    "  markup = CASE WHEN $6 <> 0 THEN COALESCE($5, markup)"
    "    WHEN $5 IS NULL THEN markup ELSE NULL END "
    "WHERE id = $1 AND state = 'queued' AND kind = 'view' AND chat = $8 RETURNING silent",
    "issssiis", errand->id, layout->first, layout->captioned ? rendered->path : NULL,
    layout->captioned ? rendered->file_name : NULL, rendered->markup, (gint64)layout->alone,
    (gint64)layout->captioned, errand->chat);
}

static gboolean
store_rest (OptTransaction *transaction,
            OptErrand      *errand,
            const Layout   *layout,
            OptOutboxDraft *draft,
            gint64          now,
            GError        **error)
{
  OptOutboxPlace place = { .now = now, .position = errand->position };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!opt_outbox_insert_parts (transaction, draft, &layout->parts, 1, &place, ids, error))
    return FALSE;
  if (errand->rendered->path != NULL)
    {
      gint64 id = 0;

      draft->kind = OPT_OUTBOX_DOCUMENT;
      draft->contents = NULL;
      draft->markup = NULL;
      draft->path = errand->rendered->path;
      draft->file_name = errand->rendered->file_name;
      place.position += (ids->len + 1) * OPT_OUTBOX_POSITIONS_PART;
      if (!opt_outbox_insert (transaction, draft, &place, &id, error))
        return FALSE;
      g_array_append_val (ids, id);
    }
  for (guint i = 0; i < ids->len; i++)
    add_follower (errand, g_array_index (ids, gint64, i),
                  errand->position + (i + 1) * OPT_OUTBOX_POSITIONS_PART);
  return TRUE;
}

/* What the renderer made becomes the row, and rows right behind it, before it is claimed. */
static gboolean
store_rendered (OptTransaction *transaction,
                OptErrand      *errand,
                gint64          now,
                GError        **error)
{
  const OptRendered *rendered = errand->rendered;
  g_autofree char   *text = opt_text_make_valid (rendered->text, -1);
  g_auto (Layout) layout = { 0 };
  g_autoptr (GError) local_error = NULL;
  OptOutboxDraft draft = {
    .bot = errand->bot,
    .chat = errand->chat,
    .topic = errand->topic,
    .kind = OPT_OUTBOX_TEXT,
    .priority = errand->priority,
    .markup = rendered->markup,
    .contents = text,
  };
  gint64 silent = 0;

  lay_out (&layout, rendered, text);
  if (!store_first (transaction, errand, &layout, &silent, &local_error))
    {
      /* Dropped or moved meanwhile: the claim will see to that. */
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  draft.silent = silent != 0;
  return layout.alone || store_rest (transaction, errand, &layout, &draft, now, error);
}

/**
 * opt_outbox_claim:
 * @transaction: on the writer thread
 * @errand: a row that is to be sent
 * @now: microseconds since 1970
 * @error: return location
 *
 * Makes the row `sending` and builds its request. What is rendered is stored first, so that what is
 * sent is what is on the disk. @errand's fate says what came of it.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_claim (OptTransaction *transaction,
                  OptErrand      *errand,
                  gint64          now,
                  GError        **error)
{
  /* The closure may run again. */
  opt_errand_reset (errand);
  if (errand->rendered != NULL && !store_rendered (transaction, errand, now, error))
    return FALSE;
  return claim_plain (transaction, errand, now, error);
}
