/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-view-status.h"

#include "opt-job-text.h"
#include "opt-plain.h"
#include "opt-text.h"
#include "opt-view.h"

#define JOBS_SHOWN 10

static void
append_outbox (GString               *text,
               const OptOutboxCounts *counts,
               gint64                 now)
{
  g_string_append_printf (text, "\nMessages: %" G_GINT64_FORMAT " waiting",
                          counts->queued + counts->sending);
  if (counts->oldest != 0 && now - counts->oldest >= 60 * OPT_SECOND)
    {
      g_autofree char *age = opt_text_format_duration (now - counts->oldest);

      g_string_append_printf (text, " (for %s)", age);
    }
  if (counts->dead > 0)
    g_string_append_printf (text, ", %" G_GINT64_FORMAT " refused by Telegram", counts->dead);
}

/**
 * opt_view_status_format:
 * @self: how the robot is
 *
 * Writes how a robot is: version, since when it is up, what is waiting, what is running.
 *
 * Returns: (transfer full): the text
 */
char *
opt_view_status_format (const OptViewStatus *self)
{
  g_autoptr (GString) text = g_string_sized_new (512);
  g_autofree char *tag = opt_plain_hashtag (self->robot);
  g_autofree char *since = opt_plain_moment (self->since, self->now);
  g_autofree char *up = opt_text_format_duration (self->now - self->since);

  g_string_printf (text, "%s · Optimus %s\nUp since %s (%s)", tag, OPT_VERSION, since, up);
  if (self->tasks >= 0)
    g_string_append_printf (text, "\nTasks: %" G_GINT64_FORMAT, self->tasks);
  if (self->outbox != NULL)
    append_outbox (text, self->outbox, self->now);
  g_string_append_printf (text,
                          "\nJobs: %" G_GINT64_FORMAT " running, %" G_GINT64_FORMAT " waiting",
                          self->running, self->queued);
  for (guint i = 0; self->jobs != NULL && i < MIN (self->jobs->len, JOBS_SHOWN); i++)
    {
      g_autofree char *line = opt_job_text_write_line (g_ptr_array_index (self->jobs, i),
                                                       self->now);

      g_string_append_printf (text, "%s%s", i == 0 ? "\n\n" : "\n", line);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  GTask          *task; /* (owned) */
  OptOutboxCounts outbox;
  gboolean        has_outbox;
} Asking;

static void
asking_free (Asking *asking)
{
  g_clear_object (&asking->task);
  g_free (asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void
list_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Asking) asking = user_data;
  OptRemote    *remote = g_task_get_source_object (asking->task);
  JsonObject   *args = opt_view_get_args (asking->task);
  OptViewStatus status = { .tasks = -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = opt_jobs_list_finish (OPT_JOBS (source), result, &error);
  g_autofree char *text = NULL;

  if (jobs == NULL)
    {
      opt_view_return_error (asking->task, "The jobs can't be counted. ", error);
      return;
    }
  status.robot = opt_json_get_string (args, "robot");
  if (status.robot == NULL)
    status.robot = "robot";
  status.since = remote->since;
  status.now = opt_clock_get_wall (remote->clock);
  opt_json_get_int (args, "tasks", &status.tasks);
  status.outbox = asking->has_outbox ? &asking->outbox : NULL;
  status.jobs = jobs;
  opt_jobs_get_counts (remote->jobs, &status.queued, &status.running);
  text = opt_view_status_format (&status);
  opt_view_return_text (asking->task, text);
}

static void
count_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Asking      *asking = user_data;
  OptRemote   *remote = g_task_get_source_object (asking->task);
  OptJobFilter filter = { .state = "active", .limit = JOBS_SHOWN };

  /* The rest is worth showing without it. */
  asking->has_outbox = opt_outbox_count_finish (OPT_OUTBOX (source), result, &asking->outbox,
                                                NULL);
  opt_jobs_list_async (remote->jobs, &filter, g_task_get_cancellable (asking->task), list_cb,
                       asking);
}

void
opt_view_render_status (OptRemote  *remote,
                        JsonObject *args,
                        GTask      *task)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->task = task;
  opt_outbox_count_async (remote->outbox, g_task_get_cancellable (task), count_cb, asking);
}
