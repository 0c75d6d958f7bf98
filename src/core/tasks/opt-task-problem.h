/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * OptTaskProblem:
 * @file: the path of the file (or folder) it is about
 * @line: from 1; 0 when it is about the file as a whole
 * @key: (nullable): the key, such as `Exec`, when it is about one
 * @message: what is wrong and what to do
 *
 * Why a task can't be run, or a folder not be read. Immutable.
 */
typedef struct
{
  char *file; /* (owned) */
  guint line;
  char *key;     /* (owned) */
  char *message; /* (owned) */
} OptTaskProblem;

OptTaskProblem *opt_task_problem_new (const char *file,
                                      guint       line,
                                      const char *key,
                                      const char *format,
                                      ...) G_GNUC_PRINTF (4, 5);
OptTaskProblem *opt_task_problem_ref (OptTaskProblem *self);
void            opt_task_problem_unref (OptTaskProblem *self);
char           *opt_task_problem_to_text (const OptTaskProblem *self);

/* An empty array that owns its problems. */
GPtrArray *opt_task_problem_list_new (void);
gboolean   opt_task_problem_list_equal (GPtrArray *a,
                                        GPtrArray *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptTaskProblem, opt_task_problem_unref)

G_END_DECLS
