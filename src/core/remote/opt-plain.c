/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-plain.h"

#include <string.h>

#include "opt-clock.h"
#include "opt-text.h"

/* Of an error's message; what it quotes is shortened where it is made. */
#define SENTENCE_UNITS_MAX 800

#define ESCAPE 0x1b

/* What turns writing around or can't be seen, so that a text reads as something that it is not.
 * Joiners stay: scripts and emoji need them. */
static gboolean
is_treacherous (gunichar c)
{
  return c == 0xad || c == 0x61c || c == 0x180e ||
         (c >= 0x200b && c <= 0x200f && c != 0x200c && c != 0x200d) ||
         (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) ||
         c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

static gboolean
is_break (gunichar c)
{
  return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029 || c == 0x85 ||
         c == '\v' || c == '\f';
}

/**
 * opt_plain_clean:
 * @text: (nullable): anything
 * @utf16_units: the most UTF-16 units to leave
 *
 * Makes one line of a value that is shown among our words: nothing invisible, nothing that turns
 * the writing, shortened.
 *
 * Returns: (transfer full): the line, maybe empty
 */
char *
opt_plain_clean (const char *text,
                 gsize       utf16_units)
{
  g_autofree char *valid = opt_text_make_valid (text, -1);
  g_autoptr (GString) line = g_string_sized_new (64);
  g_autofree char *whole = NULL;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_break (c) || c == ' ')
        {
          if (line->len > 0 && line->str[line->len - 1] != ' ')
            g_string_append_c (line, ' ');
        }
      else if (!g_unichar_iscntrl (c) && !is_treacherous (c))
        g_string_append_unichar (line, c);
    }
  whole = g_strchomp (g_string_free (g_steal_pointer (&line), FALSE));
  return opt_text_shorten (whole, utf16_units);
}

/**
 * opt_plain_sentence:
 * @message: (nullable): of an error: a phrase without capital and stop
 *
 * Makes a sentence of it.
 *
 * Returns: (transfer full): the sentence
 */
char *
opt_plain_sentence (const char *message)
{
  g_autofree char *line = opt_plain_clean (message, SENTENCE_UNITS_MAX);
  gsize            length = strlen (line);

  if (length == 0)
    return g_strdup ("It did not work.");
  line[0] = g_ascii_toupper (line[0]);
  if (strchr (".?!", line[length - 1]) != NULL || g_str_has_suffix (line, "…"))
    return g_steal_pointer (&line);
  return g_strconcat (line, ".", NULL);
}

/* Behind an escape sequence of a terminal that begins at @at, which is an escape character. */
static const char *
skip_escape (const char *at)
{
  at++;
  if (*at == '[')
    {
      at++;
      while (*at >= 0x20 && *at <= 0x3f)
        at++;
      return *at >= 0x40 && *at <= 0x7e ? at + 1 : at;
    }
  /* Titles and links end with a bell, or with an escape and a backslash; never behind the line. */
  if (*at == ']' || *at == 'P' || *at == '_' || *at == '^' || *at == 'X')
    {
      while (*at != '\0' && *at != '\n' && *at != '\a' && *at != ESCAPE)
        at++;
      if (*at == '\a')
        return at + 1;
      return *at == ESCAPE && at[1] == '\\' ? at + 2 : at;
    }
  while (*at >= 0x20 && *at <= 0x2f)
    at++;
  return *at >= 0x30 && *at <= 0x7e ? at + 1 : at;
}

/* Adds a line as a terminal would show it in the end: without colours, and of a line that was
 * written over (progress bars are) the last state. */
static const char *
append_log_line (GString    *log,
                 const char *at)
{
  gsize    start = log->len;
  gboolean again = FALSE;

  while (*at != '\0' && *at != '\n')
    {
      gunichar c = g_utf8_get_char (at);

      if (c == ESCAPE)
        {
          at = skip_escape (at);
          continue;
        }
      at = g_utf8_next_char (at);
      if (c == '\r')
        again = TRUE;
      else if (c == '\b' && log->len > start)
        g_string_truncate (log, g_utf8_prev_char (log->str + log->len) - log->str);
      else if ((!g_unichar_iscntrl (c) || c == '\t') && !is_treacherous (c))
        {
          if (again)
            g_string_truncate (log, start);
          again = FALSE;
          g_string_append_unichar (log, c);
        }
    }
  while (log->len > start && (log->str[log->len - 1] == ' ' || log->str[log->len - 1] == '\t'))
    g_string_truncate (log, log->len - 1);
  return at;
}

/**
 * opt_plain_log:
 * @bytes: (nullable): what a program wrote
 * @length: how many bytes
 *
 * Makes text of a program's output: valid UTF-8 without escape sequences and control characters.
 *
 * Returns: (transfer full): the text without empty lines at its ends, maybe empty
 */
char *
opt_plain_log (const char *bytes,
               gsize       length)
{
  g_autofree char *valid = opt_text_make_valid (bytes, (gssize)length);
  g_autoptr (GString) log = g_string_sized_new (length + 1);
  const char *at = valid;
  gsize       first;

  while (*at != '\0')
    {
      at = append_log_line (log, at);
      if (*at == '\n')
        {
          g_string_append_c (log, '\n');
          at++;
        }
    }
  while (log->len > 0 && log->str[log->len - 1] == '\n')
    g_string_truncate (log, log->len - 1);
  first = strspn (log->str, "\n");
  g_string_erase (log, 0, (gssize)first);
  return g_string_free (g_steal_pointer (&log), FALSE);
}

/**
 * opt_plain_hashtag:
 * @name: a name of letters, digits, - and _
 *
 * Makes a hashtag that Telegram takes for one: people find all messages of a robot by it.
 *
 * Returns: (transfer full): such as `#vm91`; `my-robot` is `#my_robot`, `91` is `#robot_91`
 */
char *
opt_plain_hashtag (const char *name)
{
  g_autofree char *tag = g_strdup (name);
  gboolean         has_letter = FALSE;

  for (char *at = tag; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at))
        *at = '_';
      has_letter = has_letter || g_ascii_isalpha (*at);
    }
  return g_strconcat (has_letter ? "#" : "#robot_", tag, NULL);
}

/**
 * opt_plain_moment:
 * @wall: microseconds since 1970
 * @now: likewise
 *
 * Writes when something was, in the local zone: the time today, else the date too.
 *
 * Returns: (transfer full): such as `14:02`, `19 Nov 14:02` or `2025-11-19 14:02`
 */
char *
opt_plain_moment (gint64 wall,
                  gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (wall / OPT_SECOND);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / OPT_SECOND);
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

  if (then == NULL || today == NULL)
    return g_strdup ("?");
  if (g_date_time_get_year (then) != g_date_time_get_year (today))
    return g_date_time_format (then, "%Y-%m-%d %H:%M");
  if (g_date_time_get_day_of_year (then) != g_date_time_get_day_of_year (today))
    return g_strdup_printf ("%d %s %02d:%02d", g_date_time_get_day_of_month (then),
                            months[g_date_time_get_month (then) - 1], g_date_time_get_hour (then),
                            g_date_time_get_minute (then));
  return g_date_time_format (then, "%H:%M");
}
