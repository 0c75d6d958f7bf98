/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-view-list.h"

#include "opt-job-text.h"
#include "opt-view.h"

/* Enough for one screen of a phone. */
#define SHOWN_DEFAULT 15
#define LOOKED_AT_MAX 500

static void
append_totals (GString     *text,
               const guint *totals)
{
  gboolean any = FALSE;

  for (guint i = 0; i < OPT_N_JOB_STATES; i++)
    if (totals[i] > 0)
      {
        g_string_append_printf (text, "%s%u %s", any ? " · " : "", totals[i],
                                opt_job_state_to_string (i));
        any = TRUE;
      }
}

static char *
write_empty (const OptListQuery *query,
             const char         *robot)
{
  if (query->words == NULL || *query->words == '\0')
    return g_strdup_printf ("No jobs yet on %s. /run starts one.", robot);
  return g_strdup_printf ("No jobs on %s match “%s”. /list %s shows all.", robot, query->words,
                          robot);
}

/**
 * opt_view_list_format:
 * @jobs: (element-type OptJob): newest first
 * @query: which of them are wanted
 * @robot: whose they are
 * @now: microseconds since 1970
 * @is_cut: there are older ones that nobody looked at
 *
 * Writes a list of jobs: a line each, and how many there are of each state.
 *
 * Returns: (transfer full): the text
 */
char *
opt_view_list_format (GPtrArray          *jobs,
                      const OptListQuery *query,
                      const char         *robot,
                      gint64              now,
                      gboolean            is_cut)
{
  g_autoptr (GString) text = g_string_sized_new (1024);
  g_autoptr (GString) lines = g_string_sized_new (1024);
  guint totals[OPT_N_JOB_STATES] = { 0 };
  guint most = query->count != 0 ? query->count : SHOWN_DEFAULT;
  guint found = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      const OptJob    *job = g_ptr_array_index (jobs, i);
      g_autofree char *line = NULL;

      if (!opt_list_query_matches (query, job))
        continue;
      totals[job->state]++;
      if (++found > most)
        continue;
      line = opt_job_text_write_line (job, now);
      g_string_append_printf (lines, "\n%s", line);
    }
  if (found == 0)
    return write_empty (query, robot);
  g_string_append_printf (text, "Jobs on %s", robot);
  if (query->words != NULL && *query->words != '\0')
    g_string_append_printf (text, " (%s)", query->words);
  g_string_append_printf (text, ":%s\n\n", lines->str);
  append_totals (text, totals);
  if (is_cut)
    g_string_append_printf (text, " among the last %u", jobs->len);
  if (found > most)
    g_string_append_printf (text, "\n%u more: /list %s %u", found - most, robot,
                            MIN (found, OPT_LIST_COUNT_MAX));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
list_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptRemote  *remote = g_task_get_source_object (task);
  JsonObject *args = opt_view_get_args (task);
  const char *robot = opt_json_get_string (args, "robot");
  g_auto (OptListQuery) query = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = opt_jobs_list_finish (OPT_JOBS (source), result, &error);
  g_autofree char *text = NULL;

  if (jobs == NULL)
    {
      opt_view_return_error (task, "The jobs can't be listed. ", error);
      return;
    }
  opt_list_query_read (&query, args);
  text = opt_view_list_format (jobs, &query, robot != NULL ? robot : "this robot",
                               opt_clock_get_wall (remote->clock), jobs->len >= LOOKED_AT_MAX);
  opt_view_return_text (task, text);
}

void
opt_view_render_list (OptRemote  *remote,
                      JsonObject *args,
                      GTask      *task)
{
  g_auto (OptListQuery) query = { 0 };
  OptJobFilter filter = { .limit = LOOKED_AT_MAX };

  opt_list_query_read (&query, args);
  filter.task = query.task;
  filter.since = query.since;
  opt_jobs_list_async (remote->jobs, &filter, g_task_get_cancellable (task), list_cb, task);
}
