/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-text.h"

#include <string.h>

#define ELLIPSIS "…"

/* A cluster of more code points than this is no writing; it is cut like anything else. */
#define CLUSTER_MAX 64

#define ZERO_WIDTH_JOINER 0x200d

/**
 * opt_text_utf16_length:
 * @text: valid UTF-8
 *
 * Measures a text as Telegram does.
 *
 * Returns: how many UTF-16 units it has
 */
gsize
opt_text_utf16_length (const char *text)
{
  gsize units = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (; *text != '\0'; text++)
    {
      guchar c = (guchar)*text;

      units += (c & 0xc0) != 0x80;
      units += c >= 0xf0;
    }
  return units;
}

/**
 * opt_text_make_valid:
 * @bytes: (nullable): anything
 * @length: how many bytes, or -1 when a NUL ends them
 *
 * Makes UTF-8 of whatever came in: what is not, and every NUL, becomes U+FFFD.
 *
 * Returns: (transfer full): valid UTF-8; empty for NULL
 */
char *
opt_text_make_valid (const char *bytes,
                     gssize      length)
{
  if (bytes == NULL || length == 0)
    return g_strdup ("");
  return g_utf8_make_valid (bytes, length);
}

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Marks, joiners, skin tones, tags of flags, and the later parts of a Hangul syllable lean on what
 * precedes them. */
static gboolean
is_extending (gunichar c)
{
  if (c < 0x300)
    return FALSE;
  return g_unichar_ismark (c) ||
         c == ZERO_WIDTH_JOINER ||
         (c >= 0x1f3fb && c <= 0x1f3ff) ||
         (c >= 0xe0020 && c <= 0xe007f) ||
         (c >= 0x1160 && c <= 0x11ff) ||
         (c >= 0xd7b0 && c <= 0xd7fb);
}

static gboolean
is_boundary (const char *text,
             const char *at)
{
  const char *previous;
  gunichar    before, after;
  guint       flags = 0;

  if (at == text || *at == '\0')
    return TRUE;

  previous = g_utf8_prev_char (at);
  before = g_utf8_get_char (previous);
  after = g_utf8_get_char (at);
  if (is_extending (after) || before == ZERO_WIDTH_JOINER || (before == '\r' && after == '\n'))
    return FALSE;
  if (!is_regional (before) || !is_regional (after))
    return TRUE;

  /* Two letters make a flag: only after an even number of them does a new one begin. */
  for (guint i = 0; i < CLUSTER_MAX && is_regional (g_utf8_get_char (previous)); i++)
    {
      flags++;
      if (previous == text)
        break;
      previous = g_utf8_prev_char (previous);
    }
  return flags % 2 == 0;
}

/**
 * opt_text_fit:
 * @text: valid UTF-8
 * @utf16_units: how many UTF-16 units there is room for
 *
 * Finds the longest beginning of a text that fits. It never ends inside a character, and not
 * between a letter and its accents or inside a joined emoji unless that alone exceeds the room.
 *
 * Returns: how many bytes to take; the whole text's when all of it fits
 */
gsize
opt_text_fit (const char *text,
              gsize       utf16_units)
{
  const char *at = text;
  const char *hard;

  g_return_val_if_fail (text != NULL, 0);

  while (*at != '\0')
    {
      gsize units = (guchar)*at >= 0xf0 ? 2 : 1;

      if (units > utf16_units)
        break;
      utf16_units -= units;
      at = g_utf8_next_char (at);
    }

  hard = at;
  for (guint i = 0; i < CLUSTER_MAX && at > text; i++, at = g_utf8_prev_char (at))
    if (is_boundary (text, at))
      return (gsize)(at - text);
  return (gsize)(hard - text);
}

/**
 * opt_text_shorten:
 * @text: valid UTF-8
 * @utf16_units: the most UTF-16 units to leave
 *
 * Cuts a text that is too long, and marks it with an ellipsis, which counts.
 *
 * Returns: (transfer full): the text, or its beginning with `…`
 */
char *
opt_text_shorten (const char *text,
                  gsize       utf16_units)
{
  gsize all, kept;

  g_return_val_if_fail (text != NULL, NULL);

  all = strlen (text);
  if (all <= utf16_units || opt_text_utf16_length (text) <= utf16_units)
    return g_strndup (text, all);
  if (utf16_units == 0)
    return g_strdup ("");

  kept = opt_text_fit (text, utf16_units - 1);
  return g_strdup_printf ("%.*s" ELLIPSIS, (int)kept, text);
}

/**
 * opt_text_format_duration:
 * @microseconds: how long; less than 0 counts as 0
 *
 * Writes a duration for people, with two units at most: `0.4 s`, `12 s`, `2 min 5 s`,
 * `3 h 20 min`, `1 d 4 h`.
 *
 * Returns: (transfer full): the text
 */
char *
opt_text_format_duration (gint64 microseconds)
{
  gint64 tenths = MAX (microseconds, 0) / 100000;
  gint64 seconds = tenths / 10;

  if (tenths < 100)
    return g_strdup_printf ("%d.%d s", (int)seconds, (int)(tenths % 10));
  if (seconds < 60)
    return g_strdup_printf ("%d s", (int)seconds);
  if (seconds < 60 * 60)
    return g_strdup_printf ("%d min %d s", (int)(seconds / 60), (int)(seconds % 60));
  if (seconds < 24 * 60 * 60)
    return g_strdup_printf ("%d h %d min", (int)(seconds / 3600), (int)(seconds / 60 % 60));
  return g_strdup_printf ("%d d %d h", (int)(seconds / 86400), (int)(seconds / 3600 % 24));
}

/**
 * opt_text_format_bytes:
 * @bytes: how many
 *
 * Writes a size for people, in powers of 1000: `1 byte`, `999 bytes`, `1.5 kB`, `20 MB`.
 *
 * Returns: (transfer full): the text
 */
char *
opt_text_format_bytes (guint64 bytes)
{
  static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
  guint64                  scale = 1000;
  guint64                  tenths;
  gsize                    unit = 0;

  if (bytes < 1000)
    return g_strdup_printf ("%d %s", (int)bytes, bytes == 1 ? "byte" : "bytes");

  while (bytes / scale >= 1000 && unit + 1 < G_N_ELEMENTS (units))
    {
      scale *= 1000;
      unit++;
    }
  tenths = bytes / (scale / 10);
  if (tenths >= 100 || tenths % 10 == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", tenths / 10, units[unit]);
  return g_strdup_printf ("%d.%d %s", (int)(tenths / 10), (int)(tenths % 10), units[unit]);
}
