/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-message.h"

/**
 * opt_sandbox_message_new:
 * @id: its id in the chat
 *
 * Returns: (transfer full): an empty message
 */
OptSandboxMessage *
opt_sandbox_message_new (gint32 id)
{
  OptSandboxMessage *self = g_new0 (OptSandboxMessage, 1);

  self->id = id;
  return self;
}

void
opt_sandbox_message_free (OptSandboxMessage *self)
{
  g_free (self->text);
  g_free (self->entities);
  g_free (self->body);
  g_free (self->markup);
  g_free (self->keyboard);
  g_free (self);
}
