# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that die with the test, waits that end, and what a test says when it fails."""

import ctypes
import os
import select
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# A sanitizer slows everything down; no test judges time, so a bound may be generous.
SCALE = 4 if os.environ.get('OPTIMUS_TEST_ASAN') else 1
PATIENCE = 30 * SCALE

_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """What a test expected and did not see."""


class Skip(Exception):
    """Why a test can't be run here."""


def adopt_orphans():
    """Whatever the test's processes leave behind is its own child, to be ended."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Deadline:
    """A bound for a wait of several steps."""

    def __init__(self, seconds=None):
        self.end = time.monotonic() + (PATIENCE if seconds is None else seconds)

    def left(self):
        return max(0.0, self.end - time.monotonic())

    def over(self):
        return time.monotonic() >= self.end


def _before_exec():
    os.setsid()
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # Who started the test may have it ignored, and that is inherited.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


class Process:
    """A child in a session of its own, with lines to be read from its standard output."""

    unwaited = set()  # pids whose exit status somebody still wants

    def __init__(self, argv, env, stderr=None, cwd=None, pass_fds=(), stdin=subprocess.DEVNULL):
        self.name = os.path.basename(argv[0])
        self.popen = subprocess.Popen(argv, env=env, cwd=cwd, stdin=stdin, stdout=subprocess.PIPE,
                                      stderr=stderr, pass_fds=pass_fds, preexec_fn=_before_exec)
        self.pid = self.popen.pid
        self.unwaited.add(self.pid)
        self.buffer = b''

    def read_line(self, seconds=None):
        """One line without its end, or None at the end of the output."""
        deadline = Deadline(seconds)
        out = self.popen.stdout
        while b'\n' not in self.buffer:
            ready, _, _ = select.select([out], [], [], deadline.left())
            if not ready:
                raise Failure('%s printed no line in time; so far %r' % (self.name, self.buffer))
            piece = os.read(out.fileno(), 65536)
            if not piece:
                return None
            self.buffer += piece
        line, self.buffer = self.buffer.split(b'\n', 1)
        return line.decode('utf-8', 'replace')

    def read_rest(self, seconds=None):
        """What it prints until it closes its output."""
        deadline = Deadline(seconds)
        out = self.popen.stdout
        while True:
            ready, _, _ = select.select([out], [], [], deadline.left())
            if not ready:
                raise Failure('%s did not end its output in time' % self.name)
            piece = os.read(out.fileno(), 65536)
            if not piece:
                break
            self.buffer += piece
        rest, self.buffer = self.buffer, b''
        return rest

    def is_running(self):
        return self.popen.poll() is None

    def wait(self, seconds=None):
        """Its exit status, negative for a signal."""
        if self.popen.returncode is None:
            wait_for_exit(self.pid, seconds, self.name)
            self.popen.wait()
        self.unwaited.discard(self.pid)
        self.popen.stdout.close()
        return self.popen.returncode

    def signal(self, number):
        if self.is_running():
            os.kill(self.pid, number)

    def kill(self):
        """SIGKILL, and it is gone."""
        self.signal(signal.SIGKILL)
        return self.wait()


class Fifo:
    """A FIFO between a test and a job; the test has both ends open, so that nobody waits."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path, 0o600)
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.buffer = b''

    def write(self, line):
        os.write(self.fd, line.encode() + b'\n')

    def read(self, seconds=None, who='a job'):
        """One line without its end."""
        deadline = Deadline(seconds)
        while b'\n' not in self.buffer:
            ready, _, _ = select.select([self.fd], [], [], deadline.left())
            if not ready:
                raise Failure('%s wrote nothing to %s in time' % (who, os.path.basename(self.path)))
            self.buffer += os.read(self.fd, 4096)
        line, self.buffer = self.buffer.split(b'\n', 1)
        return line.decode('utf-8', 'replace')


def wait_for_exit(pid, seconds=None, name=None):
    """Waits for the end of a process, our child or not."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ready, _, _ = select.select([fd], [], [], Deadline(seconds).left())
        if not ready:
            raise Failure('%s (pid %d) did not end in time' % (name or 'a process', pid))
    finally:
        os.close(fd)


def read_file(path):
    """The bytes of a file, or None when it is not there or not ours to read."""
    try:
        with open(path, 'rb') as stream:
            return stream.read()
    except OSError:
        return None


def read_proc(pid, name):
    return read_file('/proc/%d/%s' % (pid, name)) or b''


def list_pids():
    return [int(name) for name in os.listdir('/proc') if name.isdigit()]


def read_parent(pid):
    """The pid of a process's parent, or 0."""
    fields = read_proc(pid, 'stat').rpartition(b')')[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def list_descendants():
    """Pids of all that the test started, and of all that those started; see adopt_orphans()."""
    children = {}
    for pid in list_pids():
        children.setdefault(read_parent(pid), []).append(pid)
    found, fresh = [], [os.getpid()]
    while fresh:
        fresh = [child for pid in fresh for child in children.get(pid, [])]
        found += fresh
    return found


def find_processes(root):
    """Of the test's processes those of a profile: environment or command line name `root`."""
    needle = os.fsencode(root)
    return [pid for pid in list_descendants() if
            needle in read_proc(pid, 'environ') or needle in read_proc(pid, 'cmdline')]


def find_runners(jobs):
    """{job id: pid} of the runners at work in the folder `jobs`."""
    prefix = os.fsencode(jobs) + b'/'
    found = {}
    for pid in list_pids():
        words = read_proc(pid, 'cmdline').split(b'\0')
        if len(words) >= 2 and words[0].endswith(b'optimus-runner') and words[1].startswith(prefix):
            found[pid] = os.fsdecode(words[1][len(prefix):].strip(b'/'))
    # A runner's child looks like it until it has become the job's program.
    return {job: pid for pid, job in found.items() if read_parent(pid) not in found}


def kill_processes(root, spare=()):
    """Ends every process of a profile, also those that came in between."""
    for _ in range(50):
        pids = [pid for pid in find_processes(root) if pid not in spare]
        if not pids:
            break
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            wait_for_exit(pid, 10)
        reap_orphans()
    reap_orphans()


def reap_orphans():
    """Takes the exit statuses of adopted children that nobody else waits for."""
    for pid in list_pids():
        if pid in Process.unwaited or read_parent(pid) != os.getpid():
            continue
        if read_proc(pid, 'stat').rpartition(b')')[2].split()[0] == b'Z':
            os.waitpid(pid, os.WNOHANG)


def tail(path, lines=40):
    """The last lines of a text file, for a message."""
    data = read_file(path)
    if not data:
        return '(nothing)'
    return '\n'.join(data.decode('utf-8', 'replace').splitlines()[-lines:])
