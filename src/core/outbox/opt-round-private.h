/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-errand-private.h"
#include "opt-outbox-load-private.h"
#include "opt-store.h"

G_BEGIN_DECLS

/**
 * OptRound:
 *
 * All that the courier wants of the store at a time, so that one commit serves it: marks of what
 * was answered, claims of what goes next, and what is read to go on. The writer's thread has it
 * until the commit, and the main context before and after.
 */
typedef struct
{
  OptOutbox *outbox; /* (nullable): NULL once it is gone */
  gint64     now;
  GPtrArray *marks;       /* (owned) (element-type OptErrand) */
  GPtrArray *claims;      /* (owned) (element-type OptErrand) */
  GPtrArray *refills;     /* (owned) (element-type OptRefill) */
  GPtrArray *discoveries; /* (owned) (element-type OptDiscovery) */
  GPtrArray *owners;      /* (owned) (element-type OptChatOwner) */
  gboolean   load;
  gint64     after;
  GPtrArray *found; /* (owned) (element-type OptErrand) */
  gint64     last;
} OptRound;

/* Of new rows that are read in one round. */
#define OPT_ROUND_NEW_MAX 2000

OptRound *opt_round_new (OptOutbox *outbox);
gboolean  opt_round_run (OptTransaction *transaction,
                         gpointer        round,
                         GError        **error);
void      opt_round_free (OptRound *self);

G_END_DECLS
