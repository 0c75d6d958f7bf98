/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* A task that says when it was started: writes the monotonic time, in nanoseconds, to the FIFO that
 * it is given. */
int
main (int    argc,
      char **argv)
{
  struct timespec now;
  char            text[32];
  int             length;
  int             fd;

  clock_gettime (CLOCK_MONOTONIC, &now);
  fd = argc > 1 ? open (argv[1], O_WRONLY) : -1;
  length = snprintf (text, sizeof text, "%lld",
                     (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
  return fd >= 0 && write (fd, text, (size_t)length) == length ? 0 : 1;
}
