/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-verbs.h"

const OptCliVerb opt_cli_verbs[] = {
  { "status", NULL, opt_cli_status, "", "How the agent is: bots, outbox, jobs, configuration" },
  { "doctor", NULL, opt_cli_doctor, "", "Check everything that can keep the agent from working" },
  { "config", "get", opt_cli_config_get, "KEY",
    "Print the value in force, such as `config get remote.robot_id`" },
  { "config", "set", opt_cli_config_set, "KEY VALUE", "Write a value into the configuration file" },
  { "config", "check", opt_cli_config_check, "", "List what is wrong in the configuration file" },
  { "config", "path", opt_cli_config_path, "", "Print where the configuration file is" },
  { "secret", "set", opt_cli_secret_set, "BOT",
    "Store a bot token, read from a prompt or standard input" },
  { "secret", "clear", opt_cli_secret_clear, "BOT", "Forget a stored bot token" },
  { "send", NULL, opt_cli_send, "[OPTION…] TEXT|-", "Send a message" },
  { "telegram", NULL, opt_cli_telegram, "'[telegram:] ID , MESSAGE'",
    "Send as the keyword does: the first ` , ` separates, `\\n` is a line end" },
  { "outbox", "list", opt_cli_outbox_list, "", "List what was sent and what waits, newest first" },
  { "outbox", "show", opt_cli_outbox_show, "ROW", "Show one row" },
  { "outbox", "retry", opt_cli_outbox_retry, "ROW", "Send a dead row again" },
  { "outbox", "drop", opt_cli_outbox_drop, "ROW", "Give a row up that was not sent" },
  { "bot", "add", opt_cli_bot_add, "NAME [OPTION…]",
    "Add a bot; its token is read from a prompt or standard input" },
  { "bot", "list", opt_cli_bot_list, "", "List the bots" },
  { "bot", "show", opt_cli_bot_show, "NAME", "Show one bot" },
  { "bot", "remove", opt_cli_bot_remove, "NAME", "Forget a bot and its token" },
  { "bot", "validate", opt_cli_bot_validate, "NAME|-",
    "Ask Telegram whether a token is good; - reads one" },
  { "task", "list", opt_cli_task_list, "", "List what can be run" },
  { "task", "show", opt_cli_task_show, "TASK", "Show a task and its parameters" },
  { "task", "explain", opt_cli_task_explain, "TASK[.ROBOT] [K=V]…",
    "Tell what a run would do, without doing it" },
  { "task", "run", opt_cli_task_run, "TASK[.ROBOT] [K=V]… [--wait[=S]]", "Run a task" },
  { "job", "list", opt_cli_job_list, "", "List jobs, newest first" },
  { "job", "show", opt_cli_job_show, "JOB", "Show one job" },
  { "job", "log", opt_cli_job_log, "[-f] JOB", "Print a job's output, with -f until it ends" },
  { "job", "cancel", opt_cli_job_cancel, "JOB", "Stop a job, or drop one that waits" },
  { "job", "run", opt_cli_job_run, "JOB", "Start a job that was held back" },
  { "user", "list", opt_cli_user_list, "", "List who is served and who knocked" },
  { "user", "add", opt_cli_user_add, "ID|@NAME", "Serve a Telegram user" },
  { "user", "remove", opt_cli_user_remove, "ID|@NAME", "Serve a Telegram user no longer" },
  { "progress", NULL, opt_cli_progress, "PERCENT [TEXT]", "Called by a task: tell how far it is" },
  { NULL, NULL, NULL, NULL, NULL }
};
