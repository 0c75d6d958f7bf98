/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task.h"

#include <string.h>

#include "opt-clock.h"
#include "opt-exec.h"
#include "opt-id.h"
#include "opt-manifest-lines.h"
#include "opt-name-guess.h"
#include "opt-parameter-draft.h"
#include "opt-task-private.h"

#define PARAMETERS_MAX  50
#define TEXT_MAX        4000
#define RETRIES_MAX     10
#define CONCURRENCY_MAX 64
#define TIMEOUT_MAX_S   (30.0 * 24 * 60 * 60)

/* Stores the value; says what is allowed when it can't. */
typedef char *(*SetFunc) (OptTask    *task,
                          const char *value);

static char *
set_text (char      **field,
          const char *value)
{
  if (strlen (value) > TEXT_MAX)
    return g_strdup_printf ("at most %d bytes, please", TEXT_MAX);
  if (*value != '\0')
    *field = g_strdup (value);
  return NULL;
}

static char *
set_name (OptTask    *task,
          const char *value)
{
  return set_text (&task->name, value);
}

static char *
set_description (OptTask    *task,
                 const char *value)
{
  return set_text (&task->description, value);
}

static char *
set_icon (OptTask    *task,
          const char *value)
{
  return set_text (&task->icon, value);
}

static char *
set_category (OptTask    *task,
              const char *value)
{
  return set_text (&task->category, value);
}

/* It is split when all parameters are known. */
static char *
set_exec (OptTask    *task,
          const char *value)
{
  if (*value == '\0')
    return g_strdup ("name the program to run and its arguments");
  task->exec = g_new0 (char *, 2);
  task->exec[0] = g_strdup (value);
  return NULL;
}

static char *
set_timeout (OptTask    *task,
             const char *value)
{
  static const struct
  {
    const char *unit;
    double      seconds;
  } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 } };
  char  *unit = NULL;
  double number;

  if (g_ascii_strcasecmp (value, "none") == 0)
    return NULL;
  number = g_ascii_isdigit (*value) ? g_ascii_strtod (value, &unit) : 0;
  for (guint i = 0; unit != NULL && i < G_N_ELEMENTS (units); i++)
    {
      double seconds = number * units[i].seconds;

      if (g_ascii_strcasecmp (g_strchug (unit), units[i].unit) != 0)
        continue;
      if (!(seconds >= 0.001 && seconds <= TIMEOUT_MAX_S))
        break;
      task->timeout = (gint64)(seconds * OPT_SECOND);
      return NULL;
    }
  return g_strdup_printf ("“%s” is not a time like 90, 10m, 2h or none, up to 30d", value);
}

static char *
set_count (guint      *field,
           const char *value,
           guint       least,
           guint       most)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, least, most, &number, NULL))
    return g_strdup_printf ("“%s” is not a whole number from %u to %u", value, least, most);
  *field = number;
  return NULL;
}

static char *
set_retries (OptTask    *task,
             const char *value)
{
  return set_count (&task->retries, value, 0, RETRIES_MAX);
}

static char *
set_concurrency (OptTask    *task,
                 const char *value)
{
  return set_count (&task->concurrency, value, 1, CONCURRENCY_MAX);
}

static char *
set_idempotent (OptTask    *task,
                const char *value)
{
  static const OptTaskParameter judge = {
    .name = (char *)"Idempotent",
    .type = OPT_TASK_TYPE_BOOL,
  };
  g_autofree char *one = opt_task_parameter_check (&judge, value, 0, NULL);

  if (one == NULL)
    return g_strdup_printf ("“%s” is neither True nor False", value);
  task->idempotent = strcmp (one, "true") == 0;
  return NULL;
}

static char *
set_risk (OptTask    *task,
          const char *value)
{
  for (OptTaskRisk i = OPT_TASK_RISK_NONE; i <= OPT_TASK_RISK_TWO_PERSON; i++)
    if (g_ascii_strcasecmp (value, opt_task_risk_to_string (i)) == 0)
      {
        task->risk = i;
        return NULL;
      }
  return g_strdup_printf ("“%s” is not none, confirm, code or two-person", value);
}

static char *
set_sandbox (OptTask    *task,
             const char *value)
{
  if (g_ascii_strcasecmp (value, "none") == 0)
    return NULL;
  return set_text (&task->sandbox, value);
}

static char *
set_output (OptTask    *task,
            const char *value)
{
  for (OptTaskOutput i = OPT_TASK_OUTPUT_CHAT; i <= OPT_TASK_OUTPUT_NONE; i++)
    if (g_ascii_strcasecmp (value, opt_task_output_to_string (i)) == 0)
      {
        task->output = i;
        return NULL;
      }
  return g_strdup_printf ("“%s” is not chat, file or none", value);
}

static char *
set_notify (OptTask    *task,
            const char *value)
{
  g_strfreev (task->notify);
  task->notify = opt_manifest_split_list (value);
  return NULL;
}

static char *
set_notify_on (OptTask    *task,
               const char *value)
{
  for (OptTaskNotify i = OPT_TASK_NOTIFY_ALWAYS; i <= OPT_TASK_NOTIFY_NEVER; i++)
    if (g_ascii_strcasecmp (value, opt_task_notify_to_string (i)) == 0)
      {
        task->notify_on = i;
        return NULL;
      }
  return g_strdup_printf ("“%s” is not always, failure or never", value);
}

static const struct
{
  const char *key;
  SetFunc     set;
} task_keys[] = {
  { "Name", set_name },
  { "Description", set_description },
  { "Exec", set_exec },
  { "Icon", set_icon },
  { "Category", set_category },
  { "Timeout", set_timeout },
  { "Retries", set_retries },
  { "Idempotent", set_idempotent },
  { "Concurrency", set_concurrency },
  { "Risk", set_risk },
  { "Sandbox", set_sandbox },
  { "Output", set_output },
  { "Notify", set_notify },
  { "NotifyOn", set_notify_on },
};

static void
read_task_key (OptTask               *task,
               const OptManifestLine *line)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  const char *guess;

  for (guint i = 0; i < G_N_ELEMENTS (task_keys); i++)
    {
      g_autofree char *message = NULL;

      g_ptr_array_add (keys, (gpointer)task_keys[i].key);
      if (strcmp (line->key, task_keys[i].key) != 0)
        continue;
      message = task_keys[i].set (task, line->value);
      if (message != NULL)
        opt_task_take_problem (task, opt_task_problem_new (task->file, line->number, line->key,
                                                           "%s", message));
      if (task_keys[i].set == set_exec)
        task->exec_line = line->number;
      return;
    }
  /* Translations and extensions are let pass, as in desktop files. */
  if (g_str_has_prefix (line->key, "X-") || g_str_has_prefix (line->key, "Name[") ||
      g_str_has_prefix (line->key, "Description["))
    return;
  guess = opt_name_guess (line->key, keys);
  opt_task_take_problem (task, opt_task_problem_new (task->file, line->number, line->key,
                                                     "[Task] has no such key%s%s%s",
                                                     guess != NULL ? "; did you mean " : "",
                                                     guess != NULL ? guess : "",
                                                     guess != NULL ? "?" : ""));
}

static void
end_draft (OptTask            *task,
           OptParameterDraft **draft)
{
  g_autoptr (OptParameterDraft) own = g_steal_pointer (draft);

  if (own != NULL)
    g_ptr_array_add (task->parameters, opt_parameter_draft_end (own, task->problems));
}

/* `a-b` and `a_b` would be one variable in the task's environment. */
static gboolean
is_taken (OptTask    *task,
          const char *name)
{
  g_autofree char *own = g_strdelimit (g_strdup (name), "-", '_');

  for (guint i = 0; i < task->parameters->len; i++)
    {
      const OptTaskParameter *other = g_ptr_array_index (task->parameters, i);
      g_autofree char        *its = g_strdelimit (g_strdup (other->name), "-", '_');

      if (g_ascii_strcasecmp (own, its) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The draft of a group's parameter, or NULL when it is no parameter. */
static OptParameterDraft *
begin_group (OptTask               *task,
             const OptManifestLine *line)
{
  const char *name = line->group + strlen ("Parameter ");
  const char *message = NULL;

  if (strcmp (line->group, "Task") == 0 || g_str_has_prefix (line->group, "X-"))
    return NULL;
  if (!g_str_has_prefix (line->group, "Parameter "))
    message = "there is no such group; there are [Task] and [Parameter NAME]";
  else if (!opt_name_is_valid (name))
    message = "a parameter's name is 1 to 64 of A-Z a-z 0-9 _ -";
  else if (task->parameters->len >= PARAMETERS_MAX)
    message = "a task has at most 50 parameters";
  else if (is_taken (task, name))
    message = "there is a parameter of this name already; case, _ and - make no difference";
  if (message == NULL)
    return opt_parameter_draft_new (task->file, line->number, name);
  opt_task_take_problem (task, opt_task_problem_new (task->file, line->number, NULL, "[%s]: %s",
                                                     line->group, message));
  return NULL;
}

static gboolean
read_lines (OptTask   *task,
            GPtrArray *lines)
{
  g_autoptr (OptParameterDraft) draft = NULL;
  gboolean has_task = FALSE;

  for (guint i = 0; i < lines->len; i++)
    {
      const OptManifestLine *line = g_ptr_array_index (lines, i);
      gboolean               is_task = strcmp (line->group, "Task") == 0;

      has_task = has_task || is_task;
      if (line->key == NULL)
        {
          end_draft (task, &draft);
          draft = begin_group (task, line);
        }
      else if (is_task)
        read_task_key (task, line);
      else if (draft != NULL)
        opt_parameter_draft_set (draft, line->number, line->key, line->value, task->problems);
    }
  end_draft (task, &draft);
  return has_task;
}

static void
split_exec (OptTask *task)
{
  g_autofree char *message = NULL;
  char           **argv = NULL;

  message = opt_exec_parse (task->exec[0], task->parameters, &argv);
  if (message != NULL)
    opt_task_take_problem (task, opt_task_problem_new (task->file, task->exec_line, "Exec", "%s",
                                                       message));
  g_strfreev (task->exec);
  task->exec = argv;
}

/**
 * opt_task_new_from_manifest:
 * @file: the path of the manifest; its stem becomes the id, its folder the working directory
 * @text: what is in it, at most 64 KiB; it need not be UTF-8
 * @length: in bytes, or -1 up to a NUL
 *
 * Makes a task from a manifest. It reads no file and never fails: what is wrong becomes
 * problems with their lines.
 *
 * Returns: (transfer full): a new task
 */
OptTask *
opt_task_new_from_manifest (const char *file,
                            const char *text,
                            gssize      length)
{
  g_autoptr (GPtrArray) lines = NULL;
  OptTask *self;

  g_return_val_if_fail (file != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  self = opt_task_new_blank (file);
  lines = opt_manifest_lines_read (file, text, length < 0 ? strlen (text) : (gsize)length,
                                   self->problems);
  if (!read_lines (self, lines))
    opt_task_take_problem (self, opt_task_problem_new (file, 0, NULL,
                                                       "there is no [Task] group"));
  else if (self->exec != NULL)
    split_exec (self);
  else if (self->exec_line == 0)
    opt_task_take_problem (self, opt_task_problem_new (file, 0, "Exec",
                                                       "[Task] lacks Exec: name the program"));
  return self;
}
