#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of the kill test finds what it is there to find."""

import sys

from e2e_judge import MARK, Command, Judge
from opt_e2e import Tap, expect

HELP = 'What robot testbot understands:\n\n/help'
GROUP = -1001


class Case:
    """A journal in the making."""

    def __init__(self):
        self.commands = []
        self.calls = []

    def ask(self, what, chat=1001, topic=None, job=None):
        number = len(self.commands)
        command = Command('n%04d' % number, what, 1001, chat, topic, job)
        command.message_id = 100 + number
        self.commands.append(command)
        return command

    def send(self, command, text, marked=False, handled=True, status=200, **more):
        params = {'chat_id': command.chat, 'text': text + ('\n\n' + MARK if marked else '')}
        if command.topic:
            params['message_thread_id'] = command.topic
        if command.chat < 0:
            params['reply_parameters'] = {'message_id': command.message_id}
        params.update(more)
        self.calls.append({'n': len(self.calls) + 1, 'method': 'sendMessage', 'params': params,
                           'status': status, 'result': {'message_id': 1} if handled else None,
                           'error': None})

    def judge(self):
        numbers = {number: command for number, command in enumerate(self.commands)}
        self.judge_ = Judge(self.commands, self.calls, numbers)
        return self.judge_.judge()

    def expect(self, *problems):
        found = self.judge()
        expect(len(found) == len(problems), 'found', found)
        for words, text in zip(problems, found):
            expect(words in text, repr(words), 'is not in', repr(text))


def run_task(case, command, number, end='✅ %s #%d succeeded in 1 s · #testbot\nnonce %s'):
    case.send(command, '▶ %s #%d started on #testbot' % (command.what, number))
    if '%s' in end:
        end = end % (command.what, number, command.nonce)
    case.send(command, end)


def test_all_well(tap):
    case = Case()
    run_task(case, case.ask('quick'), 0)
    case.send(case.ask('help'), HELP)
    case.send(case.ask('help', GROUP, 7), HELP)
    case.send(case.ask('cancel'), '✋ There is no job 1000003.')
    run_task(case, case.ask('slow', GROUP), 4)
    case.expect()
    expect(case.judge_.lost == set(), 'nothing was lost')


def test_marked_repeats(tap):
    case = Case()
    # The first was cut off after it was handled; of the second only the repeat arrived.
    command = case.ask('help')
    case.send(command, HELP, status=None)
    case.send(command, HELP, marked=True)
    other = case.ask('help', GROUP)
    case.send(other, HELP, handled=False, status=None)
    case.send(other, HELP, marked=True)
    case.expect()
    expect(case.judge_.repeated == 2, 'repeats:', case.judge_.repeated)


def test_unmarked_repeat(tap):
    case = Case()
    command = case.ask('help', GROUP)
    case.send(command, HELP, status=None)
    case.send(command, HELP)
    case.expect('was answered 2 times')
    case = Case()
    command = case.ask('help')
    case.send(command, HELP)
    case.send(command, HELP)
    case.expect('got 2 to 2 answers')


def test_missing(tap):
    case = Case()
    case.ask('help', GROUP)
    case.ask('help')
    command = case.ask('quick')
    case.send(command, '▶ quick #2 started on #testbot')
    case.expect('has no answer (answer)', 'has no answer (ended)', 'got 0 to 0 answers')


def test_missing_behind_repeat(tap):
    """Two questions, one answer and its repeat: one has none, or the repeat is the other's."""
    case = Case()
    command = case.ask('help')
    case.ask('help')
    case.send(command, HELP)
    case.expect('got 1 to 1 answers')


def test_two_ends(tap):
    case = Case()
    command = case.ask('quick')
    run_task(case, command, 0)
    case.send(command, '❓ quick #0 is lost: nobody saw how it ended. It was not run again')
    case.expect('was answered 2 times (ended)', 'got different answers')
    expect(case.judge_.lost == {'n0000'}, 'lost:', case.judge_.lost)


def test_wrong_place(tap):
    case = Case()
    command = case.ask('help', GROUP, 7)
    case.send(command, HELP, message_thread_id=8)
    other = case.ask('quick')
    run_task(case, other, 1)
    case.calls[-1]['params']['chat_id'] = 1002
    case.expect('wrong topic', 'wrong chat')


def test_disorder(tap):
    case = Case()
    first, second = case.ask('help', GROUP), case.ask('help', GROUP)
    case.send(second, HELP)
    case.send(first, HELP)
    case.expect('out of order')


def test_stops(tap):
    case = Case()
    for chat in (1001, GROUP, 1001):
        command = case.ask('endless', chat)
        run_task(case, command, len(case.commands) - 1, '⛔ endless #%d was cancelled · #testbot' %
                 (len(case.commands) - 1))
    case.send(case.ask('stop', 1001, job=0), '■ Stopping endless #0 · #testbot')
    case.send(case.ask('stop', GROUP, job=1), '✋ #1 has ended already: lost.')
    # It still waited; who asked for it heard of the end, and is who stopped it.
    case.ask('stop', 1001, job=2)
    case.expect()
    case.commands[-1].topic = 5
    case.expect('has no answer (answer)')


def test_unasked(tap):
    case = Case()
    command = case.ask('help')
    case.send(command, HELP)
    case.send(command, 'Something else')
    case.send(command, '▶ quick #99 started on #testbot')
    case.expect('nobody asked for', 'an answer to nothing')


CASES = [
    ('nothing is wrong', test_all_well),
    ('marked repeats are allowed', test_marked_repeats),
    ('repeats without a mark are found', test_unmarked_repeat),
    ('missing answers are found', test_missing),
    ('a missing answer among alike ones is found', test_missing_behind_repeat),
    ('two ends of a job are found', test_two_ends),
    ('answers in the wrong place are found', test_wrong_place),
    ('answers out of order are found', test_disorder),
    ('who stops a job is told', test_stops),
    ('answers to nothing are found', test_unasked),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES, make_world=None))
