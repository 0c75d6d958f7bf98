/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"
#include "opt-task-order.h"

static gboolean
run_run (OptTurn *turn,
         GError **error)
{
  if (*turn->update->arguments != '\0')
    return opt_task_order_take_call (turn, turn->update->arguments, error);
  return opt_task_order_offer (turn, 0, turn->update->update_id, FALSE, error);
}

const OptCommand opt_command_run = {
  .name = "run",
  .summary = "pick a task and run it",
  .acts = TRUE,
  .run = run_run,
};
