/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-ingest.h"
#include "opt-test-store.h"
#include "opt-test.h"

G_BEGIN_DECLS

#define OPT_INGEST_FIXTURE_NOW (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)

/*
 * An ingest with the fake gate and reactor. What is said goes into `said`, which refuses the text
 * `bad` at once, and the text `late` only when it is committed.
 */
typedef struct
{
  OptTestFolder *folder; /* (owned) */
  char          *path;   /* (owned) */
  OptStore      *store;  /* (owned) */
  OptIngest     *ingest; /* (owned) */
  OptReceiver    receiver;
  GPtrArray     *updates; /* (owned) (element-type OptUpdate): the next batch */
  GString       *told;    /* (owned): kind and text of each effect that was committed */
} OptIngestFixture;

void opt_ingest_fixture_set_up (OptIngestFixture *fixture,
                                gconstpointer     data);
void opt_ingest_fixture_tear_down (OptIngestFixture *fixture,
                                   gconstpointer     data);

void     opt_ingest_fixture_add (OptIngestFixture *fixture,
                                 gint64            update_id,
                                 gint64            user_id,
                                 const char       *text);
void     opt_ingest_fixture_add_json (OptIngestFixture *fixture,
                                      const char       *json);
gboolean opt_ingest_fixture_take (OptIngestFixture *fixture,
                                  gint64           *offset,
                                  GError          **error);
/* Takes the batch, which must work. */
gint64 opt_ingest_fixture_take_good (OptIngestFixture *fixture);
gint64 opt_ingest_fixture_load (OptIngestFixture *fixture);
gint64 opt_ingest_fixture_ask (OptIngestFixture *fixture,
                               const char       *sql);

G_END_DECLS
