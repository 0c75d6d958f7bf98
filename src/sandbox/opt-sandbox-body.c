/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-body.h"

#include <string.h>

#include "opt-sandbox-multipart.h"

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
 * @exchange: a request
 * @status: (out): the HTTP status if it failed
 * @problem: (out): what is wrong with it
 *
 * Returns: (transfer full) (nullable): the body, unpacked, maybe empty
 */
GBytes *
opt_sandbox_body_get (OptSandboxExchange *exchange,
                      guint              *status,
                      char              **problem)
{
  const char *encoding = opt_sandbox_exchange_get_header (exchange, "Content-Encoding");
  GBytes     *plain = NULL;

  if (exchange->is_too_big)
    {
      fail (status, problem, 413, "Request Entity Too Large");
      return NULL;
    }
  if (exchange->body == NULL)
    return g_bytes_new_static ("", 0);
  if (encoding == NULL || g_ascii_strcasecmp (encoding, "identity") == 0)
    return g_bytes_ref (exchange->body);

  if (g_ascii_strcasecmp (encoding, "gzip") == 0)
    plain = inflate (exchange->body, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  else if (g_ascii_strcasecmp (encoding, "deflate") == 0)
    plain = inflate (exchange->body, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  if (plain == NULL)
    fail (status, problem, 415, "Unsupported Media Type: unsupported content-encoding");

  return plain;
}

static gboolean
read_multipart (GBytes           *body,
                const char       *type,
                OptSandboxParams *params,
                guint            *status,
                char            **problem)
{
  const char *words;

  if (opt_sandbox_multipart_read (params, type, body, status, &words))
    return TRUE;

  *problem = g_strdup (words);
  return FALSE;
}

static gboolean
is_type (const char *type,
         const char *name)
{
  return g_ascii_strncasecmp (type, name, strlen (name)) == 0;
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
 * @exchange: a whole request
 * @params: where to add what is in it
 * @status: (out): the HTTP status if it failed
 * @problem: (out): the whole description if it failed
 *
 * Reads parameters and files from the query and the body, whichever way they come.
 *
 * Returns: %FALSE if it failed
 */
gboolean
opt_sandbox_body_read (OptSandboxExchange *exchange,
                       OptSandboxParams   *params,
                       guint              *status,
                       char              **problem)
{
  const char *type = opt_sandbox_exchange_get_header (exchange, "Content-Type");
  g_autoptr (GBytes) body = NULL;

  if (exchange->query != NULL &&
      !opt_sandbox_params_add_form (params, exchange->query, strlen (exchange->query)))
    return fail (status, problem, 413, "Request Entity Too Large: too many parameters");
  body = opt_sandbox_body_get (exchange, status, problem);
  if (body == NULL)
    return FALSE;
  if (g_bytes_get_size (body) == 0 || type == NULL)
    return TRUE;

  if (is_type (type, "application/json"))
    return read_json (body, params, status, problem);
  if (is_type (type, "application/x-www-form-urlencoded"))
    return read_form (body, params, status, problem);
  if (is_type (type, "multipart/form-data"))
    return read_multipart (body, type, params, status, problem);

  return TRUE;
}
