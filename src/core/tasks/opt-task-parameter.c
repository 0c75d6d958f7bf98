/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-parameter.h"

#include <math.h>
#include <string.h>

#include "opt-clock.h"
#include "opt-task-error-private.h"
#include "opt-text.h"

/* As much of a bad value as helps to recognise it. */
#define SHOWN_MAX 40

static const char *const type_words[] = {
  "int",
  "number",
  "text",
  "choice",
  "date",
  "path",
  "bool",
};
static const char *const yes_words[] = { "true", "yes", "on", "1" };
static const char *const no_words[] = { "false", "no", "off", "0" };

/**
 * opt_task_parameter_ref:
 * @self: a parameter
 *
 * Takes a reference; any thread.
 *
 * Returns: (transfer full): @self
 */
OptTaskParameter *
opt_task_parameter_ref (OptTaskParameter *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
opt_task_parameter_clear (gpointer data)
{
  OptTaskParameter *self = data;

  g_free (self->name);
  g_free (self->description);
  g_free (self->default_value);
  g_free (self->min);
  g_free (self->max);
  g_free (self->pattern);
  g_strfreev (self->choices);
  g_clear_pointer (&self->regex, g_regex_unref);
}

/**
 * opt_task_parameter_unref:
 * @self: a parameter
 *
 * Gives a reference back; any thread.
 */
void
opt_task_parameter_unref (OptTaskParameter *self)
{
  g_atomic_rc_box_release_full (self, opt_task_parameter_clear);
}

static gboolean
has_same_choices (const OptTaskParameter *a,
                  const OptTaskParameter *b)
{
  if (a->choices == NULL || b->choices == NULL)
    return a->choices == b->choices;
  return g_strv_equal ((const char *const *)a->choices, (const char *const *)b->choices);
}

/**
 * opt_task_parameter_equal:
 * @a: a parameter
 * @b: a parameter
 *
 * Compares two parameters, by what the manifest says of them.
 *
 * Returns: whether they are the same
 */
gboolean
opt_task_parameter_equal (const OptTaskParameter *a,
                          const OptTaskParameter *b)
{
  return g_str_equal (a->name, b->name) && g_strcmp0 (a->description, b->description) == 0 &&
         a->type == b->type && a->required == b->required &&
         g_strcmp0 (a->default_value, b->default_value) == 0 && g_strcmp0 (a->min, b->min) == 0 &&
         g_strcmp0 (a->max, b->max) == 0 && g_strcmp0 (a->pattern, b->pattern) == 0 &&
         has_same_choices (a, b);
}

/**
 * opt_task_type_to_string:
 * @type: a type
 *
 * Gets the manifest's word for a type.
 *
 * Returns: (transfer none): such as `int`
 */
const char *
opt_task_type_to_string (OptTaskType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (type_words), NULL);

  return type_words[type];
}

/**
 * opt_task_type_from_string:
 * @text: a word, in any case
 * @type: (out): the type
 *
 * Reads the manifest's word for a type.
 *
 * Returns: whether it is one
 */
gboolean
opt_task_type_from_string (const char  *text,
                           OptTaskType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_words); i++)
    if (g_ascii_strcasecmp (text, type_words[i]) == 0)
      {
        *type = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_word (const char        *text,
         const char *const *words,
         guint              n_words)
{
  for (guint i = 0; i < n_words; i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
parse_int (const char *text,
           gint64     *number)
{
  return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, number, NULL);
}

/* g_ascii_strtod() also takes hexadecimals, infinities and spaces; people mean none of them. */
static gboolean
parse_number (const char *text,
              double     *number)
{
  char *end = NULL;

  if (text[strspn (text, "0123456789+-.eE")] != '\0' || *text == '+')
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*number);
}

static char *
format_day (gint64 now,
            int    days)
{
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / OPT_SECOND);
  g_autoptr (GDateTime) day = today == NULL ? NULL : g_date_time_add_days (today, days);

  return day == NULL ? NULL : g_date_time_format (day, "%Y-%m-%d");
}

/* Two texts of this form compare like the dates. */
static char *
parse_date (const char *text,
            gint64      now)
{
  guint64 part[3];
  g_auto (GStrv) parts = NULL;

  if (g_ascii_strcasecmp (text, "today") == 0)
    return format_day (now, 0);
  if (g_ascii_strcasecmp (text, "yesterday") == 0)
    return format_day (now, -1);
  if (g_ascii_strcasecmp (text, "tomorrow") == 0)
    return format_day (now, 1);
  if (strlen (text) != strlen ("YYYY-MM-DD") || text[4] != '-' || text[7] != '-')
    return NULL;
  parts = g_strsplit (text, "-", 3);
  for (guint i = 0; i < G_N_ELEMENTS (part); i++)
    if (!g_ascii_string_to_unsigned (parts[i], 10, 1, 9999, &part[i], NULL))
      return NULL;
  if (part[1] > 12 || part[2] > 31 || !g_date_valid_dmy (part[2], part[1], part[0]))
    return NULL;
  return g_strdup (text);
}

static char *
check_path (const char *value)
{
  if (*value == '/')
    return g_strdup (value);
  if (strcmp (value, "~") == 0)
    return g_strdup (g_get_home_dir ());
  if (g_str_has_prefix (value, "~/"))
    return g_build_filename (g_get_home_dir (), value + 2, NULL);
  return NULL;
}

/* The spelling of the manifest; telephones like to begin with a capital letter. */
static const char *
find_choice (const OptTaskParameter *self,
             const char             *value)
{
  g_autofree char *folded = NULL;

  if (g_strv_contains ((const char *const *)self->choices, value))
    return value;
  folded = g_utf8_casefold (value, -1);
  for (guint i = 0; self->choices[i] != NULL; i++)
    {
      g_autofree char *other = g_utf8_casefold (self->choices[i], -1);

      if (strcmp (folded, other) == 0)
        return self->choices[i];
    }
  return NULL;
}

/* The value in its one spelling, or NULL when it is not of the type. Bounds are not looked at. */
static char *
normalise (const OptTaskParameter *self,
           const char             *value,
           gint64                  now)
{
  double number;
  gint64 whole;

  switch (self->type)
    {
    case OPT_TASK_TYPE_INT:
      return parse_int (value, &whole) ? g_strdup_printf ("%" G_GINT64_FORMAT, whole) : NULL;
    case OPT_TASK_TYPE_NUMBER:
      return parse_number (value, &number) ? g_strdup (value) : NULL;
    case OPT_TASK_TYPE_DATE:
      return parse_date (value, now);
    case OPT_TASK_TYPE_PATH:
      return check_path (value);
    case OPT_TASK_TYPE_BOOL:
      if (is_word (value, yes_words, G_N_ELEMENTS (yes_words)))
        return g_strdup ("true");
      if (is_word (value, no_words, G_N_ELEMENTS (no_words)))
        return g_strdup ("false");
      return NULL;
    case OPT_TASK_TYPE_TEXT:
    case OPT_TASK_TYPE_CHOICE:
    default:
      return g_strdup (value);
    }
}

/* Below 0 when @value is less than @bound. Both have passed normalise(); a text is compared by
 * its length. */
static int
compare (const OptTaskParameter *self,
         const char             *value,
         const char             *bound,
         gint64                  now)
{
  g_autofree char *day = NULL;
  double           a;
  double           b;

  switch (self->type)
    {
      case OPT_TASK_TYPE_INT: {
        gint64 whole = g_ascii_strtoll (value, NULL, 10);
        gint64 limit = g_ascii_strtoll (bound, NULL, 10);

        return whole < limit ? -1 : whole > limit;
      }
    case OPT_TASK_TYPE_NUMBER:
      a = g_ascii_strtod (value, NULL);
      b = g_ascii_strtod (bound, NULL);
      return a < b ? -1 : a > b;
    case OPT_TASK_TYPE_TEXT:
      a = g_utf8_strlen (value, -1);
      b = g_ascii_strtod (bound, NULL);
      return a < b ? -1 : a > b;
    case OPT_TASK_TYPE_DATE:
      day = parse_date (bound, now);
      return g_strcmp0 (value, day);
    case OPT_TASK_TYPE_CHOICE:
    case OPT_TASK_TYPE_PATH:
    case OPT_TASK_TYPE_BOOL:
    default:
      return 0;
    }
}

static gboolean
is_within (const OptTaskParameter *self,
           const char             *value,
           gint64                  now)
{
  if (self->min != NULL && compare (self, value, self->min, now) < 0)
    return FALSE;
  if (self->max != NULL && compare (self, value, self->max, now) > 0)
    return FALSE;
  /* A match that ran into its limits is an error, which counts as none. */
  return self->regex == NULL || g_regex_match (self->regex, value, 0, NULL);
}

static void
append_bounds (const OptTaskParameter *self,
               GString                *text,
               const char             *unit)
{
  if (self->min != NULL && self->max != NULL)
    g_string_append_printf (text, " from %s to %s%s", self->min, self->max, unit);
  else if (self->min != NULL)
    g_string_append_printf (text, " from %s%s on", self->min, unit);
  else if (self->max != NULL)
    g_string_append_printf (text, " up to %s%s", self->max, unit);
}

/**
 * opt_task_parameter_describe:
 * @self: a parameter
 *
 * Says what is allowed, in a phrase that fits behind "is not" and behind a colon.
 *
 * Returns: (transfer full): such as "a whole number from 1 to 365"
 */
char *
opt_task_parameter_describe (const OptTaskParameter *self)
{
  static const char *const nouns[] = {
    "a whole number",
    "a number like 1.5",
    "a text",
    "a text",
    "a date like 2026-11-20, today or yesterday",
    "a path that starts with / or ~/",
    "yes or no",
  };
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  if (self->choices != NULL)
    {
      g_autofree char *choices = g_strjoinv (", ", self->choices);
      g_autofree char *shown = opt_text_shorten (choices, 400);

      g_string_append_printf (text, "one of %s", shown);
    }
  else
    g_string_append (text, nouns[self->type]);
  append_bounds (self, text, self->type == OPT_TASK_TYPE_TEXT ? " characters" : "");
  if (self->pattern != NULL)
    {
      g_autofree char *shown = opt_text_shorten (self->pattern, 100);

      g_string_append_printf (text, " that matches %s", shown);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
has_control (const char *value)
{
  for (const char *at = value; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) && *at != '\t')
      return TRUE;
  return FALSE;
}

static gboolean
check_form (const OptTaskParameter *self,
            const char             *value,
            GError                **error)
{
  if (strlen (value) > OPT_TASK_VALUE_MAX)
    {
      opt_task_error_set (error, OPT_TASK_ERROR_ILL_TYPED, self->name,
                          "parameter %s: the value has more than %d bytes", self->name,
                          OPT_TASK_VALUE_MAX);
      return FALSE;
    }
  if (!g_utf8_validate (value, -1, NULL) || has_control (value))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_ILL_TYPED, self->name,
                          "parameter %s: the value has a line break, a control character or "
                          "broken UTF-8 in it",
                          self->name);
      return FALSE;
    }
  return TRUE;
}

/**
 * opt_task_parameter_check:
 * @self: a parameter
 * @value: what was given for it
 * @now: microseconds since 1970, for `today` in the local time zone
 * @error: return location
 *
 * Checks a value against everything the manifest says of it. Line breaks and other control
 * characters are refused in every type; spaces around a value count only in a text.
 *
 * Returns: (transfer full) (nullable): the value in its one spelling: a date for `today`,
 *   `true` or `false`, the home folder for `~`, the manifest's spelling of a choice; NULL with
 *   %OPT_TASK_ERROR_ILL_TYPED, which names the parameter, the value and what is allowed
 */
char *
opt_task_parameter_check (const OptTaskParameter *self,
                          const char             *value,
                          gint64                  now,
                          GError                **error)
{
  g_autofree char *bare = NULL;
  g_autofree char *allowed = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *result = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (value != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_form (self, value, error))
    return NULL;
  bare = g_strdup (value);
  if (self->type != OPT_TASK_TYPE_TEXT)
    g_strstrip (bare);
  if (self->choices != NULL)
    result = g_strdup (find_choice (self, bare));
  else
    result = normalise (self, bare, now);
  if (result != NULL && is_within (self, result, now))
    return g_steal_pointer (&result);
  allowed = opt_task_parameter_describe (self);
  shown = opt_text_shorten (value, SHOWN_MAX);
  opt_task_error_set (error, OPT_TASK_ERROR_ILL_TYPED, self->name,
                      "parameter %s: “%s” is not %s", self->name, shown, allowed);
  return NULL;
}
