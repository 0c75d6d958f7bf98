/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Gigabytes go through it; the kernel's default would mean a wake-up every 64 KB at best. */
#define PIPE_SIZE (256 * 1024)

/* What the child needs and where it reports to: it shares the runner's memory until it is executed,
 * so its report is just there. */
typedef struct
{
  const OptRunnerSpec   *spec;
  char                 **environment;
  int                    input;
  int                    output;
  pid_t                  parent;
  volatile OptRunnerStep step;
  volatile int           error;
} Start;

static void
reset_signals (void)
{
  /* More than the kernel's own struct, in which all zeros mean the default. The C library would
   * leave out the two signals it keeps to itself, though an ignored one breaks threads there. */
  static const unsigned long usual[16];

  for (int i = 1; i < NSIG; i++)
    syscall (SYS_rt_sigaction, i, usual, NULL, (NSIG - 1) / 8);
}

static void
restore_core_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_CORE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_CORE, &limit);
}

static _Noreturn void
give_up (Start        *start,
         OptRunnerStep step)
{
  start->error = errno;
  start->step = step;
  _exit (127);
}

static _Noreturn void
run_child (Start *start)
{
  const char *program = start->spec->argv[0];
  sigset_t    none;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  /* The runner may have died before the kernel knew that we care. */
  if (getppid () != start->parent)
    _exit (127);
  if (setsid () < 0 || dup2 (start->input, 0) < 0 || dup2 (start->output, 1) < 0 ||
      dup2 (start->output, 2) < 0)
    give_up (start, OPT_RUNNER_STEP_SYSTEM);
  restore_core_limit ();
  if (chdir (start->spec->work_dir) != 0)
    give_up (start, OPT_RUNNER_STEP_DIR);
  reset_signals ();
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  execve (program, start->spec->argv, start->environment);
  if (errno == ENOENT && faccessat (AT_FDCWD, program, F_OK, AT_EACCESS) == 0)
    {
      errno = ENOENT;
      give_up (start, OPT_RUNNER_STEP_INTERPRETER);
    }
  give_up (start, OPT_RUNNER_STEP_EXEC);
}

/* Returns in the runner alone. */
static pid_t
start_child (Start *start)
{
  pid_t pid = vfork ();

  if (pid == 0)
    run_child (start);
  return pid;
}

bool
opt_runner_child_start (OptRunnerChild      *child,
                        const OptRunnerSpec *spec,
                        char               **environment)
{
  Start start = { .spec = spec, .environment = environment, .parent = getpid () };
  int   ends[2] = { -1, -1 };

  *child = (OptRunnerChild){ .pid = -1, .output = -1, .step = OPT_RUNNER_STEP_SYSTEM };
  start.input = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (start.input < 0 || pipe2 (ends, O_CLOEXEC) != 0)
    {
      child->error = errno;
      if (start.input >= 0)
        close (start.input);
      return false;
    }
  fcntl (ends[0], F_SETFL, O_NONBLOCK);
  (void)fcntl (ends[0], F_SETPIPE_SZ, PIPE_SIZE);
  start.output = ends[1];
  child->pid = start_child (&start);
  child->error = child->pid < 0 ? errno : start.error;
  child->step = child->pid < 0 ? OPT_RUNNER_STEP_SYSTEM : start.step;
  close (start.input);
  close (ends[1]);
  if (child->error == 0)
    {
      child->output = ends[0];
      return true;
    }
  /* A child that was not executed is left to whoever collects children; there is no output. */
  close (ends[0]);
  child->pid = -1;
  return false;
}
