/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-outbox-fixture.h"

/* Everything at random, with the seed that g_test prints: whatever happens, no chat has two
 * requests on their way, nothing is on its way that the disk does not know of, and in the end every
 * row has its end. */

#define N_CHATS 10

#define TEST_TYPE_RENDERER (test_renderer_get_type ())
G_DECLARE_FINAL_TYPE (TestRenderer, test_renderer, TEST, RENDERER, GObject)

struct _TestRenderer
{
  GObject parent_instance;
};

static char *
make_text (void)
{
  gsize length = g_test_rand_int_range (0, 4) > 0 ? 5 : (gsize)g_test_rand_int_range (1, 20000);
  char *text = g_strnfill (length, 'x');

  for (gsize i = 60; i < length; i += (gsize)g_test_rand_int_range (2, 200))
    text[i] = '\n';
  return text;
}

static void
render_async (OptRenderer            *renderer,
              const OptRenderRequest *request,
              GCancellable           *cancellable,
              GAsyncReadyCallback     callback,
              gpointer                user_data)
{
  g_autoptr (GTask) task = g_task_new (renderer, cancellable, callback, user_data);
  OptRendered *rendered;

  if (g_test_rand_int_range (0, 5) == 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "it is late");
      return;
    }
  rendered = g_new0 (OptRendered, 1);
  rendered->text = make_text ();
  rendered->markup = g_test_rand_bit () ? g_strdup ("{}") : NULL;
  rendered->path = g_test_rand_int_range (0, 8) == 0 ? g_strdup ("/nowhere/at/all") : NULL;
  g_task_return_pointer (task, rendered, (GDestroyNotify)opt_rendered_free);
}

static OptRendered *
render_finish (OptRenderer  *renderer,
               GAsyncResult *result,
               GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
renderer_iface_init (OptRendererInterface *iface)
{
  iface->render_async = render_async;
  iface->render_finish = render_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestRenderer,
                               test_renderer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_RENDERER, renderer_iface_init))

static void
test_renderer_class_init (TestRendererClass *klass)
{
}

static void
test_renderer_init (TestRenderer *self)
{
}

static const char *
pick_chat (void)
{
  static const char *const chats[N_CHATS] = { "1", "2", "3", "-4", "-5",
                                              "-1006", "-1007", "@eight", "@nine", "10" };

  return chats[g_test_rand_int_range (0, N_CHATS)];
}

static gint64
pick_row (OptOutboxFixture *fixture)
{
  gint64 most = opt_test_store_ask (fixture->store, "SELECT COALESCE(MAX(id), 0) FROM outbox");

  return g_test_rand_int_range (0, (gint32)most + 2);
}

static void
add_any (OptOutboxFixture *fixture)
{
  g_autofree char *text = make_text ();
  OptOutboxDraft   draft = {
      .bot = g_test_rand_int_range (0, 4) == 0 ? "other" : "main",
      .chat = pick_chat (),
      .kind = (OptOutboxKind)g_test_rand_int_range (0, OPT_N_OUTBOX_KINDS),
      .text = text,
      .topic = g_test_rand_int_range (0, 2),
      .reply_to = g_test_rand_int_range (0, 2),
      .priority = g_test_rand_int_range (-1, 2),
  };

  switch (draft.kind)
    {
    case OPT_OUTBOX_EDIT:
    case OPT_OUTBOX_DELETE:
      draft.row_id = 1 + pick_row (fixture);
      break;
    case OPT_OUTBOX_DOCUMENT:
      draft.contents = "contents";
      break;
    case OPT_OUTBOX_MENU:
      draft.chat = "";
      draft.text = "[]";
      break;
    case OPT_OUTBOX_VIEW:
      draft.text = NULL;
      draft.view = "any";
      draft.row_id = g_test_rand_bit () ? 1 : 0;
      break;
    case OPT_OUTBOX_TEXT:
    default:
      break;
    }
  opt_outbox_fixture_add (fixture, &draft);
}

static void
answer_any (OptOutboxFixture *fixture,
            OptFakeCall      *call)
{
  static const char *const refusals[] = {
    "Forbidden: bot was blocked by the user",
    "Bad Request: message to be replied not found",
    "Bad Request: message thread not found",
    "Bad Request: message is not modified: whatever",
    "Bad Request: message to edit not found",
    "Bad Request: message to delete not found",
    NULL,
  };
  OptDelivered delivered = { .outcome = OPT_DELIVERY_OK, .message_id = call->message_id };
  gint32       dice = g_test_rand_int_range (0, 20);

  if (dice <= OPT_DELIVERY_UNAVAILABLE)
    {
      delivered.outcome = (OptDeliveryOutcome)dice;
      delivered.code = dice == OPT_DELIVERY_REFUSED ? 400 : 0;
      delivered.description = refusals[g_test_rand_int_range (0, G_N_ELEMENTS (refusals))];
      delivered.retry_after = g_test_rand_int_range (0, 4) * SECOND;
      delivered.moved_to = call->chat != NULL && call->chat[0] == '-' ? -1006 : 0;
    }
  opt_fake_delivery_answer (fixture->delivery, call, &delivered);
}

static OptFakeCall *
pick_open (OptOutboxFixture *fixture)
{
  GPtrArray *calls = opt_fake_delivery_get_calls (fixture->delivery);
  guint      n = opt_fake_delivery_count_open (fixture->delivery);
  gint       chosen = n > 0 ? g_test_rand_int_range (0, (gint)n) : 0;

  for (guint i = 0; i < calls->len; i++)
    {
      OptFakeCall *call = g_ptr_array_index (calls, i);

      if (!call->answered && chosen-- == 0)
        return call;
    }
  return NULL;
}

static gboolean
move (OptTransaction *transaction,
      gpointer        data,
      GError        **error)
{
  return opt_outbox_move_chat (transaction, "main", "-5", "-1007", error);
}

static void
do_any (OptOutboxFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
      opt_outbox_fixture_crash (fixture);
      opt_outbox_fixture_start (fixture);
      break;
    case 1:
      opt_outbox_hold_bot (fixture->outbox, "main", "it sleeps");
      break;
    case 2:
      opt_outbox_release_bot (fixture->outbox, "main");
      break;
    case 3:
      opt_outbox_set_pacing (fixture->outbox, g_test_rand_bit ());
      break;
    case 4:
      opt_test_store_write (fixture->store, move, NULL, &error);
      g_assert_no_error (error);
      opt_outbox_chat_moved (fixture->outbox, "main", "-5", "-1007");
      break;
    case 5:
    case 6:
      opt_outbox_drop_async (fixture->outbox, pick_row (fixture), NULL, NULL, NULL);
      break;
    default:
      opt_outbox_retry_async (fixture->outbox, pick_row (fixture), NULL, NULL, NULL);
      break;
    }
}

static void
check (OptOutboxFixture *fixture)
{
  GPtrArray *calls = opt_fake_delivery_get_calls (fixture->delivery);
  g_autoptr (GHashTable) busy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_open = 0;

  for (guint i = 0; i < calls->len; i++)
    {
      OptFakeCall *call = g_ptr_array_index (calls, i);

      if (call->answered)
        continue;
      n_open++;
      g_assert_true (g_hash_table_add (busy, g_strdup_printf ("%s %s", call->bot,
                                                              call->chat != NULL ? call->chat
                                                                                 : "")));
    }
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                                       "WHERE state = 'sending'"),
                   >=, n_open);
}

static gboolean
is_done (OptOutboxFixture *fixture)
{
  return opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox "
                                             "WHERE state IN ('queued', 'sending')") == 0;
}

static void
test_chaos (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  guint rounds = 0;

  fixture->renderer = g_object_new (TEST_TYPE_RENDERER, NULL);
  opt_outbox_fixture_start (fixture);
  for (guint step = 0; step < 1000; step++)
    {
      gint32       dice = g_test_rand_int_range (0, 100);
      OptFakeCall *call;

      if (dice < 35)
        add_any (fixture);
      else if (dice < 75 && (call = pick_open (fixture)) != NULL)
        answer_any (fixture, call);
      else if (dice < 90)
        opt_outbox_fixture_advance (fixture, g_test_rand_int_range (1, 3000) * (SECOND / 1000));
      else
        do_any (fixture);
      if (g_test_rand_bit ())
        opt_outbox_fixture_run (fixture);
      if (step % 10 == 0)
        check (fixture);
    }
  opt_outbox_fixture_run (fixture);
  opt_outbox_release_bot (fixture->outbox, "main");
  opt_outbox_release_bot (fixture->outbox, "other");
  opt_fake_delivery_set_func (fixture->delivery, opt_fake_delivery_say_ok, NULL);
  for (OptFakeCall *call; (call = pick_open (fixture)) != NULL;)
    {
      opt_fake_delivery_answer_ok (fixture->delivery, call);
      opt_outbox_fixture_run (fixture);
    }
  while (!is_done (fixture))
    {
      g_assert_cmpuint (rounds++, <, 500);
      /* A file may be read in a thread. */
      while (!opt_outbox_is_idle (fixture->outbox))
        g_main_context_iteration (NULL, TRUE);
      opt_outbox_fixture_advance (fixture, 20 * SECOND);
    }
  opt_outbox_fixture_advance (fixture, 120 * SECOND);
  g_assert_true (opt_outbox_is_idle (fixture->outbox));
  opt_outbox_fixture_stop (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/chaos", test_chaos);

  return g_test_run ();
}
