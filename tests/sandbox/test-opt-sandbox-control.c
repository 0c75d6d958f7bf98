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
test_messages (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) first = NULL;
  g_autoptr (OptSandboxReply) again = NULL;
  g_autoptr (OptSandboxReply) reply = NULL;
  g_autoptr (OptSandboxReply) edit = NULL;

  first = control (probe, "T/messages",
                   "{'from':{'id':4503599627370495,'first_name':'Ann','username':'ann',"
                   "'language_code':'de','is_premium':true},'text':'/start'}");
  opt_sandbox_reply_assert (first, "message",
                            "{\"message_id\":1,\"from\":{\"id\":4503599627370495,\"is_bot\":false,"
                            "\"first_name\":\"Ann\",\"username\":\"ann\",\"language_code\":\"de\","
                            "\"is_premium\":true},\"chat\":{\"id\":4503599627370495,"
                            "\"first_name\":\"Ann\",\"username\":\"ann\",\"type\":\"private\"},"
                            "\"date\":1795140000,\"text\":\"/start\",\"entities\":[{\"offset\":0,"
                            "\"length\":6,\"type\":\"bot_command\"}]}");
  /* What is known of a user stays known. */
  again =
    control (probe, "T/messages",
             "{'from':{'id':4503599627370495},'chat':{'id':4503599627370495,'type':'private'},"
             "'text':'x','date':1795000000}");
  opt_sandbox_reply_assert (again, "message.from.username", "ann");
  opt_sandbox_reply_assert (again, "message.date", "1795000000");
  reply = control (probe, "T/messages",
                   "{'from':4503599627370495,'text':'x','reply_to_message_id':1,'entities':["
                   "{'offset':0,'length':1,'type':'bold'}]}");
  opt_sandbox_reply_assert (reply, "message.reply_to_message.text", "/start");
  opt_sandbox_reply_assert (reply, "message.entities.0.type", "bold");
  edit = control (probe, "T/messages",
                  "{'from':{'id':4503599627370495},'edit_of':1,'text':'/stop'}");
  opt_sandbox_reply_assert (edit, "message.message_id", "1");
  opt_sandbox_reply_assert (edit, "message.text", "/stop");
  opt_sandbox_reply_assert (edit, "message.edit_date", "1795140000");

  g_clear_pointer (&again, opt_sandbox_reply_free);
  again = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");
  opt_sandbox_reply_assert (again, "result.0.edited_message.text", "/stop");
}

static void
test_usernames (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  assert_control (probe, "T/messages", "{'from':{'id':1,'username':'boss'},'text':'x'}",
                  "message.chat.username", "boss");
  /* A name has one owner; who lost it shows without it. */
  assert_control (probe, "T/messages", "{'from':{'id':2,'username':'Boss'},'text':'x'}",
                  "message.chat.username", "Boss");
  assert_control (probe, "T/messages", "{'from':{'id':1},'text':'x'}", "message.from.username",
                  NULL);
  assert_control (probe, "T/messages", "{'from':{'id':1},'text':'x'}", "message.chat.username",
                  NULL);
  assert_control (probe, "T/messages", "{'from':{'id':2,'username':null},'text':'x'}",
                  "message.from.username", NULL);
}

static void
test_kinds (void)
{
  static const char *const members[][2] = {
    { "{'from':1,'kind':'photo'}", "message.photo.0.width" },
    { "{'from':1,'kind':'voice'}", "message.voice.duration" },
    { "{'from':1,'kind':'video'}", "message.video.mime_type" },
    { "{'from':1,'kind':'audio'}", "message.audio.file_id" },
    { "{'from':1,'kind':'sticker'}", "message.sticker.type" },
    { "{'from':1,'kind':'animation','files':{'base64':'eA=='}}", "message.document.file_id" },
    { "{'from':1,'kind':'location'}", "message.location.latitude" },
    { "{'from':1,'kind':'contact','contact':{'phone_number':'+1','first_name':'B'}}",
      "message.contact.first_name" },
    { "{'from':1,'kind':'dice'}", "message.dice.value" },
    { "{'from':1,'kind':'document','files':[{'base64':'eA==','file_name':'x.pdf','mime_type':'a/"
      "b'}]}",
      "message.document.mime_type" },
    { "{'from':{'id':1},'chat':{'id':-5},'kind':'new_chat_members'}",
      "message.new_chat_members.0.id" },
    { "{'from':{'id':1},'chat':{'id':-5},'kind':'left_chat_member'}",
      "message.left_chat_member.id" },
    { "{'from':{'id':1},'chat':{'id':-5},'kind':'new_chat_title','new_chat_title':'T'}",
      "message.new_chat_title" },
    { "{'chat':{'id':-1000000000009,'type':'channel'},'text':'news'}", "message.sender_chat.type" },
  };
  static const char *const expected[] = { "640", "3", "application/octet-stream",
                                          NULL, "regular", NULL,
                                          "52.5", "B", "4",
                                          "application/pdf", "1", "1",
                                          "T", "channel" };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (OptSandboxReply) reply = control (probe, "T/messages", members[i][0]);
      g_autofree char *shown = opt_sandbox_reply_show (reply, members[i][1]);

      g_assert_nonnull (shown);
      if (expected[i] != NULL)
        g_assert_cmpstr (shown, ==, expected[i]);
      g_assert_cmpint (opt_sandbox_reply_get_int (reply, "update_id"), >, 0);
    }
}

typedef struct
{
  const char *path;
  const char *body;
  const char *words;
} Wrong;

static const Wrong wrong[] = {
  { "T/messages", "", "the body: the JSON is wrong at byte 0: a value was expected" },
  { "T/messages", "{", "the body: the JSON is wrong at byte 1: a member name was expected" },
  { "T/messages", "{} {}",
    "the body: the JSON is wrong at byte 3: there is more behind its end" },
  { "T/messages", "7", "the body must be a JSON object" },
  { "T/messages", "{}", "from is missing, and chat too" },
  { "T/messages", "[7]", "message 0 must be an object" },
  { "T/messages", "[{'from':1}]", "message 0: text and kind are missing" },
  { "T/messages", "{'from':{}}", "from must be a User object with an id from 1 to 2^52 - 1" },
  { "T/messages", "{'from':{'id':0}}", "id must be an integer from 1 to 4503599627370495" },
  { "T/messages", "{'from':'ann'}", "from must be a User object with an id from 1 to 2^52 - 1" },
  { "T/messages", "{'from':1}", "text and kind are missing" },
  { "T/messages", "{'from':1,'text':7}", "text must be a string" },
  { "T/messages", "{'from':1,'text':' '}", "text: text must be non-empty" },
  { "T/messages", "{'from':1,'chat':{},'text':'x'}", "chat must be a Chat object with an id" },
  { "T/messages", "{'from':1,'chat':{'id':2},'text':'x'}",
    "from and chat have different ids, but the chat is private" },
  { "T/messages", "{'from':1,'chat':{'id':-2,'type':'private'},'text':'x'}",
    "chat: private chats have positive ids, all others negative ones" },
  { "T/messages", "{'from':1,'chat':{'id':-2,'type':'room'},'text':'x'}",
    "chat: type must be private, group, supergroup or channel, not room" },
  { "T/messages", "{'chat':{'id':-2},'text':'x'}", "from is missing" },
  { "T/messages", "{'from':1,'text':'x','entities':7}",
    "entities must be an array of MessageEntity objects" },
  { "T/messages", "{'from':1,'text':'x','entities':[{}]}",
    "entities must be an array of MessageEntity objects" },
  { "T/messages", "{'from':1,'text':'x','reply_to_message_id':9}",
    "reply_to_message_id: there is no message 9 in the chat" },
  { "T/messages", "{'from':1,'text':'x','edit_of':9}",
    "edit_of: there is no message 9 of a person in the chat" },
  { "T/messages", "{'from':1,'text':'x','date':'now'}",
    "date must be an integer from 0 to 2147483647" },
  { "T/messages", "{'from':1,'kind':'photo','files':[]}",
    "files must be {base64, file_name, mime_type}, or an array of these" },
  { "T/messages", "{'from':1,'files':{'file_name':'x'}}", "files: base64 is missing" },
  { "T/messages", "{'from':1,'files':{'base64':'%%%%'}}", "files: base64 is no Base64 text" },
  { "T/messages", "{'from':1,'kind':'dice','files':{'base64':'eA=='}}", "a dice has no files" },
  { "T/messages", "{'from':1,'kind':'pinned_message'}",
    "kind pinned_message needs a member pinned_message" },
  { "T/presses", "{}", "from is missing" },
  { "T/presses", "{'from':1}", "either data or text must be there" },
  { "T/presses", "{'from':1,'data':'a','text':'b'}", "either data or text must be there" },
  { "T/presses", "{'from':1,'data':''}", "data must have 1 to 64 bytes" },
  { "T/presses", "{'from':1,'data':'x','chat_id':-99}", "chat_id: there is no chat -99" },
  { "T/presses", "{'from':1,'data':'x'}", "message_id is missing" },
  { "T/presses", "{'from':1,'data':'x','message_id':99}",
    "message_id: there never was a message 99" },
  { "T/presses", "{'from':1,'text':'Go'}", "there is no button Go" },
  { "T/presses", "{'from':1,'text':'Go','message_id':1}",
    "there is no button Go on the message" },
  { "T/presses", "[]", "the body must be a JSON object" },
  { "T/chats", "{}", "id is missing" },
  { "T/chats", "[]", "the body must be a JSON object" },
  { "T/chats", "{'id':5,'type':'group'}",
    "private chats have positive ids, all others negative ones" },
  { "T/chats", "{'id':-5,'type':'x'}",
    "type must be private, group, supergroup or channel, not x" },
  { "T/chats", "{'id':-5,'is_forum':true}", "is_forum: only supergroups have topics" },
  { "T/chats", "{'id':-6,'members':7}", "members must be an array of User objects" },
  { "T/chats", "{'id':-6,'members':[{'id':1,'status':'king'}]}",
    "members: there is no status king" },
  { "T/chats", "{'id':-6,'bot':'king'}",
    "bot must be creator, administrator, member, restricted, left or kicked" },
  { "T/chats", "{'id':-6,'topics':[7]}", "topics must be an array of {message_thread_id, name}" },
  { "T/chats/1", "{'action':'dance'}", "there is no action dance" },
  { "T/chats/1", "{}", "there is no action without a name" },
  { "T/chats/77", "{'action':'block'}", "there is no chat 77" },
  { "T/chats/x", "{'action':'block'}", "there is no chat x" },
  { "T/chats/1", "{'action':'kick'}", "that does not happen in private chats" },
  { "T/chats/-6", "{'action':'block'}", "only users in private chats do that" },
  { "T/chats/1", "{'action':'migrate'}", "only a group becomes a supergroup" },
  { "T/chats/-6", "{'action':'close_topic','message_thread_id':9}",
    "message_thread_id: there is no topic 9 in the chat" },
  { "T/sent?after=x", NULL, "after must be a number from 0 to 4503599627370495" },
  { "T/sent?wait=61", NULL, "wait must be a number from 0 to 60" },
  { "T/calls?wait=-1", NULL, "wait must be a number from 0 to 60" },
  { "clock", "{}", "advance_s is missing" },
  { "clock", "{'advance_s':-1}", "advance_s must be a number from 0 to 31622400" },
  { "clock", "{'advance_s':'1'}", "advance_s must be a number from 0 to 31622400" },
  { "clock", "{'advance_s':[]}", "advance_s must be a number from 0 to 31622400" },
  { "clock", "[]", "the body must be a JSON object" },
  { "1:short/sent", NULL, "the path has no bot token of the right form" },
};

static void
test_wrong_messages (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1, "hello");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    opt_sandbox_probe_assert_wrong (probe, wrong[i].path, wrong[i].body, wrong[i].words);
}

static void
test_album (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) reply = NULL;
  g_autofree char *album = NULL;

  reply = control (probe, "T/messages",
                   "{'from':1,'kind':'photo','caption':'two','files':[{'base64':'eA=='},"
                   "{'base64':'eHg=','file_name':'y.jpg'}]}");
  opt_sandbox_reply_assert (reply, "message.caption", "two");
  opt_sandbox_reply_assert (reply, "album.0.message.message_id", "1");
  opt_sandbox_reply_assert (reply, "album.1.message.message_id", "2");
  opt_sandbox_reply_assert (reply, "album.1.message.caption", NULL);
  opt_sandbox_reply_assert (reply, "album.1.message.photo.0.file_size", "2");
  album = opt_sandbox_reply_show (reply, "message.media_group_id");
  g_assert_nonnull (album);
  opt_sandbox_reply_assert (reply, "album.1.message.media_group_id", album);
  g_assert_cmpint (opt_sandbox_reply_get_int (reply, "album.1.update_id"), ==,
                   opt_sandbox_reply_get_int (reply, "update_id") + 1);
}

static void
test_unknown_paths (void)
{
  static const char *const paths[] = {
    "", "nothing", "T/nothing", "T/chats/1/2/3", "T/", "stats/1"
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_control (probe, paths[i], NULL);
      g_autofree char *words = opt_sandbox_reply_show (reply, "error.message");

      g_assert_cmpuint (reply->status, ==, 404);
      g_assert_nonnull (words);
    }
}

static void
test_presses (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) updates = NULL;
  g_autoptr (OptSandboxReply) press = NULL;
  g_autofree char *id = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_assert_ok (probe, "sendMessage",
                               "{'chat_id':1001,'text':'pick','reply_markup':{'inline_keyboard':[["
                               "{'text':'link','url':'https://example.com'},"
                               "{'text':'Go','callback_data':'go:1'}]]}}");
  opt_sandbox_probe_assert_ok (probe, "sendMessage",
                               "{'chat_id':1001,'text':'or','reply_markup':{'keyboard':[['Left',"
                               "{'text':'Right'}]]}}");

  press = control (probe, "T/presses",
                   "{'from':{'id':1001},'chat_id':1001,'message_id':2,'data':'go:1'}");
  id = opt_sandbox_reply_show (press, "callback_query_id");
  g_assert_nonnull (id);
  updates = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.id", id);
  opt_sandbox_reply_assert (updates, "result.0.callback_query.data", "go:1");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.from.id", "1001");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.message.text", "pick");
  g_clear_pointer (&updates, opt_sandbox_reply_free);

  /* By its label, on a message or on the newest that has it. */
  assert_control (probe, "T/presses",
                  "{'from':{'id':1001},'chat_id':1001,'message_id':2,'text':'Go'}", "error", NULL);
  assert_control (probe, "T/presses", "{'from':{'id':1001},'text':'Go'}", "error", NULL);
  updates = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.data", "go:1");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.message.message_id", "2");
  g_clear_pointer (&updates, opt_sandbox_reply_free);
  assert_control (probe, "T/presses", "{'from':{'id':1001},'text':'Right'}", "callback_query_id",
                  "null");
  updates = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");
  opt_sandbox_reply_assert (updates, "result.0.message.text", "Right");
  g_clear_pointer (&updates, opt_sandbox_reply_free);

  /* A forged one, and one on a message that is gone. */
  assert_control (probe, "T/presses",
                  "{'from':{'id':666},'chat_id':1001,'message_id':2,'data':'forged'}", "error",
                  NULL);
  opt_sandbox_probe_assert_ok (probe, "deleteMessage", "{'chat_id':1001,'message_id':2}");
  assert_control (probe, "T/presses",
                  "{'from':{'id':1001},'chat_id':1001,'message_id':2,'data':'late'}", "error",
                  NULL);
  updates = opt_sandbox_probe_call (probe, "getUpdates", "{'offset':-1}");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.message.date", "0");
  opt_sandbox_reply_assert (updates, "result.0.callback_query.message.text", NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/control/messages", test_messages);
  g_test_add_func ("/sandbox/control/usernames", test_usernames);
  g_test_add_func ("/sandbox/control/kinds", test_kinds);
  g_test_add_func ("/sandbox/control/album", test_album);
  g_test_add_func ("/sandbox/control/wrong", test_wrong_messages);
  g_test_add_func ("/sandbox/control/unknown-paths", test_unknown_paths);
  g_test_add_func ("/sandbox/control/presses", test_presses);
  return g_test_run ();
}
