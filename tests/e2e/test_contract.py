#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent as a process, and the JSON that its clients read."""

import os
import resource
import signal
import stat
import sys

from opt_e2e import (OWNER, Agent, Failure, Profile, Skip, Tap, World, expect, is_asan, person, read_proc,
                     tail)
from opt_e2e_gate import Gate
from opt_e2e_shape import (BOT, DOCTOR, JOB, ROW, SENT, STATUS, TASK, USER, check)


def expect_second(world, profile):
    """Another agent that can't be: it must say so and end with 1."""
    second = Agent(profile)
    second.log = world.profile.path('second.stderr')
    second.launch()
    expect(second.process.read_line() is None, 'a second agent printed something')
    code = second.process.wait()
    words = tail(second.log)
    expect(code == 1, 'a second agent ended with', code, words)
    expect('already running' in words, 'a second agent only said', words)


def test_ready(world):
    world.start()
    expect(world.agent.robot == 'testbot', 'it is ready as', world.agent.robot)
    world.agent.stop()
    world.agent.start()
    world.agent.process.signal(signal.SIGINT)
    expect(world.agent.process.wait() == 0, 'SIGINT did not end it well')


def test_ready_is_findable(world):
    """Whoever reads the line can call at once."""
    world.start()
    expect(world.ctl_json('status')['robot'] == 'testbot', 'the name was not owned yet')


def test_second(world):
    world.start()
    expect_second(world, world.profile)
    # The same state folder without any bus: the lock.
    without = Profile.__new__(Profile)
    without.__dict__.update(world.profile.__dict__, bus=None, bus_address=None)
    expect_second(world, without)
    expect(world.agent.is_running(), 'the first one ended')
    # The same bus with another state folder: the name.
    other = Profile.__new__(Profile)
    other.__dict__.update(world.profile.__dict__, state=world.profile.folder('other-state'))
    expect_second(world, other)
    world.ctl('status').expect(0)


def test_lock_goes_with_the_process(world):
    world.start()
    world.agent.kill()
    world.agent.start()


def test_loss_of_the_bus(world):
    world.start()
    world.profile.bus.kill()
    world.profile.bus = None
    expect(world.agent.process.wait() == 0, 'the loss of the bus did not end it with 0')


def test_without_a_bus(world):
    world.start()
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', chat=OWNER)
    world.ctl('status').expect(5)
    world.agent.stop()


def test_modes(world):
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    world.ctl('task', 'run', 'hello', '--wait').expect(0)
    top = os.path.join(world.profile.state, 'optimus')
    for folder, names, files in os.walk(top):
        for name in [folder] + [os.path.join(folder, name) for name in files]:
            mode = stat.S_IMODE(os.lstat(name).st_mode)
            expect(mode & 0o077 == 0, name, 'has mode %o' % mode)


def core_limit(pid):
    for line in read_proc(pid, 'limits').decode().splitlines():
        if line.startswith('Max core file size'):
            return line.split()[4]
    raise Failure('no limits of %d' % pid)


def test_core_limit(world):
    if is_asan():
        raise Skip('the sanitizer has limits of its own')
    gate = Gate(world)
    # The limits of a process are inherited; make sure that there is something to be restored.
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    wanted = 4096 if hard == resource.RLIM_INFINITY or hard >= 4096 else hard
    resource.setrlimit(resource.RLIMIT_CORE, (wanted, hard))
    try:
        world.profile.add_task('limits', "ulimit -c > '%s'\n%s" % (world.profile.path('limit'),
                                                                gate.script))
        world.start()
        world.ctl('task', 'run', 'limits').expect(0)
        gate.wait()
        expect(core_limit(world.agent.pid) == '0', 'the agent may dump its core')
        # The shell counts in blocks of 512 bytes.
        with open(world.profile.path('limit'), encoding='ascii') as stream:
            said = stream.read().strip()
        expect(said == str(wanted // 512), 'the limit of a job is', said)
        gate.open()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def test_status(world):
    world.start()
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', chat=OWNER)
    world.ctl('send', '--wait', 'Hello').expect(0)
    status = world.ctl_json('status')
    check(status, STATUS, 'status')
    expect(status['pid'] == world.agent.pid, 'status names another process')
    expect(status['robot'] == 'testbot', status)
    expect([bot['name'] for bot in status['bots']] == ['main'], status)
    bot = status['bots'][0]
    expect(bot['state'] == 'polling' and bot['id'] == int(world.sandbox.token.split(':')[0]), bot)
    expect(bot['username'] and bot['last_answer'], 'the bot that polls is', bot)
    expect(status['outbox'] == {**status['outbox'], 'queued': 0, 'sending': 0, 'dead': 0}, status)
    expect(status['outbox']['oldest_s'] is None, 'nothing waits, yet', status['outbox'])
    expect(status['config'] == {'path': world.profile.config_file, 'problems': []}, status)
    expect(status['store']['path'] == os.path.join(world.profile.state, 'optimus', 'optimus.db'),
           status['store'])
    expect(status['store']['schema'] > 0, status['store'])


def test_tasks(world):
    world.profile.add_task(
        'report', 'echo "$OPTIMUS_PARAM_DAYS"\n',
        'Description=Writes a report\nCategory=Office\nTimeout=90\nIdempotent=True\nRisk=confirm',
        '[Parameter days]\nType=int\nRequired=True\nMin=1\nMax=31\n'
        '[Parameter share]\nType=number\nDefault=0.5\n'
        '[Parameter kind]\nType=choice\nChoices=short;long\nDefault=short\n'
        '[Parameter word]\nType=text\nPattern=[a-z]+\n'
        '[Parameter full]\nType=bool\nDefault=True\n')
    world.profile.write(os.path.join(world.profile.tasks, 'bare.sh'), '#!/bin/sh\necho bare\n', 0o700)
    world.profile.write(os.path.join(world.profile.tasks, 'bad.task'), '[Task]\nName=Bad\nTimeout=soon\n')
    world.profile.write(os.path.join(world.profile.tasks, 'no name.sh'), '#!/bin/sh\n', 0o700)
    world.profile.write(os.path.join(world.profile.tasks, 'twice.sh'), '#!/bin/sh\n', 0o700)
    world.profile.write(os.path.join(world.profile.tasks, 'twice.py'), '#!/usr/bin/python3\n', 0o700)
    world.start()
    tasks = world.ctl_json('task', 'list')
    check(tasks, [TASK], 'task list')
    by_id = {task['id']: task for task in tasks}
    expect(len(by_id) == len(tasks) or any(task['problems'] for task in tasks), 'an id twice', tasks)
    report = by_id['report']
    expect(report['name'] == 'report' and report['category'] == 'Office', report)
    expect(report['timeout_s'] == 90 and report['idempotent'] is True, report)
    expect(report['risk'] == 'confirm' and report['description'] == 'Writes a report', report)
    expect(report['file'] == os.path.join(world.profile.tasks, 'report.task'), report['file'])
    days, share, kind, word, full = report['parameters']
    expect((days['min'], days['max'], days['required'], days['default']) == (1, 31, True, None), days)
    expect(share['default'] == 0.5 and share['required'] is False, share)
    expect(kind['choices'] == ['short', 'long'] and kind['default'] == 'short', kind)
    expect(word['pattern'] == '[a-z]+' and word['choices'] is None, word)
    expect(full['default'] is True, full)
    bare = by_id['bare']
    expect((bare['timeout_s'], bare['risk'], bare['idempotent'], bare['parameters']) ==
           (None, 'none', False, []), bare)
    bad = by_id['bad']['problems']
    expect(any(problem['line'] == 3 and problem['key'] == 'Timeout' for problem in bad), bad)
    for problem in bad:
        expect(problem['file'].endswith('bad.task'), problem)
    names = [task for task in tasks if 'no name' in task['file']]
    expect(names and names[0]['problems'], 'a file that has no proper name is not told of', tasks)
    expect(by_id['twice']['problems'], 'two files of one stem are let pass')
    check(world.ctl_json('task', 'show', 'REPORT'), TASK, 'task show')
    expect(world.ctl_json('task', 'show', 'REPORT')['id'] == 'report', 'case matters')


def run_jobs(world):
    world.profile.add_task('hello', 'echo hello $OPTIMUS_PARAM_NAME\n', '',
                           '[Parameter name]\nType=text\nDefault=nobody\n')
    world.profile.add_task('fails', 'echo ::progress 40 half way\nexit 3\n')
    world.profile.add_task('killed', 'kill -KILL $$\n')
    world.start()
    good = world.ctl('task', 'run', 'hello', 'name=Ann', '--wait', '--json').expect(0).json
    bad = world.ctl('task', 'run', 'fails', '--wait', '--json').expect(1).json
    killed = world.ctl('task', 'run', 'killed', '--wait', '--json').expect(1).json
    return good, bad, killed


def test_jobs(world):
    good, bad, killed = run_jobs(world)
    for job in (good, bad, killed):
        check(job, JOB, 'task run')
    expect((good['number'], bad['number'], killed['number']) == (1, 2, 3), 'numbers', good, bad)
    expect(good['state'] == 'succeeded' and good['exit_code'] == 0 and good['signal'] is None, good)
    expect(good['parameters'] == {'name': 'Ann'} and good['robot'] == 'testbot', good)
    expect(good['origin'] == {'kind': 'cli', 'bot': None, 'chat_id': None, 'user_id': None,
                              'update_id': None}, good['origin'])
    expect(good['queued'] <= good['started'] <= good['ended'] and good['duration_s'] >= 0, good)
    expect(good['log']['bytes'] == len('hello Ann\n') and good['log']['cut'] == 0, good['log'])
    expect(good['progress'] is None and good['reason'] is None, good)
    with open(good['log']['file'], encoding='ascii') as log:
        expect(log.read() == 'hello Ann\n', 'log.file holds something else')
    expect(bad['state'] == 'failed' and bad['exit_code'] == 3 and bad['signal'] is None, bad)
    expect(bad['progress'] == {'percent': 40, 'text': 'half way'}, bad['progress'])
    expect(killed['state'] == 'failed' and killed['signal'] == 9 and killed['exit_code'] is None,
           killed)


def test_job_list(world):
    good, bad, killed = run_jobs(world)
    jobs = world.ctl_json('job', 'list')
    check(jobs, [JOB], 'job list')
    expect([job['number'] for job in jobs] == [3, 2, 1], 'not newest first', jobs)

    def numbers(*words):
        return [job['number'] for job in world.ctl_json('job', 'list', *words)]
    expect(numbers('--state', 'failed') == [3, 2], '--state failed')
    expect(numbers('--state', 'running') == [], '--state running')
    expect(numbers('--task', 'HELLO') == [1], '--task')
    expect(numbers('--limit', '1') == [3], '--limit')
    expect(numbers('--since', bad['queued']) == [3, 2], '--since a time')
    expect(numbers('--since', '1h') == [3, 2, 1], '--since an age')
    expect(numbers('--since', '2099-01-01T00:00:00.000Z') == [], '--since the future')
    for ref in ('2', '#2', bad['id'], bad['id'].upper()):
        job = world.ctl_json('job', 'show', ref)
        check(job, JOB, 'job show')
        expect(job == bad, 'job show', ref, 'is', job, 'not', bad)


def test_telegram_origin(world):
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    update = world.sandbox.say('/task hello')['update_id']
    world.sandbox.wait_text(['hello', '#1', 'succeeded'], chat=OWNER)
    job = world.ctl_json('job', 'show', '1')
    expect(job['origin'] == {**job['origin'], 'kind': 'telegram', 'bot': 'main', 'chat_id': OWNER,
                             'user_id': OWNER, 'update_id': update}, job['origin'])


def test_outbox(world):
    world.configure(chat_ids='1001, -1001000000007:5, 4004')
    world.sandbox.add_chat(1001)
    world.sandbox.add_chat(-1001000000007, type='supergroup', title='Team', is_forum=True,
                           bot='member', topics=[{'message_thread_id': 5, 'name': 'Reports'}])
    world.start()
    result = world.ctl('send', '--wait', '--json', 'Hello').expect(1)
    check(result.json, SENT, 'send')
    owner, topic, unknown = result.json['messages']
    expect((owner['chat_id'], owner['topic'], owner['state']) == (1001, None, 'sent'), owner)
    expect((topic['chat_id'], topic['topic'], topic['state']) == (-1001000000007, 5, 'sent'), topic)
    expect(owner['message_id'] and owner['error'] is None, owner)
    expect(unknown['state'] == 'dead' and unknown['message_id'] is None, unknown)
    expect(unknown['error']['code'] == 400 and 'chat not found' in unknown['error']['description'],
           unknown)
    rows = world.ctl_json('outbox', 'list')
    check(rows, [ROW], 'outbox list')
    rows = [row for row in rows if row['kind'] != 'menu']
    expect([row['chat_id'] for row in rows] == [4004, -1001000000007, 1001], 'not newest first', rows)
    expect(all(row['bot'] == 'main' and row['text'] == 'Hello' for row in rows), rows)
    expect(rows[2]['sent'] and rows[2]['attempts'] == 1 and rows[2]['repeated'] is False, rows[2])
    expect(rows[0]['sent'] is None and rows[0]['error'] == unknown['error'], rows[0])
    check(world.ctl_json('outbox', 'show', str(owner['outbox'])), ROW, 'outbox show')
    dead = world.ctl_json('outbox', 'list', '--state', 'dead')
    expect([row['id'] for row in dead] == [unknown['outbox']], '--state dead', dead)
    expect(len(world.ctl_json('outbox', 'list', '--limit', '2')) == 2, '--limit')
    expect(world.ctl_json('status')['outbox']['dead'] == 1, 'status counts no dead row')
    # Once the person has started the bot, the row can be sent again.
    world.sandbox.add_chat(4004)
    world.ctl('outbox', 'retry', str(unknown['outbox'])).expect(0)
    world.sandbox.wait_text('Hello', chat=4004)
    other = world.ctl('send', '--wait', '--chat', '4005', 'Never', '--json').expect(4).json['messages'][0]
    world.ctl('outbox', 'drop', str(other['outbox'])).expect(0)
    world.ctl('outbox', 'show', str(other['outbox'])).expect(3)
    expect(world.ctl_json('status')['outbox']['dead'] == 0, 'a dead row was not dropped')


def test_bots(world):
    world.configure(bot_more='description=The one that works\n[bot spare]\nactive=False\n'
                             'chat_ids=@channel_7, -1001000000007:3\n')
    world.start()
    world.sandbox.wait_call('getMe')
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', chat=OWNER)
    bots = world.ctl_json('bot', 'list')
    spare = next(bot for bot in bots if bot['name'] == 'spare')
    expect(spare['chats'][0]['chat_id'] == '@channel_7', spare)
    spare['chats'].pop(0)  # the only id that is no number
    check(bots, [BOT], 'bot list')
    expect([bot['name'] for bot in bots] == ['main', 'spare'], bots)
    expect((spare['active'], spare['state'], spare['receive'], spare['roles']) ==
           (False, 'off', 'off', ['notify']), spare)
    expect(spare['chats'] == [{'chat_id': -1001000000007, 'topic': 3, 'title': None}], spare)
    main = world.ctl_json('bot', 'show', 'MAIN')
    check(main, BOT, 'bot show')
    expect(main['source'] == 'config' and main['token'] == 'present', main)
    expect(main['state'] == 'polling' and main['receive'] == 'poll', main)
    expect(sorted(main['roles']) == ['notify', 'remote'], main)
    expect([chat['chat_id'] for chat in main['chats']] == [OWNER], main)
    expect(main['id'] == int(world.sandbox.token.split(':')[0]) and main['username'], main)


def test_users(world):
    world.configure(valid_user='1001, @ann, 77')
    world.start()
    world.sandbox.say('/help')
    world.sandbox.say('/help', user={'id': 5005, 'first_name': 'Ann', 'username': 'Ann'})
    world.sandbox.say('hello', user=person(6006))
    world.sandbox.wait_text('6006', chat=6006)
    world.sandbox.wait_text('/task', chat=5005)
    users = world.ctl_json('user', 'list')
    check(users, [USER], 'user list')
    by_id = {user['id']: user for user in users}
    expect(by_id[5005]['status'] == 'allowed' and by_id[5005]['pinned_as'] == 'ann', by_id[5005])
    expect(by_id[OWNER]['status'] == 'allowed' and by_id[OWNER]['attempts'] == 0, by_id[OWNER])
    expect(by_id[6006]['status'] == 'stranger' and by_id[6006]['attempts'] == 1, by_id[6006])
    expect(by_id[6006]['first_seen'] and by_id[6006]['username'] == 'user6006', by_id[6006])
    expect(by_id[77]['status'] == 'allowed' and by_id[77]['first_seen'] is None, by_id[77])


def test_doctor(world):
    world.start()
    world.sandbox.wait_call('getMe')
    report = world.ctl('doctor', '--json')
    check(report.json, DOCTOR, 'doctor')
    expect(report.code == 0 and report.json['ok'] is True, report.json)
    ids = {entry['id'] for entry in report.json['checks']}
    expect({'config', 'store', 'token', 'tasks'} <= ids, 'doctor checks only', ids)
    world.profile.write_config('nonsense\n')
    world.ctl('config', 'check').expect(1)
    report = world.ctl('doctor', '--json').expect(1)
    expect(report.json['ok'] is False, report.json)


CASES = [
    ('the agent says that it is ready, and ends on SIGTERM and SIGINT', test_ready),
    ('who reads ready can call at once', test_ready_is_findable),
    ('a second agent is told that one is running', test_second),
    ('the lock goes with the process', test_lock_goes_with_the_process),
    ('the loss of the bus ends the agent', test_loss_of_the_bus),
    ('what the agent keeps is for its user alone', test_modes),
    ('the agent leaves no core, its jobs may', test_core_limit),
    ('status', test_status),
    ('task list and show', test_tasks),
    ('task run', test_jobs),
    ('job list and show', test_job_list),
    ('the origin of a job that came by Telegram', test_telegram_origin),
    ('outbox list, show and retry', test_outbox),
    ('bot list and show', test_bots),
    ('user list', test_users),
    ('doctor', test_doctor),
]


def main():
    tap = Tap(__doc__)
    tap.run_case('the agent works without a bus', test_without_a_bus,
                 lambda build: World(build, bus=False))
    return tap.run(CASES)


if __name__ == '__main__':
    sys.exit(main())
