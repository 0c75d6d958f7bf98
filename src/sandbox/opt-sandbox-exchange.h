/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a request may have at most: headers, their number, and a body a little larger than the
 * largest upload. */
#define OPT_SANDBOX_HEAD_BYTES_MAX (256 * 1024)
#define OPT_SANDBOX_HEADERS_MAX    64
#define OPT_SANDBOX_BODY_BYTES_MAX (64 * 1024 * 1024)

typedef struct _OptSandboxConnection OptSandboxConnection;

/**
 * OptSandboxGoneFunc:
 * @user_data: what was given to opt_sandbox_exchange_watch()
 *
 * Called once if the client closes the connection before it was answered. Whoever holds the
 * exchange drops it then.
 */
typedef void (*OptSandboxGoneFunc) (gpointer user_data);

typedef struct
{
  const char *name;
  const char *value;
} OptSandboxHeader;

/**
 * OptSandboxExchange:
 * @connection: (unowned): where it came from
 * @verb: the HTTP method
 * @path: the decoded path
 * @query: (nullable): the query, still encoded
 * @body: (nullable): the body as it came, once it is there
 * @is_too_big: whether the body was too big and is not kept
 * @keeps_alive: whether the connection serves further requests
 * @is_expecting: whether the client waits to be told to go on before it sends the body
 * @is_chunked: whether the body comes in chunks
 * @length: bytes of the body if it does not
 *
 * One HTTP request, until it is answered or dropped: opt_sandbox_connection_send().
 */
typedef struct
{
  OptSandboxConnection *connection;
  char                 *head; /* (owned) */
  const char           *verb;
  char                 *path; /* in @head */
  const char           *query;
  OptSandboxHeader      headers[OPT_SANDBOX_HEADERS_MAX];
  guint                 n_headers;
  GBytes               *body; /* (owned) (nullable) */
  gboolean              is_too_big;
  gboolean              keeps_alive;
  gboolean              is_expecting;
  gboolean              is_chunked;
  guint64               length;
  OptSandboxGoneFunc    gone;
  gpointer              gone_data;
  gpointer              held; /* (owned) (nullable) */
  GDestroyNotify        held_free;
} OptSandboxExchange;

OptSandboxExchange *opt_sandbox_exchange_parse (const char *head,
                                                gsize       length,
                                                guint      *status);
void                opt_sandbox_exchange_free (OptSandboxExchange *self);
const char         *opt_sandbox_exchange_get_header (OptSandboxExchange *self,
                                                     const char         *name);
void                opt_sandbox_exchange_watch (OptSandboxExchange *self,
                                                OptSandboxGoneFunc  gone,
                                                gpointer            user_data);
void                opt_sandbox_exchange_keep (OptSandboxExchange *self,
                                               gpointer            held,
                                               GDestroyNotify      held_free);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandboxExchange, opt_sandbox_exchange_free)

G_END_DECLS
