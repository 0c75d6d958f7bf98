/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-dialog.h"

#include "opt-callback.h"
#include "opt-json-writer.h"

static const char *const kinds[OPT_N_DIALOG_KINDS] = { "list", "task", "parameter" };

/* Expired ones are still told from none for a day: their answer may have been on its way. */
#define KEPT (24 * 60 * 60 * G_GINT64_CONSTANT (1000000))

/**
 * opt_dialog_open:
 * @turn: who is asked, and where
 * @kind: what is asked
 * @state: (nullable): what is known so far
 * @error: return location for an #OptStoreError
 *
 * Notes that a question was asked, in place of an earlier one. Its nonce is the update's id.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_dialog_open (OptTurn      *turn,
                 OptDialogKind kind,
                 const char   *state,
                 GError      **error)
{
  const OptUpdate *update = turn->update;

  if (!opt_transaction_run (turn->transaction, error, "DELETE FROM dialogs WHERE expires < $1",
                            "i", turn->receiver->now - KEPT))
    return FALSE;
  return opt_transaction_run (
    turn->transaction, error,
    "INSERT INTO dialogs"
    "(bot_id, chat_id, user_id, topic, kind, state, asked, reply_to, nonce, expires) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (bot_id, chat_id, user_id) DO UPDATE SET topic = excluded.topic, "
    "kind = excluded.kind, state = excluded.state, asked = excluded.asked, "
    "reply_to = excluded.reply_to, nonce = excluded.nonce, expires = excluded.expires",
    "iiiissiiii", turn->receiver->bot_id, update->chat_id, update->user_id, update->topic,
    kinds[kind], state, update->message_id, turn->reply_to, update->update_id,
    turn->receiver->now + OPT_DIALOG_LIFE);
}

static gboolean
read_kind (const char    *text,
           OptDialogKind *kind)
{
  for (guint i = 0; i < OPT_N_DIALOG_KINDS; i++)
    if (g_strcmp0 (text, kinds[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * opt_dialog_find:
 * @turn: who may be answering, and where
 * @dialog: (out caller-allocates): the question
 * @found: (out): whether there is one that was still open when the person answered
 * @error: return location for an #OptStoreError
 *
 * Looks for the question that waits for this person in this chat.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_dialog_find (OptTurn   *turn,
                 OptDialog *dialog,
                 gboolean  *found,
                 GError   **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;

  *dialog = (OptDialog){ 0 };
  *found = FALSE;
  rows = opt_transaction_query (turn->transaction, error,
                                "SELECT kind, state, topic, asked, reply_to, nonce FROM dialogs "
                                "WHERE bot_id = $1 AND chat_id = $2 AND user_id = $3 "
                                "AND expires > $4",
                                "iiii", turn->receiver->bot_id, turn->update->chat_id,
                                turn->update->user_id, opt_turn_get_asked (turn));
  if (rows == NULL)
    return FALSE;
  if (!opt_rows_next (rows, &local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *found = read_kind (opt_rows_get_text (rows, 0), &dialog->kind);
  dialog->state = g_strdup (opt_rows_get_text (rows, 1));
  dialog->topic = opt_rows_get_int (rows, 2);
  dialog->asked = opt_rows_get_int (rows, 3);
  dialog->reply_to = opt_rows_get_int (rows, 4);
  dialog->nonce = opt_rows_get_int (rows, 5);
  return TRUE;
}

/**
 * opt_dialog_close:
 * @turn: who was asked, and where
 * @was_open: (out) (nullable): whether a question was waiting
 * @error: return location for an #OptStoreError
 *
 * Takes the question back.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_dialog_close (OptTurn  *turn,
                  gboolean *was_open,
                  GError  **error)
{
  g_auto (OptDialog) dialog = { 0 };

  if (was_open != NULL && !opt_dialog_find (turn, &dialog, was_open, error))
    return FALSE;
  return opt_transaction_run (turn->transaction, error,
                              "DELETE FROM dialogs "
                              "WHERE bot_id = $1 AND chat_id = $2 AND user_id = $3",
                              "iii", turn->receiver->bot_id, turn->update->chat_id,
                              turn->update->user_id);
}

/**
 * opt_dialog_move_chat:
 * @transaction: on the writer thread
 * @old_chat_id: the group
 * @new_chat_id: the supergroup that it became
 * @error: return location for an #OptStoreError
 *
 * Takes questions along. Messages are numbered anew there.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_dialog_move_chat (OptTransaction *transaction,
                      gint64          old_chat_id,
                      gint64          new_chat_id,
                      GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "DELETE FROM dialogs WHERE chat_id = $1 AND EXISTS ("
                              "SELECT 1 FROM dialogs AS d WHERE d.chat_id = $2 "
                              "AND d.bot_id = dialogs.bot_id AND d.user_id = dialogs.user_id)",
                              "ii", old_chat_id, new_chat_id) &&
         opt_transaction_run (transaction, error,
                              "UPDATE dialogs SET chat_id = $2, asked = 0, reply_to = 0 "
                              "WHERE chat_id = $1",
                              "ii", old_chat_id, new_chat_id);
}

void
opt_dialog_clear (OptDialog *self)
{
  g_clear_pointer (&self->state, g_free);
}

static gboolean
add_button (OptTurn       *turn,
            OptMarkup     *markup,
            const char    *label,
            OptJsonWriter *args,
            GError       **error)
{
  g_autofree char *text = NULL;
  g_autofree char *data = NULL;
  OptCallback      callback = {
         .bot_id = turn->receiver->bot_id,
         .chat_id = turn->update->chat_id,
         .user_id = turn->update->user_id,
         .action = (char *)"dialog",
         .expires = turn->receiver->now + OPT_DIALOG_LIFE,
  };

  opt_json_writer_close_object (args);
  text = opt_json_writer_end (args);
  callback.args = text;
  data = opt_callback_add (turn->transaction, &callback, error);
  if (data == NULL)
    return FALSE;
  opt_markup_add_callback (markup, label, data);
  return TRUE;
}

gboolean
opt_dialog_add_answer (OptTurn    *turn,
                       OptMarkup  *markup,
                       gint64      nonce,
                       const char *label,
                       const char *value,
                       GError    **error)
{
  g_auto (OptJsonWriter) args = { 0 };

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  opt_json_writer_add_int (&args, "nonce", nonce);
  opt_json_writer_add_string (&args, "value", value);
  return add_button (turn, markup, label, &args, error);
}

gboolean
opt_dialog_add_page (OptTurn    *turn,
                     OptMarkup  *markup,
                     gint64      nonce,
                     const char *label,
                     guint       page,
                     GError    **error)
{
  g_auto (OptJsonWriter) args = { 0 };

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  opt_json_writer_add_int (&args, "nonce", nonce);
  opt_json_writer_add_int (&args, "page", page);
  return add_button (turn, markup, label, &args, error);
}
