/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-agent.h"
#include "opt-cli-print.h"
#include "opt-cli-simple.h"
#include "opt-cli-verbs.h"

static const OptIpcField value_fields[] = {
  { "key", OPT_IPC_STRING, NULL },
  { "value", OPT_IPC_STRING, NULL },
  { "is_set", OPT_IPC_BOOL, NULL },
  { NULL, 0, NULL }
};

static const OptIpcField path_fields[] = { { "path", OPT_IPC_STRING, NULL }, { NULL, 0, NULL } };

OptExit
opt_cli_config_get (OptCli *self,
                    char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) record = NULL;
  GVariantBuilder builder;
  const char     *value;
  gboolean        is_set;
  GError         *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 1, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Config", "Get", g_variant_new ("(s)", words[0]), "(sb)", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  g_variant_get (reply, "(&sb)", &value, &is_set);
  if (!self->json)
    {
      g_print ("%s\n", value);
      return OPT_EXIT_OK;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "key", words[0]);
  opt_ipc_record_add_string (&builder, "value", value);
  opt_ipc_record_add_bool (&builder, "is_set", is_set);
  record = g_variant_ref_sink (g_variant_builder_end (&builder));
  opt_cli_print_record (self, value_fields, record);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_config_set (OptCli *self,
                    char  **arguments)
{
  return opt_cli_simple_call (self, arguments, "Config", "Set", 2);
}

OptExit
opt_cli_config_check (OptCli *self,
                      char  **arguments)
{
  static const OptCliColumn columns[] = { { "LINE", "line" },
                                          { "COLUMN", "column" },
                                          { "KEY", "key" },
                                          { "PROBLEM", "message" },
                                          { NULL, NULL } };
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) problems = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Config", "Check", NULL, "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  problems = g_variant_get_child_value (reply, 0);
  opt_cli_print_records (self, opt_ipc_problem_fields, columns, "Nothing is wrong.", problems);
  return g_variant_n_children (problems) == 0 ? OPT_EXIT_OK : OPT_EXIT_FAILED;
}

OptExit
opt_cli_config_path (OptCli *self,
                     char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GVariant) record = NULL;
  GVariantBuilder builder;
  GError         *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  /* The same place for agent and clients of a profile, so this needs no agent. */
  path = g_build_filename (g_get_user_config_dir (), "optimus", "optimus.conf", NULL);
  if (!self->json)
    {
      g_print ("%s\n", path);
      return OPT_EXIT_OK;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "path", path);
  record = g_variant_ref_sink (g_variant_builder_end (&builder));
  opt_cli_print_record (self, path_fields, record);
  return OPT_EXIT_OK;
}
