/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-intake.h"

#include <string.h>

#define CHUNK_LINE_BYTES_MAX 256

typedef enum {
  AT_HEAD,
  AT_BODY,
  AT_CHUNK_LINE,
  AT_CHUNK,
  AT_CHUNK_END,
  AT_TRAILER,
} Place;

struct _OptSandboxIntake
{
  char               *data; /* (owned) */
  gsize               start;
  gsize               end;
  gsize               allocated;
  gsize               scanned; /* how much of the head was searched for its end */
  Place               place;
  OptSandboxExchange *exchange;  /* (owned) (nullable): the request that is coming */
  GByteArray         *body;      /* (owned) (nullable) */
  guint64             remaining; /* of the body or chunk */
};

/**
 * opt_sandbox_intake_new:
 *
 * Makes requests of the bytes of a connection, however they are cut.
 *
 * Returns: (transfer full): an intake without a byte
 */
OptSandboxIntake *
opt_sandbox_intake_new (void)
{
  return g_new0 (OptSandboxIntake, 1);
}

void
opt_sandbox_intake_free (OptSandboxIntake *self)
{
  g_clear_pointer (&self->exchange, opt_sandbox_exchange_free);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self->data);
  g_free (self);
}

/**
 * opt_sandbox_intake_reserve:
 * @self: an intake
 * @bytes: how many
 *
 * Returns: (transfer none): where to put that many bytes
 */
char *
opt_sandbox_intake_reserve (OptSandboxIntake *self,
                            gsize             bytes)
{
  if (self->start == self->end)
    self->start = self->end = self->scanned = 0;

  if (self->allocated - self->end < bytes && self->start > 0)
    {
      memmove (self->data, self->data + self->start, self->end - self->start);
      self->end -= self->start;
      self->start = 0;
    }
  if (self->allocated - self->end < bytes)
    {
      self->allocated = MAX (self->allocated * 2, self->end + bytes);
      self->data = g_realloc (self->data, self->allocated);
    }

  return self->data + self->end;
}

/**
 * opt_sandbox_intake_commit:
 * @self: an intake
 * @bytes: how many of the reserved bytes were filled
 */
void
opt_sandbox_intake_commit (OptSandboxIntake *self,
                           gsize             bytes)
{
  self->end += bytes;
}

/**
 * opt_sandbox_intake_get_bytes:
 * @self: an intake
 *
 * Returns: how many bytes belong to no request yet
 */
gsize
opt_sandbox_intake_get_bytes (OptSandboxIntake *self)
{
  return self->end - self->start;
}

static gboolean
take_head (OptSandboxIntake *self,
           guint            *status)
{
  const char *from = self->data + self->start;
  gsize       length = self->end - self->start;
  gsize       searched = self->scanned > 3 ? self->scanned - 3 : 0;
  const char *end;

  if (length == 0)
    return FALSE;
  end = memmem (from + searched, length - searched, "\r\n\r\n", 4);
  self->scanned = length;
  if (end == NULL || end - from > OPT_SANDBOX_HEAD_BYTES_MAX)
    {
      if (length > OPT_SANDBOX_HEAD_BYTES_MAX)
        *status = 431;
      return FALSE;
    }

  self->exchange = opt_sandbox_exchange_parse (from, (gsize)(end - from) + 4, status);
  self->start += (gsize)(end - from) + 4;
  self->scanned = 0;
  if (self->exchange == NULL)
    return FALSE;

  self->remaining = self->exchange->length;
  self->place = self->exchange->is_chunked ? AT_CHUNK_LINE : AT_BODY;
  return TRUE;
}

/* Returns whether the body or chunk is complete. */
static gboolean
take_bytes (OptSandboxIntake *self)
{
  gsize here = (gsize)MIN (self->remaining, self->end - self->start);

  if (here > 0 && !self->exchange->is_too_big)
    {
      if (self->body == NULL)
        self->body = g_byte_array_sized_new ((guint)MIN (self->remaining, 1 << 20));
      if (self->body->len + here > OPT_SANDBOX_BODY_BYTES_MAX)
        {
          self->exchange->is_too_big = TRUE;
          g_clear_pointer (&self->body, g_byte_array_unref);
        }
      else
        {
          g_byte_array_append (self->body, (guint8 *)self->data + self->start, (guint)here);
        }
    }
  self->start += here;
  self->remaining -= here;

  return self->remaining == 0;
}

/* Returns a line without its end, in the intake's memory. */
static char *
take_line (OptSandboxIntake *self,
           guint            *status)
{
  char *from = self->data + self->start;
  gsize length = self->end - self->start;
  char *end = length > 0 ? memmem (from, length, "\r\n", 2) : NULL;

  if (end == NULL)
    {
      if (length > CHUNK_LINE_BYTES_MAX)
        *status = 400;
      return NULL;
    }

  *end = '\0';
  self->start += (gsize)(end - from) + 2;
  return from;
}

static gboolean
take_chunk_line (OptSandboxIntake *self,
                 guint            *status)
{
  char *line = take_line (self, status);

  if (line == NULL)
    return FALSE;

  line[strcspn (line, "; \t")] = '\0';
  if (!g_ascii_string_to_unsigned (line, 16, 0, G_MAXINT32, &self->remaining, NULL))
    {
      *status = 400;
      return FALSE;
    }

  self->place = self->remaining > 0 ? AT_CHUNK : AT_TRAILER;
  return TRUE;
}

static OptSandboxExchange *
finish (OptSandboxIntake *self)
{
  if (self->body != NULL)
    self->exchange->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  self->place = AT_HEAD;
  return g_steal_pointer (&self->exchange);
}

/* Goes on by one step; returns FALSE if more bytes are needed. */
static gboolean
step (OptSandboxIntake *self,
      gboolean         *is_complete,
      guint            *status)
{
  const char *line;

  switch (self->place)
    {
    case AT_HEAD:
      return take_head (self, status);
    case AT_BODY:
      *is_complete = take_bytes (self);
      return *is_complete;
    case AT_CHUNK_LINE:
      return take_chunk_line (self, status);
    case AT_CHUNK:
      if (!take_bytes (self))
        return FALSE;
      self->place = AT_CHUNK_END;
      return TRUE;
    case AT_CHUNK_END:
      line = take_line (self, status);
      if (line != NULL && *line != '\0')
        *status = 400;
      self->place = line != NULL ? AT_CHUNK_LINE : AT_CHUNK_END;
      return line != NULL && *line == '\0';
    case AT_TRAILER:
    default:
      line = take_line (self, status);
      *is_complete = line != NULL && *line == '\0';
      return line != NULL;
    }
}

/**
 * opt_sandbox_intake_take:
 * @self: an intake
 * @status: (inout): 0; becomes 100 if the client waits to be told to send the body, or the
 *   HTTP status to refuse with
 *
 * Returns: (transfer full) (nullable): the next request, if it has come whole
 */
OptSandboxExchange *
opt_sandbox_intake_take (OptSandboxIntake *self,
                         guint            *status)
{
  gboolean is_complete = FALSE;

  while (step (self, &is_complete, status))
    {
      if (is_complete)
        return finish (self);
      if (*status != 0)
        return NULL;
    }

  if (*status == 0 && self->exchange != NULL && self->exchange->is_expecting)
    {
      self->exchange->is_expecting = FALSE;
      *status = self->exchange->is_too_big ? 413 : 100;
    }

  return NULL;
}
