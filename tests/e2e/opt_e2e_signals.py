# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the agent's signals instead of asking again and again."""

import select

from opt_e2e import Deadline, Failure, Process

NAME = 'io.github.optimus_rpa.Optimus.Agent'


class Signals:
    """Every signal of one name on a profile's bus, as `gdbus monitor` prints them."""

    def __init__(self, profile, name=NAME):
        argv = ['/usr/bin/gdbus', 'monitor', '--session', '--dest', name]
        self.process = Process(argv, profile.environ())
        # Whether the name has an owner is said once its signals are listened to.
        while 'name ' not in (self.process.read_line() or 'name '):
            pass

    def read(self, seconds=None):
        """The next signal's line, or None when there is none in time."""
        if b'\n' not in self.process.buffer:
            ready, _, _ = select.select([self.process.popen.stdout], [], [], seconds)
            if not ready:
                return None
        return self.process.read_line()

    def until(self, condition, what):
        """Returns what `condition` does as soon as that is true; looked at after each signal."""
        deadline = Deadline()
        while True:
            value = condition()
            if value:
                return value
            if deadline.over():
                raise Failure('%s did not come about' % what)
            self.read(deadline.left())

    def close(self):
        self.process.kill()
