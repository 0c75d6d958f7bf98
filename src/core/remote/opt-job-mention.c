/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-mention.h"

#include "opt-id.h"

/**
 * opt_job_mention_parse:
 * @text: `17`, `#17` or a job's id
 *
 * Reads which job is meant. Whether there is one is not asked.
 *
 * Returns: (transfer full) (nullable): the number or the id; NULL when it is neither
 */
char *
opt_job_mention_parse (const char *text)
{
  guint64 number = 0;

  if (opt_id_is_uuid (text))
    return g_ascii_strdown (text, -1);
  if (*text == '#')
    text++;
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &number, NULL))
    return NULL;
  return g_strdup_printf ("%" G_GUINT64_FORMAT, number);
}
