/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-press.h"

#include <string.h>

#include "opt-callback.h"
#include "opt-dialog.h"
#include "opt-json-writer.h"
#include "opt-json.h"
#include "opt-task-call.h"
#include "opt-task-order.h"

#define CLOSED "This question is closed."

/* Each answers the press exactly once. */
typedef gboolean (*PressFunc) (OptTurn    *turn,
                               JsonObject *args,
                               GError    **error);

static gboolean
press_cancel (OptTurn    *turn,
              JsonObject *args,
              GError    **error)
{
  opt_turn_act (turn, OPT_EFFECT_CANCEL, opt_json_get_string (args, "job"));
  opt_turn_answer (turn, "Stopping…");
  return TRUE;
}

static gboolean
press_drop (OptTurn    *turn,
            JsonObject *args,
            GError    **error)
{
  opt_turn_act (turn, OPT_EFFECT_CANCEL, opt_json_get_string (args, "job"));
  opt_turn_answer (turn, "Dropped.");
  return TRUE;
}

static gboolean
press_release (OptTurn    *turn,
               JsonObject *args,
               GError    **error)
{
  opt_turn_act (turn, OPT_EFFECT_RELEASE, opt_json_get_string (args, "job"));
  opt_turn_answer (turn, "Starting…");
  return TRUE;
}

static gboolean
press_log (OptTurn    *turn,
           JsonObject *args,
           GError    **error)
{
  g_auto (OptJsonWriter) writer = { 0 };
  g_autofree char *view_args = NULL;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_string (&writer, "job", opt_json_get_string (args, "job"));
  opt_json_writer_close_object (&writer);
  view_args = opt_json_writer_end (&writer);
  opt_turn_show (turn, "log", view_args);
  opt_turn_answer (turn, NULL);
  return TRUE;
}

static void
take_parameter_cb (JsonObject *object,
                   const char *name,
                   JsonNode   *node,
                   gpointer    user_data)
{
  const char *value = opt_json_get_string (object, name);

  if (value != NULL)
    g_hash_table_insert (user_data, g_strdup (name), g_strdup (value));
}

static gboolean
press_again (OptTurn    *turn,
             JsonObject *args,
             GError    **error)
{
  g_autoptr (GHashTable) parameters = opt_task_parameters_new ();
  g_autoptr (GError) problem = NULL;
  const char *task = opt_json_get_string (args, "task");
  JsonObject *given = opt_json_get_object (args, "parameters");

  if (given != NULL)
    json_object_foreach_member (given, take_parameter_cb, parameters);
  if (!opt_task_order_repeat (turn, task, parameters, &problem))
    opt_turn_say_error (turn, problem);
  opt_turn_answer (turn, NULL);
  return TRUE;
}

/* The buttons of a question go once it is answered; what was chosen stays to be read. */
static gboolean
answer_dialog (OptTurn         *turn,
               const OptDialog *dialog,
               const char      *value,
               GError         **error)
{
  g_autofree char *text = opt_task_order_describe (dialog, value);

  opt_turn_edit (turn, text, NULL);
  opt_turn_answer (turn, NULL);
  if (dialog->reply_to != 0)
    turn->reply_to = dialog->reply_to;
  if (dialog->kind == OPT_DIALOG_TASK)
    return opt_task_order_take_id (turn, value, error);
  return opt_task_order_take_value (turn, dialog, value, error);
}

static gboolean
press_dialog (OptTurn    *turn,
              JsonObject *args,
              GError    **error)
{
  g_auto (OptDialog) dialog = { 0 };
  gboolean    found = FALSE;
  gint64      nonce = 0;
  gint64      page = 0;
  const char *value = opt_json_get_string (args, "value");

  if (!opt_dialog_find (turn, &dialog, &found, error))
    return FALSE;
  if (!found || !opt_json_get_int (args, "nonce", &nonce) || nonce != dialog.nonce)
    {
      opt_turn_answer (turn, CLOSED);
      return TRUE;
    }
  if (value != NULL && dialog.kind != OPT_DIALOG_LIST)
    return answer_dialog (turn, &dialog, value, error);
  opt_turn_answer (turn, NULL);
  if (!opt_json_get_int (args, "page", &page) || dialog.kind != OPT_DIALOG_TASK)
    return TRUE;
  return opt_task_order_offer (turn, (guint)CLAMP (page, 0, 10000), nonce, TRUE, error);
}

static const struct
{
  const char *action;
  const char *needs; /* (nullable): a text without which it means nothing */
  PressFunc   press;
} presses[] = {
  { "cancel", "job", press_cancel },
  { "drop", "job", press_drop },
  { "release", "job", press_release },
  { "log", "job", press_log },
  { "again", "task", press_again },
  { "dialog", NULL, press_dialog },
};

static gboolean
obey (OptTurn           *turn,
      const OptCallback *callback,
      GError           **error)
{
  JsonObject *args = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (callback->args != NULL)
    node = opt_json_parse_object (callback->args, -1, &args, NULL);
  for (guint i = 0; node != NULL && i < G_N_ELEMENTS (presses); i++)
    if (strcmp (presses[i].action, callback->action) == 0 &&
        (presses[i].needs == NULL || opt_json_get_string (args, presses[i].needs) != NULL))
      return presses[i].press (turn, args, error);
  opt_turn_answer (turn, "This button does nothing any more.");
  return TRUE;
}

/**
 * opt_press_handle:
 * @turn: who pressed a button
 * @error: return location for an #OptStoreError
 *
 * Does what stands behind a button, and always answers: the person's client waits for it.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_press_handle (OptTurn *turn,
                  GError **error)
{
  const OptUpdate *update = turn->update;
  g_auto (OptCallback) callback = { 0 };
  OptCallbackState state;

  if (!opt_callback_take (turn->transaction, update->callback_data, turn->receiver->bot_id,
                          update->chat_id, update->user_id, turn->receiver->now, &callback, &state,
                          error))
    return FALSE;
  switch (state)
    {
    case OPT_CALLBACK_OK:
      return obey (turn, &callback, error);
    case OPT_CALLBACK_UNKNOWN:
      opt_turn_answer (turn, "This button is no longer known here.");
      return TRUE;
    case OPT_CALLBACK_EXPIRED:
      opt_turn_answer (turn, "This button has expired. Send the command again.");
      return TRUE;
    case OPT_CALLBACK_USED:
      opt_turn_answer (turn, "This was done already.");
      return TRUE;
    case OPT_CALLBACK_FOREIGN:
    default:
      opt_turn_answer (turn, "This button is not for you.");
      return TRUE;
    }
}
