/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_BOT_ERROR (opt_bot_error_quark ())
GQuark opt_bot_error_quark (void);

/**
 * OptBotError:
 * @OPT_BOT_ERROR_API: the Bot API refused the call for what it asked; see opt_bot_error_get_code()
 * @OPT_BOT_ERROR_UNAUTHORIZED: the bot token is not accepted, or is none
 * @OPT_BOT_ERROR_CONFLICT: a webhook or another poller is in the way
 * @OPT_BOT_ERROR_FLOOD: too many calls; see opt_bot_error_get_retry_after()
 * @OPT_BOT_ERROR_SERVER: the server failed inside
 * @OPT_BOT_ERROR_BAD_ANSWER: what came back is not an answer of the Bot API, is cut off, or is too
 *   large
 * @OPT_BOT_ERROR_NETWORK_BEFORE: the request cannot have arrived: repeating it is safe
 * @OPT_BOT_ERROR_NETWORK_AFTER: the request was written and no answer came: it may have been
 *   handled
 * @OPT_BOT_ERROR_REDIRECTED: the server sends elsewhere, which is never followed
 * @OPT_BOT_ERROR_SETTINGS: the API root or the proxy cannot be used as it is written
 * @OPT_BOT_ERROR_INSECURE: plain http beyond this machine, which was not allowed
 * @OPT_BOT_ERROR_CA_FILE: the file of the extra authority cannot be used
 * @OPT_BOT_ERROR_FILE: a local file cannot be read or written
 * @OPT_BOT_ERROR_TOO_BIG: a file is larger than the Bot API takes, or than was asked for
 *
 * What went wrong with a call. A cancelled call ends with %G_IO_ERROR_CANCELLED instead.
 *
 * No message of this domain holds a bot token or the path of a request.
 */
typedef enum {
  OPT_BOT_ERROR_API,
  OPT_BOT_ERROR_UNAUTHORIZED,
  OPT_BOT_ERROR_CONFLICT,
  OPT_BOT_ERROR_FLOOD,
  OPT_BOT_ERROR_SERVER,
  OPT_BOT_ERROR_BAD_ANSWER,
  OPT_BOT_ERROR_NETWORK_BEFORE,
  OPT_BOT_ERROR_NETWORK_AFTER,
  OPT_BOT_ERROR_REDIRECTED,
  OPT_BOT_ERROR_SETTINGS,
  OPT_BOT_ERROR_INSECURE,
  OPT_BOT_ERROR_CA_FILE,
  OPT_BOT_ERROR_FILE,
  OPT_BOT_ERROR_TOO_BIG,
} OptBotError;

/* All of these take any error, of whatever domain, and NULL. */
int         opt_bot_error_get_code (const GError *error);
const char *opt_bot_error_get_description (const GError *error);
gint64      opt_bot_error_get_retry_after (const GError *error);
gint64      opt_bot_error_get_migrate_to (const GError *error);
gboolean    opt_bot_error_is_retryable (const GError *error);
gboolean    opt_bot_error_is_unknown_outcome (const GError *error);

G_END_DECLS
