/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-exec.h"

#include <string.h>

#include "opt-exec-code.h"
#include "opt-id.h"
#include "opt-task-error-private.h"
#include "opt-text.h"

/* The next `{name}` in @text, or NULL. @name: (out) (transfer full); @end: (out): behind the
 * brace */
static const char *
find_placeholder (const char  *text,
                  char       **name,
                  const char **end)
{
  for (const char *open = strchr (text, '{'); open != NULL; open = strchr (open + 1, '{'))
    {
      const char      *close = strchr (open, '}');
      g_autofree char *inside = NULL;

      if (close == NULL)
        return NULL;
      inside = g_strndup (open + 1, close - open - 1);
      if (!opt_name_is_valid (inside))
        continue;
      *name = g_steal_pointer (&inside);
      *end = close + 1;
      return open;
    }
  return NULL;
}

gboolean
opt_exec_has_placeholder (const char *word)
{
  g_autofree char *name = NULL;
  const char      *end;

  return find_placeholder (word, &name, &end) != NULL;
}

static const OptTaskParameter *
find_parameter (GPtrArray  *parameters,
                const char *name)
{
  for (guint i = 0; i < parameters->len; i++)
    {
      const OptTaskParameter *parameter = g_ptr_array_index (parameters, i);

      if (opt_name_equal (parameter->name, name))
        return parameter;
    }
  return NULL;
}

/* What is wrong with the placeholders of a word, or NULL. */
static char *
check_word (const char *word,
            GPtrArray  *parameters)
{
  const char *at = word;

  for (;;)
    {
      g_autofree char *name = NULL;

      if (find_placeholder (at, &name, &at) == NULL)
        return NULL;
      if (find_parameter (parameters, name) == NULL)
        return g_strdup_printf ("{%s} is no parameter of this task: add [Parameter %s]",
                                name, name);
    }
}

/* Splits Exec once and for all. @argv: (out) (transfer full): set when there is nothing wrong.
 * Returns: (transfer full) (nullable): what is wrong */
char *
opt_exec_parse (const char *text,
                GPtrArray  *parameters,
                char     ***argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_shell_parse_argv (text, NULL, &words, &error))
    return g_strdup_printf ("it can't be split into words: %s", error->message);
  if (g_strv_length (words) > OPT_EXEC_WORDS_MAX)
    return g_strdup_printf ("it has more than %d words", OPT_EXEC_WORDS_MAX);
  if (*words[0] == '\0' || opt_exec_has_placeholder (words[0]))
    return g_strdup ("the program itself must be named, it can't be a parameter");
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *message = check_word (words[i], parameters);

      if (message != NULL)
        return message;
    }
  *argv = g_steal_pointer (&words);
  return NULL;
}

static gboolean
is_numeric (const char *value)
{
  char *end = NULL;

  if (value[strspn (value, "0123456789+-.eE")] != '\0')
    return FALSE;
  g_ascii_strtod (value, &end);
  return end != value && *end == '\0';
}

/* Where a value is about to be put. */
typedef struct
{
  const char *word;
  gsize       offset;
  gboolean    begins; /* the word has nothing before it */
  gboolean    behind_dashes;
  OptCodeKind code;
} Place;

static gboolean
check_place (const Place *place,
             const char  *name,
             const char  *value,
             GError     **error)
{
  g_autofree char *shown = opt_text_shorten (value, 40);

  if (place->code != OPT_CODE_NONE &&
      !opt_exec_code_allows (place->word, place->offset, value, place->code))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_ILL_TYPED, name,
                          "parameter %s: “%s” could change the program it is put into, "
                          "where only letters, digits and _ - . , / : @ %% + are safe",
                          name, shown);
      return FALSE;
    }
  if (*value == '-' && (place->begins || place->code != OPT_CODE_NONE) &&
      !place->behind_dashes && !is_numeric (value))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_ILL_TYPED, name,
                          "parameter %s: “%s” would be taken for an option, as it begins with -",
                          name, shown);
      return FALSE;
    }
  return TRUE;
}

static char *
expand_word (Place       place,
             GPtrArray  *parameters,
             GHashTable *values,
             GError    **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = place.word;

  for (;;)
    {
      g_autofree char        *name = NULL;
      const char             *end = NULL;
      const char             *open = find_placeholder (at, &name, &end);
      const OptTaskParameter *parameter;
      const char             *value = NULL;

      if (open == NULL)
        break;
      g_string_append_len (text, at, open - at);
      parameter = find_parameter (parameters, name);
      if (parameter != NULL)
        value = g_hash_table_lookup (values, parameter->name);
      place.offset = open - place.word;
      place.begins = text->len == 0;
      if (value != NULL && !check_place (&place, parameter->name, value, error))
        return NULL;
      /* What was not given is empty: words never change their places. */
      g_string_append (text, value != NULL ? value : "");
      at = end;
    }
  g_string_append (text, at);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Puts the values in; nothing is ever split again. (transfer full) */
char **
opt_exec_expand (char      **exec,
                 GPtrArray  *parameters,
                 GHashTable *values,
                 GError    **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  Place place = { 0 };

  for (guint i = 0; exec[i] != NULL; i++)
    {
      g_autofree char *word = NULL;

      place.word = exec[i];
      place.code = opt_exec_get_code (exec, i);
      word = expand_word (place, parameters, values, error);
      if (word == NULL)
        return NULL;
      g_strv_builder_add (builder, word);
      if (i > 0 && strcmp (exec[i], "--") == 0)
        place.behind_dashes = TRUE;
    }
  return g_strv_builder_end (builder);
}
