/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_TASK_ERROR (opt_task_error_quark ())
GQuark opt_task_error_quark (void);

/**
 * OptTaskError:
 * @OPT_TASK_ERROR_USAGE: the call is not `TASK[.ROBOT] NAME=VALUE…`
 * @OPT_TASK_ERROR_UNKNOWN_TASK: no task of that id, or no id at all
 * @OPT_TASK_ERROR_UNKNOWN_ROBOT: what stands after the dot can't be a robot
 * @OPT_TASK_ERROR_UNKNOWN_PARAMETER: the task has no parameter of that name
 * @OPT_TASK_ERROR_MISSING_PARAMETER: a required parameter was not given
 * @OPT_TASK_ERROR_ILL_TYPED: a value is not what its parameter allows
 * @OPT_TASK_ERROR_PROBLEMS: the definition has errors, so the task can't be run
 * @OPT_TASK_ERROR_REFUSED: policy does not let this requester run it
 * @OPT_TASK_ERROR_NOT_EXECUTABLE: the program is not there, or not executable
 * @OPT_TASK_ERROR_UNSAFE: somebody else could have changed the file
 */
typedef enum {
  OPT_TASK_ERROR_USAGE,
  OPT_TASK_ERROR_UNKNOWN_TASK,
  OPT_TASK_ERROR_UNKNOWN_ROBOT,
  OPT_TASK_ERROR_UNKNOWN_PARAMETER,
  OPT_TASK_ERROR_MISSING_PARAMETER,
  OPT_TASK_ERROR_ILL_TYPED,
  OPT_TASK_ERROR_PROBLEMS,
  OPT_TASK_ERROR_REFUSED,
  OPT_TASK_ERROR_NOT_EXECUTABLE,
  OPT_TASK_ERROR_UNSAFE,
} OptTaskError;

const char *opt_task_error_get_where (const GError *error);

G_END_DECLS
