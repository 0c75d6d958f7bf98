/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-update.h"

#include <string.h>

#include "opt-json.h"
#include "opt-text.h"

#define FROM       "'from':{'id':1001,'is_bot':false,'first_name':'Ann','username':'ann_1'}"
#define PRIVATE    "'chat':{'id':1001,'type':'private','first_name':'Ann'}"
#define GROUP      "'chat':{'id':-1001234567890,'type':'supergroup','title':'Team'}"
#define HEAD       "'message_id':7,'date':1795136523"
#define IN_PRIVATE HEAD "," FROM "," PRIVATE
#define IN_GROUP   HEAD "," FROM "," GROUP

/* The JSON here has ' for ", to be read at all. */
static OptUpdate *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject      *object;
  OptUpdate       *update;
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');

  node = opt_json_parse_object (json, -1, &object, &error);
  g_assert_no_error (error);
  update = opt_update_new_from_json (object, &error);
  g_assert_no_error (error);
  return update;
}

static OptUpdate *
parse_message (const char *fields)
{
  g_autofree char *json = g_strdup_printf ("{'update_id':5,'message':{%s}}", fields);

  return parse (json);
}

static void
test_message (void)
{
  g_autoptr (OptUpdate) update =
               parse_message (IN_PRIVATE ",'text':'hi 😀','edit_date':1795136524,"
                                         "'unknown':{'x':[1]}");
  g_autoptr (OptUpdate) same = opt_update_ref (update);

  g_assert_true (same == update);
  g_assert_cmpint (update->update_id, ==, 5);
  g_assert_cmpint (update->kind, ==, OPT_UPDATE_MESSAGE);
  g_assert_cmpint (update->user_id, ==, 1001);
  g_assert_cmpstr (update->username, ==, "ann_1");
  g_assert_cmpstr (update->name, ==, "Ann");
  g_assert_false (update->user_is_bot);
  g_assert_cmpint (update->chat_id, ==, 1001);
  g_assert_cmpint (update->chat_kind, ==, OPT_CHAT_PRIVATE);
  g_assert_null (update->chat_title);
  g_assert_cmpint (update->topic, ==, 0);
  g_assert_cmpint (update->message_id, ==, 7);
  g_assert_cmpint (update->date, ==, 1795136523);
  g_assert_cmpint (update->edit_date, ==, 1795136524);
  g_assert_cmpstr (update->text, ==, "hi 😀");
  g_assert_null (update->command);
  g_assert_null (update->command_bot);
  g_assert_null (update->arguments);
  g_assert_cmpint (update->reply_to_message_id, ==, 0);
  g_assert_cmpint (update->reply_to_user_id, ==, 0);
  g_assert_false (update->is_forwarded);
  g_assert_false (update->via_bot);
  g_assert_false (update->by_chat);
  g_assert_null (update->callback_id);
  g_assert_null (update->callback_data);
  g_assert_cmpint (update->migrate_to_chat_id, ==, 0);
  g_assert_null (update->new_status);
}

static void
test_kinds (void)
{
  static const struct
  {
    const char   *content;
    OptUpdateKind kind;
  } cases[] = {
    { "'message':{" IN_PRIVATE "}", OPT_UPDATE_MESSAGE },
    { "'edited_message':{" IN_PRIVATE "}", OPT_UPDATE_EDITED_MESSAGE },
    { "'channel_post':{" HEAD ",'chat':{'id':-1001,'type':'channel'}}", OPT_UPDATE_CHANNEL_POST },
    { "'callback_query':{'id':'9'," FROM "}", OPT_UPDATE_CALLBACK },
    { "'my_chat_member':{" FROM "," PRIVATE ",'new_chat_member':{'status':'kicked'}}",
      OPT_UPDATE_MY_CHAT_MEMBER },
    { "'edited_channel_post':{" IN_PRIVATE "}", OPT_UPDATE_OTHER },
    { "'poll':{}", OPT_UPDATE_OTHER },
    { "'x':1", OPT_UPDATE_OTHER },
    { "'message':null", OPT_UPDATE_OTHER },
    { "'message':[]", OPT_UPDATE_OTHER },
    { "'message':'text'", OPT_UPDATE_OTHER },
    { "'message':{}", OPT_UPDATE_OTHER },
    { "'message':{" HEAD "," FROM "}", OPT_UPDATE_OTHER },
    { "'message':{" HEAD "," FROM ",'chat':{'id':'1'}}", OPT_UPDATE_OTHER },
    { "'callback_query':{}", OPT_UPDATE_OTHER },
    { "'callback_query':{'id':9}", OPT_UPDATE_OTHER },
    { "'callback_query':{'id':''}", OPT_UPDATE_OTHER },
    { "'my_chat_member':{}", OPT_UPDATE_OTHER },
    { "'my_chat_member':{" PRIVATE ",'new_chat_member':{'status':'a b'}}", OPT_UPDATE_OTHER },
    { "'message':1,'edited_message':{" IN_PRIVATE "}", OPT_UPDATE_EDITED_MESSAGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *json = g_strdup_printf ("{'update_id':5,%s}", cases[i].content);
      g_autoptr (OptUpdate) update = parse (json);

      g_assert_cmpint (update->update_id, ==, 5);
      g_assert_cmpint (update->kind, ==, cases[i].kind);
    }
}

static void
test_no_id (void)
{
  static const char *const cases[] = {
    "{}",
    "{'update_id':0}",
    "{'update_id':-1}",
    "{'update_id':'5'}",
    "{'update_id':5.5}",
    "{'update_id':null}",
    "{'update_id':9223372036854775807}",
    "{'update_id':9223372036854775808}",
    "{'update_id':[5]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;
      JsonObject *object;

      g_autofree char *json = g_strdelimit (g_strdup (cases[i]), "'", '"');

      node = opt_json_parse_object (json, -1, &object, NULL);
      g_assert_null (opt_update_new_from_json (object, &error));
      g_assert_error (error, OPT_UPDATE_ERROR, OPT_UPDATE_ERROR_NO_ID);
    }
}

static const struct
{
  const char *text;
  const char *entities;
  const char *command; /* NULL when it is none */
  const char *bot;
  const char *arguments;
} command_cases[] = {
#define ENTITY(offset, length) "[{'type':'bot_command','offset':" #offset ",'length':" #length "}]"
  { "/list", ENTITY (0, 5), "list", NULL, "" },
  { "/Task@My_Bot a b ", ENTITY (0, 12), "task", "My_Bot", "a b" },
  { "/task@my_bot", ENTITY (0, 12), "task", "my_bot", "" },
  { "/task  \\n x=1 y", ENTITY (0, 5), "task", NULL, "x=1 y" },
  { "/task 😀 é", ENTITY (0, 5), "task", NULL, "😀 é" },
  { "/task", "[]", NULL, NULL, NULL },
  { "/task", "{}", NULL, NULL, NULL },
  { "/task", "null", NULL, NULL, NULL },
  { "/task", "[1,null,[],{'type':'bot_command','offset':0,'length':5}]", "task", NULL, "" },
  { "/task", "[{'type':'bold','offset':0,'length':5}]", NULL, NULL, NULL },
  { "/task", "[{'type':'bold','offset':0,'length':5},"
             "{'type':'bot_command','offset':0,'length':5}]",
    "task", NULL, "" },
  { "x /task", ENTITY (2, 5), NULL, NULL, NULL },
  { "😀/task", ENTITY (2, 5), NULL, NULL, NULL },
  { "task", ENTITY (0, 4), NULL, NULL, NULL },
  { "", ENTITY (0, 1), NULL, NULL, NULL },
  { "/", ENTITY (0, 1), NULL, NULL, NULL },
  { "/@bot", ENTITY (0, 5), NULL, NULL, NULL },
  { "/task@", ENTITY (0, 6), NULL, NULL, NULL },
  { "/task@ x", ENTITY (0, 6), NULL, NULL, NULL },
  { "/task@bot", ENTITY (0, 5), NULL, NULL, NULL },
  { "/task", ENTITY (0, 4), NULL, NULL, NULL },
  { "/task", ENTITY (0, 6), NULL, NULL, NULL },
  { "/task", ENTITY (0, 0), NULL, NULL, NULL },
  { "/task", ENTITY (0, -5), NULL, NULL, NULL },
  { "/task", ENTITY (0, 99999999999), NULL, NULL, NULL },
  { "/task", ENTITY (0, 5.0), NULL, NULL, NULL },
  { "/task", ENTITY ('0', 5), NULL, NULL, NULL },
  { "/tâsk", ENTITY (0, 5), NULL, NULL, NULL },
  { "/task.x", ENTITY (0, 5), "task", NULL, ".x" },
  { "/job 12", ENTITY (0, 4), "job", NULL, "12" },
#undef ENTITY
};

static void
test_command (void)
{
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (command_cases); i++)
    {
      gboolean         is_caption = i % 2 == 1;
      const char      *text = command_cases[i / 2].text;
      const char      *entities = command_cases[i / 2].entities;
      g_autofree char *fields = NULL;
      g_autoptr (OptUpdate) update = NULL;

      fields = g_strdup_printf (IN_PRIVATE ",'%s':'%s','%s':%s",
                                is_caption ? "caption" : "text", text,
                                is_caption ? "caption_entities" : "entities", entities);
      update = parse_message (fields);
      g_assert_nonnull (update->text);
      g_assert_cmpstr (update->command, ==, command_cases[i / 2].command);
      g_assert_cmpstr (update->command_bot, ==, command_cases[i / 2].bot);
      g_assert_cmpstr (update->arguments, ==, command_cases[i / 2].arguments);
    }
}

static void
test_topic (void)
{
  g_autoptr (OptUpdate) answer = NULL;
  g_autoptr (OptUpdate) topic = NULL;
  g_autoptr (OptUpdate) wrong = NULL;

  answer = parse_message (IN_GROUP ",'message_thread_id':40,'reply_to_message':{'message_id':40,"
                                   "'from':{'id':77,'is_bot':true}}");
  topic = parse_message (IN_GROUP ",'message_thread_id':40,'is_topic_message':true,"
                                  "'reply_to_message':{'message_id':40,'from':{'id':77},"
                                  "'forum_topic_created':{'name':'t'}}");
  wrong = parse_message (IN_GROUP ",'message_thread_id':99999999999,'is_topic_message':true");

  g_assert_cmpint (answer->topic, ==, 0);
  g_assert_cmpint (answer->reply_to_message_id, ==, 40);
  g_assert_cmpint (answer->reply_to_user_id, ==, 77);
  g_assert_cmpstr (answer->chat_title, ==, "Team");

  g_assert_cmpint (topic->topic, ==, 40);
  g_assert_cmpint (topic->reply_to_message_id, ==, 0);
  g_assert_cmpint (topic->reply_to_user_id, ==, 0);
  g_assert_cmpint (wrong->topic, ==, 0);
}

static void
test_senders (void)
{
  g_autoptr (OptUpdate) anonymous = NULL;
  g_autoptr (OptUpdate) forwarded = NULL;
  g_autoptr (OptUpdate) legacy = NULL;
  g_autoptr (OptUpdate) via = NULL;
  g_autoptr (OptUpdate) bot = NULL;
  g_autoptr (OptUpdate) nobody = NULL;
  g_autoptr (OptUpdate) by_chat = NULL;
  g_autoptr (OptUpdate) post = NULL;

  anonymous = parse_message (HEAD "," GROUP ","
                                  "'from':{'id':1087968824,'is_bot':true,'username':'G'},"
                                  "'sender_chat':{'id':-1001234567890}");
  forwarded = parse_message (IN_PRIVATE ",'forward_origin':{'type':'user'}");
  legacy = parse_message (IN_PRIVATE ",'forward_date':1");
  via = parse_message (IN_PRIVATE ",'via_bot':{'id':5}");
  bot = parse_message (HEAD "," GROUP ",'from':{'id':5,'is_bot':true}");
  nobody = parse_message (HEAD "," GROUP ",'from':{'id':-5,'username':'x'}");
  by_chat = parse_message (IN_GROUP ",'reply_to_message':{'message_id':3,'from':{'id':136817688},"
                                    "'sender_chat':{'id':-1}}");
  post = parse ("{'update_id':5,'channel_post':{" HEAD "," FROM ",'text':'x',"
                "'chat':{'id':-1001,'type':'channel','title':'News'}}}");

  g_assert_true (anonymous->by_chat);
  g_assert_cmpint (anonymous->user_id, ==, 0);
  g_assert_null (anonymous->username);
  g_assert_true (forwarded->is_forwarded);
  g_assert_true (legacy->is_forwarded);
  g_assert_true (via->via_bot);
  g_assert_false (via->is_forwarded);
  g_assert_true (bot->user_is_bot);
  g_assert_null (bot->name);
  g_assert_cmpint (nobody->user_id, ==, 0);
  g_assert_null (nobody->username);
  g_assert_cmpint (by_chat->reply_to_message_id, ==, 3);
  g_assert_cmpint (by_chat->reply_to_user_id, ==, 0);
  g_assert_true (post->by_chat);
  g_assert_cmpint (post->user_id, ==, 0);
  g_assert_cmpint (post->chat_kind, ==, OPT_CHAT_CHANNEL);
  g_assert_cmpstr (post->text, ==, "x");
}

static void
test_names (void)
{
  static const struct
  {
    const char *user;
    const char *name;
    const char *username;
  } cases[] = {
    { "'first_name':'Ann','last_name':'Lee'", "Ann Lee", NULL },
    { "'last_name':'Lee'", "Lee", NULL },
    { "'first_name':''", NULL, NULL },
    { "'first_name':' \\n '", NULL, NULL },
    { "'first_name':'a\\nb\\u0007\\u202ec\\u2028d'", "a b  c d", NULL },
    { "'first_name':7,'username':'ok_1'", NULL, "ok_1" },
    { "'username':''", NULL, NULL },
    { "'username':'@ann'", NULL, NULL },
    { "'username':'an n'", NULL, NULL },
    { "'username':'änn'", NULL, NULL },
    { "'username':'a, 1001'", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fields = NULL;
      g_autoptr (OptUpdate) update = NULL;

      fields = g_strdup_printf (HEAD "," PRIVATE ",'from':{'id':1001,%s}", cases[i].user);
      update = parse_message (fields);

      g_assert_cmpint (update->user_id, ==, 1001);
      g_assert_cmpstr (update->name, ==, cases[i].name);
      g_assert_cmpstr (update->username, ==, cases[i].username);
    }
}

static void
test_chat_kinds (void)
{
  static const struct
  {
    const char *chat;
    gint64      id;
    OptChatKind kind;
  } cases[] = {
    { "'id':1,'type':'private'", 1, OPT_CHAT_PRIVATE },
    { "'id':-5,'type':'group'", -5, OPT_CHAT_GROUP },
    { "'id':-1001997852516352,'type':'supergroup'", -1001997852516352, OPT_CHAT_SUPERGROUP },
    { "'id':-1001,'type':'channel'", -1001, OPT_CHAT_CHANNEL },
    { "'id':5", 5, OPT_CHAT_PRIVATE },
    { "'id':-5,'type':'newest'", -5, OPT_CHAT_GROUP },
    { "'id':-1000000000001,'type':3", G_GINT64_CONSTANT (-1000000000001), OPT_CHAT_SUPERGROUP },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fields = g_strdup_printf (HEAD "," FROM ",'chat':{%s}", cases[i].chat);
      g_autoptr (OptUpdate) update = parse_message (fields);

      g_assert_cmpint (update->chat_id, ==, cases[i].id);
      g_assert_cmpint (update->chat_kind, ==, cases[i].kind);
    }
}

static void
test_ranges (void)
{
  static const char *const wrong[] = { "-1", "0", "9223372036854775807", "1.5",
                                       "'7'", "null", "1e3", "true" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *fields =
        g_strdup_printf ("'message_id':%s,'date':%s,'edit_date':%s," PRIVATE ",'from':{'id':%s},"
                         "'migrate_to_chat_id':7,"
                         "'reply_to_message':{'message_id':%s,'from':{'id':%s}}",
                         wrong[i], wrong[i], wrong[i], wrong[i], wrong[i], wrong[i]);
      g_autoptr (OptUpdate) update = parse_message (fields);

      g_assert_cmpint (update->kind, ==, OPT_UPDATE_MESSAGE);
      g_assert_cmpint (update->message_id, ==, 0);
      g_assert_cmpint (update->date, ==, 0);
      g_assert_cmpint (update->edit_date, ==, 0);
      g_assert_cmpint (update->user_id, ==, 0);
      g_assert_cmpint (update->migrate_to_chat_id, ==, 0);
      g_assert_cmpint (update->reply_to_message_id, ==, 0);
      g_assert_cmpint (update->reply_to_user_id, ==, 0);
    }
}

static void
test_bounds (void)
{
  g_autofree char *pad = g_strnfill (100000, 'x');
  g_autofree char *fields = NULL;
  g_autofree char *json = NULL;
  g_autoptr (OptUpdate) message = NULL;
  g_autoptr (OptUpdate) callback = NULL;
  g_autoptr (OptUpdate) unusable = NULL;

  fields = g_strdup_printf (HEAD ",'chat':{'id':-5,'title':'%s'},'text':'/%s',"
                                 "'from':{'id':1,'first_name':'%s','username':'%s'},"
                                 "'entities':[{'type':'bot_command','offset':0,'length':100001}]",
                            pad, pad, pad, pad);
  message = parse_message (fields);
  g_assert_cmpuint (opt_text_utf16_length (message->chat_title), ==, 256);
  g_assert_cmpuint (opt_text_utf16_length (message->name), ==, 256);
  g_assert_cmpuint (opt_text_utf16_length (message->text), ==, 32768);
  g_assert_null (message->username);
  g_assert_null (message->command);

  json = g_strdup_printf ("{'update_id':5,'callback_query':{'id':'1','data':'%s'}}", pad);
  callback = parse (json);
  g_assert_cmpint (callback->kind, ==, OPT_UPDATE_CALLBACK);
  g_assert_null (callback->callback_data);

  g_free (json);
  json = g_strdup_printf ("{'update_id':5,'callback_query':{'id':'%s'}}", pad);
  unusable = parse (json);
  g_assert_cmpint (unusable->kind, ==, OPT_UPDATE_OTHER);
}

static void
test_callback (void)
{
  g_autoptr (OptUpdate) pressed = NULL;
  g_autoptr (OptUpdate) old = NULL;
  g_autoptr (OptUpdate) in_line = NULL;

  pressed = parse ("{'update_id':5,'callback_query':{'id':'4382'," FROM ",'data':'abc','message':{"
                   "'message_id':9,'date':1795136500,'message_thread_id':4,"
                   "'is_topic_message':true," GROUP ","
                   "'from':{'id':77,'is_bot':true},'sender_chat':{'id':-1},'text':'menu'}}}");
  old = parse ("{'update_id':5,'callback_query':{'id':'4382'," FROM ",'message':{"
               "'message_id':9,'date':0," GROUP "}}}");
  in_line = parse ("{'update_id':5,'callback_query':{'id':'4382'," FROM ","
                   "'inline_message_id':'x'}}");

  g_assert_cmpint (pressed->user_id, ==, 1001);
  g_assert_false (pressed->user_is_bot);
  g_assert_false (pressed->by_chat);
  g_assert_cmpint (pressed->chat_id, ==, G_GINT64_CONSTANT (-1001234567890));
  g_assert_cmpint (pressed->topic, ==, 4);
  g_assert_cmpint (pressed->message_id, ==, 9);
  g_assert_cmpint (pressed->date, ==, 1795136500);
  g_assert_cmpstr (pressed->callback_id, ==, "4382");
  g_assert_cmpstr (pressed->callback_data, ==, "abc");
  g_assert_null (pressed->text);

  g_assert_cmpint (old->date, ==, 0);
  g_assert_cmpint (old->message_id, ==, 9);
  g_assert_cmpint (old->chat_id, ==, G_GINT64_CONSTANT (-1001234567890));
  g_assert_null (old->callback_data);

  g_assert_cmpint (in_line->kind, ==, OPT_UPDATE_CALLBACK);
  g_assert_cmpint (in_line->chat_id, ==, 0);
}

static void
test_membership (void)
{
  g_autoptr (OptUpdate) blocked = NULL;
  g_autoptr (OptUpdate) moved = NULL;

  blocked = parse ("{'update_id':5,'my_chat_member':{'date':1795136500," FROM "," PRIVATE ","
                   "'old_chat_member':{'status':'member'},'new_chat_member':{'status':'kicked'}}}");
  moved = parse_message (IN_GROUP ",'migrate_to_chat_id':-1009999999999");

  g_assert_cmpstr (blocked->new_status, ==, "kicked");
  g_assert_cmpint (blocked->chat_id, ==, 1001);
  g_assert_cmpint (blocked->user_id, ==, 1001);
  g_assert_cmpint (blocked->date, ==, 1795136500);
  g_assert_cmpint (moved->migrate_to_chat_id, ==, G_GINT64_CONSTANT (-1009999999999));
}

/* json-glib lets strings in that are no UTF-8; none gets out. */
static void
test_utf8 (void)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (OptUpdate) update = NULL;
  JsonObject *message = json_object_new ();
  JsonObject *chat = json_object_new ();
  JsonObject *from = json_object_new ();

  json_object_set_int_member (chat, "id", -5);
  json_object_set_string_member (chat, "title", "t\xff");
  json_object_set_int_member (from, "id", 5);
  json_object_set_string_member (from, "first_name", "n\xff");
  json_object_set_string_member (message, "text", "x\xff");
  json_object_set_object_member (message, "chat", chat);
  json_object_set_object_member (message, "from", from);
  json_object_set_int_member (object, "update_id", 5);
  json_object_set_object_member (object, "message", message);

  update = opt_update_new_from_json (object, NULL);
  g_assert_cmpstr (update->text, ==, "x\xef\xbf\xbd");
  g_assert_cmpstr (update->chat_title, ==, "t\xef\xbf\xbd");
  g_assert_cmpstr (update->name, ==, "n\xef\xbf\xbd");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/update/message", test_message);
  g_test_add_func ("/update/kinds", test_kinds);
  g_test_add_func ("/update/no-id", test_no_id);
  g_test_add_func ("/update/command", test_command);
  g_test_add_func ("/update/topic", test_topic);
  g_test_add_func ("/update/senders", test_senders);
  g_test_add_func ("/update/names", test_names);
  g_test_add_func ("/update/chat-kinds", test_chat_kinds);
  g_test_add_func ("/update/ranges", test_ranges);
  g_test_add_func ("/update/bounds", test_bounds);
  g_test_add_func ("/update/callback", test_callback);
  g_test_add_func ("/update/membership", test_membership);
  g_test_add_func ("/update/utf8", test_utf8);
  return g_test_run ();
}
