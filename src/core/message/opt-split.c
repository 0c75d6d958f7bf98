/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-split.h"

#include <string.h>

#include "opt-text.h"

/* Telegram takes characters that show nothing for no text. */
static gboolean
is_blank_char (gunichar c)
{
  return g_unichar_isspace (c) ||
         g_unichar_iscntrl (c) ||
         g_unichar_type (c) == G_UNICODE_FORMAT ||
         c == 0x2800 || /* braille without dots */
         c == 0x3164 || /* Hangul filler */
         c == 0xfffc;   /* object replacement */
}

static gboolean
is_blank (const char *text,
          gsize       length)
{
  const char *end = text + length;

  for (; text < end; text = g_utf8_next_char (text))
    if (!is_blank_char (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

static gboolean
is_gap (char c)
{
  return c == ' ' || c == '\t';
}

/* How many bytes of @text the next part takes, given that @fit is the most and not all of it. */
static gsize
find_cut (const char *text,
          gsize       fit,
          gsize       units)
{
  const char *newline;
  gsize       earliest;

  if (text[fit] == '\n')
    return fit;
  newline = g_strrstr_len (text, (gssize)fit, "\n");
  if (newline != NULL)
    return (gsize)(newline - text);

  if (is_gap (text[fit]))
    return fit;
  earliest = opt_text_fit (text, units - units / 4);
  for (gsize cut = fit; cut > earliest; cut--)
    if (is_gap (text[cut - 1]))
      return cut;
  return fit;
}

/**
 * opt_split_text:
 * @text: valid UTF-8
 * @units: the most UTF-16 units of a part, at least 2
 *
 * Splits a text into parts that Telegram takes as one message each. It is cut at line ends, and the
 * newline there goes; a line too long for one part is cut behind a space in the last quarter, or
 * else where the room ends, though never inside a character and rather not inside an accented
 * letter or a joined emoji. But for those newlines the parts together are the text.
 * Parts that show nothing are left out, since Telegram refuses them.
 *
 * Returns: (transfer full) (element-type utf8): the parts in order; none when @text shows nothing
 */
GPtrArray *
opt_split_text (const char *text,
                gsize       units)
{
  g_autoptr (GPtrArray) parts = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (units >= 2, NULL);

  parts = g_ptr_array_new_with_free_func (g_free);
  while (*text != '\0')
    {
      gsize length = opt_text_fit (text, units);

      if (text[length] != '\0')
        length = find_cut (text, length, units);
      if (!is_blank (text, length))
        g_ptr_array_add (parts, g_strndup (text, length));

      text += length;
      if (*text == '\n')
        text++;
    }
  return g_steal_pointer (&parts);
}
