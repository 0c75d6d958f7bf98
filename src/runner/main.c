/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* optimus-runner: holds one job's process, so that it outlives the agent. See opt-job-files.h. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-runner-clock.h"
#include "opt-runner-loop.h"

#define RETRY_MS 1000

/* Whatever the caller had open is not ours to hold, least of all its locks and pipes. */
static void
drop_descriptors (void)
{
  int fd;

  if (close_range (3, ~0U, 0) != 0)
    for (fd = 3; fd < 65536; fd++)
      close (fd);
  do
    fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
  while (fd >= 0 && fd < 3);
  if (fd >= 0)
    close (fd);
}

/* From here on nobody waits for our output and no terminal reaches us. */
static void
silence (void)
{
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  for (int i = 0; i < 3 && fd >= 0; i++)
    dup2 (fd, i);
  if (fd >= 0)
    close (fd);
}

/* Returns: a signalfd for what we act on; what else could end us is ignored. */
static int
detach (void)
{
  static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE,
                                 SIGALRM, SIGUSR1, SIGUSR2, SIGXFSZ };
  struct sigaction ignore = { .sa_handler = SIG_IGN };
  struct sigaction usual = { .sa_handler = SIG_DFL };
  sigset_t         acted;

  sigemptyset (&acted);
  sigaddset (&acted, SIGTERM);
  sigaddset (&acted, SIGCHLD);
  sigprocmask (SIG_SETMASK, &acted, NULL);
  /* An ignored SIGCHLD, which is inherited, would throw the exit codes away. */
  sigaction (SIGCHLD, &usual, NULL);
  for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
    sigaction (ignored[i], &ignore, NULL);
  /* Fails for a group leader, which is as good. */
  setsid ();
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  return signalfd (-1, &acted, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
load_spec (OptRunnerSpec *spec,
           int            folder)
{
  char  *data;
  size_t size;
  bool   good;
  int    wrong = opt_runner_file_read (folder, OPT_RUNNER_FILE_SPEC, OPT_RUNNER_SPEC_MAX, &data,
                                       &size);

  if (wrong != 0)
    return wrong;
  good = opt_runner_spec_parse (spec, data, size, NULL);
  free (data);
  return good ? 0 : EINVAL;
}

static void
run (OptRunnerHold *hold,
     int            signals,
     OptRunnerExit *result)
{
  OptRunnerSpec  spec = OPT_RUNNER_SPEC_INIT;
  OptRunnerChild child = { .step = OPT_RUNNER_STEP_SPEC };
  int64_t        began = opt_runner_clock_mono ();

  result->start = opt_runner_clock_wall ();
  child.error = load_spec (&spec, hold->folder);
  if (child.error == 0 && opt_runner_child_start (&child, &spec, environ))
    {
      /* Who hears that it runs may count on its end being written, too. */
      opt_runner_hold_reserve (hold);
      opt_runner_hold_poke (hold);
      silence ();
      opt_runner_loop_run (hold, &spec, &child, signals, result);
    }
  else
    {
      result->reason = OPT_RUNNER_REASON_NOT_STARTED;
      result->error = child.error;
      result->step = child.step;
      result->end = opt_runner_clock_wall ();
      result->elapsed = opt_runner_clock_mono () - began;
    }
  opt_runner_spec_clear (&spec);
}

/* A full disk is waited for: until then the job counts as running, which is better than lost.
 * Returns: whether `exit` is written. */
static bool
finish (OptRunnerHold       *hold,
        int                  signals,
        const OptRunnerExit *result)
{
  int wrong;

  while ((wrong = opt_runner_hold_finish (hold, result)) != 0)
    {
      struct signalfd_siginfo info;
      struct stat             folder;
      struct pollfd           fd = { .fd = signals, .events = POLLIN };

      /* Another's `exit`, or nowhere to put one. */
      if (wrong == EEXIST || fstat (hold->folder, &folder) != 0 || folder.st_nlink == 0)
        return false;
      if (poll (&fd, 1, RETRY_MS) > 0 && read (signals, &info, sizeof info) == sizeof info &&
          info.ssi_signo == SIGTERM)
        return false;
    }
  return true;
}

int
main (int    argc,
      char **argv)
{
  OptRunnerHold   hold;
  OptRunnerExit   result = { .code = -1 };
  OptRunnerStatus status;
  bool            finished;
  int             signals;
  int             error;

  drop_descriptors ();
  if (argc != 2)
    {
      fprintf (stderr, "usage: optimus-runner FOLDER\n");
      return OPT_RUNNER_STATUS_USAGE;
    }
  signals = detach ();
  if (signals < 0)
    {
      fprintf (stderr, "optimus-runner: cannot receive signals: %s\n", strerror (errno));
      return OPT_RUNNER_STATUS_NO_CLAIM;
    }
  status = opt_runner_hold_take (&hold, argv[1], &error);
  if (status == OPT_RUNNER_STATUS_NO_CLAIM)
    fprintf (stderr, "optimus-runner: cannot claim %s: %s\n", argv[1], strerror (error));
  if (status != OPT_RUNNER_STATUS_DONE)
    return (int)status;
  run (&hold, signals, &result);
  finished = finish (&hold, signals, &result);
  opt_runner_hold_release (&hold);
  return finished ? OPT_RUNNER_STATUS_DONE : OPT_RUNNER_STATUS_NO_EXIT;
}
