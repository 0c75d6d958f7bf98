/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox.h"

#include "opt-outbox-private.h"

#define STORE_BACKOFF_FIRST OPT_SECOND
#define STORE_BACKOFF_MOST  (15 * OPT_SECOND)
#define RETENTION           (7 * 24 * 3600 * OPT_SECOND)

G_DEFINE_FINAL_TYPE (OptOutbox, opt_outbox, G_TYPE_OBJECT)

typedef enum {
  PROP_STORE = 1,
  PROP_CLOCK,
  PROP_DELIVERY,
} OptOutboxProperty;

static GParamSpec *props[PROP_DELIVERY + 1];

enum {
  SIGNAL_CHAT_MOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
opt_outbox_dispose (GObject *object)
{
  OptOutbox *self = OPT_OUTBOX (object);

  self->running = FALSE;
  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    {
      opt_clock_cancel (self->clock, &self->timer);
      opt_clock_cancel (self->clock, &self->stop_timer);
      opt_clock_cancel (self->clock, &self->prune_timer);
    }
  if (self->round != NULL)
    self->round->outbox = NULL;
  self->round = NULL;
  /* Those who have them answer to nobody now. */
  opt_outbox_orphan (&self->flights);
  opt_outbox_orphan (&self->rendering);
  g_ptr_array_set_size (self->waits, 0);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->delivery);
  g_clear_object (&self->renderer);

  G_OBJECT_CLASS (opt_outbox_parent_class)->dispose (object);
}

static void
opt_outbox_finalize (GObject *object)
{
  OptOutbox *self = OPT_OUTBOX (object);
  GList     *link;

  while ((link = g_queue_pop_head_link (&self->to_render)) != NULL)
    opt_errand_free (link->data);
  g_sequence_free (self->waiting);
  g_ptr_array_unref (self->turns);
  g_hash_table_unref (self->desks);
  g_ptr_array_unref (self->marks);
  g_ptr_array_unref (self->refills);
  g_ptr_array_unref (self->owners);
  g_ptr_array_unref (self->waits);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (opt_outbox_parent_class)->finalize (object);
}

static void
opt_outbox_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  OptOutbox *self = OPT_OUTBOX (object);

  switch ((OptOutboxProperty)id)
    {
    case PROP_STORE:
      self->store = g_value_dup_object (value);
      break;
    case PROP_CLOCK:
      self->clock = g_value_dup_object (value);
      break;
    case PROP_DELIVERY:
      self->delivery = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static GParamSpec *
new_collaborator (const char *name,
                  GType       type)
{
  return g_param_spec_object (name, NULL, NULL, type,
                              G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
}

static void
opt_outbox_class_init (OptOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_outbox_dispose;
  object_class->finalize = opt_outbox_finalize;
  object_class->set_property = opt_outbox_set_property;

  props[PROP_STORE] = new_collaborator ("store", OPT_TYPE_STORE);
  props[PROP_CLOCK] = new_collaborator ("clock", OPT_TYPE_CLOCK);
  props[PROP_DELIVERY] = new_collaborator ("delivery", OPT_TYPE_DELIVERY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * OptOutbox::chat-moved:
   * @self: the courier
   * @bot: the bot that was told
   * @old_chat: the group's id until now
   * @new_chat: the supergroup's id
   *
   * A group has a new id, and the stored references follow already: for what is not in the store.
   */
  signals[SIGNAL_CHAT_MOVED] =
    g_signal_new ("chat-moved", OPT_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
free_desk (gpointer data)
{
  opt_bot_desk_free (data);
}

static void
free_errand (gpointer data)
{
  opt_errand_free (data);
}

static void
free_refill (gpointer data)
{
  opt_refill_free (data);
}

static void
opt_outbox_init (OptOutbox *self)
{
  self->pacing = TRUE;
  self->retention = RETENTION;
  self->cancellable = g_cancellable_new ();
  self->owners = g_ptr_array_new_with_free_func (g_object_unref);
  self->desks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_desk);
  self->turns = g_ptr_array_new ();
  self->waiting = g_sequence_new (NULL);
  self->marks = g_ptr_array_new_with_free_func (free_errand);
  self->refills = g_ptr_array_new_with_free_func (free_refill);
  self->waits = g_ptr_array_new_with_free_func (opt_outbox_free_wait);
  opt_backoff_init (&self->store_backoff, STORE_BACKOFF_FIRST, STORE_BACKOFF_MOST);
}

/**
 * opt_outbox_new:
 * @store: where the queue is
 * @clock: gives all time
 * @delivery: carries the requests
 *
 * A courier that does not run yet. It knows rows, chats and answers; it knows nothing of tokens,
 * HTTP, or what the messages are about.
 *
 * Returns: (transfer full): the new courier
 */
OptOutbox *
opt_outbox_new (OptStore    *store,
                OptClock    *clock,
                OptDelivery *delivery)
{
  g_return_val_if_fail (OPT_IS_STORE (store), NULL);
  g_return_val_if_fail (OPT_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (OPT_IS_DELIVERY (delivery), NULL);

  return g_object_new (OPT_TYPE_OUTBOX, "store", store, "clock", clock, "delivery", delivery, NULL);
}

/**
 * opt_outbox_set_renderer:
 * @self: the courier
 * @renderer: (nullable): what knows the views
 *
 * Says who makes the texts of views. Without one they are dead letters. Set it before the start.
 */
void
opt_outbox_set_renderer (OptOutbox   *self,
                         OptRenderer *renderer)
{
  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (renderer == NULL || OPT_IS_RENDERER (renderer));

  g_set_object (&self->renderer, renderer);
}

static gpointer
copy_owner (gconstpointer owner,
            gpointer      user_data)
{
  return g_object_ref ((gpointer)owner);
}

/**
 * opt_outbox_add_chat_owner:
 * @self: the courier
 * @owner: who else stores ids of chats
 *
 * Has @owner follow when a group becomes a supergroup.
 */
void
opt_outbox_add_chat_owner (OptOutbox    *self,
                           OptChatOwner *owner)
{
  g_autoptr (GPtrArray) old = NULL;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (OPT_IS_CHAT_OWNER (owner));

  /* The writer's thread may be reading the old list. */
  old = g_steal_pointer (&self->owners);
  self->owners = g_ptr_array_copy (old, copy_owner, NULL);
  g_ptr_array_set_free_func (self->owners, g_object_unref);
  g_ptr_array_add (self->owners, g_object_ref (owner));
}

/**
 * opt_outbox_set_pacing:
 * @self: the courier
 * @pacing: whether to keep to Telegram's rates of itself; what Telegram says is obeyed always
 *
 * On at first; off is for one's own servers.
 */
void
opt_outbox_set_pacing (OptOutbox *self,
                       gboolean   pacing)
{
  g_return_if_fail (OPT_IS_OUTBOX (self));

  if (self->pacing == (pacing != FALSE))
    return;
  self->pacing = pacing != FALSE;
  opt_outbox_settle_all (self);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_set_retention:
 * @self: the courier
 * @retention: microseconds for which sent rows are kept
 *
 * Seven days at first.
 */
void
opt_outbox_set_retention (OptOutbox *self,
                          gint64     retention)
{
  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (retention >= 0);

  self->retention = retention;
}

/**
 * opt_outbox_poke:
 * @self: the courier
 *
 * Says that rows were added, after the commit. Cheap: call it as often as rows are added.
 */
void
opt_outbox_poke (OptOutbox *self)
{
  g_return_if_fail (OPT_IS_OUTBOX (self));

  self->dirty = TRUE;
  opt_outbox_kick (self);
}

/**
 * opt_outbox_chat_moved:
 * @self: the courier
 * @bot: the bot that was told
 * @old_chat: the group's id until now
 * @new_chat: the supergroup's id
 *
 * Says that a transaction called opt_outbox_move_chat(), after the commit.
 */
void
opt_outbox_chat_moved (OptOutbox  *self,
                       const char *bot,
                       const char *old_chat,
                       const char *new_chat)
{
  OptBotDesk   *desk;
  OptChatQueue *queue;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (bot != NULL && old_chat != NULL && new_chat != NULL);

  desk = opt_outbox_get_desk (self, bot);
  queue = g_hash_table_lookup (desk->queues, old_chat);
  if (queue != NULL)
    {
      /* The row of what is on its way went too. */
      if (queue->busy != NULL)
        {
          g_free (queue->busy->follow);
          queue->busy->follow = g_strdup (new_chat);
        }
      opt_outbox_reload (self, queue);
    }
  opt_outbox_reload_chat (self, desk, new_chat);
  g_signal_emit (self, signals[SIGNAL_CHAT_MOVED], 0, bot, old_chat, new_chat);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_hold_bot:
 * @self: the courier
 * @bot: a bot's name
 * @reason: why it can't send, such as that it has no token
 *
 * Keeps the bot's rows queued until opt_outbox_release_bot().
 */
void
opt_outbox_hold_bot (OptOutbox  *self,
                     const char *bot,
                     const char *reason)
{
  OptBotDesk *desk;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (bot != NULL && reason != NULL);

  desk = opt_outbox_get_desk (self, bot);
  g_free (desk->hold);
  desk->hold = g_strdup (reason);
  desk->hold_until = G_MAXINT64;
  opt_outbox_kick (self);
}

/**
 * opt_outbox_release_bot:
 * @self: the courier
 * @bot: a bot's name
 *
 * The bot may send again, at once: it has another token, or Telegram can be reached.
 */
void
opt_outbox_release_bot (OptOutbox  *self,
                        const char *bot)
{
  OptBotDesk *desk;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (bot != NULL);

  desk = g_hash_table_lookup (self->desks, bot);
  if (desk == NULL)
    return;
  g_clear_pointer (&desk->hold, g_free);
  desk->blocked_until = 0;
  opt_backoff_reset (&desk->backoff);
  opt_outbox_kick (self);
}

/**
 * opt_outbox_get_hold:
 * @self: the courier
 * @bot: a bot's name
 *
 * Says why a bot's rows stay queued.
 *
 * Returns: (transfer none) (nullable): the reason, or %NULL when they don't
 */
const char *
opt_outbox_get_hold (OptOutbox  *self,
                     const char *bot)
{
  OptBotDesk *desk;

  g_return_val_if_fail (OPT_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (bot != NULL, NULL);

  desk = g_hash_table_lookup (self->desks, bot);
  return desk != NULL ? desk->hold : NULL;
}

/**
 * opt_outbox_is_idle:
 * @self: the courier
 *
 * Says whether nothing will happen before the clock moves or rows are added.
 *
 * Returns: TRUE when nothing is under way
 */
gboolean
opt_outbox_is_idle (OptOutbox *self)
{
  g_return_val_if_fail (OPT_IS_OUTBOX (self), TRUE);

  return self->round == NULL && self->flights.length == 0 && self->rendering.length == 0 &&
         !self->starting && self->stop_task == NULL;
}
