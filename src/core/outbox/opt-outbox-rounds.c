/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

/* A round costs a commit, so it is begun when it is worth it: with so many rows to claim or to
 * mark, when nothing else would go on, or when a mark is this old. */
#define WORTH_CLAIMS   40
#define WORTH_MARKS    32
#define MARK_DELAY     (10 * 1000)
#define DISCOVER_CHATS 256
/* Room that must be there before further chats are looked for. */
#define DISCOVER_BELOW (OPT_DESK_QUEUES_MAX - DISCOVER_CHATS)

/* How many rows of a bot may be claimed at a time. */
static guint
get_allowance (OptOutbox  *self,
               OptBotDesk *desk,
               guint       n_active)
{
  guint most = CLAMP (OPT_OUTBOX_CLAIMED_MAX / MAX (n_active, 1), OPT_DESK_IN_FLIGHT_MAX,
                      OPT_OUTBOX_CLAIMED_MAX);

  /* While it is in doubt whether Telegram can be reached, one row at a time finds out. */
  if (desk->backoff.tries > 0)
    return 1;
  return self->pacing ? MIN (most, OPT_OUTBOX_CLAIMED_PACED) : most;
}

static guint
count_active (OptOutbox *self)
{
  guint n = 0;

  for (guint i = 0; i < self->turns->len; i++)
    {
      OptBotDesk *desk = g_ptr_array_index (self->turns, i);

      n += desk->n_claimed > 0 || opt_bot_desk_has_ready (desk);
    }
  return n;
}

static gboolean
is_worth_claiming (OptOutbox *self,
                   gint64     now)
{
  guint n_active = count_active (self);

  for (guint i = 0; i < self->turns->len; i++)
    {
      OptBotDesk *desk = g_ptr_array_index (self->turns, i);
      guint       allowance = get_allowance (self, desk, n_active);

      if (!opt_outbox_desk_is_open (desk, now))
        continue;
      if (desk->rendered.length > 0)
        return TRUE;
      if (desk->n_claimed >= allowance || !opt_bot_desk_has_ready (desk))
        continue;
      if (desk->outgoing.length == 0 || desk->n_claimed + WORTH_CLAIMS <= allowance)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_discovering (OptBotDesk *desk)
{
  return desk->undiscovered && g_hash_table_size (desk->queues) < DISCOVER_BELOW;
}

static gboolean
is_worth_a_round (OptOutbox *self,
                  gint64     now)
{
  if (self->marks->len > 0 &&
      (self->stopping || self->flights.length == 0 || self->marks->len >= WORTH_MARKS ||
       self->marks_due <= now))
    return TRUE;
  if (self->stopping)
    return FALSE;
  if (self->dirty || self->refills->len > 0)
    return TRUE;
  for (guint i = 0; i < self->turns->len; i++)
    if (is_discovering (g_ptr_array_index (self->turns, i)))
      return TRUE;
  return is_worth_claiming (self, now);
}

static void
pick_from (OptOutbox  *self,
           OptRound   *round,
           OptBotDesk *desk,
           guint       allowance)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&desk->rendered)) != NULL)
    g_ptr_array_add (round->claims, link->data);
  while (desk->n_claimed < allowance)
    {
      OptChatQueue *queue = opt_bot_desk_pop_ready (desk);
      OptErrand    *errand;

      if (queue == NULL)
        return;
      errand = queue->busy = opt_chat_queue_pop (queue);
      self->n_loaded--;
      desk->n_claimed++;
      if (errand->kind == OPT_OUTBOX_VIEW && errand->rendered == NULL && self->renderer != NULL)
        opt_outbox_want_rendered (self, errand);
      else
        g_ptr_array_add (round->claims, errand);
    }
}

static void
pick (OptOutbox *self,
      OptRound  *round,
      gint64     now)
{
  guint n_active = count_active (self);

  self->turn++;
  for (guint i = 0; i < self->turns->len; i++)
    {
      OptBotDesk *desk = g_ptr_array_index (self->turns, (self->turn + i) % self->turns->len);

      if (opt_outbox_desk_is_open (desk, now))
        pick_from (self, round, desk, get_allowance (self, desk, n_active));
    }
}

static void
ask (OptOutbox *self,
     OptRound  *round)
{
  GPtrArray *refills = round->refills;

  round->refills = self->refills;
  self->refills = refills;

  for (guint i = 0; i < self->turns->len; i++)
    {
      OptBotDesk *desk = g_ptr_array_index (self->turns, i);

      if (is_discovering (desk))
        g_ptr_array_add (round->discoveries,
                         opt_discovery_new (desk->name, desk->cursor, DISCOVER_CHATS));
    }
  round->load = self->dirty;
  round->after = self->last;
  self->dirty = FALSE;
}

/**
 * opt_outbox_add_mark:
 * @self: the courier
 * @errand: (transfer full): a row that was claimed
 * @mark: what became of it
 *
 * Has it written with the next round.
 */
void
opt_outbox_add_mark (OptOutbox *self,
                     OptErrand *errand,
                     OptMark    mark)
{
  errand->mark = mark;
  if (self->marks->len == 0)
    self->marks_due = opt_clock_get_boot (self->clock) + MARK_DELAY;
  g_ptr_array_add (self->marks, errand);
}

/**
 * opt_outbox_get_round_due:
 * @self: the courier
 * @now: boot time
 *
 * Returns: when a round is to begin though nothing else happens; boot time
 */
gint64
opt_outbox_get_round_due (OptOutbox *self,
                          gint64     now)
{
  if (self->round != NULL)
    return G_MAXINT64;
  if (self->store_blocked_until > now)
    return self->store_blocked_until;
  return self->marks->len > 0 ? self->marks_due : G_MAXINT64;
}

static gpointer
steal (GPtrArray *array,
       guint      i)
{
  return g_steal_pointer (&g_ptr_array_index (array, i));
}

/* The chat has another id from now on. */
static void
follow (OptOutbox  *self,
        OptErrand  *errand,
        const char *bot)
{
  g_autofree char *moved_to = g_strdup_printf ("%" G_GINT64_FORMAT, errand->moved_to);
  OptChatQueue    *queue = errand->queue;
  g_autofree char *chat = g_strdup (queue->chat);

  queue->busy = NULL;
  opt_errand_free (errand);
  opt_outbox_chat_moved (self, bot, chat, moved_to);
}

static void
apply_mark (OptOutbox *self,
            OptErrand *errand)
{
  switch (errand->mark)
    {
    case OPT_MARK_AGAIN:
    case OPT_MARK_BACK:
      opt_outbox_give_back (self, errand);
      break;
    case OPT_MARK_MOVED:
      follow (self, errand, errand->bot);
      break;
    case OPT_MARK_SENT:
    case OPT_MARK_DEAD:
    default:
      opt_outbox_finish (self, errand);
      break;
    }
}

static void
take_followers (OptOutbox *self,
                OptErrand *errand)
{
  OptErrand *follower;

  while ((follower = errand->followers) != NULL)
    {
      errand->followers = follower->next;
      follower->next = NULL;
      if (opt_chat_queue_insert (errand->queue, follower))
        self->n_loaded++;
    }
}

static void
apply_claim (OptOutbox *self,
             OptErrand *errand)
{
  OptChatQueue *queue = errand->queue;
  OptBotDesk   *desk = queue->desk;

  g_clear_pointer (&errand->rendered, opt_rendered_free);
  if (errand->fate == OPT_FATE_CLAIMED)
    {
      take_followers (self, errand);
      g_queue_push_tail_link (opt_errand_has_file (errand) ? &desk->files : &desk->outgoing,
                              &errand->link);
      return;
    }
  desk->n_claimed--;
  queue->busy = NULL;
  if (errand->fate == OPT_FATE_STRAYED)
    {
      /* It may have been on its way when the others moved. */
      opt_outbox_reload (self, queue);
      opt_outbox_reload_chat (self, desk, errand->elsewhere);
      opt_errand_free (errand);
      return;
    }
  opt_outbox_finish (self, errand);
  opt_outbox_settle (self, queue);
}

static void
apply_refill (OptOutbox *self,
              OptRefill *refill)
{
  OptChatQueue *queue = refill->queue;
  OptErrand    *errand;

  if (queue->generation != refill->generation)
    return;
  queue->refilling = FALSE;
  queue->more = refill->n_found == refill->most;
  queue->horizon = refill->horizon;
  while ((errand = refill->found) != NULL)
    {
      refill->found = errand->next;
      errand->next = NULL;
      queue->cursor_position = errand->position;
      queue->cursor_id = errand->id;
      if (opt_chat_queue_insert (queue, errand))
        self->n_loaded++;
    }
  if (queue->place == OPT_PLACE_NONE)
    opt_outbox_settle (self, queue);
}

static void
learn_chat (OptOutbox  *self,
            OptBotDesk *desk,
            const char *name)
{
  g_autoptr (GRefString) chat = NULL;
  OptChatQueue *queue;

  if (g_hash_table_contains (desk->queues, name))
    return;
  chat = g_ref_string_new (name);
  queue = opt_outbox_get_queue (self, desk, chat);
  if (queue == NULL)
    {
      desk->skipped = TRUE;
      return;
    }
  queue->more = TRUE;
  opt_outbox_settle (self, queue);
}

static void
apply_discovery (OptOutbox    *self,
                 OptDiscovery *discovery)
{
  OptBotDesk *desk = opt_outbox_get_desk (self, discovery->bot);

  /* The menu has no chat, which sorts before all that can be searched for. */
  if (*discovery->after == '\0')
    {
      desk->skipped = FALSE;
      learn_chat (self, desk, "");
    }
  for (guint i = 0; i < discovery->found->len; i++)
    learn_chat (self, desk, g_ptr_array_index (discovery->found, i));

  g_free (desk->cursor);
  if (discovery->found->len == discovery->most)
    {
      desk->cursor = g_strdup (g_ptr_array_index (discovery->found, discovery->most - 1));
      return;
    }
  desk->cursor = g_strdup ("");
  desk->undiscovered = desk->skipped;
}

/* A new row. As long as not all chats are known, only those that are may take it: another one may
 * have earlier rows that were not seen yet. */
static void
apply_new (OptOutbox *self,
           OptErrand *errand)
{
  OptBotDesk   *desk = opt_outbox_get_desk (self, errand->bot);
  OptChatQueue *queue = g_hash_table_lookup (desk->queues, errand->chat);

  if (queue == NULL && !desk->undiscovered)
    queue = opt_outbox_get_queue (self, desk, errand->chat);
  if (queue == NULL)
    {
      desk->skipped = TRUE;
      opt_errand_free (errand);
      return;
    }
  if (errand->id <= queue->horizon ||
      (queue->more && (errand->position > queue->cursor_position ||
                       (errand->position == queue->cursor_position &&
                        errand->id > queue->cursor_id))))
    {
      opt_errand_free (errand);
      return;
    }
  if (queue->n >= opt_outbox_get_row_limit (self) && queue->last->position < errand->position)
    {
      queue->more = TRUE;
      queue->cursor_position = queue->last->position;
      queue->cursor_id = queue->last->id;
      opt_errand_free (errand);
      return;
    }
  if (opt_chat_queue_insert (queue, errand))
    self->n_loaded++;
  if (queue->place == OPT_PLACE_NONE || queue->first == errand)
    opt_outbox_settle (self, queue);
}

/* Nothing of it came to be: the marks are kept, and what was claimed may be claimed again. */
static void
undo (OptOutbox    *self,
      OptRound     *round,
      const GError *error)
{
  gint64 delay = opt_backoff_next (&self->store_backoff);

  g_warning ("can't write what was sent, again in %.1f s: %s",
             (double)delay / OPT_SECOND, error->message);
  self->store_blocked_until = opt_clock_get_boot (self->clock) + delay;
  g_ptr_array_extend_and_steal (self->marks, g_steal_pointer (&round->marks));
  round->marks = g_ptr_array_new ();
  /* In order: of a queue that was read anew meanwhile, only the last wish keeps it alive. */
  g_ptr_array_extend_and_steal (round->refills, g_steal_pointer (&self->refills));
  self->refills = g_steal_pointer (&round->refills);
  round->refills = g_ptr_array_new ();
  self->dirty |= round->load;
  for (guint i = 0; i < round->claims->len; i++)
    {
      OptErrand *errand = steal (round->claims, i);

      errand->queue->desk->n_claimed--;
      opt_outbox_give_back (self, errand);
    }
}

static void
apply (OptOutbox *self,
       OptRound  *round)
{
  opt_backoff_reset (&self->store_backoff);
  for (guint i = 0; i < round->claims->len; i++)
    apply_claim (self, steal (round->claims, i));
  for (guint i = 0; i < round->refills->len; i++)
    apply_refill (self, g_ptr_array_index (round->refills, i));
  for (guint i = 0; i < round->found->len; i++)
    apply_new (self, steal (round->found, i));
  for (guint i = 0; i < round->discoveries->len; i++)
    apply_discovery (self, g_ptr_array_index (round->discoveries, i));
  /* Last, since a chat that moved has its rows read anew. */
  for (guint i = 0; i < round->marks->len; i++)
    apply_mark (self, steal (round->marks, i));
  if (round->load)
    {
      self->last = round->last;
      self->dirty |= round->found->len == OPT_ROUND_NEW_MAX;
    }
}

static void
round_done_cb (gpointer      data,
               const GError *error)
{
  OptRound  *round = data;
  OptOutbox *self = round->outbox;

  if (self == NULL)
    return;
  self->round = NULL;
  if (error != NULL)
    undo (self, round, error);
  else
    apply (self, round);
  opt_outbox_kick (self);
}

static void
round_free_cb (gpointer data)
{
  opt_round_free (data);
}

/**
 * opt_outbox_begin_round:
 * @self: the courier; no round is under way
 * @now: boot time
 *
 * Begins a round, if there is enough to do.
 *
 * Returns: whether one was begun
 */
gboolean
opt_outbox_begin_round (OptOutbox *self,
                        gint64     now)
{
  OptRound  *round;
  GPtrArray *marks;

  if (self->store_blocked_until > now || !is_worth_a_round (self, now))
    return FALSE;

  round = opt_round_new (self);
  round->now = opt_clock_get_wall (self->clock);
  round->owners = g_ptr_array_ref (self->owners);
  marks = round->marks;
  round->marks = self->marks;
  self->marks = marks;
  if (!self->stopping)
    {
      pick (self, round, now);
      ask (self, round);
      opt_outbox_render_next (self);
    }
  self->round = round;
  opt_store_write (self->store, opt_round_run, round_done_cb, round, round_free_cb);
  return TRUE;
}
