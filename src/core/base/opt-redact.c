/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-redact.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A bot token is `<digits>:<base64url>`. Ids have at least five digits and secrets, today of 35
 * characters, at least 24; so clock times, addresses with a port and the like are not touched. */
#define ID_MIN     5
#define SECRET_MIN 24

#define REDACTED "[redacted]"

static gboolean
is_secret_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-';
}

/* How long the colon at @at is: 1 for `:`, 3 for `%3A`, 5 for `%253A` and so on, 0 for none. */
static gsize
colon_length (const char *at)
{
  gsize length = 1;

  if (*at == ':')
    return 1;
  while (at[length] == '2' && at[length + 1] == '5')
    length += 2;
  return at[length] == '3' && g_ascii_tolower (at[length + 1]) == 'a' ? length + 2 : 0;
}

/* Finds the next secret at or after @from; @start is where @from's text began. */
static const char *
find_secret (const char *start,
             const char *from,
             gsize      *length)
{
  const char *at = from;

  while ((at = strpbrk (at, ":%")) != NULL)
    {
      gsize       colon = colon_length (at);
      gsize       digits = 0;
      const char *secret = at + MAX (colon, 1);

      while (digits < ID_MIN && at - digits > start && g_ascii_isdigit (at[-1 - (gssize)digits]))
        digits++;
      *length = 0;
      if (colon > 0 && digits == ID_MIN)
        while (is_secret_char (secret[*length]))
          (*length)++;
      if (*length >= SECRET_MIN)
        return secret;

      at = secret;
    }
  return NULL;
}

/**
 * opt_redact_is_needed:
 * @text: (nullable): any text
 *
 * Tells whether there is a bot token in a text; cheap when there is none.
 *
 * Returns: whether opt_redact() would change it
 */
gboolean
opt_redact_is_needed (const char *text)
{
  gsize length;

  return text != NULL && find_secret (text, text, &length) != NULL;
}

/**
 * opt_redact:
 * @text: (nullable): any text, valid UTF-8 or not
 *
 * Takes bot tokens out of a text: of `123456:AA…` only `123456:[redacted]` is left,
 * also inside of a URL and with the colon percent-encoded.
 *
 * Returns: (transfer full) (nullable): a copy without secrets; NULL for NULL
 */
char *
opt_redact (const char *text)
{
  const char *from = text;
  const char *secret;
  GString    *out;
  gsize       length;

  if (text == NULL)
    return NULL;

  secret = find_secret (text, text, &length);
  if (secret == NULL)
    return g_strdup (text);

  out = g_string_sized_new (strlen (text));
  for (; secret != NULL; secret = find_secret (text, from, &length))
    {
      g_string_append_len (out, from, secret - from);
      g_string_append (out, REDACTED);
      from = secret + length;
    }
  g_string_append (out, from);
  return g_string_free (out, FALSE);
}

static const char *
level_name (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return "error";
  if (level & G_LOG_LEVEL_CRITICAL)
    return "critical";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  if (level & G_LOG_LEVEL_MESSAGE)
    return "message";
  return level & G_LOG_LEVEL_INFO ? "info" : "debug";
}

/* What people write ends up in messages: it must neither steer a terminal nor look like a line
 * of its own. */
static void
append_harmless (GString    *line,
                 const char *text)
{
  for (; *text != '\0'; text++)
    {
      guchar c = (guchar)*text;

      if (c == '\n')
        g_string_append (line, "\n  ");
      else if ((c < 0x20 && c != '\t') || c == 0x7f)
        g_string_append_printf (line, "\\x%02x", c);
      else
        g_string_append_c (line, (char)c);
    }
}

static void
write_all (int         fd,
           const char *bytes,
           gsize       length)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return;
      bytes += n;
      length -= (gsize)n;
    }
}

static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  const char      *domain = NULL;
  g_autofree char *message = NULL;
  g_autoptr (GString) line = NULL;

  for (gsize i = 0; i < n_fields; i++)
    {
      gboolean is_text = fields[i].length < 0;

      if (is_text && g_str_equal (fields[i].key, "GLIB_DOMAIN"))
        domain = fields[i].value;
      else if (g_str_equal (fields[i].key, "MESSAGE") && message == NULL)
        message = is_text ? g_strdup (fields[i].value)
                          : g_strndup (fields[i].value, (gsize)fields[i].length);
    }
  if (message == NULL)
    return G_LOG_WRITER_UNHANDLED;
  if (g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;

  line = g_string_sized_new (128);
  domain = domain != NULL ? domain : "optimus";
  g_string_append_printf (line, "%s: %s: ", domain, level_name (level));
  if (opt_redact_is_needed (message))
    {
      g_autofree char *safe = opt_redact (message);

      append_harmless (line, safe);
    }
  else
    append_harmless (line, message);
  g_string_append_c (line, '\n');

  /* One write a line, so that lines of several threads and processes don't mix. */
  write_all (STDERR_FILENO, line->str, line->len);
  return G_LOG_WRITER_HANDLED;
}

/**
 * opt_redact_install_log_writer:
 *
 * Sends all of GLib's log messages to standard error as `domain: level: message`, without bot
 * tokens. Debug and info show only for the domains named in `G_MESSAGES_DEBUG`, or `all`.
 * Call it first thing in main(); further calls do nothing.
 */
void
opt_redact_install_log_writer (void)
{
  static gsize installed;

  if (!g_once_init_enter (&installed))
    return;
  g_log_set_writer_func (write_log, NULL, NULL);
  g_once_init_leave (&installed, 1);
}
