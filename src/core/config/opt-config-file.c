/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-file.h"

#include <string.h>

#include "opt-config-file-private.h"
#include "opt-id.h"

/* Longer names are none of ours, and short ones keep a hostile file from growing in memory. */
#define NAME_MAX_BYTES 128

/* Who pasted a binary into the file does not want to read a thousand times that it is one. */
#define PROBLEMS_MAX 100

#define BOM "\xef\xbb\xbf"

/* Where the parser stands. */
typedef struct
{
  OptConfigFile *file;
  guint          line;  /* from 1 */
  const char    *group; /* NULL outside any group */
  gsize          start; /* of the line, behind a byte order mark */
  gsize          end;   /* without the line end */
  gsize          sound; /* bytes from here on can't be read; @end when all can */
} Parser;

G_DEFINE_BOXED_TYPE (OptConfigFile,
                     opt_config_file,
                     opt_config_file_copy,
                     opt_config_file_free)

static void
add_problem (Parser     *parser,
             guint       column,
             const char *key,
             const char *message)
{
  GPtrArray *problems = parser->file->problems;

  if (problems->len == PROBLEMS_MAX)
    g_ptr_array_add (problems, opt_config_problem_new (parser->line, 0, NULL,
                                                       "there are more problems from here on; "
                                                       "mend those before first"));
  else if (problems->len < PROBLEMS_MAX)
    g_ptr_array_add (problems, opt_config_problem_new (parser->line, column, key, message));
}

static guint
column_at (Parser *parser,
           gsize   offset)
{
  const char *text = parser->file->text;

  return 1 + (guint)g_utf8_strlen (text + parser->start, (gssize)(offset - parser->start));
}

static gsize
skip_blanks (Parser *parser,
             gsize   from)
{
  while (from < parser->end && g_ascii_isspace (parser->file->text[from]))
    from++;
  return from;
}

static gsize
skip_blanks_back (Parser *parser,
                  gsize   from,
                  gsize   least)
{
  while (from > least && g_ascii_isspace (parser->file->text[from - 1]))
    from--;
  return from;
}

/* Finds the first byte that spoils the line, and says so. */
static void
check_bytes (Parser     *parser,
             const char *key)
{
  const char *text = parser->file->text;
  const char *bad;

  if (parser->sound == parser->end)
    return;

  bad = text + parser->sound;
  if (parser->end - parser->start > OPT_CONFIG_FILE_LINE_MAX)
    add_problem (parser, 0, key, "the line is longer than 64 KiB and is not read; shorten it");
  else if (*bad == '\0')
    add_problem (parser, column_at (parser, parser->sound), key,
                 "there is a NUL byte here, so the line is not read; take it out");
  else
    add_problem (parser, column_at (parser, parser->sound), key,
                 "this is no UTF-8, so the line is not read; save the file as UTF-8");
}

static void
measure_line (Parser *parser)
{
  const char *text = parser->file->text;
  gsize       length = parser->end - parser->start;
  const char *bad = text + parser->end;

  if (length > OPT_CONFIG_FILE_LINE_MAX)
    length = OPT_CONFIG_FILE_LINE_MAX;
  /* This stops at a NUL as well. */
  if (!g_utf8_validate (text + parser->start, (gssize)length, &bad))
    parser->sound = (gsize)(bad - text);
  else
    parser->sound = parser->start + length;
}

/* `bot main` names the same group as `bot.main`. */
static char *
name_group (const char *text,
            gsize       length)
{
  g_autofree char *name = g_strndup (text, length);
  gsize            word = strcspn (name, " \t");

  if (name[word] == '\0')
    return g_steal_pointer (&name);
  name[word] = '\0';
  return g_strdup_printf ("%s.%s", name, g_strchug (name + word + 1));
}

static OptConfigLineKind
parse_group (Parser  *parser,
             gsize    at,
             guint32 *item)
{
  OptConfigFile   *file = parser->file;
  const char      *close = memchr (file->text + at, ']', parser->sound - at);
  gsize            start = skip_blanks (parser, at + 1);
  gsize            stop = close != NULL ? (gsize)(close - file->text) : parser->sound;
  g_autofree char *name = NULL;
  OptConfigGroup   group = { 0 };

  start = MIN (start, stop);
  check_bytes (parser, NULL);
  if (close == NULL && parser->sound == parser->end)
    add_problem (parser, column_at (parser, at), NULL,
                 "a group's name ends with ]: [telegram] or [bot main]");
  else if (close != NULL && skip_blanks (parser, stop + 1) < parser->end)
    add_problem (parser, column_at (parser, skip_blanks (parser, stop + 1)), NULL,
                 "nothing may stand behind a group's name; comments take a line of their own");

  stop = skip_blanks_back (parser, stop, start);
  group.name = "";
  group.line = parser->line;
  group.column = column_at (parser, start);
  if (stop == start || stop - start > NAME_MAX_BYTES)
    add_problem (parser, group.column, NULL,
                 "a group has a name of 1 to 128 characters: [telegram] or [bot main]");
  else
    {
      name = name_group (file->text + start, stop - start);
      group.name = g_string_chunk_insert_const (file->strings, name);
    }
  *item = file->groups->len;
  g_array_append_val (file->groups, group);
  parser->group = *group.name != '\0' ? group.name : NULL;
  return OPT_CONFIG_LINE_GROUP;
}

/* The full key, or NULL when it has none: a dot inside names the group, whatever the line is in. */
static const char *
name_key (Parser     *parser,
          const char *spelt,
          gboolean   *is_flat)
{
  g_autofree char *key = NULL;

  /* `[interpreters]` may have `.py` for `py`. */
  while (*spelt == '.')
    spelt++;
  *is_flat = strchr (spelt, '.') != NULL;
  if (*spelt == '\0' || (!*is_flat && parser->group == NULL))
    return NULL;

  key = *is_flat ? g_strdup (spelt) : g_strdup_printf ("%s.%s", parser->group, spelt);
  return g_string_chunk_insert_const (parser->file->strings, key);
}

static void
add_item (Parser              *parser,
          const OptConfigItem *item)
{
  OptConfigFile   *file = parser->file;
  g_autofree char *folded = opt_name_fold (item->entry.key);
  guint            before = GPOINTER_TO_UINT (g_hash_table_lookup (file->index, folded));

  if (before > 0)
    {
      const OptConfigItem *old = &g_array_index (file->items, OptConfigItem, before - 1);
      g_autofree char     *message = g_strdup_printf ("given again: this line counts, line %u "
                                                          "does not",
                                                      old->entry.line);

      add_problem (parser, item->entry.key_column, item->entry.key, message);
    }
  g_array_append_val (file->items, *item);
  g_hash_table_insert (file->index, g_string_chunk_insert_const (file->strings, folded),
                       GUINT_TO_POINTER (file->items->len));
}

static OptConfigLineKind
parse_key (Parser  *parser,
           gsize    at,
           guint32 *index)
{
  OptConfigFile   *file = parser->file;
  const char      *equals = memchr (file->text + at, '=', parser->sound - at);
  gsize            sign = equals != NULL ? (gsize)(equals - file->text) : parser->sound;
  gsize            key_end = skip_blanks_back (parser, sign, at);
  g_autofree char *spelt = g_strndup (file->text + at, key_end - at);
  OptConfigItem    item = { 0 };

  if (equals == NULL || key_end == at || key_end - at > NAME_MAX_BYTES)
    {
      check_bytes (parser, NULL);
      if (parser->sound == parser->end)
        add_problem (parser, column_at (parser, at), NULL,
                     "this is neither key=value nor [group] nor a comment with # or ;");
      return OPT_CONFIG_LINE_BAD;
    }

  item.entry.key = name_key (parser, spelt, &item.is_flat);
  check_bytes (parser, item.entry.key);
  if (item.entry.key == NULL)
    {
      add_problem (parser, column_at (parser, at), spelt,
                   "this key is in no group: put it under one, such as [telegram], or write "
                   "group.key=value");
      return OPT_CONFIG_LINE_BAD;
    }

  item.key_end = (guint32)key_end;
  item.value_start = (guint32)skip_blanks (parser, sign + 1);
  item.value_end = (guint32)skip_blanks_back (parser, parser->end, item.value_start);
  if (item.value_start == parser->end)
    item.value_start = item.value_end = (guint32)MIN (sign + 2, parser->end);
  item.entry.line = parser->line;
  item.entry.key_column = column_at (parser, at);
  item.entry.column = column_at (parser, MIN (item.value_start, parser->sound));
  if (parser->sound == parser->end)
    item.entry.value = g_string_chunk_insert_len (file->strings, file->text + item.value_start,
                                                  item.value_end - item.value_start);
  *index = file->items->len;
  add_item (parser, &item);
  return OPT_CONFIG_LINE_KEY;
}

static OptConfigLineKind
parse_line (Parser  *parser,
            guint32 *item)
{
  const char *text = parser->file->text;
  gsize       at = skip_blanks (parser, parser->start);

  measure_line (parser);
  if (at == parser->end)
    return OPT_CONFIG_LINE_BLANK;
  if (text[at] == '#' || text[at] == ';')
    {
      check_bytes (parser, NULL);
      return OPT_CONFIG_LINE_COMMENT;
    }
  if (at >= parser->sound)
    {
      check_bytes (parser, NULL);
      return OPT_CONFIG_LINE_BAD;
    }
  return text[at] == '[' ? parse_group (parser, at, item) : parse_key (parser, at, item);
}

static void
parse_text (OptConfigFile *self)
{
  Parser parser = { .file = self };
  gsize  at = 0;

  if (self->length > OPT_CONFIG_FILE_BYTES_MAX)
    {
      add_problem (&parser, 0, NULL, "the file is larger than 1 MiB and is not read; shorten it");
      return;
    }

  while (at < self->length)
    {
      const char   *feed = memchr (self->text + at, '\n', self->length - at);
      gsize         end = feed != NULL ? (gsize)(feed - self->text) : self->length;
      OptConfigLine line = { .start = (guint32)at };

      line.next = (guint32)(feed != NULL ? end + 1 : end);
      if (feed != NULL && end > at && self->text[end - 1] == '\r')
        end--;
      line.end = (guint32)end;

      parser.line++;
      parser.start = at;
      if (at == 0 && g_str_has_prefix (self->text, BOM))
        parser.start += strlen (BOM);
      parser.end = end;
      line.kind = parse_line (&parser, &line.item);
      g_array_append_val (self->lines, line);
      at = line.next;
    }
}

static void
clear_text (OptConfigFile *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->lines, g_array_unref);
  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
}

/* Replaces the whole text and reads it anew; @text has a NUL at @length. */
void
opt_config_file_take_text (OptConfigFile *self,
                           char          *text,
                           gsize          length)
{
  clear_text (self);
  self->text = text;
  self->length = length;
  self->lines = g_array_new (FALSE, FALSE, sizeof (OptConfigLine));
  self->groups = g_array_new (FALSE, FALSE, sizeof (OptConfigGroup));
  self->items = g_array_new (FALSE, FALSE, sizeof (OptConfigItem));
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->problems = opt_config_problem_list_new ();
  self->strings = g_string_chunk_new (512);
  parse_text (self);
}

/**
 * opt_config_file_parse:
 * @text: (array length=length) (element-type guint8): any bytes
 * @length: how many
 *
 * Reads a configuration file. This never fails: what can't be read is kept as it is and becomes a
 * problem, see opt_config_file_get_problems(). Beyond 1 MiB nothing is read.
 *
 * Returns: (transfer full): the file
 */
OptConfigFile *
opt_config_file_parse (const char *text,
                       gsize       length)
{
  OptConfigFile *self = g_new0 (OptConfigFile, 1);
  char          *copy;

  g_assert (text != NULL || length == 0);

  copy = g_malloc (length + 1);
  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  opt_config_file_take_text (self, copy, length);
  return self;
}

/**
 * opt_config_file_copy:
 * @self: a file
 *
 * Copies a file, so that it can be changed and the original stays.
 *
 * Returns: (transfer full): the copy
 */
OptConfigFile *
opt_config_file_copy (OptConfigFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return opt_config_file_parse (self->text, self->length);
}

/**
 * opt_config_file_free:
 * @self: (transfer full) (nullable): a file
 *
 * Frees a file.
 */
void
opt_config_file_free (OptConfigFile *self)
{
  if (self == NULL)
    return;
  clear_text (self);
  g_free (self);
}

/**
 * opt_config_file_to_text:
 * @self: a file
 * @length: (out) (optional): bytes, without the NUL behind them
 *
 * Gives the text of a file, byte for byte as it was read but for what was changed since.
 *
 * Returns: (transfer full) (array length=length) (element-type guint8): the text
 */
char *
opt_config_file_to_text (OptConfigFile *self,
                         gsize         *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (length != NULL)
    *length = self->length;
  return g_memdup2 (self->text, self->length + 1);
}

/**
 * opt_config_file_get_problems:
 * @self: a file
 *
 * Lists what is wrong with the form of the file, by line; at most a hundred and one.
 *
 * Returns: (transfer none) (element-type OptConfigProblem): the problems, until the file is changed
 */
GPtrArray *
opt_config_file_get_problems (OptConfigFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->problems;
}

/**
 * opt_config_file_find:
 * @self: a file
 * @key: `group.key`, in any case
 * @entry: (out) (optional) (transfer none): the line that counts
 *
 * Looks for a key.
 *
 * Returns: whether it is there
 */
gboolean
opt_config_file_find (OptConfigFile  *self,
                      const char     *key,
                      OptConfigEntry *entry)
{
  g_autofree char *folded = NULL;
  guint            found;

  g_return_val_if_fail (self != NULL && key != NULL, FALSE);

  folded = opt_name_fold (key);
  found = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, folded));
  if (found > 0 && entry != NULL)
    *entry = g_array_index (self->items, OptConfigItem, found - 1).entry;
  return found > 0;
}

/**
 * opt_config_file_get:
 * @self: a file
 * @key: `group.key`, in any case
 *
 * Reads the value of a key, which may be empty.
 *
 * Returns: (nullable): the value, until the file is changed; NULL when it is not there or its line
 *   can't be read
 */
const char *
opt_config_file_get (OptConfigFile *self,
                     const char    *key)
{
  OptConfigEntry entry = { 0 };

  if (!opt_config_file_find (self, key, &entry))
    return NULL;
  return entry.value;
}

/**
 * opt_config_file_list_entries:
 * @self: a file
 *
 * Lists the lines with keys in their order, without those that a later line overrides.
 *
 * Returns: (transfer full) (element-type OptConfigEntry): the entries, until the file is changed
 */
GArray *
opt_config_file_list_entries (OptConfigFile *self)
{
  GArray *list;

  g_return_val_if_fail (self != NULL, NULL);

  list = g_array_new (FALSE, FALSE, sizeof (OptConfigEntry));
  for (guint i = 0; i < self->items->len; i++)
    {
      const OptConfigItem *item = &g_array_index (self->items, OptConfigItem, i);
      OptConfigEntry       counts;

      if (opt_config_file_find (self, item->entry.key, &counts) &&
          counts.line == item->entry.line)
        g_array_append_val (list, item->entry);
    }
  return list;
}

/**
 * opt_config_file_list_groups:
 * @self: a file
 *
 * Lists the group headers in their order; one that comes twice is listed twice.
 *
 * Returns: (transfer full) (element-type OptConfigGroup): the groups, until the file is changed
 */
GArray *
opt_config_file_list_groups (OptConfigFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_array_copy (self->groups);
}
