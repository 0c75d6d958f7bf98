/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-multipart.h"

#include <string.h>

#include "opt-sandbox-file.h"

#define BOUNDARY_BYTES_MAX 70

/* Where reading is, and what a part said of itself. */
typedef struct
{
  GBytes     *body;  /* (unowned) */
  const char *start; /* of @body */
  const char *at;
  const char *end;
  char       *delimiter; /* (owned): line end, two dashes and boundary */
  char       *name;      /* (owned) (nullable) */
  char       *file_name; /* (owned) (nullable) */
  char       *mime_type; /* (owned) (nullable) */
  guint       files;
  gsize       plain_bytes;
  guint       status;
  const char *problem;
} Reader;

static void
forget_part (Reader *reader)
{
  g_clear_pointer (&reader->name, g_free);
  g_clear_pointer (&reader->file_name, g_free);
  g_clear_pointer (&reader->mime_type, g_free);
}

static void
reader_clear (Reader *reader)
{
  forget_part (reader);
  g_free (reader->delimiter);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean
fail (Reader     *reader,
      guint       status,
      const char *problem)
{
  reader->status = status;
  reader->problem = problem;
  return FALSE;
}

/* The server takes a boundary with or without quotes, and its name in any case. */
static char *
find_boundary (const char *content_type)
{
  g_autofree char *lower = g_ascii_strdown (content_type, -1);
  const char      *found = strstr (lower, "boundary");
  const char      *at;
  const char      *end;

  if (found == NULL)
    return NULL;
  at = strchr (content_type + (found - lower), '=');
  if (at == NULL)
    return g_strdup ("");
  at++;
  if (*at == '"')
    {
      end = strchr (at + 1, '"');
      return end != NULL ? g_strndup (at + 1, (gsize)(end - at) - 1) : g_strdup ("");
    }

  return g_strndup (at, strcspn (at, ";, \t"));
}

/* Moves behind the next delimiter; returns where it began. */
static const char *
skip_delimiter (Reader *reader)
{
  gsize       length = strlen (reader->delimiter);
  const char *found =
    memmem (reader->at, (gsize)(reader->end - reader->at), reader->delimiter, length);

  if (found != NULL)
    reader->at = found + length;
  return found;
}

static void
decode (char *value)
{
  char *to = value;

  for (const char *at = value; *at != '\0'; at++)
    {
      if (*at == '%' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]))
        {
          *to++ = (char)(g_ascii_xdigit_value (at[1]) * 16 + g_ascii_xdigit_value (at[2]));
          at += 2;
        }
      else
        {
          *to++ = *at;
        }
    }
  *to = '\0';
}

/* Takes a quoted string in place and moves behind it and the semicolon. */
static char *
take_quoted (Reader *reader,
             char  **rest)
{
  char *value = *rest + 1;
  char *to = value;
  char *at = value;

  while (*at != '"')
    {
      if (*at == '\\')
        at++;
      if (*at == '\0')
        {
          fail (reader, 400, "Bad Request: unclosed quoted string in Content-Disposition header");
          return NULL;
        }
      *to++ = *at++;
    }
  at++;
  at += strspn (at, " \t");
  if (*at != '\0' && *at != ';')
    {
      fail (reader, 400, "Bad Request: expected ';' in Content-Disposition header");
      return NULL;
    }

  *to = '\0';
  *rest = *at == ';' ? at + 1 : at;
  return value;
}

static char *
take_token (char **rest)
{
  char *value = *rest;
  char *end = value + strcspn (value, ";");

  *rest = *end == ';' ? end + 1 : end;
  *end = '\0';
  return g_strstrip (value);
}

static gboolean
read_disposition (Reader *reader,
                  char   *rest)
{
  if (!g_str_has_prefix (rest, "form-data;"))
    return fail (reader, 400, "Bad Request: expected form-data content disposition");

  rest += strlen ("form-data;");
  while (strchr (rest, '=') != NULL)
    {
      char *key = rest;
      char *value = strchr (rest, '=');

      *value = '\0';
      rest = value + 1;
      rest += strspn (rest, " \t");
      value = *rest == '"' ? take_quoted (reader, &rest) : take_token (&rest);
      if (value == NULL)
        return FALSE;

      key = g_strstrip (key);
      decode (value);
      if (strcmp (key, "name") == 0)
        {
          g_free (reader->name);
          reader->name = g_strdup (value);
        }
      else if (strcmp (key, "filename") == 0)
        {
          g_free (reader->file_name);
          reader->file_name = g_strdup (value);
        }
    }

  return TRUE;
}

static gboolean
read_header (Reader *reader,
             char   *line)
{
  char *value = strchr (line, ':');

  if (value == NULL)
    return fail (reader, 400, "Bad Request: can't parse form data headers");

  *value++ = '\0';
  g_strstrip (line);
  g_strstrip (value);
  if (g_ascii_strcasecmp (line, "content-disposition") == 0)
    return read_disposition (reader, value);
  if (g_ascii_strcasecmp (line, "content-type") == 0)
    {
      g_free (reader->mime_type);
      reader->mime_type = g_strdup (value);
    }

  return TRUE;
}

static gboolean
read_headers (Reader *reader)
{
  const char      *end = memmem (reader->at, (gsize)(reader->end - reader->at), "\r\n\r\n", 4);
  g_autofree char *headers = NULL;
  g_auto (GStrv) lines = NULL;

  if (end == NULL)
    return fail (reader, 400, "Bad Request: unexpected end of request content");
  if (end == reader->at)
    return fail (reader, 400, "Bad Request: headers in multipart/form-data are empty");

  headers = g_strndup (reader->at, (gsize)(end - reader->at));
  lines = g_strsplit (headers, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (*lines[i] != '\0' && !read_header (reader, lines[i]))
        return FALSE;
    }
  /* The line end before the delimiter may be the one of an empty part's headers. */
  reader->at = end + 2;
  if (reader->name == NULL || *reader->name == '\0')
    return fail (reader, 400, "Bad Request: field name in multipart/form-data not found");

  return TRUE;
}

static gboolean
keep_part (Reader           *reader,
           OptSandboxParams *params,
           const char       *from,
           gsize             size)
{
  g_autoptr (GBytes) content = NULL;

  if (reader->file_name == NULL)
    {
      reader->plain_bytes += size;
      if (reader->plain_bytes > OPT_SANDBOX_PARAMS_BYTES_MAX)
        return fail (reader, 413, "Request Entity Too Large: too many parameters in form data");
      opt_sandbox_params_add (params, reader->name, from, size);
      return TRUE;
    }
  if (++reader->files > OPT_SANDBOX_PARAMS_FILES_MAX)
    return fail (reader, 413, "Request Entity Too Large: too many files attached");
  if (size > OPT_SANDBOX_FILE_UPLOAD_MAX)
    return fail (reader, 413, "Request Entity Too Large");

  content = g_bytes_new_from_bytes (reader->body, (gsize)(from - reader->start), size);
  opt_sandbox_params_add_upload (
    params, opt_sandbox_upload_new (reader->name, reader->file_name, reader->mime_type, content));
  return TRUE;
}

static gboolean
read_parts (Reader           *reader,
            OptSandboxParams *params)
{
  gsize length = strlen (reader->delimiter) - 2;

  /* The first delimiter may stand at the very beginning. */
  if ((gsize)(reader->end - reader->at) >= length &&
      memcmp (reader->at, reader->delimiter + 2, length) == 0)
    reader->at += length;
  else if (skip_delimiter (reader) == NULL)
    return fail (reader, 400, "Bad Request: unexpected end of request content");

  while (reader->end - reader->at < 2 || memcmp (reader->at, "--", 2) != 0)
    {
      const char *from;
      const char *end;

      if (reader->end - reader->at < 2 || memcmp (reader->at, "\r\n", 2) != 0)
        return fail (reader, 400, "Bad Request: unexpected end of request content");
      reader->at += 2;
      if (!read_headers (reader))
        return FALSE;
      from = reader->at + 2;
      end = skip_delimiter (reader);
      if (end == NULL)
        return fail (reader, 400, "Bad Request: unexpected end of request content");
      if (!keep_part (reader, params, from, end > from ? (gsize)(end - from) : 0))
        return FALSE;
      forget_part (reader);
    }

  return TRUE;
}

/**
 * opt_sandbox_multipart_read:
 * @params: where to add what is in it
 * @content_type: the Content-Type with the boundary
 * @body: the body
 * @status: (out): the HTTP status if it failed
 * @problem: (out): the whole description if it failed, in static memory
 *
 * Reads a multipart/form-data body as the server does: a part with a filename is a file, one
 * without is a parameter.
 *
 * Returns: %FALSE if it failed
 */
gboolean
opt_sandbox_multipart_read (OptSandboxParams *params,
                            const char       *content_type,
                            GBytes           *body,
                            guint            *status,
                            const char      **problem)
{
  g_autofree char *boundary = find_boundary (content_type);
  g_auto (Reader) reader = { .body = body };
  gsize    size;
  gboolean is_done;

  reader.start = reader.at = g_bytes_get_data (body, &size);
  reader.end = reader.at + size;
  if (boundary == NULL)
    {
      is_done = fail (&reader, 400, "Bad Request: boundary not found");
    }
  else if (*boundary == '\0' || strlen (boundary) > BOUNDARY_BYTES_MAX)
    {
      is_done = fail (&reader, 400, "Bad Request: boundary too big or empty");
    }
  else
    {
      reader.delimiter = g_strconcat ("\r\n--", boundary, NULL);
      is_done = read_parts (&reader, params);
    }

  *status = reader.status;
  *problem = reader.problem;
  return is_done;
}
