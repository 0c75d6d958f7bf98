/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-manifest-lines.h"

#include <string.h>

#include "opt-task-problem.h"

typedef struct
{
  const char *file;
  GPtrArray  *lines;    /* (element-type OptManifestLine) */
  GPtrArray  *problems; /* (element-type OptTaskProblem) */
  const char *group;    /* NULL before the first */
  GHashTable *seen;     /* groups, and `group\nkey`, each once */
} Reader;

static void
line_free (gpointer data)
{
  OptManifestLine *self = data;

  g_free (self->group);
  g_free (self->key);
  g_free (self->value);
  g_free (self);
}

static void
complain (Reader     *reader,
          guint       number,
          const char *key,
          const char *message)
{
  g_ptr_array_add (reader->problems,
                   opt_task_problem_new (reader->file, number, key, "%s", message));
}

/* Key files escape with a backslash. One that escapes nothing stays, so that a pattern may say
 * `\d` as well as `\\d`. `\;` is left to opt_manifest_split_list(). */
static char *
unescape (const char *raw)
{
  GString *text = g_string_new (NULL);

  for (const char *at = raw; *at != '\0'; at++)
    {
      const char *found = NULL;

      if (*at == '\\' && at[1] != '\0')
        found = strchr ("sntr\\", at[1]);
      if (found == NULL)
        {
          g_string_append_c (text, *at);
          continue;
        }
      at++;
      g_string_append_c (text, *at == 's' ? ' ' : *at == 'n' ? '\n'
                                                : *at == 't' ? '\t'
                                                : *at == 'r' ? '\r'
                                                             : '\\');
    }
  return g_string_free (text, FALSE);
}

static const OptManifestLine *
add_line (Reader     *reader,
          guint       number,
          const char *group,
          char       *key,
          char       *value)
{
  OptManifestLine *line = g_new0 (OptManifestLine, 1);

  line->number = number;
  line->group = g_strdup (group);
  line->key = key;
  line->value = value;
  g_ptr_array_add (reader->lines, line);
  return line;
}

static void
read_group (Reader *reader,
            guint   number,
            char   *text)
{
  gsize                  length = strlen (text);
  g_autofree char       *name = NULL;
  const OptManifestLine *line;

  if (text[length - 1] != ']' || length < 3)
    {
      complain (reader, number, NULL, "a group is a name between [ and ], alone on its line");
      return;
    }
  name = g_strndup (text + 1, length - 2);
  g_strstrip (name);
  line = add_line (reader, number, name, NULL, NULL);
  reader->group = line->group;
  /* Of parameters the task itself knows better which are the same. */
  if (!g_hash_table_add (reader->seen, g_strdup (name)) &&
      !g_str_has_prefix (name, "Parameter "))
    complain (reader, number, NULL, "this group was there before; put its keys together");
}

static void
read_pair (Reader *reader,
           guint   number,
           char   *text)
{
  char            *equals = strchr (text, '=');
  g_autofree char *key = NULL;

  if (equals == NULL)
    {
      complain (reader, number, NULL, "neither a [group], nor KEY=VALUE, nor a # comment");
      return;
    }
  key = g_strndup (text, equals - text);
  g_strstrip (key);
  if (*key == '\0')
    complain (reader, number, NULL, "there is no key before the =");
  else if (reader->group == NULL)
    complain (reader, number, key, "this key stands before the first group; begin with [Task]");
  else if (!g_hash_table_add (reader->seen, g_strdup_printf ("%s\n%s", reader->group, key)))
    complain (reader, number, key, "this key was there before; keep one of the two");
  else
    {
      char *value = unescape (g_strstrip (equals + 1));

      add_line (reader, number, reader->group, g_steal_pointer (&key), value);
    }
}

static void
read_line (Reader *reader,
           guint   number,
           char   *text)
{
  g_strstrip (text);
  if (*text == '\0' || *text == '#' || *text == ';')
    return;
  if (!g_utf8_validate (text, -1, NULL))
    complain (reader, number, NULL, "this line is not UTF-8; save the file as UTF-8");
  else if (*text == '[')
    read_group (reader, number, text);
  else
    read_pair (reader, number, text);
}

/* Reads a key file and goes on behind errors, each of which is added to @problems with its line.
 * (transfer full) (element-type OptManifestLine) */
GPtrArray *
opt_manifest_lines_read (const char *file,
                         const char *text,
                         gsize       length,
                         GPtrArray  *problems)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *own = g_strndup (text, length);
  g_auto (GStrv) split = NULL;
  Reader reader = { file, lines, problems, NULL, seen };

  if (length > OPT_MANIFEST_BYTES_MAX)
    {
      g_ptr_array_add (problems, opt_task_problem_new (file, 0, NULL,
                                                       "a manifest has at most %d KiB",
                                                       OPT_MANIFEST_BYTES_MAX / 1024));
      return g_steal_pointer (&lines);
    }
  if (memchr (text, '\0', length) != NULL)
    complain (&reader, 0, NULL, "the file has a NUL byte in it, so it is no text");
  split = g_strsplit (g_str_has_prefix (own, "\xef\xbb\xbf") ? own + 3 : own, "\n", -1);
  for (guint i = 0; split[i] != NULL; i++)
    read_line (&reader, i + 1, split[i]);
  return g_steal_pointer (&lines);
}

/* Splits `a;b\;c;` into "a" and "b;c"; spaces around an element and empty elements go.
 * (transfer full) */
char **
opt_manifest_split_list (const char *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) element = g_string_new (NULL);

  for (const char *at = value;; at++)
    {
      if (*at == '\\' && at[1] == ';')
        g_string_append_c (element, *++at);
      else if (*at != ';' && *at != '\0')
        g_string_append_c (element, *at);
      else
        {
          g_autofree char *text = g_strstrip (g_strdup (element->str));

          if (*text != '\0')
            g_strv_builder_add (builder, text);
          g_string_truncate (element, 0);
        }
      if (*at == '\0')
        break;
    }
  return g_strv_builder_end (builder);
}
