/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-fake-delivery.h"
#include "opt-outbox.h"
#include "opt-test-clock.h"
#include "opt-test-store.h"
#include "opt-test.h"

G_BEGIN_DECLS

#define SECOND G_GINT64_CONSTANT (1000000)

/**
 * OptOutboxFixture:
 *
 * A queue in a file of its own, a courier and a delivery that waits to be told what to answer.
 */
typedef struct
{
  OptTestFolder   *folder;   /* (owned) */
  char            *path;     /* (owned) */
  OptStore        *store;    /* (owned) */
  OptTestClock    *clock;    /* (owned) */
  OptFakeDelivery *delivery; /* (owned) */
  OptRenderer     *renderer; /* (owned) (nullable) */
  OptOutbox       *outbox;   /* (owned) (nullable): NULL until it is started */
  gboolean         pacing;
} OptOutboxFixture;

OptOutboxFixture *opt_outbox_fixture_new (void);
void              opt_outbox_fixture_free (OptOutboxFixture *self);

/* (transfer none) (nullable): what opt_outbox_add() makes of a draft */
gint64        opt_outbox_fixture_add (OptOutboxFixture     *self,
                                      const OptOutboxDraft *draft);
GArray       *opt_outbox_fixture_try_add (OptOutboxFixture     *self,
                                          const OptOutboxDraft *draft,
                                          GError              **error);
gint64        opt_outbox_fixture_say (OptOutboxFixture *self,
                                      const char       *chat,
                                      const char       *text);
void          opt_outbox_fixture_start (OptOutboxFixture *self);
void          opt_outbox_fixture_stop (OptOutboxFixture *self);
void          opt_outbox_fixture_crash (OptOutboxFixture *self);
void          opt_outbox_fixture_run (OptOutboxFixture *self);
void          opt_outbox_fixture_advance (OptOutboxFixture *self,
                                          gint64            microseconds);
OptFakeCall  *opt_outbox_fixture_call (OptOutboxFixture *self,
                                       guint             index);
void          opt_outbox_fixture_answer (OptOutboxFixture  *self,
                                         guint              index,
                                         OptDeliveryOutcome outcome,
                                         int                code,
                                         const char        *description);
void          opt_outbox_fixture_answer_ok (OptOutboxFixture *self,
                                            guint             index);
OptOutboxRow *opt_outbox_fixture_show (OptOutboxFixture *self,
                                       gint64            id);
guint         opt_outbox_fixture_count (OptOutboxFixture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptOutboxFixture, opt_outbox_fixture_free)

G_END_DECLS
