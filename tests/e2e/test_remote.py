#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversation with the remote bot: commands, questions, buttons, groups, topics."""

import sys
import time

from opt_e2e import OWNER, Tap, describe, expect, person, text_of
from opt_e2e_gate import Gate

GROUP = -5005
FORUM = -1001000000007
ANN = 2002
COMMANDS = ('run', 'task', 'list', 'status', 'cancel', 'log', 'help', 'start')


class Talk:
    """What one person says in one chat and topic, and what comes back there."""

    def __init__(self, world, user=OWNER, chat=None, topic=None):
        self.world = world
        self.user = user
        self.chat = user if chat is None else chat
        self.topic = topic

    def say(self, text, **more):
        """Returns what was said; answers come behind `self.mark`."""
        self.mark = self.world.sandbox.mark()
        if self.topic is not None:
            more['message_thread_id'] = self.topic
        return self.world.sandbox.say(text, user=self.user, chat=self.chat, **more)['message']

    def hear(self, *words, after=None):
        """The next message here with all of the words, in the topic of the question."""
        call = self.world.sandbox.wait_text(list(words), after=self.mark if after is None else after,
                                            chat=self.chat)
        thread = call['params'].get('message_thread_id')
        expect(thread == self.topic, 'an answer in topic', thread, 'instead of', self.topic)
        return call

    def ask(self, text, *words, **more):
        said = self.say(text, **more)
        call = self.hear(*words)
        if self.chat < 0:
            reply = (call['params'].get('reply_parameters') or {}).get('message_id')
            expect(reply == said['message_id'], 'in a group nobody knows whom this answers:', call)
        return call

    def reply(self, call, text, *words, user=None):
        """Answers a message of the bot."""
        self.say(text, reply_to_message_id=call['result']['message_id'])
        return self.hear(*words)

    def press(self, call, label):
        self.mark = self.world.sandbox.mark()
        return self.world.sandbox.press(self.chat, call['result']['message_id'], user=self.user,
                                        text=label)


def forces_reply(call):
    return bool((call['params'].get('reply_markup') or {}).get('force_reply'))


def labels(call):
    rows = (call['params'].get('reply_markup') or {}).get('inline_keyboard') or []
    return [button['text'] for row in rows for button in row]


def put_tasks(world):
    world.profile.add_task('hello', 'echo Hello "$OPTIMUS_PARAM_WHO"\n', 'Description=Says hello',
                           '[Parameter who]\nType=text\nDefault=world\n')
    world.profile.add_task('report', 'echo "$OPTIMUS_PARAM_DAYS $OPTIMUS_PARAM_KIND"\n', '',
                           '[Parameter days]\nType=int\nRequired=True\nMin=1\nMax=31\n'
                           '[Parameter kind]\nType=choice\nChoices=short;long\nRequired=True\n')
    world.profile.add_task('fails', 'echo it broke\nexit 3\n')


def start(world, **settings):
    put_tasks(world)
    world.configure(**{'valid_user': '1001, 2002', **settings})
    world.start()
    return Talk(world)


def put_groups(world):
    members = [person(OWNER), person(ANN), person(3003)]
    world.sandbox.set_bot(username='optimus_e2e_bot')
    world.sandbox.add_chat(GROUP, type='group', title='Team', bot='member', members=members)
    world.sandbox.add_chat(FORUM, type='supergroup', title='Forum', is_forum=True, bot='member',
                           members=members,
                           topics=[{'message_thread_id': 4, 'name': 'Four'},
                                   {'message_thread_id': 5, 'name': 'Five'}])


def wait_sync(world, talk=None):
    """Until everything that was said before has been handled: the next answer is behind it."""
    (talk or Talk(world)).ask('/start', 'Hello')


def test_commands(world):
    talk = start(world)
    text = text_of(talk.ask('/help', '/task'))
    expect(all('/' + name in text for name in COMMANDS[:-1]), '/help lacks a command:', text)
    talk.ask('/start', '/run', '/help')
    status = text_of(talk.ask('/status', 'optimus'))
    expect('testbot' in status and '0 running' in status, status)
    talk.ask('/list testbot', 'no jobs')
    talk.ask('/log', '')
    talk.ask('/cancel', 'nothing')
    talk.ask('/HELP', '/task')
    talk.ask('/nonsense', '/help')
    talk.ask('what can you do?', '/help')
    expect(world.ctl_json('job', 'list') == [], 'something ran')


def test_task(world):
    talk = start(world)
    started = talk.ask('/task hello', 'hello', '#1')
    expect('testbot' in text_of(started), 'the robot is not named:', text_of(started))
    done = talk.hear('hello', '#1', 'succeeded', 'Hello world')
    expect('#testbot' in text_of(done), 'no hashtag of the robot:', text_of(done))
    talk.ask('/task hello.testbot who="Ann Lee"', '#2')
    talk.hear('#2', 'succeeded', 'Hello Ann Lee')
    talk.ask('/task HELLO.TestBot who=“Bob Ray”', '#3')
    talk.hear('#3', 'Hello Bob Ray')
    talk.ask('/task fails', '#4')
    talk.hear('fails', '#4', 'failed', 'exit code 3', 'it broke')
    states = [job['state'] for job in world.ctl_json('job', 'list')]
    expect(states == ['failed', 'succeeded', 'succeeded', 'succeeded'], states)


def test_task_refused(world):
    world.profile.add_task('risky', 'echo\n', 'Risk=confirm')
    talk = start(world)
    talk.ask('/task risky', 'risky', 'confirm')
    talk.ask('/task nosuch', 'nosuch')
    talk.ask('/task helo', 'hello')  # a guess
    talk.ask('/task hello.vm91', 'vm91', 'testbot')
    talk.ask('/task hello who', 'NAME=VALUE')
    talk.ask('/task hello colour=red', 'colour', 'who')
    talk.ask('/task report days=many kind=short', 'days')
    talk.ask('/task report days=99 kind=short', 'days', '31')
    talk.ask('/task hello who=a who=b', 'twice')
    talk.ask('/task hello "who=a', '')
    talk.ask('/task ' + 'x' * 4000, '')
    expect(world.ctl_json('job', 'list') == [], 'something ran')


def test_task_dialog(world):
    talk = start(world)
    question = talk.ask('/task', 'task')
    expect(forces_reply(question), '/task asks without ForceReply')
    talk.reply(question, 'hello who=you', '#1')
    talk.hear('#1', 'succeeded', 'Hello you')
    # What is missing is asked for, one after the other.
    days = talk.ask('/task report', 'days')
    expect(forces_reply(days), 'a value is asked for without ForceReply')
    again = talk.reply(days, 'many', 'days')
    kind = talk.reply(again, '7', 'kind')
    expect(labels(kind) == ['short', 'long'], 'choices are', labels(kind))
    talk.press(kind, 'long')
    talk.hear('#2', 'succeeded', '7 long')
    # In private it need not be a reply.
    talk.ask('/task', 'task')
    talk.ask('hello', '#3')
    talk.hear('#3', 'succeeded')
    # /cancel takes the question back.
    talk.ask('/task', 'task')
    talk.ask('/cancel', 'no longer')
    talk.ask('hello', '/help')
    # Another command does so too.
    question = talk.ask('/task', 'task')
    talk.ask('/start', 'Hello')
    talk.reply(question, 'hello', '/help')
    expect(len(world.ctl_json('job', 'list')) == 3, 'a question that was closed was answered')


def test_run(world):
    talk = start(world)
    question = talk.ask('/run', 'which task')
    expect({'hello', 'report', 'fails'} <= set(labels(question)), labels(question))
    talk.press(question, 'hello')
    answer = world.sandbox.wait_call('answerCallbackQuery')
    expect(answer['result'] is True, answer)
    talk.hear('#1', 'succeeded', 'Hello world')
    # The buttons are gone: nobody can press them twice.
    edits = [call for call in world.sandbox.sent()['calls'] if call['method'] == 'editMessageText' and
             call['params']['message_id'] == question['result']['message_id']]
    expect(edits and not labels(edits[-1]), 'the buttons stay:', edits)
    talk.ask('/run hello who=me', '#2')
    talk.hear('#2', 'Hello me')
    # Of an older question the buttons do nothing.
    old = talk.ask('/run', 'which task')
    talk.ask('/run', 'which task')
    talk.press(old, 'hello')
    closed = world.sandbox.wait_call('answerCallbackQuery', after=answer['n'])
    expect('closed' in closed['params'].get('text', ''), closed)
    wait_sync(world)
    expect(len(world.ctl_json('job', 'list')) == 2, 'an old button ran something')


def test_list(world):
    talk = start(world)
    question = talk.ask('/list', 'List jobs for which robot')
    expect(forces_reply(question), '/list asks without ForceReply')
    again = talk.reply(question, 'vm91', 'vm91', 'List jobs for which robot')
    talk.reply(again, 'testbot', 'no jobs')
    for number, task in enumerate(['hello', 'fails', 'hello'], 1):
        talk.ask('/task ' + task, '#%d' % number)
        talk.hear('#%d' % number, 'exit' if task == 'fails' else 'succeeded')
    text = text_of(talk.ask('/list testbot', '#1', '#2', '#3'))
    expect(text.index('#3') < text.index('#2') < text.index('#1'), 'not newest first:', text)
    expect('2 succeeded' in text and '1 failed' in text, text)
    text = text_of(talk.ask('/list TESTBOT failed 24h', '#2'))
    expect('#1' not in text and '#3' not in text, 'a filter lets others pass:', text)
    text = text_of(talk.ask('/list testbot hello', '#1', '#3'))
    expect('#2' not in text, text)
    talk.ask('/list testbot nonsense', 'nonsense')


def test_cancel(world):
    gates = [Gate(world, 'first'), Gate(world, 'second')]
    for gate in gates:
        world.profile.add_task(gate.name, gate.script)
    talk = start(world)
    started = talk.ask('/task first', '#1')
    gates[0].wait()
    expect('Cancel' in labels(started), 'no button to cancel it:', labels(started))
    talk.ask('/task second', '#2')
    gates[1].wait()
    talk.ask('/cancel #1', '#1')
    talk.hear('#1', 'cancelled')
    choice = talk.ask('/cancel', 'which job')
    expect(labels(choice) == ['#2 second'], labels(choice))
    talk.press(choice, '#2 second')
    talk.hear('#2', 'cancelled')
    third = talk.ask('/task first', '#3')
    gates[0].wait()
    talk.press(third, 'Cancel')
    talk.hear('#3', 'cancelled')
    talk.ask('/cancel 3', '#3')
    talk.ask('/cancel 77', '77')
    talk.ask('/cancel soon', 'soon')


def test_log(world):
    world.profile.add_task('long', 'i=0; while [ $i -lt 40000 ]; do echo "line $i"; i=$((i+1)); done\n',
                           'Output=none')
    world.profile.add_task('ugly', "printf '\\033[31mred\\033[0m\\r\\377\\376 done\\n'\n")
    talk = start(world)
    talk.ask('/task hello', '#1')
    talk.hear('#1', 'succeeded')
    talk.ask('/log 1', '#1', 'Hello world')
    talk.ask('/log', '#1', 'Hello world')
    talk.ask('/task long', '#2')
    talk.hear('#2', 'succeeded')
    text = text_of(talk.ask('/log 2 3', 'line 39999'))
    expect('line 39997' in text and 'line 39996' not in text, text)
    talk.say('/log 2')
    document = world.sandbox.wait_call('sendDocument', after=0)
    expect(document['params']['document']['file_name'].endswith('.log'), document)
    expect(document['params']['document']['size'] == world.ctl_json('job', 'show', '2')['log']['bytes'],
           'the file is not all of it')
    talk.ask('/task ugly', '#3')
    result = text_of(talk.hear('#3', 'succeeded', 'done'))
    expect('\x1b' not in result and 'red' not in result, repr(result))
    talk.ask('/log 99', '99')
    talk.ask('/log x', 'x')


def test_groups(world):
    put_groups(world)
    talk = start(world)
    group = Talk(world, OWNER, GROUP)
    group.ask('/help@optimus_e2e_bot', '/task')
    group.ask('/task hello', '#1')
    group.hear('#1', 'succeeded')
    mark = world.sandbox.mark()
    group.say('/task@other_bot hello')
    group.say('hello everybody')
    group.say('/nonsense')
    Talk(world, 3003, GROUP).say('/task hello')
    Talk(world, 3003, GROUP).say('/start@optimus_e2e_bot')
    wait_sync(world, talk)
    here = [call for call in world.sandbox.sent(mark)['calls'] if call['params'].get('chat_id') == GROUP]
    expect(not here, 'in the group it said', describe(here))
    expect(len(world.ctl_json('job', 'list')) == 1, 'something ran')
    jobs = world.ctl_json('job', 'list')
    expect(jobs[0]['origin']['chat_id'] == GROUP and jobs[0]['origin']['user_id'] == OWNER, jobs)


def test_two_dialogs(world):
    """Two people at the same time in one group: each has a question of their own."""
    put_groups(world)
    start(world)
    owner, ann = Talk(world, OWNER, GROUP), Talk(world, ANN, GROUP)
    question = owner.ask('/task', 'task')
    other = ann.ask('/task report', 'days')
    expect(question['params']['reply_markup'].get('selective'), 'everybody is asked')
    kind = ann.reply(other, '5', 'kind')
    owner.reply(question, 'hello who=Owner', '#1')
    owner.hear('#1', 'Hello Owner')
    # Only whom it was offered to can press.
    mark = world.sandbox.calls()['last']
    owner.press(kind, 'short')
    answer = world.sandbox.wait_call('answerCallbackQuery', after=mark)
    expect('not for you' in answer['params'].get('text', ''), answer)
    ann.press(kind, 'short')
    ann.hear('#2', 'succeeded', '5 short')
    jobs = world.ctl_json('job', 'list')
    expect([job['origin']['user_id'] for job in jobs] == [ANN, OWNER], jobs)
    # Somebody else's question is not answered by a reply to it.
    question = owner.ask('/task', 'task')
    ann.say('hello', reply_to_message_id=question['result']['message_id'])
    wait_sync(world, owner)
    expect(len(world.ctl_json('job', 'list')) == 2, 'a foreign answer was taken')


def test_topics(world):
    put_groups(world)
    start(world)
    four, five = Talk(world, OWNER, FORUM, 4), Talk(world, ANN, FORUM, 5)
    question = four.ask('/task', 'task')
    five.ask('/task hello who=five', '#1')
    five.hear('#1', 'Hello five')
    four.reply(question, 'hello who=four', '#2')
    four.hear('#2', 'Hello four')
    # The general topic has no id.
    Talk(world, OWNER, FORUM).ask('/status', 'testbot')


def test_stale(world):
    talk = start(world)
    old = int(time.time()) - 400
    talk.ask('/task hello', 'late', '/task', date=old)
    talk.ask('/run', 'late', date=old)
    talk.ask('/cancel 1', 'late', date=old)
    talk.ask('/help', '/task', date=old)
    talk.ask('/list testbot', 'no jobs', date=old)
    question = talk.ask('/task', 'task')
    talk.say('hello', date=old, reply_to_message_id=question['result']['message_id'])
    talk.hear('late')
    talk.ask('/task hello', '#1')
    talk.hear('#1', 'succeeded')
    expect(len(world.ctl_json('job', 'list')) == 1, 'a stale command ran')


def test_fresh_seconds(world):
    talk = start(world, more='fresh_seconds=3600')
    talk.ask('/task hello', '#1', date=int(time.time()) - 3000)
    talk.hear('#1', 'succeeded')


def test_menu(world):
    talk = start(world)
    call = world.sandbox.wait_call('setMyCommands')
    menu = [command['command'] for command in call['params']['commands']]
    expect(set(menu) <= set(COMMANDS) and {'list', 'task', 'run', 'help'} <= set(menu), menu)
    expect(all(command['description'] for command in call['params']['commands']), call)
    wait_sync(world, talk)
    world.agent.stop()
    world.agent.start()
    wait_sync(world, talk)
    calls = [call for call in world.sandbox.calls()['calls'] if call['method'] == 'setMyCommands']
    expect(len(calls) == 1, 'the menu was sent', len(calls), 'times')


def message(update_id, text, command=True, **more):
    """An update as Telegram would put it, for what the practice server has no words for."""
    body = {'message_id': 900 + update_id, 'date': int(time.time()), 'text': text,
            'from': {**person(OWNER), 'is_bot': False}, 'chat': {'id': OWNER, 'type': 'private'}, **more}
    if command:
        body['entities'] = [{'type': 'bot_command', 'offset': 0, 'length': len(text.split()[0])}]
    return {'update_id': update_id, 'message': body}


def inject(world, updates):
    """Has the next getUpdates answered with these."""
    world.sandbox.fault(method='getUpdates', body={'ok': True, 'result': updates})
    # The poll that is pending was not hit by the fault; something to be answered with ends it.
    world.sandbox.say('/start')


def test_not_meant(world):
    """Edited, forwarded, by way of a bot, in the name of a chat: it only looks like a command."""
    talk = start(world)
    wait_sync(world, talk)
    said = talk.ask('/start', 'Hello')
    said = talk.say('/status')
    talk.hear('testbot')
    talk.say('/task hello', edit_of=said['message_id'])
    origin = {'type': 'user', 'date': 1700000000, 'sender_user': {**person(ANN), 'is_bot': False}}
    other_bot = {'id': 99, 'is_bot': True, 'first_name': 'B', 'username': 'b_bot'}
    mark = world.sandbox.mark()
    inject(world, [
        message(1, '/task hello', forward_origin=origin),
        message(2, '/task hello', forward_date=1700000000, forward_from=person(ANN)),
        message(3, '/task hello', via_bot=other_bot),
        message(4, '/task hello', sender_chat={'id': FORUM, 'type': 'supergroup', 'title': 'F'}),
        message(5, '/task hello', **{'from': other_bot}),
        message(6, '/task hello', command=False),
        {'update_id': 7, 'channel_post': message(7, '/task hello')['message']},
        {'update_id': 8, 'edited_message': {**message(8, '/task hello')['message'],
                                           'edit_date': 1700000000}},
        {'update_id': 9, 'no_such_kind': {'a': [1, 2, {'b': None}]}},
        {'update_id': 10},
        message(11, '/status'),
    ])
    world.sandbox.wait_text('testbot', after=mark, chat=OWNER)
    mark = world.sandbox.mark()
    world.sandbox.say('/status')
    world.sandbox.wait_text('0 running', after=mark, chat=OWNER)
    expect(world.ctl_json('job', 'list') == [], 'something ran')


def test_kinds(world):
    """Photos, stickers and such: no answer but the hint, and nothing breaks."""
    talk = start(world)
    for kind in ('photo', 'document', 'sticker', 'location', 'contact', 'dice', 'poll', 'voice'):
        world.sandbox.of_bot('POST', 'messages', {'from': person(OWNER), 'kind': kind})
    world.sandbox.of_bot('POST', 'messages', {'from': person(OWNER), 'kind': 'photo', 'text': '/task hello'})
    wait_sync(world, talk)
    expect(world.agent.is_running(), 'it is gone')


def test_notices(world):
    world.profile.add_task('quiet', 'echo\n', 'NotifyOn=never')
    world.profile.add_task('careful', 'exit ${OPTIMUS_PARAM_CODE}\n', 'NotifyOn=failure',
                           '[Parameter code]\nType=int\nDefault=0\n')
    put_groups(world)
    talk = start(world)
    world.sandbox.add_chat(OWNER)
    world.ctl('task', 'run', 'hello', '--wait').expect(0)
    world.ctl('config', 'set', 'notifications.id', '%d:5' % FORUM).expect(0)
    world.ctl('task', 'run', 'hello', '--wait').expect(0)
    world.ctl('config', 'set', 'notifications.activate', 'True').expect(0)
    world.ctl('task', 'run', 'hello', '--wait').expect(0)
    notice = world.sandbox.wait_text(['hello', '#3', 'succeeded'], chat=FORUM)
    expect(notice['params']['message_thread_id'] == 5, notice)
    expect('#testbot' in text_of(notice), 'no hashtag:', text_of(notice))
    for words in (['quiet'], ['careful'], ['careful', 'code=4']):
        world.ctl('task', 'run', *words, '--wait')
    world.sandbox.wait_text(['careful', '#6', 'failed', '4'], chat=FORUM)
    # Who asked in a chat is answered there; the notice is for the others.
    talk.ask('/task hello', '#7')
    talk.hear('#7', 'succeeded', 'Hello world')
    world.sandbox.wait_text(['hello', '#7', 'succeeded'], chat=FORUM)
    notices = [text_of(call) for call in world.sandbox.sent()['calls'] if call['params'].get('chat_id') == FORUM]
    expect(len(notices) == 3, 'notices are', notices)
    # By the name of a bot: its chats.
    world.ctl('config', 'set', 'notifications.id', 'main').expect(0)
    mark = world.sandbox.mark()
    world.ctl('task', 'run', 'fails', '--wait').expect(1)
    world.sandbox.wait_text(['fails', '#8', 'failed', 'exit code 3'], after=mark, chat=OWNER)


CASES = [
    ('each command answers', test_commands),
    ('/task with everything given', test_task),
    ('/task that can not be run', test_task_refused),
    ('/task asks for what is missing', test_task_dialog),
    ('/run and its buttons', test_run),
    ('/list', test_list),
    ('/cancel and its buttons', test_cancel),
    ('/log', test_log),
    ('groups', test_groups),
    ('two people ask and answer in one group', test_two_dialogs),
    ('topics', test_topics),
    ('stale commands are refused', test_stale),
    ('how old a command may be', test_fresh_seconds),
    ('the menu of commands is sent once', test_menu),
    ('what only looks like a command', test_not_meant),
    ('what is no text', test_kinds),
    ('notices of jobs', test_notices),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES))
