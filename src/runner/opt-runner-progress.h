/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-progress: finds `::progress` lines in a job's output and copies them to `events`, at
 * most a few in a second: of those that come faster the last wins. */

#pragma once

#include <stdbool.h>

#include "opt-job-files.h"

/** OptRunnerProgress: the search and what it found. */
typedef struct
{
  int            folder; /* (not owned) */
  int            fd;     /* of `events`, or -1 before the first event */
  uint64_t       size;   /* of `events` */
  char           line[OPT_RUNNER_CONTROL_MAX];
  size_t         used;
  bool           skipping; /* the rest of a line that is none of ours */
  bool           waiting;  /* @event is still to be written */
  OptRunnerEvent event;
  int64_t        due; /* monotonic microseconds; when the next may be written */
} OptRunnerProgress;

/**
 * opt_runner_progress_open: begins the search.
 * @progress: (out): the search
 * @folder: descriptor of the job's folder, to stay open
 */
void opt_runner_progress_open (OptRunnerProgress *progress,
                               int                folder);

/**
 * opt_runner_progress_feed: looks through output; lines may be spread over several calls.
 * @progress: the search
 */
void opt_runner_progress_feed (OptRunnerProgress *progress,
                               const char        *data,
                               size_t             size);

/**
 * opt_runner_progress_take: takes `40 text` from elsewhere.
 * @progress: the search
 */
void opt_runner_progress_take (OptRunnerProgress *progress,
                               const char        *data,
                               size_t             size);

/**
 * opt_runner_progress_deadline: when opt_runner_progress_flush() is to be called.
 * @progress: the search
 *
 * Returns: monotonic microseconds, or -1
 */
int64_t opt_runner_progress_deadline (const OptRunnerProgress *progress);

/**
 * opt_runner_progress_flush: writes the event that waits, if its time has come.
 * @progress: the search
 * @now: monotonic microseconds
 *
 * Returns: whether `events` changed
 */
bool opt_runner_progress_flush (OptRunnerProgress *progress,
                                int64_t            now);

/**
 * opt_runner_progress_close: takes a last line without newline and writes what waits.
 * @progress: the search
 */
void opt_runner_progress_close (OptRunnerProgress *progress);
