/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "opt-job-files.h"

/* How long a killed runner may need until the kernel has taken its lock away. */
#define ENDING_TRIES    5000
#define ENDING_PAUSE_NS 1000000L

int
opt_runner_folder_draft (int         folder,
                         const char *name,
                         char       *draft)
{
  int fd = -1;

  for (int i = 0; i < 16 && fd < 0; i++)
    {
      unsigned random;

      if (getrandom (&random, sizeof random, 0) != sizeof random)
        return -1;
      snprintf (draft, NAME_MAX + 1, "%s.%08x~", name, random);
      fd = openat (folder, draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (fd < 0 && errno != EEXIST)
        return -1;
    }
  return fd;
}

int
opt_runner_folder_fill (int         fd,
                        const char *data,
                        size_t      size)
{
  size_t done = 0;

  while (done < size)
    {
      ssize_t n = pwrite (fd, data + done, size - done, (off_t)done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : ENOSPC;
      done += (size_t)n;
    }
  return fsync (fd) == 0 ? 0 : errno;
}

int
opt_runner_folder_publish (int         folder,
                           const char *draft,
                           const char *name)
{
  int wrong = linkat (folder, draft, folder, name, 0) == 0 ? 0 : errno;

  unlinkat (folder, draft, 0);
  if (wrong == 0 && fsync (folder) != 0)
    wrong = errno;
  return wrong;
}

int
opt_runner_folder_fifo (int         folder,
                        const char *name,
                        int         flags)
{
  struct stat info;
  int         fd;

  if (mkfifoat (folder, name, 0600) != 0 && errno != EEXIST)
    return -1;
  if (flags == -1)
    return 0;
  fd = openat (folder, name, flags | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISFIFO (info.st_mode))
    return fd;
  if (fd >= 0)
    {
      close (fd);
      errno = EINVAL;
    }
  return -1;
}

int
opt_runner_folder_prepare (int                  folder,
                           const OptRunnerSpec *spec,
                           const char         **problem)
{
  char   draft[NAME_MAX + 1];
  size_t size;
  char  *data = opt_runner_spec_format (spec, &size, problem);
  int    fd;
  int    wrong;

  if (data == NULL)
    return EINVAL;
  fd = opt_runner_folder_draft (folder, OPT_RUNNER_FILE_SPEC, draft);
  wrong = fd >= 0 ? opt_runner_folder_fill (fd, data, size) : errno;
  free (data);
  if (fd < 0)
    return wrong;
  close (fd);
  if (wrong == 0 && renameat (folder, draft, folder, OPT_RUNNER_FILE_SPEC) != 0)
    wrong = errno;
  if (wrong != 0)
    {
      unlinkat (folder, draft, 0);
      return wrong;
    }
  if (opt_runner_folder_fifo (folder, OPT_RUNNER_FILE_ALIVE, -1) != 0 ||
      opt_runner_folder_fifo (folder, OPT_RUNNER_FILE_CONTROL, -1) != 0 ||
      fsync (folder) != 0)
    return errno;
  return 0;
}

int
opt_runner_file_read (int         folder,
                      const char *name,
                      size_t      max,
                      char      **data,
                      size_t     *size)
{
  char  *buffer;
  size_t used = 0;
  int    wrong = 0;
  int    fd = openat (folder, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0)
    return errno;
  buffer = malloc (max + 2);
  if (buffer == NULL)
    wrong = ENOMEM;
  while (wrong == 0 && used <= max)
    {
      ssize_t n = read (fd, buffer + used, max + 1 - used);

      if (n < 0 && errno != EINTR)
        wrong = errno;
      if (n == 0)
        break;
      used += n > 0 ? (size_t)n : 0;
    }
  close (fd);
  if (wrong == 0 && used > max)
    wrong = EFBIG;
  if (wrong != 0)
    {
      free (buffer);
      return wrong;
    }
  buffer[used] = '\0';
  *data = buffer;
  *size = used;
  return 0;
}

/* Reads the pokes away and says whether anyone has @alive open for writing. */
static bool
has_writer (int alive)
{
  char    pokes[256];
  ssize_t n;

  do
    n = read (alive, pokes, sizeof pokes);
  while (n > 0 || (n < 0 && errno == EINTR));
  return n < 0;
}

/* The lock and the writing end do not go in the same instant when a runner is killed: as long as
 * there is a writer HUP will tell, without one the lock is about to go. */
static bool
is_held (int claim,
         int alive)
{
  const struct timespec pause = { 0, ENDING_PAUSE_NS };

  for (int i = 0; i < ENDING_TRIES; i++)
    {
      if (flock (claim, LOCK_SH | LOCK_NB) == 0)
        return false;
      if (alive < 0 || has_writer (alive))
        return true;
      nanosleep (&pause, NULL);
    }
  return true;
}

int
opt_runner_folder_probe (int             folder,
                         int             alive,
                         OptRunnerState *state)
{
  bool held;
  int  claim;

  if (faccessat (folder, OPT_RUNNER_FILE_EXIT, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    {
      *state = OPT_RUNNER_STATE_ENDED;
      return 0;
    }
  claim = openat (folder, OPT_RUNNER_FILE_CLAIM, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (claim < 0 && errno != ENOENT)
    return errno;
  if (claim < 0)
    {
      *state = OPT_RUNNER_STATE_UNCLAIMED;
      return 0;
    }
  held = is_held (claim, alive);
  close (claim);
  if (held)
    *state = OPT_RUNNER_STATE_RUNNING;
  else if (faccessat (folder, OPT_RUNNER_FILE_EXIT, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    *state = OPT_RUNNER_STATE_ENDED;
  else
    *state = OPT_RUNNER_STATE_LOST;
  return 0;
}
