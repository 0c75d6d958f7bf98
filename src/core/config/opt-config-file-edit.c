/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-file.h"

#include <string.h>

#include "opt-config-file-private.h"
#include "opt-id.h"

static const OptConfigLine *
get_line (OptConfigFile *self,
          guint          i)
{
  return &g_array_index (self->lines, OptConfigLine, i);
}

static const OptConfigItem *
get_item (OptConfigFile       *self,
          const OptConfigLine *line)
{
  return &g_array_index (self->items, OptConfigItem, line->item);
}

static const char *
get_group_name (OptConfigFile       *self,
                const OptConfigLine *line)
{
  return g_array_index (self->groups, OptConfigGroup, line->item).name;
}

/* Puts @insert in the place of the bytes from @start to @end, and reads the file anew. */
static gboolean
splice (OptConfigFile *self,
        gsize          start,
        gsize          end,
        const char    *insert)
{
  gsize    insert_length = strlen (insert);
  GString *text;
  gsize    length;

  if (self->length - (end - start) + insert_length > OPT_CONFIG_FILE_BYTES_MAX)
    return FALSE;

  text = g_string_sized_new (self->length + insert_length);
  g_string_append_len (text, self->text, (gssize)start);
  g_string_append_len (text, insert, (gssize)insert_length);
  g_string_append_len (text, self->text + end, (gssize)(self->length - end));
  length = text->len;
  opt_config_file_take_text (self, g_string_free (text, FALSE), length);
  return TRUE;
}

static const char *
get_line_end (OptConfigFile *self)
{
  const OptConfigLine *first = self->lines->len > 0 ? get_line (self, 0) : NULL;

  return first != NULL && first->next - first->end == 2 ? "\r\n" : "\n";
}

/* Adds a line behind line @i; a file without a line end at its end stays one. */
static gboolean
insert_behind (OptConfigFile *self,
               guint          i,
               const char    *text)
{
  const OptConfigLine *line = get_line (self, i);
  const char          *line_end = get_line_end (self);
  gboolean             is_open = line->next == line->end;
  g_autofree char     *insert = NULL;

  insert = is_open ? g_strconcat (line_end, text, NULL) : g_strconcat (text, line_end, NULL);
  return splice (self, line->next, line->next, insert);
}

static gboolean
is_one_line (const char *value)
{
  if (!g_utf8_validate (value, -1, NULL))
    return FALSE;
  for (const char *at = value; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) && *at != '\t')
      return FALSE;
  return TRUE;
}

/* Keys that can be written in a way that reads back as the same key. */
static gboolean
is_writable_key (const char *key)
{
  const char *last = strrchr (key, '.');

  if (last == NULL || last == key || last[1] == '\0' || strlen (key) > 128 || *key == '.')
    return FALSE;
  for (const char *at = key; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("._-+", *at) == NULL)
      return FALSE;
  return strstr (key, "..") == NULL;
}

/* How the line before writes it: `key = value` or `key=value`. */
static const char *
get_sign (OptConfigFile *self,
          guint          i)
{
  const OptConfigLine *line = get_line (self, i);

  if (line->kind != OPT_CONFIG_LINE_KEY)
    return "=";
  return self->text[get_item (self, line)->key_end] == ' ' ? " = " : "=";
}

/* Comments right below the last key belong to it, unless the next header follows at once. */
static guint
skip_comments (OptConfigFile *self,
               guint          i)
{
  guint last = i;

  while (last + 1 < self->lines->len &&
         get_line (self, last + 1)->kind == OPT_CONFIG_LINE_COMMENT)
    last++;
  if (last + 1 < self->lines->len && get_line (self, last + 1)->kind == OPT_CONFIG_LINE_GROUP)
    return i;
  return last;
}

/* The last line of the last section of a group: its last key, else its header. */
static gboolean
find_group_end (OptConfigFile *self,
                const char    *group,
                guint         *end)
{
  gboolean inside = FALSE;
  gboolean found = FALSE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const OptConfigLine *line = get_line (self, i);

      if (line->kind == OPT_CONFIG_LINE_GROUP)
        inside = opt_name_equal (get_group_name (self, line), group);
      if (inside && (line->kind == OPT_CONFIG_LINE_GROUP || line->kind == OPT_CONFIG_LINE_KEY))
        {
          *end = i;
          found = TRUE;
        }
    }
  return found;
}

static gboolean
is_key_of (const char *key,
           const char *group)
{
  gsize length = strlen (group);

  return g_ascii_strncasecmp (key, group, length) == 0 && key[length] == '.' &&
         strchr (key + length + 1, '.') == NULL;
}

/* The last flat line with a key of the group. */
static gboolean
find_flat_end (OptConfigFile *self,
               const char    *group,
               guint         *end)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const OptConfigLine *line = get_line (self, i);

      if (line->kind == OPT_CONFIG_LINE_KEY && get_item (self, line)->is_flat &&
          is_key_of (get_item (self, line)->entry.key, group))
        {
          *end = i;
          found = TRUE;
        }
    }
  return found;
}

static gboolean
append_group (OptConfigFile *self,
              const char    *group,
              const char    *key,
              const char    *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char          *line_end = get_line_end (self);
  const OptConfigLine *last = NULL;
  const char          *dot = strchr (group, '.');
  gboolean             is_open = FALSE;

  if (self->lines->len > 0)
    last = get_line (self, self->lines->len - 1);
  if (last != NULL && last->kind != OPT_CONFIG_LINE_BLANK)
    {
      is_open = last->next == last->end;
      g_string_append (text, line_end);
      if (is_open)
        g_string_append (text, line_end);
    }

  if (dot != NULL)
    g_string_append_printf (text, "[%.*s %s]%s", (int)(dot - group), group, dot + 1, line_end);
  else
    g_string_append_printf (text, "[%s]%s", group, line_end);
  g_string_append_printf (text, "%s=%s%s", key, value, is_open ? "" : line_end);
  return splice (self, self->length, self->length, text->str);
}

/**
 * opt_config_file_set:
 * @self: a file
 * @key: `group.key`, in any case
 * @value: valid UTF-8 on one line; blanks around it are dropped
 *
 * Sets a key. Where it is already, only its value changes: where it counts, if it is there more
 * than once. Otherwise it is added at the end of its group, or with its group at the end.
 *
 * Returns: whether it could be written: FALSE for a key or value that no line can hold, and when
 *   the file would be larger than 1 MiB
 */
gboolean
opt_config_file_set (OptConfigFile *self,
                     const char    *key,
                     const char    *value)
{
  g_autofree char *folded = NULL;
  g_autofree char *trimmed = NULL;
  g_autofree char *group = NULL;
  g_autofree char *line = NULL;
  const char      *name;
  guint            found, end;

  g_return_val_if_fail (self != NULL && key != NULL && value != NULL, FALSE);

  trimmed = g_strstrip (g_strdup (value));
  if (!is_writable_key (key) || !is_one_line (trimmed) ||
      strlen (key) + strlen (trimmed) + 4 > OPT_CONFIG_FILE_LINE_MAX ||
      self->length > OPT_CONFIG_FILE_BYTES_MAX)
    return FALSE;

  folded = opt_name_fold (key);
  found = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, folded));
  if (found > 0)
    {
      const OptConfigItem *item = &g_array_index (self->items, OptConfigItem, found - 1);

      return splice (self, item->value_start, item->value_end, trimmed);
    }

  name = strrchr (key, '.') + 1;
  group = g_strndup (key, (gsize)(name - 1 - key));
  if (find_group_end (self, group, &end))
    {
      line = g_strconcat (name, get_sign (self, end), trimmed, NULL);
      return insert_behind (self, skip_comments (self, end), line);
    }
  if (find_flat_end (self, group, &end))
    {
      line = g_strconcat (key, get_sign (self, end), trimmed, NULL);
      return insert_behind (self, end, line);
    }
  return append_group (self, group, name, trimmed);
}

/* Writes the file anew from the lines that are kept. */
static void
keep_lines (OptConfigFile  *self,
            const gboolean *keep)
{
  GString *text = g_string_sized_new (self->length);
  gsize    length;

  /* A byte order mark belongs to the file, not to its first line. */
  if (self->lines->len > 0 && !keep[0] && g_str_has_prefix (self->text, "\xef\xbb\xbf"))
    g_string_append (text, "\xef\xbb\xbf");
  for (guint i = 0; i < self->lines->len; i++)
    {
      const OptConfigLine *line = get_line (self, i);

      if (keep[i])
        g_string_append_len (text, self->text + line->start, line->next - line->start);
    }
  length = text->len;
  opt_config_file_take_text (self, g_string_free (text, FALSE), length);
}

static gboolean *
keep_all (OptConfigFile *self)
{
  gboolean *keep = g_new (gboolean, self->lines->len + 1);

  for (guint i = 0; i < self->lines->len; i++)
    keep[i] = TRUE;
  return keep;
}

/**
 * opt_config_file_unset:
 * @self: a file
 * @key: `group.key`, in any case
 *
 * Takes out every line with a key. Its group stays, even when nothing is left in it.
 *
 * Returns: whether there was one
 */
gboolean
opt_config_file_unset (OptConfigFile *self,
                       const char    *key)
{
  g_autofree gboolean *keep = NULL;

  g_return_val_if_fail (self != NULL && key != NULL, FALSE);

  if (!opt_config_file_find (self, key, NULL))
    return FALSE;

  keep = keep_all (self);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const OptConfigLine *line = get_line (self, i);

      if (line->kind == OPT_CONFIG_LINE_KEY &&
          opt_name_equal (get_item (self, line)->entry.key, key))
        keep[i] = FALSE;
    }
  keep_lines (self, keep);
  return TRUE;
}

/* Whether only blanks stand around line @i once what is not kept is gone. */
static gboolean
is_amid_blanks (OptConfigFile  *self,
                const gboolean *keep,
                guint           i)
{
  guint next = i + 1;

  while (next < self->lines->len && !keep[next])
    next++;
  return i > 0 && get_line (self, i - 1)->kind == OPT_CONFIG_LINE_BLANK &&
         (next == self->lines->len || get_line (self, next)->kind == OPT_CONFIG_LINE_BLANK);
}

/**
 * opt_config_file_remove_group:
 * @self: a file
 * @group: `bot.main` for `[bot main]`, in any case
 *
 * Takes out a group: its headers and all its keys, the unknown ones too. Comments stay.
 *
 * Returns: whether there was anything of it
 */
gboolean
opt_config_file_remove_group (OptConfigFile *self,
                              const char    *group)
{
  g_autofree gboolean *keep = NULL;
  gboolean             found = FALSE;

  g_return_val_if_fail (self != NULL && group != NULL, FALSE);

  keep = keep_all (self);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const OptConfigLine *line = get_line (self, i);

      if (line->kind == OPT_CONFIG_LINE_GROUP)
        keep[i] = !opt_name_equal (get_group_name (self, line), group);
      else if (line->kind == OPT_CONFIG_LINE_KEY)
        keep[i] = !is_key_of (get_item (self, line)->entry.key, group);
      found = found || !keep[i];
    }
  for (guint i = 0; i < self->lines->len; i++)
    if (!keep[i] && get_line (self, i)->kind == OPT_CONFIG_LINE_GROUP &&
        is_amid_blanks (self, keep, i))
      keep[i - 1] = FALSE;
  if (found)
    keep_lines (self, keep);
  return found;
}
