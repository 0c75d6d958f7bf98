/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-split.h"
#include "opt-text.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree char *text = NULL;
  const char      *at;
  gsize            units;

  if (size == 0)
    return 0;
  units = 2 + data[0] % 64;
  text = opt_text_make_valid ((const char *)data + 1, (gssize)size - 1);
  parts = opt_split_text (text, units);

  /* All parts fit, and stand in the text in this order. */
  at = text;
  for (guint i = 0; i < parts->len; i++)
    {
      const char *part = g_ptr_array_index (parts, i);

      g_assert_true (g_utf8_validate (part, -1, NULL));
      g_assert_cmpuint (opt_text_utf16_length (part), <=, units);
      at = strstr (at, part);
      g_assert_nonnull (at);
      at += strlen (part);
    }
  return 0;
}
