/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"

#include <string.h>

const OptCommand *const opt_commands[] = {
  &opt_command_run,
  &opt_command_task,
  &opt_command_list,
  &opt_command_status,
  &opt_command_cancel,
  &opt_command_log,
  &opt_command_help,
  &opt_command_start,
  NULL,
};

/**
 * opt_command_find:
 * @name: in lower case, without the slash
 *
 * Returns: (nullable): the command
 */
const OptCommand *
opt_command_find (const char *name)
{
  for (guint i = 0; opt_commands[i] != NULL; i++)
    if (strcmp (opt_commands[i]->name, name) == 0)
      return opt_commands[i];
  return NULL;
}
