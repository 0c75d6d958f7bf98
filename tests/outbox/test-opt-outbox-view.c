/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-outbox-fixture.h"

#define TEST_TYPE_RENDERER (test_renderer_get_type ())
G_DECLARE_FINAL_TYPE (TestRenderer, test_renderer, TEST, RENDERER, GObject)

/* Answers when it is told to. */
struct _TestRenderer
{
  GObject parent_instance;

  GQueue   tasks; /* of GTask, with the view as data */
  GString *asked;
};

static void
render_async (OptRenderer            *renderer,
              const OptRenderRequest *request,
              GCancellable           *cancellable,
              GAsyncReadyCallback     callback,
              gpointer                user_data)
{
  TestRenderer *self = TEST_RENDERER (renderer);
  GTask        *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (request->view), g_free);
  g_string_append_printf (self->asked, "%s %s %" G_GINT64_FORMAT " %s %s;", request->bot,
                          request->chat, request->topic, request->view,
                          request->view_args != NULL ? request->view_args : "-");
  g_assert_cmpint (request->row_id, >, 0);
  g_queue_push_tail (&self->tasks, task);
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
test_renderer_finalize (GObject *object)
{
  TestRenderer *self = TEST_RENDERER (object);

  g_assert_cmpuint (self->tasks.length, ==, 0);
  g_string_free (self->asked, TRUE);
  G_OBJECT_CLASS (test_renderer_parent_class)->finalize (object);
}

static void
test_renderer_class_init (TestRendererClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_renderer_finalize;
}

static void
test_renderer_init (TestRenderer *self)
{
  self->asked = g_string_new (NULL);
}

static TestRenderer *
set_up (OptOutboxFixture *fixture)
{
  fixture->renderer = g_object_new (TEST_TYPE_RENDERER, NULL);
  return TEST_RENDERER (fixture->renderer);
}

/* Answers the request that came first. */
static void
render (OptOutboxFixture *fixture,
        OptRendered      *rendered)
{
  TestRenderer *self = TEST_RENDERER (fixture->renderer);
  g_autoptr (GTask) task = g_queue_pop_head (&self->tasks);

  g_assert_nonnull (task);
  if (rendered != NULL)
    g_task_return_pointer (task, rendered, (GDestroyNotify)opt_rendered_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no job 17");
  opt_outbox_fixture_run (fixture);
}

static gint64
add_view (OptOutboxFixture *fixture,
          const char       *chat,
          gint64            message_id)
{
  OptOutboxDraft draft = { .bot = "main",
                           .chat = chat,
                           .kind = OPT_OUTBOX_VIEW,
                           .view = "status",
                           .view_args = "{\"job\":17}",
                           .topic = 3,
                           .reply_to = message_id > 0 ? 0 : 8,
                           .message_id = message_id,
                           .silent = TRUE };

  return opt_outbox_fixture_add (fixture, &draft);
}

static void
test_view (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  TestRenderer *renderer = set_up (fixture);
  gint64        id = add_view (fixture, "1", 0);

  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  g_assert_cmpstr (renderer->asked->str, ==, "main 1 3 status {\"job\":17};");
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 0);
  render (fixture, opt_rendered_new ("it runs", "{\"k\":1}"));
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->body, ==,
                   "{\"chat_id\":1,\"message_thread_id\":3,\"reply_parameters\":{\"message_id\":8,"
                   "\"allow_sending_without_reply\":true},\"disable_notification\":true,"
                   "\"reply_markup\":{\"k\":1},\"text\":\"it runs\"}");
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  /* What is sent is what is on the disk. */
  g_assert_cmpint (row->kind, ==, OPT_OUTBOX_TEXT);
  g_assert_cmpstr (row->text, ==, "it runs");
  g_assert_cmpstr (row->view, ==, "status");
  opt_outbox_fixture_crash (fixture);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->text, ==, "it runs\n(possibly repeated)");
  opt_outbox_fixture_answer_ok (fixture, 1);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->text, ==, "next");
}

static void
test_edit (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  set_up (fixture);
  add_view (fixture, "1", 9);
  opt_outbox_fixture_start (fixture);
  render (fixture, opt_rendered_new ("it runs", NULL));
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->method, ==, "editMessageText");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->body, ==,
                   "{\"chat_id\":1,\"message_id\":9,\"text\":\"it runs\"}");
}

static void
test_error (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  set_up (fixture);
  add_view (fixture, "1", 0);
  opt_outbox_fixture_start (fixture);
  render (fixture, NULL);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==,
                   "Sorry, this can't be shown: there is no job 17.");
}

static void
test_empty (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  set_up (fixture);
  add_view (fixture, "1", 0);
  opt_outbox_fixture_start (fixture);
  render (fixture, opt_rendered_new (" \n", NULL));
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "There is nothing to show.");
}

static void
test_no_renderer (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  gint64 id = add_view (fixture, "1", 0);

  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_DEAD);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "next");
}

static void
test_split (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;

  set_up (fixture);
  add_view (fixture, "1", 0);
  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 150; i++)
    g_string_append_printf (text, "%063u\n", i);
  render (fixture, opt_rendered_new (text->str, "{\"k\":1}"));
  opt_outbox_fixture_answer_ok (fixture, 0);
  /* What was cut off keeps its place through a crash. */
  opt_outbox_fixture_crash (fixture);
  opt_outbox_fixture_start (fixture);
  for (n = 1; n < opt_outbox_fixture_count (fixture); n++)
    if (!opt_outbox_fixture_call (fixture, n)->answered)
      opt_outbox_fixture_answer_ok (fixture, n);

  /* The second part goes again, in two, since it had no room for the mark. */
  g_assert_cmpuint (n, ==, 6);
  g_assert_true (g_str_has_prefix (opt_outbox_fixture_call (fixture, 0)->text, "0000"));
  g_assert_nonnull (strstr (opt_outbox_fixture_call (fixture, 0)->body, "reply_parameters"));
  for (guint i = 1; i < 5; i++)
    {
      OptFakeCall *call = opt_outbox_fixture_call (fixture, i);

      g_assert_nonnull (strstr (call->body, "\"disable_notification\":true"));
      g_assert_nonnull (strstr (call->body, "\"message_thread_id\":3"));
      g_assert_true ((strstr (call->body, "\"k\":1") != NULL) == (i == 4));
    }
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 5)->text, ==, "next");
}

static void
test_long (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = g_strnfill (50 * 1000, 'x');

  set_up (fixture);
  add_view (fixture, "1", 9);
  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  render (fixture, opt_rendered_new (text, NULL));
  for (guint i = 0; i < 4; i++)
    opt_outbox_fixture_answer_ok (fixture, i);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->method, ==, "editMessageText");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->method, ==, "sendMessage");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->method, ==, "sendDocument");
  g_assert_cmpuint (g_bytes_get_size (opt_outbox_fixture_call (fixture, 2)->file), ==, 50 * 1000);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 3)->text, ==, "next");
}

static void
test_few_at_a_time (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  TestRenderer *renderer = set_up (fixture);

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);

      add_view (fixture, chat, 0);
    }
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (renderer->tasks.length, ==, 4);
  for (guint i = 0; i < 30; i++)
    {
      render (fixture, opt_rendered_new ("x", NULL));
      g_assert_cmpuint (renderer->tasks.length, <=, 4);
      opt_outbox_fixture_answer_ok (fixture, i);
    }
}

static void
test_crash_while_rendering (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  TestRenderer *renderer = set_up (fixture);

  add_view (fixture, "1", 0);
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_crash (fixture);
  opt_outbox_fixture_start (fixture);
  g_assert_cmpuint (renderer->tasks.length, ==, 2);
  /* The first one has nobody to tell any more. */
  render (fixture, opt_rendered_new ("late", NULL));
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 0);
  render (fixture, opt_rendered_new ("in time", NULL));
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "in time");
}

static void
test_dropped_while_rendering (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = g_strnfill (5000, 'x');
  gint64           id;

  set_up (fixture);
  id = add_view (fixture, "1", 0);
  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  opt_outbox_drop_async (fixture->outbox, id, NULL, NULL, NULL);
  opt_outbox_fixture_run (fixture);
  render (fixture, opt_rendered_new (text, NULL));
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 1);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "next");
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox"), ==, 1);
}

static void
wait_for_calls (OptOutboxFixture *fixture,
                guint             n)
{
  while (opt_outbox_fixture_count (fixture) < n)
    g_main_context_iteration (NULL, TRUE);
}

static char *
make_file (OptOutboxFixture *fixture,
           const char       *name,
           gsize             size)
{
  char            *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *bytes = g_strnfill (MIN (size, 100), 'x');
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, (off_t)size), ==, 0);
  return path;
}

static void
test_rendered_file (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *path = make_file (fixture, "17.log", 5);
  OptRendered     *short_one = opt_rendered_new ("the log", "{\"k\":1}");
  OptRendered     *long_one = opt_rendered_new (NULL, NULL);

  set_up (fixture);
  add_view (fixture, "1", 0);
  add_view (fixture, "1", 0);
  opt_outbox_fixture_start (fixture);
  short_one->path = g_strdup (path);
  short_one->file_name = g_strdup ("job 17.log");
  render (fixture, short_one);
  wait_for_calls (fixture, 1);

  OptFakeCall *call = opt_outbox_fixture_call (fixture, 0);

  g_assert_cmpstr (call->method, ==, "sendDocument");
  g_assert_cmpstr (call->text, ==, "the log");
  g_assert_cmpstr (call->file_name, ==, "job 17.log");
  g_assert_cmpstr (call->mime, ==, "text/plain");
  g_assert_cmpuint (g_bytes_get_size (call->file), ==, 5);
  g_assert_nonnull (strstr (call->body, "\"k\":1"));
  opt_outbox_fixture_answer_ok (fixture, 0);

  /* Too long for a caption. */
  long_one->text = g_strnfill (2000, 'x');
  long_one->path = g_strdup (path);
  render (fixture, long_one);
  wait_for_calls (fixture, 2);
  opt_outbox_fixture_answer_ok (fixture, 1);
  wait_for_calls (fixture, 3);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->method, ==, "sendMessage");
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->method, ==, "sendDocument");
  g_assert_null (opt_outbox_fixture_call (fixture, 2)->text);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 2)->file_name, ==, "17.log");
}

static void
assert_dead (const char *words,
             gsize       size,
             gboolean    missing)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *path = make_file (fixture, "file.bin", size);
  OptOutboxDraft   draft = {
      .bot = "main", .chat = "1", .kind = OPT_OUTBOX_DOCUMENT, .path = path, .text = "caption"
  };
  gint64 id;

  if (missing)
    g_assert_cmpint (g_unlink (path), ==, 0);
  id = opt_outbox_fixture_add (fixture, &draft);
  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  wait_for_calls (fixture, 1);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "next");
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpint (row->state, ==, OPT_OUTBOX_DEAD);
  g_assert_nonnull (strstr (row->error_text, words));
}

static void
test_bad_files (void)
{
  assert_dead ("No such file or directory", 5, TRUE);
  assert_dead ("the file is empty", 0, FALSE);
  assert_dead ("Telegram takes no more than 50 MB", 50 * 1000 * 1000 + 1, FALSE);
}

static void
test_no_file (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *pipe_path = g_build_filename (fixture->folder, "pipe", NULL);
  OptOutboxDraft   draft = { .bot = "main", .chat = "1", .kind = OPT_OUTBOX_DOCUMENT };

  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  draft.path = pipe_path;
  gint64 fifo = opt_outbox_fixture_add (fixture, &draft);

  draft.path = fixture->folder;
  gint64 folder = opt_outbox_fixture_add (fixture, &draft);

  opt_outbox_fixture_say (fixture, "1", "next");
  opt_outbox_fixture_start (fixture);
  wait_for_calls (fixture, 1);
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_autoptr (OptOutboxRow) fifo_row = opt_outbox_fixture_show (fixture, fifo);
  g_autoptr (OptOutboxRow) folder_row = opt_outbox_fixture_show (fixture, folder);

  g_assert_nonnull (strstr (fifo_row->error_text, "it is not a file"));
  g_assert_nonnull (strstr (folder_row->error_text, "it is not a file"));
}

static void
test_uploads (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *path = make_file (fixture, "a.txt", 5);

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", 100 + i);
      OptOutboxDraft   draft = {
          .bot = "main", .chat = chat, .kind = OPT_OUTBOX_DOCUMENT, .path = path
      };

      opt_outbox_fixture_add (fixture, &draft);
    }
  opt_outbox_fixture_say (fixture, "5", "text");
  opt_outbox_fixture_start (fixture);
  /* Files are read whole, so few are on their way at a time; texts don't wait for them. */
  wait_for_calls (fixture, 3);
  opt_outbox_fixture_run (fixture);
  g_assert_cmpuint (opt_outbox_fixture_count (fixture), ==, 3);
  for (guint i = 0; i < 7; i++)
    {
      wait_for_calls (fixture, i + 1);
      opt_outbox_fixture_answer_ok (fixture, i);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/view/text", test_view);
  g_test_add_func ("/outbox/view/edit", test_edit);
  g_test_add_func ("/outbox/view/error", test_error);
  g_test_add_func ("/outbox/view/empty", test_empty);
  g_test_add_func ("/outbox/view/no-renderer", test_no_renderer);
  g_test_add_func ("/outbox/view/split", test_split);
  g_test_add_func ("/outbox/view/long", test_long);
  g_test_add_func ("/outbox/view/few-at-a-time", test_few_at_a_time);
  g_test_add_func ("/outbox/view/crash", test_crash_while_rendering);
  g_test_add_func ("/outbox/view/dropped", test_dropped_while_rendering);
  g_test_add_func ("/outbox/view/file", test_rendered_file);
  g_test_add_func ("/outbox/view/bad-files", test_bad_files);
  g_test_add_func ("/outbox/view/no-file", test_no_file);
  g_test_add_func ("/outbox/view/uploads", test_uploads);

  return g_test_run ();
}
