# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent on a clock that stands still until a test moves it."""

import os
import subprocess

from opt_e2e import Agent, Deadline, Failure, Process, Sandbox, World


class ClockAgent(Agent):
    """`optimus-agent-test`; `now` is how many seconds it was moved since it started."""

    def __init__(self, profile, ahead=0):
        super().__init__(profile)
        self.ahead = ahead
        self.now = 0.0

    def launch(self):
        program = os.path.join(self.profile.build, 'tests', 'support', 'optimus-agent-test')
        environ = self.profile.environ(CREDENTIALS_DIRECTORY=self.profile.credentials, **self.env)
        argv = [program] + ([str(self.ahead)] if self.ahead else [])
        with open(self.log, 'ab') as stderr:
            self.process = Process(argv, environ, stderr=stderr, cwd=self.profile.root,
                                   stdin=subprocess.PIPE)
        self.now = 0.0
        return self

    def advance(self, seconds=0):
        """Moves the clock, and returns once everything that was due then is done."""
        self.process.popen.stdin.write(b'advance %.6f\n' % seconds)
        self.process.popen.stdin.flush()
        line = self.process.read_line()
        if line != 'idle':
            raise Failure('the agent on the test clock said %r instead of idle' % line)
        self.now += seconds


class ClockWorld(World):
    """A world whose agent lives on the test clock; `arguments` are the sandbox's."""

    def __init__(self, build, arguments=(), **settings):
        super().__init__(build, **settings)
        if arguments:
            self.sandbox.close()
            self.sandbox = Sandbox(self.build, self.profile.root, arguments=arguments)
        self.agent = ClockAgent(self.profile)

    def advance(self, seconds=0):
        """Moves the clocks of both, agent and sandbox; the sandbox knows whole seconds only."""
        if seconds == int(seconds) and seconds > 0:
            self.sandbox.advance(int(seconds))
        self.agent.advance(seconds)

    def until(self, condition, what, step=1):
        """Moves the agent's clock on until the condition holds, and returns what it does.

        A poll that is pending runs out while the clock is moved far, and then it takes a moment of
        the agent's time until there is another one.
        """
        deadline = Deadline()
        last = 0
        while True:
            value = condition()
            if value:
                return value
            if deadline.over():
                raise Failure('%s did not come about, %d s later' % (what, self.agent.now))
            self.agent.advance(step)
            last = self.sandbox.calls(last, 0.05)['last']
