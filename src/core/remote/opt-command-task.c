/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"
#include "opt-task-order.h"
#include "opt-task-run.h"

/* One of the robot's own tasks, since it is likely to be tapped and sent as it is. */
static char *
make_example (OptTurn *turn)
{
  GPtrArray *tasks = turn->catalogue == NULL ? NULL : opt_catalogue_get_tasks (turn->catalogue);

  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    {
      OptTask *task = g_ptr_array_index (tasks, i);

      if (opt_task_check_policy (task, "telegram", NULL))
        return g_strdup_printf ("%s.%s", opt_task_get_id (task), turn->config->robot_id);
    }
  return g_strdup_printf ("report.%s days=7", turn->config->robot_id);
}

static gboolean
run_task (OptTurn *turn,
          GError **error)
{
  g_autofree char *example = NULL;
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  if (*turn->update->arguments != '\0')
    return opt_task_order_take_call (turn, turn->update->arguments, error);
  example = make_example (turn);
  text = g_strdup_printf ("Enter the task to run, for example %s", example);
  markup = opt_markup_force_reply (example, TRUE);
  opt_turn_ask (turn, text, markup);
  return opt_dialog_open (turn, OPT_DIALOG_TASK, NULL, error);
}

const OptCommand opt_command_task = {
  .name = "task",
  .usage = "NAME.ROBOT VALUE=…",
  .summary = "run a task by its name",
  .acts = TRUE,
  .run = run_task,
};
