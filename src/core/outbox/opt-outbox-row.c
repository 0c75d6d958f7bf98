/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-row.h"

#include "opt-outbox-kind-private.h"
#include "opt-outbox-row-private.h"

G_DEFINE_BOXED_TYPE (OptOutboxRow, opt_outbox_row, opt_outbox_row_ref, opt_outbox_row_unref)

static const char *const state_names[OPT_N_OUTBOX_STATES] = {
  [OPT_OUTBOX_QUEUED] = "queued",
  [OPT_OUTBOX_SENDING] = "sending",
  [OPT_OUTBOX_SENT] = "sent",
  [OPT_OUTBOX_DEAD] = "dead",
};

/**
 * opt_outbox_state_to_string:
 * @state: a state
 *
 * The state's word, as on the disk and in JSON.
 *
 * Returns: (transfer none): `queued`, `sending`, `sent` or `dead`
 */
const char *
opt_outbox_state_to_string (OptOutboxState state)
{
  g_return_val_if_fail (state < OPT_N_OUTBOX_STATES, NULL);

  return state_names[state];
}

/**
 * opt_outbox_state_from_string:
 * @text: (nullable): a word
 * @state: (out): the state
 *
 * Reads what opt_outbox_state_to_string() writes.
 *
 * Returns: FALSE when @text is no state
 */
gboolean
opt_outbox_state_from_string (const char     *text,
                              OptOutboxState *state)
{
  g_return_val_if_fail (state != NULL, FALSE);

  for (guint i = 0; i < OPT_N_OUTBOX_STATES; i++)
    if (g_strcmp0 (text, state_names[i]) == 0)
      {
        *state = (OptOutboxState)i;
        return TRUE;
      }
  return FALSE;
}

/**
 * opt_outbox_row_new_from_rows:
 * @rows: at a row of %OPT_OUTBOX_ROW_COLUMNS
 *
 * Copies a row out of its transaction.
 *
 * Returns: (transfer full): the row
 */
OptOutboxRow *
opt_outbox_row_new_from_rows (OptRows *rows)
{
  OptOutboxRow *self = g_atomic_rc_box_new0 (OptOutboxRow);

  self->id = opt_rows_get_int (rows, 0);
  self->bot = g_strdup (opt_rows_get_text (rows, 1));
  self->chat = g_strdup (opt_rows_get_text (rows, 2));
  self->topic = opt_rows_get_int (rows, 3);
  if (!opt_outbox_kind_from_string (opt_rows_get_text (rows, 4), &self->kind))
    self->kind = OPT_OUTBOX_TEXT;
  if (!opt_outbox_state_from_string (opt_rows_get_text (rows, 5), &self->state))
    self->state = OPT_OUTBOX_DEAD;
  self->attempts = opt_rows_get_int (rows, 6);
  self->created = opt_rows_get_int (rows, 7);
  self->not_before = opt_rows_get_int (rows, 8);
  self->sent = opt_rows_get_int (rows, 9);
  self->message_id = opt_rows_get_int (rows, 10);
  self->text = g_strdup (opt_rows_get_text (rows, 11));
  self->view = g_strdup (opt_rows_get_text (rows, 12));
  self->file_name = g_strdup (opt_rows_get_text (rows, 13));
  self->repeated = opt_rows_get_int (rows, 14) != 0;
  self->error_code = opt_rows_get_int (rows, 15);
  self->error_text = g_strdup (opt_rows_get_text (rows, 16));
  self->origin = g_strdup (opt_rows_get_text (rows, 17));
  return self;
}

static void
clear (gpointer data)
{
  OptOutboxRow *self = data;

  g_free (self->bot);
  g_free (self->chat);
  g_free (self->text);
  g_free (self->view);
  g_free (self->file_name);
  g_free (self->error_text);
  g_free (self->origin);
}

/**
 * opt_outbox_row_ref:
 * @self: a row
 *
 * Takes a reference; from any thread.
 *
 * Returns: (transfer full): @self
 */
OptOutboxRow *
opt_outbox_row_ref (OptOutboxRow *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_outbox_row_unref:
 * @self: (transfer full): a row
 *
 * Drops a reference; from any thread.
 */
void
opt_outbox_row_unref (OptOutboxRow *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, clear);
}
