#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, played in a throwaway profile with a practice bot: no account, nothing of yours is touched.

Prints the conversation as it happens and ends with 0 only if every step came out right.
"""

import argparse
import os
import re
import subprocess
import sys

from opt_e2e import Agent, Failure, OWNER, Profile, Sandbox, TOKEN, expect, text_of, tail

GROUP = -4661161234
FRIEND = 1234567890
LINES = [
    'telegram: -4661161234 , This is a message from OPTIMUS',
    'telegram: 1234567890 , Hello World. Olá Mundo. नमस्ते दुनिया. 안녕하세요 세계. 世界,你好。',
    'telegram: 1234567890 , Use backslash n for new line\\nThis is line 2 of the message',
]
CONFIG = '''# The throwaway profile of ./dev run
[remote]
robot_id=practice

[telegram]
# The practice server. For a bot of your own: optimusctl config set telegram.api_root https://api.telegram.org
api_root=%s
valid_user=%d
'''
BOLD, DIM, BLUE, GREEN, RED, PLAIN = (
    ('\033[1m', '\033[2m', '\033[34m', '\033[32m', '\033[31m', '\033[0m')
    if sys.stdout.isatty() else ('',) * 6)


def show(who, text, colour=''):
    """A line of the conversation; what follows the first line is set under it."""
    lines = text.split('\n')
    print('%s%10s%s  %s' % (colour, who, PLAIN, lines[0]))
    for line in lines[1:]:
        print('%10s  %s' % ('', line))
    sys.stdout.flush()


class Play:
    """The stage: a profile, the practice server, the agent."""

    def __init__(self, build):
        self.profile = Profile(build)
        # There is no keyring in a throwaway session: libsecret keeps bot tokens in a file of the profile.
        self.profile.extra = {
            'SECRET_BACKEND': 'file',
            'SECRET_FILE_TEST_PATH': self.profile.path('secrets.keyring'),
            'SECRET_FILE_TEST_PASSWORD': 'practice',
        }
        self.sandbox = Sandbox(self.profile.build, self.profile.root)
        self.agent = Agent(self.profile)
        self.shown = 0

    def close(self):
        if self.agent.is_running():
            self.agent.stop()
        self.sandbox.close()
        self.profile.close()

    def run(self, *words, secret=None):
        """Runs optimusctl, shows it, and expects it to end well."""
        quoted = ' '.join(word if re.fullmatch(r'[\w.=/:-]+', word) else "'%s'" % word for word in words)
        show('$', '%soptimusctl %s%s' % (BOLD, quoted, PLAIN), DIM)
        result = self.profile.ctl(*words, stdin=secret)
        if result.out.strip():
            show('', result.out.rstrip(), DIM)
        result.expect(0)
        return result

    def follow(self, number):
        """`optimusctl job log -f`, line by line as the job prints."""
        show('$', '%soptimusctl job log -f %d%s' % (BOLD, number, PLAIN), DIM)
        argv = [self.profile.program('optimusctl'), 'job', 'log', '-f', str(number)]
        lines = []
        with subprocess.Popen(argv, env=self.profile.environ(), stdout=subprocess.PIPE, text=True) as log:
            for line in log.stdout:
                lines.append(line.rstrip('\n'))
                show('', lines[-1], DIM)
        expect(log.returncode == 0, 'job log ended with', log.returncode)
        return lines

    def ask(self, text, *words, reply_to=None, matches=None):
        """Somebody writes; waits for the answer that has all of `words`, and shows both."""
        after = self.sandbox.mark()
        more = {'reply_to_message_id': reply_to} if reply_to else {}
        show('you', text, BLUE)
        self.sandbox.say(text, **more)
        return self.hear(after, *words, matches=matches)

    def hear(self, after, *words, chat=OWNER, matches=None):
        call = self.sandbox.wait_text(list(words), after=after, chat=chat, seconds=60)
        show('bot', text_of(call), GREEN)
        if matches is not None:
            expect(re.search(matches, text_of(call), re.S), 'this is not what was to come:', matches)
        return call


def set_up(play):
    """A profile with one bot, as a newcomer would make it."""
    play.sandbox.set_bot(username='practice_bot')
    play.sandbox.add_chat(OWNER, type='private')
    play.sandbox.add_chat(FRIEND, type='private')
    play.sandbox.add_chat(GROUP, type='group', title='Operations', bot='member')
    play.profile.write_config(CONFIG % (play.sandbox.url, OWNER))
    play.agent.start()
    play.run('bot', 'add', 'main', '--chat', str(OWNER), secret=TOKEN + '\n')


def notify(play):
    """The three lines of the keyword, word for word."""
    for line in LINES:
        after = play.sandbox.mark()
        play.run('telegram', '--wait', line)
        chat, text = line[len('telegram: '):].split(' , ', 1)
        call = play.hear(after, chat=int(chat))
        expect(text_of(call) == text.replace('\\n', '\n'), 'the text that came is not the one that was sent')


def list_jobs(play, *words):
    """/list asks for the robot first."""
    question = play.ask('/list', 'List jobs for which robot')
    markup = question['params'].get('reply_markup') or {}
    expect(markup.get('force_reply'), '/list did not ask with ForceReply')
    return play.ask('practice', *words, reply_to=question['result']['message_id'])


def run_report(play):
    """A task with a parameter, on this machine's real data."""
    after = play.sandbox.mark()
    started = play.ask('/task disk-report top=3 folder=/usr/share/doc', '#1')
    expect('disk' in text_of(started).lower(), 'the answer does not name the task')
    report = play.hear(after, 'File systems', 'What takes the most room in /usr/share/doc')
    expect(re.search(r'\d+%', text_of(report)), 'there is no figure in the report')
    done = play.profile.ctl_json('job', 'show', '1')
    expect(done['state'] == 'succeeded' and done['parameters']['top'] == '3', 'job 1 is', done)


def follow_log(play):
    play.ask('/task countdown seconds=3', '#2')
    lines = play.follow(2)
    expect([line for line in lines if not line.startswith('::')] == ['3', '2', '1', 'Liftoff'],
           'the log that was followed is', lines)


def cancel_job(play):
    play.ask('/task countdown seconds=600', '#3')
    after = play.sandbox.mark()
    play.ask('/cancel 3', '#3')
    play.hear(after, '#3', 'cancelled')
    expect(play.profile.ctl_json('job', 'show', '3')['state'] == 'cancelled', 'job 3 was not cancelled')


def wait_for_end(play, number):
    state = play.profile.ctl_json('job', 'show', str(number))['state']
    expect(state in ('succeeded', 'cancelled'), 'job', number, 'is', state)


def converse(play):
    steps = [
        ('Notifications: messages from a script', lambda: notify(play)),
        ('The remote bot', lambda: play.ask('/start', '/help')),
        ('No jobs yet', lambda: list_jobs(play, 'practice')),
        ('A task with a parameter', lambda: run_report(play)),
        ('A log that is followed', lambda: follow_log(play)),
        ('A job that is cancelled', lambda: cancel_job(play)),
        ('What ran', lambda: list_jobs(play, '#1', '#2', '#3')),
        ('How the agent is', lambda: play.run('status')),
    ]
    for title, step in steps:
        print('\n%s%s%s' % (BOLD, title, PLAIN))
        step()


def keep(play):
    """Leaves the profile running for a person to use."""
    names = sorted(key for key in play.profile.environ()
                   if key.startswith(('XDG_', 'SECRET_', 'DBUS_')) or key == 'HOME')
    text = ''.join("export %s='%s'\n" % (name, play.profile.environ()[name]) for name in names)
    text += "PATH='%s':$PATH\n" % os.path.dirname(play.profile.program('optimusctl'))
    path = play.profile.write('env', text)
    print('\nThe profile stays until you press Enter. In another terminal:\n\n    . %s\n' % path)
    print('then, for a bot of your own:\n')
    print('    optimusctl config set telegram.api_root https://api.telegram.org')
    print('    optimusctl bot add mine\n')
    sys.stdin.readline()


def main():
    parser = argparse.ArgumentParser(prog='./dev run', description=__doc__)
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--text', action='store_true', help='the transcript, also where there is a display')
    parser.add_argument('--keep', action='store_true', help='leave the profile running afterwards')
    args = parser.parse_args()

    play = Play(args.build)
    try:
        print('%sSetting up a throwaway profile with a practice bot%s' % (BOLD, PLAIN))
        set_up(play)
        converse(play)
        print('\n%sEvery step came out right.%s' % (BOLD, PLAIN))
        if args.keep:
            keep(play)
        return 0
    except Failure as failure:
        print('\n%sThis did not come out right:%s %s' % (RED, PLAIN, failure))
        print('What the agent said last:\n%s' % play.agent.log_tail())
        print('What the practice server said last:\n%s' % tail(play.sandbox.log))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        play.close()


if __name__ == '__main__':
    sys.exit(main())
