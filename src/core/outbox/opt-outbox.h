/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-chat-owner.h"
#include "opt-clock.h"
#include "opt-delivery.h"
#include "opt-outbox-draft.h"
#include "opt-outbox-row.h"
#include "opt-renderer.h"
#include "opt-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_OUTBOX (opt_outbox_get_type ())
G_DECLARE_FINAL_TYPE (OptOutbox, opt_outbox, OPT, OUTBOX, GObject)

/**
 * OptOutboxCounts:
 * @queued: rows that wait
 * @sending: rows on their way
 * @dead: rows that were refused
 * @oldest: when the oldest row that waits was queued, microseconds since 1970; 0 without any
 */
typedef struct
{
  gint64 queued;
  gint64 sending;
  gint64 dead;
  gint64 oldest;
} OptOutboxCounts;

OptOutbox *opt_outbox_new (OptStore    *store,
                           OptClock    *clock,
                           OptDelivery *delivery);
void       opt_outbox_set_renderer (OptOutbox   *self,
                                    OptRenderer *renderer);
void       opt_outbox_add_chat_owner (OptOutbox    *self,
                                      OptChatOwner *owner);
void       opt_outbox_set_pacing (OptOutbox *self,
                                  gboolean   pacing);
void       opt_outbox_set_retention (OptOutbox *self,
                                     gint64     retention);

/* Recovers what was on its way when the program ended, then sends until it is stopped. */
void     opt_outbox_start_async (OptOutbox          *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
gboolean opt_outbox_start_finish (OptOutbox    *self,
                                  GAsyncResult *result,
                                  GError      **error);
void     opt_outbox_stop_async (OptOutbox          *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean opt_outbox_stop_finish (OptOutbox    *self,
                                 GAsyncResult *result,
                                 GError      **error);

/* After the commit of a transaction that added rows. */
void opt_outbox_poke (OptOutbox *self);
/* After the commit of a transaction that called opt_outbox_move_chat(). */
void        opt_outbox_chat_moved (OptOutbox  *self,
                                   const char *bot,
                                   const char *old_chat,
                                   const char *new_chat);
void        opt_outbox_hold_bot (OptOutbox  *self,
                                 const char *bot,
                                 const char *reason);
void        opt_outbox_release_bot (OptOutbox  *self,
                                    const char *bot);
const char *opt_outbox_get_hold (OptOutbox  *self,
                                 const char *bot);
gboolean    opt_outbox_is_idle (OptOutbox *self);

/* Until every row is sent or dead, at most @timeout microseconds (below 0: for ever); then how they
 * stand, (element-type OptOutboxRow) in the order of @ids. */
void       opt_outbox_wait_async (OptOutbox          *self,
                                  const gint64       *ids,
                                  gsize               n_ids,
                                  gint64              timeout,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
GPtrArray *opt_outbox_wait_finish (OptOutbox    *self,
                                   GAsyncResult *result,
                                   GError      **error);

/* (element-type OptOutboxRow), newest first; @state is -1 for all, or an #OptOutboxState. */
void          opt_outbox_list_async (OptOutbox          *self,
                                     int                 state,
                                     guint               limit,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
GPtrArray    *opt_outbox_list_finish (OptOutbox    *self,
                                      GAsyncResult *result,
                                      GError      **error);
void          opt_outbox_show_async (OptOutbox          *self,
                                     gint64              id,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
OptOutboxRow *opt_outbox_show_finish (OptOutbox    *self,
                                      GAsyncResult *result,
                                      GError      **error);
void          opt_outbox_count_async (OptOutbox          *self,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean      opt_outbox_count_finish (OptOutbox       *self,
                                       GAsyncResult    *result,
                                       OptOutboxCounts *counts,
                                       GError         **error);

/* A dead row is queued again, one that waits is tried now. */
void     opt_outbox_retry_async (OptOutbox          *self,
                                 gint64              id,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
gboolean opt_outbox_retry_finish (OptOutbox    *self,
                                  GAsyncResult *result,
                                  GError      **error);
/* A row that waits or is dead is forgotten. */
void     opt_outbox_drop_async (OptOutbox          *self,
                                gint64              id,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean opt_outbox_drop_finish (OptOutbox    *self,
                                 GAsyncResult *result,
                                 GError      **error);

G_END_DECLS
