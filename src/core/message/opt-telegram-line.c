/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-telegram-line.h"

#include <string.h>

#define KEYWORD "telegram:"
/* The keyword scripts part their arguments with a comma between spaces, so that commas in texts
 * need no care. */
#define SEPARATOR " , "

G_DEFINE_QUARK (opt_telegram_line_error_quark, opt_telegram_line_error)

/* `\n` is a line end; any other backslash stays as it is. */
static char *
unescape (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\\n", -1);

  return g_strjoinv ("\n", parts);
}

/**
 * opt_telegram_line_parse:
 * @line: `[telegram:] ID , MESSAGE`
 * @chat: (out) (transfer full): the id as it stands there
 * @text: (out) (transfer full): the message, with `\n` turned into line ends
 * @error: return location
 *
 * Reads the keyword's line: the first ` , ` separates.
 *
 * Returns: FALSE with %OPT_TELEGRAM_LINE_ERROR_SYNTAX
 */
gboolean
opt_telegram_line_parse (const char *line,
                         char      **chat,
                         char      **text,
                         GError    **error)
{
  g_autofree char *id = NULL, *message = NULL;
  const char      *separator;

  g_return_val_if_fail (line != NULL && chat != NULL && text != NULL, FALSE);

  while (g_ascii_isspace (*line))
    line++;
  if (g_ascii_strncasecmp (line, KEYWORD, strlen (KEYWORD)) == 0)
    line += strlen (KEYWORD);
  separator = strstr (line, SEPARATOR);
  if (separator == NULL)
    {
      g_set_error (error, OPT_TELEGRAM_LINE_ERROR, OPT_TELEGRAM_LINE_ERROR_SYNTAX,
                   "“ , ” (a comma between spaces) must part the chat id from the message, as in "
                   "`1234567890 , Hello`");
      return FALSE;
    }
  id = g_strstrip (g_strndup (line, (gsize)(separator - line)));
  message = g_strstrip (unescape (separator + strlen (SEPARATOR)));
  if (*id == '\0' || *message == '\0')
    {
      g_set_error_literal (error, OPT_TELEGRAM_LINE_ERROR, OPT_TELEGRAM_LINE_ERROR_SYNTAX,
                           *id == '\0' ? "there is no chat id before “ , ”"
                                       : "there is no message behind “ , ”");
      return FALSE;
    }
  *chat = g_steal_pointer (&id);
  *text = g_steal_pointer (&message);
  return TRUE;
}
