/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-private.h"

#include <string.h>

#include "opt-command.h"
#include "opt-press.h"
#include "opt-task-order.h"

#define HINT "I only understand commands; /help shows them."

/* Somebody speaks for themselves, now, to this bot. What was forwarded, sent through another bot,
 * edited later or said in the name of a chat may look the same and is not meant for us. */
static gboolean
is_speech (const OptUpdate *update)
{
  return update->kind == OPT_UPDATE_MESSAGE && update->user_id != 0 && !update->user_is_bot &&
         !update->is_forwarded && !update->via_bot && !update->by_chat;
}

static void
greet_stranger (OptTurn *turn)
{
  opt_turn_say_format (turn,
                       "Your Telegram user id is %" G_GINT64_FORMAT ". Ask the owner of this robot "
                       "to add it to telegram.valid_user, if you are to use it.",
                       turn->update->user_id);
}

static gboolean
obey (OptTurn          *turn,
      const OptCommand *command,
      GError          **error)
{
  g_autofree char *name = NULL;

  /* Only a bare /cancel looks whether there is a question: it then ends that and nothing else. */
  if ((command != &opt_command_cancel || *turn->update->arguments != '\0') &&
      !opt_dialog_close (turn, NULL, error))
    return FALSE;
  if (!command->acts || !opt_turn_is_late (turn))
    return command->run (turn, error);
  name = g_strconcat ("/", command->name, NULL);
  opt_turn_refuse_late (turn, name);
  return TRUE;
}

static gboolean
handle_command (OptTurn *turn,
                GError **error)
{
  const OptUpdate  *update = turn->update;
  const char       *username = turn->receiver->username;
  const OptCommand *command;

  if (update->command_bot != NULL && username != NULL &&
      g_ascii_strcasecmp (update->command_bot, username) != 0)
    return TRUE;
  command = opt_command_find (update->command);
  if (command != NULL)
    return obey (turn, command, error);
  /* Said to all in a group, it may be meant for another bot. */
  if (!opt_turn_is_group (turn) || update->command_bot != NULL)
    opt_turn_say (turn, "I don't know this command; /help shows those that I know.");
  return TRUE;
}

/* In a group an answer is a reply to the question; alone with the bot anything is that is said
 * where it was asked. */
static gboolean
is_answer (const OptTurn   *turn,
           const OptDialog *dialog)
{
  const OptUpdate *update = turn->update;

  if (update->topic != dialog->topic)
    return FALSE;
  if (!opt_turn_is_group (turn))
    return TRUE;
  return update->reply_to_user_id == turn->receiver->bot_id &&
         update->reply_to_message_id > dialog->asked;
}

static gboolean
take_answer (OptTurn         *turn,
             const OptDialog *dialog,
             GError         **error)
{
  if (dialog->kind == OPT_DIALOG_LIST)
    return opt_command_list_answer (turn, dialog, turn->update->text, error);
  if (opt_turn_is_late (turn))
    {
      opt_turn_refuse_late (turn, "the task");
      return opt_dialog_close (turn, NULL, error);
    }
  if (dialog->kind == OPT_DIALOG_TASK)
    return opt_task_order_take_call (turn, turn->update->text, error);
  return opt_task_order_take_value (turn, dialog, turn->update->text, error);
}

static gboolean
handle_text (OptTurn    *turn,
             OptBotRoles roles,
             GError    **error)
{
  const OptUpdate *update = turn->update;
  g_auto (OptDialog) dialog = { 0 };
  gboolean found = FALSE;

  if (update->text == NULL ||
      (opt_turn_is_group (turn) && update->reply_to_user_id != turn->receiver->bot_id))
    return TRUE;
  if (!opt_dialog_find (turn, &dialog, &found, error))
    return FALSE;
  if (found && is_answer (turn, &dialog))
    return take_answer (turn, &dialog, error);
  /* With such a role, what people say is for others to read. */
  if (!opt_turn_is_group (turn) &&
      (roles & (OPT_BOT_ROLE_CONVERSATIONS | OPT_BOT_ROLE_NOTES)) == 0)
    opt_turn_say (turn, HINT);
  return TRUE;
}

static gboolean
handle_stranger (OptTurn          *turn,
                 const OptVerdict *verdict)
{
  if (verdict->kind == OPT_VERDICT_NOBODY)
    return TRUE;
  if (turn->update->kind == OPT_UPDATE_CALLBACK)
    opt_turn_answer (turn, "This button is not for you.");
  if (verdict->may_greet && !opt_turn_is_group (turn))
    greet_stranger (turn);
  return TRUE;
}

/* Says what an update means to the remote bot. On the writer thread; nothing of the object is
 * needed. */
gboolean
opt_remote_react (OptReactor        *reactor,
                  OptTransaction    *transaction,
                  const OptReceiver *receiver,
                  OptUpdate         *update,
                  const OptVerdict  *verdict,
                  OptSnapshot       *snapshot,
                  GPtrArray         *effects,
                  GError           **error)
{
  OptTurn turn = {
    .transaction = transaction,
    .receiver = receiver,
    .update = update,
    .effects = effects,
    .reply_to = update->message_id,
  };
  OptBotConfig *bot = NULL;

  if (snapshot != NULL)
    {
      turn.config = opt_snapshot_get (snapshot, OPT_TYPE_CONFIG);
      turn.catalogue = opt_snapshot_get (snapshot, OPT_TYPE_CATALOGUE);
    }
  if (turn.config != NULL)
    bot = opt_config_find_bot (turn.config, receiver->name);
  if (bot == NULL || (bot->roles & OPT_BOT_ROLE_REMOTE) == 0)
    return TRUE;
  if (verdict->kind != OPT_VERDICT_ALLOWED)
    return handle_stranger (&turn, verdict);
  if (update->kind != OPT_UPDATE_CALLBACK && !is_speech (update))
    return TRUE;
  if (update->kind == OPT_UPDATE_CALLBACK)
    return opt_press_handle (&turn, error);
  if (update->command != NULL)
    return handle_command (&turn, error);
  return handle_text (&turn, bot->roles, error);
}
