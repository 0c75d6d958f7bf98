/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-child: starts the program in a session of its own. */

#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "opt-job-files.h"

/** OptRunnerChild: a program that was started, or why not. */
typedef struct
{
  pid_t         pid;    /* also its session and process group; -1 when not started */
  int           output; /* reading end of what it writes, non-blocking; -1 when not started */
  OptRunnerStep step;   /* what failed */
  int           error;  /* errno of that, or 0 */
} OptRunnerChild;

/**
 * opt_runner_child_start: starts the program and waits until it is executed.
 * @child: (out): the result
 * @spec: what to run
 * @environment: given on untouched
 *
 * The child has /dev/null, the pipe and the pipe again as descriptors and no others, every signal
 * at its default and none blocked, and may dump core as far as the hard limit allows. When the
 * runner dies it is killed with it (unless it is setuid: the kernel takes that away).
 *
 * Returns: whether it runs
 */
bool opt_runner_child_start (OptRunnerChild      *child,
                             const OptRunnerSpec *spec,
                             char               **environment);
