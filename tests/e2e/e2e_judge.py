# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges from the sandbox's journal whether each command was answered, and answered once.

A slot is an answer that must come: the reply to /help, the news that a task was taken, the news of
its end. Each slot needs a message that arrived; of those that arrived for it all but one must say
that they are repeats.
"""

import collections
import re

from opt_e2e import text_of

MARK = '(possibly repeated)'
ACCEPTED = re.compile(r'^[▶⏳] (\S+) #(\d+) (?:started|waits)\b.* on #')
ENDED = re.compile(r'^[✅❌⛔⏱❓] (\S+) #(\d+) '
                   r'(succeeded|failed|was cancelled|timed out|is lost)')
STOPPING = re.compile(r'^■ Stopping (\S+) #(\d+)')
TOO_LATE = re.compile(r'^✋ (#)(\d+) has ended already')
NEWS = (('accepted', ACCEPTED), ('ended', ENDED), ('answer', STOPPING), ('answer', TOO_LATE))
NO_JOB = re.compile(r'no job[^0-9]*(\d+)')


class Command:
    """A message of somebody, and what is an answer to it."""

    BOT = 'practice_bot'

    def __init__(self, nonce, what, user, chat, topic, number=None):
        """`number`: of the job that a `stop` is to stop; a `cancel` names one that is not there."""
        self.nonce = nonce
        self.what = what
        self.kind = 'task' if what in ('quick', 'slow', 'endless') else what
        self.number = number
        self.user = user
        self.chat = chat
        self.topic = topic
        self.message_id = None
        self.update_id = None
        # A cancel is answered by the jobs' side, later.
        self.is_immediate = what in ('help', 'status', 'list')
        self.missing_job = 1000000 + int(nonce[1:])

    @property
    def slot_kind(self):
        return self.nonce if self.what == 'cancel' else self.what

    def __repr__(self):
        return '[%s %s of %d in %d topic %s, message %s]' % (
            self.what, self.nonce, self.user, self.chat, self.topic, self.message_id)

    def write(self):
        at = '@' + self.BOT if self.chat < 0 else ''
        if self.kind == 'task':
            return '/task%s %s nonce=%s' % (at, self.what, self.nonce)
        if self.what in ('cancel', 'stop'):
            return '/cancel%s %d' % (at, self.number or self.missing_job)
        return '/%s%s%s' % (self.what, at, ' testbot' if self.what == 'list' else '')

    def to_body(self):
        body = {'from': {'id': self.user, 'first_name': 'User'}, 'text': self.write()}
        if self.chat < 0:
            body['chat'] = {'id': self.chat, 'type': 'supergroup'}
        if self.topic is not None:
            body['message_thread_id'] = self.topic
        return body

    def fits(self, text):
        """Whether `text` can be the answer to it."""
        first = text.split('\n', 1)[0]
        if self.what == 'help':
            return first.startswith('What robot testbot understands')
        if self.what == 'cancel':
            found = NO_JOB.search(text)
            return found is not None and int(found.group(1)) == self.missing_job
        if self.what == 'status':
            return ' · Optimus ' in first
        return first.startswith(('Jobs on testbot', 'No jobs yet on testbot'))


class Delivery:
    """A message that arrived."""

    def __init__(self, call):
        params = call['params']
        self.n = call['n']
        self.chat = int(params['chat_id'])
        self.topic = params.get('message_thread_id')
        reply = params.get('reply_parameters') or {}
        self.reply_to = reply.get('message_id')
        text = text_of(call).rstrip()
        self.repeated = text.endswith(MARK)
        self.text = text[:-len(MARK)].rstrip() if self.repeated else text

    def __repr__(self):
        return 'n=%d chat=%d reply_to=%s%s %r' % (
            self.n, self.chat, self.reply_to, ' repeated' if self.repeated else '', self.text[:80])


def list_deliveries(journal):
    """What arrived: calls that were handled, also those whose answer was then cut off."""
    return [Delivery(call) for call in journal
            if call['method'] in ('sendMessage', 'sendDocument') and call['result'] is not None]


class Judge:
    """Collects what is wrong in `problems`, and figures."""

    def __init__(self, commands, journal, numbers):
        """`numbers`: {job number: command}."""
        self.commands = commands
        self.deliveries = list_deliveries(journal)
        self.numbers = numbers
        self.stops = {command.number: command for command in commands if command.kind == 'stop'}
        self.problems = []
        self.slots = collections.defaultdict(list)
        self.repeated = sum(delivery.repeated for delivery in self.deliveries)
        self.lost = set()  # nonces of tasks reported lost
        self.ends = {}  # nonce: what was told of the end

    def complain(self, *words):
        self.problems.append(' '.join(str(word) for word in words))

    def judge(self):
        by_message = {(command.chat, command.message_id): command for command in self.commands}
        loose = collections.defaultdict(list)
        for delivery in self.deliveries:
            if self.take_news(delivery):
                continue
            command = by_message.get((delivery.chat, delivery.reply_to))
            if command is not None:
                self.take_reply(delivery, command)
            elif delivery.chat > 0:
                loose[delivery.chat].append(delivery)
            else:
                self.complain('an answer in a group to nobody:', delivery)
        self.check_slots()
        for chat in {command.chat for command in self.commands if command.chat > 0}:
            self.check_private(chat, loose[chat])
        self.check_order(by_message)
        return self.problems

    def take_news(self, delivery):
        """News of a job, which name its number."""
        for role, pattern in NEWS:
            found = pattern.match(delivery.text)
            if found is not None:
                break
        else:
            return False
        number = int(found.group(2))
        # The answer to whoever stops it goes to them; the job may be somebody else's.
        command = (self.stops if role == 'answer' else self.numbers).get(number)
        if command is None:
            self.complain('news of a job that nobody asked for:', delivery)
            return True
        if delivery.chat != command.chat or delivery.topic != command.topic:
            self.complain('news in the wrong chat or topic:', delivery, 'asked for by', command)
        if role == 'ended':
            self.ends[command.nonce] = delivery.text
            if found.group(3) == 'is lost':
                self.lost.add(command.nonce)
            elif found.group(3) == 'succeeded' and command.nonce not in delivery.text:
                self.complain('a result without the output of its job:', delivery)
        self.slots[command, role].append(delivery)
        return True

    def take_reply(self, delivery, command):
        if command.topic != delivery.topic:
            self.complain('an answer in the wrong topic:', delivery, 'to', command)
        if not command.fits(delivery.text):
            self.complain('not an answer to', command, ':', delivery)
        self.slots[command, 'answer'].append(delivery)

    def check_slots(self):
        for command in self.commands:
            if command.kind == 'task':
                self.check_slot(command, 'accepted')
                self.check_slot(command, 'ended')
            elif command.kind == 'stop':
                if not self.is_heard_by_end(command):
                    self.check_slot(command, 'answer')
            elif command.chat < 0:
                self.check_slot(command, 'answer')

    def is_heard_by_end(self, stop):
        """A job that still waited has ended with the order, and who asked for it is told that."""
        job = self.numbers[stop.number]
        return ((job.chat, job.topic) == (stop.chat, stop.topic) and
                not self.slots[stop, 'answer'] and 'was cancelled' in self.ends.get(job.nonce, ''))

    def check_slot(self, command, role):
        deliveries = self.slots[command, role]
        unmarked = [delivery for delivery in deliveries if not delivery.repeated]
        if not deliveries:
            self.complain(command, 'has no answer (%s)' % role)
        if len(unmarked) > 1:
            self.complain(command, 'was answered', len(unmarked), 'times (%s):' % role, unmarked)
        if len({delivery.text for delivery in deliveries}) > 1:
            self.complain(command, 'got different answers (%s):' % role, deliveries)

    def check_private(self, chat, deliveries):
        """Alone with the bot answers name no question: they are counted, by kind."""
        kinds = {}
        for command in self.commands:
            if command.chat == chat and command.kind not in ('task', 'stop'):
                kinds.setdefault(command.slot_kind, []).append(command)
        rest = list(deliveries)
        for commands in kinds.values():
            mine = [delivery for delivery in rest if commands[0].fits(delivery.text)]
            rest = [delivery for delivery in rest if delivery not in mine]
            self.check_counts(commands, mine, deliveries)
        for delivery in rest:
            self.complain('an answer to nothing:', delivery)

    def check_counts(self, commands, mine, deliveries):
        # A chat's next message waits for the answer to the one before: a repeat comes right
        # behind what it repeats, or in its place.
        first = {id(delivery): before for before, delivery in zip(deliveries, deliveries[1:])}
        slots = sum(1 for delivery in mine if not delivery.repeated or
                    id(delivery) not in first or first[id(delivery)].text != delivery.text)
        if not slots <= len(commands) <= len(mine):
            self.complain(commands[0], 'and', len(commands) - 1, 'like it got', slots, 'to',
                          len(mine), 'answers:', mine)

    def check_order(self, by_message):
        """What is answered at once is answered in the order of the questions, in each chat."""
        last = {}
        for delivery in self.deliveries:
            command = by_message.get((delivery.chat, delivery.reply_to))
            if command is None or not command.is_immediate or delivery.repeated:
                continue
            if last.get(delivery.chat, 0) > command.message_id:
                self.complain('out of order:', delivery)
            last[delivery.chat] = command.message_id
