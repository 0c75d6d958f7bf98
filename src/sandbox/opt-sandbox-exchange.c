/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-exchange.h"

#include <string.h>

static gboolean
fail (guint *status,
      guint  code)
{
  *status = code;
  return FALSE;
}

/* In place; bytes that are no escape stay as they are. */
static void
decode_path (char *path)
{
  char *to = path;

  for (const char *at = path; *at != '\0'; at++)
    {
      if (*at == '%' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]) &&
          (at[1] != '0' || at[2] != '0'))
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

static gboolean
parse_request_line (OptSandboxExchange *self,
                    char               *line,
                    guint              *status)
{
  char *target = strchr (line, ' ');
  char *version;
  char *query;

  if (target == NULL)
    return fail (status, 400);
  *target++ = '\0';
  version = strchr (target, ' ');
  if (version == NULL || *target == ' ')
    return fail (status, 400);
  *version++ = '\0';
  if (strcmp (version, "HTTP/1.1") == 0)
    self->keeps_alive = TRUE;
  else if (strcmp (version, "HTTP/1.0") != 0)
    return fail (status, 505);
  if (*target != '/')
    return fail (status, 404);

  query = strchr (target, '?');
  if (query != NULL)
    *query++ = '\0';
  decode_path (target);
  self->verb = line;
  self->path = target;
  self->query = query;
  return TRUE;
}

static gboolean
parse_header (OptSandboxExchange *self,
              char               *line,
              guint              *status)
{
  char *colon = strchr (line, ':');

  if (colon == NULL || colon == line)
    return fail (status, 400);
  if (self->n_headers == OPT_SANDBOX_HEADERS_MAX)
    return fail (status, 431);

  *colon = '\0';
  self->headers[self->n_headers].name = line;
  self->headers[self->n_headers].value = g_strstrip (colon + 1);
  self->n_headers++;
  return TRUE;
}

static gboolean
has_token (const char *list,
           const char *token)
{
  gsize length = strlen (token);

  while (*list != '\0')
    {
      gsize step;

      list += strspn (list, ", \t");
      step = strcspn (list, ", \t");
      if (step == length && g_ascii_strncasecmp (list, token, length) == 0)
        return TRUE;
      list += step;
    }

  return FALSE;
}

static gboolean
read_framing (OptSandboxExchange *self,
              guint              *status)
{
  const char *coding = opt_sandbox_exchange_get_header (self, "Transfer-Encoding");
  const char *length = opt_sandbox_exchange_get_header (self, "Content-Length");
  const char *connection = opt_sandbox_exchange_get_header (self, "Connection");
  const char *expect = opt_sandbox_exchange_get_header (self, "Expect");

  if (coding != NULL && g_ascii_strcasecmp (coding, "chunked") == 0)
    self->is_chunked = TRUE;
  else if (coding != NULL && g_ascii_strcasecmp (coding, "identity") != 0)
    return fail (status, 501);
  else if (length != NULL &&
           !g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &self->length, NULL))
    return fail (status, 400);

  if (connection != NULL && has_token (connection, "close"))
    self->keeps_alive = FALSE;
  else if (connection != NULL && has_token (connection, "keep-alive"))
    self->keeps_alive = TRUE;
  self->is_too_big = self->length > OPT_SANDBOX_BODY_BYTES_MAX;
  self->is_expecting = expect != NULL && g_ascii_strcasecmp (expect, "100-continue") == 0;
  return TRUE;
}

/**
 * opt_sandbox_exchange_parse:
 * @head: request line and headers, with the empty line
 * @length: its bytes
 * @status: (out): the HTTP status to answer if it is wrong
 *
 * Returns: (transfer full) (nullable): the request without its body
 */
OptSandboxExchange *
opt_sandbox_exchange_parse (const char *head,
                            gsize       length,
                            guint      *status)
{
  g_autoptr (OptSandboxExchange) self = g_new0 (OptSandboxExchange, 1);
  char *at;
  char *end;

  self->head = g_strndup (head, length);
  end = self->head + length;
  if (memchr (head, '\0', length) != NULL)
    {
      *status = 400;
      return NULL;
    }

  for (at = self->head; at < end;)
    {
      char *next = strstr (at, "\r\n");

      if (next == NULL || next == at)
        break;
      *next = '\0';
      if (at == self->head ? !parse_request_line (self, at, status)
                           : !parse_header (self, at, status))
        return NULL;
      at = next + 2;
    }

  if (self->verb == NULL)
    {
      *status = 400;
      return NULL;
    }

  return read_framing (self, status) ? g_steal_pointer (&self) : NULL;
}

void
opt_sandbox_exchange_free (OptSandboxExchange *self)
{
  if (self->held_free != NULL)
    self->held_free (self->held);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->head);
  g_free (self);
}

/**
 * opt_sandbox_exchange_get_header:
 * @self: a request
 * @name: a header, in any case
 *
 * Returns: (nullable): the first of this name
 */
const char *
opt_sandbox_exchange_get_header (OptSandboxExchange *self,
                                 const char         *name)
{
  for (guint i = 0; i < self->n_headers; i++)
    {
      if (g_ascii_strcasecmp (self->headers[i].name, name) == 0)
        return self->headers[i].value;
    }

  return NULL;
}

/**
 * opt_sandbox_exchange_watch:
 * @self: a request that is held
 * @gone: what to call if the client goes
 * @user_data: for @gone
 */
void
opt_sandbox_exchange_watch (OptSandboxExchange *self,
                            OptSandboxGoneFunc  gone,
                            gpointer            user_data)
{
  self->gone = gone;
  self->gone_data = user_data;
}

/**
 * opt_sandbox_exchange_keep:
 * @self: a request that is held
 * @held: (transfer full): something that goes when the request does
 * @held_free: how
 */
void
opt_sandbox_exchange_keep (OptSandboxExchange *self,
                           gpointer            held,
                           GDestroyNotify      held_free)
{
  self->held = held;
  self->held_free = held_free;
}
