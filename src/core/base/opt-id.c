/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static void
fill_random (guint8 *bytes,
             gsize   length)
{
  while (length > 0)
    {
      gssize n = getrandom (bytes, length, 0);

      if (n > 0)
        {
          bytes += n;
          length -= (gsize)n;
        }
      else if (n < 0 && errno != EINTR)
        g_error ("the kernel gives no random bytes: %s", g_strerror (errno));
    }
}

/**
 * opt_id_new_uuid7:
 * @wall: microseconds since 1970, from the clock
 *
 * Makes a new UUID of version 7; they sort by time, to the microsecond.
 *
 * Returns: (transfer full): 36 characters, lower case
 */
char *
opt_id_new_uuid7 (gint64 wall)
{
  guint8  bytes[16];
  guint64 milliseconds, fraction;

  wall = MAX (wall, 0);
  milliseconds = (guint64)wall / 1000;
  fraction = (guint64)wall % 1000 * 4096 / 1000;

  fill_random (bytes + 8, 8);
  for (int i = 0; i < 6; i++)
    bytes[i] = (guint8)(milliseconds >> (40 - 8 * i));
  bytes[6] = (guint8)(0x70 | fraction >> 8);
  bytes[7] = (guint8)fraction;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;

  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5],
                          bytes[6], bytes[7], bytes[8], bytes[9], bytes[10], bytes[11],
                          bytes[12], bytes[13], bytes[14], bytes[15]);
}

/**
 * opt_id_is_uuid:
 * @text: (nullable): any text
 *
 * Tells whether a text has the form of a UUID, of whatever version, in either case.
 *
 * Returns: whether it is one
 */
gboolean
opt_id_is_uuid (const char *text)
{
  if (text == NULL || strlen (text) != 36)
    return FALSE;

  for (int i = 0; i < 36; i++)
    {
      gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;

      if (dash ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
        return FALSE;
    }
  return TRUE;
}

/**
 * opt_id_new_secret:
 * @bytes: how much chance to put in, 1 to 64; 16 for what nobody must guess
 *
 * Makes a random text of the characters `A-Za-z0-9_-`, from the kernel's random bytes.
 *
 * Returns: (transfer full): four characters for three bytes, rounded up; 22 for 16
 */
char *
opt_id_new_secret (gsize bytes)
{
  guint8 random[64];
  char  *text;

  g_return_val_if_fail (bytes > 0 && bytes <= sizeof random, NULL);

  fill_random (random, bytes);
  text = g_base64_encode (random, bytes);
  explicit_bzero (random, sizeof random);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-';
}

/**
 * opt_name_is_valid:
 * @name: (nullable): any text
 *
 * Tells whether a text can name a bot, robot or task: 1 to 64 of `A-Za-z0-9_-`.
 *
 * Returns: whether it can
 */
gboolean
opt_name_is_valid (const char *name)
{
  gsize length = 0;

  if (name == NULL)
    return FALSE;
  while (length <= OPT_NAME_MAX && is_name_char (name[length]))
    length++;
  return length > 0 && length <= OPT_NAME_MAX && name[length] == '\0';
}

/**
 * opt_name_fold:
 * @name: a name
 *
 * Gives a name the form to look it up by, since names compare without case.
 *
 * Returns: (transfer full): the name in ASCII lower case
 */
char *
opt_name_fold (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return g_ascii_strdown (name, -1);
}

/**
 * opt_name_equal:
 * @a: (nullable): a name
 * @b: (nullable): a name
 *
 * Compares two names without case.
 *
 * Returns: whether they mean the same; two NULLs do
 */
gboolean
opt_name_equal (const char *a,
                const char *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_ascii_strcasecmp (a, b) == 0;
}
