#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What optimusctl ends with, what it says when something is wrong, and the verbs of tasks and jobs."""

import json
import os
import sys

from opt_e2e import OWNER, Failure, Process, Tap, expect
from opt_e2e_gate import Gate
from opt_e2e_shape import ERROR, JOB, check

NOUNS = {
    'status': [''], 'doctor': [''], 'send': [''], 'telegram': [''], 'progress': [''],
    'config': ['get', 'set', 'check', 'path'], 'secret': ['set', 'clear'],
    'outbox': ['list', 'show', 'retry', 'drop'],
    'bot': ['add', 'list', 'show', 'remove', 'validate'],
    'task': ['list', 'show', 'explain', 'run'], 'job': ['list', 'show', 'log', 'cancel'],
    'user': ['list', 'add', 'remove'],
}
NO_UUID = '01890000-0000-7000-8000-000000000000'


def refuse(world, code, kind, *words):
    """Runs it with and without --json: exit status, empty output, and words about it."""
    plain = world.ctl(*words).expect(code)
    expect(plain.out == '', ' '.join(words), 'printed', plain.out)
    expect(plain.err.strip(), ' '.join(words), 'says nothing about what is wrong')
    result = world.ctl(*words, '--json').expect(code)
    expect(result.out == '', ' '.join(words), 'printed with --json', result.out)
    check(result.error, ERROR, ' '.join(words))
    expect(result.error['kind'] == kind, ' '.join(words), 'is', result.error)
    return result.error


def test_help(world):
    texts = [world.ctl('--help').expect(0).out, world.ctl('help').expect(0).out]
    for noun, verbs in NOUNS.items():
        for verb in verbs:
            words = [noun] + ([verb] if verb else [])
            expect(noun in texts[0] and noun in texts[1], noun, 'is not in the help')
            for option in ('--help', '-h'):
                out = world.ctl(*words, option).expect(0).out
                expect('sage' in out and noun in out, ' '.join(words), option, 'printed', out)
        if verbs != ['']:
            out = world.ctl(noun, '--help').expect(0).out
            expect(all(verb in out for verb in verbs), noun, '--help is', out)
    expect(world.ctl('--version').expect(0).out.startswith('optimusctl '), 'no version')


def test_usage(world):
    world.profile.add_task('report', 'echo\n', '', '[Parameter days]\nType=int\nRequired=True\n')
    world.start()
    for words in (['nonsense'], ['task'], ['task', 'nonsense'], ['task', 'show'], ['job', 'show'],
                  ['job', 'show', '1', '2'], ['status', 'now'], ['status', '--nonsense'],
                  ['send'], ['send', ''], ['send', '--format', 'klingon', 'x'],
                  ['send', '--wait=soon', 'x'], ['send', '--button', 'x', 'x'],
                  ['send', '--chat', 'no chat', 'x'], ['send', '--chat', '0', 'x'],
                  ['telegram', 'no comma'], ['telegram', '7 , '], ['telegram', ' , x'],
                  ['task', 'run', 'report'], ['task', 'run', 'report', 'days=many'],
                  ['task', 'run', 'report', 'days=1', 'weeks=1'], ['task', 'run', 'report', 'days'],
                  ['task', 'run', 'report', 'days=1', 'days=2'], ['job', 'list', '--state', 'odd'],
                  ['job', 'list', '--since', 'yesterday-ish'], ['job', 'list', '--limit', 'x'],
                  ['outbox', 'list', '--state', 'odd'], ['config', 'get', 'no.such'],
                  ['config', 'set', 'no.such', '1'], ['config', 'set', 'remote.robot_id', 'a b'],
                  ['user', 'add', 'john'], ['user', 'add', '-5'], ['progress', '5'],
                  ['bot', 'add', 'a b']):
        refuse(world, 2, 'usage', *words)
    # What is wrong is named, and so is what is allowed.
    error = refuse(world, 2, 'usage', 'task', 'run', 'report', 'days=many')
    expect('days' in error['message'] and 'whole number' in error['message'], error)
    error = refuse(world, 2, 'usage', 'task', 'run', 'report')
    expect('days' in error['message'], error)
    expect(world.ctl().code == 2, 'no verb at all')


def test_unknown(world):
    world.profile.add_task('report', 'echo\n')
    world.start()
    for words in (['task', 'show', 'nosuch'], ['task', 'run', 'nosuch'], ['task', 'explain', 'nosuch'],
                  ['task', 'run', 'report.nosuch'], ['task', 'show', 'no such'],
                  ['job', 'show', '1'], ['job', 'show', NO_UUID], ['job', 'show', 'seventeen'],
                  ['job', 'log', '#5'], ['job', 'cancel', '99999999999999999999'], ['job', 'cancel', '0'],
                  ['job', 'cancel', '-1'],
                  ['outbox', 'show', '7'], ['outbox', 'show', 'seven'], ['outbox', 'retry', '7'],
                  ['outbox', 'drop', '-7'], ['bot', 'show', 'nosuch'], ['bot', 'show', 'no such'],
                  ['bot', 'remove', 'nosuch'], ['bot', 'validate', 'nosuch'], ['secret', 'clear', 'nosuch'],
                  ['send', '--bot', 'nosuch', 'Hello'], ['user', 'remove', '7']):
        refuse(world, 3, 'unknown', *words)


def test_refused(world):
    world.profile.add_task('code', 'echo\n', 'Risk=code')
    world.profile.add_task('boxed', 'echo\n', 'Sandbox=strict')
    world.profile.write(os.path.join(world.profile.tasks, 'bad.task'), '[Task]\nExec=true\nTimeout=soon\n')
    world.profile.add_task('confirmed', 'echo\n', 'Risk=confirm')
    world.start()
    world.sandbox.add_chat(OWNER)
    refuse(world, 4, 'refused', 'task', 'run', 'code')
    refuse(world, 4, 'refused', 'task', 'run', 'boxed')
    error = refuse(world, 4, 'refused', 'task', 'run', 'bad')
    expect('bad.task' in error['message'] and 'Timeout' in error['message'] and '3' in error['message'],
           'the problem is not named:', error)
    world.ctl('task', 'run', 'confirmed', '--wait').expect(0)
    refuse(world, 4, 'refused', 'job', 'cancel', '1')
    world.ctl('send', '--wait', 'Hello').expect(0)
    refuse(world, 4, 'refused', 'outbox', 'retry', '1')
    refuse(world, 4, 'refused', 'outbox', 'drop', '1')


def test_no_agent(world):
    for words in (['status'], ['task', 'run', 'x'], ['send', 'Hello'], ['job', 'list'],
                  ['config', 'get', 'remote.robot_id']):
        error = refuse(world, 5, 'no-agent', *words)
        expect('optimus-agent' in error['message'], 'it does not say how to start one:', error)
    environ = {key: value for key, value in world.profile.environ().items()
               if key != 'DBUS_SESSION_BUS_ADDRESS'}
    environ['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/nonexistent'
    result = world.profile.ctl('status', '--json', env=environ).expect(5)
    expect(result.error['kind'] == 'no-agent' and result.out == '', result.err)


def test_wait(world):
    gate = Gate(world)
    world.profile.add_task('waits', gate.script)
    world.profile.add_task('slow', 'sleep 600 & wait\n', 'Timeout=1')
    world.start()
    job = world.ctl('task', 'run', 'waits', '--wait=1', '--json').expect(6).json
    check(job, JOB, 'task run --wait')
    expect(job['state'] in ('starting', 'running') and job['ended'] is None, job)
    gate.wait()
    world.ctl('task', 'run', 'waits', '--wait=0', '--json').expect(6)
    gate.open()
    gate.wait()
    gate.open()
    timed_out = world.ctl('task', 'run', 'slow', '--wait', '--json').expect(1).json
    expect(timed_out['state'] == 'timed-out', timed_out)


def test_cancel(world):
    gate = Gate(world)
    world.profile.add_task('waits', gate.script)
    world.start()
    argv = [world.profile.program('optimusctl'), 'task', 'run', 'waits', '--wait', '--json']
    waiting = Process(argv, world.profile.environ())
    gate.wait()
    job = world.ctl('job', 'cancel', '1', '--json').expect(0).json
    check(job, JOB, 'job cancel')
    ended = json.loads(waiting.read_rest())
    expect(waiting.wait() == 1, 'a cancelled job is none that failed')
    expect(ended['state'] == 'cancelled' and ended['id'] == job['id'], ended)
    # One that waits for another is dropped.
    world.ctl('task', 'run', 'waits').expect(0)
    gate.wait()
    queued = world.ctl('task', 'run', 'waits', '--json').expect(0).json
    expect(queued['state'] == 'queued', 'Concurrency is 1, yet', queued)
    expect(world.ctl_json('status')['jobs'] == {'queued': 1, 'running': 1}, world.ctl_json('status'))
    dropped = world.ctl('job', 'cancel', '#%d' % queued['number'], '--json').expect(0).json
    expect(dropped['state'] == 'cancelled' and dropped['started'] is None, dropped)
    gate.open()


def test_log(world):
    gate = Gate(world)
    world.profile.add_task('talks', 'echo one\n%sprintf "two\\nno end"\n' % gate.script)
    world.start()
    world.ctl('task', 'run', 'talks').expect(0)
    gate.wait()
    follow = [Process([world.profile.program('optimusctl'), 'job', 'log', '-f', '1', *more],
                      world.profile.environ()) for more in ([], ['--json'])]
    expect(follow[0].read_line() == 'one', 'what is there already does not come first')
    first = json.loads(follow[1].read_line())
    expect(first['text'].startswith('one') and first['offset'] == 0, first)
    expect(world.ctl('job', 'log', '1').expect(0).out == 'one\n', 'the log of a running job')
    gate.open()
    expect(follow[0].read_rest() == b'two\nno end', 'the rest of the log')
    rest = [json.loads(line) for line in follow[1].read_rest().splitlines()]
    text = first['text'] + ''.join(piece['text'] for piece in rest)
    expect(text == 'one\ntwo\nno end', 'the followed log is', text)
    expect([process.wait() for process in follow] == [0, 0], 'job log -f did not end well')
    expect(world.ctl('job', 'log', '1').expect(0).out == 'one\ntwo\nno end', 'the whole log')
    lines = world.ctl('job', 'log', '1', '--json').expect(0).out.splitlines()
    expect(''.join(json.loads(line)['text'] for line in lines) == text, lines)


def test_progress(world):
    gate, second = Gate(world), Gate(world, 'second')
    world.profile.add_task('steps', 'echo "::progress 40 reading invoices"\necho plain\n' + gate.script +
                           '$OPTIMUS_CTL progress 80 "writing %d"\n' + second.script)
    world.start()
    changed = Process(['/usr/bin/gdbus', 'monitor', '--session', '--dest',
                       'io.github.optimus_rpa.Optimus.Agent'], world.profile.environ())
    changed.read_line()
    world.ctl('task', 'run', 'steps').expect(0)

    def wait_progress(percent, text):
        wanted = "'percent': <%s" % percent
        while True:
            line = changed.read_line()
            if line is None:
                raise Failure('no progress of %s was told' % percent)
            if wanted in line:
                break
        job = world.ctl_json('job', 'show', '1')
        expect(job['progress'] == {'percent': percent, 'text': text}, job['progress'])
    wait_progress(40, 'reading invoices')
    gate.wait()
    gate.open()
    wait_progress(80, 'writing %d')
    second.wait()
    second.open()
    changed.kill()
    log = world.ctl('job', 'log', '-f', '1').expect(0).out
    expect('plain' in log, 'the log is', log)


def test_environment(world):
    world.profile.add_task('env', 'env -0 > "%s"\n' % world.profile.path('env'), '',
                           '[Parameter some-days]\nType=int\nDefault=7\n[Parameter who]\nType=text\n')
    world.profile.extra = {'TELEGRAM_BOT_TOKEN': '424242009:AAE2e-Other_Token_0123456789abcdefgh',
                           'TELEGRAM_CHAT_IDS': '1001', 'SOMETHING_ELSE': 'secret', 'LANG': 'C.UTF-8'}
    world.start()
    job = world.ctl('task', 'run', 'env', 'who=a b', '--wait', '--json').expect(0).json
    with open(world.profile.path('env'), encoding='utf-8') as stream:
        env = dict(line.split('=', 1) for line in stream.read().split('\0') if line)
    for name in ('HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG', 'TZ', 'XDG_RUNTIME_DIR',
                 'DBUS_SESSION_BUS_ADDRESS'):
        expect(env.get(name) == world.profile.environ().get(name), name, 'is', env.get(name))
    expect(env['OPTIMUS_JOB_ID'] == job['id'] and env['OPTIMUS_ROBOT_ID'] == 'testbot', env)
    expect(env['OPTIMUS_PARAM_SOME_DAYS'] == '7' and env['OPTIMUS_PARAM_WHO'] == 'a b', env)
    expect('optimusctl' in env['OPTIMUS_CTL'], env['OPTIMUS_CTL'])
    wrong = [name for name in env if name.startswith('TELEGRAM_') or
             name in ('CREDENTIALS_DIRECTORY', 'SOMETHING_ELSE', 'NOTIFY_SOCKET')]
    expect(not wrong, 'a job sees', wrong)


def test_explain(world):
    world.profile.add_task('report', 'echo\n', 'Exec=report.sh --days {days} --flag\nTimeout=60',
                           '[Parameter days]\nType=int\nDefault=7\n')
    world.start()
    plan = world.ctl_json('task', 'explain', 'report.TESTBOT', 'days=9')
    expect(plan['argv'][1:] == ['--days', '9', '--flag'], plan)
    expect(plan['argv'][0] == os.path.join(world.profile.tasks, 'report.sh'), plan)
    expect(plan['cwd'] == world.profile.tasks and plan['timeout_s'] == 60, plan)
    expect(world.ctl_json('job', 'list') == [], 'explain ran it')


def test_config(world):
    world.start()
    path = world.ctl('config', 'path').expect(0).out.strip()
    expect(path == world.profile.config_file, 'config path is', path)
    expect(world.ctl('config', 'get', 'remote.robot_id').expect(0).out == 'testbot\n', 'config get')
    expect(world.ctl('config', 'get', 'remote.fresh_seconds').out == '300\n', 'config get of a default')
    with open(path, encoding='utf-8') as stream:
        before = stream.read()
    world.ctl('config', 'set', 'telegram.valid_user', '@john, 1001').expect(0)
    world.ctl('config', 'set', 'bot.main.description', 'Ünïcode').expect(0)
    expect(world.ctl('config', 'get', 'telegram.valid_user').out == '@john, 1001\n', 'config set')
    with open(path, encoding='utf-8') as stream:
        after = stream.read()
    changed = set(after.splitlines()) - set(before.splitlines())
    expect(len(changed) == 2, 'other lines changed too:', changed)
    expect(world.ctl('config', 'check', '--json').expect(0).json == [], 'config check')
    world.profile.write_config(after + 'odd.key = 1\n[remote]\nfresh_seconds=soon\n')
    problems = world.ctl('config', 'check', '--json').expect(1).json
    lines = after.count('\n')
    wrong = [problem for problem in problems if problem['key'] == 'remote.fresh_seconds']
    expect(wrong and wrong[0]['line'] == lines + 3 and wrong[0]['column'] == 15, problems)
    expect('604800' in wrong[0]['message'], 'what is allowed is not said:', wrong)
    error = refuse(world, 2, 'usage', 'config', 'set', 'remote.fresh_seconds', 'soon')
    expect('604800' in error['message'], error)


def test_negative_ids(world):
    group = -4661161234
    world.start()
    world.sandbox.add_chat(group, type='group', title='Team', bot='member')
    for words in (['send', '--wait', '--chat', str(group), 'one'],
                  ['send', '--wait', '--chat=%d' % group, 'two'],
                  ['telegram', '--wait', '%d , three' % group],
                  ['telegram', '%d' % group, ',', 'four', '--wait'],
                  ['send', '--wait', '--chat', str(group), '-5'],
                  ['send', '--wait', '--chat', str(group), '--', '--json'],
                  ['send', '--wait', '-5', '--chat', str(group)]):
        mark = world.sandbox.mark()
        world.ctl(*words).expect(0)
        call = world.sandbox.sent(mark)['calls'][0]
        expect(call['params']['chat_id'] == group, ' '.join(words), 'went to', call)


def test_any_bytes(world):
    """Arguments and names of files may be any bytes; what comes of them is UTF-8."""
    profile = world.profile
    program = profile.write(os.path.join(profile.tasks, 'b\udcffd.sh'), '#!/bin/sh\n', 0o700)
    expect(b'\xff' in os.fsencode(program), 'the name is', program)
    world.start()
    tasks = world.ctl_json('task', 'list')
    expect(any('b\ufffdd' in task['file'] for task in tasks), 'it is not listed:', tasks)
    for code, kind, words in ((3, 'unknown', ['job', 'log']), (3, 'unknown', ['job', 'show']),
                              (3, 'unknown', ['job', 'cancel']), (3, 'unknown', ['job', 'run']),
                              (3, 'unknown', ['task', 'run']), (3, 'unknown', ['task', 'show']),
                              (3, 'unknown', ['task', 'explain']), (3, 'unknown', ['bot', 'show']),
                              (2, 'usage', ['config', 'get']), (2, 'usage', ['user', 'add']),
                              (3, 'unknown', ['outbox', 'show']), (2, 'usage', ['send', '--chat']),
                              (2, 'usage', ['bot', 'add'])):
        error = refuse(world, code, kind, *words, '\udcff')
        expect('Invalid UTF-8' not in error['message'], ' '.join(words), error)
    expect(world.ctl('status').code == 0, 'the agent is gone')


def test_too_much(world):
    """What would not fit into an answer on the bus is refused, since it would end the agent."""
    world.start()
    chats = [word for number in range(1001) for word in ('--chat', str(1000000 + number))]
    refuse(world, 2, 'usage', 'send', *chats, 'x')
    expect(world.sandbox.sent()['calls'] == [], 'something was sent')
    error = refuse(world, 2, 'usage', 'config', 'get', 'x' * 100000)
    expect(len(error['message']) < 5000 and len(error['where']) < 2000, 'an error is long')


def test_token_in_argument(world):
    """A bot token that is given where none belongs is not said again."""
    token = '123456789:' + 'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx'
    world.start()
    for code, kind, words in ((3, 'unknown', ['bot', 'validate']), (2, 'usage', ['user', 'add']),
                              (3, 'unknown', ['task', 'run']), (2, 'usage', ['config', 'get'])):
        error = refuse(world, code, kind, *words, token)
        expect(token[10:] not in json.dumps(error), ' '.join(words), error)
        expect(token[10:] not in world.ctl(*words, token).err, ' '.join(words), 'says it')


CASES = [
    ('help', test_help),
    ('2: usage', test_usage),
    ('3: unknown', test_unknown),
    ('4: refused', test_refused),
    ('5: no agent', test_no_agent),
    ('1 and 6: waiting for jobs', test_wait),
    ('job cancel', test_cancel),
    ('job log', test_log),
    ('progress', test_progress),
    ('the environment of a job', test_environment),
    ('task explain', test_explain),
    ('config get, set, check and path', test_config),
    ('a negative number is never an option', test_negative_ids),
    ('arguments of any bytes', test_any_bytes),
    ('too much for the bus', test_too_much),
    ('a bot token as an argument', test_token_in_argument),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES))
