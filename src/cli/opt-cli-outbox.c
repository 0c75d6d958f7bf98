/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-agent.h"
#include "opt-cli-print.h"
#include "opt-cli-verbs.h"

OptExit
opt_cli_outbox_list (OptCli *self,
                     char  **arguments)
{
  static const OptCliColumn columns[] = {
    { "ROW", "id" },
    { "BOT", "bot" },
    { "CHAT", "chat_id" },
    { "STATE", "state" },
    { "CREATED", "created" },
    { "TEXT", "text" },
    { "ERROR", "error" },
    { NULL, NULL }
  };
  g_auto (GStrv) words = NULL;
  g_autofree char *state = NULL;
  int              limit = 50;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) rows = NULL;
  GVariantBuilder    filter;
  GError            *error = NULL;
  const GOptionEntry entries[] = { { "state", 0, 0, G_OPTION_ARG_STRING, &state,
                                     "Only those that are so", "queued|sending|sent|dead" },
                                   { "limit", 0, 0, G_OPTION_ARG_INT, &limit, "How many (50)",
                                     "N" },
                                   G_OPTION_ENTRY_NULL };

  words = opt_cli_parse (self, arguments, entries, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  g_variant_builder_init (&filter, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&filter, "state", state);
  g_variant_builder_add (&filter, "{sv}", "limit", g_variant_new_uint32 ((guint32)MAX (limit, 0)));
  reply =
    opt_cli_call (self, "Outbox", "List", g_variant_new ("(a{sv})", &filter), "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  rows = g_variant_get_child_value (reply, 0);
  opt_cli_print_records (self, opt_ipc_outbox_fields, columns, "Nothing was sent yet.", rows);
  return OPT_EXIT_OK;
}

static gboolean
parse_row (OptCli  *self,
           char   **arguments,
           gint64  *row,
           GError **error)
{
  g_auto (GStrv) words = opt_cli_parse (self, arguments, NULL, 1, 1, error);

  if (words == NULL)
    return FALSE;
  if (g_ascii_string_to_signed (words[0], 10, 1, G_MAXINT64, row, NULL))
    return TRUE;
  g_propagate_error (
    error,
    opt_cli_error (OPT_IPC_ERROR_UNKNOWN, words[0],
                   "there is no outbox row “%s”; `optimusctl outbox list` shows them", words[0]));
  return FALSE;
}

static OptExit
call_with_row (OptCli     *self,
               char      **arguments,
               const char *method)
{
  g_autoptr (GVariant) reply = NULL;
  gint64  row;
  GError *error = NULL;

  if (!parse_row (self, arguments, &row, &error))
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Outbox", method, g_variant_new ("(x)", row), "()", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_outbox_show (OptCli *self,
                     char  **arguments)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) record = NULL;
  gint64  row;
  GError *error = NULL;

  if (!parse_row (self, arguments, &row, &error))
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Outbox", "Show", g_variant_new ("(x)", row), "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  record = g_variant_get_child_value (reply, 0);
  opt_cli_print_record (self, opt_ipc_outbox_fields, record);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_outbox_retry (OptCli *self,
                      char  **arguments)
{
  return call_with_row (self, arguments, "Retry");
}

OptExit
opt_cli_outbox_drop (OptCli *self,
                     char  **arguments)
{
  return call_with_row (self, arguments, "Drop");
}
