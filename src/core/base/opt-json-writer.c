/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json-writer.h"

#include <math.h>
#include <string.h>

/**
 * opt_json_writer_init:
 * @self: a writer, uninitialised
 *
 * Starts an empty text.
 */
void
opt_json_writer_init (OptJsonWriter *self)
{
  g_return_if_fail (self != NULL);

  self->text = g_string_sized_new (256);
  self->comma = FALSE;
}

/**
 * opt_json_writer_end:
 * @self: a writer
 *
 * Hands over what was written and leaves the writer empty; initialise it before using it again.
 *
 * Returns: (transfer full): compact JSON, valid UTF-8
 */
char *
opt_json_writer_end (OptJsonWriter *self)
{
  g_return_val_if_fail (self != NULL && self->text != NULL, NULL);

  self->comma = FALSE;
  return g_string_free (g_steal_pointer (&self->text), FALSE);
}

/**
 * opt_json_writer_clear:
 * @self: a writer
 *
 * Throws away what was written, if anything.
 */
void
opt_json_writer_clear (OptJsonWriter *self)
{
  if (self->text != NULL)
    g_string_free (g_steal_pointer (&self->text), TRUE);
  self->comma = FALSE;
}

static gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void
append_escaped (GString *text,
                guchar   c)
{
  static const char short_forms[] = "\bb\tt\nn\ff\rr\"\"\\\\";

  for (const char *form = short_forms; *form != '\0'; form += 2)
    if ((guchar)*form == c)
      {
        g_string_append_c (text, '\\');
        g_string_append_c (text, form[1]);
        return;
      }
  g_string_append_printf (text, "\\u%04x", c);
}

static void
append_string (GString    *text,
               const char *value)
{
  g_autofree char *valid = NULL;
  const char      *at;

  if (!g_utf8_validate (value, -1, NULL))
    value = valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (at = value; *at != '\0';)
    {
      const char *run = at;

      while (is_plain ((guchar)*at))
        at++;
      g_string_append_len (text, run, at - run);
      if (*at != '\0')
        append_escaped (text, (guchar)*at++);
    }
  g_string_append_c (text, '"');
}

static void
begin_value (OptJsonWriter *self,
             const char    *name)
{
  if (self->comma)
    g_string_append_c (self->text, ',');
  self->comma = TRUE;
  if (name == NULL)
    return;
  append_string (self->text, name);
  g_string_append_c (self->text, ':');
}

static void
add_literal (OptJsonWriter *self,
             const char    *name,
             const char    *literal)
{
  begin_value (self, name);
  g_string_append (self->text, literal);
}

static void
open_with (OptJsonWriter *self,
           const char    *name,
           char           bracket)
{
  begin_value (self, name);
  g_string_append_c (self->text, bracket);
  self->comma = FALSE;
}

static void
close_with (OptJsonWriter *self,
            char           bracket)
{
  g_string_append_c (self->text, bracket);
  self->comma = TRUE;
}

/**
 * opt_json_writer_open_object:
 * @self: a writer
 * @name: (nullable): the member's name
 *
 * Begins an object.
 */
void
opt_json_writer_open_object (OptJsonWriter *self,
                             const char    *name)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  open_with (self, name, '{');
}

/**
 * opt_json_writer_close_object:
 * @self: a writer
 *
 * Ends the object that was begun last.
 */
void
opt_json_writer_close_object (OptJsonWriter *self)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  close_with (self, '}');
}

/**
 * opt_json_writer_open_array:
 * @self: a writer
 * @name: (nullable): the member's name
 *
 * Begins an array.
 */
void
opt_json_writer_open_array (OptJsonWriter *self,
                            const char    *name)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  open_with (self, name, '[');
}

/**
 * opt_json_writer_close_array:
 * @self: a writer
 *
 * Ends the array that was begun last.
 */
void
opt_json_writer_close_array (OptJsonWriter *self)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  close_with (self, ']');
}

/**
 * opt_json_writer_add_string:
 * @self: a writer
 * @name: (nullable): the member's name
 * @value: (nullable): the value; what is not UTF-8 in it becomes U+FFFD
 *
 * Adds a string, or null when @value is NULL. The Bot API refuses null: there, leave it out.
 */
void
opt_json_writer_add_string (OptJsonWriter *self,
                            const char    *name,
                            const char    *value)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  if (value == NULL)
    {
      add_literal (self, name, "null");
      return;
    }
  begin_value (self, name);
  append_string (self->text, value);
}

/**
 * opt_json_writer_add_int:
 * @self: a writer
 * @name: (nullable): the member's name
 * @value: the value
 *
 * Adds a whole number.
 */
void
opt_json_writer_add_int (OptJsonWriter *self,
                         const char    *name,
                         gint64         value)
{
  char digits[24];

  g_return_if_fail (self != NULL && self->text != NULL);

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, value);
  add_literal (self, name, digits);
}

/**
 * opt_json_writer_add_double:
 * @self: a writer
 * @name: (nullable): the member's name
 * @value: the value
 *
 * Adds a number, with as many digits as it takes to read the same one back.
 * JSON has no infinity and no NaN: they become null.
 */
void
opt_json_writer_add_double (OptJsonWriter *self,
                            const char    *name,
                            double         value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_if_fail (self != NULL && self->text != NULL);

  if (!isfinite (value))
    {
      add_literal (self, name, "null");
      return;
    }
  g_ascii_formatd (digits, sizeof digits, "%.15g", value);
  if (g_ascii_strtod (digits, NULL) != value)
    g_ascii_dtostr (digits, sizeof digits, value);
  add_literal (self, name, digits);
}

/**
 * opt_json_writer_add_bool:
 * @self: a writer
 * @name: (nullable): the member's name
 * @value: the value
 *
 * Adds true or false.
 */
void
opt_json_writer_add_bool (OptJsonWriter *self,
                          const char    *name,
                          gboolean       value)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  add_literal (self, name, value ? "true" : "false");
}

/**
 * opt_json_writer_add_null:
 * @self: a writer
 * @name: (nullable): the member's name
 *
 * Adds null.
 */
void
opt_json_writer_add_null (OptJsonWriter *self,
                          const char    *name)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  add_literal (self, name, "null");
}

/**
 * opt_json_writer_add_raw:
 * @self: a writer
 * @name: (nullable): the member's name
 * @json: (nullable): one value, already JSON; it is taken as it is
 *
 * Adds what was written elsewhere, or null when @json is NULL.
 */
void
opt_json_writer_add_raw (OptJsonWriter *self,
                         const char    *name,
                         const char    *json)
{
  g_return_if_fail (self != NULL && self->text != NULL);

  add_literal (self, name, json != NULL ? json : "null");
}
