/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-agent.h"
#include "opt-cli-print.h"
#include "opt-cli-verbs.h"

#include "opt-clock.h"

static void
print_bots (GVariant *status)
{
  g_autoptr (GVariant) bots = g_variant_lookup_value (status, "bots", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = bots != NULL ? g_variant_n_children (bots) : 0;

  if (n == 0)
    g_print ("Bots    none; add one with `optimusctl bot add NAME`\n");
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) bot = g_variant_get_child_value (bots, i);
      const char *username = opt_ipc_record_get_string (bot, "username");
      const char *detail = opt_ipc_record_get_string (bot, "detail");

      g_print ("%-7s %s%s%s: %s%s%s\n", i == 0 ? "Bots" : "",
               opt_ipc_record_get_string (bot, "name"),
               username != NULL ? " @" : "", username != NULL ? username : "",
               opt_ipc_record_get_string (bot, "state"),
               detail != NULL ? ", " : "", detail != NULL ? detail : "");
    }
}

static void
print_problems (GVariant *config)
{
  g_autoptr (GVariant) problems = NULL;
  gsize n;

  problems = g_variant_lookup_value (config, "problems", G_VARIANT_TYPE ("aa{sv}"));
  n = problems != NULL ? g_variant_n_children (problems) : 0;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) problem = g_variant_get_child_value (problems, i);

      g_print ("        line %" G_GINT64_FORMAT ": %s\n",
               opt_ipc_record_get_int (problem, "line", 0),
               opt_ipc_record_get_string (problem, "message"));
    }
}

static void
print_status (GVariant *status)
{
  g_autoptr (GVariant) outbox = g_variant_lookup_value (status, "outbox", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) jobs = g_variant_lookup_value (status, "jobs", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) config = g_variant_lookup_value (status, "config", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) store = g_variant_lookup_value (status, "store", G_VARIANT_TYPE_VARDICT);
  g_autofree char *since =
    opt_clock_format_time (opt_ipc_record_get_int (status, "ready_since", 0));

  g_print ("Robot   %s, version %s, ready since %s\n", opt_ipc_record_get_string (status, "robot"),
           opt_ipc_record_get_string (status, "version"), since);
  print_bots (status);
  if (outbox != NULL)
    g_print ("Outbox  %" G_GINT64_FORMAT " queued, %" G_GINT64_FORMAT
             " being sent, %" G_GINT64_FORMAT " dead\n",
             opt_ipc_record_get_int (outbox, "queued", 0),
             opt_ipc_record_get_int (outbox, "sending", 0),
             opt_ipc_record_get_int (outbox, "dead", 0));
  if (jobs != NULL)
    g_print ("Jobs    %" G_GINT64_FORMAT " queued, %" G_GINT64_FORMAT " running\n",
             opt_ipc_record_get_int (jobs, "queued", 0),
             opt_ipc_record_get_int (jobs, "running", 0));
  if (config != NULL)
    {
      g_print ("Config  %s\n", opt_ipc_record_get_string (config, "path"));
      print_problems (config);
    }
  if (store != NULL)
    {
      const char *trouble = opt_ipc_record_get_string (store, "error");

      g_print ("Store   %s%s%s\n", opt_ipc_record_get_string (store, "path"),
               trouble != NULL ? ": " : "", trouble != NULL ? trouble : "");
    }
}

OptExit
opt_cli_status (OptCli *self,
                char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) status = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Status", "GetStatus", NULL, "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  status = g_variant_get_child_value (reply, 0);
  if (self->json)
    opt_cli_print_record (self, opt_ipc_status_fields, status);
  else
    print_status (status);
  return OPT_EXIT_OK;
}

static void
print_checks (GVariant *report)
{
  g_autoptr (GVariant) checks =
               g_variant_lookup_value (report, "checks", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = checks != NULL ? g_variant_n_children (checks) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) check = g_variant_get_child_value (checks, i);
      const char *state = opt_ipc_record_get_string (check, "state");
      const char *fix = opt_ipc_record_get_string (check, "fix");

      g_print ("%s %s\n",
               g_strcmp0 (state, "ok") == 0        ? "✓"
               : g_strcmp0 (state, "warning") == 0 ? "!"
                                                   : "✗",
               opt_ipc_record_get_string (check, "message"));
      if (fix != NULL)
        g_print ("    %s\n", fix);
    }
}

OptExit
opt_cli_doctor (OptCli *self,
                char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 0, 0, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Status", "Doctor", NULL, "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  report = g_variant_get_child_value (reply, 0);
  if (self->json)
    opt_cli_print_record (self, opt_ipc_doctor_fields, report);
  else
    print_checks (report);
  return opt_ipc_record_get_bool (report, "ok") ? OPT_EXIT_OK : OPT_EXIT_FAILED;
}
