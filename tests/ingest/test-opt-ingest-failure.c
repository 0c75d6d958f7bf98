/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ingest.h"

#include <string.h>

#include "opt-ingest-fixture.h"

typedef OptIngestFixture Fixture;

static void
expect_warning (const char *pattern)
{
  g_test_expect_message ("opt-ingest", G_LOG_LEVEL_WARNING, pattern);
}

/* The second update is poison: it is passed over with nothing of it left but a note, the others are
 * as ever. */
static void
check_poison (Fixture    *fixture,
              gint64      user_id,
              const char *text,
              const char *problem)
{
  g_autofree char *warning = g_strdup_printf ("update 11 of bot main *%s*", problem);
  g_autofree char *ask =
    g_strdup_printf ("SELECT update_id FROM updates WHERE problem LIKE '%%%s%%'", problem);

  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  opt_ingest_fixture_add (fixture, 11, user_id, text);
  opt_ingest_fixture_add (fixture, 12, 1001, "/say three");
  expect_warning (warning);
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 13);
  g_test_assert_expected_messages ();
  g_assert_cmpstr (fixture->told->str, ==, "0:one 0:three ");
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 13);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates"), ==, 3);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, g_intern_string (ask)), ==, 11);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 2);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM knocks"), ==, 2);
  g_assert_null (opt_store_get_trouble (fixture->store));

  /* It does not come to life again. */
  opt_ingest_fixture_add (fixture, 11, user_id, text);
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 12);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 2);
}

static void
test_reactor (Fixture      *fixture,
              gconstpointer data)
{
  check_poison (fixture, 1001, "/fail out of luck", "out of luck");
}

static void
test_reactor_mute (Fixture      *fixture,
                   gconstpointer data)
{
  check_poison (fixture, 1001, "/mute", "no reason");
}

static void
test_gate (Fixture      *fixture,
           gconstpointer data)
{
  check_poison (fixture, 666, "/say two", "the gate is stuck");
}

static void
test_apply (Fixture      *fixture,
            gconstpointer data)
{
  check_poison (fixture, 1001, "/say bad", "refused a row");
}

/* Only the commit shows it. */
static void
test_commit (Fixture      *fixture,
             gconstpointer data)
{
  check_poison (fixture, 1001, "/say late", "FOREIGN KEY");
}

static void
test_last_of_batch (Fixture      *fixture,
                    gconstpointer data)
{
  opt_ingest_fixture_add (fixture, 10, 1001, "/say late");
  expect_warning ("update 10 *");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 11);
  g_test_assert_expected_messages ();
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 11);
}

/* What is noted holds no bot token, and is not long. */
static void
test_problem_text (Fixture      *fixture,
                   gconstpointer data)
{
  g_autofree char *filling = g_strnfill (3000, 'x');
  g_autofree char *text =
    g_strconcat ("/fail 123456789:AAabcdefghijklmnopqrstuvwxyz0123456 ", filling, NULL);

  opt_ingest_fixture_add (fixture, 10, 1001, text);
  expect_warning ("*passed over: 123456789:?redacted]*");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 11);
  g_test_assert_expected_messages ();
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT length(problem) FROM updates"), ==,
                   500);
  g_assert_cmpint (
    opt_ingest_fixture_ask (fixture, "SELECT instr(problem, 'AAabcdef') FROM updates"), ==, 0);
}

static void
add_batch (Fixture    *fixture,
           const char *big)
{
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  opt_ingest_fixture_add (fixture, 11, 1001, big);
  opt_ingest_fixture_add (fixture, 12, 1001, "/say three");
}

/* The disk is full in the middle of a batch: what comes after may be stored, but nothing beyond is
 * confirmed, and when the batch comes again, only what is missing is done. */
static void
test_full (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *filling = g_strnfill (30000, 'x');
  g_autofree char *big = g_strconcat ("/say ", filling, NULL);
  g_autoptr (GError) error = NULL;
  gint64 offset = -1;

  opt_test_store_set_room (fixture->store, 4);
  add_batch (fixture, big);
  g_assert_false (opt_ingest_fixture_take (fixture, &offset, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  g_assert_cmpint (offset, ==, -1);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 11);
  g_assert_cmpint (
    opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates WHERE update_id = 11"), ==, 0);
  g_assert_cmpstr (fixture->told->str, ==, "0:one 0:three ");
  g_clear_error (&error);

  /* Still full: nothing moves. */
  add_batch (fixture, big);
  g_assert_false (opt_ingest_fixture_take (fixture, &offset, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 11);
  g_string_truncate (fixture->told, 0);

  opt_test_store_set_room (fixture->store, 1000);
  add_batch (fixture, big);
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 13);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 13);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 3);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(problem) FROM updates"), ==, 0);
  g_assert_cmpuint (strlen (fixture->told->str), ==, 30000 + 3);
}

static void
test_closed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gint64        offset = -1;

  opt_test_store_close (fixture->store);
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  g_assert_false (opt_ingest_fixture_take (fixture, &offset, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED);
  g_clear_error (&error);
  opt_ingest_load_offset_async (fixture->ingest, 7, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_ingest_load_offset_finish (fixture->ingest, result, &offset, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED);
  g_assert_cmpint (offset, ==, -1);
}

/* A bug in the tables is an error, not a reason to pass over everything that comes. */
static void
test_journal_gone (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 offset = -1;

  opt_test_store_run (fixture->store, "DROP TABLE updates");
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  g_assert_false (opt_ingest_fixture_take (fixture, &offset, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 0);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                \
  g_test_add ("/ingest/failure/" path, Fixture, NULL, opt_ingest_fixture_set_up, func, \
              opt_ingest_fixture_tear_down)
  ADD ("reactor", test_reactor);
  ADD ("reactor-mute", test_reactor_mute);
  ADD ("gate", test_gate);
  ADD ("apply", test_apply);
  ADD ("commit", test_commit);
  ADD ("last-of-batch", test_last_of_batch);
  ADD ("problem-text", test_problem_text);
  ADD ("full", test_full);
  ADD ("closed", test_closed);
  ADD ("journal-gone", test_journal_gone);
#undef ADD
  return g_test_run ();
}
