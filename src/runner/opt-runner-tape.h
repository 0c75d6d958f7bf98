/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-tape: keeps the beginning and the end of a job's output, whatever its length.
 *
 * The beginning goes to `log`. What follows goes to pieces of half the tail's length, each named by
 * the offset of its first byte; when a piece begins, those go that the tail no longer needs. So a
 * reader finds every byte's place by names alone, also while the job runs, and also where a full
 * disk tore a hole. A tape never fails: what cannot be written is counted. */

#pragma once

#include <stddef.h>
#include <stdint.h>

/** OPT_RUNNER_TAPE_PIECES: most files of a log at one time. */
#define OPT_RUNNER_TAPE_PIECES 16

/** OptRunnerPiece: one file of the log. */
typedef struct
{
  uint64_t offset;
  uint64_t size;
} OptRunnerPiece;

/** OptRunnerTape: the log being written. */
typedef struct
{
  int            folder; /* (not owned) */
  int            fd;     /* of the last piece, or -1 when the next byte begins one */
  uint64_t       head;
  uint64_t       tail;
  uint64_t       total;
  uint64_t       room; /* what the last piece may still take */
  OptRunnerPiece pieces[OPT_RUNNER_TAPE_PIECES];
  size_t         n_pieces;
  int64_t        retry; /* monotonic microseconds; until then nothing is tried */
  int            error; /* first errno of a write, or 0 */
} OptRunnerTape;

/**
 * opt_runner_tape_open: begins a log.
 * @tape: (out): the tape
 * @folder: descriptor of the job's folder, to stay open
 * @head: bytes of the beginning
 * @tail: bytes of the end
 */
void opt_runner_tape_open (OptRunnerTape *tape,
                           int            folder,
                           uint64_t       head,
                           uint64_t       tail);

/**
 * opt_runner_tape_append: takes what the job wrote.
 * @tape: the tape
 */
void opt_runner_tape_append (OptRunnerTape *tape,
                             const char    *data,
                             size_t         size);

/**
 * opt_runner_tape_close: ends the log.
 * @tape: the tape
 *
 * Returns: how many bytes of it are not in the folder
 */
uint64_t opt_runner_tape_close (OptRunnerTape *tape);
