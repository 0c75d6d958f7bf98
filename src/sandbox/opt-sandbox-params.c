/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-params.h"

#include <string.h>

#include "opt-sandbox-json.h"

/* Most requests have fewer. */
#define INLINE_ITEMS 8

struct _OptSandboxParams
{
  OptSandboxParam  first[INLINE_ITEMS];
  OptSandboxParam *items; /* (owned), unless it is @first */
  guint            n_items;
  guint            n_allocated;
  gsize            bytes;
  char            *buffer;  /* (owned) */
  GPtrArray       *buffers; /* (owned) (nullable): of char*, when one is not enough */
  GPtrArray       *uploads; /* (owned) (nullable) */
};

/**
 * opt_sandbox_params_new:
 *
 * Returns: (transfer full): no parameters yet
 */
OptSandboxParams *
opt_sandbox_params_new (void)
{
  OptSandboxParams *self = g_new (OptSandboxParams, 1);

  self->items = self->first;
  self->n_items = 0;
  self->n_allocated = INLINE_ITEMS;
  self->bytes = 0;
  self->buffer = NULL;
  self->buffers = NULL;
  self->uploads = NULL;
  return self;
}

void
opt_sandbox_params_free (OptSandboxParams *self)
{
  if (self->items != self->first)
    g_free (self->items);
  g_free (self->buffer);
  g_clear_pointer (&self->buffers, g_ptr_array_unref);
  g_clear_pointer (&self->uploads, g_ptr_array_unref);
  g_free (self);
}

static char *
keep (OptSandboxParams *self,
      const char       *text,
      gsize             length)
{
  char *copy = g_malloc (length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';

  if (self->buffer == NULL)
    {
      self->buffer = copy;
      return copy;
    }

  if (self->buffers == NULL)
    self->buffers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->buffers, copy);
  return copy;
}

static void
push (OptSandboxParams *self,
      const char       *name,
      const char       *value,
      gsize             length,
      gboolean          is_raw)
{
  if (self->n_items == self->n_allocated)
    {
      OptSandboxParam *items = g_new (OptSandboxParam, self->n_allocated * 2);

      memcpy (items, self->items, sizeof (OptSandboxParam) * self->n_items);
      if (self->items != self->first)
        g_free (self->items);
      self->items = items;
      self->n_allocated *= 2;
    }

  self->items[self->n_items++] = (OptSandboxParam){ name, value, length, is_raw };
}

/* A NUL would end the text early, so it becomes the space the server would show. */
static gsize
decode_in_place (char *text,
                 gsize length)
{
  char *to = text;

  for (gsize i = 0; i < length; i++)
    {
      char byte = text[i];

      if (byte == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) &&
          g_ascii_isxdigit (text[i + 2]))
        {
          byte =
            (char)(g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]));
          i += 2;
        }
      else if (byte == '+')
        {
          byte = ' ';
        }
      *to++ = byte == '\0' ? ' ' : byte;
    }

  *to = '\0';
  return (gsize)(to - text);
}

/**
 * opt_sandbox_params_add_form:
 * @self: parameters
 * @text: a query string or an urlencoded body
 * @length: its bytes
 *
 * Returns: %FALSE if there are too many bytes
 */
gboolean
opt_sandbox_params_add_form (OptSandboxParams *self,
                             const char       *text,
                             gsize             length)
{
  char *at;
  char *end;

  self->bytes += length;
  if (self->bytes > OPT_SANDBOX_PARAMS_BYTES_MAX)
    return FALSE;

  at = keep (self, text, length);
  end = at + length;

  while (at < end)
    {
      char *next = memchr (at, '&', (gsize)(end - at));
      char *equals;
      char *value;
      gsize value_length;

      if (next == NULL)
        next = end;
      equals = memchr (at, '=', (gsize)(next - at));
      value = equals != NULL ? equals + 1 : next;
      value_length = (gsize)(next - value);

      /* The value first: terminating the name touches the byte before it. */
      value_length = decode_in_place (value, value_length);
      decode_in_place (at, (gsize)((equals != NULL ? equals : next) - at));
      push (self, at, value_length > 0 ? value : "", value_length, FALSE);

      at = next + 1;
    }

  return TRUE;
}

static const char *
take_member (OptSandboxParams     *self,
             OptSandboxJsonCursor *cursor)
{
  char    *name;
  gsize    name_length;
  char    *value;
  gsize    length;
  gboolean is_raw;

  if (cursor->at >= cursor->end)
    return "expected parameter name";
  if (!opt_sandbox_json_take_string (cursor, &name, &name_length))
    return "can't parse parameter name";

  opt_sandbox_json_skip_space (cursor);
  if (cursor->at >= cursor->end || *cursor->at != ':')
    return "can't parse object, ':' expected";
  cursor->at++;
  opt_sandbox_json_skip_space (cursor);
  name[name_length] = '\0';

  is_raw = cursor->at < cursor->end && *cursor->at != '"';
  if (is_raw)
    {
      value = cursor->at;
      if (!opt_sandbox_json_skip_value (cursor, OPT_SANDBOX_JSON_DEPTH))
        return "can't parse parameter value";
      length = (gsize)(cursor->at - value);
    }
  else if (!opt_sandbox_json_take_string (cursor, &value, &length))
    {
      return "can't parse parameter value";
    }

  push (self, name, value, length, is_raw);
  return NULL;
}

/* Behind each value stood a quote, a comma, a brace or a space that was read already. */
static void
terminate_values (OptSandboxParams *self,
                  guint             from)
{
  for (guint i = from; i < self->n_items; i++)
    ((char *)self->items[i].value)[self->items[i].length] = '\0';
}

/**
 * opt_sandbox_params_add_json:
 * @self: parameters
 * @text: a JSON body
 * @length: its bytes
 *
 * Strings are taken decoded, every other value as its JSON text.
 *
 * Returns: (nullable): what is wrong with it, in the server's words, or %NULL
 */
const char *
opt_sandbox_params_add_json (OptSandboxParams *self,
                             const char       *text,
                             gsize             length)
{
  OptSandboxJsonCursor cursor = { NULL, NULL, NULL };
  guint                from = self->n_items;

  self->bytes += length;
  cursor.at = keep (self, text, length);
  cursor.end = cursor.at + length;

  opt_sandbox_json_skip_space (&cursor);
  if (cursor.at == cursor.end)
    return NULL;
  if (*cursor.at != '{')
    return "JSON object expected";
  cursor.at++;

  while (TRUE)
    {
      const char *problem;

      opt_sandbox_json_skip_space (&cursor);
      if (cursor.at < cursor.end && *cursor.at == '}')
        break;
      problem = take_member (self, &cursor);
      if (problem != NULL)
        return problem;
      opt_sandbox_json_skip_space (&cursor);
      if (cursor.at >= cursor.end || (*cursor.at != '}' && *cursor.at != ','))
        return "expected next field or object end";
      if (*cursor.at == ',')
        cursor.at++;
    }

  cursor.at++;
  opt_sandbox_json_skip_space (&cursor);
  if (cursor.at != cursor.end)
    return "unexpected data after object end";

  terminate_values (self, from);
  return NULL;
}

/**
 * opt_sandbox_params_add:
 * @self: parameters
 * @name: a name
 * @value: its value
 * @length: bytes of @value
 *
 * Adds one parameter, behind those of the same name.
 */
void
opt_sandbox_params_add (OptSandboxParams *self,
                        const char       *name,
                        const char       *value,
                        gsize             length)
{
  char *copy = keep (self, value, length);

  for (gsize i = 0; i < length; i++)
    {
      if (copy[i] == '\0')
        copy[i] = ' ';
    }
  self->bytes += length;
  push (self, keep (self, name, strlen (name)), copy, length, FALSE);
}

/**
 * opt_sandbox_params_add_upload:
 * @self: parameters
 * @upload: (transfer full): a file
 */
void
opt_sandbox_params_add_upload (OptSandboxParams *self,
                               OptSandboxUpload *upload)
{
  if (self->uploads == NULL)
    self->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_sandbox_upload_free);
  g_ptr_array_add (self->uploads, upload);
}

/**
 * opt_sandbox_params_get_bytes:
 * @self: parameters
 *
 * Returns: about how many bytes they hold, without files
 */
gsize
opt_sandbox_params_get_bytes (OptSandboxParams *self)
{
  return self->bytes + sizeof *self;
}

static OptSandboxParam *
find (OptSandboxParams *self,
      const char       *name)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      if (strcmp (self->items[i].name, name) == 0)
        return &self->items[i];
    }

  return NULL;
}

/**
 * opt_sandbox_params_get:
 * @self: parameters
 * @name: a name
 *
 * Returns: the first value of this name, or an empty text
 */
const char *
opt_sandbox_params_get (OptSandboxParams *self,
                        const char       *name)
{
  OptSandboxParam *item = find (self, name);

  return item != NULL ? item->value : "";
}

/**
 * opt_sandbox_params_has:
 * @self: parameters
 * @name: a name
 *
 * Returns: whether it was given, be it empty
 */
gboolean
opt_sandbox_params_has (OptSandboxParams *self,
                        const char       *name)
{
  return find (self, name) != NULL;
}

/**
 * opt_sandbox_params_get_int:
 * @self: parameters
 * @name: a name
 * @fallback: the value if it is not given
 * @least: the least allowed
 * @most: the most allowed
 *
 * What is no number counts as 0, and what is outside is moved to the nearest, as the
 * server does.
 *
 * Returns: a number in the range
 */
gint64
opt_sandbox_params_get_int (OptSandboxParams *self,
                            const char       *name,
                            gint64            fallback,
                            gint64            least,
                            gint64            most)
{
  const char *text = opt_sandbox_params_get (self, name);
  gint64      value = *text != '\0' ? g_ascii_strtoll (text, NULL, 10) : fallback;

  return CLAMP (value, least, most);
}

/**
 * opt_sandbox_params_get_bool:
 * @self: parameters
 * @name: a name
 *
 * Returns: whether it is `true`, `yes` or `1`
 */
gboolean
opt_sandbox_params_get_bool (OptSandboxParams *self,
                             const char       *name)
{
  g_autofree char *text = g_strstrip (g_strdup (opt_sandbox_params_get (self, name)));

  return g_ascii_strcasecmp (text, "true") == 0 || g_ascii_strcasecmp (text, "yes") == 0 ||
         strcmp (text, "1") == 0;
}

/**
 * opt_sandbox_params_get_upload:
 * @self: parameters
 * @name: the name of a part
 *
 * Returns: (nullable) (transfer none): the file
 */
OptSandboxUpload *
opt_sandbox_params_get_upload (OptSandboxParams *self,
                               const char       *name)
{
  for (guint i = 0; self->uploads != NULL && i < self->uploads->len; i++)
    {
      OptSandboxUpload *upload = g_ptr_array_index (self->uploads, i);

      if (strcmp (upload->field, name) == 0)
        return upload;
    }

  return NULL;
}

/**
 * opt_sandbox_params_forget_content:
 * @self: parameters
 *
 * Lets go of the files' contents; name, size and checksum stay.
 */
void
opt_sandbox_params_forget_content (OptSandboxParams *self)
{
  for (guint i = 0; self->uploads != NULL && i < self->uploads->len; i++)
    {
      OptSandboxUpload *upload = g_ptr_array_index (self->uploads, i);

      g_clear_pointer (&upload->data, g_bytes_unref);
    }
}

/**
 * opt_sandbox_params_peek:
 * @self: parameters
 * @count: (out): how many there are
 *
 * Returns: (transfer none): all of them, in the order they came
 */
const OptSandboxParam *
opt_sandbox_params_peek (OptSandboxParams *self,
                         guint            *count)
{
  *count = self->n_items;
  return self->items;
}

/**
 * opt_sandbox_params_peek_uploads:
 * @self: parameters
 *
 * Returns: (nullable) (transfer none) (element-type OptSandboxUpload): the files
 */
GPtrArray *
opt_sandbox_params_peek_uploads (OptSandboxParams *self)
{
  return self->uploads;
}
