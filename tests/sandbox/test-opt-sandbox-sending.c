/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"
#include "opt-test.h"

#include <string.h>

typedef struct
{
  const char *params;
  const char *description;
} Refusal;

/* What the server refuses, of a chat that exists. */
static const Refusal refusals[] = {
  { "{'chat_id':1001}", "message text is empty" },
  { "{'chat_id':1001,'text':''}", "message text is empty" },
  { "{'chat_id':1001,'text':' \\n\\t\\r '}", "text must be non-empty" },
  { "{'text':'x'}", "chat_id is empty" },
  { "{'chat_id':1002,'text':'x'}", "chat not found" },
  { "{'chat_id':'@nobody','text':'x'}", "chat not found" },
  { "{'chat_id':1001,'text':'x','parse_mode':'BBCode'}", "unsupported parse_mode" },
  { "{'chat_id':1001,'text':'x','parse_mode':'html'}",
    "the sandbox doesn't parse html yet, send entities instead" },
  { "{'chat_id':1001,'text':'x','parse_mode':'MarkdownV2'}",
    "the sandbox doesn't parse MarkdownV2 yet, send entities instead" },
  { "{'chat_id':1001,'text':'x','message_thread_id':5}", "message thread not found" },
  { "{'chat_id':1001,'text':'x','reply_to_message_id':99}", "message to be replied not found" },
  { "{'chat_id':1001,'text':'x','reply_parameters':{'message_id':99}}",
    "message to be replied not found" },
  { "{'chat_id':1001,'text':'x','reply_parameters':{'message_id':1,'chat_id':77}}",
    "message to be replied not found" },
  { "{'chat_id':1001,'text':'x','reply_parameters':{'quote':'x'}}",
    "can't find field \"message_id\"" },
  { "{'chat_id':1001,'text':'x','reply_parameters':{'message_id':'x'}}",
    "field \"message_id\" must be a valid Number" },
  { "{'chat_id':1001,'text':'x','reply_parameters':[]}", "object expected as reply parameters" },
  { "{'chat_id':1001,'text':'x','reply_parameters':'{'}",
    "can't parse reply parameters JSON object" },
  { "{'chat_id':1001,'text':'x','link_preview_options':[]}",
    "object expected as link preview options" },
  { "{'chat_id':1001,'text':'x','link_preview_options':'{'}",
    "can't parse link preview options JSON object" },
  { "{'chat_id':1001,'text':'x','entities':[7]}", "can't parse MessageEntity: expected an Object" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':0}]}",
    "can't parse MessageEntity: Can't find field \"length\"" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':'x','length':1,'type':'bold'}]}",
    "can't parse MessageEntity: Field \"offset\" must be a valid Number" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':0,'length':1}]}",
    "can't parse MessageEntity: Can't find field \"type\"" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':0,'length':1,'type':'glow'}]}",
    "can't parse MessageEntity: Unsupported type specified" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':0,'length':1,'type':'text_link'}]}",
    "can't parse MessageEntity: Can't find field \"url\"" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':-1,'length':1,'type':'bold'}]}",
    "receive an entity with incorrect offset -1" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':0,'length':1000001,'type':'bold'}]}",
    "receive an entity with incorrect length 1000001" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':1,'length':1,'type':'bold'}]}",
    "entity begins after the end of the text at UTF-16 offset 1" },
  { "{'chat_id':1001,'text':'x','entities':[{'offset':0,'length':2,'type':'bold'}]}",
    "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2" },
  { "{'chat_id':1001,'text':'\\ud83d\\ude00','entities':[{'offset':1,'length':1,'type':'bold'}]}",
    "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1" },
  { "{'chat_id':1001,'text':'\\ud83d\\ude00','entities':[{'offset':0,'length':1,'type':'bold'}]}",
    "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol" },
};

/* What the server refuses as reply_markup. */
static const Refusal keyboards[] = {
  { "'{'", "can't parse reply keyboard markup JSON object" },
  { "null", "object expected as reply markup" },
  { "[]", "object expected as reply markup" },
  { "{'inline_keyboard':7}", "field \"inline_keyboard\" must be of type Array" },
  { "{'keyboard':7}", "field \"keyboard\" must be of type Array" },
  { "{'inline_keyboard':[7]}",
    "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays" },
  { "{'keyboard':[7]}", "field \"keyboard\" must be an Array of Arrays" },
  { "{'inline_keyboard':[['x']]}",
    "can't parse inline keyboard button: InlineKeyboardButton must be an Object" },
  { "{'inline_keyboard':[[{}]]}", "can't parse inline keyboard button: Can't find field \"text\"" },
  { "{'inline_keyboard':[[{'text':7}]]}",
    "can't parse inline keyboard button: Field \"text\" must be of type String" },
  { "{'inline_keyboard':[[{'text':'x'}]]}",
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard" },
  { "{'inline_keyboard':[[{'text':'x','callback_data':''}]]}",
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard" },
  { "{'inline_keyboard':[[{'text':'','callback_data':'x'}]]}",
    "inline keyboard button text must be non-empty" },
  { "{'inline_keyboard':[[{'text':'x','callback_data':"
    "'0123456789012345678901234567890123456789012345678901234567890123456'}]]}",
    "BUTTON_DATA_INVALID" },
  { "{'inline_keyboard':[[{'text':'x','url':'nonsense'}]]}",
    "inline keyboard button URL 'nonsense' is invalid: Wrong HTTP URL" },
  { "{'inline_keyboard':[[{'text':'x','copy_text':'x'}]]}",
    "can't parse inline keyboard button: Field \"copy_text\" must be of type Object" },
  { "{'inline_keyboard':[[{'text':'x','copy_text':{}}]]}",
    "can't parse inline keyboard button: Can't find field \"text\"" },
  { "{'inline_keyboard':[[{'text':'x','copy_text':{'text':''}}]]}", "BUTTON_COPY_TEXT_INVALID" },
  { "{'inline_keyboard':[[{'text':'x','callback_data':'x','style':'pink'}]]}",
    "can't parse inline keyboard button: invalid button style specified" },
  { "{'keyboard':[[7]]}",
    "can't parse keyboard button: KeyboardButton must be a String or an Object" },
  { "{'keyboard':[[{}]]}", "can't parse keyboard button: Can't find field \"text\"" },
  { "{'keyboard':[['']]}", "keyboard button text must be non-empty" },
  { "{'force_reply':'yes'}", "field \"force_reply\" must be of type Boolean" },
  { "{'force_reply':true,'input_field_placeholder':"
    "'01234567890123456789012345678901234567890123456789012345678901234'}",
    "INPUT_FIELD_PLACEHOLDER_INVALID" },
};

static OptSandboxReply *
send (OptSandboxProbe *probe,
      const char      *params)
{
  OptSandboxReply *reply = opt_sandbox_probe_call (probe, "sendMessage", params);

  if (reply->status != 200)
    g_test_message ("%s", reply->text);
  g_assert_cmpuint (reply->status, ==, 200);
  return reply;
}

static void
assert_sent (OptSandboxProbe *probe,
             const char      *params,
             const char      *place,
             const char      *expected)
{
  g_autoptr (OptSandboxReply) reply = send (probe, params);

  opt_sandbox_reply_assert (reply, place, expected);
}

static void
test_message (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) reply = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  reply = send (probe, "{'chat_id':1001,'text':'hi','disable_notification':true}");
  opt_sandbox_reply_assert (
    reply, "result",
    "{\"message_id\":2,\"from\":{\"id\":123456789,\"is_bot\":true,\"first_name\":\"Sandbox bot\","
    "\"username\":\"sandbox_123456789_bot\"},\"chat\":{\"id\":1001,\"first_name\":\"User 1001\","
    "\"type\":\"private\"},\"date\":1795140000,\"text\":\"hi\"}");
  assert_sent (probe, "{'chat_id':1001,'text':' \\u0007x\\r\\n\\u202ay\\u200b \\n'}", "result.text",
               "x\ny\xe2\x80\x8b");
  assert_sent (probe, "{'chat_id':1001,'text':'x','link_preview_options':{'is_disabled':true}}",
               "result.link_preview_options.is_disabled", "true");
  assert_sent (probe, "{'chat_id':1001,'text':'y','link_preview_options':{'is_disabled':true}}",
               "result.text", "y");
  assert_sent (probe, "{'chat_id':1001,'text':'x','protect_content':true}",
               "result.has_protected_content", "true");
  assert_sent (probe, "{'chat_id':1001,'text':'x','link_preview_options':{}}",
               "result.link_preview_options", NULL);
  assert_sent (probe, "{'chat_id':1001,'text':'x','parse_mode':'None'}", "result.message_id", "8");
}

static void
assert_refused (OptSandboxProbe *probe,
                const char      *params,
                const char      *words)
{
  g_autofree char *description = g_strconcat ("Bad Request: ", words, NULL);

  opt_sandbox_probe_assert_error (probe, "sendMessage", params, 400, description);
}

static void
test_refusals (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    assert_refused (probe, refusals[i].params, refusals[i].description);
  for (guint i = 0; i < G_N_ELEMENTS (keyboards); i++)
    {
      g_autofree char *params =
        g_strdup_printf ("{'chat_id':1001,'text':'x','reply_markup':%s}", keyboards[i].params);

      assert_refused (probe, params, keyboards[i].description);
    }
}

static char *
make_long (const char *unit,
           guint       count,
           const char *tail)
{
  GString *out = g_string_new ("{'chat_id':1001,'text':'");

  for (guint i = 0; i < count; i++)
    g_string_append (out, unit);
  g_string_append_printf (out, "%s'}", tail);
  return g_string_free (out, FALSE);
}

static void
test_lengths (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autofree char *longest = make_long ("x", 4096, "");
  g_autofree char *trimmed = make_long ("x", 4096, "\\n  \\n");
  g_autofree char *wide = make_long ("\xf0\x9f\x98\x80", 4096, "");
  g_autofree char *over = make_long ("x", 4097, "");
  g_autofree char *bytes = make_long ("x", 32769, "");

  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_assert_ok (probe, "sendMessage", longest);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", trimmed);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", wide);
  assert_refused (probe, over, "message is too long");
  assert_refused (probe, bytes, "text is too long");
}

static void
test_many_buttons (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (GString) params = g_string_new ("{'chat_id':1001,'text':'x','reply_markup':"
                                             "{'inline_keyboard':[[");

  opt_sandbox_probe_say (probe, 1001, "hello");
  for (guint i = 0; i < 101; i++)
    g_string_append_printf (params, "%s{'text':'b','callback_data':'%u'}", i > 0 ? "," : "", i);
  g_string_append (params, "]]}}");
  assert_refused (probe, params->str, "reply markup is too long");
}

static void
test_keyboards (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_sent (
    probe,
    "{'chat_id':1001,'text':'x','reply_markup':{'inline_keyboard':[[],["
    "{'text':'a','callback_data':'d','style':'danger','unknown':1},"
    "{'text':'b','url':'https://example.com/x'}],[{'text':'c','copy_text':{'text':'t'}}]]}}",
    "result.reply_markup",
    "{\"inline_keyboard\":[[{\"text\":\"a\",\"style\":\"danger\",\"callback_data\":\"d\"},"
    "{\"text\":\"b\",\"url\":\"https://example.com/x\"}],"
    "[{\"text\":\"c\",\"copy_text\":{\"text\":\"t\"}}]]}");
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_markup':{'inline_keyboard':[[]]}}",
               "result.reply_markup", NULL);
  assert_sent (probe,
               "{'chat_id':1001,'text':'x','reply_markup':{'keyboard':[['a',{'text':'b'}]],"
               "'resize_keyboard':true}}",
               "result.reply_markup", NULL);
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_markup':{'force_reply':true}}",
               "result.reply_markup", NULL);
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_markup':{'remove_keyboard':true}}",
               "result.reply_markup", NULL);
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_markup':''}", "result.text", "x");
}

static void
test_entities (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_sent (
    probe,
    "{'chat_id':1001,'text':'  bold code','entities':[{'offset':7,'length':4,'type':'pre',"
    "'language':'c'},{'offset':0,'length':6,'type':'bold'}]}",
    "result.entities",
    "[{\"offset\":0,\"length\":4,\"type\":\"bold\"},{\"offset\":5,\"length\":4,"
    "\"type\":\"pre\",\"language\":\"c\"}]");
  assert_sent (probe,
               "{'chat_id':1001,'text':'a\\r\\ud83d\\ude00b /help','entities':["
               "{'offset':2,'length':2,'type':'italic'},{'offset':4,'length':1,'type':'mention'}]}",
               "result.entities",
               "[{\"offset\":1,\"length\":2,\"type\":\"italic\"},{\"offset\":5,\"length\":5,"
               "\"type\":\"bot_command\"}]");
  assert_sent (probe,
               "{'chat_id':1001,'text':'see example.com','entities':[{'offset':4,'length':11,"
               "'type':'text_link','url':'https://example.org/'}]}",
               "result.entities",
               "[{\"offset\":4,\"length\":11,\"type\":\"text_link\","
               "\"url\":\"https://example.org/\"}]");
  assert_sent (probe, "{'chat_id':1001,'text':'x','entities':'rubbish'}", "result.entities", NULL);
  assert_sent (probe, "{'chat_id':1001,'text':'x','entities':{}}", "result.entities", NULL);
  assert_sent (probe,
               "{'chat_id':1001,'text':'x ','entities':[{'offset':1,'length':1,'type':'bold'}]}",
               "result.entities", NULL);
}

static void
test_replies (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) chat = NULL;
  g_autoptr (OptSandboxReply) question = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_parameters':{'message_id':1}}",
               "result.reply_to_message.text", "hello");
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_to_message_id':'1'}",
               "result.reply_to_message.from.id", "1001");
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_parameters':{}}",
               "result.reply_to_message", NULL);
  assert_sent (probe,
               "{'chat_id':1001,'text':'x','reply_parameters':{'message_id':99,"
               "'allow_sending_without_reply':true}}",
               "result.reply_to_message", NULL);
  assert_sent (probe,
               "{'chat_id':1001,'text':'x','reply_to_message_id':99,"
               "'allow_sending_without_reply':true}",
               "result.reply_to_message", NULL);
  /* A reply within a reply is not shown. */
  assert_sent (probe, "{'chat_id':1001,'text':'x','reply_to_message_id':2}",
               "result.reply_to_message.reply_to_message", NULL);

  /* In supergroups replies make threads that are no topics. */
  chat = opt_sandbox_probe_control (probe, "T/chats", "{'id':-1000000000001,'title':'G'}");
  question = opt_sandbox_probe_control (
    probe, "T/messages", "{'from':{'id':1001},'chat':{'id':-1000000000001},'text':'/ask'}");
  opt_sandbox_reply_assert (question, "message.message_id", "1");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','reply_to_message_id':1}",
               "result.message_thread_id", "1");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','reply_to_message_id':2}",
               "result.message_thread_id", "1");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','reply_to_message_id':2}",
               "result.is_topic_message", NULL);
  assert_refused (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':1}",
                  "message thread not found");
}

static void
test_topics (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) chat = NULL;
  g_autoptr (OptSandboxReply) written = NULL;
  g_autoptr (OptSandboxReply) closed = NULL;
  g_autoptr (OptSandboxReply) promoted = NULL;
  g_autoptr (OptSandboxReply) deleted = NULL;

  chat = opt_sandbox_probe_control (probe, "T/chats",
                                    "{'id':-1000000000001,'is_forum':true,'title':'Forum',"
                                    "'topics':[{'message_thread_id':7,'name':'Jobs'}]}");
  opt_sandbox_reply_assert (chat, "is_forum", "true");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':7}",
               "result.message_thread_id", "7");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':7}",
               "result.is_topic_message", "true");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x'}", "result.message_thread_id", NULL);
  assert_refused (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':1}",
                  "message thread not found");
  assert_refused (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':8}",
                  "message thread not found");
  assert_refused (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':99999999999}",
                  "message thread not found");
  opt_sandbox_probe_assert_error (
    probe, "sendChatAction",
    "{'chat_id':-1000000000001,'action':'typing','message_thread_id':8}", 400,
    "Bad Request: message thread not found");

  /* A topic comes to exist by somebody writing there; an answer stays in it. */
  written = opt_sandbox_probe_control (
    probe, "T/messages",
    "{'from':{'id':1},'chat':{'id':-1000000000001},'text':'/x','message_thread_id':8}");
  opt_sandbox_reply_assert (written, "message.is_topic_message", "true");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':8}",
               "result.message_thread_id", "8");
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','reply_to_message_id':4}",
               "result.message_thread_id", "8");

  closed = opt_sandbox_probe_control (probe, "T/chats/-1000000000001",
                                      "{'action':'close_topic','message_thread_id':8}");
  g_assert_cmpuint (closed->status, ==, 200);
  assert_refused (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':8}",
                  "TOPIC_CLOSED");
  promoted = opt_sandbox_probe_control (probe, "T/chats/-1000000000001", "{'action':'promote'}");
  g_assert_cmpuint (promoted->status, ==, 200);
  assert_sent (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':8}", "ok", "true");
  deleted = opt_sandbox_probe_control (probe, "T/chats/-1000000000001",
                                       "{'action':'delete_topic','message_thread_id':8}");
  g_assert_cmpuint (deleted->status, ==, 200);
  assert_refused (probe, "{'chat_id':-1000000000001,'text':'x','message_thread_id':8}",
                  "message thread not found");
}

static void
test_chat_action (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);

  opt_sandbox_probe_say (probe, 1001, "hello");
  opt_sandbox_probe_assert_ok (probe, "sendChatAction", "{'chat_id':1001,'action':'Typing'}");
  opt_sandbox_probe_assert_ok (probe, "sendChatAction",
                               "{'chat_id':1001,'action':'upload_document'}");
  opt_sandbox_probe_assert_error (probe, "sendChatAction", "{'chat_id':1001,'action':'dance'}", 400,
                                  "Bad Request: wrong parameter action in request");
  opt_sandbox_probe_assert_error (probe, "sendChatAction", "{'chat_id':7,'action':'typing'}", 400,
                                  "Bad Request: chat not found");
}

static void
test_edit (void)
{
  static const char same[] =
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message";
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) edited = NULL;
  g_autoptr (OptSandboxReply) again = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_sent (probe,
               "{'chat_id':1001,'text':'one','reply_markup':{'inline_keyboard':[[{'text':'b',"
               "'callback_data':'d'}]]}}",
               "result.message_id", "2");
  opt_test_clock_advance (probe->clock, 5 * G_USEC_PER_SEC);
  opt_sandbox_probe_assert_error (
    probe, "editMessageText",
    "{'chat_id':1001,'message_id':2,'text':'one ','reply_markup':{'inline_keyboard':[[{'text':'b',"
    "'callback_data':'d'}]]}}",
    400, same);
  edited = opt_sandbox_probe_call (probe, "editMessageText",
                                   "{'chat_id':1001,'message_id':'2','text':'two'}");
  opt_sandbox_reply_assert (edited, "result.text", "two");
  opt_sandbox_reply_assert (edited, "result.date", "1795140000");
  opt_sandbox_reply_assert (edited, "result.edit_date", "1795140005");
  opt_sandbox_reply_assert (edited, "result.reply_markup", NULL);
  opt_sandbox_probe_assert_error (probe, "editMessageText",
                                  "{'chat_id':1001,'message_id':2,'text':'two'}", 400, same);
  again = opt_sandbox_probe_call (probe, "editMessageText",
                                  "{'chat_id':1001,'message_id':2,'text':'two','entities':"
                                  "[{'offset':0,'length':3,'type':'bold'}]}");
  opt_sandbox_reply_assert (again, "result.entities.0.type", "bold");

  opt_sandbox_probe_assert_error (probe, "editMessageText",
                                  "{'chat_id':1001,'message_id':1,'text':'x'}", 400,
                                  "Bad Request: message can't be edited");
  opt_sandbox_probe_assert_error (probe, "editMessageText",
                                  "{'chat_id':1001,'message_id':99,'text':'x'}", 400,
                                  "Bad Request: message to edit not found");
  opt_sandbox_probe_assert_error (probe, "editMessageText", "{'chat_id':1001,'text':'x'}", 400,
                                  "Bad Request: message to edit not found");
  opt_sandbox_probe_assert_error (probe, "editMessageText", "{'chat_id':1001,'message_id':2}", 400,
                                  "Bad Request: message text is empty");
  opt_sandbox_probe_assert_error (probe, "editMessageText",
                                  "{'inline_message_id':'abc','text':'x'}", 400,
                                  "Bad Request: MESSAGE_ID_INVALID");
  opt_sandbox_probe_assert_error (
    probe, "editMessageText", "{'chat_id':1001,'message_id':2,'text':'x','reply_markup':[]}", 400,
    "Bad Request: object expected as reply markup");
}

static void
test_delete (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (FALSE);
  g_autoptr (OptSandboxReply) group = NULL;
  g_autoptr (OptSandboxReply) other = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  assert_sent (probe, "{'chat_id':1001,'text':'one'}", "result.message_id", "2");
  opt_sandbox_probe_assert_ok (probe, "deleteMessage", "{'chat_id':1001,'message_id':2}");
  opt_sandbox_probe_assert_error (probe, "deleteMessage", "{'chat_id':1001,'message_id':2}", 400,
                                  "Bad Request: message to delete not found");
  opt_sandbox_probe_assert_error (probe, "deleteMessage", "{'chat_id':1001}", 400,
                                  "Bad Request: message identifier is not specified");
  opt_sandbox_probe_assert_error (probe, "deleteMessage", "{'message_id':2}", 400,
                                  "Bad Request: chat identifier is not specified");
  assert_sent (probe, "{'chat_id':1001,'text':'old'}", "result.message_id", "3");

  group = opt_sandbox_probe_control (probe, "T/chats", "{'id':-5,'title':'G'}");
  g_assert_cmpuint (group->status, ==, 200);
  other = opt_sandbox_probe_control (probe, "T/messages",
                                     "{'from':{'id':1},'chat':{'id':-5},'text':'theirs'}");
  opt_sandbox_reply_assert (other, "message.message_id", "4");
  opt_sandbox_probe_assert_error (probe, "deleteMessage", "{'chat_id':-5,'message_id':4}", 400,
                                  "Bad Request: message can't be deleted");

  opt_test_clock_advance (probe->clock, G_GINT64_CONSTANT (172801) * G_USEC_PER_SEC);
  opt_sandbox_probe_assert_error (probe, "deleteMessage", "{'chat_id':1001,'message_id':3}", 400,
                                  "Bad Request: message can't be deleted for everyone");
}

static void
test_rate_limits (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (TRUE);
  g_autoptr (OptSandboxReply) refused = NULL;

  opt_sandbox_probe_say (probe, 1001, "hello");
  for (guint i = 0; i < 5; i++)
    opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':1001,'text':'x'}");
  refused = opt_sandbox_probe_call (probe, "sendMessage", "{'chat_id':1001,'text':'x'}");
  g_assert_cmpuint (refused->status, ==, 429);
  opt_sandbox_reply_assert (refused, "description", "Too Many Requests: retry after 1");
  opt_sandbox_reply_assert (refused, "parameters.retry_after", "1");
  g_assert_cmpstr (soup_message_headers_get_one (
                     soup_message_get_response_headers (refused->message), "Retry-After"),
                   ==, "1");
  /* Edits count as well. */
  opt_sandbox_probe_assert_error (probe, "editMessageText",
                                  "{'chat_id':1001,'message_id':2,'text':'y'}", 429,
                                  "Too Many Requests: retry after 1");
  opt_test_clock_advance (probe->clock, G_USEC_PER_SEC);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':1001,'text':'x'}");
}

static void
test_group_rate_limits (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (TRUE);
  g_autoptr (OptSandboxReply) group = NULL;

  /* One a second passes the limit for chats, but not for long that of groups. */
  group = opt_sandbox_probe_control (probe, "T/chats", "{'id':-5,'title':'G'}");
  g_assert_cmpuint (group->status, ==, 200);
  for (guint i = 0; i < 29; i++)
    {
      opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-5,'text':'x'}");
      opt_test_clock_advance (probe->clock, G_USEC_PER_SEC);
    }
  opt_sandbox_probe_assert_error (probe, "sendMessage", "{'chat_id':-5,'text':'x'}", 429,
                                  "Too Many Requests: retry after 1");
  opt_test_clock_advance (probe->clock, G_USEC_PER_SEC);
  opt_sandbox_probe_assert_ok (probe, "sendMessage", "{'chat_id':-5,'text':'x'}");
  opt_sandbox_probe_assert_error (probe, "sendMessage", "{'chat_id':-5,'text':'x'}", 429,
                                  "Too Many Requests: retry after 3");
}

static void
test_bot_rate_limits (void)
{
  g_autoptr (OptSandboxProbe) probe = opt_sandbox_probe_new (TRUE);
  guint passed = 0;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *params = g_strdup_printf ("{'chat_id':%u,'text':'x'}", 1001 + i);
      g_autoptr (OptSandboxReply) reply = NULL;

      opt_sandbox_probe_say (probe, 1001 + i, "hello");
      reply = opt_sandbox_probe_call (probe, "sendMessage", params);
      passed += reply->status == 200 ? 1 : 0;
    }
  g_assert_cmpuint (passed, ==, 30);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/sending/message", test_message);
  g_test_add_func ("/sandbox/sending/refusals", test_refusals);
  g_test_add_func ("/sandbox/sending/lengths", test_lengths);
  g_test_add_func ("/sandbox/sending/many-buttons", test_many_buttons);
  g_test_add_func ("/sandbox/sending/keyboards", test_keyboards);
  g_test_add_func ("/sandbox/sending/entities", test_entities);
  g_test_add_func ("/sandbox/sending/replies", test_replies);
  g_test_add_func ("/sandbox/sending/topics", test_topics);
  g_test_add_func ("/sandbox/sending/chat-action", test_chat_action);
  g_test_add_func ("/sandbox/sending/edit", test_edit);
  g_test_add_func ("/sandbox/sending/delete", test_delete);
  g_test_add_func ("/sandbox/sending/rate-limits", test_rate_limits);
  g_test_add_func ("/sandbox/sending/group-rate-limits", test_group_rate_limits);
  g_test_add_func ("/sandbox/sending/bot-rate-limits", test_bot_rate_limits);
  return g_test_run ();
}
