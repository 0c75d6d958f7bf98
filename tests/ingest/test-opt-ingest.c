/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ingest.h"

#include "opt-callback.h"
#include "opt-ingest-fixture.h"

typedef OptIngestFixture Fixture;

static void
test_take (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 0);
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  opt_ingest_fixture_add (fixture, 11, 1001, "no command");
  opt_ingest_fixture_add (fixture, 15, 1001, "/say two");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 16);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 16);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates"), ==, 3);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture,
                                           "SELECT count(*) FROM said WHERE "
                                           "(id = 1 AND update_id = 10 AND text = 'one') OR "
                                           "(id = 2 AND update_id = 15 AND text = 'two')"),
                   ==, 2);
  g_assert_cmpstr (fixture->told->str, ==, "0:one 0:two ");
}

/* Telegram repeats what it was not told of, in whatever pieces. */
static void
test_replay (Fixture      *fixture,
             gconstpointer data)
{
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  opt_ingest_fixture_add (fixture, 11, 1001, "/say two");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 12);
  g_string_truncate (fixture->told, 0);

  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 11);
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  opt_ingest_fixture_add (fixture, 11, 1001, "/say two");
  opt_ingest_fixture_add (fixture, 11, 1001, "/say two");
  opt_ingest_fixture_add (fixture, 12, 1001, "/say three");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 13);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 13);
  g_assert_cmpstr (fixture->told->str, ==, "0:three ");
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 3);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM knocks"), ==, 3);
}

/* Ids are each bot's own. */
static void
test_bots (Fixture      *fixture,
           gconstpointer data)
{
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 11);
  fixture->receiver.bot_id = 8;
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 0);
  opt_ingest_fixture_add (fixture, 10, 1001, "/say one");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 11);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 2);
}

/* After a quiet week ids start anew, perhaps lower. */
static void
test_ids_anew (Fixture      *fixture,
               gconstpointer data)
{
  opt_ingest_fixture_add (fixture, 1000000, 1001, "/say one");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 1000001);
  opt_ingest_fixture_add (fixture, 17, 1001, "/say two");
  opt_ingest_fixture_add (fixture, 18, 1001, "/say three");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 19);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 19);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 3);
}

static void
test_verdicts (Fixture      *fixture,
               gconstpointer data)
{
  opt_ingest_fixture_add (fixture, 1, 2002, "/say one");
  opt_ingest_fixture_add_json (
    fixture, "{\"update_id\":2,\"channel_post\":{\"message_id\":1,\"date\":1,"
             "\"chat\":{\"id\":-1005,\"type\":\"channel\",\"title\":\"T\"},\"text\":\"x\"}}");
  opt_ingest_fixture_add_json (fixture, "{\"update_id\":3,\"something_new\":{}}");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 4);
  g_assert_cmpstr (fixture->told->str, ==, "0:hello ");
  /* Of the third nobody is asked, but it is remembered. */
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM knocks"), ==, 2);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates"), ==, 3);
}

/* Without a gate nobody is served. */
static void
test_no_gate (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (OptIngest) bare = opt_ingest_new (fixture->store);
  OptIngest *ingest = fixture->ingest;

  opt_ingest_fixture_add (fixture, 1, 1001, "/say one");
  fixture->ingest = bare;
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 2);
  fixture->ingest = ingest;
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates"), ==, 1);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said"), ==, 0);
}

static void
test_effect_order (Fixture      *fixture,
                   gconstpointer data)
{
  opt_ingest_fixture_add (fixture, 1, 1001, "/all");
  opt_ingest_fixture_add (fixture, 2, 1001, "/say two");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 3);
  g_assert_cmpstr (fixture->told->str, ==,
                   "0:all 1:all 2:all 3:all 5:all 6:all 0:end 0:two ");
  /* An effect that nobody wants is let pass. */
  opt_ingest_set_effect (fixture->ingest, OPT_EFFECT_RUN, NULL, NULL, NULL);
  g_string_truncate (fixture->told, 0);
  opt_ingest_fixture_add (fixture, 3, 1001, "/all");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 4);
  g_assert_cmpstr (fixture->told->str, ==, "0:all 2:all 3:all 5:all 6:all 0:end ");
}

static gboolean
add_button (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  OptCallback      callback = { 7, -55, 0, (char *)"go", NULL, OPT_INGEST_FIXTURE_NOW + 1, FALSE };
  g_autofree char *id = opt_callback_add (transaction, &callback, error);

  return id != NULL;
}

/* All that names the group names the supergroup afterwards, also what the update itself said. */
static void
test_migration (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (opt_test_store_write (fixture->store, add_button, NULL, &error));
  opt_test_store_run (fixture->store, "INSERT INTO said(chat_id, text) VALUES (-55, 'old')");
  opt_ingest_fixture_add_json (
    fixture, "{\"update_id\":2,\"message\":{\"message_id\":1,\"date\":1800000000,"
             "\"from\":{\"id\":2002,\"is_bot\":false,\"first_name\":\"A\"},"
             "\"chat\":{\"id\":-55,\"type\":\"group\",\"title\":\"T\"},"
             "\"migrate_to_chat_id\":-1000000000055}}");
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 3);
  g_assert_cmpstr (fixture->told->str, ==, "0:hello 4: ");
  g_assert_cmpint (
    opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM said WHERE chat_id = -1000000000055"),
    ==, 2);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT chat_id FROM callbacks"), ==,
                   G_GINT64_CONSTANT (-1000000000055));
}

static void
test_snapshot (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr (OptSnapshot) none = opt_snapshot_new ();
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 6);
  g_autoptr (GBytes) second = g_bytes_new_static ("second", 7);
  g_autoptr (OptSnapshot) with_first = opt_snapshot_new_with (none, G_TYPE_BYTES, first);
  g_autoptr (OptSnapshot) with_second = opt_snapshot_new_with (none, G_TYPE_BYTES, second);
  g_autoptr (GPtrArray) updates = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gint64        offset = 0;

  opt_ingest_fixture_add (fixture, 1, 1001, "/fact");
  opt_ingest_fixture_take_good (fixture);
  opt_ingest_set_snapshot (fixture->ingest, with_first);
  opt_ingest_fixture_add (fixture, 2, 1001, "/fact");
  g_ptr_array_add (updates, g_ptr_array_index (fixture->updates, 0));
  opt_ingest_take_async (fixture->ingest, &fixture->receiver, updates, NULL, opt_test_take_result,
                         &slot);
  /* A batch keeps the one that it was given with. */
  opt_ingest_set_snapshot (fixture->ingest, with_second);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_ingest_take_finish (fixture->ingest, result, &offset, &error));
  g_assert_cmpint (offset, ==, 3);
  g_clear_object (&result);
  opt_ingest_fixture_add (fixture, 3, 1001, "/fact");
  opt_ingest_fixture_take_good (fixture);
  g_assert_cmpstr (fixture->told->str, ==, "0:none 0:first 0:second ");
}

static void
test_empty (Fixture      *fixture,
            gconstpointer data)
{
  g_assert_cmpint (opt_ingest_fixture_take_good (fixture), ==, 0);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 0);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) early = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GAsyncResult) load = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gint64        offset = -1;

  opt_ingest_fixture_add (fixture, 1, 1001, "/say one");
  opt_ingest_take_async (fixture->ingest, &fixture->receiver, fixture->updates, cancellable,
                         opt_test_take_result, &slot);
  g_cancellable_cancel (cancellable);
  late = opt_test_wait_result (&slot);
  g_assert_false (opt_ingest_take_finish (fixture->ingest, late, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* What was on its way is stored. */
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 2);

  opt_ingest_fixture_add (fixture, 2, 1001, "/say two");
  opt_ingest_take_async (fixture->ingest, &fixture->receiver, fixture->updates, cancellable,
                         opt_test_take_result, &slot);
  early = opt_test_wait_result (&slot);
  g_assert_false (opt_ingest_take_finish (fixture->ingest, early, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (opt_ingest_fixture_load (fixture), ==, 2);

  opt_ingest_load_offset_async (fixture->ingest, 7, cancellable, opt_test_take_result, &slot);
  load = opt_test_wait_result (&slot);
  g_assert_false (opt_ingest_load_offset_finish (fixture->ingest, load, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (offset, ==, -1);
}

static gboolean
add_old_button (OptTransaction *transaction,
                gpointer        data,
                GError        **error)
{
  OptCallback      callback = { 7, 0, 0, (char *)"go", NULL, OPT_INGEST_FIXTURE_NOW, FALSE };
  g_autofree char *id = opt_callback_add (transaction, &callback, error);

  return id != NULL;
}

static void
take_at (Fixture *fixture,
         gint64   update_id,
         gint64   now)
{
  fixture->receiver.now = now;
  opt_ingest_fixture_add (fixture, update_id, 1001, "x");
  opt_ingest_fixture_take_good (fixture);
}

static void
test_prune (Fixture      *fixture,
            gconstpointer data)
{
  const gint64 start = OPT_INGEST_FIXTURE_NOW;
  g_autoptr (GError) error = NULL;

  g_assert_true (opt_test_store_write (fixture->store, add_old_button, NULL, &error));
  take_at (fixture, 1, start);
  take_at (fixture, 2, start + G_TIME_SPAN_DAY);
  take_at (fixture, 3, start + G_TIME_SPAN_DAY + G_TIME_SPAN_HOUR);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates"), ==, 3);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM callbacks"), ==, 0);
  take_at (fixture, 4, start + 3 * G_TIME_SPAN_DAY);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT min(update_id) FROM updates"), ==, 1);
  take_at (fixture, 5, start + 3 * G_TIME_SPAN_DAY + G_TIME_SPAN_HOUR);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT min(update_id) FROM updates"), ==, 2);
  /* Not each time. */
  take_at (fixture, 6, start + 4 * G_TIME_SPAN_DAY + G_TIME_SPAN_MINUTE);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT min(update_id) FROM updates"), ==, 3);
  take_at (fixture, 7, start + 4 * G_TIME_SPAN_DAY + G_TIME_SPAN_HOUR);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT min(update_id) FROM updates"), ==, 3);
  /* The clock was set back. */
  take_at (fixture, 8, start);
  g_assert_cmpint (opt_ingest_fixture_ask (fixture, "SELECT count(*) FROM updates"), ==, 6);
}

/* The ingest is let go of while a batch is under way. */
static void
test_dropped (Fixture      *fixture,
              gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  OptIngest *again = opt_ingest_new (fixture->store);
  OptIngest *ingest = fixture->ingest;
  gint64     offset = 0;

  opt_ingest_fixture_add (fixture, 1, 1001, "/say one");
  opt_ingest_take_async (ingest, &fixture->receiver, fixture->updates, NULL, opt_test_take_result,
                         &slot);
  g_object_unref (ingest);
  fixture->ingest = again;
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_ingest_take_finish (ingest, result, &offset, &error));
  g_assert_cmpint (offset, ==, 2);
  g_assert_cmpstr (fixture->told->str, ==, "0:one ");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                        \
  g_test_add ("/ingest/" path, Fixture, NULL, opt_ingest_fixture_set_up, func, \
              opt_ingest_fixture_tear_down)
  ADD ("take", test_take);
  ADD ("replay", test_replay);
  ADD ("bots", test_bots);
  ADD ("ids-anew", test_ids_anew);
  ADD ("verdicts", test_verdicts);
  ADD ("no-gate", test_no_gate);
  ADD ("effect-order", test_effect_order);
  ADD ("migration", test_migration);
  ADD ("snapshot", test_snapshot);
  ADD ("empty", test_empty);
  ADD ("cancelled", test_cancelled);
  ADD ("prune", test_prune);
  ADD ("dropped", test_dropped);
#undef ADD
  return g_test_run ();
}
