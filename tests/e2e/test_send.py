#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages from the command line, and the bots that carry them."""

import hashlib
import json
import os
import subprocess
import sys

from opt_e2e import OWNER, TOKEN, Tap, expect, is_asan, text_of
from opt_e2e_shape import BOT, SENT, check

GROUP = -4661161234
FRIEND = 1234567890
LINES = [
    'telegram: -4661161234 , This is a message from OPTIMUS',
    'telegram: 1234567890 , Hello World. Olá Mundo. नमस्ते दुनिया. 안녕하세요 세계. 世界,你好。',
    'telegram: 1234567890 , Use backslash n for new line\\nThis is line 2 of the message',
]
NAMED = '424242010:AAE2e-Named_Token_0123456789abcdefghij'
DEFAULT = '424242011:AAE2e-Default_Token_0123456789abcdefgh'
NEW = '424242012:AAE2e-New_Token_0123456789abcdefghijkl'
FATHER = '''Done! Congratulations on your new bot. You will find it at t.me/e2e_bot. You can now add a \
description, about section and profile picture for your bot, see /help for a list of commands.

Use this token to access the HTTP API:
%s
Keep your token secure and store it safely, it can be used by anyone to control your bot.

For a description of the Bot API, see this page: https://core.telegram.org/bots/api
'''


def units(text):
    return len(text.encode('utf-16-le')) // 2


def put_chats(world):
    world.sandbox.add_chat(OWNER)
    world.sandbox.add_chat(FRIEND)
    world.sandbox.add_chat(GROUP, type='group', title='Operations', bot='member')


def sent_by(world, token):
    """What a bot sent: (chat, text) each."""
    calls = world.sandbox.control('GET', token + '/sent')['calls']
    return [(call['params']['chat_id'], text_of(call)) for call in calls if call['status'] == 200]


def put_bot(world, token):
    world.sandbox.control('POST', token + '/chats', {'id': OWNER, 'type': 'private'})
    world.sandbox.control('POST', token + '/chats', {'id': FRIEND, 'type': 'private'})


def test_telegram(world):
    world.start()
    put_chats(world)
    for line in LINES:
        for words in ([line], line.split(' '), [line[len('telegram: '):]]):
            mark = world.sandbox.mark()
            result = world.ctl('telegram', '--wait', '--json', *words).expect(0)
            check(result.json, SENT, 'telegram')
            chat, text = line[len('telegram: '):].split(' , ', 1)
            call = world.sandbox.sent(mark)['calls'][0]
            expect(call['params']['chat_id'] == int(chat), call)
            expect(call['params']['text'] == text.replace('\\n', '\n'), call)
            expect('parse_mode' not in call['params'], 'parse_mode was used')
    mark = world.sandbox.mark()
    world.ctl('telegram', '--wait', '1001 , a , b, <b>&amp;_*[ \\t C:\\x').expect(0)
    expect(text_of(world.sandbox.sent(mark)['calls'][0]) == 'a , b, <b>&amp;_*[ \\t C:\\x',
           'more separators or signs were touched')


def test_notice_bot(world):
    """The keyword's bot is that of notifications.id, else the only active one."""
    put_bot(world, NAMED)
    world.configure(bot_more='[bot other]\nchat_ids=1001\n')
    world.profile.write_credential('other', NAMED)
    put_chats(world)
    world.start()
    error = world.ctl('telegram', '1001 , which', '--json').expect(2).error
    expect('notifications.id' in error['message'], error)
    world.ctl('config', 'set', 'notifications.id', 'Other').expect(0)
    world.ctl('telegram', '--wait', '1001 , by the other').expect(0)
    expect((OWNER, 'by the other') in sent_by(world, NAMED), sent_by(world, NAMED))
    world.ctl('send', '--bot', 'MAIN', '--wait', 'by main').expect(0)
    expect((OWNER, 'by main') in sent_by(world, TOKEN), sent_by(world, TOKEN))


def test_results(world):
    world.start()
    put_chats(world)
    some = world.ctl('send', '--wait', '--chat', str(OWNER), '--chat', '999', '--chat', str(GROUP),
                     'Hello', '--json').expect(1)
    expect([message['state'] for message in some.json['messages']] == ['sent', 'dead', 'sent'], some.out)
    none = world.ctl('send', '--wait', '--chat', '998', '--chat', '999', 'Hello', '--json').expect(4)
    check(none.json, SENT, 'send')
    expect(all(message['state'] == 'dead' and message['error']['code'] == 400
               for message in none.json['messages']), none.out)
    world.sandbox.change_chat(FRIEND, 'block')
    blocked = world.ctl('send', '--wait', '--chat', str(FRIEND), 'Hello', '--json').expect(4)
    expect(blocked.json['messages'][0]['error']['code'] == 403, blocked.out)
    # Accepted is all that is promised without --wait.
    accepted = world.ctl('send', '--chat', '999', 'Hello', '--json').expect(0)
    check(accepted.json, SENT, 'send')
    world.sandbox.fault(method='sendMessage', times=100, status=500, description='Internal Server Error')
    late = world.ctl('send', '--wait=1', 'late', '--json').expect(6)
    expect(late.json['messages'][0]['state'] in ('queued', 'sending'), late.out)
    world.sandbox.clear_faults()
    world.sandbox.wait_text('late', chat=OWNER)


def test_forms(world):
    world.start()
    put_chats(world)

    def last(*words, stdin=None):
        mark = world.sandbox.mark()
        world.ctl('send', '--wait', *words, stdin=stdin).expect(0)
        return world.sandbox.sent(mark)['calls'][0]
    expect(text_of(last('two', 'words')) == 'two words', 'words are not joined')
    expect(text_of(last('-', stdin='from\nthe pipe\n')).rstrip() == 'from\nthe pipe', 'standard input')
    expect(last('--silent', 'x')['params']['disable_notification'] is True, '--silent')
    call = last('--button', 'Docs=https://example.org/a=b', '--button', 'Shop=http://example.org', 'x')
    expect([[button['text'], button['url']] for row in call['params']['reply_markup']['inline_keyboard']
            for button in row] == [['Docs', 'https://example.org/a=b'], ['Shop', 'http://example.org/']]
           or call['params']['reply_markup']['inline_keyboard'][0][0]['url'].endswith('a=b'), call)
    path = world.profile.write('report.csv', 'a;b\n1;2\n')
    run = subprocess.run([world.profile.program('optimusctl'), 'send', '--wait', '--document',
                          'report.csv', 'The', 'report'], cwd=os.path.dirname(path),
                         env=world.profile.environ(), capture_output=True, check=False)
    expect(run.returncode == 0, 'send --document:', run.stderr)
    call = world.sandbox.sent()['calls'][-1]
    expect(call['method'] == 'sendDocument' and call['params']['caption'] == 'The report', call)
    document = call['params']['document']
    expect(document['file_name'] == 'report.csv' and document['size'] == 8, document)
    expect(document['sha256'] == hashlib.sha256(b'a;b\n1;2\n').hexdigest(), document)
    world.ctl('send', '--document', world.profile.path('nosuch'), 'x', '--wait').expect(2)


def test_split(world):
    world.start()
    put_chats(world)
    lines = ['line %d of a long text with 🙂 and ünïcode' % number for number in range(180)]
    text = '\n'.join(lines)
    expect(4096 < units(text) <= 3 * 4096, 'the text of the test has', units(text))
    mark = world.sandbox.mark()
    result = world.ctl('send', '--wait', '-', '--json', stdin=text).expect(0)
    calls = world.sandbox.sent(mark)['calls']
    parts = [text_of(call) for call in calls]
    expect(all(units(part) <= 4096 for part in parts), 'a part is too long')
    expect('\n'.join(parts) == text, 'the parts are not the text, or not in order')
    expect(len(result.json['messages']) == len(parts) <= 3, result.out)
    # One endless line is cut, never inside a character.
    endless = '🙂' * 3000
    mark = world.sandbox.mark()
    world.ctl('send', '--wait', endless).expect(0)
    expect(''.join(text_of(call) for call in world.sandbox.sent(mark)['calls']) == endless, 'cut badly')


def test_long(world):
    world.start()
    put_chats(world)
    text = '\n'.join('line %d' % number for number in range(5000))
    mark = world.sandbox.mark()
    world.ctl('send', '--wait', '-', stdin=text).expect(0)
    calls = world.sandbox.sent(mark)['calls']
    expect([call['method'] for call in calls] == ['sendMessage', 'sendMessage', 'sendDocument'], calls)
    expect(text_of(calls[0]).startswith('line 0\nline 1\n'), 'the head is', text_of(calls[0])[:50])
    expect(text_of(calls[1]).endswith('line 4998\nline 4999'), 'the tail is', text_of(calls[1])[-50:])
    document = calls[2]['params']['document']
    expect(document['file_name'].endswith('.log'), document)
    expect(document['sha256'] == hashlib.sha256(text.encode()).hexdigest(), 'the file is not the text')


def direct(world, *words, env=None, token=None):
    """`optimusctl send --direct` in an environment of its own; `token` comes by a pipe."""
    argv = [world.profile.program('optimusctl'), *words, '--direct', '--json']
    fds = ()
    if token is not None:
        read, write = os.pipe()
        os.write(write, token.encode())
        os.close(write)
        argv += ['--token-fd', str(read)]
        fds = (read,)
    run = subprocess.run(argv, env=world.profile.environ(**(env or {})), capture_output=True, text=True,
                         pass_fds=fds, check=False, timeout=60)
    if fds:
        os.close(read)
    return run


def test_direct(world):
    world.configure()
    world.profile.bus.kill()
    world.profile.bus = None
    put_chats(world)
    run = direct(world, 'send', 'direct', env={'CREDENTIALS_DIRECTORY': world.profile.credentials})
    expect(run.returncode == 0, 'send --direct:', run.stdout, run.stderr)
    sent = json.loads(run.stdout)
    check(sent, SENT, 'send --direct')
    expect(sent['messages'][0]['state'] == 'sent' and sent['messages'][0]['message_id'], sent)
    expect((OWNER, 'direct') in sent_by(world, TOKEN), 'it did not come')
    run = direct(world, 'telegram', LINES[0], env={'CREDENTIALS_DIRECTORY': world.profile.credentials})
    expect(run.returncode == 0 and (GROUP, 'This is a message from OPTIMUS') in sent_by(world, TOKEN),
           run.stderr)
    run = direct(world, 'send', '--chat', str(OWNER), 'by pipe', token=NAMED + '\n')
    expect(run.returncode == 4, 'a bot that nobody started sent to a person:', run.stdout, run.stderr)
    put_bot(world, NAMED)
    run = direct(world, 'send', '--chat', str(OWNER), 'by pipe', token=NAMED + '\n')
    expect(run.returncode == 0 and (OWNER, 'by pipe') in sent_by(world, NAMED), run.stderr)
    run = direct(world, 'send', 'x', token='no token\n')
    expect(run.returncode == 2 and json.loads(run.stderr)['error']['kind'] == 'usage', run.stderr)
    run = direct(world, 'send', '--chat', str(OWNER), '--chat', '999', 'x', token=TOKEN)
    expect(run.returncode == 1, 'one of two failed, yet', run.returncode)
    run = direct(world, 'send', 'no token anywhere')
    expect(run.returncode == 1 and json.loads(run.stderr)['error'], run.stdout, run.stderr)


ENVIRONMENT = {
    'TELEGRAM_BOT_CONFIGS': json.dumps([{'name': 'alerts', 'token': NAMED, 'chat_ids': '1001'}]),
    'TELEGRAM_BOT_TOKEN': DEFAULT,
    'TELEGRAM_CHAT_IDS': '1001,%d' % FRIEND,
}


def put_environment_bots(world):
    put_chats(world)
    put_bot(world, NAMED)
    put_bot(world, DEFAULT)


def test_order_direct(world):
    put_environment_bots(world)
    world.profile.write_config('[telegram]\napi_root=%s\n' % world.sandbox.url)

    def send(text, *words, **env):
        run = direct(world, 'send', text, *words, env=env)
        expect(run.returncode == 0, text, 'failed:', run.stdout, run.stderr)
        return [name for name, token in (('main', TOKEN), ('named', NAMED), ('default', DEFAULT))
                if (OWNER, text) in sent_by(world, token)]
    only_default = {key: value for key, value in ENVIRONMENT.items() if key != 'TELEGRAM_BOT_CONFIGS'}
    expect(send('1', **only_default) == ['default'], 'TELEGRAM_BOT_TOKEN alone')
    expect((FRIEND, '1') in sent_by(world, DEFAULT), 'the second of TELEGRAM_CHAT_IDS')
    expect(send('2', '--bot', 'anything', **only_default) == ['default'], 'by any name')
    expect(send('3', '--bot', 'ALERTS', **ENVIRONMENT) == ['named'], 'TELEGRAM_BOT_CONFIGS by name')
    expect(send('4', '--bot', 'other', **ENVIRONMENT) == ['default'], 'a name that is nowhere')
    config = '[telegram]\napi_root=%s\n[bot alerts]\nchat_ids=1001\nactive=%s\n'
    world.profile.write_credential('alerts', TOKEN)
    keys = {'CREDENTIALS_DIRECTORY': world.profile.credentials, **ENVIRONMENT}
    world.profile.write_config(config % (world.sandbox.url, 'True'))
    expect(send('5', '--bot', 'alerts', **keys) == ['main'], 'the file goes first')
    world.profile.write_config(config % (world.sandbox.url, 'False'))
    expect(send('6', '--bot', 'alerts', **keys) == ['named'], 'an inactive bot is skipped')
    expect(send('7', '--bot', 'alerts', '--chat', str(OWNER), **keys) == ['named'], 'explicit chat')


def test_order_agent(world):
    """For what the agent sends, the agent's environment counts."""
    put_environment_bots(world)
    world.agent.env = ENVIRONMENT
    world.start()
    bots = {bot['name']: bot for bot in world.ctl_json('bot', 'list')}
    check(list(bots.values()), [BOT], 'bot list')
    expect(bots['main']['source'] == 'config' and bots['alerts']['source'] == 'env-configs', bots)
    expect([bot['source'] for bot in bots.values()].count('env-default') == 1, bots)
    world.ctl('send', '--wait', '--bot', 'Alerts', 'named').expect(0)
    world.ctl('send', '--wait', '--bot', 'whatever', 'default').expect(0)
    world.ctl('send', '--wait', '--bot', 'main', 'own').expect(0)
    expect(sent_by(world, NAMED) == [(OWNER, 'named')], sent_by(world, NAMED))
    expect(sent_by(world, DEFAULT) == [(OWNER, 'default'), (FRIEND, 'default')], sent_by(world, DEFAULT))
    expect((OWNER, 'own') in sent_by(world, TOKEN), sent_by(world, TOKEN))


def use_secret_file(world):
    world.profile.extra.update({
        'SECRET_BACKEND': 'file',
        'SECRET_FILE_TEST_PATH': world.profile.path('secrets.keyring'),
        'SECRET_FILE_TEST_PASSWORD': 'practice',
    })
    if is_asan():
        # libsecret forgets to free what identifies its file's content.
        world.profile.extra['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'


def test_bot_add(world):
    use_secret_file(world)
    world.profile.write_config('[remote]\nrobot_id=testbot\n[telegram]\napi_root=%s\nvalid_user=1001\n' %
                               world.sandbox.url)
    world.agent.start()
    spaced = world.ctl('bot', 'add', 'first', '--chat', '1001', '--json',
                       stdin=TOKEN.replace(':', ': ') + '\n').expect(0).json
    check(spaced, BOT, 'bot add')
    expect(spaced['token'] == 'present' and spaced['id'] == int(TOKEN.split(':')[0]), spaced)
    expect(spaced['chats'] == [{'chat_id': 1001, 'topic': None, 'title': None}], spaced)
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', chat=OWNER)
    whole = world.ctl('bot', 'add', 'Second', '--receive', 'off', '--roles', 'notify', '--json',
                      '--description', 'From the message', stdin=FATHER % NEW).expect(0).json
    expect(whole['id'] == int(NEW.split(':')[0]) and whole['receive'] == 'off', whole)
    put_bot(world, NEW)
    world.ctl('send', '--bot', 'second', '--chat', '1001', '--wait', 'new').expect(0)
    expect((OWNER, 'new') in sent_by(world, NEW), 'the new bot sent nothing')
    with open(world.profile.config_file, encoding='utf-8') as stream:
        text = stream.read()
    expect('[bot first]' in text and NEW.split(':')[1] not in text and TOKEN.split(':')[1] not in text,
           text)
    # Both are there after the next start.
    world.agent.stop()
    world.agent.start()
    mark = world.sandbox.mark()
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', after=mark, chat=OWNER)
    expect([bot['token'] for bot in world.ctl_json('bot', 'list')] == ['present', 'present'], 'a token went')
    world.ctl('bot', 'remove', 'second').expect(0)
    expect([bot['name'] for bot in world.ctl_json('bot', 'list')] == ['first'], 'it was not removed')
    world.ctl('bot', 'add', 'second', '--receive', 'off', stdin=NEW).expect(0)
    expect(world.ctl('bot', 'add', 'FIRST', stdin=NEW, ).code == 2, 'a name twice')


def test_bot_refused(world):
    use_secret_file(world)
    world.start()
    before = world.ctl_json('bot', 'list')
    for text in ('', 'no token', '123:short', TOKEN[:-12], 'https://t.me/e2e_bot'):
        result = world.profile.ctl('bot', 'add', 'new', '--json', stdin=text).expect(2)
        expect(result.error['kind'] == 'usage' and result.out == '', result.err)
    world.sandbox.control('POST', NEW + '/bot', {'revoked': True})
    result = world.profile.ctl('bot', 'add', 'new', '--json', stdin=NEW).expect(4)
    expect(result.error['kind'] == 'refused', result.err)
    expect(NEW.split(':')[1] not in result.err, 'the token is in the message')
    expect(world.ctl_json('bot', 'list') == before, 'a bot was added all the same')


def test_bot_validate(world):
    use_secret_file(world)
    world.start()
    bot = world.ctl('bot', 'validate', 'main', '--json').expect(0).json
    check(bot, BOT, 'bot validate')
    expect(bot['username'] and bot['id'] == int(TOKEN.split(':')[0]), bot)
    other = world.ctl('bot', 'validate', '-', '--json', stdin=FATHER % NEW).expect(0).json
    expect(other['id'] == int(NEW.split(':')[0]) and other['username'], other)
    expect([bot['name'] for bot in world.ctl_json('bot', 'list')] == ['main'], 'validate added a bot')
    world.sandbox.control('POST', NEW + '/bot', {'revoked': True})
    error = world.ctl('bot', 'validate', '-', '--json', stdin=NEW).expect(4).error
    expect('Unauthorized' in error['message'], error)
    world.ctl('bot', 'validate', '-', stdin='no token').expect(2)
    world.sandbox.set_bot(revoked=True)
    world.ctl('bot', 'validate', 'main').expect(4)


def test_secret(world):
    """secret set and clear: another token for a bot."""
    use_secret_file(world)
    world.configure()
    os.unlink(os.path.join(world.profile.credentials, 'bot-main'))
    world.agent.start()
    expect(world.ctl_json('bot', 'show', 'main')['token'] == 'missing', 'where is its token from?')
    expect(world.ctl_json('status')['bots'][0]['state'] == 'no-token', world.ctl_json('status'))
    world.ctl('secret', 'set', 'main', stdin=TOKEN).expect(0)
    world.sandbox.say('/help')
    world.sandbox.wait_text('/task', chat=OWNER)
    world.ctl('secret', 'clear', 'main').expect(0)
    expect(world.ctl_json('bot', 'show', 'main')['token'] == 'missing', 'it is still there')


CASES = [
    ('telegram: the lines of the keyword', test_telegram),
    ('telegram: which bot', test_notice_bot),
    ('send: 0, 1, 4 and 6', test_results),
    ('send: text, pipe, button, document', test_forms),
    ('a long text is split', test_split),
    ('a very long text is head, tail and a file', test_long),
    ('--direct and --token-fd', test_direct),
    ('the order of bots, without the agent', test_order_direct),
    ('the order of bots, by the agent', test_order_agent),
    ('bot add and remove', test_bot_add),
    ('bot add: bad tokens', test_bot_refused),
    ('bot validate', test_bot_validate),
    ('secret set and clear', test_secret),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES))
