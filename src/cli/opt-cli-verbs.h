/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-cli.h"

G_BEGIN_DECLS

/* One function a verb, each noun in a file of its own. */
OptExit opt_cli_status (OptCli *self, char **arguments);
OptExit opt_cli_doctor (OptCli *self, char **arguments);
OptExit opt_cli_config_get (OptCli *self, char **arguments);
OptExit opt_cli_config_set (OptCli *self, char **arguments);
OptExit opt_cli_config_check (OptCli *self, char **arguments);
OptExit opt_cli_config_path (OptCli *self, char **arguments);
OptExit opt_cli_secret_set (OptCli *self, char **arguments);
OptExit opt_cli_secret_clear (OptCli *self, char **arguments);
OptExit opt_cli_send (OptCli *self, char **arguments);
OptExit opt_cli_telegram (OptCli *self, char **arguments);
OptExit opt_cli_outbox_list (OptCli *self, char **arguments);
OptExit opt_cli_outbox_show (OptCli *self, char **arguments);
OptExit opt_cli_outbox_retry (OptCli *self, char **arguments);
OptExit opt_cli_outbox_drop (OptCli *self, char **arguments);
OptExit opt_cli_bot_add (OptCli *self, char **arguments);
OptExit opt_cli_bot_list (OptCli *self, char **arguments);
OptExit opt_cli_bot_show (OptCli *self, char **arguments);
OptExit opt_cli_bot_remove (OptCli *self, char **arguments);
OptExit opt_cli_bot_validate (OptCli *self, char **arguments);
OptExit opt_cli_task_list (OptCli *self, char **arguments);
OptExit opt_cli_task_show (OptCli *self, char **arguments);
OptExit opt_cli_task_explain (OptCli *self, char **arguments);
OptExit opt_cli_task_run (OptCli *self, char **arguments);
OptExit opt_cli_job_list (OptCli *self, char **arguments);
OptExit opt_cli_job_show (OptCli *self, char **arguments);
OptExit opt_cli_job_log (OptCli *self, char **arguments);
OptExit opt_cli_job_cancel (OptCli *self, char **arguments);
OptExit opt_cli_job_run (OptCli *self, char **arguments);
OptExit opt_cli_user_list (OptCli *self, char **arguments);
OptExit opt_cli_user_add (OptCli *self, char **arguments);
OptExit opt_cli_user_remove (OptCli *self, char **arguments);
OptExit opt_cli_progress (OptCli *self, char **arguments);

G_END_DECLS
