#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the agent, its runners and its connections at random moments while commands come in.

Every command must be answered, every task run once or be reported lost, and what comes twice must
say so. The sandbox's journal and a file that the tasks write to are the judges.
OPTIMUS_SEED=N repeats a run as far as the machine's timing allows.
"""

import collections
import os
import random
import signal
import sys
import threading

from e2e_judge import ACCEPTED, Command, Judge
from opt_e2e import (PATIENCE, Deadline, Failure, Tap, expect, is_asan, is_long, read_file,
                     text_of, wait_for_exit)

USERS = (1001, 1002, 1003, 1004)
GROUPS = {-1001000000001: (None, 7, 8), -1001000000002: (None,)}
COMMANDS = 500

TASK = '''echo "$OPTIMUS_JOB_ID $1" >>"%s"
echo "nonce $1"
%s
'''
PARAMETERS = '[Parameter nonce]\nType=text\nRequired=True\n'
MANIFEST = 'Exec=%s.sh {nonce}\nConcurrency=6\n'

KIND_WEIGHTS = (('quick', 36), ('slow', 12), ('endless', 6), ('help', 12), ('status', 12),
                ('list', 12), ('cancel', 10))
EVENT_WEIGHTS = (('agent', 30), ('recovery', 12), ('runner', 10), ('runners', 6), ('both', 17),
                 ('send-after', 8), ('send-before', 5), ('poll-after', 8), ('poll-before', 4))


class Storm:
    """The rounds."""

    def __init__(self, world, rounds, seed):
        self.world = world
        self.rounds = rounds
        self.random = random.Random(seed)
        self.commands = []
        self.counts = collections.Counter()
        self.killed_jobs = set()
        self.made = 0
        self.stopped = set()
        self.endless = []  # numbers of jobs that somebody must stop
        self.heard = 0
        self.ledger = world.profile.path('ledger')
        self.moment = threading.Event()

    def set_up(self):
        world = self.world
        world.configure(valid_user=', '.join(str(user) for user in USERS),
                        more='fresh_seconds=3000\n')
        for name, end in (('quick', ''), ('slow', 'sleep 0.4'), ('endless', 'exec sleep 10000')):
            world.profile.add_task(name, TASK % (self.ledger, end), MANIFEST % name, PARAMETERS)
        world.sandbox.set_bot(username=Command.BOT)
        for chat, topics in GROUPS.items():
            world.sandbox.add_chat(chat, type='supergroup', title='Group', is_forum=len(topics) > 1,
                                   bot='member')

    def pick(self, weights):
        return self.random.choices([word for word, _ in weights],
                                   [weight for _, weight in weights])[0]

    def hear_of_endless(self):
        """Learns from the answers which jobs must be stopped."""
        page = self.world.sandbox.sent(self.heard)
        self.heard = page['last']
        for call in page['calls']:
            found = ACCEPTED.match(text_of(call))
            if found and found.group(1) == 'endless' and call['result'] is not None:
                number = int(found.group(2))
                if number not in self.stopped and number not in self.endless:
                    self.endless.append(number)

    def make_command(self, what, number=None):
        nonce = 'n%04d' % self.made
        self.made += 1
        user = self.random.choice(USERS)
        chat = self.random.choice([user, user, *GROUPS])
        topic = self.random.choice(GROUPS[chat]) if chat < 0 else None
        return Command(nonce, what, user, chat, topic, number)

    def make_stop(self):
        number = self.endless.pop(self.random.randrange(len(self.endless)))
        self.stopped.add(number)
        return self.make_command('stop', number)

    def make_commands(self, count):
        self.hear_of_endless()
        return [self.make_stop() if self.endless and self.random.random() < 0.3 else
                self.make_command(self.pick(KIND_WEIGHTS)) for _ in range(count)]

    def post(self, commands):
        """Sends them, a few at a time."""
        while commands:
            some = commands[:self.random.randint(1, 6)]
            commands = commands[len(some):]
            answers = self.world.sandbox.say_all([command.to_body() for command in some])
            for command, answer in zip(some, answers):
                expect(answer['update_id'] is not None, 'the bot does not see', command)
                command.update_id = answer['update_id']
                command.message_id = answer['message']['message_id']
            self.commands += some

    def wait_moment(self):
        """A moment that nobody foresees: after so many calls, or after so many milliseconds."""
        sandbox = self.world.sandbox
        if self.random.random() < 0.5:
            after = sandbox.sent()['last']
            for _ in range(self.random.randint(1, 4)):
                page = sandbox.sent(after, 0.1)
                after = page['last']
        self.pause(self.random.choice((0.01, 0.05, 0.2)))

    def pause(self, most):
        # Not to wait for anything: the moment of a blow must not depend on what is going on.
        self.moment.wait(self.random.uniform(0, most))

    def kill_agent(self):
        if self.world.agent.is_running():
            self.world.agent.kill()
            self.counts['agent kills'] += 1

    def kill_runners(self, how_many):
        runners = sorted(self.world.profile.runners().items())
        self.random.shuffle(runners)
        for job, pid in runners[:how_many]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.killed_jobs.add(job)
            wait_for_exit(pid)
            self.counts['runner kills'] += 1

    def strike(self):
        event = self.pick(EVENT_WEIGHTS)
        if event in ('runner', 'runners') and not self.world.profile.runners():
            event = 'agent'
        if event == 'agent':
            self.kill_agent()
        elif event == 'recovery':
            # Killed again while it finds out what was going on.
            self.kill_agent()
            for _ in range(self.random.randint(1, 3)):
                self.world.agent.launch()
                self.pause(0.06)
                self.kill_agent()
        elif event == 'both':
            blows = [self.kill_agent, lambda: self.kill_runners(99)]
            self.random.shuffle(blows)
            for blow in blows:
                blow()
        elif event in ('runner', 'runners'):
            self.kill_runners(1 if event == 'runner' else 99)
        else:
            what, drop = event.split('-')
            self.world.sandbox.fault(method='sendMessage' if what == 'send' else 'getUpdates',
                                     drop=drop, times=self.random.randint(1, 2))
            self.counts['drops'] += 1

    def run_round(self, count):
        if self.random.random() < 0.3:
            # Answers that come late: what was handled is not known here yet when it is struck.
            self.world.sandbox.fault(method='sendMessage', delay_ms=self.random.randint(5, 150),
                                     times=self.random.randint(1, 8))
        commands = self.make_commands(count)
        cut = self.random.randint(0, len(commands))
        self.post(commands[:cut])
        self.wait_moment()
        self.strike()
        self.post(commands[cut:])
        if not self.world.agent.is_running():
            self.world.agent.start()

    def run(self):
        self.set_up()
        self.world.agent.start()
        total = COMMANDS if self.rounds >= 20 else COMMANDS * self.rounds // 20
        done = 0
        for number in range(self.rounds):
            share = total * (number + 1) // self.rounds - done
            done += share
            self.run_round(share)
        self.drain()

    def drain(self):
        """Until nothing waits any more, neither here nor there."""
        world, sandbox = self.world, self.world.sandbox
        sandbox.clear_faults()
        deadline = Deadline(2 * PATIENCE)
        sandbox.wait_confirmed(deadline.left())
        while True:
            status = world.ctl_json('status')
            outbox, jobs = status['outbox'], status['jobs']
            if not (outbox['queued'] or outbox['sending'] or jobs['queued'] or jobs['running']):
                break
            self.hear_of_endless()
            self.post([self.make_stop() for _ in range(len(self.endless))])
            if deadline.over():
                raise Failure('not all came to an end: %s %s %s' % (
                    outbox, jobs, world.ctl_json('job', 'list', '--state', 'running')))
            # Whatever is left ends in a message.
            sandbox.sent(sandbox.mark(), 0.3)
        expect(outbox['dead'] == 0, 'there are dead rows:',
               world.ctl_json('outbox', 'list', '--state', 'dead'))


def check_ledger(storm, judge, jobs, problems):
    """Each job ran once; or it was reported lost, and then its runner was killed."""
    lines = [line.split() for line in (read_file(storm.ledger) or b'').decode().splitlines()]
    runs = collections.Counter(nonce for _, nonce in lines)
    killed = {jobs[job] for job in storm.killed_jobs if job in jobs}
    tasks = [command for command in storm.commands if command.kind == 'task']
    known = {command.nonce for command in tasks}
    for nonce, count in runs.items():
        if count > 1:
            problems.append('%s ran %d times' % (nonce, count))
        if nonce not in known:
            problems.append('%s ran, but nobody asked for it' % nonce)
    for command in tasks:
        end = judge.ends.get(command.nonce, '')
        was_run = runs[command.nonce] or command.nonce in judge.lost
        if not was_run and not (command.what == 'endless' and 'was cancelled' in end):
            problems.append('%r neither ran nor was reported lost, but: %s' % (command, end))
    for nonce in judge.lost - killed:
        problems.append('%s was reported lost, but its runner was not killed' % nonce)


def check_calls(journal, problems):
    """The server refused nothing; two polls may meet when an agent was killed."""
    for call in journal:
        if call['status'] not in (200, None) and call['method'] != 'getUpdates':
            problems.append('refused: %s %s %s' % (call['method'], call['params'], call['error']))


def count_rounds():
    if 'OPTIMUS_ROUNDS' in os.environ:
        return int(os.environ['OPTIMUS_ROUNDS'])
    return 5 if is_asan() else 200 if is_long() else 20


def test_storm(world):
    rounds = count_rounds()
    seed = int(os.environ.get('OPTIMUS_SEED') or random.SystemRandom().randrange(1 << 32))
    print('# OPTIMUS_SEED=%d, %d rounds' % (seed, rounds))
    storm = Storm(world, rounds, seed)
    try:
        storm.run()
    except Exception:
        print('# after %s' % dict(storm.counts))
        raise
    listed = world.ctl_json('job', 'list', '--limit', '100000')
    by_nonce = {command.nonce: command for command in storm.commands}
    numbers = {job['number']: by_nonce.get(job['parameters']['nonce']) for job in listed}
    jobs = {job['id']: job['parameters']['nonce'] for job in listed}
    judge = Judge(storm.commands, world.sandbox.sent()['calls'], numbers)
    problems = judge.judge()
    check_ledger(storm, judge, jobs, problems)
    check_calls(world.sandbox.calls()['calls'], problems)
    print('# %d commands, %d jobs, %d lost, %s, %d messages, %d marked as repeated' % (
        len(storm.commands), len(jobs), len(judge.lost),
        ', '.join('%d %s' % (count, what) for what, count in sorted(storm.counts.items())),
        len(judge.deliveries), judge.repeated))
    for problem in problems[:40]:
        print('# ' + problem.replace('\n', ' / '))
    expect(not problems, len(problems), 'problems; OPTIMUS_SEED=%d' % seed)


if __name__ == '__main__':
    sys.exit(Tap(__doc__).run([('commands survive kills and broken connections', test_storm)]))
