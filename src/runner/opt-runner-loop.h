/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-loop: watches over a job from its program's start until nothing of it is left. */

#pragma once

#include "opt-runner-child.h"
#include "opt-runner-hold.h"

/**
 * opt_runner_loop_run: watches over a job.
 * @hold: the job's folder
 * @spec: what runs
 * @child: its program, as started; the output is closed
 * @signals: a non-blocking signalfd for SIGCHLD and SIGTERM
 * @result: (inout): how it ended; the times of the start are the caller's
 *
 * Returns when every descendant is gone or the few that cannot be stopped were given up.
 */
void opt_runner_loop_run (OptRunnerHold       *hold,
                          const OptRunnerSpec *spec,
                          OptRunnerChild      *child,
                          int                  signals,
                          OptRunnerExit       *result);
