/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-pattern.h"

#include <string.h>

#include "opt-sandbox-link.h"

#define NAME_CHARS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_"

static gunichar
char_before (const char *text,
             const char *at)
{
  return at > text ? g_utf8_get_char (g_utf8_prev_char (at)) : 0;
}

static gboolean
is_word (gunichar c)
{
  return c == '_' || g_unichar_isalnum (c);
}

static gboolean
is_tag_letter (gunichar c)
{
  return c == 0x200c || c == 0xb7 || (c >= 0xd80 && c <= 0xdff) || is_word (c);
}

static gboolean
is_command_edge (gunichar c)
{
  return is_word (c) || c == '/' || c == '<' || c == '>';
}

static const char *
match_mention (const char *text,
               const char *at)
{
  gsize       length = strspn (at + 1, NAME_CHARS);
  const char *end = at + 1 + length;

  if (is_word (char_before (text, at)) || length < 2 || length > 32 ||
      is_word (g_utf8_get_char (end)))
    return NULL;

  return end;
}

static const char *
match_command (const char *text,
               const char *at)
{
  gsize       length = strspn (at + 1, NAME_CHARS);
  const char *end = at + 1 + length;

  if (is_command_edge (char_before (text, at)) || length < 1 || length > 64)
    return NULL;

  if (*end == '@')
    {
      length = strspn (end + 1, NAME_CHARS);
      if (length < 3 || length > 32)
        return NULL;
      end += 1 + length;
    }

  return is_command_edge (g_utf8_get_char (end)) ? NULL : end;
}

static const char *
match_hashtag (const char *text,
               const char *at)
{
  const char *end = at + 1;
  guint       count = 0;
  gboolean    has_letter = FALSE;

  if (is_tag_letter (char_before (text, at)))
    return NULL;

  for (; count < 256 && is_tag_letter (g_utf8_get_char (end)); end = g_utf8_next_char (end))
    {
      has_letter = has_letter || g_unichar_isalpha (g_utf8_get_char (end));
      count++;
    }
  if (count < 256 && *end == '@')
    {
      gsize length = strspn (end + 1, NAME_CHARS);

      if (length >= 3 && length <= 32)
        end += 1 + length;
    }

  return has_letter && *end != '#' ? end : NULL;
}

static const char *
match_cashtag (const char *text,
               const char *at)
{
  gsize       length = strspn (at + 1, G_CSET_A_2_Z);
  const char *end = at + 1 + length;

  if (is_tag_letter (char_before (text, at)) || char_before (text, at) == '$' ||
      length < 1 || length > 8 || is_tag_letter (g_utf8_get_char (end)) || *end == '$')
    return NULL;

  return end;
}

static const char *
match_phone (const char *text,
             const char *at)
{
  const char *end = at + 1;
  guint       digits = 0;

  if (is_word (char_before (text, at)) || !g_ascii_isdigit (*end))
    return NULL;

  for (const char *to = end; *to != '\0' && strchr (G_CSET_DIGITS " -()", *to) != NULL; to++)
    {
      if (!g_ascii_isdigit (*to))
        continue;
      digits++;
      end = to + 1;
    }

  return digits >= 7 && digits <= 15 && !is_word (g_utf8_get_char (end)) ? end : NULL;
}

/**
 * opt_sandbox_pattern_match:
 * @text: a text
 * @at: a place in it
 * @type: (out): what was found
 *
 * Tells whether one of the things the server finds by itself begins right here.
 *
 * Returns: (nullable): where it ends
 */
const char *
opt_sandbox_pattern_match (const char  *text,
                           const char  *at,
                           const char **type)
{
  const char *end = NULL;

  switch (*at)
    {
    case '/':
      *type = "bot_command";
      end = match_command (text, at);
      break;
    case '@':
      *type = "mention";
      end = match_mention (text, at);
      break;
    case '#':
      *type = "hashtag";
      end = match_hashtag (text, at);
      break;
    case '$':
      *type = "cashtag";
      end = match_cashtag (text, at);
      break;
    case '+':
      *type = "phone_number";
      end = match_phone (text, at);
      break;
    default:
      break;
    }

  if (end == NULL && !is_word (char_before (text, at)) && is_word (g_utf8_get_char (at)))
    end = opt_sandbox_link_match (text, at, type);

  return end;
}
