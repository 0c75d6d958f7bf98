# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that waits to be let go, and what must come of it."""

import os

from opt_e2e import Fifo, expect, read_file, text_of

SCRIPT = '''echo "$OPTIMUS_JOB_ID $1" >>"%(ledger)s"
echo "holding $1"
echo "$OPTIMUS_JOB_ID" >"%(up)s"
read -r word <"%(gate)s"
echo "let go by $word"
'''


class HoldTask:
    """The task `hold`: says through one FIFO that it runs, ends by a word through another."""

    def __init__(self, profile):
        self.up = Fifo(profile.path('up'))
        self.gate = Fifo(profile.path('gate'))
        self.ledger = profile.path('ledger')
        profile.add_task('hold', SCRIPT % {'ledger': self.ledger, 'up': self.up.path,
                                           'gate': self.gate.path},
                         manifest='Exec=hold.sh {word}',
                         parameters='[Parameter word]\nType=text\nRequired=True\n')

    def wait_running(self):
        """The id of the job, once its program runs."""
        return self.up.read(who='the task hold')

    def let_go(self, word):
        self.gate.write(word)

    def runs(self):
        """[(job id, word)] of every time that the program was started."""
        lines = (read_file(self.ledger) or b'').decode().splitlines()
        return [tuple(line.split(' ', 1)) for line in lines]


def has_output(call, word):
    return 'let go by ' + word in text_of(call)


def expect_reported_once(world, word):
    """The result with the job's output came once, not as a repeat, and it stays at that."""
    world.sandbox.wait_text('let go by ' + word)
    # What was to come before the answer to a later question is there with it.
    world.ask('/help', '/task')
    results = [call for call in world.sandbox.sent()['calls'] if has_output(call, word)]
    expect(len(results) == 1, 'the result came', len(results), 'times:',
           [text_of(call) for call in results])
    expect('possibly repeated' not in text_of(results[0]), 'the result was marked as a repeat')


def expect_ran_once(world, hold, job, word):
    expect(hold.runs() == [(job, word)], 'the program was not started once:', hold.runs())
    record = world.ctl_json('job', 'show', job)
    expect(record['state'] == 'succeeded', 'the job is', record['state'], record['reason'])
    expect(os.path.exists(os.path.join(world.profile.jobs, job, 'exit')), 'no exit file')
