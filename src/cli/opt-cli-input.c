/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/**
 * opt_cli_read_input:
 * @most: the most bytes to take
 * @error: return location
 *
 * Reads standard input to its end.
 *
 * Returns: (transfer full) (nullable): the bytes, NUL-terminated
 */
char *
opt_cli_read_input (gsize    most,
                    GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16384];
  gssize n;

  while ((n = read (STDIN_FILENO, buffer, sizeof buffer)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error,
                             opt_cli_error (OPT_IPC_ERROR_FAILED, "standard input",
                                            "can't read standard input: %s", g_strerror (errno)));
          return NULL;
        }
      if (bytes->len + (gsize)n > most)
        {
          g_propagate_error (
            error, opt_cli_error (OPT_IPC_ERROR_USAGE, "standard input",
                                  "standard input is over %" G_GSIZE_FORMAT " bytes long", most));
          return NULL;
        }
      g_byte_array_append (bytes, buffer, (guint)n);
    }
  if (bytes->len > 0 && memchr (bytes->data, '\0', bytes->len) != NULL)
    {
      g_propagate_error (error,
                         opt_cli_error (OPT_IPC_ERROR_USAGE, "standard input",
                                        "standard input has a NUL byte in it; it must be text"));
      return NULL;
    }
  g_byte_array_append (bytes, (const guint8 *)"", 1);
  return (char *)g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

static gboolean
set_echo (gboolean on)
{
  struct termios settings;

  if (tcgetattr (STDIN_FILENO, &settings) != 0)
    return FALSE;
  if (on)
    settings.c_lflag |= ECHO;
  else
    settings.c_lflag &= (tcflag_t)~ECHO;
  return tcsetattr (STDIN_FILENO, TCSAFLUSH, &settings) == 0;
}

/**
 * opt_cli_read_secret:
 * @prompt: what to ask for
 * @error: return location
 *
 * Reads a secret: asked for on a terminal without showing it, else all of standard input.
 *
 * Returns: (transfer full) (nullable): the text, white space around it removed
 */
char *
opt_cli_read_secret (const char *prompt,
                     GError    **error)
{
  char     line[4096];
  gboolean got;
  char    *text;

  if (!isatty (STDIN_FILENO))
    text = opt_cli_read_input (16384, error);
  else
    {
      g_printerr ("%s: ", prompt);
      set_echo (FALSE);
      got = fgets (line, sizeof line, stdin) != NULL;
      set_echo (TRUE);
      g_printerr ("\n");
      text = g_strdup (got ? line : "");
      explicit_bzero (line, sizeof line);
    }
  if (text == NULL)
    return NULL;
  g_strstrip (text);
  if (*text == '\0')
    {
      g_propagate_error (
        error, opt_cli_error (OPT_IPC_ERROR_USAGE, NULL, "nothing was given for: %s", prompt));
      g_clear_pointer (&text, g_free);
    }
  return text;
}
