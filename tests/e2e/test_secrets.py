#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""With debug logging on, a bot token is nowhere but where it was put."""

import glob
import os
import resource
import shutil
import signal
import subprocess
import sys

from e2e_hold import HoldTask
from opt_e2e import (TOKEN, Process, Skip, Tap, expect, find_processes, read_file,
                     read_proc)

SECRET = TOKEN.split(':')[1]
NEEDLES = (TOKEN.encode(), SECRET.encode(), SECRET.encode('utf-16-le'),
           TOKEN.replace(':', '%3A').encode())
DUMP = '''env
for file in /proc/self/environ /proc/$$/environ /proc/$PPID/environ /proc/$PPID/cmdline; do
  tr '\\0' '\\n' <"$file"
done
'''
DEBUG = {'G_MESSAGES_DEBUG': 'all'}


def find_secret(data):
    """Where the bot token or its secret half is in `data`, or -1."""
    return max((data or b'').find(needle) for needle in NEEDLES)


class Search:
    """Looks for the bot token wherever a profile leaves something."""

    def __init__(self, world):
        self.world = world
        self.profile = world.profile
        self.outputs = []
        # The server knows it, and so does whoever put it there.
        self.spared = {world.sandbox.log, os.path.join(self.profile.credentials, 'bot-main')}
        self.profile.extra.update(DEBUG)

    def ctl(self, *args, **more):
        """Runs `optimusctl`; what it says is looked through too."""
        result = self.world.ctl(*args, **more)
        self.outputs.append((' '.join(args), (result.out + result.err).encode()))
        return result

    def list_files(self):
        for folder, _, names in os.walk(self.profile.root):
            for name in names:
                path = os.path.join(folder, name)
                if path not in self.spared and os.path.isfile(path):
                    yield path

    def check(self):
        """Fails if it is in a file, an output, an environment or an argument."""
        count = 0
        for path in self.list_files():
            data = read_file(path)
            count += 1
            at = find_secret(data)
            expect(at < 0, 'the bot token is in', path, 'at', at, ':',
                   (data or b'')[max(0, at - 200):at])
        expect(count > 5, 'only', count, 'files were looked through')
        for words, data in self.outputs:
            expect(find_secret(data) < 0, 'the bot token is in the output of', words)
        pids = find_processes(self.profile.root)
        expect(self.world.agent.pid in pids or not self.world.agent.is_running(),
               'the agent is not among the processes')
        for pid in pids:
            for name in ('environ', 'cmdline'):
                expect(find_secret(read_proc(pid, name)) < 0, 'the bot token is in', name, 'of',
                       read_proc(pid, 'cmdline'))


def check_debugging(world):
    """The test means something: debug messages are in the log."""
    log = read_file(world.agent.log) or b''
    expect(b' debug: ' in log, 'there are no debug messages')


def use_bot(world, search):
    """A conversation, a job that dumps its environment, one that is looked at from outside."""
    world.profile.add_task('dump', DUMP)
    hold = HoldTask(world.profile)
    world.start()
    world.ask('/help', '/task')
    world.ask('/task dump', 'OPTIMUS_JOB_ID')
    world.sandbox.say('/task hold word=w')
    job = hold.wait_running()
    search.check()
    hold.let_go('test')
    world.sandbox.wait_text('let go by test')
    log = search.ctl('job', 'log', job).expect(0).out
    expect('let go by test' in log, 'the log of the job is', log)
    for verb in (['status'], ['doctor'], ['bot', 'list'], ['bot', 'show', 'main'],
                 ['bot', 'validate', 'main'], ['outbox', 'list'], ['job', 'list'],
                 ['config', 'check']):
        search.ctl(*verb)
        search.ctl(*verb, '--json')
    search.check()


def test_credentials(world):
    search = Search(world)
    use_bot(world, search)
    check_debugging(world)
    world.agent.stop()
    search.check()


def test_errors(world):
    """Every way in which the server can be wrong names no bot token."""
    search = Search(world)
    sandbox = world.sandbox
    world.start()
    world.ask('/help', '/task')
    answers = [
        {'status': 500, 'description': 'Internal Server Error'},
        {'status': 502, 'body': '<html>bad gateway</html>', 'content_type': 'text/html'},
        {'body': '<html>log in</html>', 'content_type': 'text/html'},
        {'truncate': True},
        {'body': '[' * 20000, 'content_type': 'application/json'},
        {'drop': 'before'},
        {'drop': 'after'},
        {'status': 400, 'description': 'Bad Request: chat not found'},
    ]
    for number, answer in enumerate(answers):
        sandbox.fault(method='sendMessage', **answer)
        search.ctl('send', '--chat', '1001', 'number %d' % number, '--wait=10')
        sandbox.clear_faults()
        sandbox.fault(method='getMe', **answer)
        search.ctl('bot', 'validate', 'main')
        sandbox.clear_faults()
    # A second poller: 409 for one of the two.
    mark = sandbox.calls()['last']
    sandbox.api('getUpdates', timeout=0)
    sandbox.wait_sent(lambda call: True, mark, what='a call after the conflict', journal='calls')
    sandbox.set_bot(revoked=True)
    search.ctl('bot', 'validate', 'main')
    search.ctl('send', '--chat', '1001', 'revoked', '--wait=2')
    search.ctl('doctor')
    search.check()


def test_unreachable(world):
    """Nobody listens, from the start; or who is named may not be asked in plain HTTP."""
    search = Search(world)
    world.configure()
    text = (read_file(world.profile.config_file) or b'').decode()
    for root in ('http://127.0.0.1:1', 'http://127.0.0.1:1/proxy/path', 'https://127.0.0.1:1',
                 'https://no-such-host.invalid', 'http://example.invalid'):
        world.profile.write_config(text.replace(world.sandbox.url, root))
        world.agent.start()
        search.ctl('bot', 'validate', 'main')
        search.ctl('send', '--chat', '1001', 'nobody hears', '--wait=1')
        search.ctl('status', '--json')
        search.ctl('doctor')
        world.agent.stop()
    search.check()


def test_no_core(world):
    """The agent leaves no core, although its hard limit would let it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    pattern = (read_file('/proc/sys/kernel/core_pattern') or b'').decode().strip()
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        probe = world.profile.folder('probe')
        subprocess.run(['/bin/sh', '-c', 'kill -ABRT $$'], cwd=probe, check=False)
        if not os.listdir(probe):
            raise Skip('cores do not come as files here (core_pattern is %s)' % pattern)
        search = Search(world)
        # A sanitizer would forbid cores by itself.
        world.agent.env['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':disable_coredump=0'
        # What runs in a job is the user's: there it is as it was.
        world.profile.add_task('limit', 'echo "limit $(ulimit -S -c)"\n')
        world.start()
        limits = read_proc(world.agent.pid, 'limits').decode()
        core = next(line for line in limits.splitlines() if 'core file size' in line).split()
        expect(core[4] == '0', 'the limit of cores is', core)
        wanted = 'unlimited' if hard == resource.RLIM_INFINITY else str(hard // 512)
        world.ask('/task limit', 'limit ' + wanted)
        world.agent.process.signal(signal.SIGABRT)
        expect(world.agent.process.wait() == -signal.SIGABRT, 'the agent did not die of SIGABRT')
        cores = glob.glob(os.path.join(world.profile.root, '**', 'core*'), recursive=True)
        cores = [path for path in cores if not path.startswith(probe)]
        expect(not cores, 'there is a core:', cores)
        search.check()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def add_bot(world, search):
    """`bot add` with the token on standard input, and the bot at work."""
    world.profile.write_config('[remote]\nrobot_id=testbot\n[telegram]\napi_root=%s\n'
                               'valid_user=1001\npacing=False\n' % world.sandbox.url)
    world.agent.start()
    added = search.ctl('bot', 'add', 'main', '--receive', 'poll', '--roles', 'remote;notify',
                       '--chat', '1001', '--json', stdin=TOKEN + '\n').expect(0).json
    expect(added['name'] == 'main' and added['token'] == 'present', 'the bot is', added)
    world.ask('/help', '/task')
    world.agent.stop()
    use_bot(world, search)
    search.ctl('bot', 'remove', 'main').expect(0)
    search.check()


def test_store_file(world):
    """libsecret's own file, encrypted by a password."""
    # libsecret leaks the etag of its file.
    world.agent.env['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
    world.agent.env.update({'SECRET_BACKEND': 'file', 'SECRET_FILE_TEST_PASSWORD': 'of the test',
                            'SECRET_FILE_TEST_PATH': world.profile.path('secrets.keyring')})
    search = Search(world)
    add_bot(world, search)


def test_store_keyring(world):
    """The keyring of the session."""
    daemon = shutil.which('gnome-keyring-daemon')
    if daemon is None:
        raise Skip('gnome-keyring is not installed')
    search = Search(world)
    read, write = os.pipe()
    with open(world.profile.path('keyring.stderr'), 'ab') as stderr:
        keyring = Process([daemon, '--foreground', '--unlock', '--components=secrets'],
                          world.profile.environ(), stderr=stderr, stdin=read)
    os.close(read)
    os.write(write, b'of the test')
    os.close(write)
    subprocess.run(['gdbus', 'wait', '--session', '--timeout', '30', 'org.freedesktop.secrets'],
                   env=world.profile.environ(G_MESSAGES_DEBUG=''), check=True)
    expect(keyring.is_running(), 'gnome-keyring-daemon ended')
    add_bot(world, search)


CASES = [
    ('a bot token from credentials is nowhere', test_credentials),
    ('a bot token is not in what goes wrong', test_errors),
    ('a bot token is not told when nobody answers', test_unreachable),
    ('the agent leaves no core', test_no_core),
    ('a bot token from the secret file is nowhere', test_store_file),
    ('a bot token from the keyring is nowhere', test_store_keyring),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES))
