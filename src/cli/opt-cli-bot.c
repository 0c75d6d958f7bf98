/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-cli-agent.h"
#include "opt-cli-input.h"
#include "opt-cli-print.h"
#include "opt-cli-simple.h"
#include "opt-cli-verbs.h"

static OptExit
call_with_token (OptCli     *self,
                 const char *method,
                 GVariant   *parameters,
                 const char *prompt)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (parameters);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) record = NULL;
  g_autofree char *secret = NULL;
  GError          *error = NULL;

  secret = opt_cli_read_secret (prompt, &error);
  if (secret == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call_with_secret (self, "Bots", method, held, secret, "(a{sv})", &error);
  explicit_bzero (secret, strlen (secret));
  if (reply == NULL)
    return opt_cli_fail (self, error);
  record = g_variant_get_child_value (reply, 0);
  opt_cli_print_record (self, opt_ipc_bot_fields, record);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_bot_add (OptCli *self,
                 char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) chats = NULL;
  g_autofree char   *receive = NULL, *roles = NULL, *description = NULL, *chat_ids = NULL;
  GVariantBuilder    settings;
  GError            *error = NULL;
  const GOptionEntry entries[] = { { "chat", 0, 0, G_OPTION_ARG_STRING_ARRAY, &chats,
                                     "Where it writes to; may be given again", "ID[:TOPIC]" },
                                   { "receive", 0, 0, G_OPTION_ARG_STRING, &receive,
                                     "poll to receive messages, off to send only", "poll|off" },
                                   { "roles", 0, 0, G_OPTION_ARG_STRING, &roles,
                                     "What it is for, such as notify;remote", "ROLES" },
                                   { "description", 0, 0, G_OPTION_ARG_STRING, &description,
                                     "A word for people", "TEXT" },
                                   G_OPTION_ENTRY_NULL };

  words = opt_cli_parse (self, arguments, entries, 1, 1, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  chat_ids = chats != NULL ? g_strjoinv (", ", chats) : NULL;
  g_variant_builder_init (&settings, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&settings, "chat_ids", chat_ids);
  opt_ipc_record_add_string (&settings, "receive", receive);
  opt_ipc_record_add_string (&settings, "roles", roles);
  opt_ipc_record_add_string (&settings, "description", description);
  return call_with_token (self, "Add", g_variant_new ("(sa{sv}h)", words[0], &settings, 0),
                          "Bot token (from @BotFather)");
}

OptExit
opt_cli_bot_list (OptCli *self,
                  char  **arguments)
{
  static const OptCliColumn columns[] = {
    { "NAME", "name" },
    { "USERNAME", "username" },
    { "STATE", "state" },
    { "RECEIVE", "receive" },
    { "ROLES", "roles" },
    { "TOKEN", "token" },
    { "SOURCE", "source" },
    { NULL, NULL }
  };
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) bots = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Bots", "List", NULL, "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  bots = g_variant_get_child_value (reply, 0);
  opt_cli_print_records (self, opt_ipc_bot_fields, columns,
                         "No bots yet: `optimusctl bot add NAME` adds one.", bots);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_bot_show (OptCli *self,
                  char  **arguments)
{
  return opt_cli_simple_record (self, arguments, "Bots", "Show", opt_ipc_bot_fields);
}

OptExit
opt_cli_bot_remove (OptCli *self,
                    char  **arguments)
{
  return opt_cli_simple_call (self, arguments, "Bots", "Remove", 1);
}

OptExit
opt_cli_bot_validate (OptCli *self,
                      char  **arguments)
{
  g_auto (GStrv) words = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 1, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  if (g_str_equal (words[0], "-"))
    return call_with_token (self, "ValidateToken", g_variant_new ("(h)", 0), "Bot token to check");
  return opt_cli_simple_record (self, arguments, "Bots", "Validate", opt_ipc_bot_fields);
}

OptExit
opt_cli_secret_set (OptCli *self,
                    char  **arguments)
{
  g_auto (GStrv) words = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 1, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  return call_with_token (self, "SetToken", g_variant_new ("(sh)", words[0], 0), "Bot token");
}

OptExit
opt_cli_secret_clear (OptCli *self,
                      char  **arguments)
{
  return opt_cli_simple_call (self, arguments, "Bots", "ClearToken", 1);
}
