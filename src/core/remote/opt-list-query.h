/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-catalogue.h"
#include "opt-job.h"
#include "opt-json.h"

G_BEGIN_DECLS

#define OPT_LIST_COUNT_MAX 50

/* For bits of @states: those that have no state of their own. */
#define OPT_LIST_HELD (1 << OPT_N_JOB_STATES)

/**
 * OptListQuery:
 * @robot_given: this robot was named
 * @states: bits of #OptJobState, and %OPT_LIST_HELD; 0 is all
 * @since: queued no earlier, microseconds since 1970; 0 is no bound
 * @count: how many to show; 0 is as many as fit well
 * @task: (nullable): of this task alone
 * @words: what was asked for, besides the robot, as it was understood; maybe empty
 *
 * Which jobs somebody wants to see.
 */
typedef struct
{
  gboolean robot_given;
  guint    states;
  gint64   since;
  guint    count;
  char    *task;  /* (owned) */
  char    *words; /* (owned) */
} OptListQuery;

gboolean opt_list_query_parse (OptListQuery *self,
                               const char   *text,
                               const char   *robot,
                               OptCatalogue *catalogue,
                               gint64        now,
                               GError      **error);
char    *opt_list_query_to_json (const OptListQuery *self,
                                 const char         *robot);
void     opt_list_query_read (OptListQuery *self,
                              JsonObject   *object);
gboolean opt_list_query_matches (const OptListQuery *self,
                                 const OptJob       *job);
void     opt_list_query_clear (OptListQuery *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptListQuery, opt_list_query_clear)

G_END_DECLS
