#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad configurations, manifests, tasks, disks, databases and keyrings."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys

from opt_e2e import (OWNER, TOKEN, Failure, Process, Skip, Tap, World, expect, read_file, text_of,
                     wait_for_exit)
from opt_e2e_clock import ClockWorld
from opt_e2e_gate import Gate
from opt_e2e_shape import DOCTOR, STATUS, check
from opt_e2e_signals import Signals


def test_config(world):
    """Line, column and what is allowed; on reload the last good value counts."""
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    world.sandbox.say('/task hello')
    world.sandbox.wait_text(['#1', 'succeeded'], chat=OWNER)
    with open(world.profile.config_file, encoding='utf-8') as stream:
        good = stream.read()
    signals = Signals(world.profile)
    lines = [line if not line.startswith('valid_user') else 'valid_user=1001 and friends'
             for line in good.splitlines()] + ['receive=sometimes', 'just words', '[bot bad name]',
                                                'notifications.activate = perhaps', 'telegrm.proxy=x']
    world.profile.write_config('\n'.join(lines) + '\n')
    problems = signals.until(lambda: world.ctl_json('status')['config']['problems'], 'a problem')
    signals.close()
    by_line = {}
    for problem in problems:
        by_line.setdefault(problem['line'], problem)
    number = [i for i, line in enumerate(lines, 1) if line.startswith('valid_user')][0]
    wrong = by_line.get(number)
    expect(wrong and wrong['key'] == 'telegram.valid_user' and wrong['column'] == 12, problems)
    expect('@john' in wrong['message'], 'what is allowed is not said:', wrong)
    first = len(lines) - 4
    expect(any('poll' in problem['message'] and (problem['line'], problem['column']) == (first, 9)
               for problem in problems), problems)
    expect(first + 1 in by_line and first + 2 in by_line, 'words and a group pass:', problems)
    # The last good value is in force.
    world.sandbox.say('/task hello')
    world.sandbox.wait_text(['#2', 'succeeded'], chat=OWNER)
    report = world.ctl('doctor', '--json').expect(1).json
    expect(any('line %d' % number in entry['message'] for entry in report['checks']), report)
    # What people wrote is left alone, also when something else is written.
    world.ctl('config', 'set', 'remote.fresh_seconds', '200').expect(0)
    with open(world.profile.config_file, encoding='utf-8') as stream:
        text = stream.read()
    expect('valid_user=1001 and friends' in text and 'just words' in text, text)
    world.profile.write_config(good)
    world.ctl('config', 'check').expect(0)


def test_config_bytes(world):
    """A file that is no text, one that can't be read, one that is gone."""
    world.start()
    with open(world.profile.config_file, 'rb') as stream:
        good = stream.read()

    def write(data):
        with open(world.profile.config_file + '.new', 'wb') as stream:
            stream.write(data)
        os.rename(world.profile.config_file + '.new', world.profile.config_file)
        return world.ctl('config', 'check', '--json')
    for data in (b'\xff\xfe\x00[remote]\n', b'\x00' * 1000, b'[remote]\nrobot_id=\xff\xfe\n', b'x' * 3000000):
        write(good).expect(0)
        expect(write(data).expect(1).json, 'nothing is wrong with', data[:20])
        # What stands in a line that can't be read is as it was before.
        expect(not data.startswith(b'[') or world.ctl_json('status')['robot'] == 'testbot', 'it has another name')
    expect(world.ctl_json('status')['robot'] == 'testbot', 'a file that is far too long was read')
    os.unlink(world.profile.config_file)
    world.ctl('status').expect(0)
    world.agent.stop()
    world.agent.start()


def test_manifests(world):
    bad = {
        'exec': ('[Task]\nName=X\n', 'Exec', None),
        'timeout': ('[Task]\nExec=true\nTimeout=soon\n', 'Timeout', 3),
        'risk': ('[Task]\nExec=true\n\n# a comment\nRisk=some\n', 'Risk', 5),
        'key': ('[Task]\nExec=true\nExce=false\n', 'Exce', 3),
        'type': ('[Task]\nExec=true\n[Parameter a]\nType=integer\n', 'Type', 4),
        'range': ('[Task]\nExec=true\n[Parameter a]\nType=int\nMin=9\nMax=1\n', None, None),
        'pattern': ('[Task]\nExec=true\n[Parameter a]\nType=text\nPattern=(\n', 'Pattern', 5),
        'default': ('[Task]\nExec=true\n[Parameter a]\nType=int\nDefault=x\n', 'Default', 5),
        'choices': ('[Task]\nExec=true\n[Parameter a]\nType=choice\n', None, None),
        'unknown': ('[Task]\nExec=true {nosuch}\n', 'Exec', 2),
        'quote': ("[Task]\nExec=true 'x\n", 'Exec', 2),
        'words': ('[Task]\nExec=true\nwhat is this\n', None, 3),
        'empty': ('', None, None),
    }
    for name, (text, _, _) in bad.items():
        world.profile.write(os.path.join(world.profile.tasks, name + '.task'), text)
    with open(os.path.join(world.profile.tasks, 'bytes.task'), 'wb') as stream:
        stream.write(b'[Task]\nExec=true\nName=\xff\xfe\n')
    world.start()
    tasks = {task['id']: task for task in world.ctl_json('task', 'list')}
    for name, (_, key, line) in bad.items():
        problems = tasks[name]['problems']
        expect(problems, name, 'has no problem')
        expect(all(problem['file'].endswith(name + '.task') and problem['message'] for problem in problems),
               problems)
        expect(key is None or key in [problem['key'] for problem in problems], name, 'has', problems)
        expect(line is None or line in [problem['line'] for problem in problems], name, 'has', problems)
        error = world.ctl('task', 'run', name, '--json').expect(4).error
        expect(name + '.task' in error['message'], error)
    expect(tasks['bytes']['problems'], tasks['bytes'])
    world.sandbox.say('/task timeout')
    text = text_of(world.sandbox.wait_text('timeout.task', chat=OWNER))
    expect('Timeout' in text and '3' in text, text)
    expect(world.ctl_json('job', 'list') == [], 'something ran')
    # Set right, it runs; the agent looks at the folder by itself.
    signals = Signals(world.profile)
    world.profile.write(os.path.join(world.profile.tasks, 'timeout.task'), '[Task]\nExec=true\nTimeout=5\n')
    signals.until(lambda: not world.ctl_json('task', 'show', 'timeout')['problems'], 'a sound task')
    signals.close()
    world.ctl('task', 'run', 'timeout', '--wait').expect(0)


def test_parameters(world):
    world.profile.add_task('report', 'echo "$@"\n', 'Exec=report.sh --days {days} {word}',
                           '[Parameter days]\nType=int\nRequired=True\nMin=1\nMax=31\n'
                           '[Parameter word]\nType=text\nDefault=x\nPattern=[a-z-]+\n'
                           '[Parameter day]\nType=date\n[Parameter share]\nType=number\n')
    world.start()
    for words, named in ((['days=0'], '31'), (['days=32'], '31'), (['days=9' * 30], 'days'), (['days=1.5'], 'days'),
                         (['days= '], 'days'), (['days=1', 'word=UPPER'], 'word'), (['days=1', 'day=31.2.'], 'day'),
                         (['days=1', 'share=half'], 'share'), (['days=1', 'word=-rf'], '-rf'),
                         (['days=1', 'dys=1'], 'days'), ([], 'days'), (['days=1', 'share=nan'], 'share')):
        result = world.ctl('task', 'run', 'report', *words, '--json')
        expect(result.code == 2 and result.error['kind'] == 'usage', words, 'gives', result.code, result.err)
        expect(named in result.error['message'], words, 'gives', result.error)
    # Invalid UTF-8 on the command line is no reason to fall over.
    program = world.profile.program('optimusctl')
    for argv in ([program, 'task', 'run', 'report', b'days=\xff\xfe', '--json'],
                 [program, b'\xff\xfe', '--json'], [program, 'task', 'show', b'\xff', '--json'],
                 [program, 'job', 'show', b'#\xff', '--json'], [program, 'send', '--chat', b'\xff', 'x', '--json'],
                 [program, 'config', 'get', b'\xff', '--json'], [program, 'user', 'add', b'@\xff', '--json']):
        run = subprocess.run(argv, env=world.profile.environ(), capture_output=True, check=False)
        expect(run.returncode in (2, 3), argv, 'ended with', run.returncode, run.stderr)
        expect(b'"error"' in run.stderr and run.stdout == b'', argv, run.stderr)
    world.sandbox.add_chat(OWNER)
    run = subprocess.run([program, 'send', '--wait', b'caf\xe9 \xf0\x9f'], env=world.profile.environ(),
                         capture_output=True, check=False)
    expect(run.returncode == 0, run.stderr)
    expect('caf\ufffd' in text_of(world.sandbox.sent()['calls'][-1]), world.sandbox.sent()['calls'][-1])
    expect(world.ctl_json('job', 'list') == [], 'something ran')


def test_not_executable(world):
    world.profile.write(os.path.join(world.profile.tasks, 'plain.task'), '[Task]\nExec=plain.txt\n')
    world.profile.write(os.path.join(world.profile.tasks, 'plain.txt'), 'echo hello\n')
    world.profile.write(os.path.join(world.profile.tasks, 'gone.task'), '[Task]\nExec=no-such-program\n')
    world.profile.write(os.path.join(world.profile.tasks, 'odd.task'), '[Task]\nExec=./odd\n')
    world.profile.write(os.path.join(world.profile.tasks, 'odd'), '#!/no/such/interpreter\n', 0o700)
    world.profile.write(os.path.join(world.profile.tasks, 'loose.task'), '[Task]\nExec=loose.sh\n')
    world.profile.write(os.path.join(world.profile.tasks, 'loose.sh'), '#!/bin/sh\n', 0o777)
    world.start()
    for name, words in (('plain', 'execut'), ('gone', 'no-such-program'), ('loose', 'loose.sh')):
        error = world.ctl('task', 'run', name, '--json').expect(4).error
        expect(words in error['message'], name, 'gives', error)
    job = world.ctl('task', 'run', 'odd', '--wait', '--json').expect(1).json
    expect(job['state'] == 'failed' and job['reason'], job)
    world.sandbox.say('/task plain')
    world.sandbox.wait_text('plain.txt', chat=OWNER)
    world.sandbox.say('/task odd')
    world.sandbox.wait_text(['odd', '#2', 'failed'], chat=OWNER)


def test_killed(world):
    world.profile.add_task('segv', 'echo begun\nkill -SEGV $$\n')
    world.start()
    world.sandbox.say('/task segv')
    text = text_of(world.sandbox.wait_text(['#1', 'failed', 'signal 11'], chat=OWNER))
    expect('begun' in text, text)
    job = world.ctl_json('job', 'show', '1')
    expect((job['state'], job['signal'], job['exit_code']) == ('failed', 11, None), job)


def test_gigabytes(world):
    """Half a gigabyte of output: the head and the tail are kept, the rest counted."""
    total = 500 * 1000 * 1000
    world.profile.add_task('writes', 'echo first; yes 0123456789 | head -c %d; echo; echo last\n' %
                           (total - len('first\n\nlast\n')), 'Output=none')
    world.start()
    job = world.ctl('task', 'run', 'writes', '--wait', '--json').expect(0).json
    expect(job['log']['bytes'] == total, job['log'])
    kept = sum(os.lstat(os.path.join(folder, name)).st_blocks * 512
               for folder, _, names in os.walk(os.path.join(world.profile.jobs, job['id'])) for name in names)
    expect(30 << 20 < kept < 42 << 20, 'kept are', kept, 'bytes')
    expect(total - (42 << 20) <= job['log']['cut'] <= total - (40 << 20), job['log'])
    with open(os.path.join(world.profile.root, 'log'), 'wb') as stream:
        run = subprocess.run([world.profile.program('optimusctl'), 'job', 'log', '1'], stdout=stream,
                             env=world.profile.environ(), check=False)
    expect(run.returncode == 0, 'job log ended with', run.returncode)
    with open(os.path.join(world.profile.root, 'log'), 'rb') as stream:
        head = stream.read(20)
        stream.seek(-5, os.SEEK_END)
        tail, size = stream.read(), stream.tell()
    expect(head.startswith(b'first\n0123456789\n') and tail == b'last\n', head, tail)
    expect(0 < size - (total - job['log']['cut']) < 200, 'the log printed has', size)
    world.sandbox.say('/log 1')
    call = world.sandbox.wait_call('sendDocument')
    expect(call['params']['document']['size'] <= 50 * 1000 * 1000 and 'last' in text_of(call), call)


def test_silent(world):
    gate = Gate(world)
    world.profile.add_task('silent', gate.script + 'exit 7\n')
    world.start()
    world.sandbox.say('/task silent')
    gate.wait()
    job = world.ctl_json('job', 'show', '1')
    expect(job['state'] == 'running' and job['log']['bytes'] == 0 and job['progress'] is None, job)
    world.sandbox.say('/log 1')
    world.sandbox.wait_text(['#1', 'wrote nothing yet'], chat=OWNER)
    world.ctl('job', 'cancel', '1').expect(0)
    world.sandbox.wait_text(['#1', 'cancelled'], chat=OWNER)


def test_forks_away(world):
    """What a job leaves behind is stopped with it."""
    pid_file = world.profile.path('daemon.pid')
    ready = world.profile.path('daemon.ready')
    os.mkfifo(ready)
    world.profile.add_task('daemon', "( setsid sh -c 'trap \"\" HUP; echo $$ > \"%s\"; echo > \"%s\"; "
                           "exec sleep 1000' < /dev/null > /dev/null 2>&1 & )\nread line < \"%s\"\necho done\n" %
                           (pid_file, ready, ready))
    world.start()
    job = world.ctl('task', 'run', 'daemon', '--wait', '--json').expect(0).json
    expect(job['state'] == 'succeeded', job)
    wait_for_exit(int(read_file(pid_file)), name='the daemon that a job left')


def test_stubborn(world):
    """What does not listen to SIGTERM is killed, with all it has started."""
    gate = Gate(world)
    child = world.profile.path('child.pid')
    world.profile.add_task('stubborn', "trap '' TERM\nsh -c 'trap \"\" TERM; echo $$ > \"%s\"; while :; do sleep 100; done' &\n"
                           "%swhile :; do sleep 100; done\n" % (child, gate.script))
    world.start()
    world.ctl('task', 'run', 'stubborn').expect(0)
    gate.wait()
    gate.open()
    world.ctl('job', 'cancel', '1').expect(0)
    world.ctl('job', 'log', '-f', '1').expect(0)
    job = world.ctl_json('job', 'show', '1')
    expect(job['state'] == 'cancelled', job)
    wait_for_exit(int(read_file(child)), name='the child of a cancelled job')


def mount_small(world, size):
    """The state folder on a disk of its own that is soon full."""
    folder = world.profile.folder('home', '.local', 'state', 'optimus')
    if os.geteuid() != 0:
        raise Skip('only root can mount a small disk')
    run = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=%d,mode=0700' % size, 'tmpfs', folder],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise Skip('no small disk can be mounted here: %s' % run.stderr.strip())
    return folder


def fill(folder):
    """Takes the last byte of room."""
    path = os.path.join(folder, 'filling')
    with open(path, 'ab', buffering=0) as stream:
        for size in (65536, 4096, 1):
            try:
                while stream.write(b'x' * size):
                    pass
            except OSError:
                pass
    return path


def test_disk_full(world):
    folder = mount_small(world, 6 << 20)
    try:
        world.profile.add_task('hello', 'echo hello\n')
        world.start()
        world.sandbox.say('/task hello')
        world.sandbox.wait_text(['#1', 'succeeded'], chat=OWNER)
        world.agent.advance()
        signals = Signals(world.profile)
        filling = fill(folder)
        mark = world.sandbox.mark()
        world.sandbox.say('/task hello')
        status = signals.until(lambda: world.ctl_json('status')['store'].get('error') and world.ctl_json('status'),
                               'trouble')
        signals.close()
        check(status, STATUS, 'status')
        error = world.ctl('send', 'on a full disk', '--json').expect(1).error
        expect('full' in error['message'] or 'space' in error['message'], error)
        error = world.ctl('task', 'run', 'hello', '--json').expect(1).error
        expect('full' in error['message'] or 'space' in error['message'], error)
        report = world.ctl('doctor', '--json').expect(1).json
        check(report, DOCTOR, 'doctor')
        expect(any(entry['id'] == 'disk' and entry['state'] == 'bad' and entry['fix'] for entry in report['checks']),
               report)
        expect(world.agent.is_running(), 'the agent is gone')
        expect(not world.sandbox.sent(mark)['calls'], 'it answered what it did not keep')
        # With room again everything goes on; nothing was forgotten, nothing runs twice.
        os.unlink(filling)

        def came(words):
            return any(words in text_of(call) for call in world.sandbox.sent(mark)['calls'])
        world.until(lambda: came('#2 succeeded'), 'the job', step=10)
        world.ctl('send', 'room again').expect(0)
        world.until(lambda: came('room again'), 'the message', step=10)
        expect([job['number'] for job in world.ctl_json('job', 'list')] == [2, 1], world.ctl_json('job', 'list'))
        expect(world.ctl_json('status')['store'].get('error') is None, world.ctl_json('status')['store'])
        world.agent.stop()
    finally:
        if world.agent.is_running():
            world.agent.kill()
        subprocess.run(['umount', '-l', folder], check=False)


def test_disk_full_log(world):
    """A job goes on when its log can't be kept."""
    gate = Gate(world)
    folder = mount_small(world, 6 << 20)
    try:
        world.profile.add_task('writes', gate.script + 'yes 0123456789 | head -c 20000000\necho end >&2\nexit 5\n',
                               'Output=none')
        world.start()
        world.ctl('task', 'run', 'writes').expect(0)
        gate.wait()
        filling = fill(folder)
        waiting = Process([world.profile.program('optimusctl'), 'job', 'log', '-f', '1'], world.profile.environ())
        gate.open()
        # The runner keeps trying to write down how it ended.
        for pid in world.profile.runners().values():
            os.truncate(filling, max(0, os.path.getsize(filling) - (1 << 20)))
            wait_for_exit(pid, name='the runner')
        os.unlink(filling)
        world.agent.advance(61)
        waiting.read_rest()
        expect(waiting.wait() == 0, 'job log -f did not end well')
        job = world.ctl_json('job', 'show', '1')
        expect(job['state'] == 'failed' and job['exit_code'] == 5, job)
    finally:
        if world.agent.is_running():
            world.agent.kill()
        subprocess.run(['umount', '-l', folder], check=False)


def digest(path):
    return hashlib.sha256(read_file(path) or b'').hexdigest()


def expect_shut_store(world, words):
    """A store that can't be opened: ready all the same, status and doctor say it, nothing else is done."""
    path = os.path.join(world.profile.state, 'optimus', 'optimus.db')
    before = digest(path)
    last = world.sandbox.calls()['last']
    world.sandbox.say('/help')
    world.agent.start()
    status = world.ctl_json('status')
    check(status, STATUS, 'status')
    expect(words in status['store']['error'], status['store'])
    expect(status['bots'][0]['state'] == 'off', status['bots'])
    report = world.ctl('doctor', '--json').expect(1).json
    bad = [entry for entry in report['checks'] if entry['id'] == 'store']
    expect(bad[0]['state'] == 'bad' and words in bad[0]['message'] and bad[0]['fix'], report)
    for verb in (['send', 'x'], ['task', 'run', 'hello'], ['job', 'list'], ['outbox', 'list'], ['user', 'list'],
                 ['job', 'show', '1'], ['job', 'log', '1'], ['job', 'cancel', '1'], ['outbox', 'retry', '1']):
        result = world.ctl(*verb, '--json')
        expect(result.code == 1 and result.out == '', ' '.join(verb), 'ended with', result.code, result.out)
        expect('optimus.db' in result.error['message'], result.error)
    world.ctl('task', 'list').expect(0)
    world.ctl('config', 'get', 'remote.robot_id').expect(0)
    expect(world.ctl_json('bot', 'list')[0]['name'] == 'main', 'bot list')
    calls = [call['method'] for call in world.sandbox.calls(last)['calls']]
    expect('getUpdates' not in calls and 'sendMessage' not in calls, 'it called', calls)
    world.agent.stop()
    expect(digest(path) == before, 'the file was touched')


def test_newer(world):
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    world.sandbox.say('/task hello')
    world.sandbox.wait_text(['#1', 'succeeded'], chat=OWNER)
    version = world.ctl_json('status')['store']['schema']
    world.agent.stop()
    path = os.path.join(world.profile.state, 'optimus', 'optimus.db')

    def set_version(number):
        with sqlite3.connect(path) as database:
            database.execute('PRAGMA user_version = %d' % number)
        database.close()
    set_version(9999)
    expect_shut_store(world, 'newer')
    set_version(version)
    world.agent.start()
    world.sandbox.wait_text('/task', chat=OWNER)
    expect(world.ctl_json('job', 'show', '1')['state'] == 'succeeded', 'the job is gone')


def test_corrupt(world):
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    world.agent.stop()
    path = os.path.join(world.profile.state, 'optimus', 'optimus.db')
    for name in (path + '-wal', path + '-shm'):
        if os.path.exists(name):
            os.unlink(name)
    with open(path, 'wb') as stream:
        stream.write(b'this is no database\n' * 1000)
    expect_shut_store(world, 'damaged')
    # Moved away, it starts with an empty one.
    os.rename(path, path + '.away')
    world.agent.start()
    world.sandbox.wait_text('/task', chat=OWNER)


def test_no_keyring(world):
    """No secret service on the bus, and no credentials."""
    world.configure()
    os.unlink(os.path.join(world.profile.credentials, 'bot-main'))
    world.agent.start()
    bot = world.ctl_json('status')['bots'][0]
    expect(bot['state'] == 'no-token' and 'main' in bot['detail'] or 'secret' in bot['detail'], bot)
    result = world.profile.ctl('bot', 'add', 'new', '--json', stdin=TOKEN)
    expect(result.code == 1 and 'secret service' in result.error['message'].lower() or
           'keyring' in result.error['message'].lower(), result.code, result.err)
    expect([entry['name'] for entry in world.ctl_json('bot', 'list')] == ['main'], 'a bot without a token was added')


def test_no_runner(world):
    """Half an installation: the agent alone."""
    world.profile.add_task('hello', 'echo hello\n')
    world.configure()
    alone = shutil.copy(world.profile.program('optimus-agent'), world.profile.folder('alone'))
    world.profile.program = lambda name, own=world.profile.program: (
        alone if name == 'optimus-agent' else own(name))
    world.agent.start()
    report = world.ctl('doctor', '--json')
    found = [entry for entry in report.json['checks'] if entry['id'] == 'runner']
    if not found:
        raise Skip('optimus-runner is installed on this machine')
    expect(report.code == 1 and found[0]['state'] == 'bad' and found[0]['fix'], report.json)
    job = world.ctl('task', 'run', 'hello', '--wait', '--json').expect(1).json
    expect(job['state'] == 'failed' and 'runner' in job['reason'], job)
    world.sandbox.say('/task hello')
    world.sandbox.wait_text(['#2', 'failed', 'runner'], chat=OWNER)


class Keyring:
    """gnome-keyring on the profile's bus."""

    def __init__(self, world, password=None):
        environ = world.profile.environ()
        environ.pop('G_DEBUG')
        argv = [shutil.which('gnome-keyring-daemon'), '--foreground', '--components=secrets']
        watch = Signals(world.profile, 'org.freedesktop.secrets')
        self.process = Process(argv + (['--unlock'] if password else []), environ, stderr=subprocess.DEVNULL,
                               stdin=subprocess.PIPE)
        if password:
            self.process.popen.stdin.write(password.encode())
        self.process.popen.stdin.close()
        while 'is owned by' not in (watch.read(30) or 'is owned by'):
            pass
        watch.close()

    def stop(self):
        self.process.kill()


def test_locked_keyring(world):
    if shutil.which('gnome-keyring-daemon') is None:
        raise Skip('gnome-keyring is not installed')
    keyring = Keyring(world, 'password')
    world.profile.write_config('[remote]\nrobot_id=testbot\n[telegram]\napi_root=%s\nvalid_user=1001\n' %
                               world.sandbox.url)
    world.agent.start()
    world.ctl('bot', 'add', 'main', stdin=TOKEN).expect(0)
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', chat=OWNER)
    world.agent.stop()
    keyring.stop()
    keyring = Keyring(world)
    world.agent.start()
    signals = Signals(world.profile)
    bot = signals.until(lambda: world.ctl_json('status')['bots'][0]['state'] == 'locked' and
                        world.ctl_json('status')['bots'][0], 'locked')
    expect('unlock' in bot['detail'], bot)
    expect(world.ctl_json('bot', 'show', 'main')['token'] == 'locked', world.ctl_json('bot', 'show', 'main'))
    report = world.ctl('doctor', '--json').expect(1).json
    expect(any(entry['bot'] == 'main' and 'unlock' in (entry['fix'] or '') for entry in report['checks']), report)
    # Unlocked, it goes on by itself.
    keyring.stop()
    keyring = Keyring(world, 'password')
    mark = world.sandbox.mark()
    world.sandbox.say('/help')
    world.agent.advance(16)
    world.sandbox.wait_text('/task', after=mark, chat=OWNER)
    signals.close()
    keyring.stop()


CASES = [
    (World, 'a configuration with errors', test_config),
    (World, 'a configuration that is no text', test_config_bytes),
    (World, 'manifests with errors', test_manifests),
    (World, 'parameters, and bytes that are no text', test_parameters),
    (World, 'tasks that can not be executed', test_not_executable),
    (World, 'a task killed by a signal', test_killed),
    (World, 'a task that writes half a gigabyte', test_gigabytes),
    (World, 'a task that writes nothing', test_silent),
    (World, 'a task that forks away', test_forks_away),
    (World, 'a task that does not listen to SIGTERM', test_stubborn),
    (ClockWorld, 'a full disk', test_disk_full),
    (ClockWorld, 'a full disk below a running job', test_disk_full_log),
    (World, 'a database from a newer version', test_newer),
    (World, 'a database that is none', test_corrupt),
    (World, 'no runner', test_no_runner),
    (World, 'no keyring', test_no_keyring),
    (ClockWorld, 'a locked keyring', test_locked_keyring),
]


def main():
    tap = Tap(__doc__)
    for world, name, case in CASES:
        if not tap.args.only or tap.args.only in name:
            tap.run_case(name, case, world)
    return tap.run([])


if __name__ == '__main__':
    sys.exit(main())
