#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pacing, obeying, backing off and holding back, on a clock that the test moves."""

import sys

from opt_e2e import OWNER, Tap, describe, expect
from opt_e2e_clock import ClockWorld
from opt_e2e_gate import Gate

GROUP = -1001000000007


def paced(build):
    """As people have it: pacing on, and a server that refuses what is too fast."""
    return ClockWorld(build, arguments=['--rate-limits'])


def start_paced(world, **settings):
    world.configure(**settings)
    with open(world.profile.config_file, encoding='utf-8') as stream:
        text = stream.read()
    world.profile.write_config(text.replace('pacing=False\n', ''))
    world.start()
    world.sandbox.wait_call('setMyCommands')
    world.agent.advance()


def count_sent(world, after, good=True):
    return sum(1 for call in world.sandbox.sent(after)['calls'] if (call['status'] == 200) == good)


def watch(world, mark, total, most):
    """Moves on by seconds until all is sent; returns how many were after each second."""
    world.advance()
    counts = [count_sent(world, mark)]
    while counts[-1] < total:
        expect(world.agent.now < most, 'after', world.agent.now, 's only', counts[-1], 'are sent')
        world.advance(1)
        counts.append(count_sent(world, mark))
    bad = count_sent(world, mark, good=False)
    expect(bad == 0, bad, 'calls were too fast:', describe(world.sandbox.sent(mark)['calls']))
    return counts


def queue(world, chat, number, *more):
    for i in range(number):
        world.ctl('send', '--chat', str(chat), *more, 'message %d' % i).expect(0)


def test_private(world):
    world.sandbox.add_chat(OWNER)
    start_paced(world)
    mark, began = world.sandbox.mark(), world.agent.now
    queue(world, OWNER, 15)
    counts = watch(world, mark, 15, began + 20)
    expect(counts[0] >= 1 and counts[0] <= 5, 'the burst is', counts[0])
    for second, count in enumerate(counts):
        expect(count <= second + 5, 'after', second, 's', count, 'are sent:', counts)
    texts = [call['params']['text'] for call in world.sandbox.sent(mark)['calls']]
    expect(texts == ['message %d' % i for i in range(15)], 'not in order:', texts)


def test_group(world):
    world.sandbox.add_chat(GROUP, type='supergroup', title='Team', bot='member')
    start_paced(world)
    mark, began = world.sandbox.mark(), world.agent.now
    queue(world, GROUP, 25)
    counts = watch(world, mark, 25, began + 80)
    for second in range(60, len(counts)):
        expect(counts[second] - counts[second - 60] <= 20, 'more than 20 in a minute:', counts)
    expect(len(counts) > 55, 'all 25 went within', len(counts), 's')


def test_bot(world):
    """Many chats at once: thirty a second."""
    chats = list(range(7001, 7081))
    for chat in chats:
        world.sandbox.add_chat(chat)
    start_paced(world)
    mark, began = world.sandbox.mark(), world.agent.now
    words = [word for chat in chats for word in ('--chat', str(chat))]
    world.ctl('send', *words, 'to all').expect(0)
    counts = watch(world, mark, len(chats), began + 10)
    expect(counts[0] <= 30, 'at once went', counts[0])
    for second in range(1, len(counts)):
        expect(counts[second] - counts[second - 1] <= 30, 'more than 30 in a second:', counts)


def test_unpaced(world):
    world.sandbox.add_chat(OWNER)
    world.start()
    mark = world.sandbox.mark()
    queue(world, OWNER, 10)
    world.agent.advance()
    expect(count_sent(world, mark) == 10, 'with pacing off only', count_sent(world, mark), 'went')


def test_retry_after(world):
    world.sandbox.add_chat(OWNER)
    world.sandbox.add_chat(2002)
    world.start()
    world.sandbox.wait_call('setMyCommands')
    world.agent.advance()
    mark = world.sandbox.mark()
    world.sandbox.fault(method='sendMessage', chat_id=OWNER, status=429, retry_after=37,
                        description='Too Many Requests: retry after 37')
    world.ctl('send', 'first').expect(0)
    world.ctl('send', 'second').expect(0)
    world.agent.advance()
    expect(count_sent(world, mark, good=False) == 1, describe(world.sandbox.sent(mark)['calls']))
    world.agent.advance(36.9)
    expect(len([call for call in world.sandbox.sent(mark)['calls'] if call['params']['chat_id'] == OWNER]) == 1,
           'retry_after was not obeyed:', describe(world.sandbox.sent(mark)['calls']))
    world.agent.advance(1.2)
    texts = [call['params']['text'] for call in world.sandbox.sent(mark)['calls'] if call['status'] == 200]
    expect(texts == ['first', 'second'], describe(world.sandbox.sent(mark)['calls']))
    expect('repeated' not in ''.join(texts), 'what was refused is no repetition')


def find_gaps(world, count, most, step=0.125):
    """Moves on in small steps; at which times the calls that `count` counts came."""
    times, seen = [], count()
    while world.agent.now < most:
        world.agent.advance(step)
        now_seen = count()
        times += [world.agent.now] * (now_seen - seen)
        seen = now_seen
    return [later - earlier for earlier, later in zip(times, times[1:])]


def test_sending(world):
    world.sandbox.add_chat(OWNER)
    world.start()
    world.sandbox.wait_call('setMyCommands')
    world.agent.advance()
    world.sandbox.fault(method='sendMessage', times=1000, status=500, description='Internal Server Error')
    mark = world.sandbox.mark()
    world.ctl('send', 'patience').expect(0)
    world.agent.advance()
    # The first gap begins with the call that was made at once.
    gaps = find_gaps(world, lambda: count_sent(world, mark, good=False) - 1, world.agent.now + 75)
    first = world.ctl_json('outbox', 'list')[0]
    expect(first['state'] in ('queued', 'sending') and first['attempts'] >= 5, first)
    expect(max(gaps) <= 15.3, 'more than 15 s between two:', gaps)
    expect(gaps[-1] >= 10, 'it does not back off:', gaps)
    for earlier, later in zip(gaps, gaps[1:]):
        expect(later >= earlier or earlier > 9, 'not growing:', gaps)
    world.sandbox.clear_faults()
    world.agent.advance(16)
    expect(count_sent(world, mark) == 1, describe(world.sandbox.sent(mark)['calls']))
    # The first success resets it.
    mark = world.sandbox.mark()
    world.sandbox.fault(method='sendMessage', times=1, status=500, description='Internal Server Error')
    world.ctl('send', 'again').expect(0)
    world.agent.advance()
    world.agent.advance(1.4)
    expect(count_sent(world, mark) == 1, 'the back-off was not reset')


def test_receiving(world):
    world.start()
    world.sandbox.wait_call('setMyCommands')
    world.agent.advance()
    world.sandbox.fault(method='getUpdates', times=1000, status=500, description='Internal Server Error')
    world.sandbox.say('/start')  # ends the poll that is pending
    world.sandbox.wait_text('Hello', chat=OWNER)

    def failures():
        return sum(1 for call in world.sandbox.calls()['calls'] if call['method'] == 'getUpdates'
                   and call['status'] == 500)
    world.agent.advance()
    gaps = find_gaps(world, failures, world.agent.now + 260, step=0.25)
    expect(max(gaps) <= 60.5, 'more than a minute between two:', gaps)
    expect(gaps[-1] >= 40, 'it does not back off:', gaps)
    for earlier, later in zip(gaps, gaps[1:]):
        expect(later >= earlier or earlier > 40, 'not growing:', gaps)
    status = world.ctl_json('status')['bots'][0]
    expect(status['state'] == 'connecting' and status['detail'], status)
    world.sandbox.clear_faults()
    mark = world.sandbox.mark()
    world.sandbox.say('/help')
    world.until(lambda: count_sent(world, mark), 'an answer', step=10)
    world.sandbox.wait_text('/task', after=mark, chat=OWNER)
    world.until(lambda: world.ctl_json('status')['bots'][0]['state'] == 'polling', 'polling')


def test_held(world):
    """A job that still waits when the robot was away for long is asked about, not started."""
    gate = Gate(world)
    world.profile.add_task('gate', gate.script)
    world.start()
    world.sandbox.say('/task gate')
    world.sandbox.wait_text('#1', chat=OWNER)
    gate.wait()
    for number in (2, 3, 4, 5):
        mark = world.sandbox.mark()
        world.sandbox.say('/task gate')
        world.sandbox.wait_text('#%d' % number, after=mark, chat=OWNER)
    world.agent.stop()
    gate.open()
    mark = world.sandbox.mark()
    world.agent.ahead = 3600
    world.agent.start()
    world.agent.advance()
    questions = [world.sandbox.wait_text(['#%d' % number, 'run it now'], after=mark, chat=OWNER)
                 for number in (2, 3, 4, 5)]
    jobs = {job['number']: job for job in world.ctl_json('job', 'list')}
    for number in (2, 3, 4, 5):
        expect((jobs[number]['state'], jobs[number]['reason']) == ('queued', 'held'), jobs[number])
    expect(not gate.came(), 'a held job was started')
    # Run, Drop, and cancel and run on the command line.
    world.sandbox.press(OWNER, questions[0]['result']['message_id'], text='Run')
    gate.wait()
    gate.open()
    world.sandbox.wait_text(['#2', 'succeeded'], after=mark, chat=OWNER)
    world.sandbox.press(OWNER, questions[1]['result']['message_id'], text='Drop')
    world.sandbox.wait_text(['#3', 'cancelled'], after=mark, chat=OWNER)
    world.ctl('job', 'cancel', '4').expect(0)
    expect(world.ctl_json('job', 'show', '4')['state'] == 'cancelled', world.ctl_json('job', 'show', '4'))
    world.ctl('job', 'run', '5').expect(0)
    gate.wait()
    gate.open()
    world.sandbox.wait_text(['#5', 'succeeded'], after=mark, chat=OWNER)
    expect(not gate.came(), 'a dropped job was started')
    world.ctl('job', 'run', '5').expect(4)


def test_short_absence(world):
    gate = Gate(world)
    world.profile.add_task('gate', gate.script)
    world.start()
    world.ctl('task', 'run', 'gate').expect(0)
    gate.wait()
    world.ctl('task', 'run', 'gate').expect(0)
    world.agent.stop()
    gate.open()
    world.agent.ahead = 200
    world.agent.start()
    gate.wait()
    gate.open()


def test_stale_backlog(world):
    """What was said while the robot was away for long is refused, not run."""
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    world.sandbox.say('/start')
    world.sandbox.wait_text('Hello', chat=OWNER)
    world.agent.stop()
    mark = world.sandbox.mark()
    world.sandbox.say('/task hello')
    world.agent.ahead = 3600
    world.agent.start()
    world.sandbox.wait_text(['late', '/task'], after=mark, chat=OWNER)
    expect(world.ctl_json('job', 'list') == [], 'it ran')


def test_dialog_expires(world):
    world.profile.add_task('hello', 'echo hello\n')
    world.start()
    world.sandbox.say('/run')
    question = world.sandbox.wait_text('which task', chat=OWNER)
    world.advance(700)
    mark = world.sandbox.calls()['last']
    world.sandbox.press(OWNER, question['result']['message_id'], text='hello')
    answers = world.until(lambda: [call for call in world.sandbox.calls(mark)['calls']
                                   if call['method'] == 'answerCallbackQuery'], 'an answer')
    expect('expired' in answers[0]['params']['text'], answers)
    expect(world.ctl_json('job', 'list') == [], 'it ran')


CASES = [
    (paced, 'a private chat: one a second and a small burst', test_private),
    (paced, 'a group: twenty a minute', test_group),
    (paced, 'a bot: thirty a second', test_bot),
    (ClockWorld, 'pacing off', test_unpaced),
    (ClockWorld, 'retry_after is obeyed', test_retry_after),
    (ClockWorld, 'sending backs off up to 15 seconds', test_sending),
    (ClockWorld, 'receiving backs off up to a minute', test_receiving),
    (ClockWorld, 'jobs are held after a long absence', test_held),
    (ClockWorld, 'jobs start after a short absence', test_short_absence),
    (ClockWorld, 'commands from a long absence are refused', test_stale_backlog),
    (ClockWorld, 'questions expire', test_dialog_expires),
]


def main():
    tap = Tap(__doc__)
    for world, name, case in CASES:
        if not tap.args.only or tap.args.only in name:
            tap.run_case(name, case, world)
    return tap.run([])


if __name__ == '__main__':
    sys.exit(main())
