/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-run.h"

#include <string.h>

#include "opt-exec.h"
#include "opt-file-trust.h"
#include "opt-name-guess.h"
#include "opt-task-error-private.h"
#include "opt-task-private.h"
#include "opt-task-program.h"
#include "opt-text.h"

/**
 * opt_task_check_runnable:
 * @self: a task
 * @error: return location
 *
 * Tells whether the definition is sound.
 *
 * Returns: FALSE with %OPT_TASK_ERROR_PROBLEMS, which names file, line and key of the first
 *   problem
 */
gboolean
opt_task_check_runnable (OptTask *self,
                         GError **error)
{
  const OptTaskProblem *problem;
  g_autofree char      *text = NULL;
  g_autofree char      *where = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->problems->len == 0)
    return TRUE;
  problem = g_ptr_array_index (self->problems, 0);
  text = opt_task_problem_to_text (problem);
  where = problem->line == 0 ? g_strdup (problem->file)
                             : g_strdup_printf ("%s:%u", problem->file, problem->line);
  opt_task_error_set (error, OPT_TASK_ERROR_PROBLEMS, where, "task %s can't be run: %s", self->id,
                      text);
  return FALSE;
}

/**
 * opt_task_check_policy:
 * @self: a task
 * @origin_kind: who asks: telegram, cli, launcher, schedule, bus or rest
 * @error: return location
 *
 * Tells whether the task's policy lets such a requester run it. Risk none is free to all. The
 * user in front of the machine, by cli or launcher, has confirmed by asking; nobody else can
 * confirm yet, and codes and second persons can't be asked for at all. Neither are there
 * sandboxes.
 *
 * Returns: FALSE with %OPT_TASK_ERROR_REFUSED
 */
gboolean
opt_task_check_policy (OptTask    *self,
                       const char *origin_kind,
                       GError    **error)
{
  const char *risk;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (origin_kind != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!opt_task_check_runnable (self, error))
    return FALSE;
  if (self->sandbox != NULL)
    {
      opt_task_error_set (error, OPT_TASK_ERROR_REFUSED, self->id,
                          "task %s wants to run in sandbox “%s”, and there are no sandboxes yet: "
                          "take Sandbox out of %s to run it without",
                          self->id, self->sandbox,
                          self->file);
      return FALSE;
    }
  if (self->risk == OPT_TASK_RISK_NONE)
    return TRUE;
  risk = opt_task_risk_to_string (self->risk);
  if (self->risk != OPT_TASK_RISK_CONFIRM)
    {
      opt_task_error_set (error, OPT_TASK_ERROR_REFUSED, self->id,
                          "task %s has risk %s, and this version can't ask for such an approval",
                          self->id, risk);
      return FALSE;
    }
  if (strcmp (origin_kind, "cli") == 0 || strcmp (origin_kind, "launcher") == 0)
    return TRUE;
  opt_task_error_set (error, OPT_TASK_ERROR_REFUSED, self->id,
                      "task %s has risk %s, so this version runs it only for the user in front of "
                      "the machine: optimusctl task run %s",
                      self->id, risk, self->id);
  return FALSE;
}

static gboolean
fail_unknown (OptTask    *self,
              const char *name,
              GError    **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *valid = opt_text_make_valid (name, -1);
  g_autofree char *shown = opt_text_shorten (valid, 40);
  const char      *guess;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const OptTaskParameter *parameter = g_ptr_array_index (self->parameters, i);

      g_ptr_array_add (names, parameter->name);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", parameter->name);
    }
  guess = opt_name_guess (name, names);
  if (names->len == 0)
    opt_task_error_set (error, OPT_TASK_ERROR_UNKNOWN_PARAMETER, shown,
                        "task %s takes no parameters, so no %s", self->id, shown);
  else if (guess != NULL)
    opt_task_error_set (error, OPT_TASK_ERROR_UNKNOWN_PARAMETER, shown,
                        "task %s has no parameter %s; did you mean %s?", self->id, shown, guess);
  else
    opt_task_error_set (error, OPT_TASK_ERROR_UNKNOWN_PARAMETER, shown,
                        "task %s has no parameter %s; it has %s", self->id, shown, text->str);
  return FALSE;
}

/* Brings the names into the manifest's spelling. */
static gboolean
take_given (OptTask    *self,
            GHashTable *given,
            GHashTable *values,
            GError    **error)
{
  GHashTableIter iter;
  gpointer       name;
  gpointer       value;

  g_hash_table_iter_init (&iter, given);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const OptTaskParameter *parameter = opt_task_find_parameter (self, name);

      if (parameter == NULL)
        return fail_unknown (self, name, error);
      if (!g_hash_table_insert (values, g_strdup (parameter->name), g_strdup (value)))
        {
          opt_task_error_set (error, OPT_TASK_ERROR_USAGE, parameter->name,
                              "parameter %s is given twice", parameter->name);
          return FALSE;
        }
    }
  return TRUE;
}

/* Puts the checked value of one parameter into @checked, if it has one. */
static gboolean
check_one (OptTask                *self,
           const OptTaskParameter *parameter,
           const char             *value,
           gint64                  now,
           GHashTable             *checked,
           GError                **error)
{
  char *one;

  if (value != NULL && *value == '\0' &&
      (parameter->required || parameter->type != OPT_TASK_TYPE_TEXT))
    value = NULL;
  if (value == NULL)
    value = parameter->default_value;
  if (value == NULL && parameter->required)
    {
      g_autofree char *allowed = opt_task_parameter_describe (parameter);

      opt_task_error_set (error, OPT_TASK_ERROR_MISSING_PARAMETER, parameter->name,
                          "task %s needs the parameter %s: %s", self->id, parameter->name, allowed);
      return FALSE;
    }
  if (value == NULL)
    return TRUE;
  one = opt_task_parameter_check (parameter, value, now, error);
  if (one == NULL)
    return FALSE;
  g_hash_table_insert (checked, g_strdup (parameter->name), one);
  return TRUE;
}

/**
 * opt_task_check_parameters:
 * @self: a task
 * @given: (nullable) (element-type utf8 utf8): what was given; names in any case
 * @now: microseconds since 1970, for `today`
 * @checked: (out) (transfer full) (element-type utf8 utf8): names as the manifest spells them,
 *   values in their one spelling, defaults filled in
 * @error: return location
 *
 * Checks what a request gives against the manifest. Checking the result again changes nothing.
 * An empty value counts as not given, but for a text that may be left out.
 *
 * Returns: FALSE with %OPT_TASK_ERROR_UNKNOWN_PARAMETER, %OPT_TASK_ERROR_MISSING_PARAMETER,
 *   %OPT_TASK_ERROR_ILL_TYPED, %OPT_TASK_ERROR_USAGE (given twice) or %OPT_TASK_ERROR_PROBLEMS
 */
gboolean
opt_task_check_parameters (OptTask     *self,
                           GHashTable  *given,
                           gint64       now,
                           GHashTable **checked,
                           GError     **error)
{
  g_autoptr (GHashTable) values = NULL;
  g_autoptr (GHashTable) result = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (checked != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!opt_task_check_runnable (self, error))
    return FALSE;
  values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  result = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (given != NULL && !take_given (self, given, values, error))
    return FALSE;
  for (guint i = 0; i < self->parameters->len; i++)
    {
      const OptTaskParameter *parameter = g_ptr_array_index (self->parameters, i);
      const char             *value = g_hash_table_lookup (values, parameter->name);

      if (!check_one (self, parameter, value, now, result, error))
        return FALSE;
    }
  *checked = g_steal_pointer (&result);
  return TRUE;
}

/**
 * opt_task_build_argv:
 * @self: a task
 * @checked: (element-type utf8 utf8): what opt_task_check_parameters() returned
 * @path: (nullable): folders as in $PATH, to look for a program without `/` that does not lie
 *   beside the manifest
 * @error: return location
 *
 * Makes what is executed. It looks at the program's file, and so may block.
 *
 * Returns: (transfer full) (nullable): the program's absolute path and its arguments; NULL
 *   with %OPT_TASK_ERROR_ILL_TYPED (a value would be taken for an option or for code),
 *   %OPT_TASK_ERROR_NOT_EXECUTABLE, %OPT_TASK_ERROR_UNSAFE or %OPT_TASK_ERROR_PROBLEMS
 */
char **
opt_task_build_argv (OptTask    *self,
                     GHashTable *checked,
                     const char *path,
                     GError    **error)
{
  g_auto (GStrv) argv = NULL;
  char *program;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (checked != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!opt_task_check_runnable (self, error))
    return NULL;
  if (self->exec_line == 0)
    argv = g_strdupv (self->exec);
  else
    argv = opt_exec_expand (self->exec, self->parameters, checked, error);
  if (argv == NULL || !opt_task_program_check_files (self, error))
    return NULL;
  program = opt_task_program_find (self, argv[0], path, error);
  if (program == NULL)
    return NULL;
  g_free (argv[0]);
  argv[0] = program;
  return g_steal_pointer (&argv);
}

/**
 * opt_task_build_environment:
 * @self: a task
 * @checked: (element-type utf8 utf8): what opt_task_check_parameters() returned
 *
 * Makes the variables that tell the task its parameters: `OPTIMUS_PARAM_NAME`, the name in
 * capitals and with _ for -.
 *
 * Returns: (transfer full): `NAME=value` each, in the manifest's order
 */
char **
opt_task_build_environment (OptTask    *self,
                            GHashTable *checked)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (checked != NULL, NULL);

  builder = g_strv_builder_new ();
  for (guint i = 0; i < self->parameters->len; i++)
    {
      const OptTaskParameter *parameter = g_ptr_array_index (self->parameters, i);
      const char             *value = g_hash_table_lookup (checked, parameter->name);
      g_autofree char        *name = g_ascii_strup (parameter->name, -1);
      g_autofree char        *pair = NULL;

      if (value == NULL)
        continue;
      pair = g_strdup_printf ("OPTIMUS_PARAM_%s=%s", g_strdelimit (name, "-", '_'), value);
      g_strv_builder_add (builder, pair);
    }
  return g_strv_builder_end (builder);
}
