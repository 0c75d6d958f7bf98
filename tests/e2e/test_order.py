#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be on the disk before something leaves the agent, as the kernel was told (strace)."""

import codecs
import os
import re
import shutil
import subprocess
import sys

from opt_e2e import Skip, Tap, expect, tail, wait_for_exit

TRACED = ('openat,mkdir,mkdirat,link,linkat,rename,renameat,renameat2,fsync,fdatasync,execve,'
          'write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg')
LINE = re.compile(r'^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$')
UNFINISHED = re.compile(r' <unfinished \.\.\.>$')
TASK = 'echo traced output\n'


class Event:
    """A system call: in the order in which calls began, `end` in which they returned."""

    def __init__(self, pid, name, args, begin):
        self.pid = pid
        self.name = name
        self.args = args
        self.begin = begin
        self.end = begin

    def __repr__(self):
        return '%d..%d [%d] %s(%s' % (self.begin, self.end, self.pid, self.name, self.args[:200])

    def data(self):
        """The bytes that were written, from all strings of its arguments."""
        strings = re.findall(r'"((?:\\.|[^"\\])*)"', self.args)
        return b''.join(codecs.escape_decode(text.encode('latin-1'))[0] for text in strings)


def parse_trace(path):
    """The calls of a trace. Paths of file descriptors are in the arguments, as <path>."""
    events, open_calls = [], {}
    with open(path, encoding='latin-1') as lines:
        for number, line in enumerate(lines):
            found = LINE.match(line.rstrip('\n'))
            if found is None:
                continue
            pid, resumed, name, rest = int(found[1]), found[2], found[3], found[4]
            if resumed:
                event = open_calls.pop(pid, None)
                if event is not None:
                    event.args += rest
                    event.end = number
                continue
            event = Event(pid, name, UNFINISHED.sub('', rest), number)
            if UNFINISHED.search(rest):
                open_calls[pid] = event
                event.end = 1 << 60
            events.append(event)
    return events


def can_trace(profile):
    strace = shutil.which('strace')
    if strace is None:
        raise Skip('strace is not installed')
    probe = subprocess.run([strace, '-f', '-o', profile.path('probe'), '/bin/true'],
                           capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        raise Skip('strace may not trace here: ' + probe.stderr.strip().replace('\n', ' '))
    return strace


def trace_one_task(world):
    """Runs a task from a chat under strace; the calls, and the job's id."""
    strace = can_trace(world.profile)
    trace = world.profile.path('trace')
    world.profile.add_task('traced', TASK)
    world.configure()
    agent = world.agent
    agent.wrapper = [strace, '-f', '-y', '-qq', '-s', '1000000', '-e', 'trace=' + TRACED,
                     '-o', trace]
    # The leak checker can't work under a tracer.
    agent.env['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
    agent.start()
    world.sandbox.say('/task traced')
    world.sandbox.wait_text('traced output')
    status = world.ctl_json('status')
    job = world.ctl_json('job', 'list')[0]['id']
    os.kill(status['pid'], 15)
    wait_for_exit(status['pid'])
    expect(agent.process.wait() == 0, 'strace did not end well:', tail(trace, 5))
    return parse_trace(trace), job


def last_before(events, moment, matches):
    """The last call that matches and had returned before `moment`."""
    found = [event for event in events if event.end < moment and matches(event)]
    return found[-1] if found else None


def is_sync(event, path):
    return event.name in ('fsync', 'fdatasync') and re.match(r'\d+<%s>' % re.escape(path),
                                                             event.args) is not None


def is_write(event):
    return event.name in ('write', 'writev', 'pwrite64', 'pwritev', 'pwritev2')


def expect_synced_before(events, moment, path, since, what):
    """`path` was synced after `since` had ended and before `moment` began."""
    sync = last_before(events, moment, lambda event: is_sync(event, path) and event.begin > since)
    expect(sync is not None, what, '- no sync of', path, 'between', since, 'and', moment)
    return sync


def check_claim(events, folder):
    """Claim, specification and folder are on the disk before the job's program is executed."""
    run = next((event for event in events if event.name == 'execve' and
                'traced.sh' in event.args.split(',')[0]), None)
    expect(run is not None, 'the program was not executed')
    claim = last_before(events, run.begin,
                        lambda event: event.name in ('link', 'linkat') and '"claim"' in event.args
                        or (event.name in ('link', 'linkat') and '/claim"' in event.args))
    expect(claim is not None, 'no claim before the program was executed')
    name = re.search(r'"([^"]*~)"', claim.args)
    expect(name is not None, 'the claim is not made from a temporary file:', claim)
    temporary = os.path.join(folder, os.path.basename(name[1]))
    expect_synced_before(events, claim.begin, temporary, 0, 'the claim itself')
    expect_synced_before(events, run.begin, folder, claim.end, 'the folder after the claim')
    return run


def check_folder(events, folder, jobs):
    """The folder and what is to run are on the disk before the runner is started."""
    runner = next((event for event in events if event.name == 'execve' and
                   'optimus-runner' in event.args.split(',')[0]), None)
    expect(runner is not None, 'no runner was started')
    made = last_before(events, runner.begin, lambda event: os.path.basename(folder) in event.args
                       and event.name in ('mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2'))
    expect(made is not None, 'the folder was not made before the runner was started')
    expect_synced_before(events, runner.begin, jobs, made.end, 'the folder of jobs')
    # A spare one has what it has from before it got the job's name.
    former = re.match(r'"([^"]*)"', made.args) if made.name.startswith('rename') else None
    expect_synced_before(events, runner.begin, former[1] if former else folder, 0,
                         "the job's folder")
    spec = last_before(events, runner.begin, lambda event: event.name in ('fsync', 'fdatasync') and
                       '<%s/spec' % folder in event.args)
    expect(spec is not None, 'what is to run was not synced')
    return runner


def check_starting(events, runner, wal):
    """`starting` is committed before the runner is started."""
    commit = last_before(events, runner.begin, lambda event: is_write(event) and
                         '<%s>' % wal in event.args and b'starting' in event.data())
    expect(commit is not None, '`starting` was not written before the runner was started')
    expect_synced_before(events, runner.begin, wal, commit.end, '`starting`')


def check_sending(events, wal):
    """Each message's `sending` is committed before its request leaves."""
    posts = [event for event in events if event.name in ('write', 'writev', 'sendto', 'sendmsg') and
             b'/sendMessage HTTP/1.1' in event.data()]
    expect(len(posts) >= 2, 'less than two messages were sent:', posts)
    for post in posts:
        body = next((event for event in events if event.begin >= post.begin and
                     event.pid == post.pid and b'"text":"' in event.data()), None)
        expect(body is not None, 'a request without a text:', post)
        text = re.search(rb'"text":"((?:\\.|[^"\\])*)', body.data())[1]
        # Plain words of it, as they are both in JSON and in the database.
        words = max(re.findall(rb'[A-Za-z0-9# ]+', text), key=len)
        claim = last_before(events, post.begin, lambda event: is_write(event) and
                            '<%s>' % wal in event.args and b'sending' in event.data() and
                            words in event.data())
        expect(claim is not None, '`sending` was not written before the request with', words)
        expect_synced_before(events, post.begin, wal, claim.end, '`sending` of %r' % words)


def test_order(world):
    events, job = trace_one_task(world)
    jobs = os.path.realpath(world.profile.jobs)
    folder = os.path.join(jobs, job)
    wal = os.path.join(os.path.dirname(jobs), 'optimus.db-wal')
    runner = check_folder(events, folder, jobs)
    check_starting(events, runner, wal)
    check_claim(events, folder)
    check_sending(events, wal)


if __name__ == '__main__':
    sys.exit(Tap(__doc__).run([('everything is on the disk before it happens', test_order)]))
