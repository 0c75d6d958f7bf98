/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OptAgentPaths:
 * @config: the configuration file
 * @state: the state folder
 * @database: in it
 * @jobs: in it, a folder a job
 * @lock: in it, held by the one agent of this profile
 * @runner: (nullable): `optimus-runner`, NULL when it is not installed
 * @ctl: (nullable): `optimusctl`
 * @samples: folder of the sample tasks
 *
 * Where everything of this profile lies.
 */
typedef struct
{
  char *config;   /* (owned) */
  char *state;    /* (owned) */
  char *database; /* (owned) */
  char *jobs;     /* (owned) */
  char *lock;     /* (owned) */
  char *runner;   /* (owned) */
  char *ctl;      /* (owned) */
  char *samples;  /* (owned) */
} OptAgentPaths;

OptAgentPaths *opt_agent_paths_new (void);
void           opt_agent_paths_free (OptAgentPaths *self);
gboolean       opt_agent_paths_prepare (OptAgentPaths *self,
                                        GError       **error);
int            opt_agent_paths_lock (OptAgentPaths *self,
                                     GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptAgentPaths, opt_agent_paths_free)

G_END_DECLS
