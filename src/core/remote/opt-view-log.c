/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-view-log.h"

#include "opt-job-text.h"
#include "opt-split.h"
#include "opt-text.h"
#include "opt-view.h"

/* Of the end of an output that goes as a file; the rest of the caption is for the first line. */
#define END_UNITS 700

static char *
write_head (const OptLogText *log)
{
  const OptJob    *job = log->job;
  g_autofree char *size = opt_text_format_bytes (log->bytes);

  return g_strdup_printf ("%s %s #%" G_GINT64_FORMAT " · %s · %s", opt_job_text_get_mark (job),
                          job->task, job->number, opt_job_state_to_string (job->state), size);
}

/* The file as it was kept, and the end of it as text. */
static OptRendered *
format_file (const OptLogText *log,
             const char       *head)
{
  OptRendered     *rendered = opt_rendered_new (NULL, NULL);
  const char      *end = opt_log_text_get_end (log->text, 0, END_UNITS);
  g_autofree char *shown = opt_text_shorten (end, END_UNITS);
  g_autofree char *size = opt_text_format_bytes (log->job->log_cut);

  rendered->text = g_strdup_printf ("%s%s%s%s%s%s", head,
                                    log->job->log_cut > 0 ? "\nNot kept of it: " : "",
                                    log->job->log_cut > 0 ? size : "",
                                    *shown != '\0' ? "\n\n" : "",
                                    log->is_whole || *shown == '\0' ? "" : "…\n", shown);
  rendered->path = g_strdup (log->job->log_file);
  rendered->file_name = g_strdup_printf ("%s-%" G_GINT64_FORMAT ".log", log->job->task,
                                         log->job->number);
  return rendered;
}

/**
 * opt_view_log_format:
 * @log: what a job wrote
 * @lines: show only so many of the last lines; 0 is all of it
 *
 * Makes the answer to /log. A text of any length is fine: the outbox splits it.
 *
 * Returns: (transfer full): the answer
 */
OptRendered *
opt_view_log_format (const OptLogText *log,
                     guint             lines)
{
  g_autofree char *head = write_head (log);
  g_autofree char *text = NULL;
  const char      *shown = opt_log_text_get_end (log->text, lines, 0);

  if (*log->text == '\0')
    text = g_strdup_printf ("%s\nIt wrote nothing%s.", head,
                            opt_job_state_is_end (log->job->state) ? "" : " yet");
  else if (!log->is_whole && lines == 0 && log->job->log_file != NULL)
    return format_file (log, head);
  else
    text = g_strdup_printf ("%s\n\n%s", head, shown);
  return opt_rendered_new (text, NULL);
}

/**
 * opt_view_result_format:
 * @log: what a job wrote
 * @head: how it ended
 * @as_file: the output is wanted as a file
 *
 * Makes the message that tells how a job ended and what it wrote.
 *
 * Returns: (transfer full): the message
 */
OptRendered *
opt_view_result_format (const OptLogText *log,
                        const char       *head,
                        gboolean          as_file)
{
  g_autofree char *output = g_strdup (log->text);
  g_autofree char *text = NULL;

  if (log->job->log_file != NULL && log->bytes > 0 && as_file)
    {
      OptRendered *rendered = format_file (log, head);

      g_free (rendered->text);
      rendered->text = g_strdup (head);
      return rendered;
    }
  if (!log->is_whole && log->job->log_file != NULL)
    return format_file (log, head);
  opt_log_text_drop_progress (output);
  text = g_strdup_printf ("%s%s%s", head, *output != '\0' ? "\n\n" : "", output);
  return opt_rendered_new (text, NULL);
}

static void
log_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptLogText) log = opt_log_text_load_finish (result, &error);
  gint64 lines = 0;

  if (log == NULL)
    {
      opt_view_return_error (task, NULL, error);
      return;
    }
  opt_json_get_int (opt_view_get_args (task), "lines", &lines);
  g_task_return_pointer (task, opt_view_log_format (log, (guint)CLAMP (lines, 0, G_MAXINT)),
                         (GDestroyNotify)opt_rendered_free);
}

void
opt_view_render_log (OptRemote  *remote,
                     JsonObject *args,
                     GTask      *task)
{
  opt_log_text_load_async (remote->jobs, opt_json_get_string (args, "job"),
                           g_task_get_cancellable (task), log_cb, task);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  JsonObject *args = opt_view_get_args (task);
  const char *head = opt_json_get_string (args, "head");
  g_autoptr (GError) error = NULL;
  g_autoptr (OptLogText) log = opt_log_text_load_finish (result, &error);
  g_autofree char *before = NULL;
  gboolean         as_file;

  if (head == NULL)
    head = "A job has ended.";
  if (log == NULL)
    {
      before = g_strdup_printf ("%s\n\nIts output can't be shown. ", head);
      opt_view_return_error (task, before, error);
      return;
    }
  as_file = g_strcmp0 (opt_json_get_string (args, "output"), "file") == 0;
  g_task_return_pointer (task, opt_view_result_format (log, head, as_file),
                         (GDestroyNotify)opt_rendered_free);
}

void
opt_view_render_result (OptRemote  *remote,
                        JsonObject *args,
                        GTask      *task)
{
  const char *job = opt_json_get_string (args, "job");

  opt_log_text_load_async (remote->jobs, job != NULL ? job : "", g_task_get_cancellable (task),
                           result_cb, task);
}
