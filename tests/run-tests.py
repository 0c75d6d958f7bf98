#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs meson's tests and closes with one line that counts them: "N passed, N failed, N skipped"."""

import argparse
import json
import os
import re
import subprocess
import sys

TAP_LINE = re.compile(r'^(ok|not ok)\b([^#\n]*)(#\s*(SKIP|TODO)\b.*)?$', re.I | re.M)


def list_tests(build):
    listing = subprocess.run(['meson', 'introspect', '--tests', build], check=True,
                             capture_output=True, text=True).stdout
    return json.loads(listing)


def count_test(entry):
    """(passed, failed, skipped) of one test program; one without TAP counts as one."""
    passed = failed = skipped = 0
    for verdict, _, directive, word in TAP_LINE.findall(entry.get('stdout') or ''):
        if directive and word.upper() == 'SKIP':
            skipped += 1
        elif verdict.lower() == 'ok':
            passed += 1
        else:
            failed += 1
    result = entry['result']
    good = result in ('OK', 'EXPECTEDFAIL')
    if result == 'SKIP' and not skipped:
        skipped = 1
    elif good and passed + skipped == 0:
        passed = 1
    elif not good and result != 'SKIP' and failed == 0:
        failed = 1  # crashed, timed out, or a sanitizer spoke after the last line
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--jobs', default='2')
    parser.add_argument('--asan', action='store_true', help='leave out what a sanitizer can say nothing about')
    parser.add_argument('names', nargs='*')
    args = parser.parse_args()

    tests = list_tests(args.build)
    chosen = []
    for test in tests:
        suites = [suite.split(':')[-1] for suite in test['suite']]
        if args.asan and ('lint' in suites or 'no-asan' in suites):
            continue
        if args.names and not any(name in test['name'] for name in args.names):
            continue
        chosen.append(test['name'])
    if not chosen:
        print('no test has such a name', file=sys.stderr)
        return 2

    log = os.path.join(args.build, 'meson-logs', 'testlog.json')
    if os.path.exists(log):
        os.unlink(log)
    command = ['meson', 'test', '-C', args.build, '--no-rebuild', '--num-processes', args.jobs,
               '--print-errorlogs']
    if args.asan:
        command += ['--timeout-multiplier', '4']
    status = subprocess.run(command + sorted(set(chosen))).returncode

    totals = [0, 0, 0]
    with open(log, encoding='utf-8') as lines:
        for line in lines:
            for i, number in enumerate(count_test(json.loads(line))):
                totals[i] += number
    passed, failed, skipped = totals
    if status != 0 and failed == 0:
        failed = 1
    print('%d passed, %d failed, %d skipped' % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
