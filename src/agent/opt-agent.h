/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-agent-bots.h"
#include "opt-agent-paths.h"
#include "opt-catalogue-source.h"
#include "opt-config-source.h"
#include "opt-jobs.h"
#include "opt-outbox.h"
#include "opt-secret-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_AGENT (opt_agent_get_type ())
G_DECLARE_FINAL_TYPE (OptAgent, opt_agent, OPT, AGENT, GObject)

OptAgent *opt_agent_new (OptClock      *clock,
                         OptAgentPaths *paths);

/* Reads configuration and tasks, opens the store, recovers jobs. Never fails: what does not work is
 * in the status. */
void opt_agent_prepare_async (OptAgent           *self,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
void opt_agent_prepare_finish (OptAgent     *self,
                               GAsyncResult *result);
/* Begins to receive and to send. */
void opt_agent_start (OptAgent *self);
/* Finishes once nothing is on its way any more and the store is closed; jobs go on. */
void opt_agent_stop_async (OptAgent           *self,
                           GAsyncReadyCallback callback,
                           gpointer            user_data);
void opt_agent_stop_finish (OptAgent     *self,
                            GAsyncResult *result);

/* No due timer is for the clock to know; this is the rest: nothing stored, sent or read at the
 * moment. */
gboolean opt_agent_is_idle (OptAgent *self);

OptClock           *opt_agent_get_clock (OptAgent *self);
OptAgentPaths      *opt_agent_get_paths (OptAgent *self);
OptStore           *opt_agent_get_store (OptAgent *self);
OptConfigSource    *opt_agent_get_config_source (OptAgent *self);
OptConfig          *opt_agent_get_config (OptAgent *self);
OptCatalogueSource *opt_agent_get_catalogue_source (OptAgent *self);
OptAgentBots       *opt_agent_get_bots (OptAgent *self);
OptOutbox          *opt_agent_get_outbox (OptAgent *self);
OptJobs            *opt_agent_get_jobs (OptAgent *self);
OptJobResolver     *opt_agent_get_resolver (OptAgent *self);
OptSecretStore     *opt_agent_get_secrets (OptAgent *self);
gint64              opt_agent_get_ready_since (OptAgent *self);
const GError       *opt_agent_get_store_error (OptAgent *self);

G_END_DECLS
