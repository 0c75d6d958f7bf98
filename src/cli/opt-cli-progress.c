/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "opt-cli-verbs.h"

#include "opt-id.h"
#include "opt-job-files.h"

/* The job's folder is where the agent of this profile keeps jobs; the id comes from the environment
 * of the job. */
static char *
find_control (GError **error)
{
  const char *id = g_getenv ("OPTIMUS_JOB_ID");

  if (id == NULL || !opt_id_is_uuid (id))
    {
      g_propagate_error (
        error, opt_cli_error (OPT_IPC_ERROR_USAGE, "OPTIMUS_JOB_ID",
                              "progress is told from inside a job, where OPTIMUS_JOB_ID is set"));
      return NULL;
    }
  return g_build_filename (g_get_user_state_dir (), "optimus", "jobs", id, OPT_RUNNER_FILE_CONTROL,
                           NULL);
}

OptExit
opt_cli_progress (OptCli *self,
                  char  **arguments)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *control = NULL, *text = NULL, *line = NULL;
  gint64           percent;
  gboolean         written;
  int              fd;
  GError          *error = NULL;

  words = opt_cli_parse (self, arguments, NULL, 1, 256, &error);
  if (words == NULL)
    return opt_cli_fail (self, error);
  if (!g_ascii_string_to_signed (words[0], 10, 0, 100, &percent, NULL))
    return opt_cli_fail (
      self, opt_cli_error (OPT_IPC_ERROR_USAGE, words[0],
                           "progress takes a whole number from 0 to 100, not “%s”", words[0]));
  control = find_control (&error);
  if (control == NULL)
    return opt_cli_fail (self, error);
  text = g_strjoinv (" ", words + 1);
  g_strdelimit (text, "\r\n", ' ');
  text[MIN (strlen (text), OPT_RUNNER_TEXT_MAX)] = '\0';
  line = g_strdup_printf ("progress %d %s\n", (int)percent, text);

  fd = open (control, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  written = fd >= 0 && write (fd, line, strlen (line)) == (gssize)strlen (line);
  if (!written)
    error = opt_cli_error (OPT_IPC_ERROR_FAILED, control, "can't tell the progress: %s",
                           g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return written ? OPT_EXIT_OK : opt_cli_fail (self, error);
}
