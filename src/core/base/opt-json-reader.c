/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json-reader.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "opt-json.h"

/* A reader of our own that builds json-glib's nodes, since json-glib's parser takes comments and
 * assignments for JSON, rounds long integers, and recurses as deep as the text asks for. */
typedef struct
{
  const char *start;
  const char *at;
  const char *end;
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

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static gboolean
is_plain (char c)
{
  return (guchar)c >= 0x20 && c != '"' && c != '\\';
}

static char
skip_space (Reader *self)
{
  while (self->at < self->end && is_space (*self->at))
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

/* What follows `\u`. A NUL, or half a surrogate pair without the other, becomes U+FFFD. */
static gboolean
read_unicode (Reader *self)
{
  int         high = read_hex (self);
  int         low;
  const char *start;

  if (high < 0)
    {
      fail_expecting (self, "expected four hexadecimal digits after \\u");
      return FALSE;
    }
  /* A string can't hold it, and one such in a press of somebody's must not spoil all updates. */
  if (high == 0)
    high = 0xfffd;
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
          high = (high - 0xd800) << 10;
          g_string_append_unichar (self->text, 0x10000u + (guint)(high + low - 0xdc00));
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

      while (self->at < self->end && is_plain (*self->at))
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

  /* The text need not end in a NUL, so the digits need a place where they do. */
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
      if (!read_string (self))
        return NULL;
      return json_node_init_string (json_node_alloc (), self->text->str);
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
 * opt_json_reader_read:
 * @text: JSON in UTF-8
 * @length: how many bytes
 * @error: return location: OPT_JSON_ERROR_SYNTAX or OPT_JSON_ERROR_LIMIT
 *
 * Reads one value, as opt_json_parse() documents.
 *
 * Returns: (transfer full): the value, or NULL with @error set
 */
JsonNode *
opt_json_reader_read (const char *text,
                      gsize       length,
                      GError    **error)
{
  g_autoptr (GString) string = g_string_sized_new (128);
  g_autoptr (JsonNode) node = NULL;
  Reader reader = { .start = text, .at = text, .end = text + length, .text = string };

  take_word (&reader, "\xef\xbb\xbf");
  skip_space (&reader);
  if (reader.at == reader.end)
    fail (&reader, OPT_JSON_ERROR_SYNTAX, reader.at, "the text is empty");
  else
    node = read_value (&reader);

  skip_space (&reader);
  if (node != NULL && reader.at < reader.end)
    fail_expecting (&reader, "more follows after the value");

  if (reader.error != NULL)
    {
      g_propagate_error (error, reader.error);
      return NULL;
    }
  return g_steal_pointer (&node);
}
