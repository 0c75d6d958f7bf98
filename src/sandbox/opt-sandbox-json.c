/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-json.h"

#include <string.h>

#include <gio/gio.h>

static gboolean
fail (OptSandboxJsonCursor *cursor,
      const char           *problem)
{
  cursor->problem = problem;
  return FALSE;
}

/**
 * opt_sandbox_json_skip_space:
 * @cursor: a cursor
 *
 * Moves behind white space.
 */
void
opt_sandbox_json_skip_space (OptSandboxJsonCursor *cursor)
{
  while (cursor->at < cursor->end && *cursor->at != '\0' && strchr (" \t\r\n", *cursor->at) != NULL)
    cursor->at++;
}

static gboolean
take_hex (OptSandboxJsonCursor *cursor,
          guint                *code)
{
  *code = 0;

  if (cursor->end - cursor->at < 4)
    return fail (cursor, "a \\u escape is cut off");

  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*cursor->at++);

      if (digit < 0)
        return fail (cursor, "a \\u escape has other characters than hexadecimal digits");
      *code = *code * 16 + (guint)digit;
    }

  return TRUE;
}

/* Lone surrogates come out as three bytes that are no UTF-8, and are refused with the text. */
static char *
put_code (char *to,
          guint code)
{
  if (code < 0x80)
    {
      *to++ = (char)code;
    }
  else if (code < 0x800)
    {
      *to++ = (char)(0xc0 | (code >> 6));
      *to++ = (char)(0x80 | (code & 0x3f));
    }
  else if (code < 0x10000)
    {
      *to++ = (char)(0xe0 | (code >> 12));
      *to++ = (char)(0x80 | ((code >> 6) & 0x3f));
      *to++ = (char)(0x80 | (code & 0x3f));
    }
  else
    {
      *to++ = (char)(0xf0 | (code >> 18));
      *to++ = (char)(0x80 | ((code >> 12) & 0x3f));
      *to++ = (char)(0x80 | ((code >> 6) & 0x3f));
      *to++ = (char)(0x80 | (code & 0x3f));
    }

  return to;
}

static gboolean
take_unicode (OptSandboxJsonCursor *cursor,
              char                **to)
{
  guint code;

  if (!take_hex (cursor, &code))
    return FALSE;

  if (code >= 0xd800 && code < 0xdc00 && cursor->end - cursor->at >= 6 &&
      cursor->at[0] == '\\' && cursor->at[1] == 'u')
    {
      OptSandboxJsonCursor ahead = { cursor->at + 2, cursor->end, NULL };
      guint                low;

      if (take_hex (&ahead, &low) && low >= 0xdc00 && low < 0xe000)
        {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          cursor->at = ahead.at;
        }
    }

  /* The server shows a NUL as a space; here it would end the text. */
  *to = put_code (*to, code == 0 ? ' ' : code);
  return TRUE;
}

static gboolean
take_escape (OptSandboxJsonCursor *cursor,
             char                **to)
{
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  const char       *found;
  char              name;

  if (cursor->at >= cursor->end)
    return fail (cursor, "a string is cut off");

  name = *cursor->at++;
  if (name == 'u')
    return take_unicode (cursor, to);

  found = name != '\0' ? strchr (names, name) : NULL;
  if (found == NULL)
    return fail (cursor, "a string has an unknown escape");

  *(*to)++ = values[found - names];
  return TRUE;
}

/**
 * opt_sandbox_json_take_string:
 * @cursor: a cursor at the opening quote
 * @value: (out): the decoded text, in the cursor's own memory, not terminated
 * @length: (out): its bytes
 *
 * Decodes a string in place. The bytes are not checked to be UTF-8.
 *
 * Returns: %FALSE with @cursor->problem set if there is no well-formed string
 */
gboolean
opt_sandbox_json_take_string (OptSandboxJsonCursor *cursor,
                              char                **value,
                              gsize                *length)
{
  char *to;

  if (cursor->at >= cursor->end || *cursor->at != '"')
    return fail (cursor, "a string was expected");

  to = *value = ++cursor->at;

  while (cursor->at < cursor->end)
    {
      char byte = *cursor->at++;

      if (byte == '"')
        {
          *length = (gsize)(to - *value);
          return TRUE;
        }
      if (byte == '\0')
        return fail (cursor, "a string has a NUL byte");
      if (byte != '\\')
        *to++ = byte;
      else if (!take_escape (cursor, &to))
        return FALSE;
    }

  return fail (cursor, "a string is cut off");
}

/* Leaves the text as it is, but for an escaped NUL, which later readers would stumble over. */
static gboolean
skip_string (OptSandboxJsonCursor *cursor)
{
  for (cursor->at++; cursor->at < cursor->end; cursor->at++)
    {
      if (*cursor->at == '"')
        {
          cursor->at++;
          return TRUE;
        }
      if (*cursor->at == '\0')
        return fail (cursor, "a string has a NUL byte");
      if (*cursor->at == '\\')
        {
          OptSandboxJsonCursor copy = { cursor->at + 1, cursor->end, NULL };
          char                 space[4];
          char                *to = space;

          if (!take_escape (&copy, &to))
            return fail (cursor, copy.problem);
          if (cursor->at[1] == 'u' && memcmp (cursor->at + 2, "0000", 4) == 0)
            cursor->at[4] = '2';
          cursor->at = copy.at - 1;
        }
    }

  return fail (cursor, "a string is cut off");
}

static gboolean
skip_digits (OptSandboxJsonCursor *cursor)
{
  const char *from = cursor->at;

  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at))
    cursor->at++;

  return cursor->at > from || fail (cursor, "a value was expected");
}

static gboolean
skip_number (OptSandboxJsonCursor *cursor)
{
  if (*cursor->at == '-')
    cursor->at++;
  if (cursor->end - cursor->at > 1 && cursor->at[0] == '0' && g_ascii_isdigit (cursor->at[1]))
    return fail (cursor, "a number begins with a zero");
  if (!skip_digits (cursor))
    return FALSE;
  if (cursor->at < cursor->end && *cursor->at == '.')
    {
      cursor->at++;
      if (!skip_digits (cursor))
        return FALSE;
    }
  if (cursor->at < cursor->end && (*cursor->at == 'e' || *cursor->at == 'E'))
    {
      cursor->at++;
      if (cursor->at < cursor->end && (*cursor->at == '+' || *cursor->at == '-'))
        cursor->at++;
      return skip_digits (cursor);
    }

  return TRUE;
}

static gboolean
skip_word (OptSandboxJsonCursor *cursor)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize)(cursor->end - cursor->at) >= length && memcmp (cursor->at, words[i], length) == 0)
        {
          cursor->at += length;
          return TRUE;
        }
    }

  return fail (cursor, "a value was expected");
}

static gboolean
skip_member_name (OptSandboxJsonCursor *cursor)
{
  if (cursor->at >= cursor->end || *cursor->at != '"')
    return fail (cursor, "a member name was expected");
  if (!skip_string (cursor))
    return FALSE;

  opt_sandbox_json_skip_space (cursor);
  if (cursor->at >= cursor->end || *cursor->at != ':')
    return fail (cursor, "':' was expected");
  cursor->at++;

  return TRUE;
}

static gboolean
skip_list (OptSandboxJsonCursor *cursor,
           char                  close,
           guint                 depth)
{
  if (depth == 0)
    return fail (cursor, "it is nested too deeply");

  cursor->at++;
  opt_sandbox_json_skip_space (cursor);
  if (cursor->at < cursor->end && *cursor->at == close)
    {
      cursor->at++;
      return TRUE;
    }

  while (TRUE)
    {
      opt_sandbox_json_skip_space (cursor);
      if (close == '}' && !skip_member_name (cursor))
        return FALSE;
      if (!opt_sandbox_json_skip_value (cursor, depth - 1))
        return FALSE;

      opt_sandbox_json_skip_space (cursor);
      if (cursor->at >= cursor->end || (*cursor->at != ',' && *cursor->at != close))
        return fail (cursor, "',' or the end of a list was expected");
      if (*cursor->at++ == close)
        return TRUE;
    }
}

/**
 * opt_sandbox_json_skip_value:
 * @cursor: a cursor
 * @depth: how many lists may lie in each other
 *
 * Moves behind one value, checking it on the way.
 *
 * Returns: %FALSE with @cursor->problem set if there is no well-formed value
 */
gboolean
opt_sandbox_json_skip_value (OptSandboxJsonCursor *cursor,
                             guint                 depth)
{
  opt_sandbox_json_skip_space (cursor);
  if (cursor->at >= cursor->end)
    return fail (cursor, "a value was expected");

  switch (*cursor->at)
    {
    case '{':
      return skip_list (cursor, '}', depth);
    case '[':
      return skip_list (cursor, ']', depth);
    case '"':
      return skip_string (cursor);
    case 't':
    case 'f':
    case 'n':
      return skip_word (cursor);
    default:
      return skip_number (cursor);
    }
}

/**
 * opt_sandbox_json_parse:
 * @text: JSON text
 * @length: its bytes, or -1
 * @error: where to say what is wrong
 *
 * Parses text from outside. json-glib overflows the stack on deep nesting, stops at NULs and
 * is lenient, so the text is checked first.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL with @error set
 */
JsonNode *
opt_sandbox_json_parse (const char *text,
                        gssize      length,
                        GError    **error)
{
  g_autofree char     *copy = NULL;
  OptSandboxJsonCursor cursor = { NULL, NULL, NULL };
  gboolean             is_valid;

  if (length < 0)
    length = (gssize)strlen (text);

  copy = g_strndup (text, (gsize)length);
  cursor.at = copy;
  cursor.end = copy + length;

  is_valid = opt_sandbox_json_skip_value (&cursor, OPT_SANDBOX_JSON_DEPTH);
  if (is_valid)
    {
      opt_sandbox_json_skip_space (&cursor);
      if (cursor.at != cursor.end)
        cursor.problem = "there is more behind its end";
      else if (!g_utf8_validate (copy, length, NULL))
        cursor.problem = "it is not encoded in UTF-8";
    }
  if (cursor.problem != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "the JSON is wrong at byte %" G_GSIZE_FORMAT ": %s",
                   (gsize)(cursor.at - copy), cursor.problem);
      return NULL;
    }

  return json_from_string (copy, error);
}

/**
 * opt_sandbox_json_add_string:
 * @out: where to write
 * @text: UTF-8 text
 * @length: its bytes, or -1
 *
 * Writes a quoted string.
 */
void
opt_sandbox_json_add_string (GString    *out,
                             const char *text,
                             gssize      length)
{
  const char *end = text + (length < 0 ? (gssize)strlen (text) : length);
  const char *from = text;

  g_string_append_c (out, '"');
  for (const char *at = text; at < end; at++)
    {
      guchar byte = (guchar)*at;

      if (byte >= 0x20 && byte != '"' && byte != '\\')
        continue;

      g_string_append_len (out, from, at - from);
      from = at + 1;
      if (byte == '"' || byte == '\\')
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, (char)byte);
        }
      else if (byte == '\n')
        {
          g_string_append_len (out, "\\n", 2);
        }
      else
        {
          g_string_append_printf (out, "\\u%04x", byte);
        }
    }
  g_string_append_len (out, from, end - from);
  g_string_append_c (out, '"');
}

/**
 * opt_sandbox_json_add_int:
 * @out: where to write
 * @value: a number
 *
 * Writes a number; much cheaper than g_string_append_printf().
 */
void
opt_sandbox_json_add_int (GString *out,
                          gint64   value)
{
  char    digits[24];
  char   *at = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64)value : (guint64)value;

  do
    *--at = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    *--at = '-';

  g_string_append_len (out, at, digits + sizeof digits - at);
}

/**
 * opt_sandbox_json_add_node:
 * @out: where to write
 * @node: a value
 *
 * Writes a tree.
 */
void
opt_sandbox_json_add_node (GString  *out,
                           JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  g_string_append (out, text);
}

/**
 * opt_sandbox_json_get_string:
 * @object: an object
 * @member: a name
 *
 * Returns: (nullable): the member if it is a string
 */
const char *
opt_sandbox_json_get_string (JsonObject *object,
                             const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

/**
 * opt_sandbox_json_get_int:
 * @object: an object
 * @member: a name
 * @fallback: what to return without it
 *
 * Returns: the member if it is an integer, or a string that holds one
 */
gint64
opt_sandbox_json_get_int (JsonObject *object,
                          const char *member,
                          gint64      fallback)
{
  JsonNode *node = json_object_get_member (object, member);
  gint64    value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (json_node_get_value_type (node) == G_TYPE_STRING &&
      g_ascii_string_to_signed (json_node_get_string (node), 10, G_MININT64, G_MAXINT64, &value,
                                NULL))
    return value;

  return fallback;
}

/**
 * opt_sandbox_json_get_bool:
 * @object: an object
 * @member: a name
 *
 * Returns: whether the member is there and true
 */
gboolean
opt_sandbox_json_get_bool (JsonObject *object,
                           const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}
