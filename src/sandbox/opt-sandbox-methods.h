/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-call.h"

G_BEGIN_DECLS

const OptSandboxMethod *opt_sandbox_methods_find (const char *name);

/* One family a file; to extend the sandbox, write the method and add its row to the table. */

void opt_sandbox_method_get_me (OptSandboxCall *call);

void opt_sandbox_method_get_updates (OptSandboxCall *call);
void opt_sandbox_method_delete_webhook (OptSandboxCall *call);
void opt_sandbox_method_get_webhook_info (OptSandboxCall *call);

void opt_sandbox_method_send_message (OptSandboxCall *call);
void opt_sandbox_method_send_chat_action (OptSandboxCall *call);

void opt_sandbox_method_edit_message_text (OptSandboxCall *call);
void opt_sandbox_method_delete_message (OptSandboxCall *call);

void opt_sandbox_method_send_document (OptSandboxCall *call);
void opt_sandbox_method_get_file (OptSandboxCall *call);

void opt_sandbox_method_answer_callback_query (OptSandboxCall *call);

void opt_sandbox_method_set_my_commands (OptSandboxCall *call);
void opt_sandbox_method_get_my_commands (OptSandboxCall *call);
void opt_sandbox_method_delete_my_commands (OptSandboxCall *call);

void opt_sandbox_method_get_chat (OptSandboxCall *call);
void opt_sandbox_method_get_chat_member (OptSandboxCall *call);

G_END_DECLS
