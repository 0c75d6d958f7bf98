/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-bot-fake.h"
#include "opt-bot-poller.h"
#include "opt-bot-test-sink.h"
#include "opt-json.h"
#include "opt-test-clock.h"
#include "opt-test.h"

#define WALL   (G_GINT64_CONSTANT (1800000000) * OPT_SECOND)
#define EMPTY  "{\"ok\":true,\"result\":[]}"
#define UPDATE "{\"update_id\":77,\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":5}}}"
#define BATCH  "{\"ok\":true,\"result\":[" UPDATE "]}"

typedef struct
{
  OptBotFake     *fake;   /* (owned) */
  OptBotClient   *client; /* (owned) */
  OptBotTestSink *sink;   /* (owned) */
  OptTestClock   *clock;  /* (owned) */
  OptBotPoller   *poller; /* (owned) */
  guint           changes;
} Fixture;

static void
changed_cb (OptBotPoller *poller,
            gpointer      user_data)
{
  Fixture *f = user_data;

  f->changes++;
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->fake = opt_bot_fake_new (NULL);
  f->client = opt_bot_fake_new_client (f->fake);
  f->sink = opt_bot_test_sink_new ();
  f->clock = opt_test_clock_new (WALL);
  f->poller = opt_bot_poller_new (f->client, OPT_UPDATE_SINK (f->sink), OPT_CLOCK (f->clock));
  g_signal_connect (f->poller, "state-changed", G_CALLBACK (changed_cb), f);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  if (f->poller != NULL)
    {
      opt_bot_poller_stop (f->poller);
      g_assert_finalize_object (f->poller);
    }
  opt_test_run_pending ();
  g_object_unref (f->clock);
  g_object_unref (f->sink);
  g_object_unref (f->client);
  opt_bot_fake_free (f->fake);
}

static gboolean
is_polling (gpointer data)
{
  return opt_bot_poller_get_state (data) == OPT_BOT_POLLER_POLLING;
}

static gboolean
is_connecting (gpointer data)
{
  return opt_bot_poller_get_state (data) == OPT_BOT_POLLER_CONNECTING;
}

static gboolean
is_conflict (gpointer data)
{
  return opt_bot_poller_get_state (data) == OPT_BOT_POLLER_CONFLICT;
}

static gboolean
is_refused (gpointer data)
{
  return opt_bot_poller_get_state (data) == OPT_BOT_POLLER_REFUSED;
}

static gboolean
names_cause (gpointer data)
{
  const char *detail = opt_bot_poller_get_detail (data);

  return detail != NULL && (strstr (detail, "webhook is set") != NULL ||
                            strstr (detail, "another program") != NULL);
}

/* What the last poll asked for; G_MININT64 for what it didn't. */
static gint64
asked (Fixture    *f,
       const char *parameter)
{
  JsonObject *object;
  g_autoptr (JsonNode) node =
               opt_json_parse_object (opt_bot_fake_get_body (f->fake), -1, &object, NULL);
  gint64 value = G_MININT64;

  opt_json_get_int (object, parameter, &value);
  return value;
}

/* Starts, and waits until the first poll is held. */
static void
start (Fixture *f,
       gint64   offset)
{
  opt_bot_poller_start (f->poller, offset);
  opt_bot_fake_wait_held (f->fake, 1);
  opt_test_wait_until (is_polling, f->poller);
}

static void
test_first_poll (Fixture      *f,
                 gconstpointer data)
{
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_OFF);
  g_assert_null (opt_bot_poller_get_detail (f->poller));

  opt_bot_poller_start (f->poller, 0);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_CONNECTING);
  opt_bot_fake_wait_held (f->fake, 1);
  opt_test_wait_until (is_polling, f->poller);
  g_assert_null (opt_bot_poller_get_detail (f->poller));
  g_assert_cmpuint (f->changes, ==, 2);
  g_assert_cmpint (opt_bot_poller_get_last_answer (f->poller), ==, 0);
  g_assert_cmpint (asked (f, "timeout"), ==, 50);
  g_assert_cmpint (asked (f, "offset"), ==, G_MININT64);
  g_assert_nonnull (strstr (opt_bot_fake_get_body (f->fake),
                            "[\"message\",\"edited_message\",\"channel_post\",\"callback_query\","
                            "\"my_chat_member\"]"));
  g_assert_cmpuint (opt_bot_session_get_pending (opt_bot_client_get_session (f->client)), ==, 0);
}

static void
test_updates (Fixture      *f,
              gconstpointer data)
{
  GPtrArray *batch;

  start (f, 70);
  g_assert_cmpint (asked (f, "offset"), ==, 70);
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_bot_test_sink_wait_count (f->sink, 1);
  batch = opt_bot_test_sink_get_batch (f->sink);
  g_assert_cmpuint (batch->len, ==, 1);
  g_assert_cmpint (((OptUpdate *)g_ptr_array_index (batch, 0))->update_id, ==, 77);
  g_assert_cmpint (opt_bot_poller_get_last_answer (f->poller), ==, WALL);

  /* Nothing is confirmed while the sink is at it. */
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 1);

  opt_bot_test_sink_commit (f->sink, 78);
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "offset"), ==, 78);
  g_assert_cmpint (asked (f, "timeout"), ==, 50);

  opt_bot_fake_answer (f->fake, 200, EMPTY);
  opt_bot_fake_wait_count (f->fake, "getUpdates", 3);
  g_assert_cmpint (asked (f, "offset"), ==, 78);
  g_assert_cmpuint (f->changes, ==, 2);
}

/* After a quiet week ids start anew, anywhere. */
static void
test_lower_ids (Fixture      *f,
                gconstpointer data)
{
  start (f, 900000);
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_bot_test_sink_wait_count (f->sink, 1);
  opt_bot_test_sink_commit (f->sink, 78);
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "offset"), ==, 78);
}

static void
test_sink_fails (Fixture      *f,
                 gconstpointer data)
{
  start (f, 70);
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_bot_test_sink_wait_count (f->sink, 1);
  opt_bot_test_sink_fail (f->sink);
  opt_test_wait_until (is_connecting, f->poller);
  g_assert_nonnull (strstr (opt_bot_poller_get_detail (f->poller), "the disk is full"));

  opt_test_clock_advance (f->clock, 2 * OPT_SECOND);
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "offset"), ==, 70);
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_bot_test_sink_wait_count (f->sink, 2);

  /* A sink that says nothing is done would get the same for ever. */
  opt_bot_test_sink_commit (f->sink, 70);
  while (strstr (opt_bot_poller_get_detail (f->poller), "not taken") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 2);
}

static void
test_failures (Fixture      *f,
               gconstpointer data)
{
  static const struct
  {
    guint       status;
    const char *body;
  } failures[] = {
    { 500, "{\"ok\":false,\"error_code\":500,\"description\":\"Internal Server Error: restart\"}" },
    { 502, "<html>Bad Gateway</html>" },
    { 200, "<html>Log in</html>" },
    { 200, "{\"ok\":true,\"result\":{}}" },
    { 200, "{\"ok\":true,\"result\":[{},7]}" },
    { 400, "{\"ok\":false,\"error_code\":400,\"description\":\"Logged out\"}" },
    { 200, NULL },
  };

  start (f, 70);
  opt_bot_fake_script (f->fake, NULL, failures[0].status, failures[0].body);
  opt_bot_fake_answer (f->fake, 200, EMPTY);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      guint changes = f->changes;

      while (f->changes == changes)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (is_connecting (f->poller));
      g_assert_nonnull (strstr (opt_bot_poller_get_detail (f->poller), "; next try in "));
      g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, i + 2);
      if (i + 1 < G_N_ELEMENTS (failures))
        opt_bot_fake_script (f->fake, NULL, failures[i + 1].status, failures[i + 1].body);
      opt_test_clock_advance (f->clock, 60 * OPT_SECOND);
    }

  /* What failed is tried by a poll that isn't held, so that it shows at once. */
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "timeout"), ==, 0);
  g_assert_cmpint (asked (f, "offset"), ==, 70);
  opt_bot_fake_answer (f->fake, 200, EMPTY);
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "timeout"), ==, 50);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_POLLING);
  g_assert_null (opt_bot_poller_get_detail (f->poller));
}

static void
test_refused (Fixture      *f,
              gconstpointer data)
{
  opt_bot_fake_script (f->fake, "getUpdates", GPOINTER_TO_UINT (data),
                       "{\"ok\":false,\"description\":\"Not Found\"}");
  opt_bot_poller_start (f->poller, 0);
  opt_test_wait_until (is_refused, f->poller);
  g_assert_nonnull (strstr (opt_bot_poller_get_detail (f->poller), "bot token"));
  g_assert_cmpint (opt_bot_poller_get_last_answer (f->poller), ==, WALL);
  opt_test_clock_advance (f->clock, 3600 * OPT_SECOND);
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 1);

  start (f, 0);
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 2);
}

static void
test_webhook (Fixture      *f,
              gconstpointer data)
{
  opt_bot_fake_script (
    f->fake, "getUpdates", 409,
    "{\"ok\":false,\"error_code\":409,\"description\":\"Conflict: can't use getUpdates "
    "method while webhook is active; use deleteWebhook to delete the webhook first\"}");
  opt_bot_fake_script (
    f->fake, "getWebhookInfo", 200,
    "{\"ok\":true,\"result\":{\"url\":\"https://hook.example.org/hidden-path\"}}");
  opt_bot_poller_start (f->poller, 0);
  opt_test_wait_until (is_conflict, f->poller);
  opt_test_wait_until (names_cause, f->poller);
  g_assert_nonnull (strstr (opt_bot_poller_get_detail (f->poller), "hook.example.org"));
  g_assert_null (strstr (opt_bot_poller_get_detail (f->poller), "hidden-path"));

  /* It is tried again, and when the webhook is gone all is well. */
  opt_test_clock_advance (f->clock, 2 * OPT_SECOND);
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "timeout"), ==, 10);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_CONFLICT);
  opt_bot_fake_answer (f->fake, 200, EMPTY);
  opt_test_wait_until (is_polling, f->poller);
  opt_bot_fake_wait_held (f->fake, 1);
  g_assert_cmpint (asked (f, "timeout"), ==, 50);
}

static void
test_other_poller (Fixture      *f,
                   gconstpointer data)
{
  static const char conflict[] = "{\"ok\":false,\"error_code\":409,\"description\":\"Conflict: "
                                 "terminated by other getUpdates request; "
                                 "make sure that only one bot instance is running\"}";

  opt_bot_fake_script (f->fake, "getWebhookInfo", 200, "{\"ok\":true,\"result\":{\"url\":\"\"}}");
  start (f, 0);
  opt_bot_fake_answer (f->fake, 409, conflict);
  opt_test_wait_until (is_conflict, f->poller);
  opt_test_wait_until (names_cause, f->poller);
  g_assert_nonnull (strstr (opt_bot_poller_get_detail (f->poller), "another program"));

  /* The cause is asked for once; tries become rarer, up to a minute. */
  for (guint i = 0; i < 8; i++)
    {
      opt_test_clock_advance (f->clock, opt_test_clock_next_due (f->clock));
      opt_bot_fake_wait_held (f->fake, 1);
      opt_bot_fake_answer (f->fake, 409, conflict);
      while (opt_test_clock_next_due (f->clock) > 60 * OPT_SECOND)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpint (opt_test_clock_next_due (f->clock), >, 30 * OPT_SECOND);
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getWebhookInfo"), ==, 1);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_CONFLICT);
}

static void
test_flood (Fixture      *f,
            gconstpointer data)
{
  opt_bot_fake_script (
    f->fake, "getUpdates", 429,
    "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after "
    "35\",\"parameters\":{\"retry_after\":35}}");
  opt_bot_poller_start (f->poller, 0);
  while (opt_bot_poller_get_detail (f->poller) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_CONNECTING);
  g_assert_cmpint (opt_test_clock_next_due (f->clock), ==, 35 * OPT_SECOND);

  opt_test_clock_advance (f->clock, 34 * OPT_SECOND);
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 1);
  opt_test_clock_advance (f->clock, OPT_SECOND);
  opt_bot_fake_wait_held (f->fake, 1);
}

/* A connection that died without a word. */
static void
test_stall (Fixture      *f,
            gconstpointer data)
{
  start (f, 70);
  opt_test_clock_advance (f->clock, 89 * OPT_SECOND);
  g_assert_true (is_polling (f->poller));
  opt_test_clock_advance (f->clock, OPT_SECOND);
  g_assert_true (is_connecting (f->poller));
  g_assert_nonnull (strstr (opt_bot_poller_get_detail (f->poller), "not answered in time"));

  opt_bot_fake_script (f->fake, "getUpdates", 200, BATCH);
  opt_test_clock_advance (f->clock, 2 * OPT_SECOND);
  opt_bot_test_sink_wait_count (f->sink, 1);
  g_assert_cmpuint (opt_bot_fake_count_connections (f->fake), ==, 2);
  opt_bot_test_sink_commit (f->sink, 78);
  opt_test_wait_until (is_polling, f->poller);
}

static void
test_stop (Fixture      *f,
           gconstpointer data)
{
  start (f, 70);
  opt_bot_poller_stop (f->poller);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_OFF);
  g_assert_cmpint (opt_test_clock_next_due (f->clock), ==, -1);

  /* What comes in all the same goes nowhere. */
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_test_sink_get_count (f->sink), ==, 0);
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 1);

  /* Nor does what the sink says later. */
  start (f, 70);
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_bot_test_sink_wait_count (f->sink, 1);
  opt_bot_poller_stop (f->poller);
  opt_bot_test_sink_commit (f->sink, 78);
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 2);
  g_assert_cmpint (opt_bot_poller_get_state (f->poller), ==, OPT_BOT_POLLER_OFF);
}

static void
stop_cb (OptBotPoller *poller,
         gpointer      user_data)
{
  if (opt_bot_poller_get_state (poller) == OPT_BOT_POLLER_POLLING)
    opt_bot_poller_stop (poller);
}

/* Whoever hears of a state may stop it there and then. */
static void
test_stop_inside (Fixture      *f,
                  gconstpointer data)
{
  opt_bot_fake_script (f->fake, "getUpdates", 500, "{\"ok\":false}");
  opt_bot_fake_script (f->fake, "getUpdates", 200, EMPTY);
  opt_bot_poller_start (f->poller, 0);
  while (opt_bot_poller_get_detail (f->poller) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_signal_connect (f->poller, "state-changed", G_CALLBACK (stop_cb), NULL);
  opt_test_clock_advance (f->clock, 2 * OPT_SECOND);
  while (opt_bot_poller_get_state (f->poller) != OPT_BOT_POLLER_OFF)
    g_main_context_iteration (NULL, TRUE);
  opt_test_run_pending ();
  g_assert_cmpint (opt_test_clock_next_due (f->clock), ==, -1);
}

static void
test_no_ids (Fixture      *f,
             gconstpointer data)
{
  start (f, 70);
  opt_bot_fake_answer (f->fake, 200,
                       "{\"ok\":true,\"result\":[{},null," UPDATE ",{\"update_id\":\"8\"}]}");
  opt_bot_test_sink_wait_count (f->sink, 1);
  g_assert_cmpuint (opt_bot_test_sink_get_batch (f->sink)->len, ==, 1);
  opt_bot_test_sink_commit (f->sink, 78);
  opt_bot_fake_wait_held (f->fake, 1);
}

/* A server that doesn't hold polls must not make us ask for ever as fast as we can. */
static void
test_hurry (Fixture      *f,
            gconstpointer data)
{
  for (guint i = 0; i < 21; i++)
    opt_bot_fake_script (f->fake, "getUpdates", 200, EMPTY);
  opt_bot_poller_start (f->poller, 0);
  opt_bot_fake_wait_count (f->fake, "getUpdates", 21);
  while (opt_bot_poller_get_detail (f->poller) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (is_polling (f->poller));
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_fake_count (f->fake, "getUpdates"), ==, 21);
  opt_test_clock_advance (f->clock, OPT_SECOND);
  opt_bot_fake_wait_held (f->fake, 1);
}

static void
test_large_batch (Fixture      *f,
                  gconstpointer data)
{
  g_autofree char *text = g_strnfill (3 * 1000 * 1000, 'x');
  g_autofree char *batch = g_strdup_printf (
    "{\"ok\":true,\"result\":[{\"update_id\":77,\"message\":{\"message_id\":1,\"date\":1,"
    "\"chat\":{\"id\":5},\"text\":\"%s\"}}]}",
    text);

  start (f, 70);
  opt_bot_fake_answer (f->fake, 200, batch);
  opt_bot_test_sink_wait_count (f->sink, 1);
  opt_bot_test_sink_commit (f->sink, 78);
  opt_bot_fake_wait_held (f->fake, 1);
}

/* Nothing in flight keeps a poller alive. */
static void
test_destroy (Fixture      *f,
              gconstpointer data)
{
  start (f, 70);
  g_assert_finalize_object (g_steal_pointer (&f->poller));
  g_assert_cmpint (opt_test_clock_next_due (f->clock), ==, -1);
  opt_bot_fake_answer (f->fake, 200, BATCH);
  opt_test_run_pending ();
  g_assert_cmpuint (opt_bot_test_sink_get_count (f->sink), ==, 0);
}

static void
test_words (void)
{
  g_assert_cmpstr (opt_bot_poller_state_to_string (OPT_BOT_POLLER_OFF), ==, "off");
  g_assert_cmpstr (opt_bot_poller_state_to_string (OPT_BOT_POLLER_CONNECTING), ==, "connecting");
  g_assert_cmpstr (opt_bot_poller_state_to_string (OPT_BOT_POLLER_POLLING), ==, "polling");
  g_assert_cmpstr (opt_bot_poller_state_to_string (OPT_BOT_POLLER_CONFLICT), ==, "conflict");
  g_assert_cmpstr (opt_bot_poller_state_to_string (OPT_BOT_POLLER_REFUSED), ==, "refused");
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture      *f,
                  gconstpointer data);
    guint data;
  } tests[] = {
    { "/bot/poller/first-poll", test_first_poll, 0 },
    { "/bot/poller/updates", test_updates, 0 },
    { "/bot/poller/lower-ids", test_lower_ids, 0 },
    { "/bot/poller/sink-fails", test_sink_fails, 0 },
    { "/bot/poller/failures", test_failures, 0 },
    { "/bot/poller/refused/401", test_refused, 401 },
    { "/bot/poller/refused/404", test_refused, 404 },
    { "/bot/poller/webhook", test_webhook, 0 },
    { "/bot/poller/other-poller", test_other_poller, 0 },
    { "/bot/poller/flood", test_flood, 0 },
    { "/bot/poller/stall", test_stall, 0 },
    { "/bot/poller/stop", test_stop, 0 },
    { "/bot/poller/stop-inside", test_stop_inside, 0 },
    { "/bot/poller/no-ids", test_no_ids, 0 },
    { "/bot/poller/hurry", test_hurry, 0 },
    { "/bot/poller/large-batch", test_large_batch, 0 },
    { "/bot/poller/destroy", test_destroy, 0 },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GUINT_TO_POINTER (tests[i].data), set_up, tests[i].test,
                tear_down);
  g_test_add_func ("/bot/poller/words", test_words);
  return g_test_run ();
}
