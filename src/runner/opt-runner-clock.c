/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-clock.h"

#include <time.h>

static int64_t
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
opt_runner_clock_wall (void)
{
  return read_clock (CLOCK_REALTIME);
}

int64_t
opt_runner_clock_mono (void)
{
  return read_clock (CLOCK_MONOTONIC);
}
