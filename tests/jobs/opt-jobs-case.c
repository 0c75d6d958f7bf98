/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-case.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#include "opt-job-files.h"

#define NOW (1795000000 * OPT_SECOND)

static void opt_fake_resolver_iface_init (OptJobResolverInterface *iface);
static void opt_fake_listener_iface_init (OptJobListenerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeResolver,
                               opt_fake_resolver,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_RESOLVER,
                                                      opt_fake_resolver_iface_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeListener,
                               opt_fake_listener,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_LISTENER,
                                                      opt_fake_listener_iface_init))

static GHashTable *
copy_parameters (GHashTable *given)
{
  GHashTable    *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer       name, value;

  g_hash_table_iter_init (&iter, given);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (copy, g_strdup (name), g_strdup (value));
  return copy;
}

static void
set_argv (OptJobSpec *spec,
          const char *one,
          const char *two,
          const char *three)
{
  const char *argv[] = { one, two, three, NULL };

  spec->argv = g_strdupv ((char **)argv);
}

static OptJobSpec *
opt_fake_resolver_resolve (OptJobResolver     *resolver,
                           const char         *task,
                           GHashTable         *parameters,
                           const OptJobOrigin *origin,
                           GError            **error)
{
  OptFakeResolver *self = OPT_FAKE_RESOLVER (resolver);
  g_autofree char *plain = g_build_filename (self->work, "plain", NULL);
  g_autofree char *id = g_ascii_strdown (task, -1);
  const char      *script = g_hash_table_lookup (parameters, "script");
  g_autoptr (OptJobSpec) spec = opt_job_spec_new ();

  g_atomic_int_inc (&self->resolved);
  spec->task = g_strdup (id);
  spec->parameters = copy_parameters (parameters);
  spec->work_dir = g_strdup (self->work);
  spec->environment = g_environ_setenv (g_new0 (char *, 1), "PATH", "/usr/bin:/bin", TRUE);
  spec->timeout = self->timeout;
  spec->output = g_strdup ("chat");
  spec->notify_on = g_strdup ("always");
  set_argv (spec, "/bin/sh", "-c", script != NULL ? script : "true");
  if (g_str_equal (id, "sh2"))
    spec->concurrency = 2;
  else if (g_str_equal (id, "many"))
    spec->concurrency = 1000;
  else if (g_str_equal (id, "idem"))
    spec->idempotent = TRUE;
  else if (g_str_equal (id, "missing") || g_str_equal (id, "plain"))
    {
      g_clear_pointer (&spec->argv, g_strfreev);
      set_argv (spec, g_str_equal (id, "plain") ? plain : "/nowhere/program", NULL, NULL);
    }
  else if (g_str_equal (id, "nowhere"))
    {
      g_free (spec->work_dir);
      spec->work_dir = g_strdup ("/nowhere/at/all");
    }
  else if (g_str_equal (id, "refused"))
    g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_REFUSED, "“refused” is not for %s",
                 origin->kind);
  else if (!g_str_equal (id, "sh"))
    g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN_TASK, "there is no task “%s”", task);
  if (g_strcmp0 (script, "ill") == 0)
    g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_USAGE, "“script” is ill");
  return *error == NULL ? g_steal_pointer (&spec) : NULL;
}

static void
opt_fake_resolver_iface_init (OptJobResolverInterface *iface)
{
  iface->resolve = opt_fake_resolver_resolve;
}

static void
opt_fake_resolver_finalize (GObject *object)
{
  g_free (OPT_FAKE_RESOLVER (object)->work);
  G_OBJECT_CLASS (opt_fake_resolver_parent_class)->finalize (object);
}

static void
opt_fake_resolver_class_init (OptFakeResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_fake_resolver_finalize;
}

static void
opt_fake_resolver_init (OptFakeResolver *self)
{
}

static void
answer (OptFakeListener *self,
        GTask           *task)
{
  if (self->failures > 0)
    {
      self->failures--;
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "not now");
      return;
    }
  g_ptr_array_add (self->events, opt_job_event_ref (g_task_get_task_data (task)));
  g_task_return_boolean (task, TRUE);
}

static void
opt_fake_listener_accept_async (OptJobListener     *listener,
                                OptJobEvent        *event,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  OptFakeListener *self = OPT_FAKE_LISTENER (listener);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  self->offers++;
  g_task_set_task_data (task, opt_job_event_ref (event), (GDestroyNotify)opt_job_event_unref);
  if (!self->hold)
    answer (self, task);
  else
    self->held = g_steal_pointer (&task);
}

void
opt_fake_listener_answer (OptFakeListener *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->held);

  answer (self, task);
}

static gboolean
opt_fake_listener_accept_finish (OptJobListener *self,
                                 GAsyncResult   *result,
                                 GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
opt_fake_listener_iface_init (OptJobListenerInterface *iface)
{
  iface->accept_async = opt_fake_listener_accept_async;
  iface->accept_finish = opt_fake_listener_accept_finish;
}

static void
opt_fake_listener_finalize (GObject *object)
{
  g_ptr_array_unref (OPT_FAKE_LISTENER (object)->events);
  G_OBJECT_CLASS (opt_fake_listener_parent_class)->finalize (object);
}

static void
opt_fake_listener_class_init (OptFakeListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_fake_listener_finalize;
}

static void
opt_fake_listener_init (OptFakeListener *self)
{
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_event_unref);
}

void
opt_jobs_case_init (OptJobsCase *self,
                    const char  *parent)
{
  static const OptMigration *const migrations[] = { opt_job_migrations, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *db = NULL;
  g_autofree char *lives = NULL;
  g_autofree char *plain = NULL;

  *self = (OptJobsCase){ 0 };
  self->base = opt_test_folder_new ();
  self->folder = g_build_filename (parent != NULL ? parent : self->base, "jobs", NULL);
  self->work = g_build_filename (self->base, "work", NULL);
  db = g_build_filename (self->base, "robot.db", NULL);
  lives = g_build_filename (self->work, "lives", NULL);
  plain = g_build_filename (self->work, "plain", NULL);
  g_assert_cmpint (g_mkdir (self->work, 0700), ==, 0);
  g_assert_cmpint (mkfifo (lives, 0600), ==, 0);
  g_assert_true (g_file_set_contents (plain, "no program", -1, NULL));
  self->lives = open (lives, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->lives, >=, 0);
  self->store = opt_test_store_open (db, migrations, &error);
  g_assert_no_error (error);
  self->clock = opt_test_clock_new (NOW);
  self->resolver = g_object_new (OPT_TYPE_FAKE_RESOLVER, NULL);
  self->resolver->work = g_strdup (self->work);
  self->listener = g_object_new (OPT_TYPE_FAKE_LISTENER, NULL);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_unref);
  self->settings = (OptJobsSettings){ .folder = self->folder,
                                      .runner = g_getenv ("OPT_RUNNER"),
                                      .robot = "vm91",
                                      .fresh = 300 * OPT_SECOND };
  opt_jobs_case_make (self);
}

void
opt_jobs_case_clear (OptJobsCase *self)
{
  opt_jobs_case_drop (self);
  opt_test_store_close (self->store);
  g_assert_finalize_object (self->store);
  g_assert_finalize_object (self->listener);
  g_assert_finalize_object (self->resolver);
  g_assert_finalize_object (self->clock);
  g_ptr_array_unref (self->changes);
  close (self->lives);
  g_free (self->folder);
  g_free (self->work);
  opt_test_folder_free (self->base);
}

static void
changed_cb (OptJobs *jobs,
            OptJob  *job,
            gpointer user_data)
{
  OptJobsCase *self = user_data;

  g_ptr_array_add (self->changes, opt_job_ref (job));
}

void
opt_jobs_case_make (OptJobsCase *self)
{
  self->jobs = opt_jobs_new (self->store, OPT_CLOCK (self->clock),
                             OPT_JOB_RESOLVER (self->resolver), &self->settings);
  opt_jobs_set_listener (self->jobs, OPT_JOB_LISTENER (self->listener));
  g_signal_connect (self->jobs, "job-changed", G_CALLBACK (changed_cb), self);
}

void
opt_jobs_case_start (OptJobsCase *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_start_async (self->jobs, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_jobs_start_finish (self->jobs, result, &error));
  g_assert_no_error (error);
}

static gboolean
is_last_reference (gpointer data)
{
  OptJobsCase *self = data;

  return G_OBJECT (self->jobs)->ref_count == 1;
}

/* What is under way holds the jobs until it is over. */
void
opt_jobs_case_drop (OptJobsCase *self)
{
  if (self->jobs == NULL)
    return;
  opt_jobs_stop (self->jobs);
  opt_test_wait_until (is_last_reference, self);
  g_assert_finalize_object (self->jobs);
  self->jobs = NULL;
}

OptJobOrigin *
opt_jobs_case_origin (const char *key,
                      const char *chat)
{
  OptJobOrigin *origin = opt_job_origin_new (chat != NULL ? "telegram" : "cli");

  origin->key = g_strdup (key);
  if (chat == NULL)
    return origin;
  origin->bot = g_strdup ("main");
  origin->chat = g_strdup (chat);
  origin->topic = 7;
  origin->user_id = 1001;
  origin->update_id = 500;
  origin->message_id = 12;
  return origin;
}

static GHashTable *
build_parameters (const char *script)
{
  GHashTable *parameters = g_hash_table_new (g_str_hash, g_str_equal);

  if (script != NULL)
    g_hash_table_insert (parameters, (gpointer) "script", (gpointer)script);
  return parameters;
}

OptJob *
opt_jobs_case_run (OptJobsCase *self,
                   const char  *task,
                   const char  *script,
                   GError     **error)
{
  g_autoptr (GHashTable) parameters = build_parameters (script);
  g_autoptr (OptJobOrigin) origin = opt_jobs_case_origin (NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_run_async (self->jobs, task, parameters, origin, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_jobs_run_finish (self->jobs, result, error);
}

typedef struct
{
  const char   *verb;
  const char   *target;
  GHashTable   *parameters;
  OptJobOrigin *origin;
  gint64        now;
} Request;

static gboolean
request_func (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  Request *request = data;

  if (g_str_equal (request->verb, "run"))
    return opt_job_request_run (transaction, request->target, request->parameters, request->origin,
                                request->now, error);
  if (g_str_equal (request->verb, "release"))
    return opt_job_request_release (transaction, request->target, request->origin, request->now,
                                    error);
  return opt_job_request_cancel (transaction, request->target, request->origin, request->now,
                                 error);
}

void
opt_jobs_case_request (OptJobsCase *self,
                       const char  *verb,
                       const char  *target,
                       const char  *script,
                       const char  *key)
{
  g_autoptr (GHashTable) parameters = build_parameters (script);
  g_autoptr (OptJobOrigin) origin = opt_jobs_case_origin (key, "-100123");
  g_autoptr (GError) error = NULL;
  Request request = { verb, target, parameters, origin,
                      opt_clock_get_wall (OPT_CLOCK (self->clock)) };

  opt_test_store_write (self->store, request_func, &request, &error);
  g_assert_no_error (error);
  if (self->jobs != NULL)
    opt_jobs_poke (self->jobs);
}

OptJob *
opt_jobs_case_wait (OptJobsCase *self,
                    gint64       number,
                    gint64       timeout)
{
  g_autofree char *ref = g_strdup_printf ("#%" G_GINT64_FORMAT, number);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  OptJob       *job;

  opt_jobs_wait_async (self->jobs, ref, timeout, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  job = opt_jobs_wait_finish (self->jobs, result, &error);
  g_assert_no_error (error);
  return job;
}

OptJob *
opt_jobs_case_get (OptJobsCase *self,
                   gint64       number)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  OptJob       *job;

  opt_jobs_get_async (self->jobs, ref, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  job = opt_jobs_get_finish (self->jobs, result, &error);
  g_assert_no_error (error);
  return job;
}

OptJob *
opt_jobs_case_cancel (OptJobsCase *self,
                      gint64       number,
                      GError     **error)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_cancel_async (self->jobs, ref, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_jobs_cancel_finish (self->jobs, result, error);
}

GPtrArray *
opt_jobs_case_list (OptJobsCase        *self,
                    const OptJobFilter *filter,
                    GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_list_async (self->jobs, filter, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_jobs_list_finish (self->jobs, result, error);
}

/* Follows it to its end. */
char *
opt_jobs_case_read_log (OptJobsCase *self,
                        gint64       number)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GString) text = g_string_new (NULL);
  guint64  next = 0;
  gboolean ended = FALSE;

  while (!ended)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (OptJobLog) log = { NULL, 0, 0, FALSE };
      GAsyncResult *slot = NULL;

      opt_jobs_read_log_async (self->jobs, ref, (gint64)next, TRUE, NULL, opt_test_take_result,
                               &slot);
      result = opt_test_wait_result (&slot);
      g_assert_true (opt_jobs_read_log_finish (self->jobs, result, &log, &error));
      g_assert_no_error (error);
      if (log.data != NULL)
        g_string_append_len (text, g_bytes_get_data (log.data, NULL),
                             (gssize)g_bytes_get_size (log.data));
      next = log.next;
      ended = log.ended;
    }
  return g_strdup (text->str);
}

typedef struct
{
  OptJobsCase *self;
  gint64       number;
  OptJobState  state;
  guint        count;
} Wish;

static gboolean
has_state (gpointer data)
{
  Wish *wish = data;

  for (guint i = 0; i < wish->self->changes->len; i++)
    {
      OptJob *job = g_ptr_array_index (wish->self->changes, i);

      if (job->number == wish->number && job->state == wish->state)
        return TRUE;
    }
  return FALSE;
}

void
opt_jobs_case_await_state (OptJobsCase *self,
                           gint64       number,
                           OptJobState  state)
{
  Wish wish = { self, number, state, 0 };

  opt_test_wait_until (has_state, &wish);
}

static gboolean
has_events (gpointer data)
{
  Wish *wish = data;

  return wish->self->listener->events->len >= wish->count;
}

void
opt_jobs_case_await_events (OptJobsCase *self,
                            guint        count)
{
  Wish wish = { self, 0, OPT_JOB_QUEUED, count };

  opt_test_wait_until (has_events, &wish);
}

static gboolean
is_idle (gpointer data)
{
  OptJobsCase *self = data;

  return opt_jobs_is_idle (self->jobs) && opt_store_is_idle (self->store);
}

void
opt_jobs_case_await_idle (OptJobsCase *self)
{
  opt_test_wait_until (is_idle, self);
}

static gboolean
lives_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  char *wanted = user_data;
  char  c;
  char *at;

  while (wanted[0] != '\0' && read (fd, &c, 1) == 1)
    {
      at = strchr (wanted, c);
      g_assert_nonnull (at);
      memmove (at, at + 1, strlen (at));
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
is_empty (gpointer data)
{
  return ((char *)data)[0] == '\0';
}

void
opt_jobs_case_await_lives (OptJobsCase *self,
                           const char  *text)
{
  g_autofree char *wanted = g_strdup (text);
  guint            source = g_unix_fd_add (self->lives, G_IO_IN, lives_cb, wanted);

  opt_test_wait_until (is_empty, wanted);
  g_source_remove (source);
}

OptJobEvent *
opt_jobs_case_event (OptJobsCase    *self,
                     guint           index,
                     OptJobEventKind kind,
                     gint64          number)
{
  OptJobEvent *event;

  opt_jobs_case_await_events (self, index + 1);
  event = g_ptr_array_index (self->listener->events, index);
  g_assert_cmpint (event->kind, ==, kind);
  g_assert_cmpint (event->job != NULL ? event->job->number : 0, ==, number);
  return event;
}

GPid
opt_jobs_case_runner (OptJobsCase *self,
                      OptJob      *job)
{
  g_autofree char *path = g_build_filename (self->folder, job->id, OPT_RUNNER_FILE_CLAIM, NULL);
  g_autofree char *data = NULL;
  OptRunnerClaim   claim;
  gsize            size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_true (opt_runner_claim_parse (&claim, data, size, NULL));
  return (GPid)claim.pid;
}
