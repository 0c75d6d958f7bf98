#!/usr/bin/python3
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program optimus-sandbox: its options, its first line, its end."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import unittest
import urllib.request

PROGRAM, CERTIFICATE = sys.argv[1:3]
TOKEN = '123456789:' + 'A' * 35


class Program(unittest.TestCase):
    def start(self, *options):
        process = subprocess.Popen([PROGRAM, *options], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        line = process.stdout.readline()
        self.assertRegex(line, r'^listening https?://127\.0\.0\.1:[1-9][0-9]*\n$')
        return process, line.split()[1]

    def fail_to_start(self, *options):
        done = subprocess.run([PROGRAM, *options], capture_output=True, text=True)
        self.assertEqual(done.stdout, '')
        self.assertTrue(done.stderr.startswith('optimus-sandbox: '), done.stderr)
        return done.returncode, done.stderr

    def ask(self, root, path, body=None, context=None):
        request = urllib.request.Request(root + path, body, {'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, context=context) as answer:
            return json.load(answer)

    def test_port_and_signals(self):
        for number in signal.SIGTERM, signal.SIGINT:
            process, root = self.start('--port', '0')
            self.assertEqual(self.ask(root, '/bot%s/getMe' % TOKEN)['result']['id'], 123456789)
            process.send_signal(number)
            self.assertEqual(process.wait(), 0)

    def test_ends_while_a_poll_waits(self):
        process, root = self.start()
        with socket.create_connection(('127.0.0.1', int(root.rsplit(':', 1)[1]))) as poll:
            poll.sendall(b'GET /bot%s/getUpdates?timeout=50 HTTP/1.1\r\n\r\n' % TOKEN.encode())
            self.ask(root, '/sandbox/stats')
            process.terminate()
            self.assertEqual(poll.recv(1), b'')
        self.assertEqual(process.wait(), 0)

    def test_given_port(self):
        first, root = self.start('--port=0')
        port = root.rsplit(':', 1)[1]
        code, words = self.fail_to_start('--port', port)
        self.assertEqual(code, 1)
        self.assertIn('in use', words)
        first.terminate()
        first.wait()
        self.assertEqual(self.start('--port', port)[1], root)

    def test_loopback_only(self):
        root = self.start()[1]
        with self.assertRaises(OSError):
            socket.create_connection(('127.0.0.2', int(root.rsplit(':', 1)[1])))

    def test_rate_limits(self):
        root = self.start('--rate-limits')[1]
        self.ask(root, '/sandbox/%s/messages' % TOKEN, b'{"from":{"id":1},"text":"x"}')
        codes = []
        for _ in range(8):
            try:
                self.ask(root, '/bot%s/sendMessage' % TOKEN, b'{"chat_id":1,"text":"x"}')
                codes.append(200)
            except urllib.error.HTTPError as error:
                codes.append(error.code)
                error.close()
        self.assertEqual(codes[:5], [200] * 5)
        self.assertIn(429, codes)

    def test_tls(self):
        root = self.start('--tls', CERTIFICATE, CERTIFICATE)[1]
        self.assertTrue(root.startswith('https://'))
        context = ssl.create_default_context(cafile=CERTIFICATE)
        self.assertTrue(self.ask(root, '/bot%s/getMe' % TOKEN, context=context)['ok'])

    def test_wrong_options(self):
        for options in (['--port', '-1'], ['--port', '65536'], ['--port', 'x'], ['--tls', CERTIFICATE],
                        ['rest'], ['--nonsense'], ['--tls', CERTIFICATE, CERTIFICATE, 'rest']):
            self.assertEqual(self.fail_to_start(*options)[0], 2, options)
        self.assertEqual(self.fail_to_start('--tls', '/nonexistent', '/nonexistent')[0], 1)

    def test_version(self):
        done = subprocess.run([PROGRAM, '--version'], capture_output=True, text=True)
        self.assertRegex(done.stdout, r'^optimus-sandbox \d+\.\d+')
        self.assertEqual(done.returncode, 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
