/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

/* Of one chat's rows in memory: enough that reading more is rare, little enough for many chats. */
#define QUEUE_ROWS         16
#define QUEUE_ROWS_CROWDED 2
#define CROWDED            8192
#define REFILL_BELOW       2
/* A time on the disk that is further away than this comes from a clock that was wrong. */
#define WAIT_MOST (24 * 3600 * OPT_SECOND)

static gint
compare_due (gconstpointer a,
             gconstpointer b,
             gpointer      user_data)
{
  const OptChatQueue *x = a;
  const OptChatQueue *y = b;

  return x->due < y->due ? -1 : x->due > y->due;
}

/**
 * opt_outbox_get_desk:
 * @self: the courier
 * @bot: a bot's name
 *
 * Returns: (transfer none): the bot's desk
 */
OptBotDesk *
opt_outbox_get_desk (OptOutbox  *self,
                     const char *bot)
{
  OptBotDesk *desk = g_hash_table_lookup (self->desks, bot);

  if (desk == NULL)
    {
      desk = opt_bot_desk_new (g_intern_string (bot));
      g_hash_table_insert (self->desks, (gpointer)desk->name, desk);
      g_ptr_array_add (self->turns, desk);
    }
  return desk;
}

/**
 * opt_outbox_get_queue:
 * @self: the courier
 * @desk: a bot's
 * @chat: a GRefString
 *
 * Finds a chat's queue, or makes it when there is room and all chats are known.
 *
 * Returns: (transfer none) (nullable): the queue
 */
OptChatQueue *
opt_outbox_get_queue (OptOutbox  *self,
                      OptBotDesk *desk,
                      const char *chat)
{
  OptChatQueue *queue = g_hash_table_lookup (desk->queues, chat);

  if (queue != NULL)
    return queue;
  if (g_hash_table_size (desk->queues) >= OPT_DESK_QUEUES_MAX)
    {
      desk->undiscovered = TRUE;
      return NULL;
    }
  queue = opt_chat_queue_new (desk, chat);
  g_hash_table_insert (desk->queues, queue->chat, queue);
  return queue;
}

/**
 * opt_outbox_get_row_limit:
 * @self: the courier
 *
 * Returns: how many rows of a chat are held in memory at present
 */
guint
opt_outbox_get_row_limit (OptOutbox *self)
{
  return self->n_loaded < CROWDED ? QUEUE_ROWS : QUEUE_ROWS_CROWDED;
}

static void
want_refill (OptOutbox    *self,
             OptChatQueue *queue)
{
  OptRefill *refill;

  if (queue->refilling)
    return;
  queue->refilling = TRUE;
  refill = opt_refill_new (queue, queue->desk->name, queue->chat);
  refill->generation = queue->generation;
  refill->position = queue->cursor_position;
  refill->id = queue->cursor_id;
  refill->most = opt_outbox_get_row_limit (self);
  g_ptr_array_add (self->refills, refill);
}

static void
wait_until (OptOutbox    *self,
            OptChatQueue *queue,
            gint64        due)
{
  queue->due = due;
  queue->place = OPT_PLACE_WAITING;
  queue->wait = g_sequence_insert_sorted (self->waiting, queue, compare_due, NULL);
}

/* When a queue that isn't empty may go on; boot time. */
static gint64
get_due (OptOutbox    *self,
         OptChatQueue *queue,
         gint64        now)
{
  gint64 due = queue->blocked_until;

  if (self->pacing)
    due = MAX (due, opt_chat_queue_get_pace_next (queue));
  if (queue->first->not_before > 0)
    {
      gint64 left = queue->first->not_before - opt_clock_get_wall (self->clock);

      due = MAX (due, now + CLAMP (left, 0, WAIT_MOST));
    }
  return due;
}

/* Nothing waits: the queue goes, unless there is something to remember for a while. */
static void
retire (OptOutbox    *self,
        OptChatQueue *queue,
        gint64        now)
{
  gint64 due = queue->blocked_until;

  if (self->pacing)
    due = MAX (due, opt_chat_queue_get_pace_free (queue));
  if (due > now)
    wait_until (self, queue, due);
  else if (!queue->refilling)
    g_hash_table_remove (queue->desk->queues, queue->chat);
}

/**
 * opt_outbox_settle:
 * @self: the courier
 * @queue: a queue of which something changed; it may be gone afterwards
 *
 * Puts a queue where it belongs now.
 */
void
opt_outbox_settle (OptOutbox    *self,
                   OptChatQueue *queue)
{
  gint64 now, due;

  if (queue->busy != NULL)
    return;
  opt_outbox_take_place (self, queue);
  if (queue->more && queue->n <= REFILL_BELOW)
    want_refill (self, queue);
  if (queue->first == NULL && queue->more)
    return;

  now = opt_clock_get_boot (self->clock);
  if (queue->first == NULL)
    {
      retire (self, queue, now);
      return;
    }
  due = get_due (self, queue, now);
  if (due > now)
    wait_until (self, queue, due);
  else
    opt_bot_desk_put_ready (queue->desk, queue);
}

/**
 * opt_outbox_settle_all:
 * @self: the courier
 *
 * What chats wait for has changed.
 */
void
opt_outbox_settle_all (OptOutbox *self)
{
  for (guint i = 0; i < self->turns->len; i++)
    {
      OptBotDesk *desk = g_ptr_array_index (self->turns, i);
      g_autoptr (GList) queues = g_hash_table_get_values (desk->queues);

      /* None goes but the one that is settled. */
      for (GList *at = queues; at != NULL; at = at->next)
        if (((OptChatQueue *)at->data)->place == OPT_PLACE_WAITING)
          opt_outbox_settle (self, at->data);
    }
}

/**
 * opt_outbox_take_place:
 * @self: the courier
 * @queue: a queue
 *
 * Takes a queue out of whatever list it is in.
 */
void
opt_outbox_take_place (OptOutbox    *self,
                       OptChatQueue *queue)
{
  switch (queue->place)
    {
    case OPT_PLACE_READY:
      opt_bot_desk_remove_ready (queue->desk, queue);
      break;
    case OPT_PLACE_WAITING:
      g_sequence_remove (g_steal_pointer (&queue->wait));
      queue->place = OPT_PLACE_NONE;
      break;
    case OPT_PLACE_NONE:
    default:
      break;
    }
}

/**
 * opt_outbox_reload:
 * @self: the courier
 * @queue: a queue; it may be gone afterwards
 *
 * The rows on the disk changed behind the queue's back: has them read anew.
 */
void
opt_outbox_reload (OptOutbox    *self,
                   OptChatQueue *queue)
{
  opt_outbox_take_place (self, queue);
  self->n_loaded -= opt_chat_queue_forget (queue);
  opt_outbox_settle (self, queue);
}

/**
 * opt_outbox_reload_chat:
 * @self: the courier
 * @desk: a bot's
 * @chat: a chat, known here or not
 *
 * Has the rows of a chat read anew.
 */
void
opt_outbox_reload_chat (OptOutbox  *self,
                        OptBotDesk *desk,
                        const char *chat)
{
  g_autoptr (GRefString) key = g_ref_string_new (chat);
  OptChatQueue *queue = opt_outbox_get_queue (self, desk, key);

  if (queue != NULL)
    opt_outbox_reload (self, queue);
  else
    desk->skipped = TRUE;
}

/**
 * opt_outbox_try_now:
 * @self: the courier
 * @bot: a bot's name
 * @chat: a chat of which a row was queued again
 *
 * Has a chat go on without waiting for anything.
 */
void
opt_outbox_try_now (OptOutbox  *self,
                    const char *bot,
                    const char *chat)
{
  OptBotDesk   *desk = opt_outbox_get_desk (self, bot);
  OptChatQueue *queue = g_hash_table_lookup (desk->queues, chat);

  if (queue != NULL)
    queue->blocked_until = 0;
  opt_outbox_reload_chat (self, desk, chat);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_give_back:
 * @self: the courier
 * @errand: (transfer full): a row that was taken out of its queue and is queued on the disk
 *
 * Puts a row back into its queue.
 */
void
opt_outbox_give_back (OptOutbox *self,
                      OptErrand *errand)
{
  OptChatQueue *queue = errand->queue;

  queue->busy = NULL;
  if (errand->follow != NULL)
    {
      opt_outbox_reload_chat (self, queue->desk, errand->follow);
      opt_errand_free (errand);
      opt_outbox_settle (self, queue);
      return;
    }
  opt_errand_reset (errand);
  if (opt_chat_queue_insert (queue, errand))
    self->n_loaded++;
  opt_outbox_settle (self, queue);
}

/**
 * opt_outbox_finish:
 * @self: the courier
 * @errand: (transfer full): a row whose end is on the disk
 *
 * Tells who waits for it.
 */
void
opt_outbox_finish (OptOutbox *self,
                   OptErrand *errand)
{
  opt_outbox_tell_waits (self, errand->id);
  opt_errand_free (errand);
}

static void
wake (OptOutbox *self,
      gint64     now)
{
  for (;;)
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->waiting);
      OptChatQueue  *queue;

      if (g_sequence_iter_is_end (first))
        return;
      queue = g_sequence_get (first);
      if (queue->due > now)
        return;
      opt_outbox_settle (self, queue);
    }
}

static void
timer_cb (gpointer user_data)
{
  OptOutbox *self = user_data;

  self->timer = 0;
  self->timer_due = 0;
  opt_outbox_kick (self);
}

static gint64
get_desk_due (OptOutbox  *self,
              OptBotDesk *desk,
              gint64      now)
{
  gboolean has_outgoing = opt_bot_desk_has_outgoing (desk);

  if (!has_outgoing && !opt_bot_desk_has_ready (desk) && desk->rendered.length == 0)
    return G_MAXINT64;
  if (desk->hold != NULL)
    return desk->hold_until;
  if (desk->blocked_until > now)
    return desk->blocked_until;
  if (self->pacing && has_outgoing && opt_pace_get_next (desk->pace) > now)
    return opt_pace_get_next (desk->pace);
  return G_MAXINT64;
}

static void
arm (OptOutbox *self,
     gint64     now)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->waiting);
  gint64         due = opt_outbox_get_round_due (self, now);

  if (!g_sequence_iter_is_end (first))
    due = MIN (due, ((OptChatQueue *)g_sequence_get (first))->due);
  for (guint i = 0; i < self->turns->len; i++)
    {
      gint64 desk_due = get_desk_due (self, g_ptr_array_index (self->turns, i), now);

      due = MIN (due, desk_due);
    }

  if (!self->running)
    due = G_MAXINT64;
  if (self->timer != 0 && self->timer_due == due)
    return;
  opt_clock_cancel (self->clock, &self->timer);
  self->timer_due = due;
  if (due != G_MAXINT64)
    self->timer = opt_clock_call_in (self->clock, MAX (due - now, 0), timer_cb, self);
}

static void
try_held (OptBotDesk *desk,
          gint64      now)
{
  if (desk->hold != NULL && desk->hold_until <= now)
    g_clear_pointer (&desk->hold, g_free);
}

static void
check_stopped (OptOutbox *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->stop_task == NULL || self->flights.length > 0 || self->round != NULL ||
      (self->marks->len > 0 && !self->out_of_patience))
    return;
  self->running = FALSE;
  opt_clock_cancel (self->clock, &self->stop_timer);
  opt_clock_cancel (self->clock, &self->timer);
  g_ptr_array_set_size (self->waits, 0);
  task = g_steal_pointer (&self->stop_task);
  g_task_return_boolean (task, TRUE);
}

/**
 * opt_outbox_kick:
 * @self: the courier
 *
 * Something changed: whatever can go on goes on.
 */
void
opt_outbox_kick (OptOutbox *self)
{
  gint64 now;

  if (!self->running)
    return;
  /* A delivery may answer from inside its call. */
  if (self->kicking)
    {
      self->kick_again = TRUE;
      return;
    }
  g_object_ref (self);
  self->kicking = TRUE;
  do
    {
      self->kick_again = FALSE;
      now = opt_clock_get_boot (self->clock);
      wake (self, now);
      for (guint i = 0; i < self->turns->len; i++)
        {
          OptBotDesk *desk = g_ptr_array_index (self->turns, i);

          try_held (desk, now);
          if (self->stopping || !opt_outbox_desk_is_open (desk, now))
            opt_outbox_unclaim (self, desk);
          else
            opt_outbox_depart (self, desk, now);
        }
      if (!self->stopping)
        opt_outbox_render_next (self);
      if (self->round == NULL)
        opt_outbox_begin_round (self, now);
  } while (self->kick_again);
  self->kicking = FALSE;
  arm (self, now);
  check_stopped (self);
  g_object_unref (self);
}
