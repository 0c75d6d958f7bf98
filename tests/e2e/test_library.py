#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Telegram library that knows nothing of Optimus takes the sandbox for Telegram."""

import base64
import hashlib
import io
import logging
import os
import shutil
import sys
import tempfile
import threading
import warnings

from opt_e2e import OWNER, PATIENCE, Failure, Sandbox, Skip, Tap, expect

try:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        import telegram
        import telegram.ext
    VERSION = getattr(telegram, '__version__', 'unknown')
    WHY_NOT = (None if VERSION.startswith('13.') else
               'this speaks with python-telegram-bot 13, not ' + VERSION)
except ImportError:
    WHY_NOT = 'python-telegram-bot is not installed'

NAME = 'größe 文 "1".txt'
CONTENT = 'naïve\0\r\n'.encode()


class LibraryWorld:
    """A sandbox, and the library's updater on a thread of its own."""

    def __init__(self, build):
        if WHY_NOT:
            raise Skip(WHY_NOT)
        self.folder = tempfile.mkdtemp(prefix='optimus-library-')
        self.sandbox = Sandbox(os.path.abspath(build), self.folder)
        logging.disable(logging.CRITICAL)  # what it would log is in `problems`
        self.problems = []
        self.problem = threading.Event()
        for name in ('https_proxy', 'HTTPS_PROXY'):
            os.environ.pop(name, None)  # the library would ask it even for this machine
        self.updater = telegram.ext.Updater(
            self.sandbox.token, base_url=self.sandbox.url + '/bot',
            base_file_url=self.sandbox.url + '/file/bot', workers=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.updater.running:
            # The library waits for its poll to be over, so that is ended.
            self.sandbox.of_bot('POST', 'bot', {'revoked': True})
            self.updater.stop()
        self.sandbox.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def explain(self):
        return 'the library met: %r' % self.problems

    def start(self, timeout=30, **commands):
        """Polls, and answers each command by a function of update and context."""
        dispatcher = self.updater.dispatcher
        for name, answer in commands.items():
            dispatcher.add_handler(telegram.ext.CommandHandler(name, answer))
        dispatcher.add_error_handler(self.on_problem)
        self.updater.start_polling(timeout=timeout)

    def on_problem(self, _, context):
        self.problems.append(context.error)
        self.problem.set()

    def wait_problem(self, kind):
        expect(self.problem.wait(PATIENCE), 'no problem was reported')
        expect(isinstance(self.problems[0], kind), 'the problem was', repr(self.problems[0]))


def refusal(call, *arguments, **named):
    """What the library raises instead of an answer."""
    try:
        answer = call(*arguments, **named)
    except telegram.error.TelegramError as error:
        return error
    raise Failure('%s was not refused: %s' % (call.__name__, answer))


def expect_refusal(kind, words, call, *arguments, **named):
    error = refusal(call, *arguments, **named)
    expect(type(error) is kind and words in error.message, 'refused with', repr(error))
    return error


def test_polling(world):
    """Commands, a forced reply, and an orderly stop that confirms everything."""
    sandbox = world.sandbox

    def ask(update, _):
        update.message.reply_text('Which?', reply_markup=telegram.ForceReply(selective=True))

    def answer(update, _):
        update.message.reply_text('You said %s to %s' % (update.message.text,
                                                         update.message.reply_to_message.text))
    sandbox.say('/ask before it ran')
    world.updater.dispatcher.add_handler(
        telegram.ext.MessageHandler(telegram.ext.Filters.reply, answer))
    world.start(timeout=1, ask=ask)
    asked = sandbox.wait_text('which?')
    expect(asked['params']['reply_markup'].get('force_reply') is True, asked)
    sandbox.say('this 👍', reply_to_message_id=asked['result']['message_id'])
    sandbox.wait_text('you said this 👍 to which?')
    world.updater.stop()
    stats = sandbox.stats()
    expect(stats['queued'] == 0 and not stats['poll_pending'], 'after the stop:', stats)
    expect(not world.problems, world.problems)


def test_buttons(world):
    sandbox = world.sandbox
    caught = []

    def menu(update, _):
        rows = [[telegram.InlineKeyboardButton(text, callback_data=text.lower())
                 for text in ('Yes', 'No')]]
        update.message.reply_text('Sure?', reply_markup=telegram.InlineKeyboardMarkup(rows))

    def press(update, _):
        query = update.callback_query
        query.answer('noted')
        query.edit_message_text('You chose ' + query.data)
        caught.append(refusal(query.edit_message_text, 'You chose ' + query.data))
        query.message.delete()
    world.updater.dispatcher.add_handler(telegram.ext.CallbackQueryHandler(press))
    world.start(menu=menu)
    sandbox.say('/menu')
    sent = sandbox.wait_text('sure?')
    sandbox.press(OWNER, sent['result']['message_id'], text='No')
    sandbox.wait_call('deleteMessage')
    expect(isinstance(caught[0], telegram.error.BadRequest) and
           'not modified' in caught[0].message, repr(caught[0]))
    calls = [(call['method'], call['status']) for call in sandbox.sent(sent['n'])['calls']]
    expect(calls == [('answerCallbackQuery', 200), ('editMessageText', 200),
                     ('editMessageText', 400), ('deleteMessage', 200)], calls)


def test_documents(world):
    sandbox = world.sandbox
    bot = world.updater.bot
    sandbox.of_bot('POST', 'messages', {
        'from': {'id': OWNER}, 'caption': 'take it',
        'files': {'base64': base64.b64encode(CONTENT).decode(), 'file_name': NAME,
                  'mime_type': 'text/plain'}})
    message = bot.get_updates()[0].message
    expect((message.caption, message.document.file_name) == ('take it', NAME), message)
    expect(bytes(message.document.get_file().download_as_bytearray()) == CONTENT, 'other bytes')

    bot.send_document(OWNER, io.BytesIO(CONTENT), filename=NAME, caption='tëxt')
    params = sandbox.wait_call('sendDocument')['params']
    expect(params['document'] == {'file_name': NAME, 'size': len(CONTENT),
                                  'sha256': hashlib.sha256(CONTENT).hexdigest()}, params)
    expect(params['caption'] == 'tëxt', params)


def test_small_calls(world):
    bot = world.updater.bot
    world.sandbox.say('hello')
    bot.set_my_commands([telegram.BotCommand('start', 'Begin')])
    expect([command.to_dict() for command in bot.get_my_commands()] ==
           [{'command': 'start', 'description': 'Begin'}], 'other commands')
    expect(bot.send_chat_action(OWNER, 'typing') is True, 'no action')
    expect(bot.get_chat(OWNER).type == 'private', 'no private chat')
    expect(bot.get_me().is_bot, 'no bot')


def test_refusals(world):
    """What goes wrong arrives as the library's own kinds of errors."""
    error = telegram.error
    sandbox = world.sandbox
    send = world.updater.bot.send_message
    sandbox.say('hello')
    expect_refusal(error.BadRequest, 'Message is too long', send, OWNER, 'x' * 4097)
    expect_refusal(error.BadRequest, 'Chat not found', send, 99, 'x')

    def fault(**what):
        sandbox.control('POST', 'faults', {'method': 'sendMessage', **what})
    fault(status=429, retry_after=7)
    expect(expect_refusal(error.RetryAfter, 'Flood control', send, OWNER, 'x').retry_after == 7,
           'other seconds')
    fault(status=502, body='<html>Bad Gateway</html>', content_type='text/html')
    expect_refusal(error.TelegramError, 'Invalid server response', send, OWNER, 'x')
    fault(truncate=True)
    expect_refusal(error.TelegramError, 'Invalid server response', send, OWNER, 'x')
    fault(drop='before')
    expect_refusal(error.NetworkError, 'without response', send, OWNER, 'x')
    expect(send(OWNER, 'goes again').text == 'goes again', 'other text')
    sandbox.of_bot('POST', 'chats/%d' % OWNER, {'action': 'block'})
    expect_refusal(error.Unauthorized, 'bot was blocked by the user', send, OWNER, 'x')


def test_second_poller(world):
    """Whichever of two waits longer is sent away."""
    world.start()
    while not world.problem.is_set():
        try:
            world.updater.bot.get_updates(timeout=1)
        except telegram.error.Conflict:
            return
    world.wait_problem(telegram.error.Conflict)


def test_revoked(world):
    """The library is told, whether its poll waits already or not."""
    world.start()
    world.sandbox.wait_call('deleteWebhook')
    world.sandbox.of_bot('POST', 'bot', {'revoked': True})
    world.wait_problem(telegram.error.Unauthorized)


CASES = [
    ('commands and replies are polled', test_polling),
    ('buttons', test_buttons),
    ('documents both ways', test_documents),
    ('commands, actions and chats', test_small_calls),
    ('refusals and bad answers', test_refusals),
    ('somebody else polls', test_second_poller),
    ('a token that is revoked', test_revoked),
]

if __name__ == '__main__':
    sys.exit(Tap(__doc__).run(CASES, make_world=LibraryWorld))
