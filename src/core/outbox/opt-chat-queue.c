/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-chat-queue-private.h"

#include "opt-clock.h"

/* Telegram speaks of one a second with short bursts, and of twenty a minute in a group. The windows
 * are a little longer than that, since what leaves on time may arrive closer together. */
#define CHAT_MOST    3
#define CHAT_WINDOW  (3 * OPT_SECOND + 50 * 1000)
#define GROUP_MOST   20
#define GROUP_WINDOW (60 * OPT_SECOND + 500 * 1000)

/* A chat that alone fails must not slow its bot for ever. */
#define BACKOFF_FIRST OPT_SECOND
#define BACKOFF_MOST  (15 * OPT_SECOND)

/**
 * opt_chat_queue_new:
 * @desk: the bot's
 * @chat: a GRefString, of which a reference is taken
 *
 * A chat of which nothing is known yet to wait.
 *
 * Returns: (transfer full): the new queue
 */
OptChatQueue *
opt_chat_queue_new (OptBotDesk *desk,
                    const char *chat)
{
  OptChatQueue *self = g_new0 (OptChatQueue, 1);

  self->desk = desk;
  self->chat = g_ref_string_acquire ((char *)chat);
  self->link.data = self;
  opt_backoff_init (&self->backoff, BACKOFF_FIRST, BACKOFF_MOST);
  return self;
}

static gboolean
is_before (const OptErrand *a,
           const OptErrand *b)
{
  return a->position != b->position ? a->position < b->position : a->id < b->id;
}

/**
 * opt_chat_queue_insert:
 * @self: a queue
 * @errand: (transfer full): a row of this chat
 *
 * Puts a row where it belongs.
 *
 * Returns: FALSE when the row was there already
 */
gboolean
opt_chat_queue_insert (OptChatQueue *self,
                       OptErrand    *errand)
{
  OptErrand **at = &self->first;

  errand->queue = self;
  if (self->last != NULL && is_before (self->last, errand))
    at = &self->last->next;
  else
    while (*at != NULL && is_before (*at, errand))
      at = &(*at)->next;
  if (*at != NULL && (*at)->id == errand->id)
    {
      opt_errand_free (errand);
      return FALSE;
    }
  errand->next = *at;
  *at = errand;
  if (errand->next == NULL)
    self->last = errand;
  self->n++;
  return TRUE;
}

/**
 * opt_chat_queue_pop:
 * @self: a queue
 *
 * Takes the first row out.
 *
 * Returns: (transfer full) (nullable): the row
 */
OptErrand *
opt_chat_queue_pop (OptChatQueue *self)
{
  OptErrand *errand = self->first;

  if (errand == NULL)
    return NULL;
  self->first = errand->next;
  if (self->first == NULL)
    self->last = NULL;
  errand->next = NULL;
  self->n--;
  return errand;
}

/**
 * opt_chat_queue_forget:
 * @self: a queue
 *
 * Drops what is in memory of the rows that wait, since the disk knows better, and has them read
 * anew.
 *
 * Returns: how many rows were dropped
 */
guint
opt_chat_queue_forget (OptChatQueue *self)
{
  guint      n = 0;
  OptErrand *errand;

  while ((errand = opt_chat_queue_pop (self)) != NULL)
    {
      opt_errand_free (errand);
      n++;
    }
  self->more = TRUE;
  self->refilling = FALSE;
  self->generation++;
  self->cursor_position = 0;
  self->cursor_id = 0;
  self->horizon = 0;
  return n;
}

static gboolean
is_private (const char *chat)
{
  return g_ascii_isdigit (chat[0]);
}

/**
 * opt_chat_queue_get_pace_next:
 * @self: a queue
 *
 * Returns: when the chat's pace allows the next message, boot time
 */
gint64
opt_chat_queue_get_pace_next (OptChatQueue *self)
{
  gint64 next = self->pace != NULL ? opt_pace_get_next (self->pace) : 0;

  return self->group_pace != NULL ? MAX (next, opt_pace_get_next (self->group_pace)) : next;
}

/**
 * opt_chat_queue_get_pace_free:
 * @self: a queue
 *
 * Returns: when the chat's pace may be forgotten, boot time
 */
gint64
opt_chat_queue_get_pace_free (OptChatQueue *self)
{
  gint64 until = self->pace != NULL ? opt_pace_get_free (self->pace) : 0;

  return self->group_pace != NULL ? MAX (until, opt_pace_get_free (self->group_pace)) : until;
}

/**
 * opt_chat_queue_note_pace:
 * @self: a queue
 * @now: boot time
 *
 * A message to this chat leaves.
 */
void
opt_chat_queue_note_pace (OptChatQueue *self,
                          gint64        now)
{
  if (self->pace == NULL)
    {
      self->pace = opt_pace_new (CHAT_MOST, CHAT_WINDOW);
      if (!is_private (self->chat))
        self->group_pace = opt_pace_new (GROUP_MOST, GROUP_WINDOW);
    }
  opt_pace_note (self->pace, now);
  if (self->group_pace != NULL)
    opt_pace_note (self->group_pace, now);
}

/**
 * opt_chat_queue_free:
 * @self: (transfer full): a queue
 *
 * Frees it and what waits in it.
 */
void
opt_chat_queue_free (OptChatQueue *self)
{
  opt_chat_queue_forget (self);
  g_ref_string_release (self->chat);
  opt_pace_free (self->pace);
  opt_pace_free (self->group_pace);
  g_free (self);
}
