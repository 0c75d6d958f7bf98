/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-token.h"

#include <string.h>

/* The server takes any id and 35 characters today; the margins are those of its own checks. */
#define ID_MIN     6
#define ID_MAX     16
#define SECRET_MIN 30
#define SECRET_MAX 64

static gboolean
is_secret_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-';
}

static gsize
count_digits (const char *at)
{
  gsize n = 0;

  while (g_ascii_isdigit (at[n]))
    n++;
  return n;
}

static gsize
count_secret (const char *at)
{
  gsize n = 0;

  while (is_secret_char (at[n]))
    n++;
  return n;
}

/* Whether a token may begin at @at: not amid a word, except behind the `bot` of a pasted URL. */
static gboolean
is_start (const char *text,
          const char *at)
{
  if (at == text || !is_secret_char (at[-1]))
    return TRUE;
  return at - text >= 4 && strncmp (at - 4, "/bot", 4) == 0;
}

/* The token that begins at @at; blanks may stand behind its colon. */
static char *
take_token (const char *at)
{
  gsize       digits = count_digits (at);
  const char *secret = at + digits + 1;
  gsize       length;

  if (digits < ID_MIN || digits > ID_MAX || *at == '0' || at[digits] != ':')
    return NULL;

  secret += strspn (secret, " \t");
  length = count_secret (secret);
  if (length < SECRET_MIN || length > SECRET_MAX)
    return NULL;
  return g_strdup_printf ("%.*s:%.*s", (int)digits, at, (int)length, secret);
}

/**
 * opt_bot_token_parse:
 * @text: (nullable): what a person pasted: a bot token, one with a space behind its colon, a URL
 *   with one, or BotFather's whole message
 *
 * Finds the one bot token in a text.
 *
 * Returns: (transfer full) (nullable): the token, to be freed by opt_bot_token_free(); NULL when
 *   there is none, or when there are two that differ
 */
char *
opt_bot_token_parse (const char *text)
{
  char *found = NULL;

  for (const char *at = text; at != NULL && *at != '\0';)
    {
      gsize digits = count_digits (at);
      char *token = digits > 0 && is_start (text, at) ? take_token (at) : NULL;

      if (token != NULL && found != NULL && strcmp (token, found) != 0)
        {
          opt_bot_token_free (token);
          g_clear_pointer (&found, opt_bot_token_free);
          break;
        }
      if (token != NULL)
        {
          opt_bot_token_free (found);
          found = token;
        }
      at += MAX (digits, 1);
    }
  return found;
}

/**
 * opt_bot_token_is_valid:
 * @token: (nullable): any text
 *
 * Tells whether a text is a bot token and nothing else: `^[1-9][0-9]{5,15}:[A-Za-z0-9_-]{30,64}$`.
 *
 * Returns: whether it is one
 */
gboolean
opt_bot_token_is_valid (const char *token)
{
  gsize digits, length;

  if (token == NULL)
    return FALSE;

  digits = count_digits (token);
  if (digits < ID_MIN || digits > ID_MAX || *token == '0' || token[digits] != ':')
    return FALSE;
  length = count_secret (token + digits + 1);
  return length >= SECRET_MIN && length <= SECRET_MAX && token[digits + 1 + length] == '\0';
}

/**
 * opt_bot_token_get_id:
 * @token: (nullable): a bot token
 *
 * Reads the bot's numeric id, which is the part before the colon and no secret.
 *
 * Returns: the id, or 0 when it is no bot token
 */
gint64
opt_bot_token_get_id (const char *token)
{
  g_autofree char *digits = NULL;
  gint64           id = 0;

  if (!opt_bot_token_is_valid (token))
    return 0;

  digits = g_strndup (token, count_digits (token));
  if (!g_ascii_string_to_signed (digits, 10, 1, G_MAXINT64, &id, NULL))
    return 0;
  return id;
}

/**
 * opt_bot_token_free:
 * @token: (nullable) (transfer full): a bot token
 *
 * Wipes a bot token from memory and frees it.
 */
void
opt_bot_token_free (char *token)
{
  if (token == NULL)
    return;
  explicit_bzero (token, strlen (token));
  g_free (token);
}
