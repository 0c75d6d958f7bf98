/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-redact.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *redacted = opt_redact (text);

  g_assert_true (opt_redact_is_needed (text) == (g_strcmp0 (text, redacted) != 0));
  g_assert_false (opt_redact_is_needed (redacted));
  return 0;
}
