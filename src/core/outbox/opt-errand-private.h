/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-outbox-kind-private.h"
#include "opt-renderer.h"

G_BEGIN_DECLS

typedef struct _OptChatQueue OptChatQueue;
typedef struct _OptErrand    OptErrand;
typedef struct _OptOutbox    OptOutbox;

/**
 * OptErrandFate:
 * @OPT_FATE_NONE: not claimed
 * @OPT_FATE_CLAIMED: `sending` is on the disk and the request is built
 * @OPT_FATE_GONE: the row isn't queued any more: it was dropped
 * @OPT_FATE_STRAYED: the row is in another chat by now
 * @OPT_FATE_SETTLED: there was nothing to send; the row has its end
 *
 * What came of a claim.
 */
typedef enum {
  OPT_FATE_NONE,
  OPT_FATE_CLAIMED,
  OPT_FATE_GONE,
  OPT_FATE_STRAYED,
  OPT_FATE_SETTLED,
} OptErrandFate;

/**
 * OptMark:
 * @OPT_MARK_SENT: done
 * @OPT_MARK_DEAD: refused for good
 * @OPT_MARK_AGAIN: queued again
 * @OPT_MARK_MOVED: queued again, with all that goes to its chat, for the chat's new id
 * @OPT_MARK_BACK: queued again as if it had not been claimed
 *
 * What is to be written about an errand that was claimed.
 */
typedef enum {
  OPT_MARK_SENT,
  OPT_MARK_DEAD,
  OPT_MARK_AGAIN,
  OPT_MARK_MOVED,
  OPT_MARK_BACK,
} OptMark;

/**
 * OptErrand:
 *
 * One row on its way: from when it is read, through claim, request and answer, until the answer's
 * mark is on the disk. Of the row's contents it has only what the present step needs.
 */
struct _OptErrand
{
  OptErrand    *next;
  gint64        id;
  gint64        position;
  gint64        not_before; /* wall time */
  OptOutboxKind kind;
  int           priority;
  const char   *bot;  /* (interned) */
  char         *chat; /* (owned) GRefString */

  /* The main context's. */
  OptChatQueue *queue;
  OptOutbox    *outbox;    /* (nullable): NULL once it is gone */
  GList         link;      /* in what waits, renders or flies */
  char         *follow;    /* (owned) (nullable): the chat to which the row moved meanwhile */
  char         *view;      /* (owned) (nullable) */
  char         *view_args; /* (owned) (nullable) */
  gint64        topic;
  OptRendered  *rendered; /* (owned) (nullable) */
  guint64       left;     /* counts requests, so that it is known which left first */
  const char   *note;     /* (nullable): what had to be left out so that it was taken */

  /* From the claim. */
  OptErrandFate fate;
  char         *elsewhere; /* (owned) (nullable): STRAYED: the chat */
  const char   *method;
  char         *body;      /* (owned) (nullable) */
  GBytes       *file;      /* (owned) (nullable): read when it leaves */
  char         *path;      /* (owned) (nullable) */
  char         *file_name; /* (owned) (nullable) */
  gint64        target;
  gboolean      has_reply;
  gboolean      has_text;
  gboolean      has_contents; /* the file is a text that is stored with the row */
  OptErrand    *followers;    /* (owned) (nullable): rows that continue it */

  /* From the answer. */
  OptMark      mark;
  OptJudgement change;   /* AGAIN: what is left out */
  gboolean     repeated; /* AGAIN: it may have arrived */
  gint64       message_id;
  gint64       answered; /* wall time */
  gint64       until;    /* AGAIN: wall time, or 0 */
  int          code;
  char        *words; /* (owned) (nullable) */
  gint64       moved_to;
};

OptErrand *opt_errand_new (gint64      id,
                           gint64      position,
                           const char *bot,
                           const char *chat);
gboolean   opt_errand_has_file (const OptErrand *self);
void       opt_errand_reset (OptErrand *self);
void       opt_errand_free (OptErrand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptErrand, opt_errand_free)

G_END_DECLS
