/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task.h"

#include <string.h>

#include "opt-id.h"
#include "opt-task-private.h"
#include "opt-text.h"

#define BAD_STEM                                                                               \
  "a task is called by its file's name, and this one can't be: rename the file to 1 to %d of " \
  "A-Z a-z 0-9 _ - and a suffix"

G_DEFINE_BOXED_TYPE (OptTask, opt_task, opt_task_ref, opt_task_unref)

static const char *const risk_words[] = { "none", "confirm", "code", "two-person" };
static const char *const output_words[] = { "chat", "file", "none" };
static const char *const notify_words[] = { "always", "failure", "never" };

/* The file's name without its folder and last suffix, always UTF-8. */
char *
opt_task_stem (const char *file)
{
  g_autofree char *base = g_path_get_basename (file);
  char            *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  return opt_text_make_valid (base, -1);
}

OptTask *
opt_task_new_blank (const char *file)
{
  OptTask *self = g_atomic_rc_box_new0 (OptTask);

  self->id = opt_task_stem (file);
  self->file = g_strdup (file);
  self->folder = g_path_get_dirname (file);
  self->concurrency = 1;
  self->notify = g_new0 (char *, 1);
  self->parameters = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_task_parameter_unref);
  self->problems = opt_task_problem_list_new ();
  if (!opt_name_is_valid (self->id))
    opt_task_take_problem (self, opt_task_problem_new (file, 0, NULL, BAD_STEM, OPT_NAME_MAX));
  return self;
}

void
opt_task_take_problem (OptTask        *self,
                       OptTaskProblem *problem)
{
  g_ptr_array_add (self->problems, problem);
}

/**
 * opt_task_ref:
 * @self: a task
 *
 * Takes a reference; any thread.
 *
 * Returns: (transfer full): @self
 */
OptTask *
opt_task_ref (OptTask *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
opt_task_clear (gpointer data)
{
  OptTask *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->description);
  g_free (self->icon);
  g_free (self->category);
  g_free (self->file);
  g_free (self->folder);
  g_strfreev (self->exec);
  g_free (self->sandbox);
  g_strfreev (self->notify);
  g_ptr_array_unref (self->parameters);
  g_ptr_array_unref (self->problems);
}

/**
 * opt_task_unref:
 * @self: a task
 *
 * Gives a reference back; any thread.
 */
void
opt_task_unref (OptTask *self)
{
  g_atomic_rc_box_release_full (self, opt_task_clear);
}

static gboolean
has_same_exec (OptTask *a,
               OptTask *b)
{
  if (a->exec == NULL || b->exec == NULL)
    return a->exec == b->exec;
  return g_strv_equal ((const char *const *)a->exec, (const char *const *)b->exec);
}

static gboolean
has_same_policy (OptTask *a,
                 OptTask *b)
{
  return a->timeout == b->timeout && a->retries == b->retries && a->idempotent == b->idempotent &&
         a->concurrency == b->concurrency && a->risk == b->risk &&
         g_strcmp0 (a->sandbox, b->sandbox) == 0 && a->output == b->output &&
         g_strv_equal ((const char *const *)a->notify, (const char *const *)b->notify) &&
         a->notify_on == b->notify_on;
}

/**
 * opt_task_equal:
 * @a: a task
 * @b: a task
 *
 * Compares two tasks. Only what they say counts, not where in a file it stands.
 *
 * Returns: whether they say the same
 */
gboolean
opt_task_equal (OptTask *a,
                OptTask *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->parameters->len != b->parameters->len)
    return FALSE;
  for (guint i = 0; i < a->parameters->len; i++)
    if (!opt_task_parameter_equal (a->parameters->pdata[i], b->parameters->pdata[i]))
      return FALSE;
  return g_str_equal (a->id, b->id) && g_strcmp0 (a->name, b->name) == 0 &&
         g_strcmp0 (a->description, b->description) == 0 && g_strcmp0 (a->icon, b->icon) == 0 &&
         g_strcmp0 (a->category, b->category) == 0 && g_str_equal (a->file, b->file) &&
         has_same_exec (a, b) && has_same_policy (a, b) &&
         opt_task_problem_list_equal (a->problems, b->problems);
}

/**
 * opt_task_get_id:
 * @self: a task
 *
 * Gets what the task is called by: its file's stem, as it is spelt there. It is a valid name
 * unless the task has a problem that says so.
 *
 * Returns: (transfer none): the id
 */
const char *
opt_task_get_id (OptTask *self)
{
  return self->id;
}

/**
 * opt_task_get_name:
 * @self: a task
 *
 * Gets the task's title; the id when the manifest has none.
 *
 * Returns: (transfer none): the title
 */
const char *
opt_task_get_name (OptTask *self)
{
  return self->name != NULL ? self->name : self->id;
}

/**
 * opt_task_get_description:
 * @self: a task
 *
 * Gets what the task is for.
 *
 * Returns: (transfer none) (nullable): a sentence or two
 */
const char *
opt_task_get_description (OptTask *self)
{
  return self->description;
}

/**
 * opt_task_get_icon:
 * @self: a task
 *
 * Gets the icon, by its name in the icon theme.
 *
 * Returns: (transfer none) (nullable): such as `drive-harddisk`
 */
const char *
opt_task_get_icon (OptTask *self)
{
  return self->icon;
}

/**
 * opt_task_get_category:
 * @self: a task
 *
 * Gets under what the task is listed.
 *
 * Returns: (transfer none) (nullable): the category
 */
const char *
opt_task_get_category (OptTask *self)
{
  return self->category;
}

/**
 * opt_task_get_file:
 * @self: a task
 *
 * Gets the file that defines the task: its manifest, or the program itself.
 *
 * Returns: (transfer none): a path
 */
const char *
opt_task_get_file (OptTask *self)
{
  return self->file;
}

/**
 * opt_task_get_folder:
 * @self: a task
 *
 * Gets the folder of the file, in which the task runs.
 *
 * Returns: (transfer none): a path
 */
const char *
opt_task_get_folder (OptTask *self)
{
  return self->folder;
}

/**
 * opt_task_get_timeout:
 * @self: a task
 *
 * Gets how long the task may run.
 *
 * Returns: microseconds, or 0 for as long as it likes
 */
gint64
opt_task_get_timeout (OptTask *self)
{
  return self->timeout;
}

/**
 * opt_task_get_retries:
 * @self: a task
 *
 * Gets how often a failed run is repeated.
 *
 * Returns: 0 to 10
 */
guint
opt_task_get_retries (OptTask *self)
{
  return self->retries;
}

/**
 * opt_task_get_idempotent:
 * @self: a task
 *
 * Tells whether running it twice does no harm, so that a lost job may be run again unasked.
 *
 * Returns: whether it does none
 */
gboolean
opt_task_get_idempotent (OptTask *self)
{
  return self->idempotent;
}

/**
 * opt_task_get_concurrency:
 * @self: a task
 *
 * Gets how many jobs of the task may run at a time.
 *
 * Returns: 1 to 64
 */
guint
opt_task_get_concurrency (OptTask *self)
{
  return self->concurrency;
}

/**
 * opt_task_get_risk:
 * @self: a task
 *
 * Gets how carefully a request from elsewhere is to be treated.
 *
 * Returns: the risk
 */
OptTaskRisk
opt_task_get_risk (OptTask *self)
{
  return self->risk;
}

/**
 * opt_task_get_sandbox:
 * @self: a task
 *
 * Gets the sandbox profile that the manifest asks for.
 *
 * Returns: (transfer none) (nullable): its name, or NULL for none
 */
const char *
opt_task_get_sandbox (OptTask *self)
{
  return self->sandbox;
}

/**
 * opt_task_get_output:
 * @self: a task
 *
 * Gets where a job's output is shown to who asked for it.
 *
 * Returns: in the chat, as a file, or not at all
 */
OptTaskOutput
opt_task_get_output (OptTask *self)
{
  return self->output;
}

/**
 * opt_task_get_notify:
 * @self: a task
 *
 * Gets the channels that are told of the end of its jobs.
 *
 * Returns: (transfer none): their names, maybe none; never NULL
 */
const char *const *
opt_task_get_notify (OptTask *self)
{
  return (const char *const *)self->notify;
}

/**
 * opt_task_get_notify_on:
 * @self: a task
 *
 * Gets which ends are told.
 *
 * Returns: when to notify
 */
OptTaskNotify
opt_task_get_notify_on (OptTask *self)
{
  return self->notify_on;
}

/**
 * opt_task_get_parameters:
 * @self: a task
 *
 * Gets what the task can be given, in the manifest's order.
 *
 * Returns: (transfer none) (element-type OptTaskParameter): never NULL
 */
GPtrArray *
opt_task_get_parameters (OptTask *self)
{
  return self->parameters;
}

/**
 * opt_task_find_parameter:
 * @self: a task
 * @name: a name, in any case
 *
 * Finds a parameter.
 *
 * Returns: (transfer none) (nullable): the parameter
 */
const OptTaskParameter *
opt_task_find_parameter (OptTask    *self,
                         const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const OptTaskParameter *parameter = g_ptr_array_index (self->parameters, i);

      if (g_ascii_strcasecmp (parameter->name, name) == 0)
        return parameter;
    }
  return NULL;
}

/**
 * opt_task_get_problems:
 * @self: a task
 *
 * Gets why the task can't be run.
 *
 * Returns: (transfer none) (element-type OptTaskProblem): empty when it can; never NULL
 */
GPtrArray *
opt_task_get_problems (OptTask *self)
{
  return self->problems;
}

/**
 * opt_task_risk_to_string:
 * @risk: a risk
 *
 * Gets the manifest's word for a risk.
 *
 * Returns: (transfer none): such as `two-person`
 */
const char *
opt_task_risk_to_string (OptTaskRisk risk)
{
  g_return_val_if_fail (risk < G_N_ELEMENTS (risk_words), NULL);

  return risk_words[risk];
}

/**
 * opt_task_output_to_string:
 * @output: where output goes
 *
 * Gets the manifest's word for it.
 *
 * Returns: (transfer none): such as `chat`
 */
const char *
opt_task_output_to_string (OptTaskOutput output)
{
  g_return_val_if_fail (output < G_N_ELEMENTS (output_words), NULL);

  return output_words[output];
}

/**
 * opt_task_notify_to_string:
 * @notify: when to notify
 *
 * Gets the manifest's word for it.
 *
 * Returns: (transfer none): such as `failure`
 */
const char *
opt_task_notify_to_string (OptTaskNotify notify)
{
  g_return_val_if_fail (notify < G_N_ELEMENTS (notify_words), NULL);

  return notify_words[notify];
}
