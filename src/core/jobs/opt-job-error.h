/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_JOB_ERROR (opt_job_error_quark ())
GQuark opt_job_error_quark (void);

/**
 * OptJobError:
 * @OPT_JOB_ERROR_UNKNOWN: no job of that number or id
 * @OPT_JOB_ERROR_STATE: the job is in a state in which this can't be done
 * @OPT_JOB_ERROR_USAGE: the order is wrong: unknown, missing or ill-typed parameters
 * @OPT_JOB_ERROR_UNKNOWN_TASK: no such task
 * @OPT_JOB_ERROR_REFUSED: policy does not allow it, or the definition has problems
 * @OPT_JOB_ERROR_IO: the job's folder, log or runner can't be used
 */
typedef enum {
  OPT_JOB_ERROR_UNKNOWN,
  OPT_JOB_ERROR_STATE,
  OPT_JOB_ERROR_USAGE,
  OPT_JOB_ERROR_UNKNOWN_TASK,
  OPT_JOB_ERROR_REFUSED,
  OPT_JOB_ERROR_IO,
} OptJobError;

G_END_DECLS
