/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-name-guess.h"

#include <string.h>

#include "opt-id.h"

/* Two slips are a typing error; more is another word. */
#define SLIPS_MAX 2

static guint
count_slips (const char *a,
             const char *b)
{
  guint above[OPT_NAME_MAX + 1];
  guint row[OPT_NAME_MAX + 1];
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);

  if (length_a > OPT_NAME_MAX || length_b > OPT_NAME_MAX)
    return G_MAXUINT;
  for (guint j = 0; j <= length_b; j++)
    above[j] = j;
  for (guint i = 1; i <= length_a; i++)
    {
      row[0] = i;
      for (guint j = 1; j <= length_b; j++)
        {
          gboolean same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]);

          row[j] = MIN (above[j - 1] + (same ? 0 : 1), MIN (above[j], row[j - 1]) + 1);
        }
      memcpy (above, row, sizeof row);
    }
  return above[length_b];
}

/* The one of @names that @name was probably meant to be, or NULL. Borrowed from @names. */
const char *
opt_name_guess (const char *name,
                GPtrArray  *names)
{
  const char *best = NULL;
  guint       fewest = SLIPS_MAX + 1;

  for (guint i = 0; i < names->len; i++)
    {
      const char *candidate = g_ptr_array_index (names, i);
      guint       slips = count_slips (name, candidate);

      /* Of a short word most letters must be right. */
      if (slips < fewest && slips * 2 < strlen (candidate))
        {
          fewest = slips;
          best = candidate;
        }
    }
  return best;
}
