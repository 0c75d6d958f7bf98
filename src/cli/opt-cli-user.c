/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-agent.h"
#include "opt-cli-print.h"
#include "opt-cli-simple.h"
#include "opt-cli-verbs.h"

OptExit
opt_cli_user_list (OptCli *self,
                   char  **arguments)
{
  static const OptCliColumn columns[] = { { "ID", "id" },
                                          { "USERNAME", "username" },
                                          { "NAME", "name" },
                                          { "STATUS", "status" },
                                          { "PINNED AS", "pinned_as" },
                                          { "LAST SEEN", "last_seen" },
                                          { "ATTEMPTS", "attempts" },
                                          { NULL, NULL } };
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) people = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "People", "List", NULL, "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  people = g_variant_get_child_value (reply, 0);
  opt_cli_print_records (self, opt_ipc_person_fields, columns,
                         "Nobody yet: `optimusctl user add ID` serves somebody.", people);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_user_add (OptCli *self,
                  char  **arguments)
{
  return opt_cli_simple_call (self, arguments, "People", "Add", 1);
}

OptExit
opt_cli_user_remove (OptCli *self,
                     char  **arguments)
{
  return opt_cli_simple_call (self, arguments, "People", "Remove", 1);
}
