/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-backoff.h"
#include "opt-errand-private.h"
#include "opt-pace-private.h"

G_BEGIN_DECLS

typedef struct _OptBotDesk OptBotDesk;

/* Where a queue stands; in one place at a time. */
typedef enum {
  OPT_PLACE_NONE,    /* empty, or its first row is on its way */
  OPT_PLACE_READY,   /* in the desk's list of this priority */
  OPT_PLACE_WAITING, /* among those that have a time */
} OptChatPlace;

/**
 * OptChatQueue:
 *
 * The rows of one chat in their order, of which one at a time is on its way. Only the first of them
 * are in memory; @more says that there are others on the disk, behind (@cursor_position,
 * @cursor_id).
 */
struct _OptChatQueue
{
  OptBotDesk    *desk;
  char          *chat;  /* (owned) GRefString */
  OptErrand     *first; /* (owned): a list */
  OptErrand     *last;
  guint          n;
  OptErrand     *busy; /* on its way: rendered, claimed, in flight or to be marked */
  gboolean       more;
  gint64         cursor_position;
  gint64         cursor_id;
  gint64         horizon;    /* rows up to this id were looked at */
  guint          generation; /* changes when what was asked for is of no use any more */
  gboolean       refilling;
  OptChatPlace   place;
  guint          priority; /* READY: which of the desk's lists */
  GList          link;
  GSequenceIter *wait;
  gint64         due;           /* WAITING: until when, boot time */
  gint64         blocked_until; /* boot time */
  OptBackoff     backoff;
  OptPace       *pace;       /* (owned) (nullable) */
  OptPace       *group_pace; /* (owned) (nullable) */
};

OptChatQueue *opt_chat_queue_new (OptBotDesk *desk,
                                  const char *chat);
gboolean      opt_chat_queue_insert (OptChatQueue *self,
                                     OptErrand    *errand);
OptErrand    *opt_chat_queue_pop (OptChatQueue *self);
guint         opt_chat_queue_forget (OptChatQueue *self);
gint64        opt_chat_queue_get_pace_next (OptChatQueue *self);
gint64        opt_chat_queue_get_pace_free (OptChatQueue *self);
void          opt_chat_queue_note_pace (OptChatQueue *self,
                                        gint64        now);
void          opt_chat_queue_free (OptChatQueue *self);

G_END_DECLS
