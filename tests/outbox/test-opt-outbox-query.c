/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-fixture.h"

#define DAY (24 * 3600 * SECOND)

static GPtrArray *
list (OptOutboxFixture *fixture,
      int               state,
      guint             limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  GPtrArray    *rows;

  opt_outbox_list_async (fixture->outbox, state, limit, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  rows = opt_outbox_list_finish (fixture->outbox, result, &error);
  g_assert_no_error (error);
  return rows;
}

static OptOutboxCounts
count (OptOutboxFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult   *slot = NULL;
  OptOutboxCounts counts = { 0 };

  opt_outbox_count_async (fixture->outbox, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_outbox_count_finish (fixture->outbox, result, &counts, &error));
  g_assert_no_error (error);
  return counts;
}

static void
retry (OptOutboxFixture *fixture,
       gint64            id,
       GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_outbox_retry_async (fixture->outbox, id, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  opt_outbox_retry_finish (fixture->outbox, result, error);
  opt_outbox_fixture_run (fixture);
}

static void
drop (OptOutboxFixture *fixture,
      gint64            id,
      GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_outbox_drop_async (fixture->outbox, id, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  opt_outbox_drop_finish (fixture->outbox, result, error);
  opt_outbox_fixture_run (fixture);
}

static void
test_list (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64          ids[5];
  OptOutboxCounts counts;

  opt_outbox_fixture_start (fixture);
  counts = count (fixture);
  g_assert_cmpint (counts.queued, ==, 0);
  g_assert_cmpint (counts.oldest, ==, 0);
  for (guint i = 0; i < 5; i++)
    ids[i] = opt_outbox_fixture_say (fixture, "1", "x");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 0);
  opt_outbox_fixture_answer (fixture, 1, OPT_DELIVERY_REFUSED, 403, "Forbidden");
  counts = count (fixture);
  g_assert_cmpint (counts.queued, ==, 2);
  g_assert_cmpint (counts.sending, ==, 1);
  g_assert_cmpint (counts.dead, ==, 1);
  g_assert_cmpint (counts.oldest, ==, opt_clock_get_wall (OPT_CLOCK (fixture->clock)));

  g_autoptr (GPtrArray) all = list (fixture, -1, 50);
  g_autoptr (GPtrArray) some = list (fixture, -1, 2);
  g_autoptr (GPtrArray) dead = list (fixture, OPT_OUTBOX_DEAD, 50);
  OptOutboxRow *row = g_ptr_array_index (all, 0);

  g_assert_cmpuint (all->len, ==, 5);
  g_assert_cmpint (row->id, ==, ids[4]);
  g_assert_cmpuint (some->len, ==, 2);
  g_assert_cmpuint (dead->len, ==, 1);
  for (int state = 0; state < OPT_N_OUTBOX_STATES; state++)
    {
      g_autoptr (GPtrArray) rows = list (fixture, state, 50);

      g_assert_cmpuint (rows->len, ==, state == OPT_OUTBOX_QUEUED ? 2 : 1);
      for (guint i = 0; i < rows->len; i++)
        g_assert_cmpint (((OptOutboxRow *)g_ptr_array_index (rows, i))->state, ==, state);
    }
  row = g_ptr_array_index (dead, 0);
  g_assert_cmpint (row->id, ==, ids[1]);
  /* A row is a value of its own. */
  g_autoptr (OptOutboxRow) kept = opt_outbox_row_ref (row);

  g_clear_pointer (&dead, g_ptr_array_unref);
  g_assert_cmpstr (kept->error_text, ==, "Forbidden");
  g_assert_true (g_type_is_a (OPT_TYPE_OUTBOX_ROW, G_TYPE_BOXED));
}

static void
test_unknown (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) show_error = NULL;
  g_autoptr (GError) retry_error = NULL;
  g_autoptr (GError) drop_error = NULL;
  GAsyncResult *slot = NULL;

  opt_outbox_fixture_start (fixture);
  opt_outbox_show_async (fixture->outbox, 99, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_outbox_show_finish (fixture->outbox, result, &show_error));
  g_assert_error (show_error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN);
  retry (fixture, 99, &retry_error);
  g_assert_error (retry_error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN);
  drop (fixture, G_MININT64, &drop_error);
  g_assert_error (drop_error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN);
}

static void
test_retry (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) sending = NULL;
  g_autoptr (GError) sent = NULL;
  g_autoptr (GError) fine = NULL;
  gint64 id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_run (fixture);
  retry (fixture, id, &sending);
  g_assert_error (sending, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_REFUSED);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_REFUSED, 403, "Forbidden");
  for (guint i = 0; i < 40; i++)
    opt_outbox_fixture_say (fixture, "1", "later");
  opt_outbox_fixture_run (fixture);
  retry (fixture, id, &fine);
  g_assert_no_error (fine);
  /* It has its old place, before what came later. */
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "a");
  for (guint i = 2; i < 42; i++)
    opt_outbox_fixture_answer_ok (fixture, i);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 42);
  retry (fixture, id, &sent);
  g_assert_error (sent, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_REFUSED);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpint (row->attempts, ==, 2);
  g_assert_cmpint (row->error_code, ==, 0);
}

static void
test_retry_now (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptDelivered flood = { .outcome = OPT_DELIVERY_FLOOD, .retry_after = 3600 * SECOND, .code = 429 };
  g_autoptr (GError) error = NULL;
  gint64 id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_run (fixture);
  opt_fake_delivery_answer (fixture->delivery, opt_outbox_fixture_call (fixture, 0), &flood);
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 1);
  retry (fixture, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
}

static void
test_drop (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) sending = NULL;
  g_autoptr (GError) sent = NULL;
  g_autoptr (GError) fine = NULL;
  gint64 first, second, newest;

  opt_outbox_fixture_start (fixture);
  first = opt_outbox_fixture_say (fixture, "1", "a");
  second = opt_outbox_fixture_say (fixture, "1", "b");
  opt_outbox_fixture_say (fixture, "1", "c");
  newest = opt_outbox_fixture_say (fixture, "1", "d");
  opt_outbox_fixture_run (fixture);
  drop (fixture, first, &sending);
  g_assert_error (sending, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_REFUSED);
  drop (fixture, second, &fine);
  g_assert_no_error (fine);
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->text, ==, "c");
  drop (fixture, first, &sent);
  g_assert_error (sent, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_REFUSED);
  /* No later message is taken for one that was dropped. */
  drop (fixture, newest, &fine);
  g_assert_no_error (fine);
  g_assert_cmpint (opt_outbox_fixture_say (fixture, "1", "e"), >, newest);
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "e");
}

static void
test_wait (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gint64        ids[2];

  opt_outbox_fixture_start (fixture);
  ids[0] = opt_outbox_fixture_say (fixture, "1", "a");
  ids[1] = opt_outbox_fixture_say (fixture, "2", "b");
  opt_outbox_wait_async (fixture->outbox, ids, 2, 30 * SECOND, NULL, opt_test_take_result, &slot);
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_assert_null (slot);
  opt_outbox_fixture_answer (fixture, 1, OPT_DELIVERY_REFUSED, 403, "Forbidden");
  g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);
  g_autoptr (GPtrArray) rows = opt_outbox_wait_finish (fixture->outbox, result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (((OptOutboxRow *)g_ptr_array_index (rows, 0))->state, ==, OPT_OUTBOX_SENT);
  g_assert_cmpint (((OptOutboxRow *)g_ptr_array_index (rows, 1))->state, ==, OPT_OUTBOX_DEAD);

  /* What is over already is not waited for. */
  g_clear_object (&result);
  opt_outbox_wait_async (fixture->outbox, ids, 2, -1, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_autoptr (GPtrArray) again = opt_outbox_wait_finish (fixture->outbox, result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 2);
}

static void
test_wait_timeout (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gint64        id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_wait_async (fixture->outbox, &id, 1, 30 * SECOND, NULL, opt_test_take_result, &slot);
  opt_outbox_fixture_advance (fixture, 30 * SECOND - 1);
  g_assert_null (slot);
  opt_outbox_fixture_advance (fixture, 1);
  g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);
  g_autoptr (GPtrArray) rows = opt_outbox_wait_finish (fixture->outbox, result, &error);

  g_assert_no_error (error);
  g_assert_cmpint (((OptOutboxRow *)g_ptr_array_index (rows, 0))->state, ==, OPT_OUTBOX_SENDING);
}

static void
test_wait_errors (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) unknown = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) stopped = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  gint64        id = 99;

  opt_outbox_fixture_start (fixture);
  opt_outbox_wait_async (fixture->outbox, &id, 1, -1, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_outbox_wait_finish (fixture->outbox, result, &unknown));
  g_assert_error (unknown, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN);
  g_clear_object (&result);

  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_wait_async (fixture->outbox, &id, 1, -1, cancellable, opt_test_take_result, &slot);
  opt_outbox_fixture_run (fixture);
  g_cancellable_cancel (cancellable);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_outbox_wait_finish (fixture->outbox, result, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);

  opt_outbox_wait_async (fixture->outbox, &id, 1, -1, NULL, opt_test_take_result, &slot);
  opt_outbox_stop_async (fixture->outbox, NULL, NULL, NULL);
  opt_outbox_fixture_advance (fixture, 10 * SECOND);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_outbox_wait_finish (fixture->outbox, result, &stopped));
  g_assert_error (stopped, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_STOPPED);
}

static void
test_wait_dropped (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) drop_error = NULL;
  GAsyncResult *slot = NULL;
  gint64        id;

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "1", "a");
  id = opt_outbox_fixture_say (fixture, "1", "b");
  opt_outbox_wait_async (fixture->outbox, &id, 1, -1, NULL, opt_test_take_result, &slot);
  opt_outbox_fixture_run (fixture);
  drop (fixture, id, &drop_error);
  g_assert_no_error (drop_error);
  g_autoptr (GAsyncResult) result = opt_test_wait_result (&slot);

  g_assert_null (opt_outbox_wait_finish (fixture->outbox, result, &error));
  g_assert_error (error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN);
}

static void
test_prune (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_start (fixture);
  opt_outbox_set_retention (fixture->outbox, 7 * DAY);
  for (guint i = 0; i < 1200; i++)
    {
      opt_outbox_fixture_say (fixture, "1", "x");
      opt_outbox_fixture_run (fixture);
      if (i == 0)
        opt_outbox_fixture_answer (fixture, i, OPT_DELIVERY_REFUSED, 403, "Forbidden");
      else
        opt_outbox_fixture_answer_ok (fixture, i);
    }
  opt_outbox_fixture_advance (fixture, 6 * DAY);
  opt_outbox_fixture_say (fixture, "1", "young");
  opt_outbox_fixture_say (fixture, "1", "waits");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 1200);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox"), ==, 1202);
  opt_outbox_fixture_advance (fixture, 2 * DAY);
  /* The dead letter is for a person, who may be away. */
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox"), ==, 3);
  opt_outbox_fixture_advance (fixture, 30 * DAY);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox"), ==, 1);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE text = 'waits'"),
                   ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/query/list", test_list);
  g_test_add_func ("/outbox/query/unknown", test_unknown);
  g_test_add_func ("/outbox/query/retry", test_retry);
  g_test_add_func ("/outbox/query/retry-now", test_retry_now);
  g_test_add_func ("/outbox/query/drop", test_drop);
  g_test_add_func ("/outbox/query/wait", test_wait);
  g_test_add_func ("/outbox/query/wait-timeout", test_wait_timeout);
  g_test_add_func ("/outbox/query/wait-errors", test_wait_errors);
  g_test_add_func ("/outbox/query/wait-dropped", test_wait_dropped);
  g_test_add_func ("/outbox/query/prune", test_prune);

  return g_test_run ();
}
