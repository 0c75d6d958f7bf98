/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-chat-queue-private.h"

G_BEGIN_DECLS

#define OPT_DESK_IN_FLIGHT_MAX 8
/* Files are read whole. */
#define OPT_DESK_UPLOADS_MAX 2
#define OPT_DESK_PRIORITIES  3
/* The chats of one bot that are known at a time; others are looked for when some are done. */
#define OPT_DESK_QUEUES_MAX 4096

/**
 * OptBotDesk:
 *
 * All that one bot has to send: its chats' queues, those that may go on, and what is on its way.
 */
struct _OptBotDesk
{
  const char *name;                       /* (interned) */
  GHashTable *queues;                     /* (owned) (element-type utf8 OptChatQueue) */
  GQueue      ready[OPT_DESK_PRIORITIES]; /* of OptChatQueue */
  GQueue      rendered;                   /* of OptErrand: to be claimed */
  GQueue      outgoing;                   /* of OptErrand: claimed, to leave */
  GQueue      files;                      /* of OptErrand: likewise, with a file */
  guint       n_claimed;                  /* rendered, claimed or in flight */
  guint       n_in_flight;
  guint       n_uploads;
  char       *hold;          /* (owned) (nullable): why it can't send */
  gint64      hold_until;    /* boot time of the next try, or G_MAXINT64 */
  gint64      blocked_until; /* boot time */
  OptBackoff  backoff;
  guint64     failed;   /* requests that left later than this count as another failure */
  guint       n_floods; /* chats in a row that were told to wait */
  OptPace    *pace;     /* (owned) */

  /* When there are more chats than are known. */
  gboolean undiscovered;
  gboolean skipped;     /* some were passed over since the search began */
  gboolean discovering; /* in the present round */
  char    *cursor;      /* (owned) */
};

OptBotDesk   *opt_bot_desk_new (const char *name);
gboolean      opt_bot_desk_has_ready (OptBotDesk *self);
gboolean      opt_bot_desk_has_outgoing (OptBotDesk *self);
void          opt_bot_desk_put_ready (OptBotDesk   *self,
                                      OptChatQueue *queue);
OptChatQueue *opt_bot_desk_pop_ready (OptBotDesk *self);
void          opt_bot_desk_remove_ready (OptBotDesk   *self,
                                         OptChatQueue *queue);
void          opt_bot_desk_free (OptBotDesk *self);

G_END_DECLS
