/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-order.h"

#include "opt-id.h"
#include "opt-json-writer.h"
#include "opt-json.h"
#include "opt-plain.h"
#include "opt-task-call.h"
#include "opt-task-run.h"

#define ORIGIN "telegram"

/* Of what somebody wrote in the manifest, shown in a question. */
#define DESCRIPTION_UNITS_MAX 200
#define ALLOWED_UNITS_MAX     400

/* More than these are typed. */
#define CHOICES_MAX 40

static char *
write_state (OptTask    *task,
             const char *parameter,
             GHashTable *given)
{
  g_auto (OptJsonWriter) writer = { 0 };
  GHashTableIter iter;
  gpointer       name, value;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_string (&writer, "task", opt_task_get_id (task));
  opt_json_writer_add_string (&writer, "parameter", parameter);
  opt_json_writer_open_object (&writer, "given");
  g_hash_table_iter_init (&iter, given);
  while (g_hash_table_iter_next (&iter, &name, &value))
    opt_json_writer_add_string (&writer, name, value);
  opt_json_writer_close_object (&writer);
  opt_json_writer_close_object (&writer);
  return opt_json_writer_end (&writer);
}

static void
take_given_cb (JsonObject *object,
               const char *name,
               JsonNode   *node,
               gpointer    user_data)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_hash_table_insert (user_data, g_strdup (name), g_strdup (json_node_get_string (node)));
}

static gboolean
add_choices (OptTurn                *turn,
             OptMarkup              *markup,
             const OptTaskParameter *parameter,
             GError                **error)
{
  static const char *const yes_no[] = { "yes", "no", NULL };
  const char *const       *choices = yes_no;

  if (parameter->type != OPT_TASK_TYPE_BOOL)
    choices = (const char *const *)parameter->choices;
  for (guint i = 0; choices[i] != NULL; i++)
    {
      g_autofree char *label = opt_plain_clean (choices[i], 64);

      if (!opt_dialog_add_answer (turn, markup, turn->update->update_id, label, choices[i], error))
        return FALSE;
      if (i % 2 == 1)
        opt_markup_end_row (markup);
    }
  return TRUE;
}

static gboolean
has_buttons (const OptTaskParameter *parameter)
{
  if (parameter->type == OPT_TASK_TYPE_BOOL)
    return TRUE;
  return parameter->choices != NULL && g_strv_length (parameter->choices) <= CHOICES_MAX;
}

/* Asks for the value of one parameter; @problem says what was wrong with the last answer. */
static gboolean
ask_value (OptTurn                *turn,
           OptTask                *task,
           const OptTaskParameter *parameter,
           GHashTable             *given,
           const GError           *problem,
           GError                **error)
{
  g_autofree char *allowed = opt_task_parameter_describe (parameter);
  g_autofree char *clean = opt_plain_clean (allowed, ALLOWED_UNITS_MAX);
  g_autofree char *about = opt_plain_clean (parameter->description, DESCRIPTION_UNITS_MAX);
  g_autofree char *state = write_state (task, parameter->name, given);
  g_autofree char *markup = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (problem != NULL)
    {
      g_autofree char *sentence = opt_plain_sentence (problem->message);

      g_string_append_printf (text, "%s\n", sentence);
    }
  g_string_append_printf (text, "%s needs %s%s%s%s.\nEnter %s, or /cancel.",
                          opt_task_get_id (task), parameter->name, *about != '\0' ? " (" : "",
                          about, *about != '\0' ? ")" : "", clean);
  if (has_buttons (parameter))
    {
      g_autoptr (OptMarkup) buttons = opt_markup_new_inline ();

      if (!add_choices (turn, buttons, parameter, error))
        return FALSE;
      markup = opt_markup_to_json (buttons);
    }
  else
    {
      g_autofree char *hint = g_strdup_printf ("%s: %s", parameter->name, clean);

      markup = opt_markup_force_reply (hint, TRUE);
    }
  opt_turn_ask (turn, text->str, markup);
  return opt_dialog_open (turn, OPT_DIALOG_PARAMETER, state, error);
}

/* Runs it, asks for what is missing, or says what is wrong. @answered: (nullable): the parameter
 * that was just asked for, which may be asked for again. */
static gboolean
advance (OptTurn    *turn,
         OptTask    *task,
         GHashTable *given,
         const char *answered,
         GError    **error)
{
  g_autoptr (GHashTable) checked = NULL;
  g_autoptr (GError) problem = NULL;
  const OptTaskParameter *parameter = NULL;
  const char             *where;

  if (opt_task_check_policy (task, ORIGIN, &problem) &&
      opt_task_check_parameters (task, given, opt_turn_get_asked (turn), &checked, &problem))
    {
      opt_turn_run (turn, opt_task_get_id (task), checked);
      return opt_dialog_close (turn, NULL, error);
    }
  where = opt_task_error_get_where (problem);
  if (where != NULL)
    parameter = opt_task_find_parameter (task, where);
  if (parameter != NULL &&
      g_error_matches (problem, OPT_TASK_ERROR, OPT_TASK_ERROR_MISSING_PARAMETER))
    return ask_value (turn, task, parameter, given, NULL, error);
  if (parameter != NULL && answered != NULL && opt_name_equal (answered, parameter->name) &&
      g_error_matches (problem, OPT_TASK_ERROR, OPT_TASK_ERROR_ILL_TYPED))
    {
      g_hash_table_remove (given, answered);
      return ask_value (turn, task, parameter, given, problem, error);
    }
  opt_turn_say_error (turn, problem);
  return opt_dialog_close (turn, NULL, error);
}

static OptTask *
look_up (OptTurn    *turn,
         const char *id,
         GError    **error)
{
  if (turn->catalogue != NULL)
    return opt_catalogue_lookup (turn->catalogue, id, error);
  g_set_error_literal (error, OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_TASK,
                       "the tasks of this robot were not read yet; try again in a moment");
  return NULL;
}

static gboolean
check_robot (OptTurn    *turn,
             const char *robot,
             GError    **error)
{
  if (robot == NULL || opt_name_equal (robot, turn->config->robot_id))
    return TRUE;
  g_set_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_ROBOT,
               "this robot is %s and knows no robot %s", turn->config->robot_id, robot);
  return FALSE;
}

/**
 * opt_task_order_take_call:
 * @turn: who orders
 * @text: such as `report.vm91 days=7`
 * @error: return location for an #OptStoreError
 *
 * Takes an order as people type it.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_task_order_take_call (OptTurn    *turn,
                          const char *text,
                          GError    **error)
{
  g_autoptr (GHashTable) given = NULL;
  g_autofree char *id = NULL;
  g_autofree char *robot = NULL;
  g_autoptr (GError) problem = NULL;
  OptTask *task = NULL;

  if (opt_task_parse_call (text, &id, &robot, &given, &problem) &&
      check_robot (turn, robot, &problem))
    task = look_up (turn, id, &problem);
  if (task != NULL)
    return advance (turn, task, given, NULL, error);
  opt_turn_say_error (turn, problem);
  return opt_dialog_close (turn, NULL, error);
}

/**
 * opt_task_order_take_id:
 * @turn: who orders
 * @id: a task that was offered
 * @error: return location for an #OptStoreError
 *
 * Takes an order by a button.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_task_order_take_id (OptTurn    *turn,
                        const char *id,
                        GError    **error)
{
  g_autoptr (GHashTable) given = opt_task_parameters_new ();
  g_autoptr (GError) problem = NULL;
  OptTask *task = look_up (turn, id, &problem);

  if (task != NULL)
    return advance (turn, task, given, NULL, error);
  opt_turn_say_error (turn, problem);
  return opt_dialog_close (turn, NULL, error);
}

/**
 * opt_task_order_take_value:
 * @turn: who answers
 * @dialog: the question for a parameter
 * @value: the answer
 * @error: return location for an #OptStoreError
 *
 * Goes on with an order that lacked a value. The task may have changed meanwhile.
 *
 * Returns: FALSE with @error set
 */
gboolean
opt_task_order_take_value (OptTurn         *turn,
                           const OptDialog *dialog,
                           const char      *value,
                           GError         **error)
{
  JsonObject *state = NULL;
  g_autoptr (JsonNode) node = opt_json_parse_object (dialog->state, -1, &state, NULL);
  g_autoptr (GHashTable) given = opt_task_parameters_new ();
  g_autoptr (GError) problem = NULL;
  const char *id = node == NULL ? NULL : opt_json_get_string (state, "task");
  const char *parameter = node == NULL ? NULL : opt_json_get_string (state, "parameter");
  JsonObject *earlier = node == NULL ? NULL : opt_json_get_object (state, "given");
  OptTask    *task = NULL;

  if (id == NULL || parameter == NULL)
    {
      opt_turn_say (turn, "I forgot what this was about. Send the command again.");
      return opt_dialog_close (turn, NULL, error);
    }
  if (earlier != NULL)
    json_object_foreach_member (earlier, take_given_cb, given);
  g_hash_table_insert (given, g_strdup (parameter), g_strstrip (g_strdup (value)));
  task = look_up (turn, id, &problem);
  if (task != NULL)
    return advance (turn, task, given, parameter, error);
  opt_turn_say_error (turn, problem);
  return opt_dialog_close (turn, NULL, error);
}

/**
 * opt_task_order_repeat:
 * @turn: who orders
 * @id: a task
 * @parameters: (element-type utf8 utf8): as they were before
 * @problem: return location for an #OptTaskError
 *
 * Orders what was run before once more.
 *
 * Returns: FALSE with @problem set when it can't be run any more
 */
gboolean
opt_task_order_repeat (OptTurn    *turn,
                       const char *id,
                       GHashTable *parameters,
                       GError    **problem)
{
  g_autoptr (GHashTable) checked = NULL;
  OptTask *task = look_up (turn, id, problem);

  if (task == NULL || !opt_task_check_policy (task, ORIGIN, problem) ||
      !opt_task_check_parameters (task, parameters, opt_turn_get_asked (turn), &checked, problem))
    return FALSE;
  opt_turn_run (turn, opt_task_get_id (task), checked);
  return TRUE;
}

/**
 * opt_task_order_describe:
 * @dialog: a question that was answered by a button
 * @value: the answer
 *
 * Returns: (transfer full): what was asked and answered, in a line
 */
char *
opt_task_order_describe (const OptDialog *dialog,
                         const char      *value)
{
  JsonObject *state = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *shown = opt_plain_clean (value, 100);
  const char      *parameter = NULL;

  if (dialog->kind == OPT_DIALOG_PARAMETER && dialog->state != NULL)
    node = opt_json_parse_object (dialog->state, -1, &state, NULL);
  if (node != NULL)
    parameter = opt_json_get_string (state, "parameter");
  if (parameter == NULL)
    return g_strdup_printf ("Task: %s", shown);
  return g_strdup_printf ("%s: %s", parameter, shown);
}
