/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-clock: the runner's two clocks. Deadlines are monotonic, what people read is not. */

#pragma once

#include <stdint.h>

/** opt_runner_clock_wall: microseconds since 1970 UTC. */
int64_t opt_runner_clock_wall (void);

/** opt_runner_clock_mono: microseconds that stand still while the machine is suspended. */
int64_t opt_runner_clock_mono (void);
