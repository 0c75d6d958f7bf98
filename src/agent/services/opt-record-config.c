/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-record-config.h"

#include "opt-config-problem.h"
#include "opt-ipc-field.h"

/**
 * opt_record_config_problems:
 * @problems: (element-type OptConfigProblem): what is wrong in the configuration file
 *
 * Returns: (transfer floating): their records, an aa{sv}
 */
GVariant *
opt_record_config_problems (GPtrArray *problems)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < problems->len; i++)
    {
      const OptConfigProblem *problem = problems->pdata[i];
      GVariantBuilder         record;

      g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
      if (problem->line > 0)
        opt_ipc_record_add_int (&record, "line", problem->line);
      if (problem->column > 0)
        opt_ipc_record_add_int (&record, "column", problem->column);
      opt_ipc_record_add_string (&record, "key", problem->key);
      opt_ipc_record_add_string (&record, "message", problem->message);
      g_variant_builder_add_value (&list, g_variant_builder_end (&record));
    }
  return g_variant_builder_end (&list);
}
