/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"

#include <string.h>

#define HELLO "{'chat_id':1001,'text':'x'}"

static OptSandboxProbe *
new_probe (void)
{
  OptSandboxProbe *probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_say (probe, 1002, "hello");
  return probe;
}

static gint64
add_fault (OptSandboxProbe *probe,
           const char      *fault)
{
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_control (probe, "faults", fault);

  g_assert_cmpuint (reply->status, ==, 200);
  return opt_sandbox_reply_get_int (reply, "id");
}

static void
assert_journal (OptSandboxProbe *probe,
                const char      *place,
                const char      *expected)
{
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_control (probe, "T/sent", NULL);

  opt_sandbox_reply_assert (reply, place, expected);
}

static void
test_status (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();

  add_fault (probe, "{'method':'sendMessage','status':500,"
                    "'description':'Internal Server Error: restart'}");
  opt_sandbox_probe_assert_error (probe, "sendMessage", HELLO, 500,
                                  "Internal Server Error: restart");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", HELLO);
  assert_journal (probe, "calls.0.status", "500");
  assert_journal (probe, "calls.0.result", "null");
  assert_journal (probe, "calls.0.error", "Internal Server Error: restart");
  /* It was not handled. */
  assert_journal (probe, "calls.1.result.message_id", "3");

  add_fault (probe, "{'status':401}");
  opt_sandbox_probe_assert_error (probe, "getMe", "{}", 401, "Unauthorized");
  add_fault (probe, "{'description':'Bad Request: TOPIC_CLOSED'}");
  opt_sandbox_probe_assert_error (probe, "sendMessage", HELLO, 400, "Bad Request: TOPIC_CLOSED");
  add_fault (probe, "{'status':409,'description':'Conflict: x'}");
  opt_sandbox_probe_assert_error (probe, "getUpdates", "{'timeout':50}", 409, "Conflict: x");
}

static void
test_retry_after (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) reply = NULL;
  SoupMessageHeaders *headers;

  add_fault (probe, "{'retry_after':7}");
  reply = opt_sandbox_probe_call (probe, "sendMessage", HELLO);
  headers = soup_message_get_response_headers (reply->message);
  g_assert_cmpuint (reply->status, ==, 429);
  opt_sandbox_reply_assert (reply, "", "{\"ok\":false,\"error_code\":429,\"description\":"
                                       "\"Too Many Requests: retry after 7\",\"parameters\":"
                                       "{\"retry_after\":7}}");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Retry-After"), ==, "7");

  g_clear_pointer (&reply, opt_sandbox_reply_free);
  add_fault (probe, "{'status':503,'description':'busy','retry_after':2}");
  reply = opt_sandbox_probe_call (probe, "sendMessage", HELLO);
  g_assert_cmpuint (reply->status, ==, 503);
  opt_sandbox_reply_assert (reply, "description", "busy");
  opt_sandbox_reply_assert (reply, "parameters.retry_after", "2");
}

static void
test_body (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) html = NULL;
  g_autoptr (OptSandboxReply) json = NULL;
  SoupMessageHeaders *headers;

  add_fault (probe, "{'status':502,'body':'<html>bad gateway</html>','content_type':'text/html'}");
  html = opt_sandbox_probe_call (probe, "sendMessage", HELLO);
  headers = soup_message_get_response_headers (html->message);
  g_assert_cmpuint (html->status, ==, 502);
  g_assert_cmpstr (html->text, ==, "<html>bad gateway</html>");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "text/html");
  assert_journal (probe, "calls.0.status", "502");
  assert_journal (probe, "calls.0.result", "null");

  add_fault (probe, "{'body':{'ok':true,'result':[[[]]]}}");
  json = opt_sandbox_probe_call (probe, "getUpdates", "{}");
  g_assert_cmpuint (json->status, ==, 200);
  g_assert_cmpstr (json->text, ==, "{\"ok\":true,\"result\":[[[]]]}");
}

static void
test_truncate (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) whole = NULL;
  g_autoptr (OptSandboxReply) half = NULL;

  whole = opt_sandbox_probe_call (probe, "sendMessage", HELLO);
  add_fault (probe, "{'truncate':true}");
  half = opt_sandbox_probe_call (probe, "sendMessage", HELLO);
  g_assert_cmpuint (half->status, ==, 200);
  g_assert_null (half->json);
  g_assert_cmpuint (strlen (half->text), ==, strlen (whole->text) / 2);
  g_assert_true (g_str_has_prefix (half->text, "{\"ok\":true,\"result\":{\"message_id\":4"));
  /* It was handled. */
  assert_journal (probe, "calls.1.status", "200");
  assert_journal (probe, "calls.1.result.message_id", "4");
}

static void
test_drop (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) before = NULL;
  g_autoptr (OptSandboxReply) after = NULL;

  add_fault (probe, "{'drop':'before'}");
  before = opt_sandbox_probe_call (probe, "sendMessage", HELLO);
  g_assert_cmpuint (before->status, ==, 0);
  add_fault (probe, "{'drop':'after'}");
  after = opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':1001,'text':'kept'}");
  g_assert_cmpuint (after->status, ==, 0);

  assert_journal (probe, "calls.0.status", "null");
  assert_journal (probe, "calls.0.result", "null");
  assert_journal (probe, "calls.0.error",
                  "the connection was dropped before the call was handled");
  assert_journal (probe, "calls.1.status", "null");
  assert_journal (probe, "calls.1.result.text", "kept");
  assert_journal (probe, "calls.1.result.message_id", "3");
  assert_journal (probe, "calls.1.error", "null");
  assert_journal (probe, "calls.2", NULL);
  opt_sandbox_probe_assert_ok (probe, "editMessageText",
                               "{'chat_id':1001,'message_id':3,'text':'still there'}");

  /* A failed call that is dropped tells why. */
  add_fault (probe, "{'drop':'after'}");
  g_clear_pointer (&after, opt_sandbox_reply_free);
  after = opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':7,'text':'x'}");
  assert_journal (probe, "calls.3.status", "null");
  assert_journal (probe, "calls.3.error", "Bad Request: chat not found");
}

static void
test_drop_poll (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) poll = NULL;
  g_autoptr (OptSandboxReply) all = NULL;

  all = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");
  add_fault (probe, "{'method':'getUpdates','drop':'after'}");
  poll = opt_sandbox_probe_call (probe, "getUpdates", "{'timeout':50}");
  g_assert_cmpuint (poll->status, ==, 0);
  g_clear_pointer (&all, opt_sandbox_reply_free);
  all = opt_sandbox_probe_call (probe, "getUpdates", "{}");
  opt_sandbox_reply_assert (all, "result.0.message.from.id", "1002");
}

static void
test_delay (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) late = NULL;
  g_autoptr (OptSandboxReply) cut = NULL;

  add_fault (probe, "{'delay_ms':250}");
  late = opt_sandbox_probe_start_call (probe, "sendMessage", HELLO);
  while (opt_test_clock_next_due (probe->clock) < 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (opt_test_clock_next_due (probe->clock), ==, 250000);
  /* It was handled at once, and does not hold up others. */
  assert_journal (probe, "calls.0.status", "200");
  opt_sandbox_probe_assert_ok (probe, "getMe", "{}");
  g_assert_false (late->is_done);
  opt_test_clock_advance (probe->clock, 250000);
  opt_sandbox_probe_wait (late);
  opt_sandbox_reply_assert (late, "result.text", "x");

  add_fault (probe, "{'delay_ms':250,'drop':'after'}");
  cut = opt_sandbox_probe_start_call (probe, "sendMessage", HELLO);
  while (opt_test_clock_next_due (probe->clock) < 0)
    g_main_context_iteration (NULL, TRUE);
  opt_test_clock_advance (probe->clock, 250000);
  opt_sandbox_probe_wait (cut);
  g_assert_cmpuint (cut->status, ==, 0);
}

/* The sandbox goes while an answer is held back and a poll and a journal wait. */
static void
test_held_at_the_end (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) late = NULL;
  g_autoptr (OptSandboxReply) poll = NULL;
  g_autoptr (OptSandboxReply) drained = NULL;

  drained = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':2147483647}");
  g_clear_pointer (&drained, opt_sandbox_reply_free);
  drained = opt_sandbox_probe_call (probe, "deleteWebhook", "{'drop_pending_updates':true}");
  poll = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  while (opt_test_clock_next_due (probe->clock) < 0)
    g_main_context_iteration (NULL, TRUE);
  add_fault (probe, "{'delay_ms':250}");
  late = opt_sandbox_probe_start_call (probe, "sendMessage", HELLO);
  while (opt_test_clock_next_due (probe->clock) != 250000)
    g_main_context_iteration (NULL, TRUE);

  g_clear_pointer (&probe->sandbox, opt_sandbox_free);
  g_assert_cmpint (opt_test_clock_next_due (probe->clock), ==, -1);
  opt_sandbox_probe_wait (poll);
  opt_sandbox_probe_wait (late);
  g_assert_cmpuint (poll->status, ==, 0);
  g_assert_cmpuint (late->status, ==, 0);
  probe->sandbox = opt_sandbox_new (OPT_CLOCK (probe->clock), FALSE);
}

static void
test_matching (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) other = NULL;

  add_fault (probe, "{'token':'987654321:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA','status':500}");
  add_fault (probe, "{'method':'SENDMESSAGE','chat_id':1002,'times':2,'description':'first'}");
  add_fault (probe, "{'chat_id':'1002','description':'second'}");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", HELLO);
  opt_sandbox_probe_assert_ok (probe, "getMe", "{}");
  opt_sandbox_probe_assert_error (probe, "sendMessage", "{'chat_id':1002,'text':'x'}", 400,
                                  "first");
  opt_sandbox_probe_assert_error (probe, "sendMessage", "{'chat_id':'1002','text':'x'}", 400,
                                  "first");
  opt_sandbox_probe_assert_error (probe, "getChat", "{'chat_id':1002}", 400, "second");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':1002,'text':'x'}");
  other = opt_sandbox_probe_get (probe, "/bot987654321:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/getMe");
  g_assert_cmpuint (other->status, ==, 500);
}

static guint
remove_faults (OptSandboxProbe *probe,
               const char      *path)
{
  g_autoptr (OptSandboxReply) reply =
               opt_sandbox_probe_start (probe, "DELETE", path, NULL, NULL);

  opt_sandbox_probe_wait (reply);
  return reply->status == 200 ? (guint)opt_sandbox_reply_get_int (reply, "removed") : 99;
}

static void
test_remove (void)
{
  g_autoptr (OptSandboxProbe) probe = new_probe ();
  g_autoptr (OptSandboxReply) list = NULL;
  g_autofree char *path = NULL;
  gint64           first;

  first = add_fault (probe, "{'status':500,'times':5}");
  add_fault (probe, "{'status':501,'times':3}");
  add_fault (probe, "{'status':502}");
  opt_sandbox_probe_assert_error (probe, "getMe", "{}", 500, "Internal Server Error");
  list = opt_sandbox_probe_control (probe, "faults", NULL);
  opt_sandbox_reply_assert (
    list, "", "[{\"id\":1,\"times\":4},{\"id\":2,\"times\":3},{\"id\":3,\"times\":1}]");
  path = g_strdup_printf ("/sandbox/faults/%" G_GINT64_FORMAT, first);
  g_assert_cmpuint (remove_faults (probe, path), ==, 1);
  g_assert_cmpuint (remove_faults (probe, path), ==, 0);
  opt_sandbox_probe_assert_error (probe, "getMe", "{}", 501, "Not Implemented");
  g_assert_cmpuint (remove_faults (probe, "/sandbox/faults"), ==, 2);
  opt_sandbox_probe_assert_ok (probe, "getMe", "{}");
  g_assert_cmpuint (remove_faults (probe, "/sandbox/faults/77"), ==, 99);
  g_assert_cmpuint (remove_faults (probe, "/sandbox/faults/x"), ==, 99);
}

static void
test_wrong (void)
{
  static const char *const wrong[][2] = {
    { "[]", "the body must be a JSON object" },
    { "{'metod':'x'}", "a fault has no metod" },
    { "{'times':0}", "times must be an integer from 1 to 1000000" },
    { "{'times':'2'}", "times must be an integer from 1 to 1000000" },
    { "{'status':99}", "status must be an integer from 200 to 599" },
    { "{'delay_ms':-1}", "delay_ms must be an integer from 0 to 600000" },
    { "{'retry_after':1.5}", "retry_after must be an integer from 0 to 86400" },
    { "{'drop':'maybe'}", "drop must be before or after, not maybe" },
    { "{'drop':true}", "drop must be a string" },
    { "{'truncate':'yes'}", "truncate must be true or false" },
    { "{'chat_id':[1]}", "chat_id must be a string or an integer" },
    { "{'content_type':'a\\r\\nX: y'}", "content_type must not have control characters" },
    { "{'method':7}", "method must be a string" },
  };
  g_autoptr (OptSandboxProbe) probe = new_probe ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    opt_sandbox_probe_assert_wrong (probe, "faults", wrong[i][0], wrong[i][1]);
  opt_sandbox_probe_assert_ok (probe, "getMe", "{}");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/faults/status", test_status);
  g_test_add_func ("/sandbox/faults/retry-after", test_retry_after);
  g_test_add_func ("/sandbox/faults/body", test_body);
  g_test_add_func ("/sandbox/faults/truncate", test_truncate);
  g_test_add_func ("/sandbox/faults/drop", test_drop);
  g_test_add_func ("/sandbox/faults/drop-poll", test_drop_poll);
  g_test_add_func ("/sandbox/faults/delay", test_delay);
  g_test_add_func ("/sandbox/faults/held-at-the-end", test_held_at_the_end);
  g_test_add_func ("/sandbox/faults/matching", test_matching);
  g_test_add_func ("/sandbox/faults/remove", test_remove);
  g_test_add_func ("/sandbox/faults/wrong", test_wrong);
  return g_test_run ();
}
