/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

/* Sorted by name without regard to case. */
static const OptSandboxMethod methods[] = {
  { "answerCallbackQuery", opt_sandbox_method_answer_callback_query, TRUE },
  { "deleteMessage", opt_sandbox_method_delete_message, TRUE },
  { "deleteMyCommands", opt_sandbox_method_delete_my_commands, TRUE },
  { "deleteWebhook", opt_sandbox_method_delete_webhook, TRUE },
  { "editMessageText", opt_sandbox_method_edit_message_text, TRUE },
  { "getChat", opt_sandbox_method_get_chat, FALSE },
  { "getChatMember", opt_sandbox_method_get_chat_member, FALSE },
  { "getFile", opt_sandbox_method_get_file, FALSE },
  { "getMe", opt_sandbox_method_get_me, FALSE },
  { "getMyCommands", opt_sandbox_method_get_my_commands, FALSE },
  { "getUpdates", opt_sandbox_method_get_updates, FALSE },
  { "getWebhookInfo", opt_sandbox_method_get_webhook_info, FALSE },
  { "sendChatAction", opt_sandbox_method_send_chat_action, FALSE },
  { "sendDocument", opt_sandbox_method_send_document, TRUE },
  { "sendMessage", opt_sandbox_method_send_message, TRUE },
  { "setMyCommands", opt_sandbox_method_set_my_commands, FALSE },
};

/**
 * opt_sandbox_methods_find:
 * @name: a method in any case
 *
 * Returns: (nullable): its row in the table
 */
const OptSandboxMethod *
opt_sandbox_methods_find (const char *name)
{
  guint from = 0;
  guint end = G_N_ELEMENTS (methods);

  while (from < end)
    {
      guint middle = (from + end) / 2;
      int   order = g_ascii_strcasecmp (name, methods[middle].name);

      if (order == 0)
        return &methods[middle];
      if (order < 0)
        end = middle;
      else
        from = middle + 1;
    }

  return NULL;
}
