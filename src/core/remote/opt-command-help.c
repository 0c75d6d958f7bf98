/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"

static gboolean
run_help (OptTurn *turn,
          GError **error)
{
  g_autoptr (GString) text = g_string_sized_new (1024);

  g_string_printf (text, "What robot %s understands:\n", turn->config->robot_id);
  for (guint i = 0; opt_commands[i] != NULL; i++)
    {
      const OptCommand *command = opt_commands[i];

      g_string_append_printf (text, "\n/%s%s%s – %s", command->name,
                              command->usage != NULL ? " " : "",
                              command->usage != NULL ? command->usage : "", command->summary);
    }
  g_string_append_printf (text,
                          "\n\nA task may name its robot and take values, for example:\n"
                          "/task report.%s days=7",
                          turn->config->robot_id);
  opt_turn_say (turn, text->str);
  return TRUE;
}

const OptCommand opt_command_help = {
  .name = "help",
  .summary = "show what I understand",
  .run = run_help,
};
