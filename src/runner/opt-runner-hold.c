/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-hold.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "opt-runner-folder.h"
#include "opt-runner-clock.h"

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* The lock is taken before the file has its name: nobody ever sees a claim without its lock. */
static int
write_claim (OptRunnerHold *hold)
{
  OptRunnerClaim claim = { .pid = getpid (), .start = opt_runner_clock_wall () };
  char           draft[NAME_MAX + 1];
  char           data[OPT_RUNNER_RECORD_MAX];
  size_t         size = opt_runner_claim_format (&claim, data);
  int            wrong;

  hold->claim = opt_runner_folder_draft (hold->folder, OPT_RUNNER_FILE_CLAIM, draft);
  if (hold->claim < 0)
    return errno;
  wrong = flock (hold->claim, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
  if (wrong == 0)
    wrong = opt_runner_folder_fill (hold->claim, data, size);
  if (wrong == 0)
    return opt_runner_folder_publish (hold->folder, draft, OPT_RUNNER_FILE_CLAIM);
  unlinkat (hold->folder, draft, 0);
  return wrong;
}

OptRunnerStatus
opt_runner_hold_take (OptRunnerHold *hold,
                      const char    *path,
                      int           *error)
{
  *hold = (OptRunnerHold){ .folder = -1, .claim = -1, .alive = -1, .control = -1, .exit = -1 };
  hold->folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  *error = hold->folder >= 0 ? 0 : errno;
  /* Saves a runner that comes late two fsyncs; link(2) is what decides. */
  if (*error == 0 && faccessat (hold->folder, OPT_RUNNER_FILE_CLAIM, F_OK, 0) == 0)
    *error = EEXIST;
  if (*error == 0)
    {
      /* Read and write, since opening to write alone fails when no agent is there to read. */
      hold->alive = opt_runner_folder_fifo (hold->folder, OPT_RUNNER_FILE_ALIVE, O_RDWR);
      hold->control = opt_runner_folder_fifo (hold->folder, OPT_RUNNER_FILE_CONTROL, O_RDWR);
      *error = hold->alive >= 0 && hold->control >= 0 ? 0 : errno;
    }
  if (*error == 0)
    *error = write_claim (hold);
  if (*error == 0)
    return OPT_RUNNER_STATUS_DONE;
  opt_runner_hold_release (hold);
  return *error == EEXIST ? OPT_RUNNER_STATUS_TAKEN : OPT_RUNNER_STATUS_NO_CLAIM;
}

static void
draft_exit (OptRunnerHold *hold)
{
  hold->exit = opt_runner_folder_draft (hold->folder, OPT_RUNNER_FILE_EXIT, hold->exit_draft);
}

void
opt_runner_hold_reserve (OptRunnerHold *hold)
{
  draft_exit (hold);
  /* Not every file system can; then finishing waits for space. */
  if (hold->exit >= 0)
    (void)fallocate (hold->exit, FALLOC_FL_KEEP_SIZE, 0, OPT_RUNNER_RECORD_MAX);
}

void
opt_runner_hold_poke (OptRunnerHold *hold)
{
  /* When the FIFO is full, enough pokes wait in it. */
  ssize_t n = write (hold->alive, ".", 1);

  (void)n;
}

int
opt_runner_hold_finish (OptRunnerHold       *hold,
                        const OptRunnerExit *result)
{
  char   data[OPT_RUNNER_RECORD_MAX];
  size_t size = opt_runner_exit_format (result, data);
  int    wrong;

  if (hold->exit < 0)
    draft_exit (hold);
  if (hold->exit < 0)
    return errno;
  wrong = opt_runner_folder_fill (hold->exit, data, size);
  close_fd (&hold->exit);
  if (wrong == 0)
    wrong = opt_runner_folder_publish (hold->folder, hold->exit_draft, OPT_RUNNER_FILE_EXIT);
  else
    unlinkat (hold->folder, hold->exit_draft, 0);
  return wrong;
}

void
opt_runner_hold_release (OptRunnerHold *hold)
{
  close_fd (&hold->exit);
  close_fd (&hold->control);
  close_fd (&hold->claim);
  close_fd (&hold->alive);
  close_fd (&hold->folder);
}
