#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad tokens, and a server that answers nonsense, too late or not at all."""

import json
import os
import sys
import time

from opt_e2e import OWNER, TOKEN, Deadline, Failure, Tap, World, describe, expect, person, text_of
from opt_e2e_clock import ClockWorld
from opt_e2e_signals import Signals

HTML = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'
DEEP = '{"ok":true,"result":' + '[' * 5000 + ']' * 5000 + '}'
# What an answer may be besides right; `unknown`: it may have been handled all the same.
FAULTS = [
    ('HTML', {'status': 502, 'body': HTML, 'content_type': 'text/html'}),
    ('HTML with 200', {'body': HTML, 'content_type': 'text/html'}),
    ('truncated JSON', {'truncate': True}),
    ('deeply nested JSON', {'body': DEEP}),
    ('JSON of another kind', {'body': '[1,2,3]'}),
    ('an empty body', {'body': ''}),
    ('bytes gone wrong', {'body': '{"ok":\\ud800}'}),
    ('500', {'status': 500, 'description': 'Internal Server Error: restart'}),
    ('429', {'status': 429, 'retry_after': 3, 'description': 'Too Many Requests: retry after 3'}),
    ('nothing', {'drop': 'before'}),
    ('nothing, once handled', {'drop': 'after'}),
]


def bot_of(world):
    return world.ctl_json('status')['bots'][0]


def wait_consumed(world):
    """Until every fault has happened."""
    deadline = Deadline()
    last = 0
    while world.sandbox.control('GET', 'faults'):
        if deadline.over():
            raise Failure('these faults never happened: %s' % world.sandbox.control('GET', 'faults'))
        last = world.sandbox.calls(last, 0.5)['last']


def answered(world, mark, words='/task'):
    return any(words in text_of(call) and call['result'] for call in world.sandbox.sent(mark)['calls'])


def begin(world):
    world.configure()
    world.agent.start()
    world.sandbox.wait_call('setMyCommands')
    world.sandbox.say('/start')
    world.sandbox.wait_text('Hello', chat=OWNER)
    world.agent.advance()


def test_get_updates(world):
    begin(world)
    for name, fault in FAULTS:
        world.sandbox.fault(method='getUpdates', times=3, **fault)
        mark = world.sandbox.mark()
        world.sandbox.say('/status')  # ends the poll that is pending; the next ones go wrong
        try:
            world.until(lambda: not world.sandbox.control('GET', 'faults'), 'the faults', step=5)
            world.sandbox.say('/help')
            world.until(lambda: answered(world, mark), 'an answer', step=5)
        except Failure as failure:
            raise Failure('%s: %s' % (name, failure)) from failure
        texts = [text_of(call) for call in world.sandbox.sent(mark)['calls']]
        expect(len(texts) == 2, name, 'was answered with', texts)
    expect(world.ctl_json('job', 'list') == [], 'something ran')


def test_get_updates_says_why(world):
    """While it lasts, status and doctor have words for it."""
    begin(world)
    world.sandbox.fault(method='getUpdates', times=1000, status=502, body=HTML, content_type='text/html')
    signals = Signals(world.profile)
    world.sandbox.say('/status')
    bot = signals.until(lambda: bot_of(world)['state'] == 'connecting' and bot_of(world), 'connecting')
    expect(bot['detail'] and '502' in bot['detail'], 'it only says', bot)
    world.sandbox.fault(method='getMe', times=10, status=502, body=HTML, content_type='text/html')
    report = world.ctl('doctor', '--json').expect(1).json
    bad = [entry for entry in report['checks'] if entry['bot'] == 'main' and entry['state'] == 'bad']
    expect(bad and bad[0]['fix'], report)
    signals.close()


def test_get_me(world):
    for name, fault in FAULTS:
        world.configure()
        world.sandbox.fault(method='getMe', times=2, **fault)
        world.agent.start()
        mark = world.sandbox.mark()
        world.sandbox.say('/help')
        try:
            world.until(lambda: answered(world, mark), 'an answer', step=5)
        except Failure as failure:
            raise Failure('%s: %s' % (name, failure)) from failure
        world.agent.stop()
        world.sandbox.clear_faults()


def test_send(world):
    begin(world)
    for name, fault in FAULTS:
        world.sandbox.fault(method='sendMessage', times=2, **fault)
        mark = world.sandbox.mark()
        world.ctl('send', name).expect(0)
        try:
            world.until(lambda: world.ctl_json('outbox', 'list', '--limit', '1')[0]['state'] == 'sent',
                        'the message', step=5)
        except Failure as failure:
            raise Failure('%s: %s' % (name, failure)) from failure
        row = world.ctl_json('outbox', 'list', '--limit', '1')[0]
        calls = world.sandbox.sent(mark)['calls']
        expect(len(calls) == 3 and row['attempts'] == 3, name, 'took', describe(calls))
        sure = name in ('500', '429')
        expect(row['repeated'] == (not sure), name, 'is', row)
        expect(text_of(calls[-1]) == name + ('' if sure else ' (possibly repeated)') or
               text_of(calls[-1]) == name + ('' if sure else '\n(possibly repeated)'), name, 'came as',
               text_of(calls[-1]))


def test_slow(world):
    """A server that takes its time, and one that never answers."""
    begin(world)
    world.sandbox.fault(method='getUpdates', times=1, delay_ms=600000)
    mark = world.sandbox.mark()
    world.sandbox.say('/status')
    wait_consumed(world)
    world.until(lambda: answered(world, mark, 'Tasks'), 'the answer to the first', step=5)
    world.sandbox.say('/help')
    world.until(lambda: answered(world, mark), 'an answer behind a poll that hangs', step=10)


def test_slow_send(world):
    world.start()
    world.sandbox.add_chat(OWNER)
    world.sandbox.fault(method='sendMessage', delay_ms=1500)
    world.sandbox.fault(method='getMe', delay_ms=1500)
    mark = world.sandbox.mark()
    world.ctl('send', '--wait', 'slow').expect(0)
    expect(len(world.sandbox.sent(mark)['calls']) == 1, 'patience was short')


def test_revoked(world):
    """A token that is revoked while the agent runs."""
    world.start()
    world.sandbox.add_chat(OWNER)
    world.ctl('send', '--wait', 'before').expect(0)
    signals = Signals(world.profile)
    world.sandbox.set_bot(revoked=True)
    world.ctl('send', 'meanwhile').expect(0)
    bot = signals.until(lambda: bot_of(world)['state'] == 'refused' and bot_of(world), 'refused')
    expect('Unauthorized' in bot['detail'], bot)
    expect(world.ctl_json('bot', 'show', 'main')['token'] == 'refused', world.ctl_json('bot', 'show', 'main'))
    report = world.ctl('doctor', '--json').expect(1).json
    bad = [entry for entry in report['checks'] if entry['id'] == 'token' and entry['state'] == 'bad']
    expect(bad and 'secret set' in bad[0]['fix'], report)
    row = world.ctl_json('outbox', 'list')[0]
    expect(row['state'] == 'queued', 'what waits for a token is', row)
    outbox = world.ctl_json('status')['outbox']
    expect(outbox['queued'] == 1 and outbox['oldest_s'] >= 0, outbox)
    expect(TOKEN.split(':')[1] not in str(report) + str(world.ctl_json('status')), 'the token is told')
    signals.close()
    # With a good one everything goes on.
    world.sandbox.set_bot(revoked=False)
    world.agent.stop()
    world.agent.start()
    world.sandbox.wait_text('meanwhile', chat=OWNER)


def test_bad_tokens(world):
    """Malformed, and missing."""
    world.configure()
    for text in ('nonsense', '123:short', TOKEN + '\n' + TOKEN + 'x', '\x00\x01', ''):
        world.profile.write_credential('main', text)
        world.agent.start()
        bot = bot_of(world)
        expect(bot['state'] in ('refused', 'no-token') and bot['detail'], repr(text), 'makes', bot)
        expect(world.ctl_json('bot', 'show', 'main')['token'] in ('refused', 'missing'), repr(text))
        world.ctl('doctor').expect(1)
        expect(world.ctl('send', '--wait=1', 'x').code == 6, 'what waits for a token does not wait')
        world.agent.stop()
    os.unlink(os.path.join(world.profile.credentials, 'bot-main'))
    world.agent.start()
    bot = bot_of(world)
    expect(bot['state'] == 'no-token' and bot['detail'], bot)


def test_conflict(world):
    """Somebody else polls with the same token."""
    begin(world)
    signals = Signals(world.profile)
    world.sandbox.fault(method='getUpdates', times=2, status=409,
                        description='Conflict: terminated by other getUpdates request; make sure that only '
                                    'one bot instance is running')
    world.sandbox.say('/start')
    bot = signals.until(lambda: bot_of(world)['state'] == 'conflict' and bot_of(world), 'a conflict')
    expect(bot['detail'], bot)
    signals.close()
    mark = world.sandbox.mark()
    world.sandbox.say('/help')
    world.until(lambda: answered(world, mark), 'an answer', step=5)


def message(update_id, text, user=OWNER, **more):
    words = text.split() or ['']
    return {'update_id': update_id, 'message': {
        'message_id': 5, 'date': int(time.time()), 'text': text, 'from': {**person(user), 'is_bot': False},
        'chat': {'id': user, 'type': 'private'},
        'entities': [{'type': 'bot_command', 'offset': 0, 'length': len(words[0])}], **more}}


def test_odd_updates(world):
    """Updates that are no such; ids beyond 32 bits; texts beyond all measure."""
    world.profile.add_task('hello', 'echo hello\n')
    big = 1099511627775
    world.configure(valid_user='1001, %d' % big)
    world.sandbox.add_chat(big)
    world.start()
    world.sandbox.say('/start')
    world.sandbox.wait_text('Hello', chat=OWNER)
    odd = [
        {}, {'update_id': 'seven'}, {'update_id': -3}, {'update_id': 1e300}, {'update_id': None}, [], 7, None,
        {'update_id': 11, 'message': None}, {'update_id': 12, 'message': []},
        {'update_id': 13, 'message': {'from': 7, 'chat': 'x', 'text': {}}},
        message(14, '/task hello', **{'from': {'id': '1001'}}),
        message(15, '/task hello', **{'from': {'id': 1001.5}}),
        message(16, '/task hello', **{'from': {'id': 2 ** 63}}),
        message(17, '/task hello', chat={'id': 2 ** 70}),
        message(18, '/task hello', date='yesterday'),
        message(19, '/task hello', entities=[{'type': 'bot_command', 'offset': -5, 'length': 1 << 40}]),
        message(20, '/task hello', entities='x'),
        message(21, 'x' * 200000),
        message(22, '/task ' + 'y' * 100000),
        message(23, '\u0000\u202e/task hello\ud800'),
        {'update_id': 24, 'callback_query': {'id': 5, 'from': {'id': 1001}, 'data': 'x'}},
        {'update_id': 25, 'callback_query': {'id': 'a', 'from': person(OWNER), 'data': '\u0000' * 64,
                                             'message': {'message_id': 1, 'chat': {'id': OWNER}}}},
        {'update_id': 26, 'my_chat_member': {'new_chat_member': 'x'}},
        message(2147483647, '/status', user=big),
    ]
    mark = world.sandbox.mark()
    # As text: the practice server would refuse some of it as JSON.
    world.sandbox.fault(method='getUpdates', body=json.dumps({'ok': True, 'result': odd}))
    world.sandbox.say('/start')
    world.sandbox.wait_text('0 running', after=mark, chat=big)
    mark = world.sandbox.mark()
    world.sandbox.say('/task hello', user=big)
    world.sandbox.wait_text(['#', 'succeeded'], after=mark, chat=big)
    jobs = world.ctl_json('job', 'list')
    expect([job['origin']['user_id'] for job in jobs if job['origin']['user_id'] == big] == [big], jobs)
    expect(all(job['origin']['user_id'] in (big, OWNER) for job in jobs), jobs)


def test_migration(world):
    """A group that became a supergroup with an id beyond 32 bits."""
    old, new = -4661161234, -1001997852516
    world.sandbox.add_chat(old, type='group', title='Team', bot='member')
    world.configure(chat_ids=str(old))
    world.start()
    world.ctl('send', '--wait', 'before').expect(0)
    answer = world.sandbox.change_chat(old, 'migrate')
    mark = world.sandbox.mark()
    world.ctl('send', '--wait', 'behind').expect(0)
    calls = world.sandbox.sent(mark)['calls']
    good = [call for call in calls if call['status'] == 200]
    expect(len(good) == 1 and good[0]['params']['chat_id'] < -1000000000000, describe(calls), answer, new)


CASES = [
    (ClockWorld, 'getUpdates answered with nonsense', test_get_updates),
    (ClockWorld, 'nonsense has words in status and doctor', test_get_updates_says_why),
    (ClockWorld, 'getMe answered with nonsense', test_get_me),
    (ClockWorld, 'sendMessage answered with nonsense', test_send),
    (ClockWorld, 'a poll that hangs', test_slow),
    (ClockWorld, 'somebody else polls', test_conflict),
    (World, 'a slow server', test_slow_send),
    (World, 'a token that is revoked', test_revoked),
    (World, 'tokens that are none', test_bad_tokens),
    (World, 'odd updates', test_odd_updates),
    (World, 'a group that moved', test_migration),
]


def main():
    tap = Tap(__doc__)
    for world, name, case in CASES:
        if not tap.args.only or tap.args.only in name:
            tap.run_case(name, case, world)
    return tap.run([])


if __name__ == '__main__':
    sys.exit(main())
