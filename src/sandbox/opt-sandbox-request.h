/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"
#include "opt-sandbox-world.h"

G_BEGIN_DECLS

/**
 * OptSandboxRequest:
 * @world: (unowned): what is controlled
 * @bot: (unowned) (nullable): the bot that the path names
 * @exchange: (unowned): the HTTP request
 * @tail: what comes last in the path, or an empty text
 * @query: (unowned): the parameters of the query
 * @object: (unowned) (nullable): the body if it is an object
 * @list: (unowned) (nullable): the body if it is an array
 * @out: (unowned): where to write the answer
 * @is_held: whether it is answered later
 *
 * One request to the control API.
 */
typedef struct
{
  OptSandboxWorld    *world;
  OptSandboxBot      *bot;
  OptSandboxExchange *exchange;
  const char         *tail;
  OptSandboxParams   *query;
  JsonObject         *object;
  JsonArray          *list;
  GString            *out;
  gboolean            is_held;
} OptSandboxRequest;

#define OPT_SANDBOX_REQUEST_ERROR (opt_sandbox_request_error_quark ())
GQuark opt_sandbox_request_error_quark (void);

/**
 * OptSandboxRequestError:
 * @OPT_SANDBOX_REQUEST_ERROR_WRONG: the request can't be meant so
 * @OPT_SANDBOX_REQUEST_ERROR_NOT_FOUND: there is nothing at this path
 */
typedef enum {
  OPT_SANDBOX_REQUEST_ERROR_WRONG,
  OPT_SANDBOX_REQUEST_ERROR_NOT_FOUND,
} OptSandboxRequestError;

/* Ids have 52 bits. */
#define OPT_SANDBOX_ID_MAX ((G_GINT64_CONSTANT (1) << 52) - 1)

gboolean opt_sandbox_request_fail (GError    **error,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (2, 3);
gboolean opt_sandbox_request_get_int (JsonObject *object,
                                      const char *name,
                                      gint64      least,
                                      gint64      most,
                                      gint64     *value,
                                      GError    **error);
gboolean opt_sandbox_request_get_string (JsonObject  *object,
                                         const char  *name,
                                         const char **value,
                                         GError     **error);
gboolean opt_sandbox_request_get_bool (JsonObject *object,
                                       const char *name,
                                       gboolean   *value,
                                       GError    **error);
gboolean opt_sandbox_request_get_user (OptSandboxBot   *bot,
                                       JsonObject      *object,
                                       const char      *name,
                                       OptSandboxUser **user,
                                       GError         **error);

G_END_DECLS
