/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-id.h"
#include "opt-job-private.h"
#include "opt-jobs-private.h"

#define RETRY_FIRST OPT_SECOND
#define RETRY_MOST  (60 * OPT_SECOND)

OptActiveJob *
opt_active_job_ref (OptActiveJob *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
opt_active_job_unref (OptActiveJob *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  opt_job_unref (self->job);
  g_clear_pointer (&self->final, opt_job_unref);
  g_clear_pointer (&self->pipes, opt_job_pipes_unref);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_queue_clear_full (&self->orders, opt_job_order_free);
  g_strfreev (self->environment);
  g_free (self->rerun_of);
  g_free (self);
}

/* Takes the job out of @row. */
OptActiveJob *
opt_active_job_add (OptJobs   *jobs,
                    OptJobRow *row)
{
  OptActiveJob *self = g_new0 (OptActiveJob, 1);

  g_atomic_ref_count_init (&self->refs);
  self->jobs = jobs;
  self->job = g_steal_pointer (&row->job);
  self->idempotent = row->idempotent;
  self->concurrency = MAX (row->concurrency, 1);
  self->rerun_of = g_steal_pointer (&row->rerun_of);
  self->line = opt_job_line_join (jobs, self->job->task);
  self->is_found = TRUE;
  g_queue_init (&self->orders);
  opt_backoff_init (&self->backoff, RETRY_FIRST, RETRY_MOST);
  g_hash_table_insert (jobs->by_number, g_memdup2 (&self->job->number, sizeof (gint64)), self);
  g_hash_table_insert (jobs->by_id, g_strdup (self->job->id), self);
  return self;
}

OptActiveJob *
opt_active_job_find (OptJobs    *jobs,
                     const char *ref)
{
  OptJobRef wanted;

  if (!opt_job_ref_parse (&wanted, ref, NULL))
    return NULL;
  return wanted.number != 0 ? g_hash_table_lookup (jobs->by_number, &wanted.number)
                            : g_hash_table_lookup (jobs->by_id, wanted.id);
}

void
opt_active_job_set (OptActiveJob *self,
                    OptJob       *job)
{
  gboolean is_step = self->job->state != job->state;

  opt_job_unref (self->job);
  self->job = job;
  opt_jobs_emit_changed (self->jobs, job);
  if (is_step)
    opt_job_follows_wake (self->jobs->follows, job->number);
}

/* No source or timer of it fires any more. */
void
opt_active_job_quiet (OptActiveJob *self)
{
  opt_clock_cancel (self->jobs->clock, &self->retry_timer);
  opt_clock_cancel (self->jobs->clock, &self->look_timer);
  opt_clock_cancel (self->jobs->clock, &self->running_timer);
  if (self->alive != NULL)
    g_source_destroy (self->alive);
  g_clear_pointer (&self->alive, g_source_unref);
}

/* It has ended: whoever still wants something of it is told so. */
void
opt_active_job_remove (OptActiveJob *self)
{
  g_autoptr (OptActiveJob) alive = opt_active_job_ref (self);
  OptJobs     *jobs = self->jobs;
  OptJobOrder *order;

  self->is_gone = TRUE;
  opt_active_job_quiet (self);
  opt_job_line_leave (self);
  opt_job_line_vacate (self);
  g_hash_table_remove (jobs->by_id, self->job->id);
  g_hash_table_remove (jobs->by_number, &self->job->number);
  opt_job_wait_tell (self, self->job);
  opt_job_follows_wake (jobs->follows, self->job->number);
  while ((order = g_queue_pop_head (&self->orders)) != NULL)
    opt_job_order_refuse_ended (order, self->job);
  opt_job_line_advance (jobs, self->line);
  opt_job_line_quit (jobs, g_steal_pointer (&self->line));
  opt_job_spare_refill (jobs);
}

/* A step is over: what was asked for meanwhile has its turn. */
void
opt_active_job_settle (OptActiveJob *self)
{
  g_autoptr (OptActiveJob) alive = opt_active_job_ref (self);
  OptJobOrder *order;

  self->is_busy = FALSE;
  while (!self->is_busy && !self->is_gone && (order = g_queue_pop_head (&self->orders)) != NULL)
    opt_job_order_run (self, order);
}

void
opt_job_line_free (gpointer data)
{
  OptJobLine *line = data;

  g_queue_clear (&line->waiting);
  g_queue_clear (&line->takes);
  g_free (line->key);
  g_free (line);
}

/* There is a line for as long as anybody is in it: who asks for tasks that are not there leaves no
 * trace. */
OptJobLine *
opt_job_line_join (OptJobs    *jobs,
                   const char *task)
{
  g_autofree char *key = opt_name_fold (task);
  OptJobLine      *line = g_hash_table_lookup (jobs->lines, key);

  if (line == NULL)
    {
      line = g_new0 (OptJobLine, 1);
      line->key = g_steal_pointer (&key);
      g_queue_init (&line->waiting);
      g_queue_init (&line->takes);
      g_hash_table_insert (jobs->lines, line->key, line);
    }
  line->users++;
  return line;
}

void
opt_job_line_quit (OptJobs    *jobs,
                   OptJobLine *line)
{
  if (--line->users == 0)
    g_hash_table_remove (jobs->lines, line->key);
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  const OptActiveJob *one = a;
  const OptActiveJob *other = b;

  return one->job->number < other->job->number ? -1 : one->job->number > other->job->number;
}

/* In order of the numbers; the usual one is the newest. */
void
opt_job_line_wait (OptActiveJob *active)
{
  GQueue       *waiting = &active->line->waiting;
  OptActiveJob *last = g_queue_peek_tail (waiting);

  if (last == NULL || last->job->number < active->job->number)
    g_queue_push_tail (waiting, active);
  else
    g_queue_insert_sorted (waiting, active, compare_numbers, NULL);
}

void
opt_job_line_leave (OptActiveJob *active)
{
  if (g_queue_peek_head (&active->line->waiting) == active)
    g_queue_pop_head (&active->line->waiting);
  else
    g_queue_remove (&active->line->waiting, active);
}

void
opt_job_line_occupy (OptActiveJob *active)
{
  if (!active->occupies)
    active->line->occupied++;
  active->occupies = TRUE;
}

void
opt_job_line_vacate (OptActiveJob *active)
{
  if (active->occupies)
    active->line->occupied--;
  active->occupies = FALSE;
}

/* Starts who is first, as long as there is room. */
void
opt_job_line_advance (OptJobs    *jobs,
                      OptJobLine *line)
{
  OptActiveJob *first;

  while (jobs->phase == OPT_JOBS_STARTED && (first = g_queue_peek_head (&line->waiting)) != NULL &&
         !first->is_busy && first->retry_timer == 0 && line->occupied < first->concurrency)
    {
      g_queue_pop_head (&line->waiting);
      opt_job_start (first);
    }
}
