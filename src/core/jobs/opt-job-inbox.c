/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-private.h"

/* So many are on their way at a time; the others wait in their table. */
#define BATCH 64

typedef struct
{
  OptJobs   *jobs; /* (unowned) */
  gint64     after;
  GPtrArray *requests; /* (owned) (nullable) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_clear_pointer (&reading->requests, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
reading_func (OptTransaction *transaction,
              gpointer        data,
              GError        **error)
{
  Reading *reading = data;

  g_clear_pointer (&reading->requests, g_ptr_array_unref);
  reading->requests = opt_job_request_load (transaction, reading->after, BATCH, error);
  return reading->requests != NULL;
}

static void
dispatch (OptJobs       *jobs,
          OptJobRequest *request)
{
  jobs->last_request = MAX (jobs->last_request, request->id);
  if (g_hash_table_contains (jobs->requests, &request->id))
    {
      opt_job_request_free (request);
      return;
    }
  g_hash_table_add (jobs->requests, g_memdup2 (&request->id, sizeof request->id));
  if (request->kind == OPT_JOB_REQUEST_RUN)
    opt_job_take (jobs, request, NULL);
  else
    opt_job_order (jobs, request, NULL);
}

static void retry_later (OptJobs *jobs);

static void
retry_cb (gpointer user_data)
{
  OptJobs *jobs = user_data;

  jobs->request_timer = 0;
  /* What is being read comes behind what is to come again, and would hide it. */
  if (jobs->is_reading)
    {
      retry_later (jobs);
      return;
    }
  jobs->last_request = 0;
  opt_job_inbox_read (jobs);
}

static void
retry_later (OptJobs *jobs)
{
  if (jobs->request_timer == 0 && jobs->phase == OPT_JOBS_STARTED)
    jobs->request_timer = opt_clock_call_in (jobs->clock, opt_backoff_next (&jobs->request_backoff),
                                             retry_cb, jobs);
}

static void
reading_done (gpointer      data,
              const GError *error)
{
  Reading *reading = data;
  OptJobs *jobs = reading->jobs;

  jobs->is_reading = FALSE;
  if (jobs->phase != OPT_JOBS_STARTED)
    return;
  if (error != NULL)
    {
      g_warning ("requests can't be read: %s", error->message);
      retry_later (jobs);
      return;
    }
  jobs->has_more = reading->requests->len == BATCH;
  for (guint i = 0; i < reading->requests->len; i++)
    dispatch (jobs, g_steal_pointer (&reading->requests->pdata[i]));
  if (jobs->read_again)
    opt_job_inbox_read (jobs);
}

void
opt_job_inbox_read (OptJobs *jobs)
{
  Reading *reading;

  if (jobs->phase != OPT_JOBS_STARTED)
    return;
  jobs->read_again = jobs->is_reading;
  if (jobs->is_reading)
    return;
  if (g_hash_table_size (jobs->requests) >= BATCH)
    {
      jobs->has_more = TRUE;
      return;
    }
  jobs->is_reading = TRUE;
  reading = g_new0 (Reading, 1);
  reading->jobs = jobs;
  reading->after = jobs->last_request;
  opt_jobs_read (jobs, reading_func, reading_done, reading, reading_free);
}

/* A request was accepted or refused, or could not be and comes again after a while. */
void
opt_job_inbox_done (OptJobs *jobs,
                    gint64   id,
                    gboolean failed)
{
  g_hash_table_remove (jobs->requests, &id);
  if (failed)
    {
      retry_later (jobs);
      return;
    }
  opt_backoff_reset (&jobs->request_backoff);
  if (jobs->has_more && g_hash_table_size (jobs->requests) < BATCH / 2)
    opt_job_inbox_read (jobs);
}
