/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"

#include <string.h>

#define BOT "/bot" OPT_SANDBOX_PROBE_TOKEN

static void
test_get_me (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) before = opt_sandbox_probe_call (probe, "getMe", "{}");
  g_autoptr (OptSandboxReply) change = NULL;
  g_autoptr (OptSandboxReply) after = NULL;

  opt_sandbox_reply_assert (before, "result.id", "123456789");
  opt_sandbox_reply_assert (before, "result.is_bot", "true");
  opt_sandbox_reply_assert (before, "result.username", "sandbox_123456789_bot");
  opt_sandbox_reply_assert (before, "result.can_read_all_group_messages", "false");
  opt_sandbox_reply_assert (before, "result.can_join_groups", "true");

  change = opt_sandbox_probe_control (
    probe, "T/bot",
    "{'username':'vm91_bot','can_read_all_group_messages':true,'first_name':'Optimus'}");
  opt_sandbox_reply_assert (change, "username", "vm91_bot");
  after = opt_sandbox_probe_call (probe, "getMe", "{}");
  opt_sandbox_reply_assert (after, "result.username", "vm91_bot");
  opt_sandbox_reply_assert (after, "result.first_name", "Optimus");
  opt_sandbox_reply_assert (after, "result.can_read_all_group_messages", "true");

  opt_sandbox_probe_assert_wrong (probe, "T/bot", "{'username':'a'}",
                                  "username must have 3 to 32 letters, digits and underscores");
  opt_sandbox_probe_assert_wrong (probe, "T/bot", "{'revoked':1}",
                                  "revoked must be true or false");
  opt_sandbox_probe_assert_wrong (probe, "T/bot", "[]", "the body must be a JSON object");
}

static OptSandboxReply *
send_document (OptSandboxProbe *probe,
               const char      *parts)
{
  g_autofree char *body = g_strconcat (parts, "--XX--\r\n", NULL);

  return opt_sandbox_probe_post (probe, BOT "/sendDocument", "multipart/form-data; boundary=XX",
                                 body);
}

#define PART(name, value) \
  "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, type, value)                                               \
  "--XX\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\n" \
  "Content-Type: " type "\r\n\r\n" value "\r\n"

static void
test_documents (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) sent = NULL;
  g_autoptr (OptSandboxReply) attached = NULL;
  g_autoptr (OptSandboxReply) again = NULL;
  g_autoptr (OptSandboxReply) journal = NULL;
  g_autofree char *file_id = NULL;
  g_autofree char *params = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  sent = send_document (probe, PART ("chat_id", "1001") PART ("caption", " see /log ")
                                 FILE_PART ("document", "run.log", "application/x-foo", "a\nb\n"));
  opt_sandbox_reply_assert (sent, "result.document.file_name", "run.log");
  opt_sandbox_reply_assert (sent, "result.document.mime_type", "text/plain");
  opt_sandbox_reply_assert (sent, "result.document.file_size", "4");
  opt_sandbox_reply_assert (sent, "result.caption", "see /log");
  opt_sandbox_reply_assert (sent, "result.caption_entities.0.type", "bot_command");
  opt_sandbox_reply_assert (sent, "result.text", NULL);

  attached = send_document (probe, PART ("chat_id", "1001") PART ("document", "attach://one")
                                     FILE_PART ("one", "x", "application/x-foo", "data"));
  opt_sandbox_reply_assert (attached, "result.document.mime_type", "application/x-foo");
  opt_sandbox_reply_assert (attached, "result.caption", NULL);

  file_id = opt_sandbox_reply_show (sent, "result.document.file_id");
  params = g_strdup_printf ("{'chat_id':1001,'document':'%s'}", file_id);
  again = opt_sandbox_probe_call (probe, "sendDocument", params);
  opt_sandbox_reply_assert (again, "result.document.file_name", "run.log");

  journal = opt_sandbox_probe_control (probe, "T/sent", NULL);
  opt_sandbox_reply_assert (
    journal, "calls.0.params",
    "{\"chat_id\":1001,\"caption\":\" see /log \",\"document\":"
    "{\"file_name\":\"run.log\",\"size\":4,\"sha256\":"
    "\"911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2\"}}");
}

static void
test_document_refusals (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autofree char *caption = g_strnfill (1025, 'x');
  g_autofree char *long_caption = NULL;
  g_autoptr (OptSandboxReply) empty = NULL;
  g_autoptr (OptSandboxReply) first = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_assert_error (probe, "sendDocument", "{'chat_id':1001}", 400,
                                  "Bad Request: there is no document in the request");
  opt_sandbox_probe_assert_error (probe, "sendDocument",
                                  "{'chat_id':1001,'document':'attach://none'}", 400,
                                  "Bad Request: there is no document in the request");
  opt_sandbox_probe_assert_error (probe, "sendDocument", "{'chat_id':1001,'document':'BQACnone'}",
                                  400, "Bad Request: wrong file identifier/HTTP URL specified");
  opt_sandbox_probe_assert_error (probe, "sendDocument",
                                  "{'chat_id':1001,'document':'https://example.com/x'}", 400,
                                  "Bad Request: failed to get HTTP URL content");
  opt_sandbox_probe_assert_error (probe, "sendDocument", "{'chat_id':7,'document':'x'}", 400,
                                  "Bad Request: chat not found");
  long_caption = g_strdup_printf ("{'chat_id':1001,'document':'x','caption':'%s'}", caption);
  opt_sandbox_probe_assert_error (probe, "sendDocument", long_caption, 400,
                                  "Bad Request: message caption is too long");
  empty = send_document (probe, PART ("chat_id", "1001")
                                  FILE_PART ("document", "x", "text/plain", ""));
  opt_sandbox_reply_assert (empty, "description", "Bad Request: file must be non-empty");

  first = send_document (probe, PART ("chat_id", "1001")
                                  FILE_PART ("document", "x", "text/plain", "x"));
  opt_sandbox_reply_assert (first, "result.message_id", "2");
  opt_sandbox_probe_assert_error (probe, "editMessageText",
                                  "{'chat_id':1001,'message_id':2,'text':'x'}", 400,
                                  "Bad Request: there is no text in the message to edit");
}

static OptSandboxReply *
upload (OptSandboxProbe *probe,
        gsize            size)
{
  g_autoptr (GString) body = g_string_sized_new (size + 1000);
  g_autoptr (GBytes) bytes = NULL;
  OptSandboxReply *reply;

  g_string_append (body, PART ("chat_id", "1001"));
  g_string_append (body, "--XX\r\nContent-Disposition: form-data; name=\"document\"; "
                         "filename=\"big.zip\"\r\n\r\n");
  g_string_set_size (body, body->len + size);
  g_string_append (body, "\r\n--XX--\r\n");
  bytes = g_string_free_to_bytes (g_steal_pointer (&body));
  reply = opt_sandbox_probe_start (probe, "POST", BOT "/sendDocument",
                                   "multipart/form-data; boundary=XX", bytes);
  opt_sandbox_probe_wait (reply);
  return reply;
}

/* What may go wrong with a download; libsoup asks again when a connection is cut. */
static void
assert_file_faults (OptSandboxProbe *probe,
                    const char      *path)
{
  static const char *const faults[] = {
    "{'method':'file','truncate':true}",
    "{'method':'file','status':502,'body':'<html>'}",
    "{'method':'file','drop':'before','times':9}",
  };
  static const char *const bodies[] = { "he", "<html>", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (OptSandboxReply) fault = opt_sandbox_probe_control (probe, "faults", faults[i]);
      g_autoptr (OptSandboxReply) content = opt_sandbox_probe_get (probe, path);

      g_assert_cmpuint (fault->status, ==, 200);
      g_assert_cmpstr (content->text, ==, bodies[i]);
    }
}

static void
test_files (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) written = NULL;
  g_autoptr (OptSandboxReply) file = NULL;
  g_autoptr (OptSandboxReply) content = NULL;
  g_autoptr (OptSandboxReply) nothing = NULL;
  g_autofree char *file_id = NULL;
  g_autofree char *params = NULL;
  g_autofree char *file_path = NULL;
  g_autofree char *path = NULL;

  written =
    opt_sandbox_probe_control (probe, "T/messages",
                               "{'from':{'id':1001},'caption':'a "
                               "note','files':[{'base64':'aGVsbG8=','file_name':'a b.TXT'}]}");
  opt_sandbox_reply_assert (written, "message.document.file_name", "a b.TXT");
  opt_sandbox_reply_assert (written, "message.document.mime_type", "text/plain");
  opt_sandbox_reply_assert (written, "message.caption", "a note");
  file_id = opt_sandbox_reply_show (written, "message.document.file_id");
  params = g_strdup_printf ("{'file_id':'%s'}", file_id);
  file = opt_sandbox_probe_call (probe, "getFile", params);
  opt_sandbox_reply_assert (file, "result.file_id", file_id);
  opt_sandbox_reply_assert (file, "result.file_size", "5");
  file_path = opt_sandbox_reply_show (file, "result.file_path");
  g_assert_cmpstr (file_path, ==, "documents/file_0.TXT");

  path = g_strdup_printf ("/file" BOT "/%s", file_path);
  content = opt_sandbox_probe_get (probe, path);
  g_assert_cmpuint (content->status, ==, 200);
  g_assert_cmpstr (content->text, ==, "hello");
  assert_file_faults (probe, path);
  nothing = opt_sandbox_probe_get (probe, "/file" BOT "/documents/none");
  g_assert_cmpuint (nothing->status, ==, 404);

  opt_sandbox_probe_assert_error (probe, "getFile", "{}", 400, "Bad Request: invalid file_id");
  opt_sandbox_probe_assert_error (probe, "getFile", "{'file_id':'x'}", 400,
                                  "Bad Request: invalid file_id");
}

static void
test_big_files (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) big = NULL;
  g_autoptr (OptSandboxReply) huge = NULL;
  g_autofree char *file_id = NULL;
  g_autofree char *params = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  big = upload (probe, 20 * 1024 * 1024 + 1);
  opt_sandbox_reply_assert (big, "result.document.file_size", "20971521");
  file_id = opt_sandbox_reply_show (big, "result.document.file_id");
  params = g_strdup_printf ("{'file_id':'%s'}", file_id);
  opt_sandbox_probe_assert_error (probe, "getFile", params, 400, "Bad Request: file is too big");

  huge = upload (probe, 50 * 1024 * 1024 + 1);
  g_assert_cmpuint (huge->status, ==, 413);
  opt_sandbox_reply_assert (huge, "description", "Request Entity Too Large");
}

static void
test_commands (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) plain = NULL;
  g_autoptr (OptSandboxReply) german = NULL;
  g_autoptr (OptSandboxReply) of_chat = NULL;
  g_autoptr (OptSandboxReply) none = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_assert_ok (probe, "setMyCommands",
                               "{'commands':[{'command':'/list','description':' List jobs '},"
                               "{'command':'task','description':'Run'}]}");
  opt_sandbox_probe_assert_ok (probe, "setMyCommands",
                               "{'commands':[{'command':'list','description':'Liste'}],"
                               "'language_code':'de','scope':{'type':'all_private_chats'}}");
  opt_sandbox_probe_assert_ok (probe, "setMyCommands",
                               "{'commands':[{'command':'only','description':'Here'}],"
                               "'scope':{'type':'chat','chat_id':1001}}");
  plain = opt_sandbox_probe_call (probe, "getMyCommands", "{'scope':{'type':'default'}}");
  opt_sandbox_reply_assert (plain, "result",
                            "[{\"command\":\"list\",\"description\":\"List jobs\"},"
                            "{\"command\":\"task\",\"description\":\"Run\"}]");
  german = opt_sandbox_probe_call (
    probe, "getMyCommands", "{'language_code':'de','scope':{'type':'all_private_chats'}}");
  opt_sandbox_reply_assert (german, "result.0.description", "Liste");
  of_chat = opt_sandbox_probe_call (probe, "getMyCommands",
                                    "{'scope':{'type':'chat','chat_id':'1001'}}");
  opt_sandbox_reply_assert (of_chat, "result.0.command", "only");
  opt_sandbox_probe_assert_ok (probe, "getMyCommands",
                               "{'scope':{'type':'chat_member','chat_id':1001,'user_id':1001}}");

  opt_sandbox_probe_assert_ok (probe, "deleteMyCommands", "{}");
  none = opt_sandbox_probe_call (probe, "getMyCommands", "{}");
  opt_sandbox_reply_assert (none, "result", "[]");
}

typedef struct
{
  const char *params;
  const char *description;
} Refusal;

static void
test_command_refusals (void)
{
  static const Refusal refusals[] = {
    { "{'commands':'{'}", "can't parse commands JSON object" },
    { "{'commands':{}}", "expected an Array of BotCommand" },
    { "{'commands':[7]}", "can't parse BotCommand: expected an Object" },
    { "{'commands':[{'description':'x'}]}",
      "can't parse BotCommand: Can't find field \"command\"" },
    { "{'commands':[{'command':'x'}]}",
      "can't parse BotCommand: Can't find field \"description\"" },
    { "{'commands':[{'command':'/','description':'x'}]}", "command must be non-empty" },
    { "{'commands':[{'command':'a','description':' '}]}", "command description must be non-empty" },
    { "{'commands':[{'command':'Upper','description':'x'}]}", "BOT_COMMAND_INVALID" },
    { "{'commands':[{'command':'a23456789012345678901234567890123','description':'x'}]}",
      "command length must not exceed 32" },
    { "{'scope':'{'}", "can't parse BotCommandScope JSON object" },
    { "{'scope':[]}", "can't parse BotCommandScope: BotCommandScope must be an Object" },
    { "{'scope':{}}", "can't parse BotCommandScope: Can't find field \"type\"" },
    { "{'scope':{'type':'moon'}}", "can't parse BotCommandScope: Unsupported type specified" },
    { "{'scope':{'type':'chat'}}", "can't parse BotCommandScope: Can't find field \"chat_id\"" },
    { "{'scope':{'type':'chat','chat_id':''}}",
      "can't parse BotCommandScope: Empty chat_id specified" },
    { "{'scope':{'type':'chat','chat_id':7}}", "chat not found" },
    { "{'scope':{'type':'chat_member','chat_id':7}}",
      "can't parse BotCommandScope: Can't find field \"user_id\"" },
    { "{'scope':{'type':'chat_member','chat_id':7,'user_id':0}}",
      "can't parse BotCommandScope: Invalid user_id specified" },
    { "{'language_code':'deutsch'}", "invalid language code specified" },
  };
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) many = g_string_new ("{'commands':[");
  g_autofree char *text = g_strnfill (257, 'x');
  g_autofree char *wordy = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *description = g_strconcat ("Bad Request: ", refusals[i].description, NULL);

      opt_sandbox_probe_assert_error (probe, "setMyCommands", refusals[i].params, 400, description);
    }
  wordy = g_strdup_printf ("{'commands':[{'command':'a','description':'%s'}]}", text);
  opt_sandbox_probe_assert_error (probe, "setMyCommands", wordy, 400,
                                  "Bad Request: command description length must not exceed 256");
  for (guint i = 0; i < 101; i++)
    g_string_append_printf (many, "%s{'command':'c%u','description':'x'}", i > 0 ? "," : "", i);
  g_string_append (many, "]}");
  opt_sandbox_probe_assert_error (probe, "setMyCommands", many->str, 400,
                                  "Bad Request: BOT_COMMANDS_TOO_MUCH");
}

static void
test_chats (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) made = NULL;
  g_autoptr (OptSandboxReply) private_chat = NULL;
  g_autoptr (OptSandboxReply) group = NULL;
  g_autoptr (OptSandboxReply) by_name = NULL;
  g_autoptr (OptSandboxReply) owner = NULL;
  g_autoptr (OptSandboxReply) myself = NULL;
  g_autoptr (OptSandboxReply) stranger = NULL;

  made = opt_sandbox_probe_control (
    probe, "T/chats",
    "{'id':-1000000000001,'title':'Ops','username':'ops_room','bot':'administrator','members':["
    "{'user':{'id':5,'first_name':'Eve'},'status':'creator'},{'id':6},7]}");
  g_assert_cmpuint (made->status, ==, 200);
  opt_sandbox_probe_say (probe, 1001, "hello");
  private_chat = opt_sandbox_probe_call (probe, "getChat", "{'chat_id':1001}");
  opt_sandbox_reply_assert (private_chat, "result.type", "private");
  opt_sandbox_reply_assert (private_chat, "result.first_name", "User 1001");
  opt_sandbox_reply_assert (private_chat, "result.permissions", NULL);
  group = opt_sandbox_probe_call (probe, "getChat", "{'chat_id':-1000000000001}");
  opt_sandbox_reply_assert (group, "result.title", "Ops");
  opt_sandbox_reply_assert (group, "result.type", "supergroup");
  opt_sandbox_reply_assert (group, "result.active_usernames", "[\"ops_room\"]");
  opt_sandbox_reply_assert (group, "result.permissions.can_send_messages", "true");
  by_name = opt_sandbox_probe_call (probe, "getChat", "{'chat_id':'@Ops_Room'}");
  opt_sandbox_reply_assert (by_name, "result.id", "-1000000000001");
  opt_sandbox_probe_assert_error (probe, "getChat", "{'chat_id':42}", 400,
                                  "Bad Request: chat not found");
  opt_sandbox_probe_assert_error (probe, "getChat", "{}", 400, "Bad Request: chat_id is empty");

  owner = opt_sandbox_probe_call (probe, "getChatMember", "{'chat_id':'@ops_room','user_id':5}");
  opt_sandbox_reply_assert (owner, "result.status", "creator");
  opt_sandbox_reply_assert (owner, "result.user.first_name", "Eve");
  myself = opt_sandbox_probe_call (probe, "getChatMember",
                                   "{'chat_id':-1000000000001,'user_id':123456789}");
  opt_sandbox_reply_assert (myself, "result.status", "administrator");
  opt_sandbox_reply_assert (myself, "result.can_manage_topics", "true");
  stranger = opt_sandbox_probe_call (probe, "getChatMember",
                                     "{'chat_id':-1000000000001,'user_id':1001}");
  opt_sandbox_reply_assert (stranger, "result.status", "left");
  opt_sandbox_probe_assert_ok (probe, "getChatMember", "{'chat_id':1001,'user_id':1001}");
  opt_sandbox_probe_assert_error (probe, "getChatMember",
                                  "{'chat_id':-1000000000001,'user_id':99}", 400,
                                  "Bad Request: PARTICIPANT_ID_INVALID");
  opt_sandbox_probe_assert_error (probe, "getChatMember", "{'chat_id':-1000000000001}", 400,
                                  "Bad Request: invalid user_id specified");
  opt_sandbox_probe_assert_error (probe, "getChatMember", "{'chat_id':3,'user_id':1}", 400,
                                  "Bad Request: chat not found");
}

static void
test_callbacks (void)
{
  static const char old[] =
    "Bad Request: query is too old and response timeout expired or query ID is invalid";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) sent = NULL;
  g_autoptr (OptSandboxReply) press = NULL;
  g_autofree char *text = g_strnfill (201, 'x');
  g_autofree char *id = NULL;
  g_autofree char *params = NULL;
  g_autofree char *wordy = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  sent = opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':1001,'text':'x'}");
  press = opt_sandbox_probe_control (
    probe, "T/presses", "{'from':{'id':1001},'chat_id':1001,'message_id':2,'data':'go'}");
  id = opt_sandbox_reply_show (press, "callback_query_id");
  params = g_strdup_printf ("{'callback_query_id':'%s','text':'done'}", id);
  wordy = g_strdup_printf ("{'callback_query_id':'%s','text':'%s'}", id, text);
  opt_sandbox_probe_assert_ok (probe, "answerCallbackQuery", params);
  opt_sandbox_probe_assert_error (probe, "answerCallbackQuery", wordy, 400,
                                  "Bad Request: MESSAGE_TOO_LONG");
  opt_sandbox_probe_assert_error (probe, "answerCallbackQuery", "{'callback_query_id':'1'}", 400,
                                  old);
  opt_sandbox_probe_assert_error (probe, "answerCallbackQuery", "{}", 400, old);
  opt_test_clock_advance (probe->clock, G_GINT64_CONSTANT (151) * G_USEC_PER_SEC);
  opt_sandbox_probe_assert_error (probe, "answerCallbackQuery", params, 400, old);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/methods/get-me", test_get_me);
  g_test_add_func ("/sandbox/methods/documents", test_documents);
  g_test_add_func ("/sandbox/methods/document-refusals", test_document_refusals);
  g_test_add_func ("/sandbox/methods/files", test_files);
  g_test_add_func ("/sandbox/methods/big-files", test_big_files);
  g_test_add_func ("/sandbox/methods/commands", test_commands);
  g_test_add_func ("/sandbox/methods/command-refusals", test_command_refusals);
  g_test_add_func ("/sandbox/methods/chats", test_chats);
  g_test_add_func ("/sandbox/methods/callbacks", test_callbacks);
  return g_test_run ();
}
