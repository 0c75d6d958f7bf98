/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"

static gboolean
run_start (OptTurn *turn,
           GError **error)
{
  opt_turn_say_format (turn,
                       "Hello! This is robot %s. I run its tasks and tell you how they went.\n"
                       "/run picks a task, /list shows the jobs, /help says the rest.",
                       turn->config->robot_id);
  return TRUE;
}

const OptCommand opt_command_start = {
  .name = "start",
  .summary = "say hello",
  .run = run_start,
};
