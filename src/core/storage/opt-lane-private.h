/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-completions-private.h"

G_BEGIN_DECLS

#define OPT_LANE_BATCH_MAX 100

/**
 * OptLaneFuncs:
 * @name: of the thread
 * @batch: how many closures to hand over at once, up to %OPT_LANE_BATCH_MAX
 * @begin: (nullable): called first; when it fails, the thread ends and every closure gets the error
 * @run: sets each closure's `error` and `commit`
 * @end: called last
 *
 * What a lane does, all of it on the lane's thread.
 */
typedef struct
{
  const char *name;
  guint       batch;
  gboolean (*begin) (gpointer worker,
                     GError **error);
  void (*run) (gpointer     worker,
               OptClosure **closures,
               guint        n);
  void (*end) (gpointer worker);
} OptLaneFuncs;

/**
 * OptLane:
 *
 * A thread that works through closures in the order they come and hands them on to the completions.
 * It knows nothing of databases.
 */
typedef struct _OptLane OptLane;

OptLane *opt_lane_new (const OptLaneFuncs *funcs,
                       gpointer            worker,
                       OptCompletions     *completions);
void     opt_lane_free (OptLane *self);
void     opt_lane_start (OptLane    *self,
                         OptClosure *begun,
                         OptClosure *ended);
void     opt_lane_push (OptLane    *self,
                        OptClosure *closure);
void     opt_lane_flush (OptLane *self);
void     opt_lane_stop (OptLane *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptLane, opt_lane_free)

G_END_DECLS
