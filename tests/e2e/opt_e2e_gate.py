# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that wait for the test, and tell it that they are there."""

import os
import select

from opt_e2e import PATIENCE, Failure


class Gate:
    """Two FIFOs: a job comes by one and goes by the other. `script` is what makes it wait."""

    def __init__(self, world, name='gate'):
        self.name = name
        self.paths = [world.profile.path(name + '.came'), world.profile.path(name + '.go')]
        self.ends = []
        for path in self.paths:
            os.mkfifo(path, 0o600)
            self.ends.append(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
        self.script = "echo here > '%s'\nread line < '%s'\n" % tuple(self.paths)

    def wait(self, seconds=PATIENCE):
        """Until a job is at the gate."""
        ready, _, _ = select.select([self.ends[0]], [], [], seconds)
        if not ready or os.read(self.ends[0], 5) != b'here\n':
            raise Failure('no job came to the gate %s' % self.name)

    def came(self):
        """Whether a job is at the gate already."""
        return bool(select.select([self.ends[0]], [], [], 0)[0])

    def open(self):
        """Lets one job through."""
        os.write(self.ends[1], b'go\n')
