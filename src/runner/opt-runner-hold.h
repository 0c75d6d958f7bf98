/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-hold: what a runner holds of a job's folder for life, from `claim` to `exit`. */

#pragma once

#include <limits.h>

#include "opt-job-files.h"

/** OptRunnerHold: the descriptors that make a runner the one runner of its job. */
typedef struct
{
  int  folder;
  int  claim;                    /* with the lock */
  int  alive;                    /* the only writing end */
  int  control;                  /* read and write, so that it never comes to an end */
  int  exit;                     /* the draft of `exit`, or -1 */
  char exit_draft[NAME_MAX + 1]; /* its name */
} OptRunnerHold;

/**
 * opt_runner_hold_take: claims the job.
 * @hold: (out): filled in on success
 * @path: the job's folder
 * @error: (out): errno of what failed
 *
 * `claim` and its folder are on disk when this returns %OPT_RUNNER_STATUS_DONE.
 *
 * Returns: %OPT_RUNNER_STATUS_DONE, _TAKEN or _NO_CLAIM
 */
OptRunnerStatus opt_runner_hold_take (OptRunnerHold *hold,
                                      const char    *path,
                                      int           *error);

/**
 * opt_runner_hold_reserve: sets disk space for `exit` aside, so that a disk the job fills does not
 *   make it lost.
 * @hold: a hold
 */
void opt_runner_hold_reserve (OptRunnerHold *hold);

/**
 * opt_runner_hold_poke: makes whoever reads `alive` look at the folder.
 * @hold: a hold
 */
void opt_runner_hold_poke (OptRunnerHold *hold);

/**
 * opt_runner_hold_finish: writes `exit`.
 * @hold: a hold
 * @result: how the job ended
 *
 * Returns: 0, or an errno; it may be tried again then
 */
int opt_runner_hold_finish (OptRunnerHold       *hold,
                            const OptRunnerExit *result);

/**
 * opt_runner_hold_release: lets go, the lock first, so that HUP on `alive` finds it free.
 * @hold: a hold
 */
void opt_runner_hold_release (OptRunnerHold *hold);
