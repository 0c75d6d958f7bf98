/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"
#include "opt-json-writer.h"

/* The catalogue is known here, the rest when it is sent. */
static gboolean
run_status (OptTurn *turn,
            GError **error)
{
  g_auto (OptJsonWriter) args = { 0 };
  g_autofree char *text = NULL;

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  opt_json_writer_add_string (&args, "robot", turn->config->robot_id);
  if (turn->catalogue != NULL)
    opt_json_writer_add_int (&args, "tasks", opt_catalogue_get_tasks (turn->catalogue)->len);
  opt_json_writer_close_object (&args);
  text = opt_json_writer_end (&args);
  opt_turn_show (turn, "status", text);
  return TRUE;
}

const OptCommand opt_command_status = {
  .name = "status",
  .summary = "show how this robot is",
  .run = run_status,
};
