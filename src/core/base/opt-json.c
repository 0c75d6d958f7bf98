/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK (opt - json - error - quark, opt_json_error)

/* A reader of our own that builds json-glib's nodes: json-glib's takes comments, assignments and half
 * surrogates, rounds integers, recurses without end, and costs three times as much. */
typedef struct
{
  const char *start;
  const char *at;
  const char *end;  /* there is a NUL here, or any other byte that is not part of the text */
  GString    *text; /* (owned): the string being read, kept to be used again */
  guint       depth;
  GError     *error; /* (owned): the first one */
} Reader;

static JsonNode *read_value (Reader *self);

static void
fail (Reader      *self,
      OptJsonError code,
      const char  *at,
      const char  *message)
{
  guint line = 1, column = 1;

  if (self->error != NULL)
    return;

  for (const char *p = self->start; p < at; p++)
    {
      column += ((guchar)*p & 0xc0) != 0x80;
      if (*p == '\n')
        {
          line++;
          column = 1;
        }
    }
  g_set_error (&self->error, OPT_JSON_ERROR, code, "line %u, column %u: %s", line, column, message);
}

static void
fail_expecting (Reader     *self,
                const char *message)
{
  if (self->at < self->end && *self->at == '\0')
    fail (self, OPT_JSON_ERROR_LIMIT, self->at, "there is a NUL in the text");
  else
    fail (self, OPT_JSON_ERROR_SYNTAX, self->at,
          self->at >= self->end ? "the text ends in the middle of a value" : message);
}

static char
peek (Reader *self)
{
  return self->at < self->end ? *self->at : '\0';
}

static char
skip_space (Reader *self)
{
  while (self->at < self->end && (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
    self->at++;
  return peek (self);
}

static gboolean
take (Reader *self,
      char    c)
{
  if (skip_space (self) != c)
    return FALSE;
  self->at++;
  return TRUE;
}

/* Four hexadecimal digits, or -1. */
static int
read_hex (Reader *self)
{
  int value = 0;

  for (int i = 0; i < 4; i++, self->at++)
    {
      if (self->at >= self->end || !g_ascii_isxdigit (*self->at))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (*self->at);
    }
  return value;
}

/* What follows `\u`. A half of a surrogate pair without the other becomes U+FFFD. */
static gboolean
read_unicode (Reader *self)
{
  const char *start = self->at - 2;
  int         high = read_hex (self);
  int         low;

  if (high < 0)
    {
      fail_expecting (self, "expected four hexadecimal digits after \\u");
      return FALSE;
    }
  if (high == 0)
    {
      fail (self, OPT_JSON_ERROR_LIMIT, start, "there is a NUL in a string");
      return FALSE;
    }
  if (high < 0xd800 || high > 0xdfff)
    {
      g_string_append_unichar (self->text, (gunichar)high);
      return TRUE;
    }

  start = self->at;
  if (high < 0xdc00 && self->end - self->at >= 6 && self->at[0] == '\\' && self->at[1] == 'u')
    {
      self->at += 2;
      low = read_hex (self);
      if (low >= 0xdc00 && low <= 0xdfff)
        {
          g_string_append_unichar (self->text, 0x10000 + (gunichar)((high - 0xd800) << 10) + (gunichar)(low - 0xdc00));
          return TRUE;
        }
      self->at = start;
    }
  g_string_append_unichar (self->text, 0xfffd);
  return TRUE;
}

static gboolean
read_escape (Reader *self)
{
  static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  char              c = peek (self);

  if (c == 'u')
    {
      self->at++;
      return read_unicode (self);
    }
  for (const char *pair = plain; c != '\0' && *pair != '\0'; pair += 2)
    if (*pair == c)
      {
        g_string_append_c (self->text, pair[1]);
        self->at++;
        return TRUE;
      }
  fail_expecting (self, "unknown escape after a backslash");
  return FALSE;
}

/* After the opening quote: leaves the string in self->text. */
static gboolean
read_string (Reader *self)
{
  g_string_truncate (self->text, 0);
  while (self->at < self->end)
    {
      const char *run = self->at;
      guchar      bits = 0;

      while (self->at < self->end && (guchar)*self->at >= 0x20 && *self->at != '"' && *self->at != '\\')
        bits |= (guchar)*self->at++;
      if (bits >= 0x80 && !g_utf8_validate_len (run, (gsize)(self->at - run), NULL))
        {
          fail (self, OPT_JSON_ERROR_SYNTAX, run, "what follows is not UTF-8");
          return FALSE;
        }
      g_string_append_len (self->text, run, self->at - run);

      if (self->at >= self->end || (guchar)*self->at < 0x20)
        break;
      if (*self->at++ == '"')
        return TRUE;
      if (!read_escape (self))
        return FALSE;
    }
  fail_expecting (self, "a control character stands bare in a string");
  return FALSE;
}

static JsonNode *
read_object (Reader *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *node;

  if (!take (self, '}'))
    {
      do
        {
          g_autofree char *name = NULL;

          if (!take (self, '"'))
            {
              fail_expecting (self, "expected a name in double quotes");
              return NULL;
            }
          if (!read_string (self))
            return NULL;
          name = g_strndup (self->text->str, self->text->len);
          if (!take (self, ':'))
            {
              fail_expecting (self, "expected a colon after the name");
              return NULL;
            }
          node = read_value (self);
          if (node == NULL)
            return NULL;
          json_object_set_member (object, name, node);
      } while (take (self, ','));

      if (!take (self, '}'))
        {
          fail_expecting (self, "expected a comma or } after the value");
          return NULL;
        }
    }
  node = json_node_alloc ();
  json_node_init_object (node, object);
  return node;
}

static JsonNode *
read_array (Reader *self)
{
  g_autoptr (JsonArray) array = json_array_new ();
  JsonNode *node;

  if (!take (self, ']'))
    {
      do
        {
          node = read_value (self);
          if (node == NULL)
            return NULL;
          json_array_add_element (array, node);
      } while (take (self, ','));

      if (!take (self, ']'))
        {
          fail_expecting (self, "expected a comma or ] after the value");
          return NULL;
        }
    }
  node = json_node_alloc ();
  json_node_init_array (node, array);
  return node;
}

static void
skip_digits (Reader *self)
{
  while (g_ascii_isdigit (peek (self)))
    self->at++;
}

/* Moves behind a number by JSON's grammar; FALSE when it is none. */
static gboolean
skip_number (Reader   *self,
             gboolean *is_whole)
{
  *is_whole = TRUE;
  if (peek (self) == '-')
    self->at++;
  if (!g_ascii_isdigit (peek (self)))
    return FALSE;
  if (*self->at == '0')
    self->at++;
  else
    skip_digits (self);

  if (peek (self) == '.')
    {
      *is_whole = FALSE;
      self->at++;
      if (!g_ascii_isdigit (peek (self)))
        return FALSE;
      skip_digits (self);
    }
  if (peek (self) == 'e' || peek (self) == 'E')
    {
      *is_whole = FALSE;
      self->at++;
      if (peek (self) == '+' || peek (self) == '-')
        self->at++;
      if (!g_ascii_isdigit (peek (self)))
        return FALSE;
      skip_digits (self);
    }
  return TRUE;
}

static JsonNode *
read_number (Reader *self)
{
  const char      *start = self->at;
  g_autofree char *digits = NULL;
  gboolean         is_whole;
  gint64           whole;
  double           number;

  if (!skip_number (self, &is_whole))
    {
      fail_expecting (self, "expected a digit");
      return NULL;
    }

  /* The text need not end in a NUL, and what follows a number might be another digit's neighbour. */
  digits = g_strndup (start, (gsize)(self->at - start));
  if (is_whole)
    {
      errno = 0;
      whole = g_ascii_strtoll (digits, NULL, 10);
      if (errno == 0)
        return json_node_init_int (json_node_alloc (), whole);
    }
  number = g_ascii_strtod (digits, NULL);
  if (!isfinite (number))
    {
      fail (self, OPT_JSON_ERROR_LIMIT, start, "the number is too large");
      return NULL;
    }
  return json_node_init_double (json_node_alloc (), number);
}

static gboolean
take_word (Reader     *self,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize)(self->end - self->at) < length || strncmp (self->at, word, length) != 0)
    return FALSE;
  self->at += length;
  return TRUE;
}

static JsonNode *
read_nested (Reader *self,
             JsonNode *(*read) (Reader *self))
{
  JsonNode *node;

  if (++self->depth > OPT_JSON_DEPTH_MAX)
    {
      fail (self, OPT_JSON_ERROR_LIMIT, self->at - 1, "objects and arrays are nested too deep");
      return NULL;
    }
  node = read (self);
  self->depth--;
  return node;
}

static JsonNode *
read_value (Reader *self)
{
  char c = skip_space (self);

  switch (c)
    {
    case '{':
      self->at++;
      return read_nested (self, read_object);
    case '[':
      self->at++;
      return read_nested (self, read_array);
    case '"':
      self->at++;
      return read_string (self) ? json_node_init_string (json_node_alloc (), self->text->str) : NULL;
    case 't':
      if (take_word (self, "true"))
        return json_node_init_boolean (json_node_alloc (), TRUE);
      break;
    case 'f':
      if (take_word (self, "false"))
        return json_node_init_boolean (json_node_alloc (), FALSE);
      break;
    case 'n':
      if (take_word (self, "null"))
        return json_node_init_null (json_node_alloc ());
      break;
    default:
      if (c == '-' || g_ascii_isdigit (c))
        return read_number (self);
      break;
    }
  fail_expecting (self, "expected a value");
  return NULL;
}

/**
 * opt_json_parse:
 * @text: (nullable): JSON in UTF-8
 * @length: how many bytes, or -1 when a NUL ends them
 * @error: return location: OPT_JSON_ERROR_SYNTAX or OPT_JSON_ERROR_LIMIT, with line and column, never with the text
 *
 * Reads one value, strictly by RFC 8259, within bounds: %OPT_JSON_BYTES_MAX bytes, %OPT_JSON_DEPTH_MAX deep, no NUL.
 * A byte order mark is passed over; of members of one name the last counts; half a surrogate pair
 * becomes U+FFFD. A whole number outside of 64 bits is a double node.
 *
 * Returns: (transfer full): the value, or NULL with @error set
 */
JsonNode *
opt_json_parse (const char *text,
                gssize      length,
                GError    **error)
{
  Reader reader = { 0 };
  g_autoptr (GString) string = NULL;
  g_autoptr (JsonNode) node = NULL;
  gsize size;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (text == NULL)
    text = "";
  size = length < 0 ? strlen (text) : (gsize)length;
  if (size > OPT_JSON_BYTES_MAX)
    {
      g_set_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT,
                   "the text has %" G_GSIZE_FORMAT " bytes, the most that is taken is %d", size, OPT_JSON_BYTES_MAX);
      return NULL;
    }

  string = g_string_sized_new (128);
  reader.text = string;
  reader.start = reader.at = text;
  reader.end = text + size;
  take_word (&reader, "\xef\xbb\xbf");

  if (skip_space (&reader) == '\0' && reader.at == reader.end)
    fail (&reader, OPT_JSON_ERROR_SYNTAX, reader.at, "the text is empty");
  else
    node = read_value (&reader);
  if (node != NULL && (skip_space (&reader), reader.at < reader.end))
    fail_expecting (&reader, "more follows after the value");

  if (reader.error != NULL)
    {
      g_propagate_error (error, reader.error);
      return NULL;
    }
  return g_steal_pointer (&node);
}

/**
 * opt_json_parse_object:
 * @text: (nullable): JSON in UTF-8
 * @length: how many bytes, or -1 when a NUL ends them
 * @object: (out) (transfer none): the object, alive as long as the node
 * @error: return location: any #OptJsonError
 *
 * Reads an object as opt_json_parse() does, and refuses any other value.
 *
 * Returns: (transfer full): the node that holds the object, or NULL with @error set
 */
JsonNode *
opt_json_parse_object (const char  *text,
                       gssize       length,
                       JsonObject **object,
                       GError     **error)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (object != NULL, NULL);

  *object = NULL;
  node = opt_json_parse (text, length, error);
  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, OPT_JSON_ERROR, OPT_JSON_ERROR_TYPE, "expected an object in braces");
      return NULL;
    }
  *object = json_node_get_object (node);
  return g_steal_pointer (&node);
}

static JsonNode *
find (JsonObject  *object,
      const char  *member,
      JsonNodeType type)
{
  JsonNode *node;

  if (object == NULL)
    return NULL;
  node = json_object_get_member (object, member);
  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

/**
 * opt_json_get_int:
 * @object: (nullable): an object
 * @member: a member's name
 * @value: (out): the number; left alone when there is none
 *
 * Reads a whole number of 64 bits.
 *
 * Returns: whether there is one; `1.0`, `"1"` and what exceeds 64 bits are none
 */
gboolean
opt_json_get_int (JsonObject *object,
                  const char *member,
                  gint64     *value)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  node = find (object, member, JSON_NODE_VALUE);
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

/**
 * opt_json_get_bool:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads a truth value.
 *
 * Returns: whether the member is there and true
 */
gboolean
opt_json_get_bool (JsonObject *object,
                   const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, FALSE);

  node = find (object, member, JSON_NODE_VALUE);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

/**
 * opt_json_get_string:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads a string.
 *
 * Returns: (transfer none) (nullable): the string, alive as long as @object
 */
const char *
opt_json_get_string (JsonObject *object,
                     const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, NULL);

  node = find (object, member, JSON_NODE_VALUE);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/**
 * opt_json_get_object:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads an object inside of an object.
 *
 * Returns: (transfer none) (nullable): the object, alive as long as @object
 */
JsonObject *
opt_json_get_object (JsonObject *object,
                     const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, NULL);

  node = find (object, member, JSON_NODE_OBJECT);
  return node != NULL ? json_node_get_object (node) : NULL;
}

/**
 * opt_json_get_array:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads an array inside of an object.
 *
 * Returns: (transfer none) (nullable): the array, alive as long as @object
 */
JsonArray *
opt_json_get_array (JsonObject *object,
                    const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, NULL);

  node = find (object, member, JSON_NODE_ARRAY);
  return node != NULL ? json_node_get_array (node) : NULL;
}

/**
 * opt_json_array_get_object:
 * @array: (nullable): an array
 * @index: from 0; may be beyond the end
 *
 * Reads an object inside of an array.
 *
 * Returns: (transfer none) (nullable): the object, alive as long as @array
 */
JsonObject *
opt_json_array_get_object (JsonArray *array,
                           guint      index)
{
  JsonNode *node;

  if (array == NULL || index >= json_array_get_length (array))
    return NULL;
  node = json_array_get_element (array, index);
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}
