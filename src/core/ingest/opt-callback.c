/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-callback.h"

#include <string.h>

#include "opt-id.h"

/* Nobody guesses 128 bits, and base64url of them leaves room in the 64 bytes of callback_data. */
#define ID_BYTES  16
#define ID_LENGTH 22

static gboolean
is_id (const char *data)
{
  return data != NULL && strlen (data) == ID_LENGTH &&
         strspn (data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
           ID_LENGTH;
}

/**
 * opt_callback_add:
 * @transaction: a transaction
 * @callback: what the button means
 * @error: return location
 *
 * Stores what a button means. Rows go some time after they expire.
 *
 * Returns: (transfer full) (nullable): the button's callback_data, or NULL with an #OptStoreError
 */
char *
opt_callback_add (OptTransaction    *transaction,
                  const OptCallback *callback,
                  GError           **error)
{
  g_return_val_if_fail (transaction != NULL, NULL);
  g_return_val_if_fail (callback != NULL && callback->action != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autofree char *id = opt_id_new_secret (ID_BYTES);

  if (!opt_transaction_run (transaction, error,
                            "INSERT INTO callbacks"
                            "(id, bot_id, chat_id, user_id, action, args, expires, once, used) "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
                            "siiissii", id, callback->bot_id, callback->chat_id, callback->user_id,
                            callback->action, callback->args, callback->expires,
                            (gint64)(callback->once != FALSE)))
    return NULL;
  return g_steal_pointer (&id);
}

static gboolean
is_foreign (const OptCallback *callback,
            gint64             bot_id,
            gint64             chat_id,
            gint64             user_id)
{
  return callback->bot_id != bot_id || (callback->chat_id != 0 && callback->chat_id != chat_id) ||
         (callback->user_id != 0 && callback->user_id != user_id);
}

/* FALSE without an error when there is no such row. */
static gboolean
read_row (OptTransaction *transaction,
          const char     *data,
          OptCallback    *callback,
          gboolean       *is_used,
          GError        **error)
{
  g_autoptr (OptRows) rows = opt_transaction_query (
    transaction, error,
    "SELECT bot_id, chat_id, user_id, action, args, expires, once, used FROM callbacks "
    "WHERE id = $1",
    "s", data);

  if (rows == NULL || !opt_rows_next (rows, error))
    return FALSE;
  callback->bot_id = opt_rows_get_int (rows, 0);
  callback->chat_id = opt_rows_get_int (rows, 1);
  callback->user_id = opt_rows_get_int (rows, 2);
  callback->action = g_strdup (opt_rows_get_text (rows, 3));
  callback->args = g_strdup (opt_rows_get_text (rows, 4));
  callback->expires = opt_rows_get_int (rows, 5);
  callback->once = opt_rows_get_int (rows, 6) != 0;
  *is_used = opt_rows_get_int (rows, 7) != 0;
  return TRUE;
}

/**
 * opt_callback_take:
 * @transaction: a transaction
 * @data: (nullable): the callback_data as it came in, whatever it is
 * @bot_id: the bot that received it
 * @chat_id: where the button was pressed
 * @user_id: who pressed it
 * @now: microseconds since 1970
 * @callback: (out caller-allocates): what the button means; empty when it is unknown or foreign
 * @state: (out): whether it may be obeyed
 * @error: return location
 *
 * Looks up a button that was pressed, and uses it up when it works once. Whether the person is
 * served at all is the gate's to say.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_callback_take (OptTransaction   *transaction,
                   const char       *data,
                   gint64            bot_id,
                   gint64            chat_id,
                   gint64            user_id,
                   gint64            now,
                   OptCallback      *callback,
                   OptCallbackState *state,
                   GError          **error)
{
  g_return_val_if_fail (transaction != NULL, FALSE);
  g_return_val_if_fail (callback != NULL && state != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_auto (OptCallback) found = { 0 };
  g_autoptr (GError) local_error = NULL;
  gboolean is_used = FALSE;

  *callback = (OptCallback){ 0 };
  *state = OPT_CALLBACK_UNKNOWN;
  if (!is_id (data))
    return TRUE;
  if (!read_row (transaction, data, &found, &is_used, &local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* Somebody else is not even told whether it still works. */
  if (is_foreign (&found, bot_id, chat_id, user_id))
    {
      *state = OPT_CALLBACK_FOREIGN;
      return TRUE;
    }
  if (is_used)
    *state = OPT_CALLBACK_USED;
  else if (found.expires <= now)
    *state = OPT_CALLBACK_EXPIRED;
  else
    *state = OPT_CALLBACK_OK;
  if (*state == OPT_CALLBACK_OK && found.once &&
      !opt_transaction_run (transaction, error, "UPDATE callbacks SET used = 1 WHERE id = $1", "s",
                            data))
    return FALSE;
  *callback = found;
  found = (OptCallback){ 0 };
  return TRUE;
}

/**
 * opt_callback_move_chat:
 * @transaction: a transaction
 * @bot_id: the bot that was told
 * @old_chat_id: the group
 * @new_chat_id: the supergroup that it became
 * @error: return location
 *
 * Makes the buttons of a group work in the supergroup that it became.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_callback_move_chat (OptTransaction *transaction,
                        gint64          bot_id,
                        gint64          old_chat_id,
                        gint64          new_chat_id,
                        GError        **error)
{
  g_return_val_if_fail (transaction != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return opt_transaction_run (transaction, error,
                              "UPDATE callbacks SET chat_id = $3 "
                              "WHERE bot_id = $1 AND chat_id = $2",
                              "iii", bot_id, old_chat_id, new_chat_id);
}

/**
 * opt_callback_clear:
 * @self: a callback
 *
 * Frees what a callback holds.
 */
void
opt_callback_clear (OptCallback *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->action, g_free);
  g_clear_pointer (&self->args, g_free);
}
