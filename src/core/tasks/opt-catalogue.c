/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-catalogue.h"

#include "opt-id.h"
#include "opt-name-guess.h"
#include "opt-task-error-private.h"
#include "opt-text.h"

struct _OptCatalogue
{
  GPtrArray  *tasks;    /* (owned) (element-type OptTask) */
  GPtrArray  *problems; /* (owned) (element-type OptTaskProblem) */
  GHashTable *by_id;    /* (owned) (element-type utf8 OptTask): folded ids, the first of each */
};

G_DEFINE_BOXED_TYPE (OptCatalogue, opt_catalogue, opt_catalogue_ref, opt_catalogue_unref)

static int
compare_tasks (gconstpointer a,
               gconstpointer b)
{
  OptTask *const *left = a;
  OptTask *const *right = b;
  int             order = g_ascii_strcasecmp (opt_task_get_id (*left), opt_task_get_id (*right));

  return order != 0 ? order : g_strcmp0 (opt_task_get_file (*left), opt_task_get_file (*right));
}

/**
 * opt_catalogue_new:
 * @tasks: (element-type OptTask): the tasks, in any order
 * @problems: (nullable) (element-type OptTaskProblem): of the folders themselves
 *
 * Makes a catalogue. Both arrays are copied.
 *
 * Returns: (transfer full): a new catalogue
 */
OptCatalogue *
opt_catalogue_new (GPtrArray *tasks,
                   GPtrArray *problems)
{
  OptCatalogue *self;

  g_return_val_if_fail (tasks != NULL, NULL);

  self = g_atomic_rc_box_new0 (OptCatalogue);
  self->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_task_unref);
  self->problems = opt_task_problem_list_new ();
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < tasks->len; i++)
    g_ptr_array_add (self->tasks, opt_task_ref (g_ptr_array_index (tasks, i)));
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    g_ptr_array_add (self->problems, opt_task_problem_ref (g_ptr_array_index (problems, i)));
  g_ptr_array_sort (self->tasks, compare_tasks);
  for (guint i = 0; i < self->tasks->len; i++)
    {
      OptTask         *task = g_ptr_array_index (self->tasks, i);
      g_autofree char *folded = opt_name_fold (opt_task_get_id (task));

      if (!g_hash_table_contains (self->by_id, folded))
        g_hash_table_insert (self->by_id, g_steal_pointer (&folded), task);
    }
  return self;
}

/**
 * opt_catalogue_ref:
 * @self: a catalogue
 *
 * Takes a reference; any thread.
 *
 * Returns: (transfer full): @self
 */
OptCatalogue *
opt_catalogue_ref (OptCatalogue *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
opt_catalogue_clear (gpointer data)
{
  OptCatalogue *self = data;

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->tasks);
  g_ptr_array_unref (self->problems);
}

/**
 * opt_catalogue_unref:
 * @self: a catalogue
 *
 * Gives a reference back; any thread.
 */
void
opt_catalogue_unref (OptCatalogue *self)
{
  g_atomic_rc_box_release_full (self, opt_catalogue_clear);
}

/**
 * opt_catalogue_equal:
 * @a: a catalogue
 * @b: a catalogue
 *
 * Tells whether two catalogues say the same.
 *
 * Returns: whether they do
 */
gboolean
opt_catalogue_equal (OptCatalogue *a,
                     OptCatalogue *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->tasks->len != b->tasks->len)
    return FALSE;
  for (guint i = 0; i < a->tasks->len; i++)
    if (!opt_task_equal (a->tasks->pdata[i], b->tasks->pdata[i]))
      return FALSE;
  return opt_task_problem_list_equal (a->problems, b->problems);
}

/**
 * opt_catalogue_get_tasks:
 * @self: a catalogue
 *
 * Gets all tasks, those with problems too, sorted by id.
 *
 * Returns: (transfer none) (element-type OptTask): the tasks
 */
GPtrArray *
opt_catalogue_get_tasks (OptCatalogue *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->tasks;
}

/**
 * opt_catalogue_get_problems:
 * @self: a catalogue
 *
 * Gets what is wrong with the folders themselves: one that can't be read, one with too many
 * files.
 *
 * Returns: (transfer none) (element-type OptTaskProblem): maybe empty
 */
GPtrArray *
opt_catalogue_get_problems (OptCatalogue *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->problems;
}

/**
 * opt_catalogue_find:
 * @self: a catalogue
 * @id: a task's id, in any case
 *
 * Finds a task. It may have problems.
 *
 * Returns: (transfer none) (nullable): the task
 */
OptTask *
opt_catalogue_find (OptCatalogue *self,
                    const char   *id)
{
  g_autofree char *folded = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  folded = opt_name_fold (id);
  return g_hash_table_lookup (self->by_id, folded);
}

/**
 * opt_catalogue_lookup:
 * @self: a catalogue
 * @id: a task's id, in any case
 * @error: return location
 *
 * Finds a task, or says that there is none and which one may be meant.
 *
 * Returns: (transfer none) (nullable): the task; NULL with %OPT_TASK_ERROR_UNKNOWN_TASK
 */
OptTask *
opt_catalogue_lookup (OptCatalogue *self,
                      const char   *id,
                      GError      **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *shown = NULL;
  const char      *guess;
  OptTask         *task;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  task = opt_catalogue_find (self, id);
  if (task != NULL)
    return task;
  names = g_ptr_array_new ();
  for (guint i = 0; i < self->tasks->len; i++)
    g_ptr_array_add (names, (gpointer)opt_task_get_id (g_ptr_array_index (self->tasks, i)));
  valid = opt_text_make_valid (id, -1);
  shown = opt_text_shorten (valid, OPT_NAME_MAX);
  guess = opt_name_guess (valid, names);
  opt_task_error_set (error, OPT_TASK_ERROR_UNKNOWN_TASK, shown, "there is no task %s%s%s%s", shown,
                      guess != NULL ? "; did you mean " : "", guess != NULL ? guess : "",
                      guess != NULL ? "?" : "");
  return NULL;
}
