/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-body.h"

#include <string.h>

#include "opt-sandbox-file.h"

#define TOO_BIG            "opt-sandbox-too-big"
#define BOUNDARY_BYTES_MAX 70

static gboolean
fail (guint      *status,
      char      **problem,
      guint       code,
      const char *words)
{
  *status = code;
  *problem = g_strdup (words);
  return FALSE;
}

static void
got_chunk_cb (SoupServerMessage *message,
              GBytes            *chunk,
              gpointer           user_data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (body->length <= OPT_SANDBOX_BODY_BYTES_MAX)
    return;

  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
  g_object_set_data (G_OBJECT (message), TOO_BIG, GINT_TO_POINTER (TRUE));
}

/**
 * opt_sandbox_body_watch:
 * @message: a request whose headers have come
 *
 * Sees to it that a body that is too big is not kept.
 */
void
opt_sandbox_body_watch (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED)
    {
      g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
    }
  else if (soup_message_headers_get_content_length (headers) > OPT_SANDBOX_BODY_BYTES_MAX)
    {
      soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
      g_object_set_data (G_OBJECT (message), TOO_BIG, GINT_TO_POINTER (TRUE));
    }
}

static GBytes *
inflate (GBytes               *packed,
         GZlibCompressorFormat format)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_decompressor_new (format));
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (packed);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (memory, converter);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  guint8 block[16384];
  gssize got;

  while ((got = g_input_stream_read (stream, block, sizeof block, NULL, NULL)) > 0)
    {
      g_byte_array_append (plain, block, (guint)got);
      if (plain->len > OPT_SANDBOX_BODY_BYTES_MAX)
        return NULL;
    }

  return got < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&plain));
}

/**
 * opt_sandbox_body_get:
 * @message: a whole request
 * @status: (out): the HTTP status if it failed
 * @problem: (out): what is wrong with it
 *
 * Returns: (transfer full) (nullable): the body, unpacked
 */
GBytes *
opt_sandbox_body_get (SoupServerMessage *message,
                      guint             *status,
                      char             **problem)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char         *encoding = soup_message_headers_get_one (headers, "Content-Encoding");
  GBytes             *body;
  GBytes             *plain;

  if (g_object_get_data (G_OBJECT (message), TOO_BIG) != NULL)
    {
      fail (status, problem, 413, "Request Entity Too Large");
      return NULL;
    }

  body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (encoding == NULL || g_ascii_strcasecmp (encoding, "identity") == 0)
    return body;

  if (g_ascii_strcasecmp (encoding, "gzip") == 0)
    plain = inflate (body, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  else if (g_ascii_strcasecmp (encoding, "deflate") == 0)
    plain = inflate (body, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  else
    plain = NULL;
  if (plain == NULL)
    fail (status, problem, 415, "Unsupported Media Type: unsupported content-encoding");
  g_bytes_unref (body);

  return plain;
}

static gboolean
add_part (OptSandboxParams   *params,
          SoupMessageHeaders *headers,
          GBytes             *content,
          gsize              *plain_bytes,
          guint              *status,
          char              **problem)
{
  g_autofree char *disposition = NULL;
  g_autoptr (GHashTable) fields = NULL;
  const char *name;
  const char *file_name;
  gsize       size = g_bytes_get_size (content);

  if (!soup_message_headers_get_content_disposition (headers, &disposition, &fields) ||
      g_ascii_strcasecmp (disposition, "form-data") != 0)
    return fail (status, problem, 400, "Bad Request: expected form-data content disposition");
  name = g_hash_table_lookup (fields, "name");
  file_name = g_hash_table_lookup (fields, "filename");
  if (name == NULL)
    return fail (status, problem, 400, "Bad Request: field name in multipart/form-data not found");

  if (file_name == NULL)
    {
      *plain_bytes += size;
      if (*plain_bytes > OPT_SANDBOX_PARAMS_BYTES_MAX)
        return fail (status, problem, 413,
                     "Request Entity Too Large: too many parameters in form data");
      opt_sandbox_params_add (params, name, size > 0 ? g_bytes_get_data (content, NULL) : "", size);
      return TRUE;
    }

  if (size > OPT_SANDBOX_FILE_UPLOAD_MAX)
    return fail (status, problem, 413, "Request Entity Too Large");
  opt_sandbox_params_add_upload (
    params, opt_sandbox_upload_new (
              name, file_name, soup_message_headers_get_content_type (headers, NULL), content));
  return TRUE;
}

static gboolean
read_multipart (SoupServerMessage *message,
                GBytes            *body,
                OptSandboxParams  *params,
                const char        *boundary,
                guint             *status,
                char             **problem)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (SoupMultipart) multipart = NULL;
  gsize plain_bytes = 0;
  guint files = 0;

  if (boundary == NULL)
    return fail (status, problem, 400, "Bad Request: boundary not found");
  if (*boundary == '\0' || strlen (boundary) > BOUNDARY_BYTES_MAX)
    return fail (status, problem, 400, "Bad Request: boundary too big or empty");
  multipart = soup_multipart_new_from_message (headers, body);
  if (multipart == NULL)
    return fail (status, problem, 400, "Bad Request: unexpected end of request content");

  for (int i = 0; i < soup_multipart_get_length (multipart); i++)
    {
      SoupMessageHeaders *part_headers;
      GBytes             *content;
      g_autofree char    *content_disposition = NULL;

      soup_multipart_get_part (multipart, i, &part_headers, &content);
      files += strstr (soup_message_headers_get_one (part_headers, "Content-Disposition") != NULL
                         ? soup_message_headers_get_one (part_headers, "Content-Disposition")
                         : "",
                       "filename") != NULL;
      if (files > OPT_SANDBOX_PARAMS_FILES_MAX)
        return fail (status, problem, 413, "Request Entity Too Large: too many files attached");
      if (!add_part (params, part_headers, content, &plain_bytes, status, problem))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_json (GBytes           *body,
           OptSandboxParams *params,
           guint            *status,
           char            **problem)
{
  gsize       size;
  const char *data = g_bytes_get_data (body, &size);
  const char *words;

  if (size > OPT_SANDBOX_PARAMS_BYTES_MAX)
    return fail (status, problem, 413, "Request Entity Too Large: too many parameters");

  words = opt_sandbox_params_add_json (params, data, size);
  if (words == NULL)
    return TRUE;

  *status = 400;
  *problem = g_strconcat ("Bad Request: ", words, NULL);
  return FALSE;
}

static gboolean
read_form (GBytes           *body,
           OptSandboxParams *params,
           guint            *status,
           char            **problem)
{
  gsize       size;
  const char *data = g_bytes_get_data (body, &size);

  if (opt_sandbox_params_add_form (params, data, size))
    return TRUE;

  return fail (status, problem, 413, "Request Entity Too Large: too many parameters");
}

/**
 * opt_sandbox_body_read:
 * @message: a whole request
 * @params: where to add what is in it
 * @status: (out): the HTTP status if it failed
 * @problem: (out): the whole description if it failed
 *
 * Reads parameters and files from the query and the body, whichever way they come.
 *
 * Returns: %FALSE if it failed
 */
gboolean
opt_sandbox_body_read (SoupServerMessage *message,
                       OptSandboxParams  *params,
                       guint             *status,
                       char             **problem)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char         *query = g_uri_get_query (soup_server_message_get_uri (message));
  const char         *type = soup_message_headers_get_one (headers, "Content-Type");
  g_autoptr (GBytes) body = NULL;

  if (query != NULL && !opt_sandbox_params_add_form (params, query, strlen (query)))
    return fail (status, problem, 413, "Request Entity Too Large: too many parameters");
  body = opt_sandbox_body_get (message, status, problem);
  if (body == NULL)
    return FALSE;
  if (g_bytes_get_size (body) == 0 || type == NULL)
    return TRUE;

  if (g_ascii_strncasecmp (type, "application/json", strlen ("application/json")) == 0)
    return read_json (body, params, status, problem);
  if (g_ascii_strncasecmp (type, "application/x-www-form-urlencoded",
                           strlen ("application/x-www-form-urlencoded")) == 0)
    return read_form (body, params, status, problem);
  if (g_ascii_strncasecmp (type, "multipart/form-data", strlen ("multipart/form-data")) == 0)
    {
      g_autoptr (GHashTable) fields = NULL;

      soup_message_headers_get_content_type (headers, &fields);
      return read_multipart (message, body, params,
                             fields != NULL ? g_hash_table_lookup (fields, "boundary") : NULL,
                             status, problem);
    }

  return TRUE;
}
