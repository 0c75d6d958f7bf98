/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/**
 * opt-job-files: the files of a job's folder, as the runner and the agent share them.
 *
 * Plain C, so that `optimus-runner` needs nothing but libc. It knows the names and formats and
 * nothing of tasks, queues or databases.
 *
 * | name          | made by  | is                                                        |
 * |---------------|----------|-----------------------------------------------------------|
 * | `spec`        | agent    | what to run; written and fsynced before `starting`        |
 * | `alive`       | either   | FIFO; the runner alone has it open for writing            |
 * | `control`     | either   | FIFO; lines for the runner                                |
 * | `claim`       | runner   | who runs it; flock held for the runner's life             |
 * | `exit`        | runner   | how it ended; never changes once it is there              |
 * | `log`         | runner   | the first `log_head` bytes of the output                  |
 * | `log.N`       | runner   | output from byte N on; the older ones go                  |
 * | `events`      | runner   | progress lines, at most %OPT_RUNNER_EVENTS_MAX bytes      |
 * | `*.XXXXXXXX~` | any      | a file in the making; leftovers of a crash mean nothing   |
 *
 * # Starting
 *
 * `optimus-runner FOLDER`, nothing else on the command line. The job's environment is the one the
 * runner is started with, given on untouched: so a secret named by a manifest is neither on disk
 * nor in an argument, and there is no half-written pipe to think about. File descriptors of the
 * caller are not inherited by the job, its standard input is /dev/null.
 *
 * The runner's own exit status says how far it came, see #OptRunnerStatus.
 *
 * # Ending
 *
 * A job ends with its program. What that leaves behind, in whatever session, has a second to end
 * by itself, then gets SIGTERM, and SIGKILL after the grace; `exit` is written when nothing is
 * left. Out of reach are processes of another user (sudo) and those that another daemon started
 * (at, systemd-run, D-Bus activation). When the runner itself is killed, the kernel kills the
 * program with it, but not what the program had started.
 *
 * # Watching
 *
 * 1. Open `alive` with %OPT_RUNNER_ALIVE_FLAGS, before starting the runner or when adopting.
 * 2. Call opt_runner_folder_probe(). When it says running, HUP on `alive` tells of the end.
 * 3. Bytes that come through `alive` are pokes without meaning: read them away and look again at
 *    what matters (the first comes once the program runs, the others when `events` grew).
 * 4. On HUP call opt_runner_folder_probe() again.
 *
 * # Asking
 *
 * Lines go to `control`, each ended by a newline and written by one write() of at most
 * %OPT_RUNNER_CONTROL_MAX bytes: `stop` (SIGTERM, grace, SIGKILL), `kill` (SIGKILL at once) and
 * `progress N TEXT`. Anything else is ignored. Who must not lose a line to a runner that is still
 * starting opens it O_RDWR|O_NONBLOCK|O_CLOEXEC and keeps it open until the end; anyone else
 * opens it O_WRONLY|O_NONBLOCK|O_CLOEXEC, where ENXIO means that no runner is there. The task
 * itself finds it by the job's id, in the environment, and the folder in which jobs have theirs.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** OPT_RUNNER_FILE_SPEC: name of the file that says what to run. */
#define OPT_RUNNER_FILE_SPEC "spec"
/** OPT_RUNNER_FILE_CLAIM: name of the file that says who runs it. */
#define OPT_RUNNER_FILE_CLAIM "claim"
/** OPT_RUNNER_FILE_EXIT: name of the file that says how it ended. */
#define OPT_RUNNER_FILE_EXIT "exit"
/** OPT_RUNNER_FILE_ALIVE: name of the FIFO whose HUP is the runner's end. */
#define OPT_RUNNER_FILE_ALIVE "alive"
/** OPT_RUNNER_FILE_CONTROL: name of the FIFO that takes lines for the runner. */
#define OPT_RUNNER_FILE_CONTROL "control"
/** OPT_RUNNER_FILE_LOG: name of the log's head; what follows lies in `log.OFFSET`. */
#define OPT_RUNNER_FILE_LOG "log"
/** OPT_RUNNER_FILE_EVENTS: name of the file of progress events. */
#define OPT_RUNNER_FILE_EVENTS "events"

/** OPT_RUNNER_ALIVE_FLAGS: how the agent opens `alive`; never for writing. */
#define OPT_RUNNER_ALIVE_FLAGS (O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)

/** OPT_RUNNER_SPEC_MAX: most bytes of `spec`. */
#define OPT_RUNNER_SPEC_MAX (1024 * 1024)
/** OPT_RUNNER_ARGS_MAX: most elements of the argv. */
#define OPT_RUNNER_ARGS_MAX 4096
/** OPT_RUNNER_RECORD_MAX: most bytes of `claim` and of `exit`. */
#define OPT_RUNNER_RECORD_MAX 4096
/** OPT_RUNNER_EVENTS_MAX: most bytes of `events`; when full it starts anew with the next event. */
#define OPT_RUNNER_EVENTS_MAX (64 * 1024)
/** OPT_RUNNER_TEXT_MAX: most bytes of a progress text, without the NUL. */
#define OPT_RUNNER_TEXT_MAX 240
/** OPT_RUNNER_CONTROL_MAX: most bytes of a control line, small enough to be written in one go. */
#define OPT_RUNNER_CONTROL_MAX 512
/** OPT_RUNNER_PROGRESS_MARK: what a line of output begins with to be a progress event. */
#define OPT_RUNNER_PROGRESS_MARK "::progress "

/** OPT_RUNNER_GRACE_MS: milliseconds between SIGTERM and SIGKILL unless the spec says otherwise. */
#define OPT_RUNNER_GRACE_MS 10000
/** OPT_RUNNER_LOG_HEAD: bytes kept of the beginning of the log unless the spec says otherwise. */
#define OPT_RUNNER_LOG_HEAD (32 * 1024 * 1024)
/** OPT_RUNNER_LOG_TAIL: bytes kept of the end of the log unless the spec says otherwise. */
#define OPT_RUNNER_LOG_TAIL (8 * 1024 * 1024)

/**
 * OptRunnerStatus: exit status of the `optimus-runner` process itself, not of the job.
 *
 * @OPT_RUNNER_STATUS_DONE: `exit` is written
 * @OPT_RUNNER_STATUS_USAGE: called wrongly; nothing was touched
 * @OPT_RUNNER_STATUS_TAKEN: another runner has or had the claim; nothing was run
 * @OPT_RUNNER_STATUS_NO_CLAIM: the folder could not be used or `claim` not be written (a line on
 *   stderr says why); nothing was run, so it is safe to start again
 * @OPT_RUNNER_STATUS_NO_EXIT: the job ran, but `exit` could not be written
 */
typedef enum {
  OPT_RUNNER_STATUS_DONE = 0,
  OPT_RUNNER_STATUS_USAGE = 2,
  OPT_RUNNER_STATUS_TAKEN = 3,
  OPT_RUNNER_STATUS_NO_CLAIM = 4,
  OPT_RUNNER_STATUS_NO_EXIT = 5,
} OptRunnerStatus;

/**
 * OptRunnerSpec: what a runner is to run.
 *
 * On disk it is a row of records, each ended by a NUL: `optimus-spec 1` first, then `key=value`
 * in any order (`arg` once per element, `dir`, `timeout_ms`, `grace_ms`, `log_head`, `log_tail`),
 * then `end`. Unknown keys are an error. It holds no environment, see the top of this file.
 */
typedef struct
{
  char   **argv;       /* (owned when parsed) NULL-terminated; argv[0] is the path to execute */
  char    *work_dir;   /* (owned when parsed) absolute path */
  uint64_t timeout_ms; /* 0: none. Monotonic time: a suspended machine does not use it up */
  uint64_t grace_ms;   /* 0 to 3600000 */
  uint64_t log_head;   /* bytes, up to 2^40 */
  uint64_t log_tail;   /* bytes, up to 2^40; at least so many and at most half as many again stay */
} OptRunnerSpec;

/** OPT_RUNNER_SPEC_INIT: a spec with nothing to run and every limit at its default. */
#define OPT_RUNNER_SPEC_INIT                                          \
  {                                                                   \
    .argv = NULL, .work_dir = NULL, .timeout_ms = 0,                  \
    .grace_ms = OPT_RUNNER_GRACE_MS, .log_head = OPT_RUNNER_LOG_HEAD, \
    .log_tail = OPT_RUNNER_LOG_TAIL                                   \
  }

/** OptRunnerClaim: who runs the job. On disk `optimus-claim 1` and a `key=value` a line. */
typedef struct
{
  int64_t pid;   /* the runner's, for display only: it differs inside a Flatpak */
  int64_t start; /* microseconds since 1970 UTC */
} OptRunnerClaim;

/**
 * OptRunnerReason: why a job ended.
 *
 * @OPT_RUNNER_REASON_EXITED: its program ended by itself with an exit code
 * @OPT_RUNNER_REASON_SIGNALLED: a signal that the runner did not send ended it
 * @OPT_RUNNER_REASON_TIMED_OUT: it ran into the spec's timeout and was stopped
 * @OPT_RUNNER_REASON_STOPPED: it was stopped through `control`
 * @OPT_RUNNER_REASON_SHUTDOWN: the runner got SIGTERM (log-out, shut-down) and stopped it
 * @OPT_RUNNER_REASON_NOT_STARTED: the program never ran; see `error`
 */
typedef enum {
  OPT_RUNNER_REASON_EXITED,
  OPT_RUNNER_REASON_SIGNALLED,
  OPT_RUNNER_REASON_TIMED_OUT,
  OPT_RUNNER_REASON_STOPPED,
  OPT_RUNNER_REASON_SHUTDOWN,
  OPT_RUNNER_REASON_NOT_STARTED,
} OptRunnerReason;

/**
 * OptRunnerStep: what failed when a job was not started.
 *
 * @OPT_RUNNER_STEP_NONE: nothing
 * @OPT_RUNNER_STEP_SPEC: `spec` could not be read or makes no sense
 * @OPT_RUNNER_STEP_DIR: the working directory could not be entered
 * @OPT_RUNNER_STEP_INTERPRETER: the program is there, but not what its first line names
 * @OPT_RUNNER_STEP_EXEC: the program could not be executed
 * @OPT_RUNNER_STEP_SYSTEM: the system refused a pipe, a process or a session
 */
typedef enum {
  OPT_RUNNER_STEP_NONE,
  OPT_RUNNER_STEP_SPEC,
  OPT_RUNNER_STEP_DIR,
  OPT_RUNNER_STEP_INTERPRETER,
  OPT_RUNNER_STEP_EXEC,
  OPT_RUNNER_STEP_SYSTEM,
} OptRunnerStep;

/** OptRunnerExit: how a job ended. On disk `optimus-exit 1` and a `key=value` a line. */
typedef struct
{
  OptRunnerReason reason;
  int             code;      /* 0 to 255, or -1 when there is none (signal, not started, left) */
  int             signal;    /* what ended the program, or 0 */
  int             error;     /* errno of a start that failed, or 0; the file also has its name */
  OptRunnerStep   step;      /* what failed then */
  int64_t         start;     /* microseconds since 1970 UTC */
  int64_t         end;       /* microseconds since 1970 UTC; the program's end, not its leavings' */
  int64_t         elapsed;   /* microseconds between, by the monotonic clock */
  uint64_t        log_bytes; /* everything the job wrote */
  uint64_t        log_cut;   /* how many of those are not in the folder */
  int             log_error; /* errno of the first write to the log that failed (disk full), or 0 */
  unsigned        left;      /* processes that could not be stopped (other user's, stuck in I/O) */
} OptRunnerExit;

/** OptRunnerEvent: a progress event. In `events` a line each: `USEC PERCENT TEXT`. */
typedef struct
{
  int64_t time;                          /* microseconds since 1970 UTC */
  int     percent;                       /* 0 to 100 */
  char    text[OPT_RUNNER_TEXT_MAX + 1]; /* UTF-8 without control characters; may be empty */
} OptRunnerEvent;

/**
 * OptRunnerState: what a job's folder says.
 *
 * @OPT_RUNNER_STATE_UNCLAIMED: no runner ever started it; safe to start (again)
 * @OPT_RUNNER_STATE_RUNNING: a runner holds it, whoever started that
 * @OPT_RUNNER_STATE_ENDED: `exit` is there
 * @OPT_RUNNER_STATE_LOST: its runner is gone and left no `exit`
 */
typedef enum {
  OPT_RUNNER_STATE_UNCLAIMED,
  OPT_RUNNER_STATE_RUNNING,
  OPT_RUNNER_STATE_ENDED,
  OPT_RUNNER_STATE_LOST,
} OptRunnerState;

/* Every parser takes bytes from outside, with any NUL or none at their end, reads @size of them
 * at most, and on failure leaves *@problem (may be NULL) a static phrase of what is wrong. */

/**
 * opt_runner_spec_parse: reads the content of `spec`.
 * @spec: (out): on success to be freed by opt_runner_spec_clear(), else untouched
 * @data: the bytes
 * @size: how many
 * @problem: (out) (optional): a static phrase
 *
 * Returns: whether it makes sense
 */
bool opt_runner_spec_parse (OptRunnerSpec *spec,
                            const char    *data,
                            size_t         size,
                            const char   **problem);

/**
 * opt_runner_spec_format: makes the content of `spec`.
 * @spec: what to run
 * @size: (out): how many bytes
 * @problem: (out) (optional): a static phrase
 *
 * Returns: (nullable): bytes to be freed by free(), or NULL when @spec breaks a limit
 */
char *opt_runner_spec_format (const OptRunnerSpec *spec,
                              size_t              *size,
                              const char         **problem);

/**
 * opt_runner_spec_clear: frees what opt_runner_spec_parse() allocated.
 * @spec: a parsed spec
 */
void opt_runner_spec_clear (OptRunnerSpec *spec);

/**
 * opt_runner_claim_parse: reads the content of `claim`.
 *
 * Returns: whether it makes sense
 */
bool opt_runner_claim_parse (OptRunnerClaim *claim,
                             const char     *data,
                             size_t          size,
                             const char    **problem);

/**
 * opt_runner_claim_format: makes the content of `claim`.
 * @buffer: of at least %OPT_RUNNER_RECORD_MAX bytes
 *
 * Returns: how many bytes were written, without the NUL that follows them
 */
size_t opt_runner_claim_format (const OptRunnerClaim *claim,
                                char                 *buffer);

/**
 * opt_runner_exit_parse: reads the content of `exit`.
 *
 * Returns: whether it makes sense
 */
bool opt_runner_exit_parse (OptRunnerExit *result,
                            const char    *data,
                            size_t         size,
                            const char   **problem);

/**
 * opt_runner_exit_format: makes the content of `exit`.
 * @buffer: of at least %OPT_RUNNER_RECORD_MAX bytes
 *
 * Returns: how many bytes were written, without the NUL that follows them
 */
size_t opt_runner_exit_format (const OptRunnerExit *result,
                               char                *buffer);

/**
 * opt_runner_reason_to_string: the word for a reason, as `exit` has it.
 *
 * Returns: a static string
 */
const char *opt_runner_reason_to_string (OptRunnerReason reason);

/**
 * opt_runner_step_to_string: the word for a step, as `exit` has it.
 *
 * Returns: a static string
 */
const char *opt_runner_step_to_string (OptRunnerStep step);

/**
 * opt_runner_progress_parse: reads what follows the mark, `40 reading invoices`.
 * @event: (out): percent and a text made presentable; the time is left alone
 * @data: one line without its newline
 * @size: its bytes
 *
 * The percent is a whole number from 0 to 100, a `%` behind it is allowed. The text is cut at
 * %OPT_RUNNER_TEXT_MAX bytes; control characters and bytes that are no UTF-8 are replaced.
 *
 * Returns: whether it is a progress line
 */
bool opt_runner_progress_parse (OptRunnerEvent *event,
                                const char     *data,
                                size_t          size);

/**
 * opt_runner_event_format: makes a line of `events`, newline included.
 * @buffer: of at least %OPT_RUNNER_CONTROL_MAX bytes
 *
 * Returns: how many bytes were written, without the NUL that follows them
 */
size_t opt_runner_event_format (const OptRunnerEvent *event,
                                char                 *buffer);

/**
 * opt_runner_control_format: makes the control line `progress N TEXT`, newline included.
 * @percent: 0 to 100
 * @text: any bytes
 * @buffer: of at least %OPT_RUNNER_CONTROL_MAX bytes
 *
 * Returns: how many bytes to write in one write(), or 0 when @percent is out of range
 */
size_t opt_runner_control_format (int         percent,
                                  const char *text,
                                  char       *buffer);

/**
 * opt_runner_events_last: finds the newest event in the content of `events`.
 * @event: (out): only written when there is one
 *
 * A line that is not ended yet or makes no sense is passed over.
 *
 * Returns: whether there is one
 */
bool opt_runner_events_last (OptRunnerEvent *event,
                             const char     *data,
                             size_t          size);

/**
 * opt_runner_log_read: reads the log, live or ended, as one stream with gaps.
 * @folder: descriptor of the job's folder
 * @from: offset in what the job wrote
 * @buffer: where to
 * @size: how many bytes at most
 * @at: (out): offset of the first byte read; when larger than @from, @at - @from bytes were cut
 *
 * To follow a log, go on with @at plus what was returned.
 *
 * Returns: how many bytes were read; 0 when there are none yet beyond @from; -1 with errno
 */
ssize_t opt_runner_log_read (int       folder,
                             uint64_t  from,
                             void     *buffer,
                             size_t    size,
                             uint64_t *at);

/**
 * opt_runner_log_span: measures the log.
 * @folder: descriptor of the job's folder
 * @bytes: (out): where its end is in what the job wrote
 * @cut: (out): how many of these bytes are not in the folder
 *
 * Returns: 0, or an errno
 */
int opt_runner_log_span (int       folder,
                         uint64_t *bytes,
                         uint64_t *cut);

/**
 * opt_runner_file_read: reads one of the small files of a folder.
 * @folder: descriptor of the job's folder
 * @name: which
 * @max: more bytes than this are %EFBIG
 * @data: (out): bytes followed by a NUL, to be freed by free()
 * @size: (out): how many, without the NUL
 *
 * Returns: 0, or an errno (ENOENT: not there)
 */
int opt_runner_file_read (int         folder,
                          const char *name,
                          size_t      max,
                          char      **data,
                          size_t     *size);

/**
 * opt_runner_folder_prepare: writes `spec` and makes the FIFOs, then fsyncs file and folder.
 * @folder: descriptor of the job's folder, opened for reading
 * @spec: what to run
 * @problem: (out) (optional): a static phrase of what is wrong
 *
 * May be called again for a folder that was prepared already, as long as it is unclaimed.
 * The folder's own name in its parent is the caller's to fsync. Blocks.
 *
 * Returns: 0, or an errno (EINVAL: @spec breaks a limit)
 */
int opt_runner_folder_prepare (int                  folder,
                               const OptRunnerSpec *spec,
                               const char         **problem);

/**
 * opt_runner_folder_probe: finds out what became of a job.
 * @folder: descriptor of the job's folder
 * @alive: descriptor of its `alive`, opened by %OPT_RUNNER_ALIVE_FLAGS before this call; the pokes
 *   waiting in it are read away. -1 when the end need not be heard of
 * @state: (out): the answer; when it is running, HUP on @alive is sure to come
 *
 * Does not block, but for the moment in which a runner that was killed is taken down by the
 * kernel (bounded to a few seconds).
 *
 * Returns: 0, or an errno
 */
int opt_runner_folder_probe (int             folder,
                             int             alive,
                             OptRunnerState *state);
