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

#include "opt-id.h"
#include "opt-job-files.h"

#define NOW (1795000000 * OPT_SECOND)

void
opt_jobs_case_init (OptJobsCase *self,
                    const char  *parent)
{
  static const OptMigration *const migrations[] = { opt_job_migrations, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *db = NULL;
  g_autofree char *lives = NULL;
  g_autofree char *gate = NULL;
  g_autofree char *plain = NULL;

  *self = (OptJobsCase){ 0 };
  self->base = opt_test_folder_new ();
  self->folder = g_build_filename (parent != NULL ? parent : self->base, "jobs", NULL);
  self->work = g_build_filename (self->base, "work", NULL);
  db = g_build_filename (self->base, "robot.db", NULL);
  lives = g_build_filename (self->work, "lives", NULL);
  gate = g_build_filename (self->work, "gate", NULL);
  plain = g_build_filename (self->work, "plain", NULL);
  g_assert_cmpint (g_mkdir (self->work, 0700), ==, 0);
  g_assert_cmpint (mkfifo (lives, 0600), ==, 0);
  g_assert_cmpint (mkfifo (gate, 0600), ==, 0);
  self->gate = open (gate, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->gate, >=, 0);
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
  close (self->gate);
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

OptJob *
opt_jobs_case_release (OptJobsCase *self,
                       gint64       number,
                       GError     **error)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_release_async (self->jobs, ref, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_jobs_release_finish (self->jobs, result, error);
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

static gboolean
has_progress (OptJobsCase *self,
              gint64       number,
              double       percent)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      OptJob *job = g_ptr_array_index (self->changes, i);

      if (job->number == number && job->state == OPT_JOB_RUNNING && job->percent == percent)
        return TRUE;
    }
  return FALSE;
}

void
opt_jobs_case_await_progress (OptJobsCase *self,
                              gint64       number,
                              double       percent)
{
  while (!has_progress (self, number, percent))
    {
      opt_test_clock_advance (self->clock, OPT_SECOND);
      g_main_context_iteration (NULL, TRUE);
    }
}

void
opt_jobs_case_await_log (OptJobsCase *self,
                         gint64       number)
{
  g_autofree char *ref = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (OptJobLog) log = { NULL, 0, 0, FALSE };
  GAsyncResult *slot = NULL;

  opt_jobs_read_log_async (self->jobs, ref, 0, TRUE, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_jobs_read_log_finish (self->jobs, result, &log, NULL));
  g_assert_nonnull (log.data);
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

static gboolean
gone_cb (int          fd,
         GIOCondition condition,
         gpointer     user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *)data;
}

void
opt_jobs_case_await_runner (OptJobsCase *self,
                            OptJob      *job)
{
  g_autofree char *path = g_build_filename (self->folder, job->id, OPT_RUNNER_FILE_ALIVE, NULL);
  g_autofree char *folder = g_build_filename (self->folder, job->id, NULL);
  int              alive = open (path, OPT_RUNNER_ALIVE_FLAGS);
  int              fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean         is_gone = FALSE;
  OptRunnerState   state;

  g_assert_cmpint (opt_runner_folder_probe (fd, alive, &state), ==, 0);
  if (state == OPT_RUNNER_STATE_RUNNING)
    {
      g_unix_fd_add (alive, 0, gone_cb, &is_gone);
      opt_test_wait_until (is_true, &is_gone);
    }
  close (fd);
  close (alive);
}

void
opt_jobs_case_open_gate (OptJobsCase *self)
{
  g_assert_cmpint (write (self->gate, "\n", 1), ==, 1);
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

guint
opt_jobs_case_count_folders (OptJobsCase *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;
  guint       count = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    count += opt_id_is_uuid (name);
  return count;
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
