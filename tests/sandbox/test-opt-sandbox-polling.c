/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"

#define CONFLICT                                                                               \
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is " \
  "running"

static void
assert_batch (OptSandboxProbe *probe,
              const char      *params,
              gint64           first,
              guint            count)
{
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_call (probe, "getUpdates", params);
  JsonArray *result = json_object_get_array_member (json_node_get_object (reply->json), "result");

  g_assert_cmpuint (json_array_get_length (result), ==, count);
  for (guint i = 0; i < count; i++)
    g_assert_cmpint (
      json_object_get_int_member (json_array_get_object_element (result, i), "update_id"), ==,
      first + i);
}

static void
assert_batch_from (OptSandboxProbe *probe,
                   gint64           offset,
                   gint64           first,
                   guint            count)
{
  g_autofree char *params = g_strdup_printf ("{'offset':%" G_GINT64_FORMAT "}", offset);

  assert_batch (probe, params, first, count);
}

static gint64
say_five (OptSandboxProbe *probe)
{
  gint64 first = opt_sandbox_probe_say (probe, 1001, "one");

  for (guint i = 1; i < 5; i++)
    g_assert_cmpint (opt_sandbox_probe_say (probe, 1001, "more"), ==, first + i);

  return first;
}

/* Runs until the poll waits, or waits no longer: then there is a timer, or none. */
static void
wait_for_poll (OptSandboxProbe *probe,
               gboolean         is_pending)
{
  g_autoptr (OptSandboxReply) reply = NULL;

  while ((opt_test_clock_next_due (probe->clock) >= 0) != is_pending)
    g_main_context_iteration (NULL, TRUE);

  reply = opt_sandbox_probe_control (probe, "stats", NULL);
  opt_sandbox_reply_assert (reply, "bots." OPT_SANDBOX_PROBE_TOKEN ".poll_pending",
                            is_pending ? "true" : "false");
}

static void
test_offsets (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  gint64 first = say_five (probe);

  g_assert_cmpint (first, >, 0);
  assert_batch (probe, "{}", first, 5);
  assert_batch (probe, "{'limit':2}", first, 2);
  assert_batch (probe, "{'limit':0}", first, 1);
  assert_batch (probe, "{'limit':-7}", first, 1);
  assert_batch (probe, "{'limit':'100000'}", first, 5);
  assert_batch_from (probe, 0, first, 5);
  assert_batch_from (probe, first + 2, first + 2, 3);
  assert_batch_from (probe, 0, first + 2, 3);
  assert_batch_from (probe, first, first + 2, 3);
  assert_batch_from (probe, first + 5, first + 5, 0);
  assert_batch_from (probe, 0, first + 5, 0);
}

static void
test_negative_offset (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  gint64 first = say_five (probe);

  assert_batch (probe, "{'offset':-2}", first + 3, 2);
  assert_batch (probe, "{'offset':-100}", first + 3, 2);
  assert_batch (probe, "{}", first + 3, 2);
  assert_batch (probe, "{'offset':-1}", first + 4, 1);
}

static void
test_far_offset (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  gint64 first = say_five (probe);

  /* Behind the next id by more than ten, or far below the oldest: as if it was not given. */
  assert_batch_from (probe, first + 5 + 11, first, 5);
  assert_batch_from (probe, first - 100001, first, 5);
  assert_batch (probe, "{'offset':2147483647}", first, 5);
  assert_batch (probe, "{'offset':99999999999999}", first, 5);
  assert_batch (probe, "{'offset':'rubbish'}", first, 5);
  assert_batch_from (probe, first + 5 + 10, first, 0);
}

static void
test_wake (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) poll = NULL;
  gint64 update;

  poll = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  wait_for_poll (probe, TRUE);
  g_assert_false (poll->is_done);
  update = opt_sandbox_probe_say (probe, 1001, "/start");
  opt_sandbox_probe_wait (poll);
  g_assert_cmpint (opt_sandbox_reply_get_int (poll, "result.0.update_id"), ==, update);
  opt_sandbox_reply_assert (poll, "result.0.message.text", "/start");
  opt_sandbox_reply_assert (poll, "result.1", NULL);
  wait_for_poll (probe, FALSE);
}

static void
test_timeout (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) poll = NULL;

  /* More than the server allows. */
  poll = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':500}");
  wait_for_poll (probe, TRUE);
  opt_test_clock_advance (probe->clock, 50 * G_USEC_PER_SEC - 1);
  wait_for_poll (probe, TRUE);
  g_assert_false (poll->is_done);
  opt_test_clock_advance (probe->clock, 1);
  opt_sandbox_probe_wait (poll);
  opt_sandbox_reply_assert (poll, "", "{\"ok\":true,\"result\":[]}");
}

static void
test_conflict (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) older = NULL;
  g_autoptr (OptSandboxReply) newer = NULL;
  g_autoptr (OptSandboxReply) newest = NULL;

  older = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  wait_for_poll (probe, TRUE);
  newer = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  opt_sandbox_probe_wait (older);
  g_assert_cmpuint (older->status, ==, 409);
  opt_sandbox_reply_assert (older, "error_code", "409");
  opt_sandbox_reply_assert (older, "description", CONFLICT);
  g_assert_false (newer->is_done);

  /* The second one within three seconds is told later. */
  newest = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  while (opt_test_clock_next_due (probe->clock) != 3 * G_USEC_PER_SEC)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (newer->is_done);
  opt_test_clock_advance (probe->clock, 3 * G_USEC_PER_SEC);
  opt_sandbox_probe_wait (newer);
  opt_sandbox_reply_assert (newer, "description", CONFLICT);

  opt_sandbox_probe_say (probe, 1001, "for the newest");
  opt_sandbox_probe_wait (newest);
  opt_sandbox_reply_assert (newest, "result.0.message.text", "for the newest");
}

/* Who waits learns it at once, not when the poll is over. */
static void
test_revoked (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) poll = NULL;
  g_autoptr (OptSandboxReply) revoked = NULL;
  g_autoptr (OptSandboxReply) again = NULL;
  g_autoptr (OptSandboxReply) restored = NULL;

  poll = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  wait_for_poll (probe, TRUE);
  revoked = opt_sandbox_probe_control (probe, "T/bot", "{'revoked':true}");
  opt_sandbox_reply_assert (revoked, "revoked", "true");
  opt_sandbox_probe_wait (poll);
  g_assert_cmpuint (poll->status, ==, 401);
  opt_sandbox_reply_assert (poll, "description", "Unauthorized");
  wait_for_poll (probe, FALSE);

  again = opt_sandbox_probe_control (probe, "T/bot", "{'revoked':true}");
  opt_sandbox_reply_assert (again, "revoked", "true");
  restored = opt_sandbox_probe_control (probe, "T/bot", "{'revoked':false}");
  opt_sandbox_reply_assert (restored, "revoked", "false");
  opt_sandbox_probe_assert_ok (probe, "getUpdates", "{}");
}

static void
test_short_poll_beside_long (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) poll = NULL;

  poll = opt_sandbox_probe_start_call (probe, "getUpdates", "{'timeout':50}");
  wait_for_poll (probe, TRUE);
  assert_batch (probe, "{}", 0, 0);
  g_assert_false (poll->is_done);
  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_wait (poll);
  opt_sandbox_reply_assert (poll, "result.0.message.text", "hello");
}

static void
test_client_gone (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) poll = NULL;
  g_autoptr (SoupSession) own = NULL;
  g_autoptr (OptSandboxReply) again = NULL;

  own = g_steal_pointer (&probe->session);
  probe->session = soup_session_new_with_options ("timeout", 0, NULL);
  poll = g_new0 (OptSandboxReply, 1);
  poll->is_done = TRUE;
  {
    g_autofree char *uri =
      g_strdup_printf ("%s/bot%s/getUpdates?timeout=50", probe->root, OPT_SANDBOX_PROBE_TOKEN);

    poll->message = soup_message_new ("GET", uri);
  }
  soup_session_send_async (own, poll->message, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  wait_for_poll (probe, TRUE);
  soup_session_abort (own);
  wait_for_poll (probe, FALSE);

  /* Nothing was lost to it. */
  opt_sandbox_probe_say (probe, 1001, "still here");
  again = opt_sandbox_probe_call (probe, "getUpdates", "{'timeout':50}");
  opt_sandbox_reply_assert (again, "result.0.message.text", "still here");
}

static void
test_allowed_updates (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) press = NULL;
  g_autoptr (OptSandboxReply) info = NULL;
  g_autoptr (OptSandboxReply) sent = NULL;
  g_autoptr (OptSandboxReply) later = NULL;
  gint64 first = opt_sandbox_probe_say (probe, 1001, "queued");

  /* What is queued comes all the same. */
  assert_batch (probe, "{'allowed_updates':['callback_query','no such']}", first, 1);
  later = opt_sandbox_probe_control (probe, "T/messages", "{'from':{'id':1001},'text':'hidden'}");
  opt_sandbox_reply_assert (later, "update_id", "null");
  sent = opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':1001,'text':'buttons'}");
  press = opt_sandbox_probe_control (
    probe, "T/presses", "{'from':{'id':1001},'chat_id':1001,'message_id':3,'data':'x'}");
  g_assert_cmpint (opt_sandbox_reply_get_int (press, "update_id"), ==, first + 1);
  info = opt_sandbox_probe_call (probe, "getWebhookInfo", "{}");
  opt_sandbox_reply_assert (info, "result.allowed_updates", "[\"callback_query\"]");
  opt_sandbox_reply_assert (info, "result.pending_update_count", "2");
  opt_sandbox_reply_assert (info, "result.url", "");

  /* It is remembered, and what can't be read changes nothing. */
  assert_batch (probe, "{'allowed_updates':'rubbish'}", first, 2);
  g_clear_pointer (&later, opt_sandbox_reply_free);
  later = opt_sandbox_probe_control (probe, "T/messages", "{'from':{'id':1001},'text':'hidden'}");
  opt_sandbox_reply_assert (later, "update_id", "null");

  /* An empty list is the default again. */
  assert_batch (probe, "{'allowed_updates':[]}", first, 2);
  g_assert_cmpint (opt_sandbox_probe_say (probe, 1001, "seen"), ==, first + 2);
}

static void
test_webhook (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) reply = NULL;
  gint64 first = say_five (probe);

  reply = opt_sandbox_probe_call (probe, "deleteWebhook", "{}");
  opt_sandbox_reply_assert (
    reply, "", "{\"ok\":true,\"result\":true,\"description\":\"Webhook is already deleted\"}");
  assert_batch (probe, "{}", first, 5);
  opt_sandbox_probe_assert_ok (probe, "getWebhookInfo", "{}");
  g_clear_pointer (&reply, opt_sandbox_reply_free);
  reply = opt_sandbox_probe_call (probe, "deleteWebhook", "{'drop_pending_updates':true}");
  assert_batch (probe, "{}", first, 0);
}

static void
test_big_batch (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) many = g_string_new ("[");
  g_autoptr (OptSandboxReply) reply = NULL;
  gint64 first;

  for (guint i = 0; i < 250; i++)
    g_string_append_printf (many, "%s{'from':{'id':%u},'text':'number %u'}", i > 0 ? "," : "",
                            1 + i % 7, i);
  g_string_append_c (many, ']');
  reply = opt_sandbox_probe_control (probe, "T/messages", many->str);
  first = opt_sandbox_reply_get_int (reply, "0.update_id");
  g_assert_cmpint (opt_sandbox_reply_get_int (reply, "249.update_id"), ==, first + 249);
  assert_batch (probe, "{}", first, 100);
  assert_batch_from (probe, first + 100, first + 100, 100);
  assert_batch_from (probe, first + 200, first + 200, 50);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/polling/offsets", test_offsets);
  g_test_add_func ("/sandbox/polling/negative-offset", test_negative_offset);
  g_test_add_func ("/sandbox/polling/far-offset", test_far_offset);
  g_test_add_func ("/sandbox/polling/wake", test_wake);
  g_test_add_func ("/sandbox/polling/timeout", test_timeout);
  g_test_add_func ("/sandbox/polling/conflict", test_conflict);
  g_test_add_func ("/sandbox/polling/revoked", test_revoked);
  g_test_add_func ("/sandbox/polling/short-beside-long", test_short_poll_beside_long);
  g_test_add_func ("/sandbox/polling/client-gone", test_client_gone);
  g_test_add_func ("/sandbox/polling/allowed-updates", test_allowed_updates);
  g_test_add_func ("/sandbox/polling/webhook", test_webhook);
  g_test_add_func ("/sandbox/polling/big-batch", test_big_batch);
  return g_test_run ();
}
