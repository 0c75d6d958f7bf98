# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a whole-program test is made of.

    from opt_e2e import Tap, World

    def test_help (world):
        world.start()
        sent = world.sandbox.say('/help')
        world.sandbox.wait_text('/task', chat=1001)

    if __name__ == '__main__':
        sys.exit(Tap(__doc__).run([('help is answered', test_help)]))

Each case gets a World of its own: a profile, the sandbox, and an agent that is not started yet.
Nothing waits for time to pass: waits are the sandbox's (`/sent?after=N&wait=S`), a D-Bus reply
(`optimusctl … --wait`), a FIFO, or a process's end.
"""

import argparse
import os
import sys
import traceback

from opt_e2e_process import (PATIENCE, SCALE, Deadline, Failure, Fifo, Process, Skip, adopt_orphans,
                             find_processes, find_runners, kill_processes, read_file, read_proc,
                             reap_orphans, tail, wait_for_exit)
from opt_e2e_profile import Agent, Profile, Result
from opt_e2e_sandbox import OWNER, TOKEN, Sandbox, describe, person, text_of

__all__ = ['Agent', 'Deadline', 'Failure', 'Fifo', 'OWNER', 'PATIENCE', 'Process', 'Profile',
           'Result', 'SCALE', 'Sandbox', 'Skip', 'TOKEN', 'Tap', 'World', 'adopt_orphans',
           'describe', 'expect', 'find_processes', 'find_runners', 'is_asan', 'is_long',
           'kill_processes', 'person', 'read_file', 'read_proc', 'reap_orphans', 'tail',
           'text_of', 'wait_for_exit']


def is_asan():
    return bool(os.environ.get('OPTIMUS_TEST_ASAN'))


def is_long():
    return bool(os.environ.get('OPTIMUS_TEST_LONG'))


def expect(condition, *words):
    """Fails with `words` unless `condition`."""
    if not condition:
        raise Failure(' '.join(str(word) for word in words))


class World:
    """A profile with a sandbox and an agent; everything in it ends with it."""

    def __init__(self, build, bus=True, root=None, **settings):
        self.build = os.path.abspath(build)
        self.profile = Profile(build, bus=bus, root=root)
        self.sandbox = None
        self.agent = Agent(self.profile)
        self.settings = settings
        try:
            self.sandbox = Sandbox(self.build, self.profile.root)
            self.sandbox.guard = self.agent.check_alive
        except BaseException:
            self.profile.close()
            raise

    def configure(self, **settings):
        """Writes the smallest remote bot; see Profile.set_up_bot()."""
        self.settings = settings
        self.profile.set_up_bot(self.sandbox, **settings)

    def start(self):
        """Starts the agent, waits until it is ready; writes the configuration if there is none."""
        if not os.path.exists(self.profile.config_file):
            self.configure(**self.settings)
        self.agent.start()
        return self.agent

    def ctl(self, *args, **more):
        return self.profile.ctl(*args, **more)

    def ctl_json(self, *args):
        return self.profile.ctl_json(*args)

    def ask(self, text, words='', **who):
        """Somebody writes; waits for the first message after it that has `words`."""
        mark = self.sandbox.mark()
        chat = who.get('chat') or who.get('user', OWNER)
        self.sandbox.say(text, **who)
        return self.sandbox.wait_text(words, mark, chat=chat)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None and self.agent.is_running():
                self.agent.stop()
            if kind is None:
                self.agent.check_log()
        finally:
            if self.agent.is_running():
                self.agent.kill()
            self.sandbox.close()
            self.profile.close()

    def explain(self):
        """What helps to understand a failure."""
        lines = ['agent: ' + self.agent.log_tail()]
        try:
            lines.append('sent: ' + describe(self.sandbox.sent()['calls']))
        except (Failure, OSError) as error:
            lines.append('the sandbox does not answer: %s, %s' % (error, tail(self.sandbox.log)))
        return '\n'.join(lines)


class Tap:
    """Runs cases and prints the Test Anything Protocol."""

    def __init__(self, description, add_arguments=None):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument('--build', required=True, help='the build folder')
        parser.add_argument('--only', help='run the cases that have this in their name')
        if add_arguments is not None:
            add_arguments(parser)
        self.args = parser.parse_args()
        self.count = 0
        self.failed = 0
        sys.stdout.reconfigure(line_buffering=True, errors='backslashreplace')
        adopt_orphans()

    def comment(self, text):
        for line in str(text).splitlines():
            print('# ' + line)

    def report(self, good, name, skip=None):
        self.count += 1
        self.failed += not good
        print('%s %d - %s%s' % ('ok' if good else 'not ok', self.count, name.replace('#', ''),
                                ' # SKIP ' + skip if skip else ''))

    def run_case(self, name, case, make_world):
        world = None
        try:
            if make_world is None:
                case(self)
            else:
                with make_world(self.args.build) as world:
                    try:
                        case(world)
                    except Skip:
                        raise
                    except Exception:
                        self.comment(world.explain())
                        raise
        except Skip as skip:
            self.report(True, name, str(skip) or 'cannot be run here')
        except Failure as failure:
            self.comment(failure)
            self.report(False, name)
        except Exception:  # whatever a test meets is its result
            self.comment(traceback.format_exc())
            self.report(False, name)
        else:
            self.report(True, name)

    def run(self, cases, make_world=World):
        """Runs (name, function) pairs; returns the exit status."""
        for name, case in cases:
            if self.args.only and self.args.only not in name:
                continue
            self.run_case(name, case, make_world)
        print('1..%d' % self.count)
        return 1 if self.failed else 0
