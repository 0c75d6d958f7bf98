/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
opt_runner_text_add (OptRunnerText *text,
                     const char    *format,
                     ...)
{
  va_list args;
  int     length;

  if (text->used >= text->size)
    return;
  va_start (args, format);
  length = vsnprintf (text->data + text->used, text->size - text->used, format, args);
  va_end (args);
  if (length < 0)
    return;
  text->used += (size_t)length;
  if (text->used >= text->size)
    text->used = text->size - 1;
}

bool
opt_runner_text_to_uint (const char *string,
                         uint64_t    max,
                         uint64_t   *value)
{
  uint64_t sum = 0;

  if (*string == '\0')
    return false;
  for (; *string != '\0'; string++)
    {
      uint64_t digit = (uint64_t)(*string - '0');

      if (*string < '0' || *string > '9' || digit > max || sum > (max - digit) / 10)
        return false;
      sum = sum * 10 + digit;
    }
  *value = sum;
  return true;
}

/* How many bytes the UTF-8 character at @s has; 0 when there is none. */
static size_t
character_size (const unsigned char *s,
                size_t               length)
{
  static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  size_t                     size = s[0] < 0x80   ? 1
                                    : s[0] < 0xc2 ? 0
                                    : s[0] < 0xe0 ? 2
                                    : s[0] < 0xf0 ? 3
                                    : s[0] < 0xf5 ? 4
                                                  : 0;
  unsigned long              code;

  if (size < 2 || size > length)
    return size == 1 ? 1 : 0;
  code = s[0] & (0x7fu >> size);
  for (size_t i = 1; i < size; i++)
    {
      if ((s[i] & 0xc0) != 0x80)
        return 0;
      code = code << 6 | (s[i] & 0x3f);
    }
  if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    return 0;
  return size;
}

static bool
is_control (const unsigned char *s,
            size_t               size)
{
  /* C1 controls are two bytes, 0xc2 and 0x80 to 0x9f. */
  return size == 1 ? s[0] < 0x20 || s[0] == 0x7f : size == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

size_t
opt_runner_text_clean (char       *target,
                       size_t      size,
                       const char *source,
                       size_t      length)
{
  const unsigned char *s = (const unsigned char *)source;
  size_t               used = 0;

  for (size_t i = 0; i < length;)
    {
      size_t step = character_size (s + i, length - i);
      bool   blank = step > 0 && is_control (s + i, step);
      size_t need = step > 0 && !blank ? step : 1;

      if (used + need >= size)
        break;
      if (step == 0)
        target[used] = '?';
      else if (blank)
        target[used] = ' ';
      else
        memcpy (target + used, s + i, step);
      /* A space that would be the first is not taken. */
      used += used == 0 && target[0] == ' ' ? 0 : need;
      i += step > 0 ? step : 1;
    }
  while (used > 0 && target[used - 1] == ' ')
    used--;
  target[used] = '\0';
  return used;
}
