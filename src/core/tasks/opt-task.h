/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "opt-task-error.h"
#include "opt-task-parameter.h"
#include "opt-task-problem.h"

G_BEGIN_DECLS

typedef enum {
  OPT_TASK_RISK_NONE,
  OPT_TASK_RISK_CONFIRM,
  OPT_TASK_RISK_CODE,
  OPT_TASK_RISK_TWO_PERSON,
} OptTaskRisk;

typedef enum {
  OPT_TASK_OUTPUT_CHAT,
  OPT_TASK_OUTPUT_FILE,
  OPT_TASK_OUTPUT_NONE,
} OptTaskOutput;

typedef enum {
  OPT_TASK_NOTIFY_ALWAYS,
  OPT_TASK_NOTIFY_FAILURE,
  OPT_TASK_NOTIFY_NEVER,
} OptTaskNotify;

/**
 * OptTask:
 *
 * A definition in the catalogue that can be run: what to execute, with which parameters, under
 * which policy. It knows nothing of jobs, people or chats. Immutable and atomically refcounted: it
 * may be read on any thread.
 */
typedef struct _OptTask OptTask;

#define OPT_TYPE_TASK (opt_task_get_type ())
GType    opt_task_get_type (void);
OptTask *opt_task_ref (OptTask *self);
void     opt_task_unref (OptTask *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptTask, opt_task_unref)

/* Never fails: what is wrong is in opt_task_get_problems(). Reads no file. */
OptTask *opt_task_new_from_manifest (const char *file,
                                     const char *text,
                                     gssize      length);
gboolean opt_task_equal (OptTask *a,
                         OptTask *b);

const char *opt_task_get_id (OptTask *self);
const char *opt_task_get_name (OptTask *self);
const char *opt_task_get_description (OptTask *self);
const char *opt_task_get_icon (OptTask *self);
const char *opt_task_get_category (OptTask *self);
const char *opt_task_get_file (OptTask *self);
const char *opt_task_get_folder (OptTask *self);
/* Microseconds; 0 is none. */
gint64      opt_task_get_timeout (OptTask *self);
guint       opt_task_get_retries (OptTask *self);
gboolean    opt_task_get_idempotent (OptTask *self);
guint       opt_task_get_concurrency (OptTask *self);
OptTaskRisk opt_task_get_risk (OptTask *self);
/* NULL when none is asked for. */
const char   *opt_task_get_sandbox (OptTask *self);
OptTaskOutput opt_task_get_output (OptTask *self);
/* Never NULL, maybe empty. */
const char *const *opt_task_get_notify (OptTask *self);
OptTaskNotify      opt_task_get_notify_on (OptTask *self);
/* (element-type OptTaskParameter), in the manifest's order; borrowed, never NULL. */
GPtrArray              *opt_task_get_parameters (OptTask *self);
const OptTaskParameter *opt_task_find_parameter (OptTask    *self,
                                                 const char *name);
/* (element-type OptTaskProblem); borrowed, never NULL. */
GPtrArray *opt_task_get_problems (OptTask *self);

const char *opt_task_risk_to_string (OptTaskRisk risk);
const char *opt_task_output_to_string (OptTaskOutput output);
const char *opt_task_notify_to_string (OptTaskNotify notify);

G_END_DECLS
