/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-fixture.h"

static const char *const tasks[] = {
  "report",
  "[Task]\nName=Disk report\nExec=/bin/true {days} {unit}\n"
  "[Parameter days]\nType=int\nMin=1\nMax=365\nRequired=True\nDescription=How many days back\n"
  "[Parameter unit]\nType=choice\nChoices=GB;MB\nDefault=GB\n",
  "backup",
  "[Task]\nName=Backup\nExec=/bin/true\n",
  "wipe",
  "[Task]\nName=Wipe\nExec=/bin/true\nRisk=confirm\n",
  "broken",
  "[Task]\nName=Broken\n",
  NULL,
};

/* What is said, and what comes of it; * at the end stands for anything. */
typedef struct
{
  const char *text;
  const char *effects;
} Case;

static void
check (OptRemoteFixture *fixture,
       const Case       *cases,
       gsize             n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    opt_remote_fixture_expect (fixture, 1001, cases[i].text,
                               cases[i].effects);
}

static void
test_plain (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  static const Case cases[] = {
    { "/start", "say: Hello! This is robot vm91.*/run*/help*" },
    { "/start abc", "say: Hello!*" },
    { "/help", "say: What robot vm91 understands:*/run*/task *" },
    { "/status", "view status {\"robot\":\"vm91\",\"tasks\":4}" },
    { "/nonsense", "say: I don't know this command; /help shows those that I know." },
    { "hello", "say: I only understand commands; /help shows them." },
  };

  g_test_summary ("Every command is answered once.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  check (fixture, cases, G_N_ELEMENTS (cases));
}

static void
test_list (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  static const Case cases[] = {
    { "/list", "say: List jobs for which robot: e.g. vm91 [reply: a robot, e.g. vm91]" },
    { "/list vm91", "view list {\"robot\":\"vm91\",\"words\":\"\"}" },
    { "/list VM91", "view list {\"robot\":\"vm91\",\"words\":\"\"}" },
    { "/list all", "view list {\"robot\":\"vm91\",\"words\":\"all\"}" },
    { "/list vm91 failed 24h",
      "view list {\"robot\":\"vm91\",\"states\":32,\"since\":1799913600000000,"
      "\"words\":\"failed 24h\"}" },
    { "/list 7d lost, FAILED vm91 Report 20",
      "view list {\"robot\":\"vm91\",\"states\":288,\"since\":1799395200000000,\"count\":20,"
      "\"task\":\"report\",\"words\":\"7d lost FAILED Report 20\"}" },
    { "/list report.vm91", "view list {\"robot\":\"vm91\",\"task\":\"report\",*" },
    { "/list vm91 held 30m", "view list {\"robot\":\"vm91\",\"states\":512,*" },
    { "/list vm91 9999", "view list {\"robot\":\"vm91\",\"count\":50,*" },
    { "/list vm92", "say: There is no robot, state or task “vm92”; did you mean vm91?" },
    { "/list office", "say: This robot is vm91 and knows no robot “office”." },
    { "/list report.office", "say: This robot is vm91 and knows no robot “report.office”." },
    { "/list vm91 faild", "say: There is no robot, state or task “faild”; did you mean failed?" },
    { "/list vm91 gibberish", "say: There is no state or task “gibberish”; name a state*" },
    { "/list vm91 \xe2\x80\xae"
      "evil",
      "say: There is no state or task “evil”; *" },
    { "/list a b c d e f g h i j k l m n", "say: These are too many words." },
  };

  g_test_summary ("Lists are asked for in any order of words.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  check (fixture, cases, G_N_ELEMENTS (cases));
}

static void
test_task (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  static const Case cases[] = {
    { "/task", "say: Enter the task to run, for example backup.vm91 [reply: backup.vm91]" },
    { "/task backup", "run backup" },
    { "/task BACKUP.VM91", "run backup" },
    { "/run backup", "run backup" },
    { "/task report.vm91 days=7", "run report days=7 unit=GB" },
    { "/task report days=7 UNIT=MB", "run report days=7 unit=MB" },
    { "/task report.vm92 days=7", "say: This robot is vm91 and knows no robot vm92." },
    { "/task reprot days=7", "say: There is no task reprot; did you mean report?" },
    { "/task nothing", "say: There is no task nothing." },
    { "/task report days=abc", "say: *days*“abc” is not a whole number from 1 to 365." },
    { "/task report days=999", "say: *days*“999” is not a whole number from 1 to 365." },
    { "/task report days=7 unit=TB", "say: *unit*“TB” is not one of GB, MB." },
    { "/task report day=7", "say: Task report has no parameter day; did you mean days?" },
    { "/task report 7", "say: “7” is not NAME=VALUE; quote values that have spaces." },
    { "/task report days=7 days=8", "say: Parameter days is given twice." },
    { "/task report \"days=7", "say: A quote is never closed." },
    { "/task ../../etc/passwd", "say: “../../etc/passwd” can't be a task; *" },
    { "/task backup x=1", "say: Task backup takes no parameters, so no x." },
    { "/task wipe", "say: Task wipe has risk confirm*" },
    { "/task broken", "say: Task broken can't be run: /tasks/broken.task*" },
    { "/task report",
      "say: report needs days (How many days back).\nEnter a whole number from 1 to 365, or "
      "/cancel. [reply: days: a whole number from 1 to 365]" },
  };

  g_test_summary ("Orders are checked at once, and asked about when something is missing.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  check (fixture, cases, G_N_ELEMENTS (cases));
}

static void
test_jobs (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  static const Case cases[] = {
    { "/cancel 17", "cancel 17" },
    { "/cancel #17", "cancel 17" },
    { "/cancel 018F0000-0000-7000-8000-000000000001",
      "cancel 018f0000-0000-7000-8000-000000000001" },
    { "/cancel", "view cancel {\"bot_id\":7,\"chat_id\":1001,\"user_id\":1001}" },
    { "/cancel all", "say: “all” is not the number of a job. One job at a time: /cancel 17" },
    { "/cancel 17 18", "say: “17 18” is not the number of a job.*" },
    { "/cancel 0", "say: “0” is not the number of a job.*" },
    { "/cancel -1", "say: “-1” is not the number of a job.*" },
    { "/cancel 99999999999999999999", "say: “99999999999999999999” is not*" },
    { "/log", "view log {}" },
    { "/log 17", "view log {\"job\":\"17\"}" },
    { "/log #17 50", "view log {\"job\":\"17\",\"lines\":50}" },
    { "/log 17 many", "say: “17 many” is not the number of a job.*" },
    { "/log x", "say: “x” is not the number of a job.*" },
    { "/log 17 5 5", "say: “17 5 5” is not the number of a job.*" },
  };

  g_test_summary ("Jobs are named by number or id.");

  check (fixture, cases, G_N_ELEMENTS (cases));
}

static void
test_order (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  g_test_summary ("An order says where it came from, so that it is obeyed once.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "/task backup"), ==, "run backup");
  g_assert_cmpstr (fixture->origin, ==, "tg:7:101:1800000000");
  g_assert_cmpint (fixture->requested, ==, OPT_REMOTE_FIXTURE_NOW);

  /* The same update again is nothing. */
  fixture->update_id--;
  g_assert_cmpstr (opt_remote_fixture_say (fixture, 1001, "/task backup"), ==, "");
}

static void
test_no_tasks (OptRemoteFixture *fixture,
               gconstpointer     data)
{
  static const char *const none[] = { NULL };

  g_test_summary ("Without tasks there is a word on what to do.");

  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: Robot vm91 has no task*");
  opt_remote_fixture_expect (fixture, 1001, "/task backup",
                             "say: The tasks of this robot were not read yet; try again*");
  opt_remote_fixture_expect (fixture, 1001, "/task",
                             "say: Enter the task to run, for "
                             "example report.vm91 days=7*");
  opt_remote_fixture_set_tasks (fixture, none);
  opt_remote_fixture_expect (fixture, 1001, "/run",
                             "say: Robot vm91 has no task*from here. Put a script*");
  opt_remote_fixture_expect (fixture, 1001, "/task backup",
                             "say: There is no task backup.");
}

static void
test_menu (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  g_autoptr (OptRemote) second = NULL;

  g_test_summary ("A bot gets its menu once, over restarts too.");

  opt_remote_greet_bot (fixture->remote, "main", 7);
  opt_remote_greet_bot (fixture->remote, "MAIN", 7);
  opt_remote_fixture_wait_idle (fixture);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM outbox"), ==, 1);
  g_assert_cmpint (opt_test_store_ask (fixture->store,
                                       "SELECT count(*) FROM outbox WHERE kind = 'menu' "
                                       "AND bot = 'main' AND text LIKE '[{\"command\":\"run\",%'"),
                   ==, 1);

  second = opt_remote_new (fixture->store, OPT_CLOCK (fixture->clock), fixture->outbox, NULL);
  opt_remote_greet_bot (second, "main", 7);
  opt_remote_fixture_wait_idle (fixture);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM outbox"), ==, 1);

  opt_test_store_run (fixture->store, "UPDATE menus SET hash = 'of an older version'");
  g_clear_object (&second);
  second = opt_remote_new (fixture->store, OPT_CLOCK (fixture->clock), fixture->outbox, NULL);
  opt_remote_greet_bot (second, "main", 7);
  opt_remote_fixture_wait_idle (fixture);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM outbox"), ==, 2);

  /* Another account under the same name knows no menu yet. */
  opt_remote_greet_bot (second, "main", 8);
  opt_remote_fixture_wait_idle (fixture);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM outbox"), ==, 3);
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
    { "/remote/commands/plain", test_plain },
    { "/remote/commands/list", test_list },
    { "/remote/commands/task", test_task },
    { "/remote/commands/jobs", test_jobs },
    { "/remote/commands/order", test_order },
    { "/remote/commands/no-tasks", test_no_tasks },
    { "/remote/commands/menu", test_menu },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, OptRemoteFixture, NULL, opt_remote_fixture_set_up, tests[i].test,
                opt_remote_fixture_tear_down);
  return g_test_run ();
}
