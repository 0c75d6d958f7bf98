/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "opt-job-files.h"
#include "opt-job-place-private.h"

void
opt_job_look_clear (OptJobLook *self)
{
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->progress, g_free);
}

static void
read_progress (int         folder,
               OptJobLook *look)
{
  OptRunnerEvent event;
  char          *data;
  size_t         size;

  look->percent = -1;
  if (opt_runner_file_read (folder, OPT_RUNNER_FILE_EVENTS, OPT_RUNNER_EVENTS_MAX, &data, &size) !=
      0)
    return;
  if (opt_runner_events_last (&event, data, size))
    {
      look->percent = event.percent;
      look->progress = event.text[0] != '\0' ? g_strdup (event.text) : NULL;
    }
  free (data);
}

/* What failed, by the names that the spec has for it. */
static char *
describe_start (int                  folder,
                const OptRunnerExit *result)
{
  OptRunnerSpec    spec = OPT_RUNNER_SPEC_INIT;
  const char      *why = g_strerror (result->error);
  g_autofree char *program = NULL;
  g_autofree char *work_dir = NULL;
  char            *data;
  size_t           size;

  if (opt_runner_file_read (folder, OPT_RUNNER_FILE_SPEC, OPT_RUNNER_SPEC_MAX, &data, &size) == 0)
    {
      if (opt_runner_spec_parse (&spec, data, size, NULL))
        {
          program = g_filename_display_name (spec.argv[0]);
          work_dir = g_filename_display_name (spec.work_dir);
          opt_runner_spec_clear (&spec);
        }
      free (data);
    }
  if (program == NULL)
    return g_strdup_printf ("could not be started: what to run can't be read: %s", why);
  switch (result->step)
    {
    case OPT_RUNNER_STEP_DIR:
      return g_strdup_printf ("could not be started: can't enter the folder “%s”: %s", work_dir,
                              why);
    case OPT_RUNNER_STEP_INTERPRETER:
      return g_strdup_printf ("could not be started: the interpreter that the first line of “%s” "
                              "names can't be run: %s",
                              program, why);
    case OPT_RUNNER_STEP_EXEC:
      return g_strdup_printf ("could not be started: can't execute “%s”: %s%s", program, why,
                              result->error == EACCES ? "; make it executable" : "");
    case OPT_RUNNER_STEP_SPEC:
      return g_strdup_printf ("could not be started: what to run makes no sense: %s", why);
    case OPT_RUNNER_STEP_NONE:
    case OPT_RUNNER_STEP_SYSTEM:
    default:
      return g_strdup_printf ("could not be started: the system refused a process: %s", why);
    }
}

static OptJobState
judge (const OptRunnerExit *result)
{
  switch (result->reason)
    {
    case OPT_RUNNER_REASON_EXITED:
      return result->code == 0 ? OPT_JOB_SUCCEEDED : OPT_JOB_FAILED;
    case OPT_RUNNER_REASON_TIMED_OUT:
      return OPT_JOB_TIMED_OUT;
    case OPT_RUNNER_REASON_STOPPED:
    case OPT_RUNNER_REASON_SHUTDOWN:
      return OPT_JOB_CANCELLED;
    case OPT_RUNNER_REASON_SIGNALLED:
    case OPT_RUNNER_REASON_NOT_STARTED:
    default:
      return OPT_JOB_FAILED;
    }
}

static char *
describe (int                  folder,
          const OptRunnerExit *result)
{
  switch (result->reason)
    {
    case OPT_RUNNER_REASON_EXITED:
      return result->code == 0 ? NULL : g_strdup_printf ("ended with exit code %d", result->code);
    case OPT_RUNNER_REASON_SIGNALLED:
      return g_strdup_printf ("killed by signal %d (%s)", result->signal,
                              g_strsignal (result->signal));
    case OPT_RUNNER_REASON_TIMED_OUT:
      return g_strdup ("stopped, since it ran for longer than its timeout");
    case OPT_RUNNER_REASON_STOPPED:
      return g_strdup ("stopped as it was asked to");
    case OPT_RUNNER_REASON_SHUTDOWN:
      return g_strdup ("stopped, since the session ended or the machine was shut down");
    case OPT_RUNNER_REASON_NOT_STARTED:
      return describe_start (folder, result);
    default:
      return NULL;
    }
}

/* What else is to be known of it. */
static char *
add_remarks (char                *reason,
             const OptRunnerExit *result)
{
  g_autoptr (GString) words = g_string_new (reason != NULL ? reason : "");

  g_free (reason);
  if (result->left > 0)
    g_string_append_printf (words, "%sprocesses of it that could not be stopped: %u",
                            words->len > 0 ? "; " : "", result->left);
  if (result->log_error != 0)
    g_string_append_printf (words, "%sits log is not complete: %s", words->len > 0 ? "; " : "",
                            g_strerror (result->log_error));
  return words->len > 0 ? g_strdup (words->str) : NULL;
}

static gboolean
read_exit (int         folder,
           OptJobLook *look,
           GError    **error)
{
  OptRunnerExit result;
  const char   *problem = NULL;
  char         *data = NULL;
  size_t        size = 0;
  int           wrong = opt_runner_file_read (folder, OPT_RUNNER_FILE_EXIT, OPT_RUNNER_RECORD_MAX,
                                              &data, &size);
  gboolean      good = wrong == 0 && opt_runner_exit_parse (&result, data, size, &problem);

  free (data);
  if (wrong != 0 && wrong != EFBIG)
    {
      opt_job_error_set_io (error, wrong, "read", OPT_RUNNER_FILE_EXIT);
      return FALSE;
    }
  if (!good)
    {
      look->state = OPT_JOB_LOST;
      look->reason = g_strdup_printf ("it ended, but what was written of that makes no sense: %s",
                                      problem != NULL ? problem : "too long");
      return TRUE;
    }
  look->state = judge (&result);
  look->reason = add_remarks (describe (folder, &result), &result);
  look->started = result.reason != OPT_RUNNER_REASON_NOT_STARTED ? result.start : 0;
  look->ended = MAX (result.end, result.start);
  look->exit_code = result.code;
  look->signal = result.signal;
  look->log_bytes = result.log_bytes;
  look->log_cut = result.log_cut;
  return TRUE;
}

static void
read_lost (int         folder,
           OptJobLook *look)
{
  OptRunnerClaim claim;
  uint64_t       bytes = 0, cut = 0;
  char          *data;
  size_t         size;

  look->state = OPT_JOB_LOST;
  look->reason = g_strdup ("its runner is gone and left no word of how the job ended; "
                           "it may have done all, some or nothing of its work");
  if (opt_runner_log_span (folder, &bytes, &cut) == 0)
    {
      look->log_bytes = bytes;
      look->log_cut = cut;
    }
  if (opt_runner_file_read (folder, OPT_RUNNER_FILE_CLAIM, OPT_RUNNER_RECORD_MAX, &data, &size) !=
      0)
    return;
  if (opt_runner_claim_parse (&claim, data, size, NULL))
    look->started = claim.start;
  free (data);
}

static gboolean
look_into (int          folder,
           OptJobPipes *pipes,
           OptJobLook  *look,
           GError     **error)
{
  OptRunnerState state;
  int            alive = pipes != NULL ? pipes->alive : -1;
  int            wrong = opt_runner_folder_probe (folder, alive, &state);

  /* A runner reads what to execute once it has the claim: without that, one that comes late does
   * nothing, and one that read it already holds the claim by now. */
  if (wrong == 0 && look->disarm && state == OPT_RUNNER_STATE_UNCLAIMED &&
      unlinkat (folder, OPT_RUNNER_FILE_SPEC, 0) == 0)
    wrong = opt_runner_folder_probe (folder, alive, &state);
  if (wrong != 0)
    {
      opt_job_error_set_io (error, wrong, "read", "the job's folder");
      return FALSE;
    }
  switch (state)
    {
    case OPT_RUNNER_STATE_UNCLAIMED:
      look->found = OPT_JOB_FOUND_UNCLAIMED;
      return TRUE;
    case OPT_RUNNER_STATE_RUNNING:
      look->found = OPT_JOB_FOUND_RUNNING;
      break;
    case OPT_RUNNER_STATE_ENDED:
      look->found = OPT_JOB_FOUND_ENDED;
      if (!read_exit (folder, look, error))
        return FALSE;
      break;
    case OPT_RUNNER_STATE_LOST:
    default:
      look->found = OPT_JOB_FOUND_LOST;
      read_lost (folder, look);
      break;
    }
  read_progress (folder, look);
  return TRUE;
}

gboolean
opt_job_place_look (OptJobPlace *self,
                    const char  *id,
                    OptJobPipes *pipes,
                    OptJobLook  *look,
                    GError     **error)
{
  int      folder = opt_job_place_open (self, id, error);
  gboolean done;

  *look = (OptJobLook){ .disarm = look->disarm, .exit_code = -1, .percent = -1 };
  if (folder < 0)
    return FALSE;
  done = look_into (folder, pipes, look, error);
  close (folder);
  return done;
}
