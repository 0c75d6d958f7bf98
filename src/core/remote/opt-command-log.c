/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-command.h"
#include "opt-job-mention.h"
#include "opt-json-writer.h"
#include "opt-plain.h"

#define LINES_MAX 1000000

static void
show_log (OptTurn    *turn,
          const char *job,
          guint64     lines)
{
  g_auto (OptJsonWriter) args = { 0 };
  g_autofree char *text = NULL;

  opt_json_writer_init (&args);
  opt_json_writer_open_object (&args, NULL);
  if (job != NULL)
    opt_json_writer_add_string (&args, "job", job);
  if (lines > 0)
    opt_json_writer_add_int (&args, "lines", (gint64)lines);
  opt_json_writer_close_object (&args);
  text = opt_json_writer_end (&args);
  opt_turn_show (turn, "log", text);
}

/* `17`, `17 50`, or nothing for the job that came last. */
static gboolean
run_log (OptTurn *turn,
         GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (turn->update->arguments, " \t\n", 3);
  g_autofree char *job = NULL;
  g_autofree char *shown = NULL;
  guint64          lines = 0;

  if (words[0] == NULL || *words[0] == '\0')
    {
      show_log (turn, NULL, 0);
      return TRUE;
    }
  job = opt_job_mention_parse (words[0]);
  if (job != NULL &&
      (words[1] == NULL || (words[2] == NULL && g_ascii_string_to_unsigned (
                                                  words[1], 10, 1, LINES_MAX, &lines, NULL))))
    {
      show_log (turn, job, lines);
      return TRUE;
    }
  shown = opt_plain_clean (turn->update->arguments, 40);
  opt_turn_say_format (turn,
                       "“%s” is not the number of a job. /log 17 shows all of its output, "
                       "/log 17 50 the last 50 lines.",
                       shown);
  return TRUE;
}

const OptCommand opt_command_log = {
  .name = "log",
  .usage = "17",
  .summary = "show what a job wrote",
  .run = run_log,
};
