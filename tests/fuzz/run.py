#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets every fuzz target hunt for so long; what it finds interesting stays in BUILD/corpus for the next time."""

import argparse
import glob
import os
import subprocess
import sys


def run_target(program, build, seconds):
    name = os.path.basename(program)
    corpus = os.path.join(build, 'corpus', name)
    found = os.path.join(build, 'found', name)
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    dictionary = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'telegram.dict')
    print('%s, %d s' % (name, seconds), flush=True)
    return subprocess.run([program, '-max_total_time=%d' % seconds, '-max_len=8192', '-print_final_stats=1',
                           '-dict=' + dictionary, '-artifact_prefix=%s/' % found,
                           corpus],
                          env={**os.environ, 'G_SLICE': 'always-malloc', 'G_DEBUG': 'fatal-criticals'},
                          check=False).returncode


def main():
    parser = argparse.ArgumentParser(prog='./dev fuzz', description=__doc__)
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--seconds', type=int, default=60, help='for each target')
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)
    programs = [path for path in sorted(glob.glob(os.path.join(args.build, 'tests', 'fuzz', 'fuzz-*')))
                if os.access(path, os.X_OK) and os.path.isfile(path)]
    failed = [os.path.basename(path) for path in programs if run_target(path, args.build, args.seconds) != 0]
    for name in failed:
        print('%s found something; the input lies in %s/found' % (name, args.build))
    print('%d passed, %d failed' % (len(programs) - len(failed), len(failed)))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
