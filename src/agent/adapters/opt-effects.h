/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent-bots.h"
#include "opt-ingest.h"
#include "opt-jobs.h"
#include "opt-outbox.h"

G_BEGIN_DECLS

/**
 * OptEffects:
 * @ingest: who has effects
 * @outbox: takes what is to be said
 * @jobs: takes what is to be run
 * @bots: sends what is not stored
 * @owner: the other room that keeps ids of chats
 *
 * Joins ingest with the rooms that apply its effects; borrowed, as long as ingest lives.
 */
typedef struct
{
  OptIngest    *ingest; /* (unowned) */
  OptOutbox    *outbox; /* (unowned) */
  OptJobs      *jobs;   /* (unowned) */
  OptAgentBots *bots;   /* (unowned) */
  OptChatOwner *owner;  /* (unowned) */
} OptEffects;

void opt_effects_connect (OptEffects *self);

G_END_DECLS
