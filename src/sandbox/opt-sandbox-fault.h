/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  OPT_SANDBOX_DROP_NEVER,
  OPT_SANDBOX_DROP_BEFORE,
  OPT_SANDBOX_DROP_AFTER,
} OptSandboxDrop;

/**
 * OptSandboxFault:
 * @id: its number
 * @token: (owned) (nullable): the bot it is for
 * @method: (owned) (nullable): the method it is for
 * @chat_id: (owned) (nullable): the chat it is for, as text
 * @times: how many calls it is for yet
 * @status: the HTTP status, or 0
 * @description: (owned) (nullable): the words of the error
 * @retry_after: seconds, or 0
 * @delay_ms: how long the answer is held back, in milliseconds
 * @body: (owned) (nullable): the whole answer
 * @content_type: (owned) (nullable): what it is called
 * @truncate: whether the answer is cut in half
 * @drop: when the connection is cut
 *
 * Something that goes wrong. With @status, @description, @retry_after or @body the method is
 * not handled and this is the answer; otherwise it is handled.
 */
typedef struct
{
  guint64        id;
  char          *token;
  char          *method;
  char          *chat_id;
  gint64         times;
  guint          status;
  char          *description;
  gint64         retry_after;
  gint64         delay_ms;
  char          *body;
  char          *content_type;
  gboolean       truncate;
  OptSandboxDrop drop;
} OptSandboxFault;

OptSandboxFault *opt_sandbox_fault_new (void);
OptSandboxFault *opt_sandbox_fault_copy (const OptSandboxFault *self);
void             opt_sandbox_fault_free (OptSandboxFault *self);
gboolean         opt_sandbox_fault_is_canned (const OptSandboxFault *self);
gboolean         opt_sandbox_fault_matches (const OptSandboxFault *self,
                                            const char            *token,
                                            const char            *method,
                                            const char            *chat_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxFault, opt_sandbox_fault_free)

G_END_DECLS
