/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-fault.h"

/**
 * opt_sandbox_fault_new:
 *
 * Returns: (transfer full): a fault that does nothing, once
 */
OptSandboxFault *
opt_sandbox_fault_new (void)
{
  OptSandboxFault *self = g_new0 (OptSandboxFault, 1);

  self->times = 1;
  return self;
}

/**
 * opt_sandbox_fault_copy:
 * @self: a fault
 *
 * Returns: (transfer full): the same, to outlive it
 */
OptSandboxFault *
opt_sandbox_fault_copy (const OptSandboxFault *self)
{
  OptSandboxFault *copy = g_memdup2 (self, sizeof *self);

  copy->token = g_strdup (self->token);
  copy->method = g_strdup (self->method);
  copy->chat_id = g_strdup (self->chat_id);
  copy->description = g_strdup (self->description);
  copy->body = g_strdup (self->body);
  copy->content_type = g_strdup (self->content_type);
  return copy;
}

void
opt_sandbox_fault_free (OptSandboxFault *self)
{
  g_free (self->token);
  g_free (self->method);
  g_free (self->chat_id);
  g_free (self->description);
  g_free (self->body);
  g_free (self->content_type);
  g_free (self);
}

/**
 * opt_sandbox_fault_is_canned:
 * @self: a fault
 *
 * Returns: whether it answers in the method's place
 */
gboolean
opt_sandbox_fault_is_canned (const OptSandboxFault *self)
{
  return self->status != 0 || self->description != NULL || self->retry_after != 0 ||
         self->body != NULL;
}

/**
 * opt_sandbox_fault_matches:
 * @self: a fault
 * @token: a bot token
 * @method: a method, in any case
 * @chat_id: the chat id it is called with, maybe empty
 *
 * Returns: whether the fault is for this call
 */
gboolean
opt_sandbox_fault_matches (const OptSandboxFault *self,
                           const char            *token,
                           const char            *method,
                           const char            *chat_id)
{
  return self->times > 0 &&
         (self->token == NULL || g_str_equal (self->token, token)) &&
         (self->method == NULL || g_ascii_strcasecmp (self->method, method) == 0) &&
         (self->chat_id == NULL || g_str_equal (self->chat_id, chat_id));
}
