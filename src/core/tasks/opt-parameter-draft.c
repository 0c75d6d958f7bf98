/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-parameter-draft.h"

#include <string.h>

#include "opt-manifest-lines.h"
#include "opt-task-problem.h"

#define PATTERN_MAX 1000
#define CHOICES_MAX 200
#define NO_SUCH_KEY                                                                               \
  "a parameter has no such key; it has Type, Description, Required, Default, Min, Max, Pattern, " \
  "Choices"

/* Enough for every sane pattern on a value of OPT_TASK_VALUE_MAX bytes, and some milliseconds
 * for the others. */
#define PATTERN_LIMITS "(*LIMIT_MATCH=200000)(*LIMIT_DEPTH=5000)"

typedef enum {
  KEY_TYPE,
  KEY_DESCRIPTION,
  KEY_REQUIRED,
  KEY_DEFAULT,
  KEY_MIN,
  KEY_MAX,
  KEY_PATTERN,
  KEY_CHOICES,
  N_KEYS,
} Key;

static const char *const key_words[N_KEYS] = {
  "Type",
  "Description",
  "Required",
  "Default",
  "Min",
  "Max",
  "Pattern",
  "Choices",
};

struct _OptParameterDraft
{
  char *file; /* (owned) */
  char *name; /* (owned) */
  guint line;
  char *values[N_KEYS]; /* (owned) */
  guint lines[N_KEYS];
};

OptParameterDraft *
opt_parameter_draft_new (const char *file,
                         guint       line,
                         const char *name)
{
  OptParameterDraft *self = g_new0 (OptParameterDraft, 1);

  self->file = g_strdup (file);
  self->name = g_strdup (name);
  self->line = line;
  return self;
}

void
opt_parameter_draft_free (OptParameterDraft *self)
{
  g_free (self->file);
  g_free (self->name);
  for (guint i = 0; i < N_KEYS; i++)
    g_free (self->values[i]);
  g_free (self);
}

static void G_GNUC_PRINTF (4, 5)
  complain (OptParameterDraft *self,
            GPtrArray         *problems,
            Key                key,
            const char        *format,
            ...)
{
  g_autofree char *message = NULL;
  va_list          args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (problems, opt_task_problem_new (self->file, self->lines[key], key_words[key],
                                                   "%s", message));
}

/* Takes note of one line of the group. */
void
opt_parameter_draft_set (OptParameterDraft *self,
                         guint              line,
                         const char        *key,
                         const char        *value,
                         GPtrArray         *problems)
{
  for (guint i = 0; i < N_KEYS; i++)
    if (strcmp (key, key_words[i]) == 0)
      {
        self->values[i] = g_strdup (value);
        self->lines[i] = line;
        return;
      }
  /* `Description[de]` and `X-Anything` are let pass, as in desktop files. */
  if (g_str_has_prefix (key, "Description[") || g_str_has_prefix (key, "X-"))
    return;
  g_ptr_array_add (problems, opt_task_problem_new (self->file, line, key, NO_SUCH_KEY));
}

static void
read_type (OptParameterDraft *self,
           OptTaskParameter  *parameter,
           GPtrArray         *problems)
{
  parameter->type = OPT_TASK_TYPE_TEXT;
  if (self->values[KEY_TYPE] == NULL)
    {
      if (self->values[KEY_CHOICES] != NULL)
        parameter->type = OPT_TASK_TYPE_CHOICE;
      return;
    }
  if (!opt_task_type_from_string (self->values[KEY_TYPE], &parameter->type))
    complain (self, problems, KEY_TYPE,
              "“%s” is no type: it is int, number, text, choice, date, path or bool",
              self->values[KEY_TYPE]);
}

static void
read_required (OptParameterDraft *self,
               OptTaskParameter  *parameter,
               GPtrArray         *problems)
{
  g_autoptr (OptTaskParameter) judge = g_atomic_rc_box_new0 (OptTaskParameter);
  g_autofree char *one = NULL;

  if (self->values[KEY_REQUIRED] == NULL)
    return;
  judge->name = g_strdup (key_words[KEY_REQUIRED]);
  judge->type = OPT_TASK_TYPE_BOOL;
  one = opt_task_parameter_check (judge, self->values[KEY_REQUIRED], 0, NULL);
  if (one == NULL)
    complain (self, problems, KEY_REQUIRED, "“%s” is neither True nor False",
              self->values[KEY_REQUIRED]);
  parameter->required = g_strcmp0 (one, "true") == 0;
}

/* The value of Min or Max, or NULL when there is none or it is wrong. */
static char *
read_bound (OptParameterDraft *self,
            OptTaskParameter  *parameter,
            Key                key,
            GPtrArray         *problems)
{
  g_autoptr (OptTaskParameter) judge = g_atomic_rc_box_new0 (OptTaskParameter);
  const char      *value = self->values[key];
  g_autofree char *one = NULL;
  guint64          length;

  if (value == NULL)
    return NULL;
  if (parameter->type == OPT_TASK_TYPE_CHOICE || parameter->type == OPT_TASK_TYPE_PATH ||
      parameter->type == OPT_TASK_TYPE_BOOL)
    {
      complain (self, problems, key, "a %s has no %s",
                opt_task_type_to_string (parameter->type), key_words[key]);
      return NULL;
    }
  if (parameter->type == OPT_TASK_TYPE_TEXT)
    {
      if (!g_ascii_string_to_unsigned (value, 10, 0, OPT_TASK_VALUE_MAX, &length, NULL))
        complain (self, problems, key, "“%s” is no number of characters, from 0 to %d", value,
                  OPT_TASK_VALUE_MAX);
      else
        return g_strdup (value);
      return NULL;
    }
  judge->name = g_strdup (self->name);
  judge->type = parameter->type;
  one = opt_task_parameter_check (judge, value, 0, NULL);
  if (one == NULL)
    {
      g_autofree char *allowed = opt_task_parameter_describe (judge);

      complain (self, problems, key, "“%s” is not %s", value, allowed);
      return NULL;
    }
  return g_strdup (value);
}

static void
read_pattern (OptParameterDraft *self,
              OptTaskParameter  *parameter,
              GPtrArray         *problems)
{
  const char *value = self->values[KEY_PATTERN];
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) bare = NULL;
  g_autofree char *whole = NULL;

  if (value == NULL)
    return;
  if (parameter->type == OPT_TASK_TYPE_CHOICE || parameter->type == OPT_TASK_TYPE_BOOL)
    {
      complain (self, problems, KEY_PATTERN, "a %s has no Pattern",
                opt_task_type_to_string (parameter->type));
      return;
    }
  if (strlen (value) > PATTERN_MAX)
    {
      complain (self, problems, KEY_PATTERN, "a pattern has at most %d bytes", PATTERN_MAX);
      return;
    }
  /* By itself first: `a)|(b` would become valid, and mean something else, between the brackets. */
  bare = g_regex_new (value, 0, 0, &error);
  if (bare != NULL)
    {
      whole = g_strdup_printf (PATTERN_LIMITS "\\A(?:%s)\\z", value);
      parameter->regex = g_regex_new (whole, 0, 0, &error);
    }
  if (parameter->regex == NULL)
    complain (self, problems, KEY_PATTERN, "not a valid regular expression: %s", error->message);
  else
    parameter->pattern = g_strdup (value);
}

static void
read_choices (OptParameterDraft *self,
              OptTaskParameter  *parameter,
              GPtrArray         *problems)
{
  g_auto (GStrv) choices = NULL;

  if (self->values[KEY_CHOICES] == NULL)
    {
      if (parameter->type == OPT_TASK_TYPE_CHOICE)
        {
          self->lines[KEY_CHOICES] = self->line;
          complain (self, problems, KEY_CHOICES, "a choice needs Choices, with ; between them");
        }
      return;
    }
  if (parameter->type == OPT_TASK_TYPE_BOOL)
    {
      complain (self, problems, KEY_CHOICES, "a bool has no Choices");
      return;
    }
  choices = opt_manifest_split_list (self->values[KEY_CHOICES]);
  if (*choices == NULL || g_strv_length (choices) > CHOICES_MAX)
    {
      complain (self, problems, KEY_CHOICES, "name 1 to %d choices, with ; between them",
                CHOICES_MAX);
      return;
    }
  for (guint i = 0; choices[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *one = opt_task_parameter_check (parameter, choices[i], 0, &error);

      if (one == NULL)
        {
          complain (self, problems, KEY_CHOICES, "%s", error->message);
          return;
        }
    }
  parameter->choices = g_steal_pointer (&choices);
}

/* A day that moves can't be compared with one that doesn't before the task is run. */
static gboolean
is_moving (const OptTaskParameter *parameter,
           const char             *value)
{
  return parameter->type == OPT_TASK_TYPE_DATE && value != NULL && g_ascii_isalpha (*value);
}

static void
check_order (OptParameterDraft *self,
             OptTaskParameter  *parameter,
             GPtrArray         *problems)
{
  g_autoptr (OptTaskParameter) judge = NULL;
  g_autofree char *one = NULL;

  if (parameter->min == NULL || parameter->max == NULL || is_moving (parameter, parameter->min) ||
      is_moving (parameter, parameter->max))
    return;
  judge = g_atomic_rc_box_new0 (OptTaskParameter);
  judge->name = g_strdup (self->name);
  judge->type = parameter->type == OPT_TASK_TYPE_TEXT ? OPT_TASK_TYPE_INT : parameter->type;
  judge->min = g_strdup (parameter->min);
  one = opt_task_parameter_check (judge, parameter->max, 0, NULL);
  if (one == NULL)
    complain (self, problems, KEY_MAX, "Max %s is less than Min %s", parameter->max,
              parameter->min);
}

static void
read_default (OptParameterDraft *self,
              OptTaskParameter  *parameter,
              GPtrArray         *problems)
{
  const char *value = self->values[KEY_DEFAULT];
  g_autoptr (GError) error = NULL;
  g_autofree char *one = NULL;

  if (value == NULL)
    return;
  if (is_moving (parameter, parameter->min) || is_moving (parameter, parameter->max) ||
      (is_moving (parameter, value) && (parameter->min != NULL || parameter->max != NULL)))
    {
      parameter->default_value = g_strdup (value);
      return;
    }
  one = opt_task_parameter_check (parameter, value, 0, &error);
  if (one == NULL)
    complain (self, problems, KEY_DEFAULT, "%s", error->message);
  else
    parameter->default_value = g_strdup (value);
}

/* Puts the parameter together; what is wrong with it is added to @problems. (transfer full) */
OptTaskParameter *
opt_parameter_draft_end (OptParameterDraft *self,
                         GPtrArray         *problems)
{
  OptTaskParameter *parameter = g_atomic_rc_box_new0 (OptTaskParameter);

  parameter->name = g_strdup (self->name);
  parameter->description = g_strdup (self->values[KEY_DESCRIPTION]);
  read_type (self, parameter, problems);
  read_required (self, parameter, problems);
  read_pattern (self, parameter, problems);
  parameter->min = read_bound (self, parameter, KEY_MIN, problems);
  parameter->max = read_bound (self, parameter, KEY_MAX, problems);
  check_order (self, parameter, problems);
  read_choices (self, parameter, problems);
  read_default (self, parameter, problems);
  return parameter;
}
