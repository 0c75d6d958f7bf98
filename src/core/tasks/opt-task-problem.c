/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-problem.h"

/**
 * opt_task_problem_new:
 * @file: the path it is about
 * @line: from 1, or 0 for the file as a whole
 * @key: (nullable): the key it is about
 * @format: printf format of a full phrase, lower case start, no trailing stop
 * @...: its arguments
 *
 * Makes a problem.
 *
 * Returns: (transfer full): a new problem
 */
OptTaskProblem *
opt_task_problem_new (const char *file,
                      guint       line,
                      const char *key,
                      const char *format,
                      ...)
{
  OptTaskProblem *self;
  va_list         args;

  g_return_val_if_fail (file != NULL, NULL);

  self = g_atomic_rc_box_new0 (OptTaskProblem);
  self->file = g_strdup (file);
  self->line = line;
  self->key = g_strdup (key);
  va_start (args, format);
  self->message = g_strdup_vprintf (format, args);
  va_end (args);
  return self;
}

/**
 * opt_task_problem_ref:
 * @self: a problem
 *
 * Takes a reference; any thread.
 *
 * Returns: (transfer full): @self
 */
OptTaskProblem *
opt_task_problem_ref (OptTaskProblem *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
opt_task_problem_clear (gpointer data)
{
  OptTaskProblem *self = data;

  g_free (self->file);
  g_free (self->key);
  g_free (self->message);
}

/**
 * opt_task_problem_unref:
 * @self: a problem
 *
 * Gives a reference back; any thread.
 */
void
opt_task_problem_unref (OptTaskProblem *self)
{
  g_atomic_rc_box_release_full (self, opt_task_problem_clear);
}

/**
 * opt_task_problem_to_text:
 * @self: a problem
 *
 * Writes a problem as one line for people: `FILE line 3, key Exec: message`.
 *
 * Returns: (transfer full): the line
 */
char *
opt_task_problem_to_text (const OptTaskProblem *self)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (self->file);
  if (self->line > 0)
    g_string_append_printf (text, " line %u", self->line);
  if (self->key != NULL)
    g_string_append_printf (text, ", key %s", self->key);
  g_string_append_printf (text, ": %s", self->message);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * opt_task_problem_list_new:
 *
 * Makes an empty list of problems.
 *
 * Returns: (transfer full) (element-type OptTaskProblem): an array that owns what is in it
 */
GPtrArray *
opt_task_problem_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)opt_task_problem_unref);
}

static gboolean
is_equal (const OptTaskProblem *a,
          const OptTaskProblem *b)
{
  return g_str_equal (a->file, b->file) && a->line == b->line && g_strcmp0 (a->key, b->key) == 0 &&
         g_str_equal (a->message, b->message);
}

/**
 * opt_task_problem_list_equal:
 * @a: (element-type OptTaskProblem): a list
 * @b: (element-type OptTaskProblem): a list
 *
 * Compares two lists of problems, order included.
 *
 * Returns: whether they say the same
 */
gboolean
opt_task_problem_list_equal (GPtrArray *a,
                             GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!is_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}
