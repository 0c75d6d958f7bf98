/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-task.h"

G_BEGIN_DECLS

/* Written while a task is put together, never once it was handed out. */
struct _OptTask
{
  char         *id;          /* (owned) */
  char         *name;        /* (owned) (nullable) */
  char         *description; /* (owned) (nullable) */
  char         *icon;        /* (owned) (nullable) */
  char         *category;    /* (owned) (nullable) */
  char         *file;        /* (owned) */
  char         *folder;      /* (owned) */
  char        **exec;        /* (owned) (nullable): split, with its placeholders */
  guint         exec_line;   /* 0 when there is no manifest: then @exec has no placeholders */
  gint64        timeout;
  guint         retries;
  gboolean      idempotent;
  guint         concurrency;
  OptTaskRisk   risk;
  char         *sandbox; /* (owned) (nullable) */
  OptTaskOutput output;
  char        **notify; /* (owned) */
  OptTaskNotify notify_on;
  GPtrArray    *parameters; /* (owned) (element-type OptTaskParameter) */
  GPtrArray    *problems;   /* (owned) (element-type OptTaskProblem) */
};

OptTask *opt_task_new_blank (const char *file);
void     opt_task_take_problem (OptTask *self, OptTaskProblem *problem);
char    *opt_task_stem (const char *file);

G_END_DECLS
