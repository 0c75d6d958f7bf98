# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs promise about the JSON they print, field by field.

A shape is a type, a tuple of words (one of them), a function, `{name: shape}` or `[shape]`; `null(shape)`
may be null. Of an object every field must be there, in that spelling; more fields may come.
"""

import re

from opt_e2e_process import Failure

UUID7 = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z')
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z')


def null(shape):
    return lambda value, where: value is None or check(value, shape, where)


def time(value, where):
    if not isinstance(value, str) or not TIME.match(value):
        raise Failure('%s is no time as 2026-11-20T01:02:03.456Z: %r' % (where, value))


def number(value, where):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Failure('%s is no number: %r' % (where, value))


def job_id(value, where):
    if not isinstance(value, str) or not UUID7.match(value):
        raise Failure('%s is no UUIDv7: %r' % (where, value))


def strings(value, where):
    check(value, dict, where)
    for key, text in value.items():
        check(text, str, '%s.%s' % (where, key))


def anything(value, where):
    return True


def check(value, shape, where='it'):
    """Fails unless `value` has the shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Failure('%s is no object: %r' % (where, value))
        for name, inner in shape.items():
            if name not in value:
                raise Failure('%s has no “%s”: %r' % (where, name, value))
            check(value[name], inner, '%s.%s' % (where, name))
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Failure('%s is no array: %r' % (where, value))
        for index, inner in enumerate(value):
            check(inner, shape[0], '%s[%d]' % (where, index))
    elif isinstance(shape, tuple):
        if value not in shape:
            raise Failure('%s is %r, none of %s' % (where, value, ', '.join(shape)))
    elif isinstance(shape, type):
        if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
            raise Failure('%s is no %s: %r' % (where, shape.__name__, value))
    else:
        shape(value, where)
    return True


BOT_STATES = ('off', 'connecting', 'polling', 'webhook', 'conflict', 'refused', 'no-token', 'locked')
JOB_STATES = ('queued', 'starting', 'running', 'stopping', 'succeeded', 'failed', 'cancelled',
              'timed-out', 'lost')
ROW_STATES = ('queued', 'sending', 'sent', 'dead')

ERROR = {
    'kind': ('usage', 'unknown', 'refused', 'failed', 'no-agent', 'timeout', 'internal'),
    'message': str,
    'where': null(str),
}

STATUS = {
    'version': str,
    'robot': str,
    'pid': int,
    'ready_since': time,
    'bots': [{
        'name': str,
        'id': null(int),
        'username': null(str),
        'state': BOT_STATES,
        'detail': null(str),
        'last_answer': null(time),
    }],
    'outbox': {'queued': int, 'sending': int, 'dead': int, 'oldest_s': null(number)},
    'jobs': {'queued': int, 'running': int},
    'config': {
        'path': str,
        'problems': [{'line': null(int), 'column': null(int), 'key': null(str), 'message': str}],
    },
    'store': {'path': str, 'schema': null(int)},
}

TASK = {
    'id': str,
    'name': str,
    'description': null(str),
    'file': str,
    'category': null(str),
    'risk': ('none', 'confirm', 'code', 'two-person'),
    'timeout_s': null(number),
    'idempotent': bool,
    'parameters': [{
        'name': str,
        'type': ('int', 'number', 'text', 'choice', 'date', 'path', 'bool'),
        'required': bool,
        'default': anything,
        'min': anything,
        'max': anything,
        'pattern': null(str),
        'choices': null([str]),
    }],
    'problems': [{'file': str, 'line': null(int), 'key': null(str), 'message': str}],
}

JOB = {
    'id': job_id,
    'number': int,
    'task': str,
    'robot': str,
    'state': JOB_STATES,
    'reason': null(str),
    'origin': {
        'kind': ('telegram', 'cli', 'launcher', 'schedule', 'bus', 'rest'),
        'bot': null(str),
        'chat_id': null(int),
        'user_id': null(int),
        'update_id': null(int),
    },
    'parameters': strings,
    'queued': time,
    'started': null(time),
    'ended': null(time),
    'duration_s': null(number),
    'exit_code': null(int),
    'signal': null(int),
    'progress': null({'percent': number, 'text': null(str)}),
    'log': null({'file': str, 'bytes': int, 'cut': int}),
}

SEND_ERROR = null({'code': null(int), 'description': str})

ROW = {
    'id': int,
    'bot': str,
    'chat_id': null(int),  # a menu of commands goes to no chat
    'topic': null(int),
    'kind': str,
    'state': ROW_STATES,
    'attempts': int,
    'created': time,
    'not_before': null(time),
    'sent': null(time),
    'message_id': null(int),
    'text': null(str),
    'repeated': bool,
    'error': SEND_ERROR,
}

SENT = {
    'messages': [{
        'outbox': null(int),
        'chat_id': int,
        'topic': null(int),
        'state': ROW_STATES,
        'message_id': null(int),
        'error': SEND_ERROR,
    }],
}

BOT = {
    'name': str,
    'id': null(int),
    'username': null(str),
    'source': ('config', 'env-configs', 'env-default'),
    'active': bool,
    'receive': ('poll', 'webhook', 'off'),
    'roles': [('notify', 'remote', 'conversations', 'notes')],
    'chats': [{'chat_id': int, 'topic': null(int), 'title': null(str)}],
    'token': ('present', 'missing', 'locked', 'refused'),
    'state': BOT_STATES,
}

USER = {
    'id': null(int),
    'username': null(str),
    'name': null(str),
    'status': ('allowed', 'stranger', 'denied'),
    'pinned_as': null(str),
    'roles': [str],
    'first_seen': null(time),
    'last_seen': null(time),
    'attempts': int,
}

DOCTOR = {
    'ok': bool,
    'checks': [{'id': str, 'bot': null(str), 'state': str, 'message': str, 'fix': null(str)}],
}
