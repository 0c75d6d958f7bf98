/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-copy.h"

#include "opt-bot-error-private.h"
#include "opt-bot-session-private.h"
#include "opt-text.h"

typedef struct
{
  char  *path;   /* (owned) */
  char  *target; /* (owned) */
  gint64 max_bytes;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_free (copy->path);
  g_free (copy->target);
  g_free (copy);
}

static GError *
explain (const char *path,
         const char *what,
         GError     *cause)
{
  g_autoptr (GError) owned = cause;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);
  return opt_bot_error_new (OPT_BOT_ERROR_FILE, FALSE, "%s cannot be %s: %s", path, what,
                            cause->message);
}

/* Returns the size, or -1 with @error set when it is not a file or too large. */
static gint64
measure (GFileInputStream *source,
         const Copy       *copy,
         GCancellable     *cancellable,
         GError          **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autofree char *most = opt_text_format_bytes ((guint64)copy->max_bytes);

  info = g_file_input_stream_query_info (
    source, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, cancellable, &cause);
  if (info == NULL)
    g_propagate_error (error, explain (copy->path, "read", g_steal_pointer (&cause)));
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    g_propagate_error (error,
                       opt_bot_error_new (OPT_BOT_ERROR_FILE, FALSE,
                                          "%s cannot be read: it is not a file", copy->path));
  else if (g_file_info_get_size (info) > copy->max_bytes)
    g_propagate_error (error, opt_bot_error_new (OPT_BOT_ERROR_TOO_BIG, FALSE,
                                                 "%s is larger than %s, the most that is taken",
                                                 copy->path, most));
  else
    return g_file_info_get_size (info);
  return -1;
}

static void
copy_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Copy *copy = task_data;
  g_autoptr (GFile) from = g_file_new_for_path (copy->path);
  g_autoptr (GFile) to = g_file_new_for_path (copy->target);
  g_autoptr (GFileInputStream) source = NULL;
  g_autoptr (GFileOutputStream) sink = NULL;
  GError *error = NULL;
  gssize  count;

  source = g_file_read (from, cancellable, &error);
  if (source == NULL)
    {
      g_task_return_error (task, explain (copy->path, "read", error));
      return;
    }
  if (measure (source, copy, cancellable, &error) < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  sink = g_file_create (to, G_FILE_CREATE_PRIVATE, cancellable, &error);
  if (sink == NULL)
    {
      g_task_return_error (task, explain (copy->target, "written", error));
      return;
    }

  count = g_output_stream_splice (G_OUTPUT_STREAM (sink), G_INPUT_STREAM (source),
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, cancellable, &error);
  if (count >= 0)
    {
      g_task_return_int (task, count);
      return;
    }
  g_file_delete (to, NULL, NULL);
  g_task_return_error (task, explain (copy->target, "written", error));
}

/**
 * opt_bot_copy_file:
 * @task: (transfer full): ends with the number of bytes
 * @session: the server that named the file
 * @path: absolute
 * @target: a file that doesn't exist yet
 * @max_bytes: the most to take
 *
 * Copies a file that a Bot API server on this machine keeps. A server elsewhere has no say over
 * files here.
 */
void
opt_bot_copy_file (GTask         *task,
                   OptBotSession *session,
                   const char    *path,
                   const char    *target,
                   gint64         max_bytes)
{
  g_autoptr (GTask) owned = task;
  Copy *copy;

  if (!opt_bot_session_get_root (session)->is_loopback)
    {
      g_task_return_error (
        owned, opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, FALSE,
                                  "%s keeps the file on its own disk, which is not this machine's: "
                                  "run it without --local",
                                  opt_bot_session_get_host (session)));
      return;
    }

  copy = g_new0 (Copy, 1);
  copy->path = g_strdup (path);
  copy->target = g_strdup (target);
  copy->max_bytes = max_bytes;
  g_task_set_task_data (owned, copy, copy_free);
  g_task_run_in_thread (owned, copy_thread);
}
