/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptSandboxMessage:
 * @id: its id in the chat
 * @thread_id: the thread it is in, or 0
 * @is_topic: whether the thread is a topic of a forum
 * @is_service: whether it tells of an event
 * @is_caption: whether @text is a caption
 * @reply_to: id of the message it answers, or 0
 * @date: when it was sent, in seconds since 1970
 * @edit_date: when it was edited last, or 0
 * @from_id: who sent it, or 0 in channels
 * @text: (owned) (nullable): its text
 * @entities: (owned) (nullable): their JSON
 * @body: (owned) (nullable): further members of the Message object, as JSON without braces
 * @markup: (owned) (nullable): JSON of its inline keyboard
 * @keyboard: (owned) (nullable): JSON of the reply keyboard that came with it
 *
 * One message in a chat.
 */
typedef struct
{
  gint32   id;
  gint32   thread_id;
  gint32   reply_to;
  gboolean is_topic;
  gboolean is_service;
  gboolean is_caption;
  gint64   date;
  gint64   edit_date;
  gint64   from_id;
  char    *text;
  char    *entities;
  char    *body;
  char    *markup;
  char    *keyboard;
} OptSandboxMessage;

OptSandboxMessage *opt_sandbox_message_new (gint32 id);
void               opt_sandbox_message_free (OptSandboxMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxMessage, opt_sandbox_message_free)

G_END_DECLS
