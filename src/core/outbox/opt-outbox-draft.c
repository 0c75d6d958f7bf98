/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-draft.h"

#include <string.h>

#include "opt-outbox-insert-private.h"
#include "opt-split.h"
#include "opt-text.h"

static gboolean
refuse (GError       **error,
        OptOutboxError code,
        const char    *words)
{
  g_set_error_literal (error, OPT_OUTBOX_ERROR, code, words);
  return FALSE;
}

static gboolean
is_empty (const char *text)
{
  return text == NULL || *text == '\0';
}

static gboolean
has_target (const OptOutboxDraft *draft)
{
  return draft->message_id > 0 || draft->row_id > 0;
}

static gboolean
check_kind (const OptOutboxDraft *draft,
            GError              **error)
{
  switch (draft->kind)
    {
    case OPT_OUTBOX_TEXT:
      return TRUE;
    case OPT_OUTBOX_EDIT:
    case OPT_OUTBOX_DELETE:
      return has_target (draft) || refuse (error, OPT_OUTBOX_ERROR_INVALID,
                                           "no message is named that is to be changed or deleted");
    case OPT_OUTBOX_DOCUMENT:
      return !is_empty (draft->path) || !is_empty (draft->contents) ||
             refuse (error, OPT_OUTBOX_ERROR_INVALID, "a document needs a file that is not empty");
    case OPT_OUTBOX_MENU:
      return !is_empty (draft->text) ||
             refuse (error, OPT_OUTBOX_ERROR_INVALID, "a menu needs its list of commands");
    case OPT_OUTBOX_VIEW:
      return !is_empty (draft->view) ||
             refuse (error, OPT_OUTBOX_ERROR_INVALID, "a view needs a name");
    default:
      return refuse (error, OPT_OUTBOX_ERROR_INVALID, "a message of an unknown kind can't be sent");
    }
}

static gboolean
check (const OptOutboxDraft *draft,
       GError              **error)
{
  if (is_empty (draft->bot))
    return refuse (error, OPT_OUTBOX_ERROR_INVALID, "a message needs a bot that sends it");
  if (is_empty (draft->chat) && draft->kind != OPT_OUTBOX_MENU)
    return refuse (error, OPT_OUTBOX_ERROR_INVALID, "a message needs a chat to go to");
  if ((draft->text != NULL && strlen (draft->text) > OPT_OUTBOX_TEXT_MAX) ||
      (draft->contents != NULL && strlen (draft->contents) > OPT_OUTBOX_TEXT_MAX))
    {
      g_autofree char *most = opt_text_format_bytes (OPT_OUTBOX_TEXT_MAX);

      g_set_error (error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_TOO_LONG,
                   "the text is longer than %s; send it as a document", most);
      return FALSE;
    }
  return check_kind (draft, error);
}

/* Text, or a change of a message's text: split where it is too long. */
static gboolean
add_text (OptTransaction       *transaction,
          const OptOutboxDraft *draft,
          const OptOutboxPlace *place,
          GArray               *ids,
          GError              **error)
{
  g_auto (OptLongText) parts = { 0 };
  OptOutboxDraft whole = *draft;

  opt_long_text_init (&parts, draft->text);
  if (parts.parts->len == 0)
    return refuse (error, OPT_OUTBOX_ERROR_EMPTY,
                   "the text is empty: Telegram sends no message without one");
  whole.contents = draft->text;
  return opt_outbox_insert_parts (transaction, &whole, &parts, 0, place, ids, error);
}

/* A caption that is too long goes ahead as text. */
static gboolean
add_captioned (OptTransaction       *transaction,
               const OptOutboxDraft *draft,
               const OptOutboxPlace *place,
               GArray               *ids,
               GError              **error)
{
  OptOutboxDraft caption = *draft;
  OptOutboxDraft file = *draft;
  g_autoptr (GError) local_error = NULL;
  gint64 id = 0;

  /* The text has the origin, so nothing would keep the file from being added twice. */
  if (draft->origin != NULL &&
      opt_transaction_query_int (transaction, &id, &local_error,
                                 "SELECT id FROM outbox WHERE origin = $1", "s", draft->origin))
    {
      if (ids != NULL)
        g_array_append_val (ids, id);
      return TRUE;
    }
  caption.kind = OPT_OUTBOX_TEXT;
  caption.markup = NULL;
  caption.path = NULL;
  caption.file_name = NULL;
  if (local_error == NULL && add_text (transaction, &caption, place, ids, &local_error))
    {
      file.reply_to = 0;
      file.origin = NULL;
    }
  if (local_error != NULL &&
      !g_error_matches (local_error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_EMPTY))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  file.text = NULL;
  return opt_outbox_insert_one (transaction, &file, place, ids, NULL, error);
}

static gboolean
add_document (OptTransaction       *transaction,
              const OptOutboxDraft *draft,
              const OptOutboxPlace *place,
              GArray               *ids,
              GError              **error)
{
  if (draft->text != NULL && opt_text_utf16_length (draft->text) > OPT_CAPTION_UNITS_MAX)
    return add_captioned (transaction, draft, place, ids, error);
  return opt_outbox_insert_one (transaction, draft, place, ids, NULL, error);
}

static gboolean
add_valid (OptTransaction       *transaction,
           const OptOutboxDraft *draft,
           const OptOutboxPlace *place,
           GArray               *ids,
           GError              **error)
{
  switch (draft->kind)
    {
    case OPT_OUTBOX_DOCUMENT:
      return add_document (transaction, draft, place, ids, error);
    case OPT_OUTBOX_TEXT:
      return add_text (transaction, draft, place, ids, error);
    case OPT_OUTBOX_EDIT:
      if (draft->text != NULL)
        return add_text (transaction, draft, place, ids, error);
      break;
    case OPT_OUTBOX_DELETE:
    case OPT_OUTBOX_MENU:
    case OPT_OUTBOX_VIEW:
    default:
      break;
    }
  return opt_outbox_insert_one (transaction, draft, place, ids, NULL, error);
}

/**
 * opt_outbox_add:
 * @transaction: on the writer thread; of any room
 * @draft: what is to be sent
 * @now: microseconds since 1970
 * @ids: (nullable) (element-type gint64): the ids of the rows are appended; of the earlier row when
 *   the origin is known already
 * @error: return location
 *
 * Queues a message, as part of what it is the consequence of. A text beyond one message's
 * length becomes several rows: split at line ends, or head, tail and a file when it is longer than
 * three messages. What is not UTF-8 in it is replaced.
 *
 * Returns: FALSE with an #OptOutboxError or #OptStoreError, and nothing added
 */
gboolean
opt_outbox_add (OptTransaction       *transaction,
                const OptOutboxDraft *draft,
                gint64                now,
                GArray               *ids,
                GError              **error)
{
  OptOutboxPlace   place = { .now = now };
  OptOutboxDraft   valid;
  g_autofree char *text = NULL;

  g_return_val_if_fail (transaction != NULL, FALSE);
  g_return_val_if_fail (draft != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  valid = *draft;
  if (valid.text == NULL && valid.kind == OPT_OUTBOX_TEXT)
    valid.text = "";
  if (!check (&valid, error))
    return FALSE;
  if (valid.text != NULL && !g_utf8_validate (valid.text, -1, NULL))
    valid.text = text = opt_text_make_valid (valid.text, -1);
  return add_valid (transaction, &valid, &place, ids, error);
}

/**
 * opt_outbox_move_chat:
 * @transaction: on the writer thread
 * @bot: the bot that was told
 * @old_chat: the group's id until now
 * @new_chat: the supergroup's id
 * @error: return location
 *
 * Rewrites the chat of every row that is not sent yet. After the commit call
 * opt_outbox_chat_moved().
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_move_chat (OptTransaction *transaction,
                      const char     *bot,
                      const char     *old_chat,
                      const char     *new_chat,
                      GError        **error)
{
  g_return_val_if_fail (transaction != NULL, FALSE);
  g_return_val_if_fail (bot != NULL && old_chat != NULL && new_chat != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* One statement for each of the indexes: the history is not searched, nor is it changed. */
  return opt_transaction_run (transaction, error,
                              "UPDATE outbox SET chat = $3 "
                              "WHERE state = 'queued' AND bot = $1 AND chat = $2",
                              "sss", bot, old_chat, new_chat) &&
         opt_transaction_run (transaction, error,
                              "UPDATE outbox SET chat = $3 "
                              "WHERE state = 'sending' AND bot = $1 AND chat = $2",
                              "sss", bot, old_chat, new_chat) &&
         opt_transaction_run (transaction, error,
                              "UPDATE outbox SET chat = $3 "
                              "WHERE state = 'dead' AND bot = $1 AND chat = $2",
                              "sss", bot, old_chat, new_chat);
}
