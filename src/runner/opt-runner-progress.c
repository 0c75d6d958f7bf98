/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-progress.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "opt-runner-clock.h"

#define INTERVAL_US 200000
#define MARK_SIZE   (sizeof OPT_RUNNER_PROGRESS_MARK - 1)

void
opt_runner_progress_open (OptRunnerProgress *progress,
                          int                folder)
{
  *progress = (OptRunnerProgress){ .folder = folder, .fd = -1 };
}

void
opt_runner_progress_take (OptRunnerProgress *progress,
                          const char        *data,
                          size_t             size)
{
  if (!opt_runner_progress_parse (&progress->event, data, size))
    return;
  progress->event.time = opt_runner_clock_wall ();
  progress->waiting = true;
}

static void
end_line (OptRunnerProgress *progress)
{
  if (!progress->skipping && progress->used >= MARK_SIZE)
    opt_runner_progress_take (progress, progress->line + MARK_SIZE, progress->used - MARK_SIZE);
  progress->used = 0;
  progress->skipping = false;
}

/* Adds to the line for as long as it looks like one of ours. */
static void
extend_line (OptRunnerProgress *progress,
             const char        *data,
             size_t             size)
{
  size_t room = sizeof progress->line - progress->used;
  size_t compared;

  if (progress->skipping)
    return;
  /* What is too long is cut, as its text would be anyway. */
  memcpy (progress->line + progress->used, data, size < room ? size : room);
  progress->used += size < room ? size : room;
  compared = progress->used < MARK_SIZE ? progress->used : MARK_SIZE;
  progress->skipping = memcmp (progress->line, OPT_RUNNER_PROGRESS_MARK, compared) != 0;
}

void
opt_runner_progress_feed (OptRunnerProgress *progress,
                          const char        *data,
                          size_t             size)
{
  while (size > 0)
    {
      const char *newline = memchr (data, '\n', size);
      size_t      length = newline != NULL ? (size_t)(newline - data) : size;

      extend_line (progress, data, length);
      if (newline == NULL)
        return;
      end_line (progress);
      data += length + 1;
      size -= length + 1;
    }
}

int64_t
opt_runner_progress_deadline (const OptRunnerProgress *progress)
{
  return progress->waiting ? progress->due : -1;
}

static bool
write_event (OptRunnerProgress *progress)
{
  char    line[OPT_RUNNER_CONTROL_MAX];
  size_t  size = opt_runner_event_format (&progress->event, line);
  ssize_t n;

  if (progress->fd < 0)
    progress->fd = openat (progress->folder, OPT_RUNNER_FILE_EVENTS,
                           O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (progress->fd < 0)
    return false;
  if (progress->size + size > OPT_RUNNER_EVENTS_MAX && ftruncate (progress->fd, 0) == 0)
    progress->size = 0;
  n = pwrite (progress->fd, line, size, (off_t)progress->size);
  if (n == (ssize_t)size)
    {
      progress->size += size;
      return true;
    }
  /* Half a line would spoil the next; when the disk is full the next event tries again. */
  return ftruncate (progress->fd, (off_t)progress->size) != 0;
}

bool
opt_runner_progress_flush (OptRunnerProgress *progress,
                           int64_t            now)
{
  if (!progress->waiting || now < progress->due)
    return false;
  progress->waiting = false;
  progress->due = now + INTERVAL_US;
  return write_event (progress);
}

void
opt_runner_progress_close (OptRunnerProgress *progress)
{
  end_line (progress);
  if (progress->waiting)
    write_event (progress);
  progress->waiting = false;
  if (progress->fd >= 0)
    close (progress->fd);
  progress->fd = -1;
}
