/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-store.h"

G_BEGIN_DECLS

typedef enum {
  OPT_COMMIT_NONE, /* nothing was written, so nothing is known about the disk */
  OPT_COMMIT_GOOD,
  OPT_COMMIT_BAD,
} OptCommit;

/**
 * OptClosure:
 * @next: in whatever list it is in
 * @func: (nullable): NULL for a mere message of a thread
 * @done: (nullable): called when it is over
 * @data: for both
 * @destroy: (nullable): of @data, on the main context
 * @error: (nullable): how it ended; when set beforehand, it is not run
 * @commit: what its end tells about the disk
 *
 * One piece of work on its way to a thread and back.
 */
typedef struct _OptClosure OptClosure;
struct _OptClosure
{
  OptClosure    *next;
  OptStoreFunc   func;
  OptStoreDone   done;
  gpointer       data;
  GDestroyNotify destroy;
  GError        *error; /* (owned) */
  OptCommit      commit;
};

OptClosure *opt_closure_new (OptStoreFunc   func,
                             OptStoreDone   done,
                             gpointer       data,
                             GDestroyNotify destroy);
void        opt_closure_free (OptClosure *self);

/**
 * OptCompletionsFunc:
 * @chain: (transfer full): one or more closures
 * @user_data: what was given to opt_completions_new()
 */
typedef void (*OptCompletionsFunc) (OptClosure *chain,
                                    gpointer    user_data);

/**
 * OptBeforePollFunc:
 * @user_data: what was given to opt_completions_new()
 *
 * Called when the main context has done all that there was to do.
 */
typedef void (*OptBeforePollFunc) (gpointer user_data);

/**
 * OptCompletions:
 *
 * Brings closures that are over back to the main context, with one wake-up for all that are put in
 * at once.
 */
typedef struct _OptCompletions OptCompletions;

OptCompletions *opt_completions_new (GMainContext      *context,
                                     OptCompletionsFunc func,
                                     OptBeforePollFunc  before_poll,
                                     gpointer           user_data);
OptCompletions *opt_completions_ref (OptCompletions *self);
void            opt_completions_unref (OptCompletions *self);
void            opt_completions_stop (OptCompletions *self);
void            opt_completions_put (OptCompletions *self,
                                     OptClosure     *first,
                                     OptClosure     *last);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptClosure, opt_closure_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptCompletions, opt_completions_unref)

G_END_DECLS
