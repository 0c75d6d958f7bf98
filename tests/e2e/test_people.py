#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is served: users by id and by name, strangers, and those who took over a name."""

import sys
import time

from opt_e2e import OWNER, Tap, describe, expect, text_of
from opt_e2e_clock import ClockWorld

GROUP = -5005
JOHN = {'id': 2002, 'first_name': 'John', 'username': 'John_Doe'}
HEIR = {'id': 3003, 'first_name': 'Heir', 'username': 'john_doe'}
STRANGERS = [{'id': 4004, 'first_name': 'Mallory', 'username': 'mallory'},
             {'id': 1099511627775, 'first_name': 'Trudy'}]


def told(world, user, after=0):
    """What this user was sent."""
    return [text_of(call) for call in world.sandbox.sent(after)['calls']
            if call['params'].get('chat_id') == user['id']]


def wait_sync(world):
    """Until everything that was said before has been handled."""
    mark = world.sandbox.mark()
    world.sandbox.say('/start')
    world.sandbox.wait_text('Hello', after=mark, chat=OWNER)


def status_of(world, user):
    return next((entry for entry in world.ctl_json('user', 'list') if entry['id'] == user['id']), None)


def serve(world, user, number):
    """This user's command runs."""
    mark = world.sandbox.mark()
    world.sandbox.say('/task hello', user=user)
    world.sandbox.wait_text(['#%d' % number, 'succeeded'], after=mark, chat=user['id'])


def test_people(world):
    world.profile.add_task('hello', 'echo hello\n')
    world.configure(valid_user='@John_doe, 1001')
    world.sandbox.add_chat(GROUP, type='group', title='Team', bot='member')
    world.start()
    serve(world, {'id': OWNER, 'first_name': 'Owner'}, 1)
    for user in STRANGERS:
        world.sandbox.say('/task hello', user=user)
        text = text_of(world.sandbox.wait_text(str(user['id']), chat=user['id']))
        expect('\n' not in text.strip(), 'more than a line:', text)
    serve(world, JOHN, 2)
    # The name is pinned: released and taken over, it serves the old one and not the new one.
    world.sandbox.say('/task hello', user=HEIR)
    world.sandbox.wait_text(str(HEIR['id']), chat=HEIR['id'])
    serve(world, {'id': 2002, 'first_name': 'John', 'username': 'somebody_else'}, 3)
    for user in STRANGERS + [HEIR]:
        for text in ('/list testbot', '/run', '/status', '/log 1', '/cancel 1', 'hello'):
            world.sandbox.say(text, user=user)
        world.sandbox.say('/task hello', user=user, chat=GROUP)
    wait_sync(world)
    for user in STRANGERS + [HEIR]:
        lines = told(world, user)
        expect(len(lines) == 1, user, 'was told', lines)
    expect(not told(world, {'id': GROUP}), 'in the group it said', told(world, {'id': GROUP}))
    jobs = world.ctl_json('job', 'list')
    expect([job['origin']['user_id'] for job in jobs] == [2002, 2002, 1001], jobs)
    # user list shows who knocked.
    mallory = status_of(world, STRANGERS[0])
    expect((mallory['status'], mallory['attempts'], mallory['username']) == ('stranger', 8, 'mallory'), mallory)
    expect(status_of(world, STRANGERS[1])['username'] is None, status_of(world, STRANGERS[1]))
    expect(status_of(world, HEIR)['status'] == 'denied', status_of(world, HEIR))
    john = status_of(world, JOHN)
    expect((john['status'], john['pinned_as'], john['attempts']) == ('allowed', 'john_doe', 0), john)
    # Pins outlive the agent.
    world.agent.kill()
    world.agent.start()
    serve(world, {'id': 2002, 'first_name': 'John'}, 4)
    world.sandbox.say('/task hello', user=HEIR)
    wait_sync(world)
    expect(len(told(world, HEIR)) == 1, told(world, HEIR))


def test_edit(world):
    """user add and remove count at once."""
    world.profile.add_task('hello', 'echo hello\n')
    world.configure(valid_user='1001')
    world.start()
    ann = {'id': 5005, 'first_name': 'Ann', 'username': 'ann'}
    world.sandbox.say('/task hello', user=ann)
    world.sandbox.wait_text('5005', chat=5005)
    world.ctl('user', 'add', '5005').expect(0)
    serve(world, ann, 1)
    expect(world.ctl('config', 'get', 'telegram.valid_user').out == '1001, 5005\n', 'it is not in the file')
    world.ctl('user', 'add', '5005').expect(0)
    world.ctl('user', 'remove', '5005').expect(0)
    world.ctl('user', 'remove', '5005').expect(3)
    world.sandbox.say('/task hello', user=ann)
    wait_sync(world)
    expect(len(world.ctl_json('job', 'list')) == 1, 'who was removed is served')
    # By name: who comes first with it has it, until the name is taken out and put in again.
    world.ctl('user', 'add', '@Ann').expect(0)
    serve(world, ann, 2)
    other = {'id': 6006, 'first_name': 'Other Ann', 'username': 'ANN'}
    world.sandbox.say('/task hello', user=other)
    wait_sync(world)
    expect(len(world.ctl_json('job', 'list')) == 2, 'a pinned name serves another')
    world.ctl('user', 'remove', '@ann').expect(0)
    world.ctl('user', 'add', '@ann').expect(0)
    serve(world, other, 3)
    world.sandbox.say('/task hello', user=ann)
    wait_sync(world)
    expect(len(world.ctl_json('job', 'list')) == 3, 'the pin was not forgotten')


def test_nobody(world):
    """An empty list, and one that is no list, serve nobody."""
    world.profile.add_task('hello', 'echo hello\n')
    for number, value in enumerate(('', '1001 oder so', '*')):
        user = {'id': 1001 + number, 'first_name': 'User'}
        world.configure(valid_user=value)
        if not world.agent.is_running():
            world.start()
        else:
            world.agent.stop()
            world.agent.start()
        world.sandbox.say('/task hello', user=user)
        world.sandbox.wait_text(str(user['id']), chat=user['id'])
    expect(world.ctl_json('job', 'list') == [], 'somebody was served')


def test_buttons(world):
    """Whoever presses a button is looked at as whoever writes."""
    world.profile.add_task('hello', 'echo hello\n')
    world.sandbox.set_bot(username='optimus_e2e_bot')
    world.configure(valid_user='1001, 2002')
    world.sandbox.add_chat(GROUP, type='group', title='Team', bot='member')
    world.start()
    for user in (JOHN, STRANGERS[0]):
        world.sandbox.say('hello all', user=user, chat=GROUP)
    world.sandbox.say('/run', chat=GROUP)
    question = world.sandbox.wait_text('which task', chat=GROUP)
    for user in (JOHN, STRANGERS[0]):
        mark = world.sandbox.calls()['last']
        world.sandbox.press(GROUP, question['result']['message_id'], user=user, text='hello')
        answer = world.sandbox.wait_call('answerCallbackQuery', after=mark)
        expect('not for you' in answer['params']['text'], answer)
    wait_sync(world)
    expect(world.ctl_json('job', 'list') == [], 'somebody else pressed, and it ran')


def test_once_a_day(world):
    user = STRANGERS[0]
    world.profile.add_task('hello', 'echo hello\n')
    # At noon, so that no day ends by itself.
    ahead = int(12 * 3600 - time.time()) % (24 * 3600)
    world.agent.ahead = ahead
    world.sandbox.advance(ahead)
    world.start()

    def say_twice(expected):
        mark = world.sandbox.mark()
        for text in ('hello', '/start'):
            world.sandbox.say(text, user=user)
        world.sandbox.say('/start')
        world.until(lambda: told(world, {'id': OWNER}, mark), 'an answer')
        world.agent.advance()
        expect(len(told(world, user, mark)) == expected, 'day', world.agent.now // 86400, 'it said',
               describe(world.sandbox.sent(mark)['calls']))
    say_twice(1)
    say_twice(0)
    world.advance(24 * 3600)
    say_twice(1)
    say_twice(0)
    world.advance(24 * 3600)
    say_twice(1)
    expect(status_of(world, user)['attempts'] == 10, status_of(world, user))


CASES = [
    ('two strangers, a user by id, one by name, and an heir of the name', test_people),
    ('user add and remove', test_edit),
    ('a list that lets nobody in', test_nobody),
    ('buttons', test_buttons),
]


def main():
    tap = Tap(__doc__)
    tap.run_case('a stranger is told the user id once a day', test_once_a_day, ClockWorld)
    return tap.run(CASES)


if __name__ == '__main__':
    sys.exit(main())
