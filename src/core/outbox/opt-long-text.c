/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-long-text-private.h"

#include <string.h>

#include "opt-split.h"
#include "opt-text.h"

#define LEFT_OUT "\n\n[…] (the whole text is in the file below)"

/* Ends at a line end, when there is one. */
static char *
take_head (const char *text,
           gsize       units)
{
  gsize       fit = opt_text_fit (text, units);
  const char *newline = g_strrstr_len (text, (gssize)fit, "\n");

  if (text[fit] != '\n' && newline != NULL && newline > text)
    fit = (gsize)(newline - text);
  return g_strndup (text, fit);
}

/* Begins behind a line end, when there is one. */
static char *
take_tail (const char *text,
           gsize       units)
{
  const char *at = text + strlen (text);
  const char *newline;
  gsize       room = units;

  while (at > text)
    {
      const char *before = g_utf8_prev_char (at);
      gsize       size = (guchar)*before >= 0xf0 ? 2 : 1;

      if (size > room)
        break;
      room -= size;
      at = before;
    }
  newline = strchr (at, '\n');
  if (newline != NULL && newline[1] != '\0')
    at = newline + 1;
  return g_strdup (at);
}

static void
add_part (GPtrArray  *parts,
          const char *text)
{
  g_autoptr (GPtrArray) shown = opt_split_text (text, OPT_MESSAGE_UNITS_MAX);

  for (guint i = 0; i < shown->len; i++)
    g_ptr_array_add (parts, g_strdup (g_ptr_array_index (shown, i)));
}

static gboolean
is_shown (const char *text)
{
  g_autoptr (GPtrArray) parts = opt_split_text (text, OPT_MESSAGE_UNITS_MAX);

  return parts->len > 0;
}

/**
 * opt_long_text_init:
 * @self: uninitialised
 * @text: valid UTF-8
 *
 * Splits a text: at line ends into at most %OPT_LONG_TEXT_PARTS_MAX messages, or else into head
 * and tail.
 */
void
opt_long_text_init (OptLongText *self,
                    const char  *text)
{
  gsize units = opt_text_utf16_length (text);

  self->as_file = FALSE;
  if (units <= OPT_LONG_TEXT_PARTS_MAX * OPT_MESSAGE_UNITS_MAX)
    {
      self->parts = opt_split_text (text, OPT_MESSAGE_UNITS_MAX);
      if (self->parts->len <= OPT_LONG_TEXT_PARTS_MAX)
        return;
      g_ptr_array_set_size (self->parts, 0);
    }
  else
    self->parts = g_ptr_array_new_with_free_func (g_free);

  g_autofree char *head = take_head (text, OPT_MESSAGE_UNITS_MAX - g_utf8_strlen (LEFT_OUT, -1));
  g_autofree char *tail = take_tail (text, OPT_MESSAGE_UNITS_MAX);
  g_autofree char *noted = g_strconcat (head, LEFT_OUT, NULL);

  /* Megabytes of nothing but line ends, with a word in their midst, still are a text. */
  self->as_file = is_shown (head) || is_shown (tail) || is_shown (text);
  if (!self->as_file)
    return;
  add_part (self->parts, noted);
  add_part (self->parts, tail);
}

/**
 * opt_long_text_clear:
 * @self: initialised, or all zeroes
 *
 * Frees the parts.
 */
void
opt_long_text_clear (OptLongText *self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
}

/**
 * opt_long_text_make_room:
 * @text: a text that fits into a message
 * @units: how many UTF-16 units of room are wanted behind it
 *
 * Splits off the end of a text that has no room for a mark.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the text in two or more parts, or %NULL
 *   when there is room
 */
GPtrArray *
opt_long_text_make_room (const char *text,
                         gsize       units)
{
  if (strlen (text) + units <= OPT_MESSAGE_UNITS_MAX ||
      opt_text_utf16_length (text) + units <= OPT_MESSAGE_UNITS_MAX)
    return NULL;
  return opt_split_text (text, OPT_MESSAGE_UNITS_MAX - units);
}
