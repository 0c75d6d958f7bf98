/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib-unix.h>

#include "opt-clock-system.h"
#include "opt-jobs-fakes.h"
#include "opt-jobs.h"
#include "opt-test-store.h"
#include "opt-test.h"

/* From a request that was committed to the first byte that its job writes, and to its end:
 * `bench-jobs RUNNER STAMP [COUNT]`. */
typedef struct
{
  OptStore  *store;
  OptJobs   *jobs;
  GMainLoop *loop;
  int        lives;
  gint64     asked;
  gint64     told;
  gboolean   has_ended;
  GArray    *starts;
  GArray    *ends;
} Bench;

static gint64
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (gint64)time.tv_sec * OPT_SECOND + time.tv_nsec / 1000;
}

static void
step (Bench *self)
{
  if (self->told == 0 || !self->has_ended)
    return;
  g_main_loop_quit (self->loop);
}

static gboolean
lives_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  Bench *self = user_data;
  char   text[64] = "";

  if (read (fd, text, sizeof text - 1) <= 0)
    return G_SOURCE_CONTINUE;
  self->told = g_ascii_strtoll (text, NULL, 10) / 1000;
  step (self);
  return G_SOURCE_CONTINUE;
}

static void
changed_cb (OptJobs *jobs,
            OptJob  *job,
            gpointer user_data)
{
  Bench *self = user_data;

  if (!opt_job_state_is_end (job->state))
    return;
  if (job->state != OPT_JOB_SUCCEEDED)
    g_error ("a job ended as %s: %s", opt_job_state_to_string (job->state), job->reason);
  self->has_ended = TRUE;
  step (self);
}

static gboolean
request_func (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  return opt_job_request_run (transaction, "program", NULL, data, G_MAXINT64 / 2, error);
}

static void
run_one (Bench *self)
{
  g_autoptr (OptJobOrigin) origin = opt_job_origin_new ("telegram");
  g_autoptr (GError) error = NULL;
  gint64 start;
  gint64 end;

  self->told = 0;
  self->has_ended = FALSE;
  if (!opt_test_store_write (self->store, request_func, origin, &error))
    g_error ("%s", error->message);
  self->asked = now ();
  opt_jobs_poke (self->jobs);
  g_main_loop_run (self->loop);
  start = self->told - self->asked;
  end = now () - self->asked;
  g_array_append_val (self->starts, start);
  g_array_append_val (self->ends, end);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 one = *(const gint64 *)a;
  gint64 other = *(const gint64 *)b;

  return one < other ? -1 : one > other;
}

static void
print (const char *what,
       GArray     *times)
{
  g_array_sort (times, compare);
  g_print ("%s: p50 %.2f ms, p99 %.2f ms, most %.2f ms\n", what,
           (double)g_array_index (times, gint64, times->len / 2) / 1000,
           (double)g_array_index (times, gint64, times->len * 99 / 100) / 1000,
           (double)g_array_index (times, gint64, times->len - 1) / 1000);
}

static void
start (Bench *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_jobs_start_async (self->jobs, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  if (!opt_jobs_start_finish (self->jobs, result, &error))
    g_error ("%s", error->message);
}

int
main (int    argc,
      char **argv)
{
  static const OptMigration *const migrations[] = { opt_job_migrations, NULL };
  g_autoptr (OptTestFolder) base = opt_test_folder_new ();
  g_autofree char *folder = g_build_filename (base, "jobs", NULL);
  g_autofree char *db = g_build_filename (base, "bench.db", NULL);
  g_autofree char *lives = g_build_filename (base, "lives", NULL);
  g_autofree char *program = NULL;
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (OptFakeResolver) resolver = g_object_new (OPT_TYPE_FAKE_RESOLVER, NULL);
  guint count = argc > 3 ? (guint)atoi (argv[3]) : 200;
  Bench bench = { 0 };

  if (argc < 3)
    g_error ("usage: bench-jobs RUNNER STAMP [COUNT]");
  resolver->work = g_strdup (base);
  program = g_canonicalize_filename (argv[2], NULL);
  resolver->program = program;
  if (mkfifo (lives, 0600) != 0)
    g_error ("no FIFO at %s", lives);
  bench.lives = open (lives, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_unix_fd_add (bench.lives, G_IO_IN, lives_cb, &bench);
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench.ends = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench.store = opt_test_store_open (db, migrations, NULL);
  bench.jobs = opt_jobs_new (bench.store, clock, OPT_JOB_RESOLVER (resolver),
                             &(const OptJobsSettings){ .folder = folder,
                                                       .runner = argv[1],
                                                       .robot = "bench" });
  g_signal_connect (bench.jobs, "job-changed", G_CALLBACK (changed_cb), &bench);
  start (&bench);
  for (guint i = 0; i < count + 10; i++)
    {
      run_one (&bench);
      /* The first ones warm the caches. */
      if (i == 9)
        g_array_set_size (bench.starts, 0);
    }
  print ("request to first byte", bench.starts);
  print ("request to end on disk", bench.ends);
  opt_jobs_stop (bench.jobs);
  opt_test_store_close (bench.store);
  return 0;
}
