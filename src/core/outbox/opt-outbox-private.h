/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-desk-private.h"
#include "opt-outbox.h"
#include "opt-round-private.h"

G_BEGIN_DECLS

/* Rows that are `sending` on the disk, those in flight among them: what a crash makes doubtful. */
#define OPT_OUTBOX_CLAIMED_MAX 64
/* With pacing nothing is gained by being far ahead. */
#define OPT_OUTBOX_CLAIMED_PACED 16
/* Renderers read files and tables. */
#define OPT_OUTBOX_RENDERING_MAX 4

/**
 * OptOutbox:
 *
 * The courier: what is in memory of the queue, and when it goes.
 */
struct _OptOutbox
{
  GObject parent_instance;

  OptStore     *store;    /* (owned) */
  OptClock     *clock;    /* (owned) */
  OptDelivery  *delivery; /* (owned) */
  OptRenderer  *renderer; /* (owned) (nullable) */
  GPtrArray    *owners;   /* (owned) (element-type OptChatOwner): never changed, but replaced */
  GCancellable *cancellable;
  gboolean      pacing;
  gint64        retention;

  gboolean starting;
  gboolean running;
  gboolean stopping;
  gboolean out_of_patience;
  GTask   *stop_task; /* (owned) (nullable) */
  guint    stop_timer;

  GHashTable *desks; /* (owned) (element-type utf8 OptBotDesk): by name */
  GPtrArray  *turns; /* (element-type OptBotDesk): in the order in which they have their turn */
  guint       turn;
  GSequence  *waiting;   /* (owned) (element-type OptChatQueue): by due */
  GPtrArray  *marks;     /* (owned) (element-type OptErrand): to be written */
  gint64      marks_due; /* boot time, or 0 */
  GPtrArray  *refills;   /* (owned) (element-type OptRefill): to be read */
  GQueue      to_render; /* of OptErrand */
  GQueue      rendering; /* of OptErrand */
  GQueue      flights;   /* of OptErrand */
  guint64     n_left;    /* requests so far */
  guint       n_loaded;  /* rows in queues */

  OptRound  *round; /* (nullable): at the store's */
  gboolean   dirty; /* there may be new rows */
  gint64     last;  /* the newest row that was looked at */
  OptBackoff store_backoff;
  gint64     store_blocked_until;

  gboolean kicking;
  gboolean kick_again;
  guint    timer;
  gint64   timer_due;

  GPtrArray *waits; /* (owned) (element-type OptOutboxWait) */
  guint      prune_timer;
};

/* opt-outbox-flow.c: which chat goes on when */
OptBotDesk   *opt_outbox_get_desk (OptOutbox  *self,
                                   const char *bot);
OptChatQueue *opt_outbox_get_queue (OptOutbox  *self,
                                    OptBotDesk *desk,
                                    const char *chat);
guint         opt_outbox_get_row_limit (OptOutbox *self);
void          opt_outbox_settle (OptOutbox    *self,
                                 OptChatQueue *queue);
void          opt_outbox_settle_all (OptOutbox *self);
void          opt_outbox_take_place (OptOutbox    *self,
                                     OptChatQueue *queue);
void          opt_outbox_reload (OptOutbox    *self,
                                 OptChatQueue *queue);
void          opt_outbox_reload_chat (OptOutbox *self, OptBotDesk *desk, const char *chat);
void          opt_outbox_give_back (OptOutbox *self,
                                    OptErrand *errand);
void          opt_outbox_finish (OptOutbox *self,
                                 OptErrand *errand);
void          opt_outbox_try_now (OptOutbox  *self,
                                  const char *bot,
                                  const char *chat);
void          opt_outbox_kick (OptOutbox *self);

/* opt-outbox-rounds.c */
gboolean opt_outbox_begin_round (OptOutbox *self,
                                 gint64     now);
void     opt_outbox_add_mark (OptOutbox *self,
                              OptErrand *errand,
                              OptMark    mark);
gint64   opt_outbox_get_round_due (OptOutbox *self,
                                   gint64     now);

/* opt-outbox-send.c */
void     opt_outbox_depart (OptOutbox  *self,
                            OptBotDesk *desk,
                            gint64      now);
void     opt_outbox_unclaim (OptOutbox  *self,
                             OptBotDesk *desk);
gboolean opt_outbox_desk_is_open (OptBotDesk *desk,
                                  gint64      now);

/* opt-outbox-render.c */
void opt_outbox_want_rendered (OptOutbox *self,
                               OptErrand *errand);
void opt_outbox_render_next (OptOutbox *self);

/* opt-outbox-start.c */
void opt_outbox_orphan (GQueue *errands);

/* opt-outbox-query.c */
gboolean opt_outbox_read_row (OptTransaction *transaction,
                              gint64          id,
                              OptOutboxRow  **row,
                              GError        **error);

/* opt-outbox-wait.c */
void opt_outbox_tell_waits (OptOutbox *self,
                            gint64     id);
void opt_outbox_free_wait (gpointer wait);

/* opt-outbox-prune.c */
void opt_outbox_begin_pruning (OptOutbox *self);

G_END_DECLS
