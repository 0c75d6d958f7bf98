#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job outlives the agent under the systemd user unit too."""

import os
import shutil
import subprocess
import sys

from e2e_hold import HoldTask, expect_ran_once, expect_reported_once
from opt_e2e import PATIENCE, Failure, Profile, Skip, Tap, World, expect, tail, wait_for_exit

UNIT = 'optimus-agent.service'


def install_unit(world):
    """The unit as it is installed, but for where the agent is and what its environment is."""
    profile = world.profile
    source = os.path.join(profile.build, 'data', UNIT)
    with open(source, encoding='utf-8') as stream:
        lines = stream.read().splitlines()
    lines = ['ExecStart=' + profile.program('optimus-agent') if line.startswith('ExecStart=')
             else line for line in lines]
    folder = os.path.join(profile.runtime, 'systemd', 'user')
    profile.write(os.path.join(folder, UNIT), '\n'.join(lines) + '\n')
    environ = profile.environ(CREDENTIALS_DIRECTORY=profile.credentials)
    profile.write(os.path.join(folder, UNIT + '.d', 'test.conf'),
                  '[Service]\nStandardError=append:%s\nRestartSec=0\n' % world.agent.log +
                  ''.join('Environment="%s=%s"\n' % pair for pair in environ.items()))
    systemctl('daemon-reload')


def systemctl(*words):
    run = subprocess.run(['systemctl', '--user', *words], capture_output=True, text=True,
                         timeout=PATIENCE, check=False)
    expect(run.returncode == 0, 'systemctl', *words, 'said:', run.stderr, run.stdout)
    return run.stdout.strip()


def show(name):
    return systemctl('show', '--property=' + name, '--value', UNIT)


def begin(world, hold, word):
    world.sandbox.say('/task hold word=' + word)
    job = hold.wait_running()
    runners = world.profile.runners()
    expect(list(runners) == [job], 'the runners are', runners)
    return job, runners[job]


def expect_once(world, hold, job, word, said):
    expect_reported_once(world, said)
    expect(hold.runs().count((job, word)) == 1, 'the program was started again:', hold.runs())


def check_killed(world, hold):
    """SIGKILL: systemd starts it again, and it adopts the job."""
    pid = show('MainPID')
    job, runner = begin(world, hold, 'w1')
    systemctl('kill', '--signal=KILL', '--kill-whom=main', UNIT)
    # Only another agent can answer this.
    world.ask('/help', '/task')
    expect(show('MainPID') != pid and show('NRestarts') == '1', 'it was not started again')
    expect(world.profile.runners() == {job: runner}, 'the job did not go on')
    hold.let_go('killed')
    expect_reported_once(world, 'killed')
    expect_ran_once(world, hold, job, 'w1')


def check_stopped(world, hold):
    """`systemctl stop` ends the agent, not the job."""
    job, runner = begin(world, hold, 'w2')
    systemctl('stop', UNIT)
    expect(show('ActiveState') == 'inactive', 'the unit is', show('ActiveState'))
    expect(world.profile.runners() == {job: runner}, 'the job was stopped with the agent')
    hold.let_go('stopped')
    wait_for_exit(runner)
    systemctl('start', UNIT)
    expect_once(world, hold, job, 'w2', 'stopped')
    record = world.ctl_json('job', 'show', job)
    expect(record['state'] == 'succeeded', 'the job is', record['state'], record['reason'])


def check_inside(root, build):
    """What is run beside a systemd of its own."""
    with World(build, bus=os.environ['DBUS_SESSION_BUS_ADDRESS'], root=root) as world:
        world.configure()
        install_unit(world)
        hold = HoldTask(world.profile)
        try:
            systemctl('start', UNIT)
            expect(show('Slice') == 'session.slice', 'the slice is', show('Slice'))
            check_killed(world, hold)
            check_stopped(world, hold)
            systemctl('stop', UNIT)
        except Failure:
            print(world.explain())
            raise
    return 0


def test_unit(tap):
    profile = Profile(tap.args.build, bus=False)
    try:
        here = os.path.dirname(os.path.abspath(__file__))
        environ = profile.environ()
        # Its own bus comes with it.
        del environ['DBUS_SESSION_BUS_ADDRESS']
        environ.update({key: value for key, value in os.environ.items()
                        if key.startswith('OPTIMUS_')})
        run = subprocess.run([os.path.join(here, 'with-user-systemd.sh'), sys.executable,
                              os.path.abspath(__file__), '--build', profile.build,
                              '--inside', profile.root],
                             env=environ, cwd=profile.root, capture_output=True, text=True,
                             timeout=6 * PATIENCE, check=False, errors='replace')
        if run.returncode == 77:
            raise Skip(run.stderr.strip().splitlines()[-1])
        if run.returncode != 0:
            tap.comment(run.stdout + run.stderr + tail(profile.path('agent.stderr')))
            raise Failure('ended with %d' % run.returncode)
    finally:
        if not os.environ.get('OPTIMUS_TEST_KEEP'):
            shutil.rmtree(profile.root, ignore_errors=True)


def add_arguments(parser):
    parser.add_argument('--inside', metavar='ROOT', help='run in the profile ROOT, beside systemd')


def main():
    tap = Tap(__doc__, add_arguments)
    if tap.args.inside is not None:
        try:
            return check_inside(tap.args.inside, tap.args.build)
        except Failure as failure:
            print(failure)
            return 1
    return tap.run([('a job outlives the unit', test_unit)], make_world=None)


if __name__ == '__main__':
    sys.exit(main())
