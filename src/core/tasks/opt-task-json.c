/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task.h"

static void
add_text (OptJsonWriter *writer,
          const char    *name,
          const char    *text)
{
  if (text != NULL)
    opt_json_writer_add_string (writer, name, text);
  else
    opt_json_writer_add_null (writer, name);
}

/* A bound or default in the JSON type of its parameter; @is_length is a text's bound. */
static void
add_value (OptJsonWriter          *writer,
           const char             *name,
           const OptTaskParameter *parameter,
           const char             *value,
           gboolean                is_length)
{
  gboolean         is_int = parameter->type == OPT_TASK_TYPE_INT || is_length;
  g_autofree char *one = NULL;

  if (value == NULL)
    {
      opt_json_writer_add_null (writer, name);
      return;
    }
  if (is_int)
    opt_json_writer_add_int (writer, name, g_ascii_strtoll (value, NULL, 10));
  else if (parameter->type == OPT_TASK_TYPE_NUMBER)
    opt_json_writer_add_double (writer, name, g_ascii_strtod (value, NULL));
  else if (parameter->type == OPT_TASK_TYPE_BOOL)
    {
      one = opt_task_parameter_check (parameter, value, 0, NULL);
      opt_json_writer_add_bool (writer, name, g_strcmp0 (one, "true") == 0);
    }
  else
    opt_json_writer_add_string (writer, name, value);
}

static void
add_parameter (OptJsonWriter          *writer,
               const OptTaskParameter *parameter)
{
  gboolean is_text = parameter->type == OPT_TASK_TYPE_TEXT;

  opt_json_writer_open_object (writer, NULL);
  add_text (writer, "name", parameter->name);
  add_text (writer, "description", parameter->description);
  add_text (writer, "type", opt_task_type_to_string (parameter->type));
  opt_json_writer_add_bool (writer, "required", parameter->required);
  add_value (writer, "default", parameter, parameter->default_value, FALSE);
  add_value (writer, "min", parameter, parameter->min, is_text);
  add_value (writer, "max", parameter, parameter->max, is_text);
  add_text (writer, "pattern", parameter->pattern);
  if (parameter->choices == NULL)
    opt_json_writer_add_null (writer, "choices");
  else
    {
      opt_json_writer_open_array (writer, "choices");
      for (guint i = 0; parameter->choices[i] != NULL; i++)
        add_value (writer, NULL, parameter, parameter->choices[i], FALSE);
      opt_json_writer_close_array (writer);
    }
  opt_json_writer_close_object (writer);
}

static void
add_problem (OptJsonWriter        *writer,
             const OptTaskProblem *problem)
{
  opt_json_writer_open_object (writer, NULL);
  add_text (writer, "file", problem->file);
  if (problem->line > 0)
    opt_json_writer_add_int (writer, "line", problem->line);
  else
    opt_json_writer_add_null (writer, "line");
  add_text (writer, "key", problem->key);
  add_text (writer, "message", problem->message);
  opt_json_writer_close_object (writer);
}

/**
 * opt_task_write_json:
 * @self: a task
 * @writer: where to
 * @name: (nullable): the member's name, or NULL inside an array
 *
 * Writes the task as one object of `task list`. Bounds and defaults have the JSON type of
 * their parameter.
 */
void
opt_task_write_json (OptTask       *self,
                     OptJsonWriter *writer,
                     const char    *name)
{
  GPtrArray *parameters = opt_task_get_parameters (self);
  GPtrArray *problems = opt_task_get_problems (self);

  opt_json_writer_open_object (writer, name);
  add_text (writer, "id", opt_task_get_id (self));
  add_text (writer, "name", opt_task_get_name (self));
  add_text (writer, "description", opt_task_get_description (self));
  add_text (writer, "file", opt_task_get_file (self));
  add_text (writer, "category", opt_task_get_category (self));
  add_text (writer, "icon", opt_task_get_icon (self));
  add_text (writer, "risk", opt_task_risk_to_string (opt_task_get_risk (self)));
  if (opt_task_get_timeout (self) > 0)
    opt_json_writer_add_double (writer, "timeout_s",
                                (double)opt_task_get_timeout (self) / G_USEC_PER_SEC);
  else
    opt_json_writer_add_null (writer, "timeout_s");
  opt_json_writer_add_bool (writer, "idempotent", opt_task_get_idempotent (self));
  opt_json_writer_add_int (writer, "retries", opt_task_get_retries (self));
  opt_json_writer_add_int (writer, "concurrency", opt_task_get_concurrency (self));
  add_text (writer, "sandbox", opt_task_get_sandbox (self));
  add_text (writer, "output", opt_task_output_to_string (opt_task_get_output (self)));
  add_text (writer, "notify_on", opt_task_notify_to_string (opt_task_get_notify_on (self)));
  opt_json_writer_open_array (writer, "parameters");
  for (guint i = 0; i < parameters->len; i++)
    add_parameter (writer, g_ptr_array_index (parameters, i));
  opt_json_writer_close_array (writer);
  opt_json_writer_open_array (writer, "problems");
  for (guint i = 0; i < problems->len; i++)
    add_problem (writer, g_ptr_array_index (problems, i));
  opt_json_writer_close_array (writer);
  opt_json_writer_close_object (writer);
}
