#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the compiler can't: walls between folders, sizes, names, time, licence lines, format."""

import os
import re
import shutil
import subprocess
import sys

FILE_LINES = 600
FUNCTION_LINES = 60
LINE_COLUMNS = 100
MAIN_LINES = 120
BAD_NAMES = re.compile(r'-(utils?|helpers?|manager|common)\.[ch]$')
GTK = re.compile(r'\b(gtk_|adw_|gdk_|Gtk[A-Z]|Adw[A-Z]|Gdk[A-Z])|<(gtk|adwaita|gdk)')
TIME = re.compile(r'\b(g_timeout_(add|source)\w*|g_get_(real|monotonic|current)_time|g_date_time_new_now\w*)\b')
# Which library's headers may be included where.
LIBRARIES = {
    'libsoup': ('src/core/bot/', 'src/core/gateway/', 'src/sandbox/', 'tests/'),
    'libsecret': ('src/core/secrets/', 'tests/'),
    'sqlite3': ('src/core/storage/', 'tests/'),
}
PUBLIC_WALLS = {'Soup': 'src/core/bot/', 'sqlite3': 'src/core/storage/', 'Secret[A-Z]': 'src/core/secrets/'}


def git_files(root):
    out = subprocess.run(['git', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                         capture_output=True, check=True).stdout
    return [name for name in out.decode().split('\0') if name and os.path.exists(os.path.join(root, name))]


def strip_comments(text):
    """Replaces comments and strings by blanks, so that line numbers stay."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        word = match.group(0)
        if word.startswith('//'):
            return word
        return re.sub(r'[^\n]', ' ', word)
    return pattern.sub(blank, text)


def check_functions(name, code, report):
    start = None
    for number, line in enumerate(code.split('\n'), 1):
        if line.startswith('{'):
            start = number
        elif line.startswith('}') and start is not None:
            if number - start - 1 > FUNCTION_LINES:
                report(name, start, 'function of %d lines, at most %d' % (number - start - 1, FUNCTION_LINES))
            start = None


def check_includes(name, text, report):
    for number, line in enumerate(text.split('\n'), 1):
        found = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
        if not found:
            continue
        target = found.group(1)
        if target.startswith('../') or '/../' in target:
            report(name, number, 'include climbs out of its folder: %s' % target)
        if '"' in line and '/' in target:
            report(name, number, 'include headers by their bare name: %s' % target)
        for library, places in LIBRARIES.items():
            if target.startswith(library) and not name.startswith(places):
                report(name, number, '%s does not belong here' % library)


def check_c(name, text, report):
    code = strip_comments(text)
    check_includes(name, text, report)
    for number, line in enumerate(code.split('\n'), 1):
        if '//' in line:
            report(name, number, 'comments are /* … */')
        if re.search(r'\bgoto\b', line):
            report(name, number, 'goto')
        if name.startswith('src/core/') and GTK.search(line):
            report(name, number, 'a word of GTK in core')
        if TIME.search(line) and name.startswith('src/') and not re.search(r'/opt-clock[^/]*\.c$', name):
            report(name, number, 'time comes from OptClock')
        if re.search(r'(?<![\w.])exit \(', line) and not name.endswith('main.c') and name.startswith('src/'):
            report(name, number, 'exit() belongs in main')
    for number, line in enumerate(text.split('\n'), 1):
        if len(line) > LINE_COLUMNS and not re.search(r'https?://', line):
            report(name, number, '%d columns, at most %d' % (len(line), LINE_COLUMNS))
    if name.endswith('.h') and name.startswith('src/core/'):
        for word, folder in PUBLIC_WALLS.items():
            if not name.endswith('-private.h') and re.search(r'\b%s\w*' % word, code):
                report(name, 1, 'a type of %s in a public header' % folder.split('/')[-2])
        if '#pragma once' not in text:
            report(name, 1, 'no #pragma once')
    lines = text.count('\n')
    if lines > FILE_LINES:
        report(name, 1, '%d lines, at most %d' % (lines, FILE_LINES))
    if name == 'src/agent/opt-agent-main.c' and lines >= MAIN_LINES:
        report(name, 1, '%d lines, main stays under %d' % (lines, MAIN_LINES))
    check_functions(name, code, report)


def check_format(root, names, report):
    tool = shutil.which('clang-format-14')
    if tool is None:
        print('# clang-format-14 is not installed: format not checked')
        return
    out = subprocess.run([tool, '--dry-run', '--ferror-limit=1'] + names, cwd=root, capture_output=True, text=True)
    for line in out.stderr.split('\n'):
        found = re.match(r'(.*?):(\d+):\d+: .*clang-format', line)
        if found:
            report(found.group(1), int(found.group(2)), 'not formatted: ./dev fmt')


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else '.')
    problems = []

    def report(name, line, what):
        problems.append('%s:%d: %s' % (name, line, what))

    c_files = []
    for name in git_files(root):
        base = os.path.basename(name)
        path = os.path.join(root, name)
        if not name.endswith(('.c', '.h', '.py', '.sh', 'meson.build', '.xml', '.ui', '/dev')) and name != 'dev':
            continue
        with open(path, encoding='utf-8') as stream:
            text = stream.read()
        if text and 'SPDX-License-Identifier: GPL-3.0-or-later' not in text[:600]:
            report(name, 1, 'no SPDX licence line')
        if name.endswith(('.c', '.h')):
            if BAD_NAMES.search(base):
                report(name, 1, 'a name that says nothing')
            c_files.append(name)
            check_c(name, text, report)
    check_format(root, c_files, report)

    print('1..1')
    for problem in problems:
        print('# ' + problem)
    print('%s 1 - %d files, %d problems' % ('not ok' if problems else 'ok', len(c_files), len(problems)))
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
