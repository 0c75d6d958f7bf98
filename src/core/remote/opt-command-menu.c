/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command-menu.h"

#include "opt-command.h"
#include "opt-json-writer.h"

char *
opt_command_menu_to_json (void)
{
  g_auto (OptJsonWriter) writer = { 0 };

  opt_json_writer_init (&writer);
  opt_json_writer_open_array (&writer, NULL);
  for (guint i = 0; opt_commands[i] != NULL; i++)
    {
      /* Clients have a button for it themselves. */
      if (opt_commands[i] == &opt_command_start)
        continue;
      opt_json_writer_open_object (&writer, NULL);
      opt_json_writer_add_string (&writer, "command", opt_commands[i]->name);
      opt_json_writer_add_string (&writer, "description", opt_commands[i]->summary);
      opt_json_writer_close_object (&writer);
    }
  opt_json_writer_close_array (&writer);
  return opt_json_writer_end (&writer);
}
