/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-error.h"

#include <gio/gio.h>

#include "opt-bot-error-private.h"
#include "opt-redact.h"
#include "opt-text.h"

/* What a server says of itself is shown to people: nobody needs more of it. */
#define WORDS_MAX 512

typedef struct
{
  gboolean outcome_unknown;
  int      code;
  char    *description; /* (owned) (nullable) */
  gint64   retry_after;
  gint64   migrate_to;
} OptBotErrorPrivate;

static void
opt_bot_error_private_init (OptBotErrorPrivate *priv)
{
  priv->outcome_unknown = FALSE;
}

static void
opt_bot_error_private_copy (const OptBotErrorPrivate *source,
                            OptBotErrorPrivate       *target)
{
  *target = *source;
  target->description = g_strdup (source->description);
}

static void
opt_bot_error_private_clear (OptBotErrorPrivate *priv)
{
  g_clear_pointer (&priv->description, g_free);
}

G_DEFINE_EXTENDED_ERROR (OptBotError, opt_bot_error)

static const OptBotErrorPrivate *
get_extras (const GError *error)
{
  return error != NULL && error->domain == OPT_BOT_ERROR ? opt_bot_error_get_private (error) : NULL;
}

/**
 * opt_bot_clean_words:
 * @text: (nullable): what a server or a library said
 * @length: how many bytes, or -1
 *
 * Makes foreign words fit to be shown and logged: valid UTF-8, no control characters, no bot token,
 * not long.
 *
 * Returns: (transfer full): the words
 */
char *
opt_bot_clean_words (const char *text,
                     gssize      length)
{
  g_autofree char *valid =
    opt_text_make_valid (text != NULL ? text : "", text != NULL ? length : 0);
  g_autofree char *redacted = NULL;

  for (char *at = valid; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  redacted = opt_redact (g_strstrip (valid));
  return opt_text_shorten (redacted, WORDS_MAX);
}

/**
 * opt_bot_error_new:
 * @code: what happened
 * @outcome_unknown: the request may have been handled
 * @format: how to say it; what comes out is cleaned of bot tokens
 *
 * Makes an error of this room.
 *
 * Returns: (transfer full): the error
 */
GError *
opt_bot_error_new (OptBotError code,
                   gboolean    outcome_unknown,
                   const char *format,
                   ...)
{
  g_autofree char    *message = NULL;
  g_autofree char    *clean = NULL;
  GError             *error;
  OptBotErrorPrivate *priv;
  va_list             arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  clean = opt_redact (message);
  error = g_error_new_literal (OPT_BOT_ERROR, (int)code, clean);
  priv = opt_bot_error_get_private (error);
  priv->outcome_unknown = outcome_unknown;
  return error;
}

/**
 * opt_bot_error_set_answer:
 * @error: an error of this room
 * @code: the API's error code or the HTTP status
 * @description: (nullable): the API's words, already clean
 * @retry_after: seconds, or 0
 * @migrate_to: a chat's new id, or 0
 *
 * Adds what the server answered.
 */
void
opt_bot_error_set_answer (GError     *error,
                          int         code,
                          const char *description,
                          gint64      retry_after,
                          gint64      migrate_to)
{
  OptBotErrorPrivate *priv = opt_bot_error_get_private (error);

  priv->code = code;
  g_free (priv->description);
  priv->description = g_strdup (description);
  priv->retry_after = retry_after;
  priv->migrate_to = migrate_to;
}

/**
 * opt_bot_error_get_code:
 * @error: (nullable): any error
 *
 * Tells the Bot API's `error_code`, or the HTTP status when the answer was not the API's.
 *
 * Returns: 300 to 599, or 0 when nothing was answered
 */
int
opt_bot_error_get_code (const GError *error)
{
  const OptBotErrorPrivate *extras = get_extras (error);

  return extras != NULL ? extras->code : 0;
}

/**
 * opt_bot_error_get_description:
 * @error: (nullable): any error
 *
 * Tells the Bot API's `description`, such as `Bad Request: chat not found`; match its beginning,
 * not all of it.
 *
 * Returns: (transfer none) (nullable): the words, or NULL when the API said none
 */
const char *
opt_bot_error_get_description (const GError *error)
{
  const OptBotErrorPrivate *extras = get_extras (error);

  return extras != NULL ? extras->description : NULL;
}

/**
 * opt_bot_error_get_retry_after:
 * @error: (nullable): any error
 *
 * Tells how long the server asks to wait.
 *
 * Returns: seconds, 1 to 86400 with %OPT_BOT_ERROR_FLOOD, else 0
 */
gint64
opt_bot_error_get_retry_after (const GError *error)
{
  const OptBotErrorPrivate *extras = get_extras (error);

  return extras != NULL ? extras->retry_after : 0;
}

/**
 * opt_bot_error_get_migrate_to:
 * @error: (nullable): any error
 *
 * Tells which supergroup a group has become.
 *
 * Returns: the chat's new id, or 0
 */
gint64
opt_bot_error_get_migrate_to (const GError *error)
{
  const OptBotErrorPrivate *extras = get_extras (error);

  return extras != NULL ? extras->migrate_to : 0;
}

/**
 * opt_bot_error_is_retryable:
 * @error: (nullable): any error
 *
 * Tells whether the same call may succeed later, with nothing changed here.
 *
 * Returns: whether it may
 */
gboolean
opt_bot_error_is_retryable (const GError *error)
{
  if (error == NULL || error->domain != OPT_BOT_ERROR)
    return FALSE;

  switch ((OptBotError)error->code)
    {
    case OPT_BOT_ERROR_CONFLICT:
    case OPT_BOT_ERROR_FLOOD:
    case OPT_BOT_ERROR_SERVER:
    case OPT_BOT_ERROR_BAD_ANSWER:
    case OPT_BOT_ERROR_NETWORK_BEFORE:
    case OPT_BOT_ERROR_NETWORK_AFTER:
    case OPT_BOT_ERROR_REDIRECTED:
    case OPT_BOT_ERROR_CA_FILE:
      return TRUE;
    case OPT_BOT_ERROR_API:
    case OPT_BOT_ERROR_UNAUTHORIZED:
    case OPT_BOT_ERROR_SETTINGS:
    case OPT_BOT_ERROR_INSECURE:
    case OPT_BOT_ERROR_FILE:
    case OPT_BOT_ERROR_TOO_BIG:
    default:
      return FALSE;
    }
}

/**
 * opt_bot_error_is_unknown_outcome:
 * @error: (nullable): any error
 *
 * Tells whether the call may have had its effect all the same, so that a repetition may be a
 * second one. The connection was lost once the request was written, or the answer was not the Bot
 * API's. A cancelled call is unknown too.
 *
 * Returns: whether it may
 */
gboolean
opt_bot_error_is_unknown_outcome (const GError *error)
{
  const OptBotErrorPrivate *extras = get_extras (error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  return extras != NULL && extras->outcome_unknown;
}
