/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#include "opt-sandbox-access.h"
#include "opt-sandbox-keyboard.h"
#include "opt-sandbox-text.h"

/* Others' messages and old ones can't be deleted everywhere. */
#define DELETE_SECONDS (48 * 3600)

static gboolean
change (OptSandboxCall     *call,
        OptSandboxMessage  *message,
        OptSandboxText     *text,
        OptSandboxKeyboard *keyboard)
{
  if (g_strcmp0 (message->text, text->text) == 0 &&
      g_strcmp0 (message->entities, text->entities) == 0 &&
      g_strcmp0 (message->markup, keyboard->markup) == 0)
    {
      opt_sandbox_call_fail (
        call, 400,
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message");
      return FALSE;
    }

  g_free (message->text);
  g_free (message->entities);
  g_free (message->markup);
  message->text = g_steal_pointer (&text->text);
  message->entities = g_steal_pointer (&text->entities);
  message->markup = g_steal_pointer (&keyboard->markup);
  message->edit_date = opt_sandbox_clock_get_date (call->world->clock);
  return TRUE;
}

static OptSandboxMessage *
find_editable (OptSandboxCall  *call,
               OptSandboxChat **chat)
{
  OptSandboxMessage *message;

  *chat = opt_sandbox_access_get_chat (call, opt_sandbox_params_get (call->params, "chat_id"),
                                       OPT_SANDBOX_ACCESS_EDIT);
  message = *chat != NULL ? opt_sandbox_access_get_message (call, *chat, "message to edit") : NULL;
  if (message == NULL)
    return NULL;

  if (message->from_id != call->bot->id || message->is_service)
    opt_sandbox_call_fail (call, 400, "message can't be edited");
  else if (message->is_caption)
    opt_sandbox_call_fail (call, 400, "there is no text in the message to edit");
  else
    return message;

  return NULL;
}

/**
 * opt_sandbox_method_edit_message_text:
 * @call: a call
 */
void
opt_sandbox_method_edit_message_text (OptSandboxCall *call)
{
  g_auto (OptSandboxText) text = { NULL, NULL };
  g_auto (OptSandboxKeyboard) keyboard = { NULL };
  g_autofree char   *problem = NULL;
  OptSandboxMessage *message;
  OptSandboxChat    *chat;

  problem = opt_sandbox_text_read (&text,
                                   opt_sandbox_params_get (call->params, "text"),
                                   opt_sandbox_params_get (call->params, "parse_mode"),
                                   opt_sandbox_params_get (call->params, "entities"),
                                   FALSE);
  if (problem == NULL)
    problem =
      opt_sandbox_keyboard_read (&keyboard, opt_sandbox_params_get (call->params, "reply_markup"));
  if (problem != NULL)
    {
      opt_sandbox_call_fail (call, 400, problem);
      return;
    }
  if (*opt_sandbox_params_get (call->params, "inline_message_id") != '\0')
    {
      opt_sandbox_call_fail (call, 400, "MESSAGE_ID_INVALID");
      return;
    }

  message = find_editable (call, &chat);
  if (message == NULL || !opt_sandbox_access_check_pace (call, chat) ||
      !change (call, message, &text, &keyboard))
    return;

  opt_sandbox_bot_add_message_to_json (call->bot, chat, message, TRUE,
                                       opt_sandbox_call_answer (call));
}

static gboolean
is_deletable (OptSandboxCall    *call,
              OptSandboxChat    *chat,
              OptSandboxMessage *message)
{
  gboolean is_old =
    opt_sandbox_clock_get_date (call->world->clock) - message->date > DELETE_SECONDS;

  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    return !is_old;
  if (chat->bot >= OPT_SANDBOX_STATUS_ADMINISTRATOR)
    return TRUE;

  return !is_old && message->from_id == call->bot->id;
}

/**
 * opt_sandbox_method_delete_message:
 * @call: a call
 */
void
opt_sandbox_method_delete_message (OptSandboxCall *call)
{
  const char        *chat_id = opt_sandbox_params_get (call->params, "chat_id");
  OptSandboxChat    *chat;
  OptSandboxMessage *message;

  if (*chat_id == '\0')
    {
      opt_sandbox_call_fail (call, 400, "chat identifier is not specified");
      return;
    }
  if (opt_sandbox_params_get_int (call->params, "message_id", 0, 0, G_MAXINT64) == 0)
    {
      opt_sandbox_call_fail (call, 400, "message identifier is not specified");
      return;
    }

  chat = opt_sandbox_access_get_chat (call, chat_id, OPT_SANDBOX_ACCESS_WRITE);
  message = chat != NULL ? opt_sandbox_access_get_message (call, chat, "message to delete") : NULL;
  if (message == NULL)
    return;
  if (!is_deletable (call, chat, message))
    {
      opt_sandbox_call_fail (call, 400,
                             chat->type == OPT_SANDBOX_CHAT_PRIVATE
                               ? "message can't be deleted for everyone"
                               : "message can't be deleted");
      return;
    }

  g_hash_table_remove (chat->messages, GINT_TO_POINTER (message->id));
  opt_sandbox_call_answer_true (call);
}
