/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-fixture.h"

#include "opt-remote-news.h"

#define COUNT(where) "SELECT count(*) FROM outbox WHERE " where

static OptJob *
make_job (OptJobState state,
          const char *output)
{
  OptJob *job = g_atomic_rc_box_new0 (OptJob);

  job->id = g_strdup ("018f0000-0000-7000-8000-000000000017");
  job->number = 17;
  job->task = g_strdup ("report");
  job->robot = g_strdup ("vm91");
  job->state = state;
  job->queued = OPT_REMOTE_FIXTURE_NOW - 60 * OPT_SECOND;
  job->started = state == OPT_JOB_QUEUED ? 0 : job->queued;
  job->ended = opt_job_state_is_end (state) ? job->started + 12 * OPT_SECOND : 0;
  job->exit_code = 0;
  job->output = g_strdup (output);
  job->notify_on = g_strdup ("always");
  job->origin = opt_job_origin_new ("telegram");
  job->origin->key = g_strdup ("tg:7:101:1800000000");
  job->origin->bot = g_strdup ("main");
  job->origin->chat = g_strdup ("1001");
  job->origin->message_id = 55;
  job->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (job->parameters, g_strdup ("days"), g_strdup ("7"));
  return job;
}

/* Hands the event to the remote bot; @job is taken. */
static void
accept (OptRemoteFixture *fixture,
        gint64            id,
        OptJobEventKind   kind,
        OptJob           *job,
        const char       *text)
{
  g_autoptr (OptJobEvent) event = g_atomic_rc_box_new0 (OptJobEvent);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;

  event->id = id;
  event->kind = kind;
  event->job = job;
  event->origin = opt_job_origin_copy (job->origin);
  event->text = g_strdup (text);
  opt_job_listener_accept_async (OPT_JOB_LISTENER (fixture->remote), event, opt_test_take_result,
                                 &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_job_listener_accept_finish (OPT_JOB_LISTENER (fixture->remote), result,
                                                 &error));
  g_assert_no_error (error);
}

static gint64
ask (OptRemoteFixture *fixture,
     const char       *sql)
{
  return opt_test_store_ask (fixture->store, sql);
}

static gboolean
read_row (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  OptRemoteFixture *fixture = data;
  g_autoptr (OptRows) rows = opt_transaction_query (transaction, error,
                                                    "SELECT markup FROM outbox ORDER BY id DESC",
                                                    "");

  if (rows == NULL || !opt_rows_next (rows, error))
    return FALSE;
  g_free (fixture->markup);
  fixture->markup = g_strdup (opt_rows_get_text (rows, 0));
  return TRUE;
}

/* The keyboard of the last row becomes the fixture's. */
static void
take_markup (OptRemoteFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  opt_test_store_read (fixture->store, read_row, fixture, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fixture->markup);
}

static void
test_accepted (OptRemoteFixture *fixture,
               gconstpointer     data)
{
  g_autofree char *cancel = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("Whoever asked is told, once, with buttons that work.");

  accept (fixture, 1, OPT_JOB_EVENT_ACCEPTED, make_job (OPT_JOB_STARTING, "chat"), NULL);
  accept (fixture, 1, OPT_JOB_EVENT_ACCEPTED, make_job (OPT_JOB_STARTING, "chat"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("TRUE")), ==, 1);
  g_assert_cmpint (ask (fixture, COUNT ("bot = 'main' AND chat = '1001' AND kind = 'text' AND "
                                        "text = '▶ report #17 started on #vm91'")),
                   ==, 1);
  take_markup (fixture);
  cancel = opt_remote_fixture_get_button (fixture, "Cancel");
  log = opt_remote_fixture_get_button (fixture, "Log");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, log),
                             "view log {\"job\":\"018f*17\"}\nanswer q: ");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, log), "view log *");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, cancel), ==,
                   "cancel 018f0000-0000-7000-8000-000000000017\nanswer q: Stopping…");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, cancel), ==,
                   "answer q: This was done already.");
}

static void
test_held (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  g_autofree char *run = NULL;
  g_autofree char *drop = NULL;

  g_test_summary ("A held job is asked about.");

  accept (fixture, 1, OPT_JOB_EVENT_HELD, make_job (OPT_JOB_QUEUED, "chat"), NULL);
  take_markup (fixture);
  run = opt_remote_fixture_get_button (fixture, "Run");
  drop = opt_remote_fixture_get_button (fixture, "Drop");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, run), "release 018f*");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, drop), "cancel 018f*");
}

static void
test_ended (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  g_test_summary ("The output comes along as the manifest has it.");

  accept (fixture, 1, OPT_JOB_EVENT_ENDED, make_job (OPT_JOB_SUCCEEDED, "chat"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("kind = 'view' AND view = 'result' AND view_args LIKE "
                                        "'%\"head\":\"✅ report #17 succeeded in 12 s%' AND "
                                        "view_args LIKE '%\"output\":\"chat\"%'")),
                   ==, 1);
  accept (fixture, 2, OPT_JOB_EVENT_ENDED, make_job (OPT_JOB_FAILED, "file"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("view = 'result' AND view_args LIKE '%\"file\"%'")), ==, 1);
  accept (fixture, 3, OPT_JOB_EVENT_ENDED, make_job (OPT_JOB_SUCCEEDED, "none"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("kind = 'text' AND text LIKE '✅ report #17 succeeded%'")),
                   ==, 1);
  accept (fixture, 4, OPT_JOB_EVENT_STOPPING, make_job (OPT_JOB_STOPPING, "chat"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("text LIKE '■ Stopping report #17%'")), ==, 1);
}

static void
test_lost (OptRemoteFixture *fixture,
           gconstpointer     data)
{
  static const char *const tasks[] = {
    "report", "[Task]\nExec=/bin/true {days}\n[Parameter days]\nType=int\n", NULL
  };
  g_autofree char *again = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("A lost job can be run again by a press, with the same values.");

  opt_remote_fixture_set_tasks (fixture, tasks);
  accept (fixture, 1, OPT_JOB_EVENT_ENDED, make_job (OPT_JOB_LOST, "chat"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("kind = 'text' AND text LIKE '❓ report #17 is lost%'")),
                   ==, 1);
  take_markup (fixture);
  again = opt_remote_fixture_get_button (fixture, "Run again");
  log = opt_remote_fixture_get_button (fixture, "Show log");
  opt_remote_fixture_assert (opt_remote_fixture_press (fixture, 1001, 0, log), "view log *");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, again), ==,
                   "run report days=7\nanswer q: ");
  g_assert_cmpstr (opt_remote_fixture_press (fixture, 1001, 0, again), ==,
                   "answer q: This was done already.");
}

static void
test_group (OptRemoteFixture *fixture,
            gconstpointer     data)
{
  OptJob *job = make_job (OPT_JOB_STARTING, "chat");

  g_test_summary ("In a group the command is answered, in its topic.");

  g_free (job->origin->chat);
  job->origin->chat = g_strdup ("-100");
  job->origin->topic = 9;
  accept (fixture, 1, OPT_JOB_EVENT_ACCEPTED, job, NULL);
  accept (fixture, 2, OPT_JOB_EVENT_ACCEPTED, make_job (OPT_JOB_STARTING, "chat"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("chat = '-100' AND topic = 9 AND reply_to = 55")), ==, 1);
  g_assert_cmpint (ask (fixture, COUNT ("chat = '1001' AND reply_to = 0")), ==, 1);
  g_assert_cmpint (ask (fixture, "SELECT count(*) FROM callbacks WHERE chat_id = -100"), ==, 2);
}

static void
test_others (OptRemoteFixture *fixture,
             gconstpointer     data)
{
  OptJob *job = make_job (OPT_JOB_SUCCEEDED, "chat");

  g_test_summary ("What others asked for is nobody's business, unless notices are wanted.");

  g_free (job->origin->kind);
  job->origin->kind = g_strdup ("cli");
  accept (fixture, 1, OPT_JOB_EVENT_ENDED, job, NULL);
  g_assert_cmpint (ask (fixture, COUNT ("TRUE")), ==, 0);
}

/* One job's end; returns how many messages it makes. */
static gint64
count_notices (OptRemoteFixture *fixture,
               const char       *settings,
               OptJobState       state,
               const char       *notify_on,
               gboolean          by_telegram)
{
  static gint64 id = 0;
  OptJob       *job = make_job (state, "none");

  g_free (job->notify_on);
  job->notify_on = g_strdup (notify_on);
  if (!by_telegram)
    {
      g_free (job->origin->kind);
      job->origin->kind = g_strdup ("schedule");
    }
  opt_test_store_run (fixture->store, "DELETE FROM outbox");
  opt_remote_fixture_set_config (fixture, "remote;notify", settings);
  accept (fixture, ++id, OPT_JOB_EVENT_ENDED, job, NULL);
  return ask (fixture, COUNT ("TRUE"));
}

static void
test_notices (OptRemoteFixture *fixture,
              gconstpointer     data)
{
  static const char *const off = "[notifications]\nid=-500:3\n";
  static const char *const on = "[notifications]\nactivate=True\nid=-500:3\n";
  static const char *const same = "[notifications]\nactivate=True\nid=1001\n";
  static const char *const bot = "chat_ids=1001, -600\n"
                                 "[notifications]\nactivate=True\nid=main\n";
  static const char *const nobody = "[notifications]\nactivate=True\n";

  g_test_summary ("Notices go where the configuration says, when the manifest wants them.");

  g_assert_cmpint (count_notices (fixture, off, OPT_JOB_FAILED, "always", FALSE), ==, 0);
  g_assert_cmpint (count_notices (fixture, on, OPT_JOB_FAILED, "always", FALSE), ==, 1);
  g_assert_cmpint (ask (fixture, COUNT ("chat = '-500' AND topic = 3 AND bot = 'main' AND "
                                        "text LIKE '❌ report #17 failed%#vm91'")),
                   ==, 1);
  g_assert_cmpint (count_notices (fixture, on, OPT_JOB_SUCCEEDED, "failure", FALSE), ==, 0);
  g_assert_cmpint (count_notices (fixture, on, OPT_JOB_TIMED_OUT, "failure", FALSE), ==, 1);
  g_assert_cmpint (count_notices (fixture, on, OPT_JOB_FAILED, "never", FALSE), ==, 0);
  g_assert_cmpint (count_notices (fixture, on, OPT_JOB_SUCCEEDED, "always", TRUE), ==, 2);
  /* Nobody is told twice. */
  g_assert_cmpint (count_notices (fixture, same, OPT_JOB_SUCCEEDED, "always", TRUE), ==, 1);
  g_assert_cmpint (count_notices (fixture, bot, OPT_JOB_SUCCEEDED, "always", TRUE), ==, 2);
  g_assert_cmpint (count_notices (fixture, bot, OPT_JOB_SUCCEEDED, "always", FALSE), ==, 2);
  /* A notice that has nowhere to go is no reason to hear of the job again. */
  g_test_expect_message ("opt-remote", G_LOG_LEVEL_WARNING, "nobody is told how a job ended: *");
  g_assert_cmpint (count_notices (fixture, nobody, OPT_JOB_FAILED, "always", FALSE), ==, 0);
  g_test_assert_expected_messages ();
}

static void
test_strange_origins (OptRemoteFixture *fixture,
                      gconstpointer     data)
{
  OptJob *no_key = make_job (OPT_JOB_STARTING, "chat");
  OptJob *no_chat = make_job (OPT_JOB_STARTING, "chat");
  OptJob *empty = make_job (OPT_JOB_STARTING, "chat");

  g_test_summary ("An origin that says too little is made the best of.");

  g_clear_pointer (&no_key->origin->key, g_free);
  g_assert_cmpint (opt_remote_news_get_bot_id (no_key->origin), ==, 0);
  accept (fixture, 1, OPT_JOB_EVENT_ACCEPTED, no_key, NULL);
  g_assert_cmpint (ask (fixture, COUNT ("markup IS NULL")), ==, 1);
  g_clear_pointer (&no_chat->origin->chat, g_free);
  accept (fixture, 2, OPT_JOB_EVENT_ACCEPTED, no_chat, NULL);
  g_assert_cmpint (ask (fixture, COUNT ("TRUE")), ==, 1);
  g_free (empty->origin->chat);
  empty->origin->chat = g_strdup ("");
  g_test_expect_message ("opt-remote", G_LOG_LEVEL_WARNING, "what became of a job can't be told*");
  accept (fixture, 3, OPT_JOB_EVENT_ACCEPTED, empty, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpint (ask (fixture, COUNT ("TRUE")), ==, 1);
}

/* What is not on the disk was not accepted. */
static void
test_failure (OptRemoteFixture *fixture,
              gconstpointer     data)
{
  g_autoptr (OptJobEvent) event = g_atomic_rc_box_new0 (OptJobEvent);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("An event that can't be stored is offered again.");

  event->id = 1;
  event->kind = OPT_JOB_EVENT_ACCEPTED;
  event->job = make_job (OPT_JOB_STARTING, "chat");
  event->origin = opt_job_origin_copy (event->job->origin);
  opt_test_store_run (fixture->store, "ALTER TABLE outbox RENAME TO elsewhere");
  opt_job_listener_accept_async (OPT_JOB_LISTENER (fixture->remote), event, opt_test_take_result,
                                 &slot);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_job_listener_accept_finish (OPT_JOB_LISTENER (fixture->remote), result,
                                                  &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  opt_test_store_run (fixture->store, "ALTER TABLE elsewhere RENAME TO outbox");
  accept (fixture, 1, OPT_JOB_EVENT_ACCEPTED, make_job (OPT_JOB_STARTING, "chat"), NULL);
  g_assert_cmpint (ask (fixture, COUNT ("TRUE")), ==, 1);
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
    { "/remote/news/accepted", test_accepted },
    { "/remote/news/held", test_held },
    { "/remote/news/ended", test_ended },
    { "/remote/news/lost", test_lost },
    { "/remote/news/group", test_group },
    { "/remote/news/others", test_others },
    { "/remote/news/notices", test_notices },
    { "/remote/news/strange-origins", test_strange_origins },
    { "/remote/news/failure", test_failure },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, OptRemoteFixture, NULL, opt_remote_fixture_set_up, tests[i].test,
                opt_remote_fixture_tear_down);
  return g_test_run ();
}
