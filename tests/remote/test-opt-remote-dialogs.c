/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-fixture.h"

#define GROUP OPT_REMOTE_FIXTURE_GROUP

static const char *const tasks[] = {
  "report",
  "[Task]\nName=Disk report\nExec=/bin/true {days} {unit} {full}\n"
  "[Parameter days]\nType=int\nMin=1\nMax=365\nRequired=True\n"
  "[Parameter unit]\nType=choice\nChoices=GB;MB;TB\nRequired=True\n"
  "[Parameter full]\nType=bool\nRequired=True\n",
  "backup",
  "[Task]\nName=Backup\nExec=/bin/true\n",
  "wipe",
  "[Task]\nName=Wipe\nExec=/bin/true\nRisk=code\n",
  NULL,
};

static void
test_list (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  g_test_summary ("The robot can be named afterwards; what was named before is kept.");

  opt_remote_fixture_expect (fixture, 1001, "/list failed",
                             "say: List jobs for*");
  opt_remote_fixture_expect (fixture, 1001, "office",
                             "say: This robot is vm91 and knows no robot “office”.\nList jobs*");
  opt_remote_fixture_expect (fixture, 1001, "vm91 24h",
                             "view list {\"robot\":\"vm91\",\"states\":32,\"since\":*");
  opt_remote_fixture_expect (fixture, 1001, "vm91",
                             "say: I only understand*");
}

static void
test_task (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  g_test_summary ("The task can be named afterwards, with its values.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter the task*");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001,
                                           "report.vm91 days=7 unit=MB full=yes"),
                   ==,
                   "run report days=7 full=true unit=MB");
  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter the task*");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "nothing"), ==,
                   "say: There is no task nothing.");
  opt_remote_fixture_expect (fixture, 1001, "backup",
                             "say: I only understand*");
}

static void
test_values (OptRemoteFixture *fixture,
             gconstpointer     data)
{
  g_autofree char *choice = NULL;
  g_autofree char *yes = NULL;

  g_test_summary ("Missing values are asked for one by one, by buttons where there are choices.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/run report",
                             "say: report needs days.*");
  opt_remote_fixture_expect (fixture, 1001, "many",
                             "say: *“many” is not a whole number from 1 to 365.\nreport needs*");
  opt_remote_fixture_expect (fixture, 1001, " 30 ",
                             "say: report needs unit.\nEnter one of GB, MB, TB, or * [GB|MB / TB]");
  choice = opt_remote_fixture_get_button (fixture, "MB");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, choice),
                             "edit *: unit: MB\nanswer q: \nsay: report needs full.*[yes|no]");
  yes = opt_remote_fixture_get_button (fixture, "yes");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, yes),
                             "edit *: full: yes\nanswer q: \nrun report days=30 full=true unit=MB");
  g_assert_cmpstr (fixture->origin, ==, "tg:7:105:1799999990");

  /* The buttons of an answered question do nothing. */
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, yes), ==,
                   "answer q: This question is closed.");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, choice), ==,
                   "answer q: This question is closed.");
}

static void
test_pick (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  g_autofree char *backup = NULL;
  g_autofree char *report = NULL;

  g_test_summary ("/run offers what can be run from a chat.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: Which task shall run on vm91? [Backup|Disk report]");
  backup = opt_remote_fixture_get_button (fixture, "Backup");
  report = opt_remote_fixture_get_button (fixture, "Disk report");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1002, 0, backup), ==,
                   "answer q: This button is not for you.");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, backup),
                             "edit *: Task: backup\nanswer q: \nrun backup");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, report), ==,
                   "answer q: This question is closed.");

  /* It can be typed, too. */
  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: Which task*");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "backup"), ==, "run backup");
}

static void
test_pages (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *next = NULL;
  g_autofree char *back = NULL;
  g_autofree char *last = NULL;

  g_test_summary ("Many tasks come in pages.");

  for (guint i = 0; i < 14; i++)
    {
      g_ptr_array_add (many, g_strdup_printf ("t%02u", i));
      g_ptr_array_add (many, g_strdup ("[Task]\nExec=/bin/true\n"));
    }
  g_ptr_array_add (many, NULL);
  opt_remote_fixture_set_tasks (fixture, (const char *const *)many->pdata);
  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: *(page 1 of 2)*t10|t11 / ▶]");
  next = opt_remote_fixture_get_button (fixture, "▶");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, next),
                             "answer q: \nedit *(page 2 of 2) [t12|t13 / ◀]");
  last = opt_remote_fixture_get_button (fixture, "t13");
  back = opt_remote_fixture_get_button (fixture, "◀");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, back),
                             "answer q: \nedit *page 1 of 2*");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, last),
                             "edit *: Task: t13\nanswer q: \nrun t13");
}

static void
test_two_people (OptRemoteFixture *fixture,
                 gconstpointer     data)
{
  OptRemoteMessage ask = { .user = 1001, .chat = GROUP, .text = "/task" };
  OptRemoteMessage other = { .user = 1002, .chat = GROUP, .text = "/list", .topic = 5 };
  OptRemoteMessage answer = { .user = 1001, .chat = GROUP, .text = "backup", .reply_to = 5000 };
  OptRemoteMessage robot = { .user = 1002, .chat = GROUP, .text = "vm91", .reply_to = 5000 };

  g_test_summary ("Two people in one group have each their own question, in its topic.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &ask),
                             "say: Enter the task*(to 1002)");
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &other),
                             "say: List jobs for*(to 1004) (topic 5)");
  robot.topic = 5;

  /* What they say to each other is not meant. */
  answer.reply_to = 0;
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &answer), ==, "");
  /* Nor is an answer to what was said before the question. */
  answer.reply_to = 900;
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &answer), ==, "");
  /* Nor in another topic. */
  robot.topic = 6;
  g_assert_cmpstr (opt_remote_fixture_send (fixture, &robot), ==, "");
  robot.topic = 5;

  answer.reply_to = 5000;
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &answer), "run backup");
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &robot),
                             "view list *(to 1014) (topic 5)");
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM dialogs"), ==, 0);
}

static void
test_replace (OptRemoteFixture *fixture,
              gconstpointer     data)
{
  g_test_summary ("A new command ends a question, and so does /cancel.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/list",
                             "say: List*");
  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter*");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "backup"), ==, "run backup");

  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter*");
  opt_remote_fixture_expect (fixture, 1001, "/help",
                             "say: What*");
  opt_remote_fixture_expect (fixture, 1001, "backup",
                             "say: I only understand*");

  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter*");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "/cancel"), ==,
                   "say: All right, I no longer ask.");
  opt_remote_fixture_expect (fixture, 1001, "/cancel",
                             "view cancel *");
}

static void
test_expiry (OptRemoteFixture *fixture,
             gconstpointer     data)
{
  g_autofree char *backup = NULL;
  OptRemoteMessage late = { .user = 1001, .text = "backup", .age = 400 };

  g_test_summary ("A question waits ten minutes.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: Which*");
  backup = opt_remote_fixture_get_button (fixture, "Backup");
  opt_test_clock_advance (fixture->clock, 601 * OPT_SECOND);
  opt_remote_fixture_expect (fixture, 1001, "backup",
                             "say: I only understand*");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, backup), ==,
                   "answer q: This button has expired. Send the command again.");

  /* An answer in time that arrives late is not obeyed either, but that is said. */
  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter*");
  opt_test_clock_advance (fixture->clock, 700 * OPT_SECOND);
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &late),
                             "say: This message came 6 min 40 s late, so the task was not run. *");

  /* In the end nothing is left of them. */
  opt_test_clock_advance (fixture->clock, 2 * 24 * 3600 * OPT_SECOND);
  opt_remote_fixture_expect (fixture, 1002, "/task",
                             "say: Enter*");
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM dialogs"), ==, 1);
}

static void
test_changed (OptRemoteFixture *fixture,
              gconstpointer     data)
{
  static const char *const fewer[] = { "other", "[Task]\nExec=/bin/true\n", NULL };
  g_autofree char         *backup = NULL;

  g_test_summary ("A task may go while a question about it waits.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: Which*");
  backup = opt_remote_fixture_get_button (fixture, "Backup");
  opt_remote_fixture_set_tasks (fixture, fewer);
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, backup),
                             "edit *: Task: backup\nanswer q: \nsay: There is no task backup.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/run report",
                             "say: report needs days*");
  opt_remote_fixture_set_tasks (fixture, fewer);
  opt_remote_fixture_expect (fixture, 1001, "7",
                             "say: There is no task report.");

  /* What is stored may be damaged. */
  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_expect (fixture, 1001, "/run report",
                             "say: report needs days*");
  opt_test_store_run (fixture->store, "UPDATE dialogs SET state = '{'");
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "7"), ==,
                   "say: I forgot what this was about. Send the command again.");
}

static gboolean
move (OptTransaction *transaction,
      gpointer        data,
      GError        **error)
{
  return opt_chat_owner_chat_moved (data, transaction, "main", "-100", "-200", error) &&
         opt_chat_owner_chat_moved (data, transaction, "main", "@name", "-200", error);
}

static void
test_moved (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  OptRemoteMessage ask = { .user = 1001, .chat = GROUP, .text = "/task" };
  OptRemoteMessage second = { .user = 1001, .chat = -200, .text = "/list" };
  OptRemoteMessage answer = { .user = 1001, .chat = -200, .text = "backup", .reply_to = 3 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Questions go along when a group becomes a supergroup.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &ask), "say: Enter*");
  g_assert_true (opt_test_store_write (fixture->store, move, fixture->remote, &error));
  g_assert_no_error (error);
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &answer), "run backup");

  /* A question that was asked there meanwhile is the one that counts. */
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &ask), "say: Enter*");
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &second), "say: List*");
  g_assert_true (opt_test_store_write (fixture->store, move, fixture->remote, &error));
  g_assert_no_error (error);
  answer.text = "vm91";
  answer.reply_to = 5000;
  opt_remote_fixture_assert (opt_remote_fixture_send (fixture, &answer), "view list*");
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
    { "/remote/dialogs/list", test_list },
    { "/remote/dialogs/task", test_task },
    { "/remote/dialogs/values", test_values },
    { "/remote/dialogs/pick", test_pick },
    { "/remote/dialogs/pages", test_pages },
    { "/remote/dialogs/two-people", test_two_people },
    { "/remote/dialogs/replace", test_replace },
    { "/remote/dialogs/expiry", test_expiry },
    { "/remote/dialogs/changed", test_changed },
    { "/remote/dialogs/moved", test_moved },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, OptRemoteFixture, NULL, opt_remote_fixture_set_up, tests[i].test,
                opt_remote_fixture_tear_down);
  return g_test_run ();
}
