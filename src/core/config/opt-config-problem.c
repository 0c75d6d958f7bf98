/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-problem.h"

#include "opt-redact.h"

G_DEFINE_BOXED_TYPE (OptConfigProblem,
                     opt_config_problem,
                     opt_config_problem_ref,
                     opt_config_problem_unref)

static void
opt_config_problem_clear (gpointer data)
{
  OptConfigProblem *self = data;

  g_free (self->key);
  g_free (self->message);
}

/**
 * opt_config_problem_new:
 * @line: from 1, or 0 for the file as a whole
 * @column: from 1, or 0 for the line as a whole
 * @key: (nullable): which key it is about
 * @message: what is wrong and what is allowed
 *
 * Makes a problem. Bot tokens are taken out of what it says.
 *
 * Returns: (transfer full): the problem
 */
OptConfigProblem *
opt_config_problem_new (guint       line,
                        guint       column,
                        const char *key,
                        const char *message)
{
  OptConfigProblem *self = g_atomic_rc_box_new0 (OptConfigProblem);

  g_assert (message != NULL);

  self->line = line;
  self->column = column;
  self->key = opt_redact (key);
  self->message = opt_redact (message);
  return self;
}

/**
 * opt_config_problem_ref:
 * @self: a problem
 *
 * Takes a reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
OptConfigProblem *
opt_config_problem_ref (OptConfigProblem *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_config_problem_unref:
 * @self: (transfer full): a problem
 *
 * Drops a reference; any thread may.
 */
void
opt_config_problem_unref (OptConfigProblem *self)
{
  g_atomic_rc_box_release_full (self, opt_config_problem_clear);
}

/**
 * opt_config_problem_equal:
 * @a: a problem
 * @b: a problem
 *
 * Compares two problems.
 *
 * Returns: whether they say the same of the same place
 */
gboolean
opt_config_problem_equal (const OptConfigProblem *a,
                          const OptConfigProblem *b)
{
  return a->line == b->line && a->column == b->column && g_strcmp0 (a->key, b->key) == 0 &&
         g_strcmp0 (a->message, b->message) == 0;
}

/**
 * opt_config_problem_list_new:
 *
 * Makes an empty list of problems.
 *
 * Returns: (transfer full) (element-type OptConfigProblem): the list, which owns a reference on
 *   each of its problems
 */
GPtrArray *
opt_config_problem_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)opt_config_problem_unref);
}

/**
 * opt_config_problem_list_equal:
 * @a: (element-type OptConfigProblem): a list
 * @b: (element-type OptConfigProblem): a list
 *
 * Compares two lists of problems, order included.
 *
 * Returns: whether they say the same
 */
gboolean
opt_config_problem_list_equal (GPtrArray *a,
                               GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!opt_config_problem_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}
