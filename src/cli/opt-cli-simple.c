/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-simple.h"

#include "opt-cli-agent.h"
#include "opt-cli-print.h"

/**
 * opt_cli_simple_call:
 * @self: the run
 * @arguments: the words behind the verb
 * @interface: the agent's interface
 * @method: a method that takes strings and returns nothing
 * @n_strings: how many
 *
 * Returns: what to exit with
 */
OptExit
opt_cli_simple_call (OptCli     *self,
                     char      **arguments,
                     const char *interface,
                     const char *method,
                     guint       n_strings)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder builder;
  GError         *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, n_strings, n_strings, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_TUPLE);
  for (guint i = 0; i < n_strings; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (words[i], -1);

      g_variant_builder_add (&builder, "s", valid);
    }
  reply = opt_cli_call (self, interface, method, g_variant_builder_end (&builder), "()", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  return OPT_EXIT_OK;
}

/**
 * opt_cli_simple_record:
 * @self: the run
 * @arguments: the words behind the verb
 * @interface: the agent's interface
 * @method: a method that takes one string and returns a record
 * @fields: the record's table
 *
 * Returns: what to exit with
 */
OptExit
opt_cli_simple_record (OptCli            *self,
                       char             **arguments,
                       const char        *interface,
                       const char        *method,
                       const OptIpcField *fields)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *valid = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) record = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 1, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  valid = g_utf8_make_valid (words[0], -1);
  reply = opt_cli_call (self, interface, method, g_variant_new ("(s)", valid), "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  record = g_variant_get_child_value (reply, 0);
  opt_cli_print_record (self, fields, record);
  return OPT_EXIT_OK;
}

/**
 * opt_cli_parse_seconds:
 * @text: (nullable): the value of --wait; empty when none was given
 * @fallback: what an empty value means
 * @seconds: (out): seconds, -1 when @text is NULL
 * @error: return location
 *
 * Returns: FALSE with an error of kind usage
 */
gboolean
opt_cli_parse_seconds (const char *text,
                       gint64      fallback,
                       gint64     *seconds,
                       GError    **error)
{
  *seconds = text == NULL ? -1 : fallback;
  if (text == NULL || *text == '\0')
    return TRUE;
  if (g_ascii_string_to_signed (text, 10, 0, 86400, seconds, NULL))
    return TRUE;
  g_propagate_error (error, opt_cli_error (OPT_IPC_ERROR_USAGE, "--wait",
                                           "--wait takes seconds from 0 to 86400, not “%s”", text));
  return FALSE;
}
