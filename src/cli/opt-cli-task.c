/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-cli-agent.h"
#include "opt-cli-job.h"
#include "opt-cli-print.h"
#include "opt-cli-simple.h"
#include "opt-cli-verbs.h"

OptExit
opt_cli_task_list (OptCli *self,
                   char  **arguments)
{
  static const OptCliColumn columns[] = { { "TASK", "id" },
                                          { "NAME", "name" },
                                          { "DESCRIPTION", "description" },
                                          { "RISK", "risk" },
                                          { NULL, NULL } };
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) tasks = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Tasks", "List", NULL, "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  tasks = g_variant_get_child_value (reply, 0);
  opt_cli_print_records (self, opt_ipc_task_fields, columns, "There are no tasks.", tasks);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_task_show (OptCli *self,
                   char  **arguments)
{
  return opt_cli_simple_record (self, arguments, "Tasks", "Show", opt_ipc_task_fields);
}

/* `K=V` words as a{ss}; a word without = and a name given twice are errors. */
static GVariant *
parse_parameters (char   **words,
                  GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char      *sign = strchr (words[i], '=');
      g_autofree char *key = sign != NULL ? g_strndup (words[i], (gsize)(sign - words[i])) : NULL;
      g_autofree char *value = sign != NULL ? g_utf8_make_valid (sign + 1, -1) : NULL;

      if (key == NULL || *key == '\0' || !g_utf8_validate (key, -1, NULL))
        g_propagate_error (error, opt_cli_error (OPT_IPC_ERROR_USAGE, words[i],
                                                 "parameters are given as NAME=VALUE, not “%s”",
                                                 words[i]));
      else if (g_hash_table_contains (seen, key))
        g_propagate_error (error, opt_cli_error (OPT_IPC_ERROR_USAGE, key,
                                                 "parameter “%s” is given twice", key));
      else
        {
          g_variant_builder_add (&builder, "{ss}", key, value);
          g_hash_table_add (seen, g_steal_pointer (&key));
          continue;
        }
      g_variant_builder_clear (&builder);
      return NULL;
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

OptExit
opt_cli_task_explain (OptCli *self,
                      char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) plan = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 256, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  parameters = parse_parameters (words + 1, &error);
  if (parameters == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Tasks", "Explain", g_variant_new ("(s@a{ss})", words[0], parameters),
                        "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  plan = g_variant_get_child_value (reply, 0);
  opt_cli_print_record (self, opt_ipc_plan_fields, plan);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_task_run (OptCli *self,
                  char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *wait = NULL;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) job = NULL;
  GVariantBuilder    options;
  gint64             seconds;
  GError            *error = NULL;
  const GOptionEntry entries[] = {
    { "wait", 0, 0, G_OPTION_ARG_STRING, &wait, "Wait for its end, at most so many seconds", "S" },
    G_OPTION_ENTRY_NULL
  };

  words = opt_cli_parse (self, arguments, entries, 1, 256, &error);
  if (words == NULL || !opt_cli_parse_seconds (wait, G_MAXUINT32, &seconds, &error))
    return opt_cli_fail (self, error);
  parameters = parse_parameters (words + 1, &error);
  if (parameters == NULL)
    return opt_cli_fail (self, error);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&options, "origin", "cli");
  reply = opt_cli_call (self, "Tasks", "Run",
                        g_variant_new ("(s@a{ss}a{sv})", words[0], parameters, &options), "(a{sv})",
                        &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  job = g_variant_get_child_value (reply, 0);
  if (seconds >= 0)
    return opt_cli_wait_for_job (self, job, (guint)seconds);
  opt_cli_print_job (self, job);
  return OPT_EXIT_OK;
}
