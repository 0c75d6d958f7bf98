/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "opt-outbox-fixture.h"

static void
say_many (OptOutboxFixture *fixture,
          const char       *chat,
          guint             n)
{
  for (guint i = 0; i < n; i++)
    opt_outbox_fixture_say (fixture, chat, "x");
}

static OptOutboxFixture *
new_paced (void)
{
  OptOutboxFixture *fixture = opt_outbox_fixture_new ();

  fixture->pacing = TRUE;
  opt_fake_delivery_set_func (fixture->delivery, opt_fake_delivery_say_ok, NULL);
  return fixture;
}

/* The most requests (to @chat, or to all) in any window. */
static guint
count_densest (OptOutboxFixture *fixture,
               const char       *chat,
               gint64            window)
{
  GPtrArray *calls = opt_fake_delivery_get_calls (fixture->delivery);
  guint      densest = 0;

  for (guint i = 0; i < calls->len; i++)
    {
      OptFakeCall *first = g_ptr_array_index (calls, i);
      guint        n = 0;

      for (guint j = i; j < calls->len; j++)
        {
          OptFakeCall *call = g_ptr_array_index (calls, j);

          n += call->at - first->at < window && (chat == NULL || g_str_equal (call->chat, chat));
        }
      densest = MAX (densest, n);
    }
  return densest;
}

static void
test_chat (void)
{
  g_autoptr (OptOutboxFixture) fixture = new_paced ();

  say_many (fixture, "7", 33);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  opt_outbox_fixture_advance (fixture, 32 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 33);
  g_assert_cmpuint (count_densest (fixture, NULL, 3 * SECOND), ==, 3);
  /* What is remembered of the chat goes once it does not matter any more. */
  opt_outbox_fixture_advance (fixture, 10 * SECOND);
  g_assert_cmpint (opt_test_clock_next_due (fixture->clock), >, 10 * SECOND);
}

static void
test_group (void)
{
  g_autoptr (OptOutboxFixture) fixture = new_paced ();

  say_many (fixture, "-100", 50);
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_advance (fixture, 61 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), >=, 20);
  opt_outbox_fixture_advance (fixture, 121 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 50);
  g_assert_cmpuint (count_densest (fixture, NULL, 60 * SECOND), ==, 20);
}

static void
test_bot (void)
{
  g_autoptr (OptOutboxFixture) fixture = new_paced ();

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
    }
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_advance (fixture, 10 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 300);
  g_assert_cmpuint (count_densest (fixture, NULL, SECOND), ==, 30);
}

static void
test_off (void)
{
  g_autoptr (OptOutboxFixture) fixture = new_paced ();

  fixture->pacing = FALSE;
  say_many (fixture, "-100", 100);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 100);
}

static void
test_switch_off (void)
{
  g_autoptr (OptOutboxFixture) fixture = new_paced ();

  say_many (fixture, "-100", 30);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  opt_outbox_set_pacing (fixture->outbox, FALSE);
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 30);
}

static void
flood (OptOutboxFixture *fixture,
       guint             index,
       gint64            seconds)
{
  OptDelivered delivered = { .outcome = OPT_DELIVERY_FLOOD,
                             .code = 429,
                             .description = "Too Many Requests: retry after 7",
                             .retry_after = seconds * SECOND };

  opt_fake_delivery_answer (fixture->delivery, opt_outbox_fixture_call (fixture, index),
                            &delivered);
  opt_outbox_fixture_run (fixture);
}

static void
test_flood (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_say (fixture, "1", "b");
  opt_outbox_fixture_run (fixture);
  flood (fixture, 0, 7);
  /* It is the chat that waits, though pacing is off. */
  opt_outbox_fixture_say (fixture, "2", "c");
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_QUEUED);
  g_assert_cmpint (row->not_before, ==,
                   opt_clock_get_wall (OPT_CLOCK (fixture->clock)) + 7 * SECOND);
  g_assert_cmpint (row->error_code, ==, 429);
  opt_outbox_fixture_advance (fixture, 7 * SECOND - 1);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  opt_outbox_fixture_advance (fixture, 1);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "a");
}

static void
test_flood_restart (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_say (fixture, "1", "b");
  opt_outbox_fixture_run (fixture);
  flood (fixture, 0, 100);
  opt_outbox_fixture_crash (fixture);
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_advance (fixture, 99 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 1);
  opt_outbox_fixture_advance (fixture, 2 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->text, ==, "a");
}

static void
test_flood_of_bot (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
      opt_outbox_fixture_run (fixture);
      flood (fixture, i, 10);
    }
  /* Three chats in a row: one more would only be told the same. */
  opt_outbox_fixture_say (fixture, "5", "x");
  opt_outbox_fixture_advance (fixture, 9 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  opt_outbox_fixture_advance (fixture, SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 7);
}

static void
test_backoff (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 before = 0;

  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
    }
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 8);
  /* Eight that left together are one failure. */
  for (guint i = 0; i < 8; i++)
    opt_outbox_fixture_answer (fixture, i, OPT_DELIVERY_AGAIN, 502, "Bad Gateway");
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state <> 'queued'"),
                   ==, 0);
  opt_outbox_fixture_advance (fixture, SECOND * 5 / 4);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 9);

  /* From then on one at a time finds out, ever more rarely. */
  for (guint i = 8; i < 16; i++)
    {
      gint64 now = opt_clock_get_boot (OPT_CLOCK (fixture->clock));

      g_assert_cmpint (opt_outbox_fixture_call (fixture, i)->at - before, >=, i == 8 ? 0 : SECOND);
      before = now;
      opt_outbox_fixture_answer (fixture, i, OPT_DELIVERY_AGAIN, 502, "Bad Gateway");
      opt_outbox_fixture_advance (fixture, 15 * SECOND);
      g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, i + 2);
    }
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT SUM(repeated) FROM outbox"), ==, 0);
  opt_fake_delivery_set_func (fixture->delivery, opt_fake_delivery_say_ok, NULL);
  opt_outbox_fixture_answer_ok (fixture, 16);
  opt_outbox_fixture_advance (fixture, 15 * SECOND);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sent'"),
                   ==, 20);
}

static gboolean
fail_seven (OptFakeCall  *call,
            OptDelivered *delivered,
            gpointer      user_data)
{
  if (!g_str_equal (call->chat, "7"))
    return opt_fake_delivery_say_ok (call, delivered, NULL);
  delivered->outcome = OPT_DELIVERY_UNKNOWN;
  delivered->description = "the answer was no JSON";
  return TRUE;
}

static void
test_one_chat_fails (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  guint n_sent = 0;

  opt_fake_delivery_set_func (fixture->delivery, fail_seven, NULL);
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "7", "x");
  for (guint i = 0; i < 100; i++)
    {
      opt_outbox_fixture_say (fixture, "8", "x");
      opt_outbox_fixture_advance (fixture, 3 * SECOND);
    }
  for (guint i = 0; i < opt_outbox_fixture_count (fixture); i++)
    n_sent += g_str_equal (opt_outbox_fixture_call (fixture, i)->chat, "8");
  /* The others' successes must not make it try the one that fails at full speed. */
  g_assert_cmpuint (n_sent, >=, 99);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture) - n_sent, <=, 30);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture) - n_sent, >=, 15);
}

static void
test_fairness (void)
{
  g_autoptr (OptOutboxFixture) fixture = new_paced ();

  say_many (fixture, "1", 500);
  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
    }
  opt_outbox_fixture_run (fixture);
  /* Ten that came last don't wait for five hundred. */
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 13);
}

static void
test_turns (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  guint counts[10] = { 0 };

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      say_many (fixture, chat, i == 0 ? 300 : 30);
    }
  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 250; i++)
    opt_outbox_fixture_answer_ok (fixture, i);
  for (guint i = 0; i < 250; i++)
    counts[atoi (opt_outbox_fixture_call (fixture, i)->chat) - 100]++;
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpuint (counts[i], >=, 22);
      g_assert_cmpuint (counts[i], <=, 30);
    }
}

static void
test_clock_steps_back (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 wall = opt_clock_get_wall (OPT_CLOCK (fixture->clock));

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_run (fixture);
  flood (fixture, 0, 10);
  opt_test_clock_set_wall (fixture->clock, wall - 3600 * SECOND);
  opt_outbox_fixture_advance (fixture, 10 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
}

static void
test_mark_delay (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_say (fixture, "2", "b");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 0);
  /* The other one may hang for a minute: the mark does not wait for it. */
  opt_outbox_fixture_advance (fixture, SECOND / 10);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sent'"),
                   ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/pace/chat", test_chat);
  g_test_add_func ("/outbox/pace/group", test_group);
  g_test_add_func ("/outbox/pace/bot", test_bot);
  g_test_add_func ("/outbox/pace/off", test_off);
  g_test_add_func ("/outbox/pace/switch-off", test_switch_off);
  g_test_add_func ("/outbox/pace/flood", test_flood);
  g_test_add_func ("/outbox/pace/flood-restart", test_flood_restart);
  g_test_add_func ("/outbox/pace/flood-of-bot", test_flood_of_bot);
  g_test_add_func ("/outbox/pace/backoff", test_backoff);
  g_test_add_func ("/outbox/pace/one-chat-fails", test_one_chat_fails);
  g_test_add_func ("/outbox/pace/fairness", test_fairness);
  g_test_add_func ("/outbox/pace/turns", test_turns);
  g_test_add_func ("/outbox/pace/clock-steps-back", test_clock_steps_back);
  g_test_add_func ("/outbox/pace/mark-delay", test_mark_delay);

  return g_test_run ();
}
