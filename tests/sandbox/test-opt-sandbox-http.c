/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-intake.h"
#include "opt-sandbox-raw.h"

#include <string.h>

#define BOT "/bot" OPT_SANDBOX_PROBE_TOKEN

static void
test_keep_alive (void)
{
  static const char close_request[] = "GET " BOT "/getMe HTTP/1.1\r\nConnection: close\r\n\r\n";
  static const char list_request[] =
    "GET " BOT "/getMe HTTP/1.1\r\nConnection: TE, Close\r\n\r\n";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GSocketConnection) modern = opt_sandbox_raw_open (
    probe, "GET " BOT "/getMe HTTP/1.1\r\nHost: x\r\n\r\nGET " BOT "/getMe HTTP/1.1\r\n\r\n");
  g_autoptr (GSocketConnection) closing = opt_sandbox_raw_open (probe, close_request);
  g_autoptr (GSocketConnection) listing = opt_sandbox_raw_open (probe, list_request);
  g_autoptr (GSocketConnection) old =
               opt_sandbox_raw_open (probe, "GET " BOT "/getMe HTTP/1.0\r\n\r\n");
  g_autoptr (GSocketConnection) old_kept = opt_sandbox_raw_open (
    probe, "GET " BOT "/getMe HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  g_autofree char *two = opt_sandbox_raw_read (modern, "can_manage_bots\":false}}", 2);
  g_autofree char *last = opt_sandbox_raw_read (closing, "-", 0);
  g_autofree char *of_list = opt_sandbox_raw_read (listing, "-", 0);
  g_autofree char *one = opt_sandbox_raw_read (old, "-", 0);
  g_autofree char *kept = opt_sandbox_raw_read (old_kept, "can_manage_bots\":false}}", 1);

  g_assert_nonnull (strstr (two, "Connection: keep-alive\r\n"));
  g_assert_nonnull (strstr (last, "Connection: close\r\n"));
  g_assert_true (g_str_has_suffix (last, "}"));
  g_assert_nonnull (strstr (of_list, "Connection: close\r\n"));
  g_assert_true (g_str_has_suffix (one, "}"));
  g_assert_nonnull (strstr (kept, "Connection: keep-alive\r\n"));
}

typedef struct
{
  const char *request;
  const char *status;
} Bad;

static void
test_bad_requests (void)
{
  static const Bad bad[] = {
    { "nonsense\r\n\r\n", "HTTP/1.1 400 " },
    { "GET /\r\n\r\n", "HTTP/1.1 400 " },
    { "GET  / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 " },
    { "\r\n\r\n", "HTTP/1.1 400 " },
    { "GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 505 " },
    { "GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", "HTTP/1.1 404 " },
    { "GET / HTTP/1.1\r\nnonsense\r\n\r\n", "HTTP/1.1 400 " },
    { "GET / HTTP/1.1\r\n: x\r\n\r\n", "HTTP/1.1 400 " },
    { "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 " },
    { "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", "HTTP/1.1 400 " },
    { "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 " },
    { "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 400 " },
    { "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "HTTP/1.1 400 " },
    { "POST / HTTP/1.1\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n",
      "HTTP/1.1 413 " },
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GSocketConnection) connection = opt_sandbox_raw_open (probe, bad[i].request);
      g_autofree char *answer = opt_sandbox_raw_read (connection, "-", 0);

      if (!g_str_has_prefix (answer, bad[i].status))
        g_test_message ("%s: %s", bad[i].request, answer);
      g_assert_true (g_str_has_prefix (answer, bad[i].status));
      g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
      g_assert_nonnull (strstr (answer, "{\"ok\":false,\"error_code\":"));
    }
}

static void
test_too_many_headers (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) many = g_string_new ("GET / HTTP/1.1\r\n");
  g_autoptr (GString) large = g_string_new ("GET / HTTP/1.1\r\nX: ");
  g_autoptr (GSocketConnection) with_many = NULL;
  g_autoptr (GSocketConnection) with_large = NULL;
  g_autofree char *xs = g_strnfill (256 * 1024, 'x');
  g_autofree char *answer_many = NULL;
  g_autofree char *answer_large = NULL;

  for (guint i = 0; i < 65; i++)
    g_string_append_printf (many, "X%u: y\r\n", i);
  g_string_append (many, "\r\n");
  g_string_append (large, xs);
  with_many = opt_sandbox_raw_open (probe, many->str);
  answer_many = opt_sandbox_raw_read (with_many, "-", 0);
  g_assert_true (g_str_has_prefix (answer_many, "HTTP/1.1 431 "));
  with_large = opt_sandbox_raw_open (probe, large->str);
  answer_large = opt_sandbox_raw_read (with_large, "HTTP/1.1 431 ", 1);
  g_assert_true (g_str_has_prefix (answer_large, "HTTP/1.1 431 "));
}

/* As many bytes as the server takes: a long text in a query. */
static void
test_long_query (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) request = g_string_new ("GET " BOT "/sendMessage?chat_id=1001&text=");
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  for (guint i = 0; i < 4096; i++)
    g_string_append (request, "%F0%9F%91%8D");
  g_string_append_printf (request, "&x=%0*d HTTP/1.1\r\n\r\n", 200 * 1024, 0);
  connection = opt_sandbox_raw_open (probe, request->str);
  answer = opt_sandbox_raw_read (connection, "}}", 1);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 OK\r\n"));
}

/* Nothing stands between the empty line and the next answer. */
static void
test_head (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GSocketConnection) connection =
               opt_sandbox_raw_open (probe, "HEAD " BOT "/getMe HTTP/1.1\r\n\r\n"
                                            "GET " BOT "/getMe HTTP/1.1\r\n\r\n");
  g_autofree char *answer = opt_sandbox_raw_read (connection, "can_manage_bots\":false}}", 1);

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 501 "));
  g_assert_nonnull (strstr (answer, "\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

static void
test_expect (void)
{
  static const char head[] =
    "POST " BOT "/sendMessage HTTP/1.1\r\nContent-Type: application/json\r\n"
    "Content-Length: 27\r\nExpect: 100-continue\r\n\r\n";
  static const char body[] = "{\"chat_id\":1001,\"text\":\"x\"}";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *go_on = NULL;
  g_autofree char *answer = NULL;

  g_assert_cmpuint (strlen (body), ==, 27);
  opt_sandbox_probe_say (probe, 1001, "hello");
  connection = opt_sandbox_raw_open (probe, head);
  go_on = opt_sandbox_raw_read (connection, "\r\n\r\n", 1);
  g_assert_cmpstr (go_on, ==, "HTTP/1.1 100 Continue\r\n\r\n");
  g_socket_send (g_socket_connection_get_socket (connection), body, strlen (body), NULL, NULL);
  answer = opt_sandbox_raw_read (connection, "\"text\":\"x\"}}", 1);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 OK\r\n"));
}

static void
test_chunked (void)
{
  static const char request[] =
    "POST " BOT "/sendMessage HTTP/1.1\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
    "a;x=y\r\n{\"chat_id\"\r\n11\r\n:1001,\"text\":\"x\"}\r\n0\r\nTrailer: t\r\n\r\n"
    "GET " BOT "/getMe HTTP/1.1\r\n\r\n";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  connection = opt_sandbox_raw_open (probe, request);
  answer = opt_sandbox_raw_read (connection, "can_manage_bots\":false}}", 1);
  g_assert_nonnull (strstr (answer, "\"text\":\"x\"}}HTTP/1.1 200 OK\r\n"));
}

/* However the bytes are cut, the same requests come out. */
static void
test_intake (void)
{
  static const char bytes[] =
    "POST /a?x=1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
    "POST /b%20c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
    "GET /d HTTP/1.1\r\n\r\n";
  static const char *const paths[] = { "/a", "/b c", "/d" };

  for (gsize step = 1; step < sizeof bytes; step++)
    {
      OptSandboxIntake *intake = opt_sandbox_intake_new ();
      guint             count = 0;

      for (gsize at = 0; at < sizeof bytes - 1; at += step)
        {
          gsize size = MIN (step, sizeof bytes - 1 - at);
          guint status = 0;

          memcpy (opt_sandbox_intake_reserve (intake, size), bytes + at, size);
          opt_sandbox_intake_commit (intake, size);
          while (TRUE)
            {
              g_autoptr (OptSandboxExchange) exchange = opt_sandbox_intake_take (intake, &status);

              if (exchange == NULL)
                break;
              g_assert_cmpstr (exchange->path, ==, paths[count]);
              g_assert_cmpstr (exchange->query, ==, count == 0 ? "x=1" : NULL);
              g_assert_cmpmem (exchange->body != NULL ? g_bytes_get_data (exchange->body, NULL)
                                                      : "",
                               exchange->body != NULL ? g_bytes_get_size (exchange->body) : 0,
                               "hello", count < 2 ? 5 : 0);
              count++;
            }
          g_assert_cmpuint (status, ==, 0);
        }
      g_assert_cmpuint (count, ==, 3);
      g_assert_cmpuint (opt_sandbox_intake_get_bytes (intake), ==, 0);
      opt_sandbox_intake_free (intake);
    }
}

/* Noise is refused or waited for, and never more than that. */
static void
test_intake_noise (void)
{
  static const char *const parts[] = { "GET ",
                                       "/",
                                       " HTTP/1.1",
                                       "\r\n",
                                       "\r",
                                       "\n",
                                       "\r\n\r\n",
                                       ":",
                                       "Content-Length: ",
                                       "7",
                                       "Transfer-Encoding: chunked",
                                       "0",
                                       "Expect: 100-continue",
                                       "x",
                                       " ",
                                       "ffffffff",
                                       "\x80" };

  for (guint round = 0; round < 5000; round++)
    {
      OptSandboxIntake *intake = opt_sandbox_intake_new ();
      guint             status = 0;

      for (guint i = 0; i < 20 && (status == 0 || status == 100); i++)
        {
          const char *part = parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))];

          status = 0;
          memcpy (opt_sandbox_intake_reserve (intake, strlen (part)), part, strlen (part));
          opt_sandbox_intake_commit (intake, strlen (part));
          g_clear_pointer (&(OptSandboxExchange *){ opt_sandbox_intake_take (intake, &status) },
                           opt_sandbox_exchange_free);
        }
      g_assert_true (status == 0 || status == 100 || (status >= 400 && status <= 505));
      opt_sandbox_intake_free (intake);
    }
}

/* A client that reads nothing gets all of it when it does. */
static void
test_slow_reader (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) requests = g_string_new (NULL);
  g_autoptr (GString) many = g_string_new ("[");
  g_autofree char *text = g_strnfill (4000, 'x');
  g_autoptr (OptSandboxReply) said = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (many, "%s{'from':1,'text':'%s'}", i > 0 ? "," : "", text);
  g_string_append_c (many, ']');
  said = opt_sandbox_probe_control (probe, "T/messages", many->str);
  for (guint i = 0; i < 30; i++)
    g_string_append (requests, "GET " BOT "/getUpdates HTTP/1.1\r\n\r\n");
  connection = opt_sandbox_raw_open (probe, requests->str);
  for (guint i = 0; i < 200; i++)
    g_main_context_iteration (NULL, FALSE);
  answer = opt_sandbox_raw_read (connection, "{\"ok\":true,", 30);
  g_assert_cmpuint (strlen (answer), >, 29 * 400000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/http/keep-alive", test_keep_alive);
  g_test_add_func ("/sandbox/http/bad-requests", test_bad_requests);
  g_test_add_func ("/sandbox/http/too-many-headers", test_too_many_headers);
  g_test_add_func ("/sandbox/http/long-query", test_long_query);
  g_test_add_func ("/sandbox/http/head", test_head);
  g_test_add_func ("/sandbox/http/expect", test_expect);
  g_test_add_func ("/sandbox/http/chunked", test_chunked);
  g_test_add_func ("/sandbox/http/intake", test_intake);
  g_test_add_func ("/sandbox/http/intake-noise", test_intake_noise);
  g_test_add_func ("/sandbox/http/slow-reader", test_slow_reader);
  return g_test_run ();
}
