#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job outlives the agent, and its result is reported once."""

import sys

from e2e_hold import HoldTask, expect_ran_once, expect_reported_once
from opt_e2e import Tap, expect, wait_for_exit


def begin(world):
    """A job that runs, asked for in a chat; (task, job id, runner's pid)."""
    hold = HoldTask(world.profile)
    world.start()
    world.sandbox.say('/task hold word=w1')
    job = hold.wait_running()
    runners = world.profile.runners()
    expect(list(runners) == [job], 'the runners are', runners)
    return hold, job, runners[job]


def end(world, hold, job):
    expect_reported_once(world, 'test')
    expect_ran_once(world, hold, job, 'w1')
    # Nor does another start of the agent bring it again.
    world.agent.stop()
    world.agent.start()
    expect_reported_once(world, 'test')


def test_ends_while_agent_is_dead(world):
    hold, job, runner = begin(world)
    world.agent.kill()
    hold.let_go('test')
    wait_for_exit(runner)
    world.agent.start()
    end(world, hold, job)


def test_ends_after_restart(world):
    hold, job, runner = begin(world)
    world.agent.kill()
    world.agent.start()
    expect(world.profile.runners() == {job: runner}, 'the runner is another one')
    expect(world.ctl_json('job', 'show', job)['state'] == 'running', 'the job was not adopted')
    hold.let_go('test')
    end(world, hold, job)


def test_ends_after_graceful_stop(world):
    hold, job, runner = begin(world)
    world.agent.stop()
    hold.let_go('test')
    wait_for_exit(runner)
    world.agent.start()
    end(world, hold, job)


def test_goes_on_over_graceful_restart(world):
    hold, job, runner = begin(world)
    world.agent.stop()
    world.agent.start()
    expect(world.profile.runners() == {job: runner}, 'the runner is another one')
    hold.let_go('test')
    end(world, hold, job)


def test_can_be_cancelled_after_restart(world):
    hold, job, _ = begin(world)
    world.agent.kill()
    world.agent.start()
    number = world.ctl_json('job', 'show', job)['number']
    mark = world.sandbox.mark()
    world.sandbox.say('/cancel %d' % number)
    world.sandbox.wait_text(['#%d' % number, 'cancelled'], mark)
    expect(world.ctl_json('job', 'show', job)['state'] == 'cancelled', 'it was not cancelled')
    expect(len(hold.runs()) == 1, 'the program was started again')


CASES = [
    ('a job ends while the agent is dead', test_ends_while_agent_is_dead),
    ('a job is adopted after SIGKILL of the agent', test_ends_after_restart),
    ('a job ends after the agent ended on SIGTERM', test_ends_after_graceful_stop),
    ('a job is adopted after SIGTERM of the agent', test_goes_on_over_graceful_restart),
    ('an adopted job can be cancelled', test_can_be_cancelled_after_restart),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES))
