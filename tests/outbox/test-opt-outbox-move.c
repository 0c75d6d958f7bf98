/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-fixture.h"

static void
assert_state (OptOutboxFixture *fixture,
              gint64            id,
              OptOutboxState    state)
{
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpstr (opt_outbox_state_to_string (row->state), ==, opt_outbox_state_to_string (state));
}

#define TEST_TYPE_OWNER (test_owner_get_type ())
G_DECLARE_FINAL_TYPE (TestOwner, test_owner, TEST, OWNER, GObject)

struct _TestOwner
{
  GObject parent_instance;
};

static gboolean
chat_moved (OptChatOwner   *owner,
            OptTransaction *transaction,
            const char     *bot,
            const char     *old_chat,
            const char     *new_chat,
            GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "UPDATE friends SET chat = $3 WHERE bot = $1 AND chat = $2", "sss",
                              bot, old_chat, new_chat);
}

static void
owner_iface_init (OptChatOwnerInterface *iface)
{
  iface->chat_moved = chat_moved;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestOwner,
                               test_owner,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_CHAT_OWNER, owner_iface_init))

static void
test_owner_class_init (TestOwnerClass *klass)
{
}

static void
test_owner_init (TestOwner *self)
{
}

static void
moved_cb (OptOutbox  *outbox,
          const char *bot,
          const char *old_chat,
          const char *new_chat,
          GString    *heard)
{
  g_string_append_printf (heard, "%s %s %s", bot, old_chat, new_chat);
}

static void
test_moved (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (TestOwner) owner = g_object_new (TEST_TYPE_OWNER, NULL);
  g_autoptr (GString) heard = g_string_new (NULL);
  OptDelivered moved = { .outcome = OPT_DELIVERY_MOVED,
                         .code = 400,
                         .description = "Bad Request: group chat was upgraded to a supergroup chat",
                         .moved_to = G_GINT64_CONSTANT (-100777) };

  opt_test_store_run (fixture->store, "CREATE TABLE friends (bot, chat)");
  opt_test_store_run (fixture->store, "INSERT INTO friends VALUES ('main', '-7'), ('main', '-8')");
  opt_outbox_fixture_start (fixture);
  opt_outbox_add_chat_owner (fixture->outbox, OPT_CHAT_OWNER (owner));
  g_signal_connect (fixture->outbox, "chat-moved", G_CALLBACK (moved_cb), heard);
  gint64 first = opt_outbox_fixture_say (fixture, "-7", "a");

  opt_outbox_fixture_say (fixture, "-7", "b");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_say (fixture, "-100777", "c");
  opt_outbox_fixture_run (fixture);
  opt_fake_delivery_answer (fixture->delivery, opt_outbox_fixture_call (fixture, 0), &moved);
  opt_outbox_fixture_run (fixture);
  for (guint i = 1; i < 4; i++)
    opt_outbox_fixture_answer_ok (fixture, i);

  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 4);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "a");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->chat, ==, "-100777");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 3)->text, ==, "b");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 3)->chat, ==, "-100777");
  g_assert_cmpstr (heard->str, ==, "main -7 -100777");
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM friends "
                                                       "WHERE chat = '-100777'"),
                   ==, 1);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, first);

  g_assert_cmpstr (row->chat, ==, "-100777");
  g_assert_cmpint (row->state, ==, OPT_OUTBOX_SENT);
  g_assert_cmpint (row->attempts, ==, 2);
}

static gboolean
move_seven (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  return opt_outbox_move_chat (transaction, "main", "-7", "-100777", error);
}

static void
test_moved_elsewhere (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) error = NULL;

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "-7", "a");
  opt_outbox_fixture_say (fixture, "-7", "b");
  opt_outbox_fixture_say (fixture, "-7", "c");
  opt_outbox_fixture_run (fixture);
  /* An update told it; one message is on its way already. */
  opt_test_store_write (fixture->store, move_seven, NULL, &error);
  g_assert_no_error (error);
  opt_outbox_fixture_answer_ok (fixture, 0);
  /* What goes out before the courier was told finds the row in its new chat. */
  opt_outbox_chat_moved (fixture->outbox, "main", "-7", "-100777");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer_ok (fixture, 1);
  opt_outbox_fixture_answer_ok (fixture, 2);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->text, ==, "b");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->chat, ==, "-100777");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "c");
}

static void
test_moved_meanwhile (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) error = NULL;

  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "-7", "a");
  opt_outbox_fixture_run (fixture);
  opt_test_store_write (fixture->store, move_seven, NULL, &error);
  g_assert_no_error (error);
  opt_outbox_chat_moved (fixture->outbox, "main", "-7", "-100777");
  opt_outbox_fixture_run (fixture);
  /* It was on its way to the old chat, and has to go again. */
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_AGAIN, 502, "Bad Gateway");
  opt_outbox_fixture_advance (fixture, 2 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->text, ==, "a");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->chat, ==, "-100777");
}

static void
test_moved_nowhere (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 id;

  opt_outbox_fixture_start (fixture);
  id = opt_outbox_fixture_say (fixture, "-7", "a");
  opt_outbox_fixture_run (fixture);
  opt_outbox_fixture_answer (fixture, 0, OPT_DELIVERY_MOVED, 400, "Bad Request: upgraded");
  assert_state (fixture, id, OPT_OUTBOX_DEAD);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/move/answer", test_moved);
  g_test_add_func ("/outbox/move/elsewhere", test_moved_elsewhere);
  g_test_add_func ("/outbox/move/meanwhile", test_moved_meanwhile);
  g_test_add_func ("/outbox/move/nowhere", test_moved_nowhere);

  return g_test_run ();
}
