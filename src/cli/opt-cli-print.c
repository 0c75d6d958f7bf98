/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-print.h"

#include "opt-clock.h"
#include "opt-text.h"

/* Wider than this, a column of a table is cut with an ellipsis. */
#define COLUMN_CHARS 48

/* Control characters from outside would move the cursor or change colours of the reader's terminal.
 */
static char *
sanitize (const char *text)
{
  GString *clean = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t' || !g_unichar_iscntrl (c))
        g_string_append_unichar (clean, c);
      else
        g_string_append_unichar (clean, 0xfffd);
    }
  return g_string_free (clean, FALSE);
}

/**
 * opt_cli_print_text:
 * @text: UTF-8, perhaps from outside
 *
 * Prints @text without the control characters that would command a terminal.
 */
void
opt_cli_print_text (const char *text)
{
  g_autofree char *clean = sanitize (text);

  g_print ("%s", clean);
}

static char *
map_to_text (GVariant *map)
{
  GString     *text = g_string_new (NULL);
  GVariantIter iter;
  const char  *key, *value;

  g_variant_iter_init (&iter, map);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
    g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", key, value);
  return g_string_free (text, FALSE);
}

static char *
strings_to_text (GVariant *strings)
{
  g_autofree const char **words = g_variant_get_strv (strings, NULL);

  return g_strjoinv (", ", (char **)words);
}

static char *value_to_text (OptIpcType         type,
                            const OptIpcField *fields,
                            GVariant          *value);

static char *
record_to_text (const OptIpcField *fields,
                GVariant          *record)
{
  GString *text = g_string_new (NULL);

  for (const OptIpcField *field = fields; field->name != NULL; field++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (record, field->name, NULL);
      g_autofree char *inner = NULL;

      if (value == NULL)
        continue;
      inner = value_to_text (field->type, field->fields, value);
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", field->name, inner);
    }
  return g_string_free (text, FALSE);
}

static char *
records_to_text (const OptIpcField *fields,
                 GVariant          *records)
{
  GString *text = g_string_new (NULL);
  gsize    n = g_variant_n_children (records);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) record = g_variant_get_child_value (records, i);
      g_autofree char *inner = record_to_text (fields, record);

      g_string_append_printf (text, "\n    %s", inner);
    }
  return g_string_free (text, FALSE);
}

/* Records nest, so this is declared before what it calls. */
static char *
value_to_text (OptIpcType         type,
               const OptIpcField *fields,
               GVariant          *value)
{
  switch (type)
    {
    case OPT_IPC_STRING:
    case OPT_IPC_CHAT:
      return g_variant_dup_string (value, NULL);
    case OPT_IPC_TIME:
      return opt_clock_format_time (g_variant_get_int64 (value));
    case OPT_IPC_NUMBER:
      return g_strdup_printf ("%.6g", g_variant_get_double (value));
    case OPT_IPC_BOOL:
      return g_strdup (g_variant_get_boolean (value) ? "yes" : "no");
    case OPT_IPC_STRINGS:
      return strings_to_text (value);
    case OPT_IPC_MAP:
      return map_to_text (value);
    case OPT_IPC_RECORD:
      return record_to_text (fields, value);
    case OPT_IPC_RECORDS:
      return records_to_text (fields, value);
    case OPT_IPC_VALUE:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        return g_variant_dup_string (value, NULL);
      return g_variant_print (value, FALSE);
    case OPT_IPC_INT:
    default:
      return g_variant_print (value, FALSE);
    }
}

static char *
field_to_text (const OptIpcField *fields,
               const char        *name,
               GVariant          *record)
{
  for (const OptIpcField *field = fields; field->name != NULL; field++)
    {
      g_autoptr (GVariant) value = NULL;

      if (!g_str_equal (field->name, name))
        continue;
      value = g_variant_lookup_value (record, name, NULL);
      if (value == NULL)
        return g_strdup ("");
      return value_to_text (field->type, field->fields, value);
    }
  g_return_val_if_reached (g_strdup (""));
}

static char *
cell_text (const OptIpcField *fields,
           const char        *name,
           GVariant          *record)
{
  g_autofree char *text = field_to_text (fields, name, record);
  g_autofree char *clean = sanitize (text);

  g_strdelimit (clean, "\n\t", ' ');
  g_strstrip (clean);
  if (g_utf8_strlen (clean, -1) > COLUMN_CHARS)
    {
      g_autofree char *head = g_utf8_substring (clean, 0, COLUMN_CHARS - 1);

      return g_strconcat (head, "…", NULL);
    }
  return g_steal_pointer (&clean);
}

static void
print_cell (const char *text,
            glong       width,
            gboolean    last)
{
  glong pad = width - g_utf8_strlen (text, -1);

  g_print ("%s%*s", text, last ? 0 : (int)pad + 2, "");
}

static void
print_table (const OptIpcField  *fields,
             const OptCliColumn *columns,
             GVariant           *records)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  gsize             n = g_variant_n_children (records);
  guint             n_columns = 0;
  g_autofree glong *widths = NULL;

  while (columns[n_columns].title != NULL)
    n_columns++;
  widths = g_new0 (glong, n_columns);
  for (guint c = 0; c < n_columns; c++)
    g_ptr_array_add (cells, g_strdup (columns[c].title));
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) record = g_variant_get_child_value (records, i);

      for (guint c = 0; c < n_columns; c++)
        g_ptr_array_add (cells, cell_text (fields, columns[c].field, record));
    }
  for (guint i = 0; i < cells->len; i++)
    widths[i % n_columns] = MAX (widths[i % n_columns], g_utf8_strlen (cells->pdata[i], -1));
  for (guint i = 0; i < cells->len; i++)
    {
      gboolean last = i % n_columns == n_columns - 1;

      print_cell (cells->pdata[i], widths[i % n_columns], last);
      if (last)
        g_print ("\n");
    }
}

/**
 * opt_cli_print_records:
 * @self: the run
 * @fields: the record's table
 * @columns: what people see
 * @nothing: the sentence for people when there are none
 * @records: an aa{sv}
 *
 * Prints a list: an array in JSON, a table for people.
 */
void
opt_cli_print_records (OptCli             *self,
                       const OptIpcField  *fields,
                       const OptCliColumn *columns,
                       const char         *nothing,
                       GVariant           *records)
{
  if (self->json)
    {
      g_autofree char *text = opt_ipc_records_to_json (fields, records);

      g_print ("%s\n", text);
    }
  else if (g_variant_n_children (records) == 0)
    g_print ("%s\n", nothing);
  else
    print_table (fields, columns, records);
}

/**
 * opt_cli_print_record:
 * @self: the run
 * @fields: the record's table
 * @record: an a{sv}
 *
 * Prints one record: an object in JSON, a line a field for people.
 */
void
opt_cli_print_record (OptCli            *self,
                      const OptIpcField *fields,
                      GVariant          *record)
{
  if (self->json)
    {
      g_autofree char *json = opt_ipc_record_to_json (fields, record);

      g_print ("%s\n", json);
      return;
    }
  for (const OptIpcField *field = fields; field->name != NULL; field++)
    {
      g_autofree char *text = field_to_text (fields, field->name, record);

      if (*text == '\0')
        continue;
      g_print ("%-12s ", field->name);
      opt_cli_print_text (text);
      g_print ("\n");
    }
}
