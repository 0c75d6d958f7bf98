/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-errand-private.h"
#include "opt-transaction.h"

G_BEGIN_DECLS

/**
 * OptRefill:
 * @queue: whose rows; the main context's
 * @generation: of @queue when it asked
 * @bot: (interned)
 * @chat: (owned) a GRefString
 * @position: only rows behind this one
 * @id: and this one
 * @most: how many
 * @found: (owned) (nullable): the rows, in order
 * @n_found: how many those are
 * @horizon: every row up to this id was looked at
 *
 * The next rows of one chat.
 */
typedef struct
{
  OptChatQueue *queue;
  guint         generation;
  const char   *bot;
  char         *chat;
  gint64        position;
  gint64        id;
  guint         most;
  OptErrand    *found;
  guint         n_found;
  gint64        horizon;
} OptRefill;

OptRefill *opt_refill_new (OptChatQueue *queue,
                           const char   *bot,
                           const char   *chat);
void       opt_refill_free (OptRefill *self);
gboolean   opt_refill_run (OptRefill      *self,
                           OptTransaction *transaction,
                           GError        **error);

/**
 * OptDiscovery:
 * @bot: (interned): whose chats
 * @after: (owned): only chats behind this one
 * @most: how many
 * @found: (owned) (element-type utf8): chats with rows that wait
 *
 * Which chats of a bot wait: the start, and what to do when there are too many to know all.
 */
typedef struct
{
  const char *bot;
  char       *after;
  guint       most;
  GPtrArray  *found;
} OptDiscovery;

OptDiscovery *opt_discovery_new (const char *bot,
                                 const char *after,
                                 guint       most);
void          opt_discovery_free (OptDiscovery *self);
gboolean      opt_discovery_run (OptDiscovery   *self,
                                 OptTransaction *transaction,
                                 GError        **error);

/* Rows that are newer than @after, at most @most; @last is the last one's id, or @after. */
gboolean opt_outbox_load_new (OptTransaction *transaction,
                              gint64          after,
                              guint           most,
                              GPtrArray      *found,
                              gint64         *last,
                              GError        **error);
/* Takes up what was on its way when the program ended; which bots have rows that wait. */
gboolean opt_outbox_recover (OptTransaction *transaction,
                             GPtrArray      *bots,
                             gint64         *last,
                             GError        **error);

G_END_DECLS
