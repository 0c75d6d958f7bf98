/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-desk-private.h"

#include "opt-clock.h"

#define BOT_MOST      30
#define BOT_WINDOW    (OPT_SECOND + 20 * 1000)
#define BACKOFF_FIRST OPT_SECOND
#define BACKOFF_MOST  (15 * OPT_SECOND)

static void
free_queue (gpointer data)
{
  opt_chat_queue_free (data);
}

/**
 * opt_bot_desk_new:
 * @name: interned
 *
 * A bot that has nothing to send yet.
 *
 * Returns: (transfer full): the new desk
 */
OptBotDesk *
opt_bot_desk_new (const char *name)
{
  OptBotDesk *self = g_new0 (OptBotDesk, 1);

  self->name = name;
  self->queues = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_queue);
  self->cursor = g_strdup ("");
  self->pace = opt_pace_new (BOT_MOST, BOT_WINDOW);
  opt_backoff_init (&self->backoff, BACKOFF_FIRST, BACKOFF_MOST);
  return self;
}

static guint
get_list (OptErrand *errand)
{
  if (errand->priority > 0)
    return 0;
  return errand->priority == 0 ? 1 : 2;
}

/**
 * opt_bot_desk_has_ready:
 * @self: a desk
 *
 * Returns: whether a chat may go on
 */
gboolean
opt_bot_desk_has_ready (OptBotDesk *self)
{
  for (guint i = 0; i < OPT_DESK_PRIORITIES; i++)
    if (self->ready[i].length > 0)
      return TRUE;
  return FALSE;
}

/**
 * opt_bot_desk_has_outgoing:
 * @self: a desk
 *
 * Returns: whether a claimed row waits to leave
 */
gboolean
opt_bot_desk_has_outgoing (OptBotDesk *self)
{
  return self->outgoing.length > 0 || self->files.length > 0;
}

/**
 * opt_bot_desk_put_ready:
 * @self: a desk
 * @queue: one of its queues, not empty, in no place
 *
 * The chat may go on, in its turn.
 */
void
opt_bot_desk_put_ready (OptBotDesk   *self,
                        OptChatQueue *queue)
{
  queue->place = OPT_PLACE_READY;
  queue->priority = get_list (queue->first);
  g_queue_push_tail_link (&self->ready[queue->priority], &queue->link);
}

/**
 * opt_bot_desk_pop_ready:
 * @self: a desk
 *
 * Takes the chat whose turn it is.
 *
 * Returns: (transfer none) (nullable): its queue, in no place any more
 */
OptChatQueue *
opt_bot_desk_pop_ready (OptBotDesk *self)
{
  for (guint i = 0; i < OPT_DESK_PRIORITIES; i++)
    {
      GList *link = g_queue_pop_head_link (&self->ready[i]);

      if (link != NULL)
        {
          OptChatQueue *queue = link->data;

          queue->place = OPT_PLACE_NONE;
          return queue;
        }
    }
  return NULL;
}

/**
 * opt_bot_desk_remove_ready:
 * @self: a desk
 * @queue: one of its queues that may go on
 *
 * It may not, after all.
 */
void
opt_bot_desk_remove_ready (OptBotDesk   *self,
                           OptChatQueue *queue)
{
  g_queue_unlink (&self->ready[queue->priority], &queue->link);
  queue->place = OPT_PLACE_NONE;
}

static void
free_errands (GQueue *errands)
{
  GList *link;

  while ((link = g_queue_pop_head_link (errands)) != NULL)
    opt_errand_free (link->data);
}

/**
 * opt_bot_desk_free:
 * @self: (transfer full): a desk
 *
 * Frees it and all that waits there.
 */
void
opt_bot_desk_free (OptBotDesk *self)
{
  free_errands (&self->rendered);
  free_errands (&self->outgoing);
  free_errands (&self->files);
  g_hash_table_unref (self->queues);
  g_free (self->hold);
  g_free (self->cursor);
  opt_pace_free (self->pace);
  g_free (self);
}
