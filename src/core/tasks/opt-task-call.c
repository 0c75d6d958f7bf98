/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-call.h"

#include <string.h>

#include "opt-id.h"
#include "opt-task-error-private.h"
#include "opt-text.h"

#define WORDS_MAX 64
#define SHOWN_MAX 40

/* Telephones turn straight quotes into these. */
static const struct
{
  gunichar    open;
  const char *close;
} quotes[] = {
  { '"', "\"" },
  { '\'', "'" },
  { 0x201c, "”“" },
  { 0x201e, "“”" },
  { 0x2018, "’" },
  { 0xab, "»" },
};

/**
 * opt_task_parameters_new:
 *
 * Makes an empty table for names and values that owns both.
 *
 * Returns: (transfer full) (element-type utf8 utf8): the table
 */
GHashTable *
opt_task_parameters_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static const char *
find_closers (gunichar character)
{
  for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (quotes[i].open == character)
      return quotes[i].close;
  return NULL;
}

/* Reads up to the closing quote. Returns: behind it, or NULL when there is none */
static const char *
read_quoted (const char *at,
             const char *closers,
             GString    *word)
{
  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (g_utf8_strchr (closers, -1, character) != NULL)
        return g_utf8_next_char (at);
      if (*closers == '"' && character == '\\' && (at[1] == '"' || at[1] == '\\'))
        character = *++at;
      g_string_append_unichar (word, character);
    }
  return NULL;
}

/* Reads one word. A quote counts at the word's beginning and right behind its first `=`, so
 * that it's fine elsewhere. Returns: behind the word, or NULL with @error */
static const char *
read_word (const char *at,
           GString    *word,
           GError    **error)
{
  gboolean may_quote = TRUE;
  gboolean has_equals = FALSE;

  while (*at != '\0' && !g_unichar_isspace (g_utf8_get_char (at)))
    {
      gunichar    character = g_utf8_get_char (at);
      const char *closers = may_quote ? find_closers (character) : NULL;

      at = g_utf8_next_char (at);
      may_quote = character == '=' && !has_equals;
      has_equals = has_equals || character == '=';
      if (closers == NULL)
        {
          g_string_append_unichar (word, character);
          continue;
        }
      at = read_quoted (at, closers, word);
      if (at == NULL)
        opt_task_error_set (error, OPT_TASK_ERROR_USAGE, NULL, "a quote is never closed");
      else if (*at != '\0' && !g_unichar_isspace (g_utf8_get_char (at)))
        opt_task_error_set (error, OPT_TASK_ERROR_USAGE, NULL,
                            "there must be a space behind a closing quote");
      else
        return at;
      return NULL;
    }
  return at;
}

static GPtrArray *
split_words (const char *text,
             GError    **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char *at = text;

  if (strlen (text) > OPT_TASK_CALL_MAX || !g_utf8_validate (text, -1, NULL))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_USAGE, NULL,
                          "a call is a text of at most %d bytes in UTF-8", OPT_TASK_CALL_MAX);
      return NULL;
    }
  for (;;)
    {
      g_autoptr (GString) word = g_string_new (NULL);

      while (g_unichar_isspace (g_utf8_get_char (at)))
        at = g_utf8_next_char (at);
      if (*at == '\0')
        return g_steal_pointer (&words);
      at = read_word (at, word, error);
      if (at == NULL)
        return NULL;
      if (words->len >= WORDS_MAX)
        {
          opt_task_error_set (error, OPT_TASK_ERROR_USAGE, NULL, "a call has at most %d words",
                              WORDS_MAX);
          return NULL;
        }
      g_ptr_array_add (words, g_string_free (g_steal_pointer (&word), FALSE));
    }
}

/**
 * opt_task_parse_address:
 * @text: `report` or `report.vm91`; spaces around it don't count
 * @task: (out) (transfer full): the task's id, as it is spelt
 * @robot: (out) (transfer full) (nullable): what stands after the last dot, or NULL when there
 *   is none
 * @error: return location
 *
 * Reads which task on which robot is meant. Whether there are such a task and robot is not
 * asked.
 *
 * Returns: FALSE with %OPT_TASK_ERROR_UNKNOWN_TASK or %OPT_TASK_ERROR_UNKNOWN_ROBOT when it
 *   can't be a name
 */
gboolean
opt_task_parse_address (const char *text,
                        char      **task,
                        char      **robot,
                        GError    **error)
{
  g_autofree char *id = NULL;
  g_autofree char *shown = NULL;
  char            *dot;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (task != NULL && robot != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  id = g_strstrip (opt_text_make_valid (text, -1));
  shown = opt_text_shorten (id, SHOWN_MAX);
  dot = strrchr (id, '.');
  if (dot != NULL)
    *dot = '\0';
  if (!opt_name_is_valid (id))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_UNKNOWN_TASK, shown,
                          "“%s” can't be a task; one looks like report or report.vm91", shown);
      return FALSE;
    }
  if (dot != NULL && !opt_name_is_valid (dot + 1))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_UNKNOWN_ROBOT, shown,
                          "what stands after the dot of “%s” can't be a robot", shown);
      return FALSE;
    }
  *robot = dot == NULL ? NULL : g_strdup (dot + 1);
  *task = g_steal_pointer (&id);
  return TRUE;
}

/* The key of @parameters that is the same name, or NULL. */
static gboolean
is_given (GHashTable *parameters,
          const char *name)
{
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, parameters);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (opt_name_equal (key, name))
      return TRUE;
  return FALSE;
}

/**
 * opt_task_parse_parameter:
 * @text: `days=7`; everything behind the first `=` is the value
 * @parameters: (element-type utf8 utf8): where to add it, from opt_task_parameters_new()
 * @error: return location
 *
 * Reads one parameter of a call. What it may be only the task knows.
 *
 * Returns: FALSE with %OPT_TASK_ERROR_USAGE when it is not `NAME=VALUE` or the name was there
 *   before
 */
gboolean
opt_task_parse_parameter (const char *text,
                          GHashTable *parameters,
                          GError    **error)
{
  const char      *equals;
  g_autofree char *name = NULL;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (parameters != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  equals = strchr (text, '=');
  name = equals == NULL ? NULL : g_strstrip (g_strndup (text, equals - text));
  if (name == NULL || !opt_name_is_valid (name))
    {
      g_autofree char *valid = opt_text_make_valid (text, -1);
      g_autofree char *shown = opt_text_shorten (valid, SHOWN_MAX);

      opt_task_error_set (error, OPT_TASK_ERROR_USAGE, shown,
                          "“%s” is not NAME=VALUE; quote values that have spaces", shown);
      return FALSE;
    }
  if (is_given (parameters, name))
    {
      opt_task_error_set (error, OPT_TASK_ERROR_USAGE, name, "parameter %s is given twice", name);
      return FALSE;
    }
  g_hash_table_insert (parameters, g_steal_pointer (&name), g_strdup (equals + 1));
  return TRUE;
}

/**
 * opt_task_parse_call:
 * @text: `report.vm91 days=7 "name=a b" title='x y'`, at most 8192 bytes
 * @task: (out) (transfer full): the task's id, as it is spelt
 * @robot: (out) (transfer full) (nullable): the robot, or NULL when none is named
 * @parameters: (out) (transfer full) (element-type utf8 utf8): what is given, maybe nothing
 * @error: return location
 *
 * Reads a call as people write it in a chat. Words are separated by white space; a word or a
 * value may be quoted, also by the curly quotes of telephones; within straight double quotes
 * `\"` and `\\` are one character.
 *
 * Returns: FALSE with %OPT_TASK_ERROR_USAGE, %OPT_TASK_ERROR_UNKNOWN_TASK or
 *   %OPT_TASK_ERROR_UNKNOWN_ROBOT
 */
gboolean
opt_task_parse_call (const char  *text,
                     char       **task,
                     char       **robot,
                     GHashTable **parameters,
                     GError     **error)
{
  g_autoptr (GPtrArray) words = NULL;
  g_autoptr (GHashTable) given = NULL;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (task != NULL && robot != NULL && parameters != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  words = split_words (text, error);
  if (words == NULL)
    return FALSE;
  if (words->len == 0)
    {
      opt_task_error_set (error, OPT_TASK_ERROR_USAGE, NULL,
                          "name a task, such as: report.vm91 days=7");
      return FALSE;
    }
  given = opt_task_parameters_new ();
  for (guint i = 1; i < words->len; i++)
    if (!opt_task_parse_parameter (g_ptr_array_index (words, i), given, error))
      return FALSE;
  if (!opt_task_parse_address (g_ptr_array_index (words, 0), task, robot, error))
    return FALSE;
  *parameters = g_steal_pointer (&given);
  return TRUE;
}
