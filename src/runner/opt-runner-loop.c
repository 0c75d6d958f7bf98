/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "opt-runner-clock.h"
#include "opt-runner-progress.h"
#include "opt-runner-tape.h"
#include "opt-runner-tree.h"

#define READ_SIZE (64 * 1024)
/* More than any pipe holds. */
#define DRAIN_READS 1024
/* A `tee` at the end of a pipe may still have the last lines in hand when its shell is gone. */
#define LINGER_US 1000000
/* SIGKILL is sent again to what was born meanwhile, ever less often. */
#define KILL_ROUNDS       64
#define KILL_PAUSE_US     10000
#define KILL_PAUSE_MAX_US 500000
/* What SIGKILL has not ended by then belongs to someone else or hangs in the kernel. */
#define KILL_LIMIT_US 10000000

typedef enum {
  PHASE_RUNNING,
  PHASE_LINGERING, /* the program ended, @next is when what it left is asked to go */
  PHASE_STOPPING,  /* SIGTERM was sent, @next is when the patience ends */
  PHASE_KILLING,   /* SIGKILL was sent, @next is when it is sent again */
  PHASE_DONE,
} Phase;

typedef struct
{
  OptRunnerHold       *hold;
  const OptRunnerSpec *spec;
  OptRunnerChild      *child;
  OptRunnerExit       *result;
  OptRunnerTape        tape;
  OptRunnerProgress    progress;
  int                  signals;
  Phase                phase;
  bool                 asked; /* whether the reason is already one of ours */
  bool                 ended; /* the program did, though not yet what it left behind */
  int64_t              started;
  int64_t              timeout; /* these are monotonic microseconds; -1: never */
  int64_t              next;
  int64_t              limit;
  int64_t              pause;
  char                 line[OPT_RUNNER_CONTROL_MAX]; /* of control */
  size_t               used;
  char                 buffer[READ_SIZE];
} Loop;

static void
note_end (Loop *loop)
{
  loop->ended = true;
  loop->result->end = opt_runner_clock_wall ();
  loop->result->elapsed = opt_runner_clock_mono () - loop->started;
}

static void
note_status (Loop *loop,
             int   status)
{
  note_end (loop);
  if (WIFEXITED (status))
    loop->result->code = WEXITSTATUS (status);
  else
    loop->result->signal = WTERMSIG (status);
  if (!loop->asked)
    loop->result->reason = WIFEXITED (status) ? OPT_RUNNER_REASON_EXITED
                                              : OPT_RUNNER_REASON_SIGNALLED;
}

/* Whatever ended is collected; the kernel's word that no child is left ends the job. */
static void
reap (Loop *loop)
{
  pid_t pid;
  int   status;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == loop->child->pid)
      note_status (loop, status);
  if (pid < 0 && errno == ECHILD)
    loop->phase = PHASE_DONE;
}

static void
kill_round (Loop *loop)
{
  unsigned left = 1;
  int64_t  now;

  for (int i = 0; i < KILL_ROUNDS && left > 0 && loop->phase != PHASE_DONE; i++)
    {
      unsigned before = left;

      left = opt_runner_tree_signal (SIGKILL);
      reap (loop);
      /* No fewer than before: they need time rather than another signal. */
      if (i > 0 && left >= before && left < 16)
        break;
    }
  now = opt_runner_clock_mono ();
  loop->next = now + loop->pause;
  loop->pause = loop->pause * 2 < KILL_PAUSE_MAX_US ? loop->pause * 2 : KILL_PAUSE_MAX_US;
  if (now >= loop->limit && loop->phase != PHASE_DONE)
    {
      loop->result->left = left;
      loop->phase = PHASE_DONE;
    }
}

static void
begin_killing (Loop *loop)
{
  if (loop->phase >= PHASE_KILLING)
    return;
  loop->phase = PHASE_KILLING;
  loop->limit = opt_runner_clock_mono () + KILL_LIMIT_US;
  loop->pause = KILL_PAUSE_US;
  kill_round (loop);
}

static void
begin_stopping (Loop *loop)
{
  loop->phase = PHASE_STOPPING;
  loop->next = opt_runner_clock_mono () + (int64_t)loop->spec->grace_ms * 1000;
}

static void
stop_leavings (Loop *loop)
{
  opt_runner_tree_signal (SIGTERM);
  begin_stopping (loop);
}

/* What the program left behind has a moment to end by itself, unless it was all told to stop. */
static void
begin_lingering (Loop *loop)
{
  int64_t grace = (int64_t)loop->spec->grace_ms * 1000;

  if (loop->phase == PHASE_RUNNING)
    {
      loop->phase = PHASE_LINGERING;
      loop->next = opt_runner_clock_mono () + (grace < LINGER_US ? grace : LINGER_US);
    }
  else if (loop->phase == PHASE_STOPPING)
    opt_runner_tree_signal (SIGTERM);
}

static void
on_children (Loop *loop)
{
  bool before = loop->ended;

  reap (loop);
  if (loop->ended && !before)
    begin_lingering (loop);
  if (loop->phase == PHASE_KILLING)
    kill_round (loop);
}

static void
stop (Loop           *loop,
      OptRunnerReason reason)
{
  if (loop->phase == PHASE_LINGERING)
    stop_leavings (loop);
  if (loop->phase != PHASE_RUNNING)
    return;
  loop->asked = true;
  loop->result->reason = reason;
  begin_stopping (loop);
  kill (-loop->child->pid, SIGTERM);
  /* One that was halted hears it only when it goes on. */
  kill (-loop->child->pid, SIGCONT);
}

static void
on_signals (Loop *loop)
{
  struct signalfd_siginfo info;
  bool                    children = false;

  while (read (loop->signals, &info, sizeof info) == sizeof info)
    if (info.ssi_signo == SIGCHLD)
      children = true;
    else
      stop (loop, OPT_RUNNER_REASON_SHUTDOWN);
  if (children)
    on_children (loop);
}

static void
on_line (Loop       *loop,
         const char *line,
         size_t      size)
{
  static const char progress[] = "progress ";

  if (size == 4 && memcmp (line, "stop", size) == 0)
    stop (loop, OPT_RUNNER_REASON_STOPPED);
  else if (size == 4 && memcmp (line, "kill", size) == 0)
    {
      stop (loop, OPT_RUNNER_REASON_STOPPED);
      begin_killing (loop);
    }
  else if (size >= sizeof progress && memcmp (line, progress, sizeof progress - 1) == 0)
    opt_runner_progress_take (&loop->progress, line + sizeof progress - 1,
                              size - (sizeof progress - 1));
}

static void
on_control (Loop *loop)
{
  char   *newline;
  ssize_t n = read (loop->hold->control, loop->line + loop->used, sizeof loop->line - loop->used);

  if (n <= 0)
    return;
  loop->used += (size_t)n;
  while ((newline = memchr (loop->line, '\n', loop->used)) != NULL)
    {
      size_t size = (size_t)(newline - loop->line);

      on_line (loop, loop->line, size);
      loop->used -= size + 1;
      memmove (loop->line, newline + 1, loop->used);
    }
  /* A line longer than any of ours: its end will make no sense either. */
  if (loop->used == sizeof loop->line)
    loop->used = 0;
}

static void
close_output (Loop *loop)
{
  close (loop->child->output);
  loop->child->output = -1;
}

/* Returns: whether there may be more at once. */
static bool
on_output (Loop *loop)
{
  ssize_t n = read (loop->child->output, loop->buffer, sizeof loop->buffer);

  if (n > 0)
    {
      opt_runner_tape_append (&loop->tape, loop->buffer, (size_t)n);
      opt_runner_progress_feed (&loop->progress, loop->buffer, (size_t)n);
      return true;
    }
  if (n < 0 && errno == EINTR)
    return true;
  if (n == 0 || errno != EAGAIN)
    close_output (loop);
  return false;
}

static void
on_time (Loop *loop)
{
  int64_t now = opt_runner_clock_mono ();

  if (opt_runner_progress_flush (&loop->progress, now))
    opt_runner_hold_poke (loop->hold);
  if (loop->phase == PHASE_RUNNING && loop->timeout >= 0 && now >= loop->timeout)
    stop (loop, OPT_RUNNER_REASON_TIMED_OUT);
  if (loop->phase == PHASE_LINGERING && now >= loop->next)
    stop_leavings (loop);
  if (loop->phase == PHASE_STOPPING && now >= loop->next)
    begin_killing (loop);
  else if (loop->phase == PHASE_KILLING && now >= loop->next)
    kill_round (loop);
}

static int64_t
earlier (int64_t a,
         int64_t b)
{
  return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* Returns: milliseconds to wait, or -1 for as long as it takes. */
static int
patience (const Loop *loop)
{
  int64_t due = opt_runner_progress_deadline (&loop->progress);
  int64_t wait;

  due = earlier (due, loop->phase == PHASE_RUNNING ? loop->timeout : loop->next);
  if (due < 0)
    return -1;
  wait = (due - opt_runner_clock_mono () + 999) / 1000;
  return wait < 0 ? 0 : wait > INT_MAX ? INT_MAX
                                       : (int)wait;
}

static void
watch (Loop *loop)
{
  while (loop->phase != PHASE_DONE)
    {
      struct pollfd fds[] = {
        { .fd = loop->signals, .events = POLLIN },
        { .fd = loop->hold->control, .events = POLLIN },
        { .fd = loop->child->output, .events = POLLIN },
      };

      if (poll (fds, 3, patience (loop)) < 0)
        continue;
      if (fds[2].revents != 0)
        on_output (loop);
      if (fds[0].revents != 0)
        on_signals (loop);
      if (fds[1].revents != 0)
        on_control (loop);
      on_time (loop);
    }
}

void
opt_runner_loop_run (OptRunnerHold       *hold,
                     const OptRunnerSpec *spec,
                     OptRunnerChild      *child,
                     int                  signals,
                     OptRunnerExit       *result)
{
  Loop loop = {
    .hold = hold,
    .spec = spec,
    .child = child,
    .result = result,
    .signals = signals,
    .started = opt_runner_clock_mono (),
    .timeout = -1,
  };

  if (spec->timeout_ms > 0)
    loop.timeout = loop.started + (int64_t)spec->timeout_ms * 1000;
  opt_runner_tape_open (&loop.tape, hold->folder, spec->log_head, spec->log_tail);
  opt_runner_progress_open (&loop.progress, hold->folder);
  watch (&loop);
  if (!loop.ended)
    note_end (&loop);
  /* What is still in the pipe, though no more than that from one that cannot be stopped. */
  for (int i = 0; i < DRAIN_READS && child->output >= 0 && on_output (&loop); i++)
    ;
  if (child->output >= 0)
    close_output (&loop);
  opt_runner_progress_close (&loop.progress);
  result->log_cut = opt_runner_tape_close (&loop.tape);
  result->log_bytes = loop.tape.total;
  result->log_error = loop.tape.error;
}
