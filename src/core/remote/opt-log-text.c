/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-log-text.h"

#include <string.h>

#include "opt-plain.h"
#include "opt-text.h"

/* Of an output that is too long for text. */
#define END_BYTES (32 * 1024)

void
opt_log_text_free (OptLogText *self)
{
  g_clear_pointer (&self->job, opt_job_unref);
  g_free (self->text);
  g_free (self);
}

typedef struct
{
  OptLogText *log;   /* (owned) */
  GByteArray *bytes; /* (owned) */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_clear_pointer (&load->log, opt_log_text_free);
  g_byte_array_unref (load->bytes);
  g_free (load);
}

static void
append_note (GByteArray *bytes,
             guint64     cut)
{
  g_autofree char *size = opt_text_format_bytes (cut);
  g_autofree char *note = g_strdup_printf ("\n… %s were not kept …\n", size);

  g_byte_array_append (bytes, (const guint8 *)note, (guint)strlen (note));
}

static void
load_end (GTask *task)
{
  Load       *load = g_task_get_task_data (task);
  const char *bytes = (const char *)load->bytes->data;
  gsize       length = load->bytes->len;
  const char *line = NULL;

  /* The end of a long output begins somewhere in a line. */
  if (!load->log->is_whole && length > 0)
    line = memchr (bytes, '\n', length);
  if (line != NULL)
    {
      length -= (gsize)(line + 1 - bytes);
      bytes = line + 1;
    }
  load->log->text = opt_plain_log (bytes, length);
  g_task_return_pointer (task, g_steal_pointer (&load->log), (GDestroyNotify)opt_log_text_free);
}

static void read_on (GTask   *task,
                     OptJobs *jobs,
                     gint64   offset);

static void
append_part (Load            *load,
             const OptJobLog *log)
{
  gsize         size = 0;
  gconstpointer data = g_bytes_get_data (log->data, &size);

  if (log->cut > 0 && load->bytes->len > 0)
    append_note (load->bytes, log->cut);
  g_byte_array_append (load->bytes, data, (guint)size);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  g_auto (OptJobLog) log = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean over;

  if (!opt_jobs_read_log_finish (OPT_JOBS (source), result, &log, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  over = log.data == NULL || g_bytes_get_size (log.data) == 0;
  if (!over)
    append_part (load, &log);
  load->log->bytes = MAX (load->log->bytes, log.next);
  if (over || log.ended)
    load_end (task);
  else if (load->bytes->len < OPT_LOG_TEXT_MAX)
    read_on (task, OPT_JOBS (source), (gint64)log.next);
  else if (!load->log->is_whole)
    load_end (task);
  else
    {
      /* Of a job that runs nobody knew how much there is. */
      load->log->is_whole = FALSE;
      g_byte_array_set_size (load->bytes, 0);
      read_on (task, OPT_JOBS (source), -END_BYTES);
    }
}

static void
read_on (GTask   *task,
         OptJobs *jobs,
         gint64   offset)
{
  Load *load = g_task_get_task_data (task);

  opt_jobs_read_log_async (jobs, load->log->job->id, offset, FALSE, g_task_get_cancellable (task),
                           read_cb, g_object_ref (task));
}

static void
read_job (GTask   *task,
          OptJobs *jobs,
          OptJob  *job)
{
  Load *load = g_task_get_task_data (task);

  load->log->job = opt_job_ref (job);
  load->log->bytes = job->log_bytes;
  load->log->is_whole = job->log_bytes <= OPT_LOG_TEXT_MAX;
  read_on (task, jobs, load->log->is_whole ? 0 : -END_BYTES);
}

static void
get_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_get_finish (OPT_JOBS (source), result, &error);

  if (job == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    read_job (task, OPT_JOBS (source), job);
}

static void
list_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = opt_jobs_list_finish (OPT_JOBS (source), result, &error);

  if (jobs == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (jobs->len == 0)
    g_task_return_new_error (task, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN, "there is no job yet");
  else
    read_job (task, OPT_JOBS (source), g_ptr_array_index (jobs, 0));
}

void
opt_log_text_load_async (OptJobs            *jobs,
                         const char         *ref,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (jobs, cancellable, callback, user_data);
  OptJobFilter newest = { .limit = 1 };
  Load        *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, opt_log_text_load_async);
  load->log = g_new0 (OptLogText, 1);
  load->bytes = g_byte_array_new ();
  g_task_set_task_data (task, load, load_free);
  if (ref != NULL)
    opt_jobs_get_async (jobs, ref, cancellable, get_cb, g_object_ref (task));
  else
    opt_jobs_list_async (jobs, &newest, cancellable, list_cb, g_object_ref (task));
}

OptLogText *
opt_log_text_load_finish (GAsyncResult *result,
                          GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * opt_log_text_drop_progress:
 * @text: an output
 *
 * Takes out the lines by which a task told how far it is; they were shown as progress.
 */
void
opt_log_text_drop_progress (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0';)
    {
      gsize length = strcspn (from, "\n");

      length += from[length] == '\n';
      if (!g_str_has_prefix (from, "::progress "))
        {
          memmove (to, from, length);
          to += length;
        }
      from += length;
    }
  *to = '\0';
  g_strchomp (text);
}

/**
 * opt_log_text_get_end:
 * @text: an output
 * @lines: at most so many lines; 0 is any number
 * @utf16_units: at most so many UTF-16 units, unless one line is longer; 0 is any number
 *
 * Returns: (transfer none): the end of @text, from the beginning of a line
 */
const char *
opt_log_text_get_end (const char *text,
                      guint       lines,
                      gsize       utf16_units)
{
  const char *start = text + strlen (text);
  guint       taken = 0;

  while (start > text && (lines == 0 || taken < lines))
    {
      const char *line = start - 1;

      while (line > text && line[-1] != '\n')
        line--;
      if (utf16_units != 0 && taken > 0 && opt_text_utf16_length (line) > utf16_units)
        break;
      start = line;
      taken++;
    }
  return start;
}
