#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures, side by side in one run: the agent and the command line beside bare programs that do the least possible.

Medians of several rounds, in turn; absolute times are this machine's, the ratios are what counts. Nothing is made less
durable for it.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))

from opt_e2e import Agent, Failure, OWNER, Profile, Sandbox, TOKEN, expect  # noqa: E402

CHATS = 1000
TARGETS = {'rss': 1.25, 'dirty': 1.25, 'start': 1.5, 'rate': 0.7, 'cpu': 2.0, 'direct': 1.5}


def median(values):
    return statistics.median(values)


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Table:
    """Lines of: what, ours, the floor's, the ratio, the target."""

    def __init__(self):
        self.rows = []

    def add(self, what, ours, floor='', ratio=None, target=None, least=False):
        mark = ''
        if ratio is not None and target is not None:
            good = ratio >= target if least else ratio <= target
            mark = 'yes' if good else 'NO'
        limit = '' if target is None else '%s %.2f' % ('>=' if least else '<=', target)
        self.rows.append((what, ours, floor, '' if ratio is None else '%.2f' % ratio, limit, mark))
        print('# %s: %s | %s | %s %s' % (what, ours, floor, self.rows[-1][3], limit), flush=True)

    def show(self):
        head = ('figure', 'Optimus', 'bare program', 'ratio', 'target', 'met')
        rows = [head] + self.rows
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        print()
        for n, row in enumerate(rows):
            print('| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths)) + ' |')
            if n == 0:
                print('|' + '|'.join('-' * (width + 2) for width in widths) + '|')


class Stage:
    """A profile with the practice server, for one round."""

    def __init__(self, build, valid_user=str(OWNER)):
        self.profile = Profile(build)
        self.profile.extra = {'G_DEBUG': '', 'G_SLICE': ''}
        self.sandbox = Sandbox(self.profile.build, self.profile.root)
        self.agent = Agent(self.profile)
        self.profile.set_up_bot(self.sandbox, valid_user=valid_user)

    def floor(self, name, *args):
        path = os.path.join(self.profile.build, 'tests', 'bench', name)
        return subprocess.Popen([path, self.sandbox.url, TOKEN, *args], env=self.profile.environ(),
                                stdout=subprocess.PIPE, text=True)

    def wait_poll(self, deadline=20):
        """Until a poll is held; looks often, since the time it takes is what is measured."""
        end = time.monotonic() + deadline
        while not self.sandbox.stats()['poll_pending']:
            if time.monotonic() > end:
                raise Failure('no poll came')
        return time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.agent.is_running():
            self.agent.kill()
        self.sandbox.close()
        self.profile.close()


def read_memory(pid):
    """(RSS, private dirty) in KiB."""
    values = {}
    with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as lines:
        for line in lines:
            parts = line.split()
            if len(parts) == 3 and parts[2] == 'kB':
                values[parts[0]] = int(parts[1])
    return values['Rss:'], values['Private_Dirty:']


def read_cpu(pid):
    with open('/proc/%d/stat' % pid, encoding='ascii') as stream:
        fields = stream.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def settle(stage):
    """Idle is when the command menu and getMe are done and only the poll is left."""
    stage.wait_poll()
    stage.sandbox.calls(stage.sandbox.calls()['last'], 0.5)


def measure_idle_agent(build):
    with Stage(build) as stage:
        # As a second start finds it: the store is there, the menu is known.
        stage.agent.start()
        settle(stage)
        stage.agent.stop()
        begun = time.monotonic()
        stage.agent.launch()
        started = stage.wait_poll() - begun
        settle(stage)
        return (started, *read_memory(stage.agent.pid))


def measure_idle_floor(build):
    with Stage(build) as stage:
        database = stage.profile.path('floor.db')
        warm = stage.floor('floor-idle', database)
        settle(stage)
        warm.kill()
        warm.wait()
        stage.sandbox.calls(0, 0)
        while stage.sandbox.stats()['poll_pending']:
            pass
        begun = time.monotonic()
        process = stage.floor('floor-idle', database)
        started = stage.wait_poll() - begun
        settle(stage)
        figures = (started, *read_memory(process.pid))
        process.kill()
        process.wait()
        return figures


def bench_idle(build, rounds, table):
    ours, floor = [], []
    for _ in range(rounds):
        ours.append(measure_idle_agent(build))
        floor.append(measure_idle_floor(build))
    names = (('start to poll pending', 'start', 1000, 'ms'), ('idle RSS', 'rss', 1 / 1024, 'MiB'),
             ('idle private dirty', 'dirty', 1 / 1024, 'MiB'))
    for i, (what, key, scale, unit) in enumerate(names):
        a, b = median([row[i] for row in ours]), median([row[i] for row in floor])
        table.add(what, '%.1f %s' % (a * scale, unit), '%.1f %s' % (b * scale, unit), a / b, TARGETS[key])


def bench_start_of_task(build, rounds, table):
    """From the message at the server to the first instruction of the task's program."""
    times = []
    with Stage(build) as stage:
        stamp = os.path.join(stage.profile.build, 'tests', 'bench', 'stamp')
        out = stage.profile.path('stamps')
        os.mkfifo(out)
        stage.profile.write(os.path.join(stage.profile.tasks, 'stamp.task'),
                            '[Task]\nName=Stamp\nExec="%s" "%s"\nOutput=none\n' % (stamp, out))
        stage.agent.start()
        reader = os.open(out, os.O_RDWR)
        for n in range(40 * rounds):
            begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            stage.sandbox.say('/task stamp')
            line = os.read(reader, 64)
            times.append((int(line) - begun) / 1e6)
            stage.profile.ctl('job', 'list', '--limit', '1')
            stage.sandbox.wait_text('#%d' % (n + 1), seconds=20)
        os.close(reader)
    table.add('update to started process, p50', '%.2f ms' % median(times), '5 ms', median(times) / 5, 1.0)
    table.add('update to started process, p99', '%.2f ms' % quantile(times, 0.99), '20 ms',
              quantile(times, 0.99) / 20, 1.0)


def queue_updates(sandbox, count):
    users = [{'id': 5000 + n, 'first_name': 'User', 'username': 'user%d' % n} for n in range(CHATS)]
    bodies = [{'from': users[n % CHATS], 'text': '/help'} for n in range(count)]
    for at in range(0, count, 500):
        sandbox.say_all(bodies[at:at + 500])


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


def time_answers(sandbox, count):
    """Seconds between the first getUpdates and the last answer, by the server's journal."""
    calls = sandbox.calls()['calls']
    first = next(call for call in calls if call['method'] == 'getUpdates')
    last = [call for call in calls if call['method'] == 'sendMessage'][count - 1]
    return parse_time(last['at']) - parse_time(first['at'])


def check_order(sandbox, count):
    """Every chat got its answers, in order: each replies to what came next in that chat."""
    calls, after = [], 0
    while len(calls) < count:
        page = sandbox.sent(after)
        calls += [call for call in page['calls'] if call['method'] == 'sendMessage']
        if page['last'] == after:
            break
        after = page['last']
    expect(len(calls) == count, len(calls), 'answers instead of', count)
    per_chat = {}
    for call in calls:
        per_chat.setdefault(call['params']['chat_id'], []).append(call['result']['message_id'])
    expect(len(per_chat) == CHATS, 'answers in', len(per_chat), 'chats')
    for chat, ids in per_chat.items():
        expect(ids == sorted(ids), 'the order in chat', chat, 'was not kept')


def measure_rate_agent(build, count):
    with Stage(build, valid_user=', '.join(str(5000 + n) for n in range(CHATS))) as stage:
        queue_updates(stage.sandbox, count)
        stage.agent.launch()
        # Rarely, since looking takes time from what is measured.
        while stage.sandbox.stats()['calls'].get('sendMessage', 0) < count:
            time.sleep(0.05)
        cpu = read_cpu(stage.agent.pid)
        seconds = time_answers(stage.sandbox, count)
        check_order(stage.sandbox, count)
        return count / seconds, cpu


def measure_rate_floor(build, count):
    with Stage(build) as stage:
        queue_updates(stage.sandbox, count)
        process = stage.floor('floor-send', str(count))
        figures = json.loads(process.communicate(timeout=60)[0])
        seconds = time_answers(stage.sandbox, count)
        return count / seconds, figures['cpu_seconds']


def measure_fsync(folder):
    path = os.path.join(folder, 'fsync')
    times = []
    with open(path, 'wb', buffering=0) as stream:
        for _ in range(200):
            stream.write(b'x' * 4096)
            begun = time.perf_counter()
            os.fsync(stream.fileno())
            times.append(time.perf_counter() - begun)
    os.unlink(path)
    return median(times)


def measure_ceiling(build):
    """What the practice server itself can take, by wrk."""
    with Stage(build) as stage:
        stage.sandbox.add_chat(OWNER, type='private')
        script = stage.profile.write('send.lua', '''wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"chat_id":%d,"text":"hello"}'
''' % OWNER)
        run = subprocess.run(['wrk', '-t1', '-c8', '-d3s', '-s', script,
                              '%s/bot%s/sendMessage' % (stage.sandbox.url, TOKEN)],
                             capture_output=True, text=True, check=True)
    for line in run.stdout.split('\n'):
        if line.startswith('Requests/sec:'):
            return float(line.split()[1])
    raise Failure('wrk said: ' + run.stdout)


def bench_rate(build, rounds, table, count):
    ours, floor = [], []
    for _ in range(rounds):
        ours.append(measure_rate_agent(build, count))
        floor.append(measure_rate_floor(build, count))
    a, b = median([row[0] for row in ours]), median([row[0] for row in floor])
    table.add('%d updates answered' % count, '%.0f /s' % a, '%.0f /s' % b, a / b, TARGETS['rate'], least=True)
    a, b = median([row[1] for row in ours]), median([row[1] for row in floor])
    table.add('CPU for these', '%.2f s' % a, '%.2f s' % b, a / b, TARGETS['cpu'])
    with Stage(build) as stage:
        table.add('fsync of this disk', '%.2f ms' % (1000 * measure_fsync(stage.profile.state)))
    table.add('ceiling of the practice server (wrk)', '%.0f /s' % measure_ceiling(build))


def time_command(argv, environ):
    begun = time.perf_counter()
    subprocess.run(argv, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def bench_direct(build, rounds, table):
    with Stage(build) as stage:
        stage.sandbox.add_chat(OWNER, type='private')
        body = stage.profile.write('body.json', '{"chat_id":%d,"text":"hello"}' % OWNER)
        environ = stage.profile.environ(CREDENTIALS_DIRECTORY=stage.profile.credentials)
        direct = [stage.profile.program('optimusctl'), 'send', '--direct', 'hello']
        curl = ['curl', '-s', '-H', 'Content-Type: application/json', '--data', '@' + body,
                '%s/bot%s/sendMessage' % (stage.sandbox.url, TOKEN)]
        ours, floor = [], []
        for _ in range(20 * rounds):
            ours.append(time_command(direct, environ))
            floor.append(time_command(curl, environ))
    a, b = median(ours), median(floor)
    table.add('optimusctl send --direct / curl', '%.1f ms' % (1000 * a), '%.1f ms' % (1000 * b), a / b,
              TARGETS['direct'])


def main():
    parser = argparse.ArgumentParser(prog='./dev bench', description=__doc__)
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--count', type=int, default=10000, help='updates to be answered')
    parser.add_argument('names', nargs='*', help='idle, task, rate, direct')
    args = parser.parse_args()
    subprocess.run(['ninja', '-C', args.build, '--quiet', 'tests/bench/floor-idle', 'tests/bench/floor-send',
                    'tests/bench/stamp'], check=True, stdout=subprocess.DEVNULL)
    benches = {
        'idle': lambda table: bench_idle(args.build, args.rounds, table),
        'task': lambda table: bench_start_of_task(args.build, args.rounds, table),
        'rate': lambda table: bench_rate(args.build, args.rounds, table, args.count),
        'direct': lambda table: bench_direct(args.build, args.rounds, table),
    }
    # Pages of a program that was just linked count as dirty until they are on the disk.
    os.sync()
    table = Table()
    for name in args.names or benches:
        benches[name](table)
    table.show()
    return 0


if __name__ == '__main__':
    sys.exit(main())
