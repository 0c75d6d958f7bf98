# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway profile with its own bus, the agent in it, and the command line beside it."""

import json
import os
import shutil
import signal
import subprocess
import tempfile

from opt_e2e_process import (PATIENCE, Failure, Process, find_runners, kill_processes, read_file,
                             tail)
from opt_e2e_sandbox import OWNER, TOKEN

BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''
# What a test's own environment may give to the programs it tests.
PASSED_ON = ('LC_ALL', 'TZ', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS',
             'G_SLICE', 'MALLOC_CHECK_', 'GCOV_PREFIX')
BAD_WORDS = (b'AddressSanitizer', b'LeakSanitizer', b'runtime error:', b'CRITICAL')


class Result:
    """How a run of a program ended: `code`, `out`, `err`, and `json` of what it printed."""

    def __init__(self, argv, code, out, err):
        self.argv = argv
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise Failure('%s printed no JSON (%s): %r, %r' % (' '.join(self.argv), error, self.out,
                                                               self.err)) from error

    @property
    def error(self):
        """The `error` object that comes on standard error with --json."""
        try:
            return json.loads(self.err)['error']
        except (ValueError, KeyError, TypeError) as error:
            raise Failure('%s gave no error object: %r' % (' '.join(self.argv),
                                                           self.err)) from error

    def expect(self, code=0):
        if self.code != code:
            raise Failure('%s ended with %d instead of %d: %s %s' % (
                ' '.join(self.argv), self.code, code, self.out, self.err))
        return self


class Profile:
    """HOME, the XDG folders, the runtime folder and a private session bus.

    `bus` is whether there is one, or the address of one that is there; `root` is the folder of a
    profile that was made before.
    """

    def __init__(self, build, bus=True, root=None):
        self.build = os.path.abspath(build)
        # Short, since a bus socket's path has 108 bytes.
        self.root = root or tempfile.mkdtemp(prefix='opt-e2e-', dir='/tmp')
        self.is_borrowed = root is not None
        self.home = self.folder('home')
        self.config = self.folder('home', '.config')
        self.data = self.folder('home', '.local', 'share')
        self.state = self.folder('home', '.local', 'state')
        self.runtime = self.folder('run')
        self.credentials = self.folder('credentials')
        self.tasks = self.folder('home', '.local', 'share', 'optimus', 'tasks')
        self.jobs = os.path.join(self.state, 'optimus', 'jobs')
        self.config_file = os.path.join(self.config, 'optimus', 'optimus.conf')
        self.extra = {}
        self.bus = None
        self.bus_address = bus if isinstance(bus, str) else None
        if bus is True:
            self.start_bus()

    def folder(self, *names):
        path = os.path.join(self.root, *names)
        os.makedirs(path, 0o700, exist_ok=True)
        return path

    def path(self, *names):
        return os.path.join(self.root, *names)

    def program(self, name):
        room = {'optimus-agent': 'agent', 'optimus-runner': 'runner', 'optimusctl': 'cli'}[name]
        return os.path.join(self.build, 'src', room, name)

    def start_bus(self):
        path = self.write('bus.conf', BUS_CONFIG % os.path.join(self.runtime, 'bus'))
        with open(self.path('bus.stderr'), 'ab') as stderr:
            self.bus = Process(['/usr/bin/dbus-daemon', '--config-file=' + path, '--nofork',
                                '--nopidfile', '--print-address'], self.environ(), stderr=stderr)
        self.bus_address = self.bus.read_line()
        if not self.bus_address:
            raise Failure('no session bus: %s' % tail(self.path('bus.stderr')))

    def environ(self, **more):
        """The environment of a program in this profile, without credentials."""
        environ = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        environ.update({
            'PATH': '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
            'HOME': self.home, 'USER': 'tester', 'LOGNAME': 'tester', 'SHELL': '/bin/sh',
            'XDG_CONFIG_HOME': self.config, 'XDG_DATA_HOME': self.data,
            'XDG_STATE_HOME': self.state, 'XDG_CACHE_HOME': self.path('home', '.cache'),
            'XDG_RUNTIME_DIR': self.runtime, 'XDG_DATA_DIRS': '/usr/local/share:/usr/share',
            'DBUS_SESSION_BUS_ADDRESS': self.bus_address or 'disabled:',
            'GIO_USE_VFS': 'local', 'GSETTINGS_BACKEND': 'memory', 'NO_PROXY': '127.0.0.1',
            'G_DEBUG': 'fatal-criticals',
        })
        environ.setdefault('LC_ALL', 'C.UTF-8')
        environ.setdefault('TZ', 'UTC')
        environ.update(self.extra)
        environ.update(more)
        return environ

    def write(self, name, text, mode=0o600):
        """Writes a file of the profile; `name` may be a whole path."""
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(text)
        os.chmod(path, mode)
        return path

    def write_config(self, text):
        """The configuration file, replaced as editors do."""
        path = self.write(self.config_file + '.new', text)
        os.rename(path, self.config_file)

    def set_up_bot(self, sandbox, valid_user=str(OWNER), chat_ids=str(OWNER), more='', bot_more='',
                   token=TOKEN):
        """The smallest remote bot; `more` goes in front, `bot_more` behind."""
        self.write_config('[remote]\nrobot_id=testbot\n%s\n'
                          '[telegram]\napi_root=%s\nvalid_user=%s\npacing=False\n'
                          '[bot main]\nreceive=poll\nroles=remote;notify\nchat_ids=%s\n%s' %
                          (more, sandbox.url, valid_user, chat_ids, bot_more))
        self.write_credential('main', token)

    def write_credential(self, bot, token):
        self.write(os.path.join(self.credentials, 'bot-' + bot.lower()), token + '\n')

    def add_task(self, name, script, manifest='', parameters=''):
        """A task whose program is a shell script; `manifest` are lines of [Task]."""
        self.write(os.path.join(self.tasks, name + '.sh'), '#!/bin/sh\n' + script, 0o700)
        lines = ['[Task]', 'Name=' + name]
        if 'Exec=' not in manifest:
            lines.append('Exec=%s.sh' % name)
        self.write(os.path.join(self.tasks, name + '.task'),
                   '\n'.join(lines) + '\n' + manifest + '\n' + parameters + '\n')

    def ctl(self, *args, stdin=None, patience=None, env=None):
        """Runs `optimusctl`, waits for its end."""
        argv = [self.program('optimusctl'), *args]
        try:
            run = subprocess.run(argv, env=env or self.environ(), capture_output=True, text=True,
                                 input=stdin if stdin is not None else '',
                                 timeout=patience or 2 * PATIENCE, check=False,
                                 errors='replace')
        except subprocess.TimeoutExpired as error:
            raise Failure('%s did not end in time' % ' '.join(argv)) from error
        return Result(['optimusctl', *args], run.returncode, run.stdout, run.stderr)

    def ctl_json(self, *args):
        return self.ctl(*args, '--json').expect(0).json

    def runners(self):
        return find_runners(self.jobs)

    def close(self):
        """Ends everything that runs in this profile and takes it away."""
        if self.is_borrowed:
            return
        kill_processes(self.root, spare={self.bus.pid} if self.bus else ())
        if self.bus is not None:
            self.bus.kill()
        if not os.environ.get('OPTIMUS_TEST_KEEP'):
            shutil.rmtree(self.root, ignore_errors=True)


class Agent:
    """`optimus-agent` of a profile, started as often as one likes; its log goes on."""

    def __init__(self, profile, env=None, wrapper=()):
        self.profile = profile
        self.env = env or {}
        self.wrapper = list(wrapper)
        self.log = profile.path('agent.stderr')
        self.process = None
        self.is_wanted = False
        self.robot = None

    def launch(self):
        """Starts it without waiting for anything."""
        argv = self.wrapper + [self.profile.program('optimus-agent')]
        environ = self.profile.environ(CREDENTIALS_DIRECTORY=self.profile.credentials, **self.env)
        with open(self.log, 'ab') as stderr:
            self.process = Process(argv, environ, stderr=stderr, cwd=self.profile.root)
        self.is_wanted = True
        return self

    def wait_ready(self, seconds=None):
        line = self.process.read_line(seconds)
        if line is None or not line.startswith('ready '):
            raise Failure('the agent said %r instead of ready; exit status %s; %s' % (
                line, self.process.wait() if line is None else None, self.log_tail()))
        self.robot = line.split(' ', 1)[1]
        return self

    def start(self):
        self.launch()
        return self.wait_ready()

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process is not None and self.process.is_running()

    def check_alive(self):
        """It must not have ended but by kill() and stop()."""
        if self.is_wanted and not self.is_running():
            raise Failure('the agent died: %s' % self.process.wait())

    def kill(self):
        """SIGKILL; what it left is for the next start."""
        self.is_wanted = False
        return self.process.kill()

    def stop(self):
        """SIGTERM; it must end 0."""
        self.is_wanted = False
        self.process.signal(signal.SIGTERM)
        code = self.process.wait()
        if code != 0:
            raise Failure('the agent ended with %d on SIGTERM; %s' % (code, self.log_tail()))

    def log_tail(self, lines=40):
        return 'its last words:\n' + tail(self.log, lines)

    def check_log(self):
        """Sanitizers and criticals must have said nothing in any of its lives."""
        log = read_file(self.log) or b''
        for word in BAD_WORDS:
            if word in log:
                at = log.index(word)
                raise Failure('the agent or a runner said: %s' %
                              log[max(0, at - 300):at + 3000].decode('utf-8', 'replace'))
