/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-fixture.h"

#include "opt-callback.h"

#define GROUP OPT_REMOTE_FIXTURE_GROUP

static const char *const tasks[] = { "backup", "[Task]\nExec=/bin/true\n", NULL };

static void
test_strangers (OptRemoteFixture *fixture,
                gconstpointer     data)
{
  OptRemoteMessage in_group = { .user = 666, .chat = GROUP, .text = "/task backup" };

  g_test_summary ("Strangers are told their id, once, and only when alone with the bot.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 666, "/task backup",
                             "say: Your Telegram user id is 666. Ask the owner of this robot *");
  opt_remote_fixture_expect (fixture, 666, "hello",
                             "say: Your Telegram user id is 666. *");
  opt_remote_fixture_expect (fixture, 668, "/start",
                             "say: Your Telegram user id is 668. *");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 667, "/task backup"), ==, "");
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &in_group), ==, "");
}

static void
test_roles (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  g_test_summary ("Only a bot with that role is a remote bot.");

  opt_remote_fixture_set_config (fixture, "notify", "");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "/help"), ==, "");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 666, "/help"), ==, "");

  opt_remote_fixture_set_config (fixture, "remote", "");
  fixture->receiver.name = "other";
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "/help"), ==, "");
  fixture->receiver.name = "MAIN";
  opt_remote_fixture_expect (fixture, 1001, "/help",
                             "say: What*");

  /* What is said freely is then for others to read. */
  opt_remote_fixture_set_config (fixture, "remote;notes", "");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "buy milk"), ==, "");
}

static void
test_not_meant (OptRemoteFixture *fixture,
                gconstpointer     data)
{
  static const OptRemoteMessage messages[] = {
    { .user = 1001, .text = "/task backup", .kind = "edited_message" },
    { .user = 1001, .text = "/task backup", .kind = "channel_post" },
    { .user = 1001, .text = "/task backup", .extra = ",\"forward_date\":1" },
    { .user = 1001, .text = "/task backup", .extra = ",\"via_bot\":{\"id\":9}" },
    { .user = 1001, .text = "/task backup", .extra = ",\"sender_chat\":{\"id\":-5}" },
    { .user = 1001, .text = "/task@Other_bot backup", .chat = GROUP },
    { .user = 1001, .text = "/foreign", .chat = GROUP },
    { .user = 1001, .text = "just talk", .chat = GROUP },
    { .user = 1001, .text = "an answer to nothing", .chat = GROUP, .reply_to = 5000 },
  };

  g_test_summary ("What only looks like a command to this bot is let pass.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    g_assert_cmpstr (opt_remote_fixture_send (fixture, &messages[i]), ==, "");
}

static void
test_groups (OptRemoteFixture *fixture,
             gconstpointer     data)
{
  OptRemoteMessage message = { .user = 1001, .chat = GROUP, .topic = 9 };

  g_test_summary ("Commands to this bot are answered in their group and topic.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  message.text = "/task@my_BOT backup";
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &message), ==, "run backup");
  message.text = "/task backup";
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &message), ==, "run backup");
  message.text = "/help";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message),
                             "say: What*(to 1006) (topic 9)");
  message.text = "/list vm91";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message),
                             "view list*(to 1008) (topic 9)");
  message.text = "/foreign@My_bot";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message), "say: I don't know*");

  /* Before the bot knows its own name, a command may be meant for it. */
  fixture->receiver.username = NULL;
  message.text = "/help@my_bot";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message), "say: What*");
}

static void
test_late (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  OptRemoteMessage message = { .user = 1001, .text = "/task backup" };

  g_test_summary ("What acts is not obeyed when it comes late; what only tells is answered.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  message.age = 300;
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &message), ==, "run backup");
  message.age = 301;
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &message), ==,
                   "say: This message came 5 min 1 s late, so /task was not run. "
                   "Send it again if you still want it.");
  message.text = "/run";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message),
                             "say: *so /run was not run*");
  message.text = "/cancel 17";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message),
                             "say: *so /cancel was not run*");
  message.text = "/list vm91";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message), "view list*");
  message.text = "/log 17";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message), "view log*");
  message.text = "/status";
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message), "view status*");

  /* A clock that is behind Telegram's is no reason. */
  message.text = "/task backup";
  message.age = -3600;
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &message), ==, "run backup");
  /* Nobody knows how old this is. */
  message.age = 1800000000;
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &message),
                             "say: Nobody can tell how old*");
}

typedef struct
{
  OptCallback callback;
  char       *id; /* (owned) */
} Button;

static gboolean
add_callback (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  Button *button = data;

  g_free (button->id);
  button->id = opt_callback_add (transaction, &button->callback, error);
  return button->id != NULL;
}

static char *
add_button (OptRemoteFixture *fixture,
            const char       *action,
            const char       *args,
            gint64            chat,
            gboolean          once)
{
  g_autoptr (GError) error = NULL;
  Button button = {
    .callback = { .bot_id = OPT_REMOTE_FIXTURE_BOT,
                  .chat_id = chat,
                  .action = (char *)action,
                  .args = (char *)args,
                  .expires = OPT_REMOTE_FIXTURE_NOW + 60 * OPT_SECOND,
                  .once = once },
  };

  g_assert_true (opt_test_store_write (fixture->store, add_callback, &button, &error));
  g_assert_no_error (error);
  return button.id;
}

static void
test_presses (OptRemoteFixture *fixture,
              gconstpointer     data)
{
  static const struct
  {
    const char *action;
    const char *args;
    const char *effects;
  } cases[] = {
    { "cancel", "{\"job\":\"17\"}", "cancel 17\nanswer q: Stopping…" },
    { "drop", "{\"job\":\"17\"}", "cancel 17\nanswer q: Dropped." },
    { "release", "{\"job\":\"17\"}", "release 17\nanswer q: Starting…" },
    { "log", "{\"job\":\"17\"}", "view log {\"job\":\"17\"}\nanswer q: " },
    { "again", "{\"task\":\"backup\",\"parameters\":{}}", "run backup\nanswer q: " },
    { "again", "{\"task\":\"gone\",\"parameters\":{}}",
      "say: There is no task gone.\nanswer q: " },
    { "again", "{\"task\":\"backup\",\"parameters\":{\"x\":\"1\",\"y\":2}}",
      "say: Task backup takes no parameters, so no x.\nanswer q: " },
    { "again", "{}", "answer q: This button does nothing any more." },
    { "cancel", "{}", "answer q: This button does nothing any more." },
    { "cancel", "[", "answer q: This button does nothing any more." },
    { "cancel", NULL, "answer q: This button does nothing any more." },
    { "ack", "{}", "answer q: This button does nothing any more." },
    { "dialog", "{\"nonce\":1,\"value\":\"x\"}", "answer q: This question is closed." },
  };

  g_test_summary ("Every press is answered.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = add_button (fixture, cases[i].action, cases[i].args, 1001, FALSE);

      g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, id), ==, cases[i].effects);
    }
}

static void
test_foreign_presses (OptRemoteFixture *fixture,
                      gconstpointer     data)
{
  g_autofree char *once = add_button (fixture, "cancel", "{\"job\":\"17\"}", GROUP, TRUE);
  g_autofree char *second = add_button (fixture, "cancel", "{\"job\":\"18\"}", GROUP, TRUE);

  g_test_summary ("A button works for those who are served, in its chat, in its time, once.");

  g_assert_cmpstr (opt_remote_fixture_press (fixture, 666, GROUP, once), ==,
                   "answer q: This button is not for you.");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, once), ==,
                   "answer q: This button is not for you.");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, GROUP, once), ==,
                   "cancel 17\nanswer q: Stopping…");
  g_assert_cmpstr (fixture->origin, ==, "tg:7:103:1799999990");
  g_assert_cmpint (fixture->requested, ==, OPT_REMOTE_FIXTURE_NOW);
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1002, GROUP, once), ==,
                   "answer q: This was done already.");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, GROUP, "AAAAAAAAAAAAAAAAAAAAAA"), ==,
                   "answer q: This button is no longer known here.");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, GROUP, "run:rm -rf"), ==,
                   "answer q: This button is no longer known here.");
  opt_test_clock_advance (fixture->clock, 61 * OPT_SECOND);
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, GROUP, second), ==,
                   "answer q: This button has expired. Send the command again.");
}

/* Nothing that is typed may break the bot, nor be shown so that it misleads. */
static void
test_hostile (OptRemoteFixture *fixture,
              gconstpointer     data)
{
  static const char *const texts[] = {
    "/task \xe2\x80\xae"
    "gpj.kcab",
    "/task backup x=\x01\x02",
    "/task %s%n%d",
    "/task '; DROP TABLE dialogs; --",
    "/task $(reboot)",
    "/list %s%n ' \" $1",
    "/cancel %s",
    "/log %n",
    "/task \n\n\n",
    "/",
    "/@my_bot",
    "//task backup",
    "\xf0\x9f\x92\xa9",
  };
  g_autoptr (GString) long_text = g_string_new ("/task ");

  g_test_summary ("Hostile texts are only texts.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *effects = opt_remote_fixture_say (fixture, 1001, texts[i]);

      opt_remote_fixture_assert (effects, "say: *");
      g_assert_null (g_strstr_len (effects, -1, "\xe2\x80\xae"));
      g_assert_null (g_strstr_len (effects, -1, "\x01"));
    }
  for (guint i = 0; i < 4000; i++)
    g_string_append_c (long_text, 'x');
  opt_remote_fixture_expect (fixture, 1001, long_text->str,
                             "say: “xxx*…” can't be a task*");
}

static void
test_bare (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  g_autoptr (OptSnapshot) empty = opt_snapshot_new ();

  g_test_summary ("Before the configuration is read, nobody is served.");

  opt_ingest_set_snapshot (fixture->ingest, empty);
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "/help"), ==, "");
  opt_remote_fixture_set_config (fixture, "remote", "");
  opt_remote_set_config (fixture->remote, NULL);
  opt_remote_fixture_expect (fixture, 1001, "/help",
                             "say: What*");
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (OptRemoteFixture *fixture,
                  gconstpointer     data);
  } tests[] = {
    { "/remote/doors/strangers", test_strangers },
    { "/remote/doors/roles", test_roles },
    { "/remote/doors/not-meant", test_not_meant },
    { "/remote/doors/groups", test_groups },
    { "/remote/doors/late", test_late },
    { "/remote/doors/presses", test_presses },
    { "/remote/doors/foreign-presses", test_foreign_presses },
    { "/remote/doors/hostile", test_hostile },
    { "/remote/doors/bare", test_bare },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, OptRemoteFixture, NULL, opt_remote_fixture_set_up, tests[i].test,
                opt_remote_fixture_tear_down);
  return g_test_run ();
}
