/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"
#include "opt-config.h"
#include "opt-jobs.h"
#include "opt-outbox.h"
#include "opt-reactor.h"
#include "opt-store.h"

G_BEGIN_DECLS

/* Dialogs, what was heard of jobs, and the menus that bots have. */
extern const OptMigration opt_remote_migrations[];

#define OPT_TYPE_REMOTE (opt_remote_get_type ())
G_DECLARE_FINAL_TYPE (OptRemote, opt_remote, OPT, REMOTE, GObject)

OptRemote *opt_remote_new (OptStore  *store,
                           OptClock  *clock,
                           OptOutbox *outbox,
                           OptJobs   *jobs);
/* Both on the main context. */
void opt_remote_set_config (OptRemote *self,
                            OptConfig *config);
void opt_remote_greet_bot (OptRemote  *self,
                           const char *bot,
                           gint64      bot_id);

G_END_DECLS
