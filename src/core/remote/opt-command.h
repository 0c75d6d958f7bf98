/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-dialog.h"

G_BEGIN_DECLS

/**
 * OptCommand:
 * @name: without the slash
 * @usage: what may follow it
 * @summary: for the menu and the help
 * @acts: it does something, and so isn't obeyed when it comes late
 * @run: obeys it; the update's arguments are what follows
 *
 * One command of the remote bot.
 */
typedef struct
{
  const char *name;
  const char *usage;
  const char *summary;
  gboolean    acts;
  gboolean (*run) (OptTurn *turn,
                   GError **error);
} OptCommand;

/* In the order of the menu; the end has no name. */
extern const OptCommand *const opt_commands[];

const OptCommand *opt_command_find (const char *name);

extern const OptCommand opt_command_start;
extern const OptCommand opt_command_help;
extern const OptCommand opt_command_list;
extern const OptCommand opt_command_task;
extern const OptCommand opt_command_run;
extern const OptCommand opt_command_status;
extern const OptCommand opt_command_cancel;
extern const OptCommand opt_command_log;

/* What answers to questions of these commands mean. */
gboolean opt_command_list_answer (OptTurn         *turn,
                                  const OptDialog *dialog,
                                  const char      *answer,
                                  GError         **error);

G_END_DECLS
