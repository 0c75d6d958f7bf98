/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "opt-outbox-fixture.h"

static void
assert_state (OptOutboxFixture *fixture,
              gint64            id,
              OptOutboxState    state)
{
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpstr (opt_outbox_state_to_string (row->state), ==, opt_outbox_state_to_string (state));
}

static void
test_new (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutbox *outbox = opt_outbox_new (fixture->store, OPT_CLOCK (fixture->clock),
                                      OPT_DELIVERY (fixture->delivery));

  g_assert_true (opt_outbox_is_idle (outbox));
  opt_outbox_poke (outbox);
  g_assert_finalize_object (outbox);
  g_assert_cmpint (opt_test_clock_next_due (fixture->clock), ==, -1);
}

static void
test_bodies (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  const OptOutboxDraft drafts[] = {
    { .bot = "main", .chat = "1", .text = "a \"b\"", .topic = 3, .reply_to = 4, .silent = TRUE },
    { .bot = "main", .chat = "@channel", .text = "c" },
    { .bot = "main", .chat = "2", .kind = OPT_OUTBOX_EDIT, .text = "d", .message_id = 5 },
    { .bot = "main", .chat = "-3", .kind = OPT_OUTBOX_EDIT, .markup = "{}", .message_id = 6 },
    { .bot = "main", .chat = "4", .kind = OPT_OUTBOX_DELETE, .message_id = 7 },
    { .bot = "main", .chat = "", .kind = OPT_OUTBOX_MENU, .text = "[]", .markup = "{\"type\":1}" },
    { .bot = "main", .chat = "0x5", .text = "e" },
  };
  static const struct
  {
    const char *method;
    const char *body;
  } expected[] = {
    { "sendMessage", "{\"chat_id\":1,\"message_thread_id\":3,"
                     "\"reply_parameters\":{\"message_id\":4,"
                     "\"allow_sending_without_reply\":true},\"disable_notification\":true,"
                     "\"text\":\"a \\\"b\\\"\"}" },
    { "sendMessage", "{\"chat_id\":\"@channel\",\"text\":\"c\"}" },
    { "editMessageText", "{\"chat_id\":2,\"message_id\":5,\"text\":\"d\"}" },
    { "editMessageReplyMarkup", "{\"chat_id\":-3,\"message_id\":6,\"reply_markup\":{}}" },
    { "deleteMessage", "{\"chat_id\":4,\"message_id\":7}" },
    { "setMyCommands", "{\"commands\":[],\"scope\":{\"type\":1}}" },
    { "sendMessage", "{\"chat_id\":\"0x5\",\"text\":\"e\"}" },
  };

  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (drafts); i++)
    {
      opt_outbox_fixture_add (fixture, &drafts[i]);
      opt_outbox_fixture_run (fixture);
      g_assert_cmpstr (opt_outbox_fixture_call (fixture, i)->method, ==, expected[i].method);
      g_assert_cmpstr (opt_outbox_fixture_call (fixture, i)->body, ==, expected[i].body);
      g_assert_cmpstr (opt_outbox_fixture_call (fixture, i)->bot, ==, "main");
    }
}

static void
test_order (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 first, second;

  opt_outbox_fixture_start (fixture);
  first = opt_outbox_fixture_say (fixture, "1", "a");
  second = opt_outbox_fixture_say (fixture, "1", "b");
  opt_outbox_fixture_say (fixture, "2", "c");
  opt_outbox_fixture_run (fixture);

  /* The second of chat 1 waits for the answer to the first, not for chat 2. */
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "a");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->text, ==, "c");
  assert_state (fixture, first, OPT_OUTBOX_SENDING);
  assert_state (fixture, second, OPT_OUTBOX_QUEUED);

  opt_outbox_fixture_answer_ok (fixture, 0);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "b");
  opt_outbox_fixture_answer_ok (fixture, 2);
  opt_outbox_fixture_answer_ok (fixture, 1);
  assert_state (fixture, first, OPT_OUTBOX_SENT);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, second);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_SENT);
  g_assert_cmpint (row->message_id, ==, opt_outbox_fixture_call (fixture, 2)->message_id);
  g_assert_cmpint (row->sent, ==, opt_clock_get_wall (OPT_CLOCK (fixture->clock)));
  g_assert_true (opt_outbox_is_idle (fixture->outbox));
}

static void
test_ahead (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
    }
  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 200; i++)
    {
      gint64 sending = opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                           "WHERE state = 'sending'");

      opt_outbox_fixture_run (fixture);
      g_assert_cmpuint (opt_fake_delivery_count_open (fixture->delivery), <=, 8);
      g_assert_cmpuint (opt_fake_delivery_count_open (fixture->delivery), >=, MIN (8, 200 - i));
      g_assert_cmpint (sending, <=, 64);
      if (i == 0)
        g_assert_cmpint (sending, ==, 64);
      opt_outbox_fixture_answer_ok (fixture, i);
    }
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sent'"),
                   ==, 200);
}

static void
test_two_bots (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  guint n_other = 0;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);
      OptOutboxDraft   draft = { .bot = i < 80 ? "main" : "other", .chat = chat, .text = "x" };

      opt_outbox_fixture_add (fixture, &draft);
    }
  opt_outbox_fixture_start (fixture);
  /* Neither waits for the other, though the first one has more than can be claimed at a time. */
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 16);
  for (guint i = 0; i < 16; i++)
    n_other += g_str_equal (opt_outbox_fixture_call (fixture, i)->bot, "other");
  g_assert_cmpuint (n_other, ==, 8);
}

static void
test_priority (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft draft = { .bot = "main", .text = "x" };

  for (int i = 0; i < 30; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%d", 100 + i);

      draft.chat = chat;
      draft.priority = i < 10 ? -1 : i < 20 ? 0
                                            : 5;
      opt_outbox_fixture_add (fixture, &draft);
    }
  opt_outbox_fixture_start (fixture);
  for (int i = 0; i < 30; i++)
    opt_outbox_fixture_answer_ok (fixture, (guint)i);
  for (int i = 0; i < 30; i++)
    {
      int chat = atoi (opt_outbox_fixture_call (fixture, (guint)i)->chat) - 100;

      g_assert_cmpint (chat / 10, ==, 2 - i / 10);
    }
}

static void
test_dead (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 first, second;

  opt_outbox_fixture_start (fixture);
  first = opt_outbox_fixture_say (fixture, "1", "a");
  second = opt_outbox_fixture_say (fixture, "1", "b");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_REFUSED, 403,
                             "Forbidden: bot was blocked by the user");
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, first);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_DEAD);
  g_assert_cmpint (row->error_code, ==, 403);
  g_assert_cmpstr (row->error_text, ==, "Forbidden: bot was blocked by the user");
  assert_state (fixture, second, OPT_OUTBOX_SENT);
}

static void
test_without_reply (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft draft = { .bot = "main", .chat = "1", .text = "a", .reply_to = 5, .topic = 6 };
  gint64         id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_add (fixture, &draft);
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message to be replied not found");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->body, ==,
                   "{\"chat_id\":1,\"message_thread_id\":6,\"text\":\"a\"}");
  opt_outbox_fixture_answer (fixture, 1, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message thread not found");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->body, ==,
                   "{\"chat_id\":1,\"text\":\"a\"}");
  /* What is left out already is no reason to go round. */
  opt_outbox_fixture_answer (fixture, 2, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message thread not found");
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  assert_state (fixture, id, OPT_OUTBOX_DEAD);
}

static void
test_note (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft draft = { .bot = "main", .chat = "1", .text = "a", .topic = 6 };
  gint64         id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_add (fixture, &draft);
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message thread not found");
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_SENT);
  g_assert_cmpint (row->error_code, ==, 0);
  g_assert_cmpstr (row->error_text, ==, "sent outside its topic, which is gone");
}

static void
test_edits (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft edit = { .bot = "main", .chat = "1", .kind = OPT_OUTBOX_EDIT, .text = "b" };
  OptOutboxDraft delete = { .bot = "main", .chat = "1", .kind = OPT_OUTBOX_DELETE };
  gint64 text, changed, gone;

  opt_outbox_fixture_start (fixture);
  text = edit.row_id = delete.row_id = opt_outbox_fixture_say (fixture, "1", "a");
  changed = opt_outbox_fixture_add (fixture, &edit);
  gone = opt_outbox_fixture_add (fixture, &delete);
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 0);

  /* The row that it names has a message by now. */
  g_autofree char *body = g_strdup_printf ("{\"chat_id\":1,\"message_id\":%" G_GINT64_FORMAT
                                           ",\"text\":\"b\"}",
                                           opt_outbox_fixture_call (fixture, 0)->message_id);

  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->body, ==, body);
  opt_outbox_fixture_answer (fixture, 1, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message is not modified: specified new message content");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->method, ==, "deleteMessage");
  opt_outbox_fixture_answer (fixture, 2, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message to delete not found");
  assert_state (fixture, text, OPT_OUTBOX_SENT);
  assert_state (fixture, changed, OPT_OUTBOX_SENT);
  assert_state (fixture, gone, OPT_OUTBOX_SENT);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, changed);

  /* So that an edit of the edit finds it too. */
  g_assert_cmpint (row->message_id, ==, opt_outbox_fixture_call (fixture, 0)->message_id);
}

static void
test_edit_gone (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft edit = { .bot = "main", .chat = "1", .kind = OPT_OUTBOX_EDIT, .message_id = 9 };
  gint64         id;

  opt_outbox_fixture_start (fixture);
  edit.text = "news";
  id = opt_outbox_fixture_add (fixture, &edit);
  edit.text = NULL;
  edit.markup = "{}";
  gint64 bare = opt_outbox_fixture_add (fixture, &edit);

  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message to edit not found");
  /* The news is sent all the same; a keyboard alone has nothing to be under. */
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->body, ==,
                   "{\"chat_id\":1,\"text\":\"news\"}");
  opt_outbox_fixture_answer_ok (fixture, 1);
  opt_outbox_fixture_answer (fixture, 2, OPT_DELIVERY_REFUSED, 400,
                             "Bad Request: message to edit not found");
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  assert_state (fixture, id, OPT_OUTBOX_SENT);
  assert_state (fixture, bare, OPT_OUTBOX_SENT);
}

static void
test_edit_of_dead (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft edit = { .bot = "main", .chat = "1", .kind = OPT_OUTBOX_EDIT, .text = "b" };
  OptOutboxDraft delete = { .bot = "main", .chat = "1", .kind = OPT_OUTBOX_DELETE };

  opt_outbox_fixture_start (fixture);
  edit.row_id = delete.row_id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_add (fixture, &edit);
  gint64 id = opt_outbox_fixture_add (fixture, &delete);

  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_REFUSED, 400, "Bad Request: whatever");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->body, ==,
                   "{\"chat_id\":1,\"text\":\"b\"}");
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  assert_state (fixture, id, OPT_OUTBOX_SENT);
}

static void
test_unknown_kind (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 id = opt_outbox_fixture_say (fixture, "1", "a");

  opt_outbox_fixture_say (fixture, "1", "b");
  opt_test_store_run (fixture->store, "UPDATE outbox SET kind = 'hologram' WHERE text = 'a'");
  opt_outbox_fixture_start (fixture);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "b");
  assert_state (fixture, id, OPT_OUTBOX_DEAD);
}

static void
test_hold (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_start (fixture);
  opt_outbox_hold_bot (fixture->outbox, "main", "it has no token");
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_advance (fixture, 3600 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 0);
  g_assert_cmpstr (opt_outbox_get_hold (fixture->outbox, "main"), ==, "it has no token");
  g_assert_null (opt_outbox_get_hold (fixture->outbox, "other"));
  opt_outbox_release_bot (fixture->outbox, "other");
  opt_outbox_release_bot (fixture->outbox, "main");
  opt_outbox_fixture_run (fixture);
  g_assert_null (opt_outbox_get_hold (fixture->outbox, "main"));
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 1);
}

static void
test_unavailable (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_say (fixture, "2", "b");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_UNAVAILABLE, 401, "Unauthorized");
  opt_outbox_fixture_answer (fixture, 1, OPT_DELIVERY_UNAVAILABLE, 401, "Unauthorized");
  g_assert_cmpstr (opt_outbox_get_hold (fixture->outbox, "main"), ==, "Unauthorized");
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_QUEUED);
  g_assert_cmpstr (row->error_text, ==, "Unauthorized");
  g_assert_false (row->repeated);
  opt_outbox_fixture_advance (fixture, 59 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  /* Nobody may have told that the keyring was unlocked. */
  opt_outbox_fixture_advance (fixture, 2 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 4);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "a");
}

static void
test_stop (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
    }
  opt_outbox_fixture_start (fixture);
  opt_outbox_stop_async (fixture->outbox, NULL, opt_test_take_result, &slot);
  opt_outbox_fixture_run (fixture);
  /* What was claimed but has not left is not in doubt. */
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sending'"),
                   ==, 8);
  g_assert_null (slot);
  for (guint i = 0; i < 7; i++)
    opt_outbox_fixture_answer_ok (fixture, i);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 8);
  g_assert_null (slot);
  /* The last one never answers. */
  opt_outbox_fixture_advance (fixture, 5 * SECOND);
  g_assert_nonnull (slot);
  g_assert_true (opt_outbox_stop_finish (fixture->outbox, slot, NULL));
  g_clear_object (&slot);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sending'"),
                   ==, 1);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT SUM(attempts) FROM outbox"), ==, 8);
}

static void
test_stop_idle (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 0);
  opt_outbox_fixture_stop (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/new", test_new);
  g_test_add_func ("/outbox/bodies", test_bodies);
  g_test_add_func ("/outbox/order", test_order);
  g_test_add_func ("/outbox/ahead", test_ahead);
  g_test_add_func ("/outbox/two-bots", test_two_bots);
  g_test_add_func ("/outbox/priority", test_priority);
  g_test_add_func ("/outbox/dead", test_dead);
  g_test_add_func ("/outbox/without-reply", test_without_reply);
  g_test_add_func ("/outbox/note", test_note);
  g_test_add_func ("/outbox/edits", test_edits);
  g_test_add_func ("/outbox/edit-gone", test_edit_gone);
  g_test_add_func ("/outbox/edit-of-dead", test_edit_of_dead);
  g_test_add_func ("/outbox/unknown-kind", test_unknown_kind);
  g_test_add_func ("/outbox/hold", test_hold);
  g_test_add_func ("/outbox/unavailable", test_unavailable);
  g_test_add_func ("/outbox/stop", test_stop);
  g_test_add_func ("/outbox/stop-idle", test_stop_idle);

  return g_test_run ();
}
