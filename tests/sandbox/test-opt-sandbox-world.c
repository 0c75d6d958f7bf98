/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"

#include <string.h>

static OptSandboxReply *
control (OptSandboxProbe *probe,
         const char      *path,
         const char      *body)
{
  OptSandboxReply *reply = opt_sandbox_probe_control (probe, path, body);

  if (reply->status != 200)
    g_test_message ("%s", reply->text);
  g_assert_cmpuint (reply->status, ==, 200);
  return reply;
}

static void
assert_control (OptSandboxProbe *probe,
                const char      *path,
                const char      *body,
                const char      *place,
                const char      *expected)
{
  g_autoptr (OptSandboxReply) reply = control (probe, path, body);

  opt_sandbox_reply_assert (reply, place, expected);
}

static void
test_block (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) updates = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_control (probe, "T/chats/1001", "{'action':'block'}", "error", NULL);
  opt_sandbox_probe_assert_error (probe, "sendMessage", "{'chat_id':1001,'text':'x'}", 403,
                                  "Forbidden: bot was blocked by the user");
  opt_sandbox_probe_assert_error (probe, "sendChatAction", "{'chat_id':1001,'action':'typing'}",
                                  403, "Forbidden: bot was blocked by the user");
  opt_sandbox_probe_assert_ok (probe, "getChat", "{'chat_id':1001}");
  opt_sandbox_probe_assert_wrong (probe, "T/messages", "{'from':1001,'text':'x'}",
                                  "the user blocked the bot; unblock it first");
  assert_control (probe, "T/chats/1001", "{'action':'block'}", "update_id", "null");
  assert_control (probe, "T/chats/1001", "{'action':'unblock'}", "error", NULL);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':1001,'text':'x'}");

  updates = opt_sandbox_probe_call (probe, "getUpdates", "{}");
  opt_sandbox_reply_assert (updates, "result.1.my_chat_member.new_chat_member.status", "kicked");
  opt_sandbox_reply_assert (updates, "result.1.my_chat_member.old_chat_member.status", "member");
  opt_sandbox_reply_assert (updates, "result.1.my_chat_member.from.id", "1001");
  opt_sandbox_reply_assert (updates, "result.2.my_chat_member.new_chat_member.status", "member");

  /* Put there, but not started. */
  assert_control (probe, "T/chats", "{'id':1002,'bot':'left'}", "type", "private");
  opt_sandbox_probe_assert_error (probe, "sendMessage", "{'chat_id':1002,'text':'x'}", 403,
                                  "Forbidden: bot can't initiate conversation with a user");
  assert_control (probe, "T/chats", "{'id':1003,'first_name':'Bo','type':'private','bot':true}",
                  "first_name", "Bo");
  assert_control (probe, "T/messages", "{'from':1003,'text':'x'}", "message.from",
                  "{\"id\":1003,\"is_bot\":false,\"first_name\":\"Bo\"}");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':1003,'text':'x'}");
}

typedef struct
{
  const char *chat;
  const char *id;
  const char *action;
  guint       status;
  const char *description;
} Expulsion;

static void
test_expulsions (void)
{
  static const Expulsion expulsions[] = {
    { "{'id':-5}", "-5", "kick", 403, "Forbidden: bot was kicked from the group chat" },
    { "{'id':-1000000000005}", "-1000000000005", "kick", 403,
      "Forbidden: bot was kicked from the supergroup chat" },
    { "{'id':-1000000000006,'type':'channel'}", "-1000000000006", "kick", 403,
      "Forbidden: bot was kicked from the channel chat" },
    { "{'id':-7}", "-7", "leave", 403, "Forbidden: bot is not a member of the group chat" },
    { "{'id':-1000000000007}", "-1000000000007", "leave", 403,
      "Forbidden: bot is not a member of the supergroup chat" },
    { "{'id':-1000000000008,'type':'channel'}", "-1000000000008", "leave", 403,
      "Forbidden: bot is not a member of the channel chat" },
    { "{'id':-1000000000009}", "-1000000000009", "restrict", 400,
      "Bad Request: not enough rights to send text messages to the chat" },
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (expulsions); i++)
    {
      const Expulsion *e = &expulsions[i];
      g_autofree char *path = g_strconcat ("T/chats/", e->id, NULL);
      g_autofree char *action = g_strdup_printf ("{'action':'%s','from':{'id':9}}", e->action);
      g_autofree char *params = g_strdup_printf ("{'chat_id':%s,'text':'x'}", e->id);

      assert_control (probe, "T/chats", e->chat, "id", e->id);
      opt_sandbox_probe_assert_ok (probe, "sendMessage", params);
      assert_control (probe, path, action, "error", NULL);
      opt_sandbox_probe_assert_error (probe, "sendMessage", params, e->status, e->description);
      assert_control (probe, path, "{'action':'promote'}", "error", NULL);
      opt_sandbox_probe_assert_ok (probe, "sendMessage", params);
    }

  /* Nothing is heard of a group without the bot. */
  assert_control (probe, "T/chats/-5", "{'action':'kick'}", "error", NULL);
  assert_control (probe, "T/messages", "{'from':1,'chat':{'id':-5},'text':'/x'}", "update_id",
                  "null");
  assert_control (probe, "T/chats/-5", "{'action':'join'}", "error", NULL);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-5,'text':'x'}");
  assert_control (probe, "T/chats/-1000000000009", "{'action':'restrict'}", "error", NULL);
  assert_control (probe, "T/chats/-1000000000009", "{'action':'unrestrict'}", "error", NULL);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-1000000000009,'text':'x'}");
}

static void
test_migrate (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) refused = NULL;
  g_autoptr (OptSandboxReply) updates = NULL;

  assert_control (probe, "T/chats", "{'id':-5,'title':'Ops','members':[{'id':9}]}", "type",
                  "group");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-5,'text':'x'}");
  assert_control (probe, "T/chats/-5", "{'action':'migrate'}", "migrate_to_chat_id",
                  "-1000000000005");
  refused = opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':-5,'text':'x'}");
  opt_sandbox_reply_assert (refused, "description",
                            "Bad Request: group chat was upgraded to a supergroup chat");
  opt_sandbox_reply_assert (refused, "error_code", "400");
  opt_sandbox_reply_assert (refused, "parameters.migrate_to_chat_id", "-1000000000005");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-1000000000005,'text':'x'}");
  opt_sandbox_probe_assert_ok (probe, "getChatMember", "{'chat_id':-1000000000005,'user_id':9}");

  updates = opt_sandbox_probe_call (probe, "getUpdates", "{}");
  opt_sandbox_reply_assert (updates, "result.0.message.migrate_to_chat_id", "-1000000000005");
  opt_sandbox_reply_assert (updates, "result.0.message.chat.id", "-5");
  opt_sandbox_reply_assert (updates, "result.1.message.migrate_from_chat_id", "-5");
  opt_sandbox_reply_assert (updates, "result.1.message.chat.title", "Ops");
  opt_sandbox_probe_assert_wrong (probe, "T/chats/-5", "{'action':'migrate'}",
                                  "the group became supergroup -1000000000005 already");
  opt_sandbox_probe_assert_wrong (probe, "T/messages", "{'from':9,'chat':{'id':-5},'text':'x'}",
                                  "the group became supergroup -1000000000005");
  assert_control (probe, "T/chats", "{'id':-6}", "id", "-6");
  opt_sandbox_probe_assert_wrong (probe, "T/chats/-6",
                                  "{'action':'migrate','migrate_to_chat_id':-1000000000005}",
                                  "there is a chat -1000000000005 already");
}

typedef struct
{
  const char *message;
  gboolean    is_seen;
} Privacy;

static void
test_privacy (void)
{
  static const Privacy cases[] = {
    { "'text':'hello'", FALSE },
    { "'text':'/start'", TRUE },
    { "'text':'/start@vm91_bot now'", TRUE },
    { "'text':'/start@VM91_BOT'", TRUE },
    { "'text':'/start@other_bot'", FALSE },
    { "'text':'please /start'", FALSE },
    { "'text':'please /start@vm91_bot'", TRUE },
    { "'text':'hello @vm91_bot'", FALSE },
    { "'text':'yes','reply_to_message_id':1", TRUE },
    { "'text':'yes','reply_to_message_id':2", FALSE },
    { "'kind':'photo','caption':'/scan'", TRUE },
    { "'kind':'photo','caption':'a cat'", FALSE },
    { "'kind':'new_chat_members'", TRUE },
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  assert_control (probe, "T/bot", "{'username':'vm91_bot'}", "username", "vm91_bot");
  assert_control (probe, "T/chats", "{'id':-1000000000005}", "type", "supergroup");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-1000000000005,'text':'which?'}");
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_autofree char *body = g_strdup_printf (
            "{'from':{'id':%u},'chat':{'id':-1000000000005},%s}", 7, cases[i].message);
          g_autoptr (OptSandboxReply) reply = NULL;
          g_autofree char *update = NULL;

          /* The second message, which one case answers. */
          if (i == 0)
            assert_control (probe, "T/messages",
                            "{'from':{'id':7},'chat':{'id':-1000000000005},'text':'two'}", "error",
                            NULL);
          reply = control (probe, "T/messages", body);
          update = opt_sandbox_reply_show (reply, "update_id");
          g_assert_cmpint (g_strcmp0 (update, "null") != 0, ==, cases[i].is_seen || round == 1);
        }
      assert_control (probe, "T/bot", "{'can_read_all_group_messages':true}", "username",
                      "vm91_bot");
    }

  /* Administrators see everything, but nobody sees bots. */
  assert_control (probe, "T/bot", "{'can_read_all_group_messages':false}", "revoked", "false");
  assert_control (probe, "T/messages", "{'from':7,'chat':{'id':-1000000000005},'text':'x'}",
                  "update_id", "null");
  assert_control (probe, "T/chats/-1000000000005", "{'action':'promote'}", "error", NULL);
  assert_control (probe, "T/messages",
                  "{'from':{'id':8,'is_bot':true},'chat':{'id':-1000000000005},'text':'/x'}",
                  "update_id", "null");
  assert_control (probe, "T/messages", "{'from':7,'chat':{'id':-1000000000005},'text':'seen'}",
                  "error", NULL);
  {
    g_autoptr (OptSandboxReply) updates =
                 opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");

    opt_sandbox_reply_assert (updates, "result.0.message.text", "seen");
  }
}

static void
test_journal (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) calls = NULL;
  g_autoptr (OptSandboxReply) sent = NULL;
  g_autoptr (OptSandboxReply) rest = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_control (probe, "T/sent", NULL, "", "{\"last\":0,\"calls\":[]}");
  opt_sandbox_probe_assert_ok (probe, "getMe", "{}");
  opt_sandbox_probe_assert_ok (
    probe, "sendMessage",
    "{'chat_id':'1001','text':'7','reply_markup':'{\\u0022force_reply\\u0022:true}',"
    "'disable_notification':'yes','custom':[1]}");
  opt_sandbox_probe_assert_ok (probe, "sendChatAction", "{'chat_id':1001,'action':'typing'}");
  opt_sandbox_probe_assert_error (probe, "sendmessage", "{'chat_id':5,'text':'x'}", 400,
                                  "Bad Request: chat not found");

  sent = control (probe, "T/sent?after=0", NULL);
  opt_sandbox_reply_assert (sent, "last", "4");
  opt_sandbox_reply_assert (sent, "calls.0.n", "2");
  opt_sandbox_reply_assert (sent, "calls.0.at", "2026-11-20T02:00:00.000Z");
  opt_sandbox_reply_assert (sent, "calls.0.method", "sendMessage");
  opt_sandbox_reply_assert (
    sent, "calls.0.params",
    "{\"chat_id\":1001,\"text\":\"7\",\"reply_markup\":{\"force_reply\":true},"
    "\"disable_notification\":true,\"custom\":[1]}");
  opt_sandbox_reply_assert (sent, "calls.0.status", "200");
  opt_sandbox_reply_assert (sent, "calls.0.result.text", "7");
  opt_sandbox_reply_assert (sent, "calls.0.error", "null");
  opt_sandbox_reply_assert (sent, "calls.1.n", "4");
  opt_sandbox_reply_assert (sent, "calls.1.method", "sendMessage");
  opt_sandbox_reply_assert (sent, "calls.1.status", "400");
  opt_sandbox_reply_assert (sent, "calls.1.result", "null");
  opt_sandbox_reply_assert (sent, "calls.1.error", "Bad Request: chat not found");
  opt_sandbox_reply_assert (sent, "calls.2", NULL);

  calls = control (probe, "T/calls", NULL);
  opt_sandbox_reply_assert (calls, "calls.0.method", "getMe");
  opt_sandbox_reply_assert (calls, "calls.2.method", "sendChatAction");
  opt_sandbox_reply_assert (calls, "calls.2.result", "true");
  rest = control (probe, "T/calls?after=3", NULL);
  opt_sandbox_reply_assert (rest, "calls.0.n", "4");
  opt_sandbox_reply_assert (rest, "calls.1", NULL);
  assert_control (probe, "stats", NULL,
                  "bots." OPT_SANDBOX_PROBE_TOKEN ".calls.sendMessage", "2");
  assert_control (probe, "stats", NULL, "bots." OPT_SANDBOX_PROBE_TOKEN ".queued", "1");
}

static OptSandboxReply *
start_wait (OptSandboxProbe *probe,
            const char      *tail)
{
  g_autofree char *path = g_strdup_printf ("/sandbox/%s/%s", OPT_SANDBOX_PROBE_TOKEN, tail);

  return opt_sandbox_probe_start (probe, "GET", path, NULL, NULL);
}

static void
wait_for_timer (OptSandboxProbe *probe)
{
  while (opt_test_clock_next_due (probe->clock) < 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_journal_wait (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) waiting = NULL;
  g_autoptr (OptSandboxReply) at_once = NULL;
  g_autoptr (OptSandboxReply) in_vain = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  waiting = start_wait (probe, "sent?after=0&wait=60");
  wait_for_timer (probe);
  opt_sandbox_probe_assert_ok (probe, "getMe", "{}");
  g_assert_false (waiting->is_done);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':1001,'text':'x'}");
  opt_sandbox_probe_wait (waiting);
  opt_sandbox_reply_assert (waiting, "last", "2");
  opt_sandbox_reply_assert (waiting, "calls.0.params.text", "x");

  at_once = control (probe, "T/calls?after=1&wait=60", NULL);
  opt_sandbox_reply_assert (at_once, "calls.0.n", "2");

  in_vain = start_wait (probe, "sent?after=2&wait=0.5");
  wait_for_timer (probe);
  g_assert_cmpint (opt_test_clock_next_due (probe->clock), ==, G_USEC_PER_SEC / 2);
  opt_test_clock_advance (probe->clock, G_USEC_PER_SEC / 2);
  opt_sandbox_probe_wait (in_vain);
  opt_sandbox_reply_assert (in_vain, "", "{\"last\":2,\"calls\":[]}");
}

static void
test_clock (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  assert_control (probe, "clock", "{'advance_s':3600}", "now", "2026-11-20T03:00:00.000Z");
  assert_control (probe, "T/messages", "{'from':1,'text':'x'}", "message.date", "1795143600");
  assert_control (probe, "clock", "{'advance_s':0.5}", "now", "2026-11-20T03:00:00.500Z");
  assert_control (probe, "clock", "{'advance_s':0}", "now", "2026-11-20T03:00:00.500Z");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/world/block", test_block);
  g_test_add_func ("/sandbox/world/expulsions", test_expulsions);
  g_test_add_func ("/sandbox/world/migrate", test_migrate);
  g_test_add_func ("/sandbox/world/privacy", test_privacy);
  g_test_add_func ("/sandbox/world/journal", test_journal);
  g_test_add_func ("/sandbox/world/journal-wait", test_journal_wait);
  g_test_add_func ("/sandbox/world/clock", test_clock);
  return g_test_run ();
}
