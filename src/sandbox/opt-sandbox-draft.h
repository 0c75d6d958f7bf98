/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-access.h"
#include "opt-sandbox-keyboard.h"
#include "opt-sandbox-text.h"

G_BEGIN_DECLS

/**
 * OptSandboxDraft:
 * @chat: (unowned): where it goes
 * @topic: (unowned) (nullable): the topic there
 * @reply_to: (unowned) (nullable): what it answers
 * @keyboard: what comes with it
 *
 * What all methods that send a message have in common.
 */
typedef struct
{
  OptSandboxChat    *chat;
  OptSandboxTopic   *topic;
  OptSandboxMessage *reply_to;
  OptSandboxKeyboard keyboard;
} OptSandboxDraft;

gboolean opt_sandbox_draft_prepare (OptSandboxDraft *self,
                                    OptSandboxCall  *call,
                                    const char      *kind);
void     opt_sandbox_draft_post (OptSandboxDraft *self,
                                 OptSandboxCall  *call,
                                 OptSandboxText  *text,
                                 gboolean         is_caption,
                                 char            *body);
void     opt_sandbox_draft_clear (OptSandboxDraft *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptSandboxDraft, opt_sandbox_draft_clear)

G_END_DECLS
