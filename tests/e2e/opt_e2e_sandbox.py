# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice server and its control API."""

import http.client
import json
import os

from opt_e2e_process import PATIENCE, Deadline, Failure, Process, tail

TOKEN = '424242001:AAE2e-Practice_Token_0123456789abcdef'
OWNER = 1001
# How often a wait looks whether the agent still lives.
GUARD_SECONDS = 2


class Sandbox:
    """One `optimus-sandbox` on a free port, and one bot of it."""

    def __init__(self, build, folder, token=TOKEN, arguments=()):
        self.token = token
        self.log = os.path.join(folder, 'sandbox.stderr')
        program = os.path.join(build, 'src', 'sandbox', 'optimus-sandbox')
        environ = {key: value for key, value in os.environ.items()
                   if key.startswith(('ASAN_', 'UBSAN_', 'LSAN_')) or key in ('PATH', 'LC_ALL')}
        environ['G_SLICE'] = 'always-malloc'
        with open(self.log, 'ab') as stderr:
            self.process = Process([program, '--port', '0', *arguments], environ, stderr=stderr)
        line = self.process.read_line() or ''
        if not line.startswith('listening '):
            raise Failure('the sandbox said %r first; %s' % (line, tail(self.log)))
        self.url = line.split(' ', 1)[1]
        self.port = int(self.url.rsplit(':', 1)[1])
        self.connection = None
        self.guard = lambda: None  # raises when there is nobody left to wait for

    # Talking to it

    def request(self, verb, path, body=None, patience=PATIENCE, attempts=2):
        """The JSON that the server at `path` answers; anything but 200 is a failure."""
        data = None if body is None else json.dumps(body)
        headers = {} if body is None else {'Content-Type': 'application/json'}
        for attempt in range(1, attempts + 1):
            if self.connection is None:
                self.connection = http.client.HTTPConnection('127.0.0.1', self.port)
            self.connection.timeout = patience
            if self.connection.sock is not None:
                self.connection.sock.settimeout(patience)
            fresh = self.connection.sock is None
            try:
                self.connection.request(verb, path, data, headers)
                answer = self.connection.getresponse()
                text = answer.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # The server closed an idle connection; nothing was handled.
                self.connection.close()
                self.connection = None
                if fresh or attempt == attempts:
                    raise
        if answer.status != 200:
            raise Failure('%s %s %s: %d %s' % (verb, path, data, answer.status, text.decode()))
        return json.loads(text)

    def control(self, verb, path, body=None, patience=PATIENCE):
        return self.request(verb, '/sandbox/' + path, body, patience)

    def of_bot(self, verb, path, body=None, patience=PATIENCE):
        return self.control(verb, '%s/%s' % (self.token, path), body, patience)

    def api(self, method, **params):
        """Calls a method of the Bot API, as another client of the bot."""
        return self.request('POST', '/bot%s/%s' % (self.token, method), params, attempts=1)

    # People

    def say(self, text, user=OWNER, chat=None, **more):
        """Somebody writes; {update_id, message}. `chat` is an id or a Chat object."""
        body = {'from': person(user), 'text': text, **more}
        if chat is not None:
            body['chat'] = {'id': chat} if isinstance(chat, int) else chat
        return self.of_bot('POST', 'messages', body)

    def say_all(self, bodies):
        """Many messages at once, each as of `POST /sandbox/T/messages`."""
        return self.of_bot('POST', 'messages', bodies)

    def press(self, chat_id, message_id, user=OWNER, **what):
        """Somebody presses a button, named by `data` or by `text`."""
        return self.of_bot('POST', 'presses', {'from': person(user), 'chat_id': chat_id,
                                               'message_id': message_id, **what})

    # The journal

    def sent(self, after=0, wait=0):
        return self.of_bot('GET', 'sent?after=%d&wait=%.3f' % (after, min(wait, 60)),
                           patience=PATIENCE + wait)

    def calls(self, after=0, wait=0):
        return self.of_bot('GET', 'calls?after=%d&wait=%.3f' % (after, min(wait, 60)),
                           patience=PATIENCE + wait)

    def mark(self):
        """Where `/sent` ends now: what comes later has a higher number."""
        return self.sent()['last']

    def wait_sent(self, matches, after=0, seconds=None, what='such a message', journal='sent'):
        """The first call in the journal that `matches` (a function of it) and was handled."""
        deadline = Deadline(seconds)
        seen = []
        while True:
            page = getattr(self, journal)(after, min(deadline.left(), GUARD_SECONDS))
            for call in page['calls']:
                if call['result'] is not None and matches(call):
                    return call
            seen += page['calls']
            after = page['last']
            if deadline.over():
                raise Failure('%s did not come; instead: %s' % (what, describe(seen)))
            if not page['calls']:
                self.guard()

    def wait_text(self, words, after=0, seconds=None, chat=None):
        """The first message whose text has all of `words` (a text, or several), any case."""
        words = [words] if isinstance(words, str) else list(words)

        def matches(call):
            text = text_of(call).lower()
            return (all(word.lower() in text for word in words) and
                    (chat is None or str(call['params'].get('chat_id')) == str(chat)))
        return self.wait_sent(matches, after, seconds, 'a message with %s' % ', '.join(words))

    def wait_call(self, method, after=0, seconds=None, matches=lambda call: True):
        """The first handled call of a method."""
        return self.wait_sent(lambda call: call['method'] == method and matches(call), after,
                              seconds, 'a call of %s' % method, journal='calls')

    def stats(self):
        bots = self.control('GET', 'stats')['bots']
        return bots.get(self.token, {'queued': 0, 'offset': 0, 'poll_pending': False, 'calls': {}})

    def wait_confirmed(self, seconds=None):
        """Until no update waits any more: all are handled and confirmed."""
        deadline = Deadline(seconds)
        while self.stats()['queued'] > 0:
            if deadline.over():
                raise Failure('%d updates still wait to be confirmed' % self.stats()['queued'])
            # A confirmation is the next getUpdates, which is journalled once it is answered;
            # so this looks again as soon as anything was, and now and then.
            self.calls(self.calls()['last'], 0.2)

    # What goes wrong

    def fault(self, **what):
        return self.control('POST', 'faults', {'token': self.token, **what})['id']

    def clear_faults(self):
        return self.control('DELETE', 'faults')

    def set_bot(self, **what):
        return self.of_bot('POST', 'bot', what)

    def add_chat(self, chat_id, **what):
        return self.of_bot('POST', 'chats', {'id': chat_id, **what})

    def change_chat(self, chat_id, action, **what):
        return self.of_bot('POST', 'chats/%d' % chat_id, {'action': action, **what})

    def advance(self, seconds):
        return self.control('POST', 'clock', {'advance_s': seconds})

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.process.kill()


def person(user):
    """A User object of an id, or the object itself."""
    if isinstance(user, dict):
        return user
    return {'id': user, 'first_name': 'User %d' % user, 'username': 'user%d' % user}


def text_of(call):
    params = call['params']
    return str(params.get('text') or params.get('caption') or '')


def describe(calls, limit=12):
    """Calls of the journal in few words, for a message."""
    if not calls:
        return 'nothing'
    lines = ['%d %s %s %r%s' % (call['n'], call['method'], call['params'].get('chat_id'),
                                text_of(call)[:100],
                                '' if call['status'] == 200 else ' -> %s %s' % (call['status'],
                                                                               call['error']))
             for call in calls[-limit:]]
    return '; '.join(lines)
