/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-job.h"

#include <string.h>

#include "opt-cli-agent.h"
#include "opt-cli-print.h"
#include "opt-cli-simple.h"
#include "opt-cli-verbs.h"

#include "opt-clock-system.h"
#include "opt-text.h"

/**
 * opt_cli_print_job:
 * @self: the run
 * @job: a job's record
 *
 * Prints a job: JSON, or a line for people.
 */
void
opt_cli_print_job (OptCli   *self,
                   GVariant *job)
{
  const char      *reason = opt_ipc_record_get_string (job, "reason");
  double           duration = opt_ipc_record_get_number (job, "duration_s", -1);
  g_autofree char *took = NULL;

  if (self->json)
    {
      opt_cli_print_record (self, opt_ipc_job_fields, job);
      return;
    }
  took = duration >= 0 ? opt_text_format_duration ((gint64)(duration * OPT_SECOND)) : NULL;
  g_print ("#%" G_GINT64_FORMAT " %s on %s: %s%s%s%s%s\n",
           opt_ipc_record_get_int (job, "number", 0), opt_ipc_record_get_string (job, "task"),
           opt_ipc_record_get_string (job, "robot"), opt_ipc_record_get_string (job, "state"),
           took != NULL ? " after " : "", took != NULL ? took : "", reason != NULL ? ", " : "",
           reason != NULL ? reason : "");
}

static gboolean
is_end (const char *state)
{
  static const char *const ends[] = {
    "succeeded", "failed", "cancelled", "timed-out", "lost", NULL
  };

  return state != NULL && g_strv_contains (ends, state);
}

/**
 * opt_cli_wait_for_job:
 * @self: the run
 * @job: a job's record
 * @seconds: how long, %G_MAXUINT32 is without limit
 *
 * Waits for the end of a job and prints it.
 *
 * Returns: what to exit with
 */
OptExit
opt_cli_wait_for_job (OptCli   *self,
                      GVariant *job,
                      guint     seconds)
{
  const char *id = opt_ipc_record_get_string (job, "id");
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) record = NULL;
  const char *state;
  GError     *error = NULL;

  /* To the agent, no time is no limit. */
  if (seconds == 0)
    reply = opt_cli_call (self, "Jobs", "Show", g_variant_new ("(s)", id), "(a{sv})", &error);
  else
    reply = opt_cli_call (self, "Jobs", "Wait",
                          g_variant_new ("(su)", id, seconds != G_MAXUINT32 ? seconds : 0),
                          "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  record = g_variant_get_child_value (reply, 0);
  opt_cli_print_job (self, record);
  state = opt_ipc_record_get_string (record, "state");
  if (!is_end (state))
    return OPT_EXIT_TIMEOUT;
  return g_strcmp0 (state, "succeeded") == 0 ? OPT_EXIT_OK : OPT_EXIT_FAILED;
}

/* `24h`, `30m`, `7d`, seconds, or a time as JSON prints them. */
static gboolean
parse_since (const char *text,
             gint64     *since,
             GError    **error)
{
  static const struct
  {
    char   unit;
    gint64 seconds;
  } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, utc);
  g_autofree char *digits = NULL;
  gsize            length = strlen (text);
  gint64           factor = 1, count;

  if (date != NULL)
    {
      *since = g_date_time_to_unix (date) * OPT_SECOND + g_date_time_get_microsecond (date);
      return TRUE;
    }
  for (guint i = 0; length > 1 && i < G_N_ELEMENTS (units); i++)
    {
      if (text[length - 1] == units[i].unit)
        {
          factor = units[i].seconds;
          digits = g_strndup (text, length - 1);
        }
    }
  if (g_ascii_string_to_signed (digits != NULL ? digits : text, 10, 0, 100000000 / factor, &count,
                                NULL))
    {
      g_autoptr (OptClock) clock = opt_clock_system_new ();

      *since = opt_clock_get_wall (clock) - count * factor * OPT_SECOND;
      return TRUE;
    }
  g_propagate_error (
    error, opt_cli_error (OPT_IPC_ERROR_USAGE, "--since",
                          "--since takes a time such as 2026-11-20T01:02:03Z, or an age such as "
                          "30m, 24h or 7d, not “%s”",
                          text));
  return FALSE;
}

OptExit
opt_cli_job_list (OptCli *self,
                  char  **arguments)
{
  static const OptCliColumn columns[] = { { "JOB", "number" },
                                          { "TASK", "task" },
                                          { "STATE", "state" },
                                          { "STARTED", "started" },
                                          { "SECONDS", "duration_s" },
                                          { "REASON", "reason" },
                                          { NULL, NULL } };
  g_auto (GStrv) words = NULL;
  g_autofree char *state = NULL, *task = NULL, *age = NULL;
  int              limit = 50;
  gint64           since = 0;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) jobs = NULL;
  GVariantBuilder    filter;
  GError            *error = NULL;
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_STRING, &state, "Only those in this state", "STATE" },
    { "task", 0, 0, G_OPTION_ARG_STRING, &task, "Only those of this task", "TASK" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &age, "Only those queued since", "TIME|AGE" },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, "How many (50)", "N" },
    G_OPTION_ENTRY_NULL
  };

  words = opt_cli_parse (self, arguments, entries, 0, 0, &error);
  if (words == NULL || (age != NULL && !parse_since (age, &since, &error)))
    return opt_cli_fail (self, error);
  g_variant_builder_init (&filter, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&filter, "state", state);
  opt_ipc_record_add_string (&filter, "task", task);
  opt_ipc_record_add_time (&filter, "since", since);
  g_variant_builder_add (&filter, "{sv}", "limit", g_variant_new_uint32 ((guint32)MAX (limit, 0)));
  reply =
    opt_cli_call (self, "Jobs", "List", g_variant_new ("(a{sv})", &filter), "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  jobs = g_variant_get_child_value (reply, 0);
  opt_cli_print_records (self, opt_ipc_job_fields, columns, "No jobs.", jobs);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_job_show (OptCli *self,
                  char  **arguments)
{
  return opt_cli_simple_record (self, arguments, "Jobs", "Show", opt_ipc_job_fields);
}

static OptExit
call_for_job (OptCli     *self,
              char      **arguments,
              const char *method)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) record = NULL;
  GError *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 1, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  reply = opt_cli_call (self, "Jobs", method, g_variant_new ("(s)", words[0]), "(a{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  record = g_variant_get_child_value (reply, 0);
  opt_cli_print_job (self, record);
  return OPT_EXIT_OK;
}

OptExit
opt_cli_job_cancel (OptCli *self,
                    char  **arguments)
{
  return call_for_job (self, arguments, "Cancel");
}

OptExit
opt_cli_job_run (OptCli *self,
                 char  **arguments)
{
  return call_for_job (self, arguments, "Release");
}
