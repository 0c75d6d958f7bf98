/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-ingest.h"
#include "opt-outbox.h"
#include "opt-remote.h"
#include "opt-test-clock.h"
#include "opt-test-store.h"
#include "opt-test.h"

G_BEGIN_DECLS

#define OPT_REMOTE_FIXTURE_NOW   (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)
#define OPT_REMOTE_FIXTURE_BOT   7
#define OPT_REMOTE_FIXTURE_GROUP (-100)

/*
 * The remote bot of robot vm91 behind a real ingest; users 1001 and 1002 are let in. What it wants
 * done is written down, an effect a line.
 */
typedef struct
{
  OptTestFolder *folder; /* (owned) */
  OptStore      *store;  /* (owned) */
  OptTestClock  *clock;  /* (owned) */
  OptOutbox     *outbox; /* (owned) */
  OptIngest     *ingest; /* (owned) */
  OptRemote     *remote; /* (owned) */
  OptConfig     *config; /* (owned) */
  OptReceiver    receiver;
  GString       *said;   /* (owned): the effects of the last update */
  char          *markup; /* (owned): the last keyboard */
  char          *origin; /* (owned): of the last order */
  gint64         requested;
  gint64         update_id;
  gint64         message_id;
} OptRemoteFixture;

/**
 * OptRemoteMessage:
 *
 * What somebody writes; begin from zeroes, all but @user and @text may be left out.
 */
typedef struct
{
  gint64      user;
  const char *text;
  gint64      chat; /* 0: alone with the bot */
  gint64      topic;
  gint64      age;      /* seconds */
  gint64      reply_to; /* a message of the bot */
  const char *extra;    /* more members of the message, with a comma in front */
  const char *kind;     /* of the update; message */
} OptRemoteMessage;

void opt_remote_fixture_set_up (OptRemoteFixture *fixture,
                                gconstpointer     data);
void opt_remote_fixture_tear_down (OptRemoteFixture *fixture,
                                   gconstpointer     data);
void opt_remote_fixture_set_config (OptRemoteFixture *fixture,
                                    const char       *roles,
                                    const char       *rest);
void opt_remote_fixture_set_tasks (OptRemoteFixture  *fixture,
                                   const char *const *manifests);

/* Each returns what was wanted in answer, an effect a line; valid until the next. */
const char *opt_remote_fixture_send (OptRemoteFixture       *fixture,
                                     const OptRemoteMessage *message);
const char *opt_remote_fixture_say (OptRemoteFixture *fixture,
                                    gint64            user,
                                    const char       *text);
const char *opt_remote_fixture_press (OptRemoteFixture *fixture,
                                      gint64            user,
                                      gint64            chat,
                                      const char       *data);
const char *opt_remote_fixture_take_json (OptRemoteFixture *fixture,
                                          const char       *json);
/* The callback_data of the button of that label in the last keyboard. */
char *opt_remote_fixture_get_button (OptRemoteFixture *fixture,
                                     const char       *label);
/* @pattern may have * and ? in it. */
void opt_remote_fixture_assert (const char *text,
                                const char *pattern);
void opt_remote_fixture_wait_idle (OptRemoteFixture *fixture);

/* Has @user say @text, alone with the bot. */
void opt_remote_fixture_expect (OptRemoteFixture *fixture,
                                gint64            user,
                                const char       *text,
                                const char       *pattern);

G_END_DECLS
