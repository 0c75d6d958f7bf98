/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-fixture.h"

#include <string.h>

/* Tasks are shell scripts; all output what they are called with. */
#define TYPE_SHELL (shell_get_type ())
G_DECLARE_FINAL_TYPE (Shell, shell, TEST, SHELL, GObject)

struct _Shell
{
  GObject parent_instance;
};

static OptJobSpec *
shell_resolve (OptJobResolver     *resolver,
               const char         *task,
               GHashTable         *parameters,
               const OptJobOrigin *origin,
               GError            **error)
{
  OptJobSpec *spec = opt_job_spec_new ();
  const char *script = g_hash_table_lookup (parameters, "script");
  const char *argv[] = { "/bin/sh", "-c", script, NULL };
  const char *environment[] = { "PATH=/usr/bin:/bin", NULL };

  spec->task = g_strdup (task);
  spec->parameters = g_hash_table_ref (parameters);
  spec->argv = g_strdupv ((char **)argv);
  spec->work_dir = g_strdup ("/");
  spec->environment = g_strdupv ((char **)environment);
  spec->concurrency = 1;
  spec->output = g_strdup ("chat");
  spec->notify_on = g_strdup ("always");
  return spec;
}

static void
shell_resolver_init (OptJobResolverInterface *iface)
{
  iface->resolve = shell_resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Shell,
                               shell,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_RESOLVER, shell_resolver_init))

static void
shell_class_init (ShellClass *klass)
{
}

static void
shell_init (Shell *self)
{
}

/* The fixture with real jobs. */
typedef struct
{
  OptRemoteFixture base;
  OptJobs         *jobs;   /* (owned) */
  OptRemote       *remote; /* (owned) */
} Views;

static void
set_up (Views        *views,
        gconstpointer data)
{
  g_autoptr (OptJobResolver) shell = g_object_new (TYPE_SHELL, NULL);
  g_autofree char *folder = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  OptJobsSettings settings = { .robot = "vm91", .runner = g_getenv ("OPT_RUNNER") };

  opt_remote_fixture_set_up (&views->base, data);
  folder = g_build_filename (views->base.folder, "jobs", NULL);
  settings.folder = folder;
  settings.fresh = 300 * OPT_SECOND;
  views->jobs = opt_jobs_new (views->base.store, OPT_CLOCK (views->base.clock), shell, &settings);
  views->remote = opt_remote_new (views->base.store, OPT_CLOCK (views->base.clock),
                                  views->base.outbox, views->jobs);
  opt_jobs_start_async (views->jobs, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_jobs_start_finish (views->jobs, result, &error));
  g_assert_no_error (error);
}

static gboolean
is_idle (gpointer data)
{
  Views *views = data;

  return opt_jobs_is_idle (views->jobs) && opt_store_is_idle (views->base.store);
}

static void
tear_down (Views        *views,
           gconstpointer data)
{
  opt_test_wait_until (is_idle, views);
  opt_jobs_stop (views->jobs);
  opt_test_wait_until (is_idle, views);
  g_assert_finalize_object (views->remote);
  g_assert_finalize_object (views->jobs);
  opt_remote_fixture_tear_down (&views->base, data);
}

/* Starts a job, and waits for its end unless it is to go on. */
static gint64
run (Views      *views,
     const char *task,
     const char *script,
     gboolean    wait)
{
  g_autoptr (GHashTable) parameters = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (OptJobOrigin) origin = opt_job_origin_new ("cli");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) last = NULL;

  g_hash_table_insert (parameters, (gpointer) "script", (gpointer)script);
  opt_jobs_run_async (views->jobs, task, parameters, origin, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  job = opt_jobs_run_finish (views->jobs, result, &error);
  g_assert_no_error (error);
  if (!wait)
    return job->number;
  opt_jobs_wait_async (views->jobs, job->id, 0, NULL, opt_test_take_result, &slot);
  ended = opt_test_wait_result (&slot);
  last = opt_jobs_wait_finish (views->jobs, ended, &error);
  g_assert_no_error (error);
  return last->number;
}

static void
cancel (Views *views,
        gint64 number)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (OptJob) job = NULL;
  g_autoptr (OptJob) last = NULL;

  opt_jobs_cancel_async (views->jobs, ref, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  job = opt_jobs_cancel_finish (views->jobs, result, NULL);
  opt_jobs_wait_async (views->jobs, ref, 0, NULL, opt_test_take_result, &slot);
  ended = opt_test_wait_result (&slot);
  last = opt_jobs_wait_finish (views->jobs, ended, NULL);
  g_assert_cmpint (last->state, ==, OPT_JOB_CANCELLED);
}

static OptRendered *
render (Views      *views,
        const char *view,
        const char *args)
{
  OptRenderRequest request = {
    .row_id = 1,
    .bot = "main",
    .chat = "1001",
    .view = view,
    .view_args = args,
  };
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  OptRendered *rendered;

  opt_renderer_render_async (OPT_RENDERER (views->remote), &request, NULL, opt_test_take_result,
                             &slot);
  result = opt_test_wait_result (&slot);
  rendered = opt_renderer_render_finish (OPT_RENDERER (views->remote), result, &error);
  g_assert_no_error (error);
  return rendered;
}

static void
assert_view (Views      *views,
             const char *view,
             const char *args,
             const char *pattern)
{
  g_autoptr (OptRendered) rendered = render (views, view, args);

  opt_remote_fixture_assert (rendered->text, pattern);
}

static void
test_empty (Views        *views,
            gconstpointer data)
{
  g_test_summary ("With nothing there every view has words.");

  assert_view (views, "list", "{\"robot\":\"vm91\",\"words\":\"\"}", "No jobs yet on vm91.*");
  assert_view (views, "list", NULL, "No jobs yet on this robot.*");
  assert_view (views, "status", "{\"robot\":\"vm91\",\"tasks\":3}",
               "#vm91 · Optimus *\nUp since 08:00 (0.0 s)\nTasks: 3\nMessages: 0 waiting\n"
               "Jobs: 0 running, 0 waiting");
  assert_view (views, "cancel", "{\"bot_id\":7,\"chat_id\":1001,\"user_id\":1001}",
               "Nothing is running or waiting.");
  assert_view (views, "log", "{}", "There is no job yet.");
  assert_view (views, "log", "{\"job\":\"17\"}", "There is no job*17*");
  assert_view (views, "result", "{\"head\":\"HEAD\",\"job\":\"17\"}",
               "HEAD\n\nIts output can't be shown. There is no job*");
  assert_view (views, "result", "[1]", "A job has ended.\n\nIts output can't be shown. *");
  assert_view (views, "chart", "{}", "This can't be shown: it was asked for by another version.");
}

static void
test_log (Views        *views,
          gconstpointer data)
{
  g_autoptr (OptRendered) big = NULL;

  g_test_summary ("What a job wrote is shown, its end as text when it is long.");

  run (views, "report",
       "echo '::progress 50 half'; printf '\\033[32mgreen\\033[0m\\n\\377\\n'", TRUE);
  assert_view (views, "log", "{}",
               "✅ report #1 · succeeded · 36 bytes\n\n::progress 50 half\ngreen\n\xef\xbf\xbd");
  assert_view (views, "log", "{\"job\":\"1\",\"lines\":1}", "✅ report #1 *\n\n\xef\xbf\xbd");
  assert_view (views, "result", "{\"head\":\"HEAD\",\"job\":\"1\",\"output\":\"chat\"}",
               "HEAD\n\ngreen\n\xef\xbf\xbd");
  run (views, "quiet", ":", TRUE);
  assert_view (views, "log", "{\"job\":\"#2\"}",
               "✅ quiet #2 · succeeded · 0 bytes\nIt wrote nothing.");
  assert_view (views, "result", "{\"head\":\"HEAD\",\"job\":\"2\"}", "HEAD");

  run (views, "chatty", "yes 'a line of this output' | head -n 20000; echo last", TRUE);
  big = render (views, "result", "{\"head\":\"HEAD\",\"job\":\"3\",\"output\":\"chat\"}");
  opt_remote_fixture_assert (big->text, "HEAD\n\n…\na line of this output\n*\nlast");
  g_assert_cmpuint (strlen (big->text), <, 1024);
  g_assert_true (g_file_test (big->path, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpstr (big->file_name, ==, "chatty-3.log");
}

static void
test_running (Views        *views,
              gconstpointer data)
{
  g_autoptr (OptRendered) choice = NULL;
  gint64 number;

  g_test_summary ("What runs is listed, and can be chosen to be stopped.");

  run (views, "report", "exit 3", TRUE);
  number = run (views, "sleeper", "exec sleep 1000", FALSE);
  g_assert_cmpint (number, ==, 2);
  run (views, "sleeper", "exec sleep 1000", FALSE);
  assert_view (views, "list", "{\"robot\":\"vm91\",\"words\":\"\"}",
               "Jobs on vm91:\n⏳ #3 sleeper · ??:?? · waiting\n▶ #2 sleeper · *\n❌ #1 report · *");
  assert_view (views, "list", "{\"robot\":\"vm91\",\"task\":\"REPORT\",\"words\":\"report\"}",
               "Jobs on vm91 (report):\n❌ #1 report · *\n\n1 failed");
  assert_view (views, "status", "{\"robot\":\"vm91\"}",
               "*\nJobs: 1 running, 1 waiting\n\n⏳ #3 sleeper*\n▶ #2 sleeper*");
  choice = render (views, "cancel", "{\"bot_id\":7,\"chat_id\":1001,\"user_id\":1001}");
  g_assert_cmpstr (choice->text, ==, "Which job shall be stopped?");
  g_assert_nonnull (strstr (choice->markup, "\"#3 sleeper\""));
  g_assert_nonnull (strstr (choice->markup, "\"#2 sleeper\""));
  g_assert_cmpint (opt_test_store_ask (views->base.store,
                                       "SELECT count(*) FROM callbacks WHERE bot_id = 7 AND "
                                       "chat_id = 1001 AND user_id = 1001 AND action = 'cancel' "
                                       "AND once = 1"),
                   ==, 2);
  cancel (views, 3);
  cancel (views, 2);
}

/* The courier tells the person in words when there is an error; only the end of it is none. */
static void
test_cancelled (Views        *views,
                gconstpointer data)
{
  OptRenderRequest request = { .bot = "main", .chat = "1001", .view = "list" };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A view that nobody wants any more ends.");

  g_cancellable_cancel (cancellable);
  opt_renderer_render_async (OPT_RENDERER (views->remote), &request, cancellable,
                             opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_renderer_render_finish (OPT_RENDERER (views->remote), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Views        *views,
                  gconstpointer data);
  } tests[] = {
    { "/remote/views/empty", test_empty },
    { "/remote/views/log", test_log },
    { "/remote/views/running", test_running },
    { "/remote/views/cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Views, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
