/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-tape.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "opt-job-files.h"
#include "opt-runner-clock.h"

#define RETRY_US 1000000
/* A tail of a few bytes would otherwise make a file of each. */
#define PIECE_MIN 4096

static void
piece_name (char    *name,
            uint64_t offset)
{
  if (offset == 0)
    snprintf (name, NAME_MAX + 1, "%s", OPT_RUNNER_FILE_LOG);
  else
    snprintf (name, NAME_MAX + 1, "%s.%" PRIu64, OPT_RUNNER_FILE_LOG, offset);
}

static void
drop_piece (OptRunnerTape *tape,
            size_t         index)
{
  char name[NAME_MAX + 1];

  piece_name (name, tape->pieces[index].offset);
  unlinkat (tape->folder, name, 0);
  tape->n_pieces--;
  memmove (&tape->pieces[index], &tape->pieces[index + 1],
           (tape->n_pieces - index) * sizeof tape->pieces[0]);
}

/* Called when a piece is about to begin: those before it must make up the tail. */
static void
trim (OptRunnerTape *tape)
{
  size_t   oldest = tape->n_pieces > 0 && tape->head > 0 && tape->pieces[0].offset == 0 ? 1 : 0;
  uint64_t kept = 0;

  for (size_t i = oldest; i < tape->n_pieces; i++)
    kept += tape->pieces[i].size;
  while (tape->n_pieces > oldest)
    {
      uint64_t size = tape->pieces[oldest].size;

      if (kept - size < tape->tail && tape->n_pieces < OPT_RUNNER_TAPE_PIECES)
        break;
      kept -= size;
      drop_piece (tape, oldest);
    }
}

static void
end_piece (OptRunnerTape *tape)
{
  close (tape->fd);
  tape->fd = -1;
  tape->room = 0;
}

static void
fail (OptRunnerTape *tape,
      int            error)
{
  if (tape->error == 0)
    tape->error = error;
  tape->retry = opt_runner_clock_mono () + RETRY_US;
  if (tape->fd < 0)
    return;
  end_piece (tape);
  if (tape->pieces[tape->n_pieces - 1].size == 0 && tape->total > 0)
    drop_piece (tape, tape->n_pieces - 1);
}

/* Returns: whether there is a piece that takes more bytes. */
static bool
begin_piece (OptRunnerTape *tape)
{
  bool is_head = tape->total == 0 && tape->head > 0;
  char name[NAME_MAX + 1];

  if (!is_head && tape->tail == 0)
    return false;
  if (tape->retry != 0 && opt_runner_clock_mono () < tape->retry)
    return false;
  trim (tape);
  piece_name (name, tape->total);
  tape->fd = openat (tape->folder, name,
                     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (tape->fd < 0)
    {
      fail (tape, errno);
      return false;
    }
  tape->retry = 0;
  tape->room = is_head ? tape->head : tape->tail / 2;
  if (!is_head && tape->room < PIECE_MIN)
    tape->room = PIECE_MIN;
  tape->pieces[tape->n_pieces++] = (OptRunnerPiece){ tape->total, 0 };
  return true;
}

void
opt_runner_tape_open (OptRunnerTape *tape,
                      int            folder,
                      uint64_t       head,
                      uint64_t       tail)
{
  *tape = (OptRunnerTape){ .folder = folder, .fd = -1, .head = head, .tail = tail };
  /* At once, so that a job that writes nothing has an empty log rather than none. */
  begin_piece (tape);
}

void
opt_runner_tape_append (OptRunnerTape *tape,
                        const char    *data,
                        size_t         size)
{
  while (size > 0)
    {
      ssize_t n;

      if (tape->fd < 0 && !begin_piece (tape))
        break;
      n = write (tape->fd, data, size < tape->room ? size : tape->room);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          fail (tape, n < 0 ? errno : ENOSPC);
          break;
        }
      data += n;
      size -= (size_t)n;
      tape->total += (uint64_t)n;
      tape->room -= (uint64_t)n;
      tape->pieces[tape->n_pieces - 1].size += (uint64_t)n;
      if (tape->room == 0)
        end_piece (tape);
    }
  tape->total += size;
}

uint64_t
opt_runner_tape_close (OptRunnerTape *tape)
{
  uint64_t kept = 0;

  if (tape->fd >= 0)
    end_piece (tape);
  for (size_t i = 0; i < tape->n_pieces; i++)
    kept += tape->pieces[i].size;
  return tape->total - kept;
}
