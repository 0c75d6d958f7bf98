/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "opt-outbox-fixture.h"

#define MARK "\n(possibly repeated)"

/* What a server would remember: the messages of each chat in the order in which they came. */
typedef struct
{
  OptOutboxFixture *fixture;
  GHashTable       *chats; /* chat → GPtrArray of texts */
  GHashTable       *dead;  /* set of texts */
  guint             seen;  /* calls that were looked at */
} Server;

static Server *
server_new (OptOutboxFixture *fixture)
{
  Server *self = g_new0 (Server, 1);

  self->fixture = fixture;
  self->chats = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)g_ptr_array_unref);
  self->dead = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void
server_free (Server *self)
{
  g_hash_table_unref (self->chats);
  g_hash_table_unref (self->dead);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static void
server_keep (Server            *self,
             const OptFakeCall *call)
{
  GPtrArray *texts = g_hash_table_lookup (self->chats, call->chat);

  if (texts == NULL)
    {
      texts = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->chats, g_strdup (call->chat), texts);
    }
  g_ptr_array_add (texts, g_strdup (call->text));
}

static void
server_answer (Server      *self,
               OptFakeCall *call)
{
  OptDelivered delivered = { .outcome = OPT_DELIVERY_OK, .message_id = call->message_id };

  switch (g_test_rand_int_range (0, 24))
    {
    case 0:
      delivered.outcome = OPT_DELIVERY_AGAIN;
      delivered.code = 502;
      break;
    case 1:
      delivered.outcome = OPT_DELIVERY_UNKNOWN;
      break;
    case 2:
      server_keep (self, call);
      delivered.outcome = OPT_DELIVERY_UNKNOWN;
      break;
    case 3:
      delivered.outcome = OPT_DELIVERY_FLOOD;
      delivered.retry_after = g_test_rand_int_range (0, 5) * SECOND;
      delivered.code = 429;
      break;
    case 4:
      delivered.outcome = OPT_DELIVERY_REFUSED;
      delivered.code = 403;
      delivered.description = "Forbidden: bot was blocked by the user";
      break;
    default:
      server_keep (self, call);
      break;
    }
  opt_fake_delivery_answer (self->fixture->delivery, call, &delivered);
  opt_outbox_fixture_run (self->fixture);
}

/* Of what is open at the moment of a crash, some was handled and some was not. */
static void
server_crash (Server *self)
{
  GPtrArray *calls = opt_fake_delivery_get_calls (self->fixture->delivery);

  for (guint i = 0; i < calls->len; i++)
    {
      OptFakeCall *call = g_ptr_array_index (calls, i);

      if (!call->answered && g_test_rand_bit ())
        server_keep (self, call);
    }
  opt_outbox_fixture_crash (self->fixture);
  opt_outbox_fixture_start (self->fixture);
}

static OptFakeCall *
pick_open (Server *self)
{
  GPtrArray *calls = opt_fake_delivery_get_calls (self->fixture->delivery);
  guint      n = opt_fake_delivery_count_open (self->fixture->delivery);
  gint       chosen = n > 0 ? g_test_rand_int_range (0, (gint)n) : 0;

  for (guint i = 0; i < calls->len; i++)
    {
      OptFakeCall *call = g_ptr_array_index (calls, i);

      if (!call->answered && chosen-- == 0)
        return call;
    }
  return NULL;
}

/* In order, with nothing missing but what was refused, and twice only what says so. */
static void
check_chat (OptOutboxFixture *fixture,
            GPtrArray        *texts,
            const char       *chat,
            int               n)
{
  g_autofree guint8 *plain = g_new0 (guint8, n);
  g_autofree guint8 *any = g_new0 (guint8, n);
  int                last = -1;

  for (guint i = 0; texts != NULL && i < texts->len; i++)
    {
      const char *text = g_ptr_array_index (texts, i);
      int         number = atoi (text);
      gboolean    marked = g_str_has_suffix (text, MARK);

      g_assert_cmpint (number, >=, last);
      last = number;
      if (marked)
        any[number] = 1;
      else
        {
          g_assert_cmpint (any[number], ==, 0);
          any[number] = plain[number] = 1;
        }
    }
  for (int i = 0; i < n; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE chat = '%s' AND "
                                              "text = '%d' AND state = 'dead'",
                                              chat, i);

      /* One that was handled unheard of and then refused is both. */
      if (any[i] == 0)
        g_assert_cmpint (opt_test_store_ask (fixture->store, g_intern_string (sql)), ==, 1);
    }
}

static void
test_random (void)
{
  enum {
    N_CHATS = 12
  };
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (Server) server = server_new (fixture);
  int added[N_CHATS] = { 0 };

  opt_outbox_fixture_start (fixture);
  for (guint step = 0; step < 1500; step++)
    {
      gint32       dice = g_test_rand_int_range (0, 100);
      OptFakeCall *call;

      if (dice < 35)
        {
          int              c = g_test_rand_int_range (0, N_CHATS);
          g_autofree char *chat = g_strdup_printf ("%d", 10 + c);
          g_autofree char *text = g_strdup_printf ("%d", added[c]++);

          opt_outbox_fixture_say (fixture, chat, text);
          opt_outbox_fixture_run (fixture);
        }
      else if (dice < 85 && (call = pick_open (server)) != NULL)
        server_answer (server, call);
      else if (dice < 98)
        opt_outbox_fixture_advance (fixture, g_test_rand_int_range (1, 3000) * (SECOND / 1000));
      else
        server_crash (server);
    }
  while (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                             "WHERE state IN ('queued', 'sending')") > 0)
    {
      OptFakeCall *call = pick_open (server);

      if (call != NULL)
        server_answer (server, call);
      else
        opt_outbox_fixture_advance (fixture, 5 * SECOND);
    }
  for (int c = 0; c < N_CHATS; c++)
    {
      g_autofree char *chat = g_strdup_printf ("%d", 10 + c);

      check_chat (fixture, g_hash_table_lookup (server->chats, chat), chat, added[c]);
    }
}

static void
test_repeated (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  OptOutboxDraft document = {
    .bot = "main", .chat = "2", .kind = OPT_OUTBOX_DOCUMENT, .contents = "x", .file_name = "x.txt"
  };
  OptOutboxDraft edit = {
    .bot = "main", .chat = "3", .kind = OPT_OUTBOX_EDIT, .text = "b", .message_id = 4
  };
  OptOutboxDraft delete = {
    .bot = "main", .chat = "4", .kind = OPT_OUTBOX_DELETE, .message_id = 4
  };
  OptOutboxDraft menu = { .bot = "main", .chat = "", .kind = OPT_OUTBOX_MENU, .text = "[]" };
  gint64         id, edit_id;

  id = opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_add (fixture, &document);
  edit_id = opt_outbox_fixture_add (fixture, &edit);
  opt_outbox_fixture_add (fixture, &delete);
  opt_outbox_fixture_add (fixture, &menu);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 5);
  opt_outbox_fixture_crash (fixture);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 10);

  for (guint i = 5; i < 10; i++)
    {
      OptFakeCall *call = opt_outbox_fixture_call (fixture, i);

      if (g_str_equal (call->method, "sendMessage"))
        g_assert_cmpstr (call->text, ==, "a" MARK);
      else if (g_str_equal (call->method, "sendDocument"))
        g_assert_cmpstr (call->text, ==, "(possibly repeated)");
      else
        g_assert_null (strstr (call->body, "repeated"));
    }
  g_autoptr (OptOutboxRow) text_row = opt_outbox_fixture_show (fixture, id);
  g_autoptr (OptOutboxRow) edit_row = opt_outbox_fixture_show (fixture, edit_id);

  g_assert_true (text_row->repeated);
  g_assert_cmpstr (text_row->text, ==, "a");
  g_assert_false (edit_row->repeated);
}

static void
test_repeated_full (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  OptOutboxDraft draft = { .bot = "main", .chat = "1", .reply_to = 5, .markup = "{}" };

  for (guint i = 0; i < 64; i++)
    g_string_append_printf (text, "%063u\n", i);
  draft.text = text->str;
  opt_outbox_fixture_add (fixture, &draft);
  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, text->str);
  opt_outbox_fixture_crash (fixture);
  opt_outbox_fixture_start (fixture);

  /* There is no room for the mark: nothing is cut, the end goes in a message of its own. */
  OptFakeCall *first = opt_outbox_fixture_call (fixture, 1);

  g_assert_true (g_str_has_suffix (first->text, MARK));
  g_assert_cmpuint (strlen (first->text), <=, 4096);
  g_assert_nonnull (strstr (first->body, "reply_parameters"));
  g_assert_null (strstr (first->body, "reply_markup"));
  opt_outbox_fixture_answer_ok (fixture, 1);

  OptFakeCall     *second = opt_outbox_fixture_call (fixture, 2);
  g_autofree char *whole = g_strndup (first->text, strlen (first->text) - strlen (MARK));
  g_autofree char *rest = g_strndup (second->text, strlen (second->text) - strlen (MARK));
  g_autofree char *joined = g_strconcat (whole, "\n", rest, NULL);

  g_assert_true (g_str_has_suffix (second->text, MARK));
  g_assert_cmpstr (joined, ==, text->str);
  g_assert_nonnull (strstr (second->body, "reply_markup"));
  opt_outbox_fixture_answer_ok (fixture, 2);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 3)->text, ==, "next");
}

static void
test_claimed_ahead (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  guint n_marked = 0;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      opt_outbox_fixture_say (fixture, chat, "x");
    }
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_crash (fixture);
  opt_fake_delivery_set_func (fixture->delivery, opt_fake_delivery_say_ok, NULL);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 108);
  for (guint i = 8; i < 108; i++)
    n_marked += g_str_has_suffix (opt_outbox_fixture_call (fixture, i)->text, MARK);
  g_assert_cmpuint (n_marked, ==, 64);
}

typedef struct
{
  int first;
  int n;
  int n_chats;
} Flood;

static gboolean
add_many (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Flood *flood = data;

  for (int i = flood->first; i < flood->first + flood->n; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%d", 1000 + i % flood->n_chats);
      g_autofree char *text = g_strdup_printf ("%d", i / flood->n_chats);
      OptOutboxDraft   draft = { .bot = "main", .chat = chat, .text = text };

      if (!opt_outbox_add (transaction, &draft, 1, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_order (OptFakeCall  *call,
             OptDelivered *delivered,
             gpointer      user_data)
{
  GHashTable *last = user_data;
  int         before = GPOINTER_TO_INT (g_hash_table_lookup (last, call->chat));

  g_assert_cmpint (atoi (call->text), ==, before);
  g_hash_table_insert (last, g_strdup (call->chat), GINT_TO_POINTER (before + 1));
  return opt_fake_delivery_say_ok (call, delivered, NULL);
}

/* More chats than are known at a time, more rows than are held in memory, and a long history. */
static void
test_many (gconstpointer data)
{
  Flood     flood = { .n_chats = GPOINTER_TO_INT (data) };
  const int n_rows = flood.n_chats > 1000 ? 100 * 1000 : 20 * 1000;
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;

  flood.n = n_rows;
  opt_test_store_write (fixture->store, add_many, &flood, &error);
  g_assert_no_error (error);
  opt_fake_delivery_set_func (fixture->delivery, check_order, last);
  opt_outbox_fixture_start (fixture);
  /* Others come while these go. */
  flood.first = n_rows;
  flood.n = 5000;
  opt_test_store_write (fixture->store, add_many, &flood, &error);
  g_assert_no_error (error);
  opt_outbox_poke (fixture->outbox);
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, n_rows + 5000);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state <> 'sent'"),
                   ==, 0);
}

static void
test_full (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_test_store_run (fixture->store, "CREATE TABLE ballast (bytes)");
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_outbox_fixture_run (fixture);
  /* From here on nothing of the queue can be written. */
  opt_test_store_run (fixture->store, "PRAGMA max_page_count = 40");
  opt_test_store_run (fixture->store, "CREATE TRIGGER eater BEFORE UPDATE ON outbox BEGIN "
                                      "INSERT INTO ballast VALUES (zeroblob(1000000)); END");
  g_test_expect_message ("opt-storage", G_LOG_LEVEL_MESSAGE, "*disk is full*");
  g_test_expect_message ("opt-outbox", G_LOG_LEVEL_WARNING, "*can't write what was sent*");
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_test_assert_expected_messages ();
  g_test_expect_message ("opt-outbox", G_LOG_LEVEL_WARNING, "*can't write what was sent*");
  opt_outbox_fixture_advance (fixture, 2 * SECOND);
  g_test_assert_expected_messages ();
  opt_outbox_fixture_say (fixture, "2", "b");
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 1);
  opt_test_store_run (fixture->store, "DROP TRIGGER eater");
  opt_outbox_fixture_advance (fixture, 60 * SECOND);

  /* The answer was not forgotten, so nothing goes twice. */
  for (guint i = 1; i < opt_outbox_fixture_count (fixture); i++)
    {
      OptFakeCall *call = opt_outbox_fixture_call (fixture, i);

      g_assert_cmpstr (call->text, ==, "b");
      if (!call->answered)
        opt_outbox_fixture_answer_ok (fixture, i);
    }
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 2);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sent' AND attempts = 1"),
                   ==, 2);
}

/* The disk was full when the program began; it need not begin once more when it no longer is. */
static void
test_full_start (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_test_store_run (fixture->store, "CREATE TABLE ballast (bytes)");
  opt_outbox_fixture_say (fixture, "1", "a");
  opt_test_store_run (fixture->store, "UPDATE outbox SET state = 'sending'");
  opt_test_store_run (fixture->store, "PRAGMA max_page_count = 40");
  opt_test_store_run (fixture->store, "CREATE TRIGGER eater BEFORE UPDATE ON outbox BEGIN "
                                      "INSERT INTO ballast VALUES (zeroblob(1000000)); END");
  fixture->outbox = opt_outbox_new (fixture->store, OPT_CLOCK (fixture->clock),
                                    OPT_DELIVERY (fixture->delivery));
  g_test_expect_message ("opt-storage", G_LOG_LEVEL_MESSAGE, "*disk is full*");
  opt_outbox_start_async (fixture->outbox, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_test_assert_expected_messages ();
  g_assert_false (opt_outbox_start_finish (fixture->outbox, result, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL);
  g_clear_object (&result);
  opt_outbox_fixture_advance (fixture, 2 * SECOND);
  opt_test_store_run (fixture->store, "DROP TRIGGER eater");
  opt_outbox_fixture_advance (fixture, 60 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 1);
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sent' AND repeated = 1"),
                   ==, 1);
}

/* Who stops it while it starts finds it stopped. */
static void
test_stop_start (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slots[2] = { NULL };

  opt_outbox_fixture_say (fixture, "1", "a");
  fixture->outbox = opt_outbox_new (fixture->store, OPT_CLOCK (fixture->clock),
                                    OPT_DELIVERY (fixture->delivery));
  opt_outbox_start_async (fixture->outbox, NULL, opt_test_take_result, &slots[0]);
  opt_outbox_stop_async (fixture->outbox, NULL, opt_test_take_result, &slots[1]);
  started = opt_test_wait_result (&slots[0]);
  stopped = opt_test_wait_result (&slots[1]);
  g_assert_false (opt_outbox_start_finish (fixture->outbox, started, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (opt_outbox_stop_finish (fixture->outbox, stopped, NULL));
  g_clear_object (&started);
  g_clear_object (&stopped);
  opt_outbox_fixture_advance (fixture, 60 * SECOND);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/crash/random", test_random);
  g_test_add_func ("/outbox/crash/repeated", test_repeated);
  g_test_add_func ("/outbox/crash/repeated-full", test_repeated_full);
  g_test_add_func ("/outbox/crash/claimed-ahead", test_claimed_ahead);
  g_test_add_data_func ("/outbox/crash/many-rows", GINT_TO_POINTER (100), test_many);
  g_test_add_data_func ("/outbox/crash/many-chats", GINT_TO_POINTER (50000), test_many);
  g_test_add_func ("/outbox/crash/full", test_full);
  g_test_add_func ("/outbox/crash/full-start", test_full_start);
  g_test_add_func ("/outbox/crash/stop-start", test_stop_start);

  return g_test_run ();
}
