/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-job-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-runner-text.h"

/* More than a runner ever leaves lying about at one time. */
#define PIECES_MAX 64
/* A piece may go between being listed and being opened. */
#define LIST_TRIES 8

/* The pieces of a log by their offsets, in order. */
typedef struct
{
  uint64_t offsets[PIECES_MAX];
  size_t   n_offsets;
} Pieces;

static bool
piece_offset (const char *name,
              uint64_t   *offset)
{
  size_t length = strlen (OPT_RUNNER_FILE_LOG);

  if (strncmp (name, OPT_RUNNER_FILE_LOG, length) != 0)
    return false;
  *offset = 0;
  if (name[length] == '\0')
    return true;
  return name[length] == '.' && opt_runner_text_to_uint (name + length + 1, INT64_MAX, offset);
}

static int
compare_offsets (const void *a,
                 const void *b)
{
  uint64_t x = *(const uint64_t *)a;
  uint64_t y = *(const uint64_t *)b;

  return (x > y) - (x < y);
}

static int
pieces_list (int     folder,
             Pieces *pieces)
{
  int            fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR           *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  int            wrong = errno;

  pieces->n_offsets = 0;
  if (dir == NULL)
    {
      if (fd >= 0)
        close (fd);
      return wrong;
    }
  while (pieces->n_offsets < PIECES_MAX && (entry = readdir (dir)) != NULL)
    if (piece_offset (entry->d_name, &pieces->offsets[pieces->n_offsets]))
      pieces->n_offsets++;
  closedir (dir);
  qsort (pieces->offsets, pieces->n_offsets, sizeof pieces->offsets[0], compare_offsets);
  return 0;
}

static int
piece_open (int      folder,
            uint64_t offset)
{
  char name[NAME_MAX + 1];

  if (offset == 0)
    snprintf (name, sizeof name, "%s", OPT_RUNNER_FILE_LOG);
  else
    snprintf (name, sizeof name, "%s.%" PRIu64, OPT_RUNNER_FILE_LOG, offset);
  return openat (folder, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
}

/* Reads what the pieces, once listed, have from @from on; ENOENT asks for a new list. */
static ssize_t
pieces_read (int           folder,
             const Pieces *pieces,
             uint64_t      from,
             void         *buffer,
             size_t        size,
             uint64_t     *at)
{
  for (size_t i = 0; i < pieces->n_offsets; i++)
    {
      uint64_t start = pieces->offsets[i];
      uint64_t skip = from > start ? from - start : 0;
      ssize_t  n;
      int      wrong;
      int      fd;

      if (i + 1 < pieces->n_offsets && pieces->offsets[i + 1] <= from)
        continue;
      fd = piece_open (folder, start);
      if (fd < 0)
        return -1;
      n = pread (fd, buffer, size, (off_t)skip);
      wrong = errno;
      close (fd);
      errno = wrong;
      if (n != 0)
        {
          *at = start + skip;
          return n;
        }
    }
  *at = from;
  return 0;
}

ssize_t
opt_runner_log_read (int       folder,
                     uint64_t  from,
                     void     *buffer,
                     size_t    size,
                     uint64_t *at)
{
  ssize_t n = -1;

  if (from > INT64_MAX || size == 0)
    {
      *at = from;
      return 0;
    }
  for (int i = 0; i < LIST_TRIES && n < 0; i++)
    {
      Pieces pieces;
      int    wrong = pieces_list (folder, &pieces);

      errno = wrong;
      if (wrong == 0)
        n = pieces_read (folder, &pieces, from, buffer, size, at);
      if (n < 0 && errno != ENOENT && errno != EINTR)
        break;
    }
  return n;
}

static int
pieces_measure (int           folder,
                const Pieces *pieces,
                uint64_t     *bytes,
                uint64_t     *kept)
{
  *bytes = 0;
  *kept = 0;
  for (size_t i = 0; i < pieces->n_offsets; i++)
    {
      struct stat info;
      int         fd = piece_open (folder, pieces->offsets[i]);
      int         wrong = fd < 0 || fstat (fd, &info) != 0 ? errno : 0;

      if (fd >= 0)
        close (fd);
      if (wrong != 0)
        return wrong;
      *kept += (uint64_t)info.st_size;
      *bytes = pieces->offsets[i] + (uint64_t)info.st_size;
    }
  return 0;
}

int
opt_runner_log_span (int       folder,
                     uint64_t *bytes,
                     uint64_t *cut)
{
  uint64_t kept = 0;
  int      wrong = ENOENT;

  for (int i = 0; i < LIST_TRIES && wrong == ENOENT; i++)
    {
      Pieces pieces;

      wrong = pieces_list (folder, &pieces);
      if (wrong == 0)
        wrong = pieces_measure (folder, &pieces, bytes, &kept);
    }
  if (wrong == 0)
    *cut = *bytes > kept ? *bytes - kept : 0;
  return wrong;
}
