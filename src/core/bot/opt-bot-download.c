/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-client.h"

#include <string.h>

#include "opt-bot-client-private.h"
#include "opt-bot-copy.h"
#include "opt-bot-error-private.h"
#include "opt-text.h"

#define CHUNK (64 * 1024)

typedef struct
{
  char          *target; /* (owned) */
  gint64         max_bytes;
  gint64         done;
  gboolean       is_created; /* by us, so that it is ours to delete */
  GInputStream  *source;     /* (owned) (nullable) */
  GOutputStream *sink;       /* (owned) (nullable) */
  GBytes        *chunk;      /* (owned) (nullable): being written */
} Download;

static void read_next (GTask *task);

static void
download_free (gpointer data)
{
  Download *download = data;

  g_clear_object (&download->source);
  g_clear_object (&download->sink);
  g_clear_pointer (&download->chunk, g_bytes_unref);
  g_free (download->target);
  g_free (download);
}

static GError *
new_too_big (const Download *download)
{
  g_autofree char *most = opt_text_format_bytes ((guint64)download->max_bytes);

  return opt_bot_error_new (OPT_BOT_ERROR_TOO_BIG, FALSE,
                            "the file is larger than %s, the most that is taken", most);
}

static GError *
new_file_error (const Download *download,
                GError         *cause)
{
  g_autoptr (GError) owned = cause;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);
  return opt_bot_error_new (OPT_BOT_ERROR_FILE, FALSE, "%s cannot be written: %s", download->target,
                            cause->message);
}

static void
deleted_cb (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = g_object_steal_data (G_OBJECT (source_object), "opt-cause");

  /* What was wrong first is what counts. */
  g_file_delete_finish (G_FILE (source_object), result, NULL);
  g_task_return_error (task, error);
}

/* Takes @task and @error. What was begun is deleted, off the main thread. */
static void
fail (GTask  *task,
      GError *error)
{
  Download *download = opt_bot_call_get_data (g_task_get_task_data (task));
  g_autoptr (GFile) file = NULL;

  g_clear_object (&download->source);
  if (!download->is_created)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_clear_object (&download->sink);
  file = g_file_new_for_path (download->target);
  g_object_set_data_full (G_OBJECT (file), "opt-cause", error, (GDestroyNotify)g_error_free);
  g_file_delete_async (file, G_PRIORITY_DEFAULT, NULL, deleted_cb, task);
}

static void
closed_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Download *download = opt_bot_call_get_data (g_task_get_task_data (task));
  GError   *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (source_object), result, &error))
    g_task_return_int (task, (gssize)download->done);
  else
    fail (g_steal_pointer (&task), new_file_error (download, error));
}

static void
written_cb (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask    *task = user_data;
  Download *download = opt_bot_call_get_data (g_task_get_task_data (task));
  GError   *error = NULL;

  g_clear_pointer (&download->chunk, g_bytes_unref);
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source_object), result, NULL, &error))
    read_next (task);
  else
    fail (task, new_file_error (download, error));
}

static void
read_cb (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask      *task = user_data;
  OptBotCall *call = g_task_get_task_data (task);
  Download   *download = opt_bot_call_get_data (call);
  GError     *error = NULL;
  gsize       size;

  download->chunk =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (source_object), result, &error);
  if (download->chunk == NULL)
    {
      fail (task, opt_bot_call_explain (call, error));
      return;
    }

  size = g_bytes_get_size (download->chunk);
  download->done += (gint64)size;
  if (download->done > download->max_bytes)
    fail (task, new_too_big (download));
  else if (size > 0)
    g_output_stream_write_all_async (download->sink, g_bytes_get_data (download->chunk, NULL), size,
                                     G_PRIORITY_DEFAULT, g_task_get_cancellable (task), written_cb,
                                     task);
  else
    g_output_stream_close_async (download->sink, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                 closed_cb, task);
}

static void
read_next (GTask *task)
{
  Download *download = opt_bot_call_get_data (g_task_get_task_data (task));

  g_input_stream_read_bytes_async (download->source, CHUNK, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), read_cb, task);
}

static void
created_cb (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask             *task = user_data;
  Download          *download = opt_bot_call_get_data (g_task_get_task_data (task));
  GError            *error = NULL;
  GFileOutputStream *stream;

  stream = g_file_create_finish (G_FILE (source_object), result, &error);
  if (stream == NULL)
    {
      fail (task, new_file_error (download, error));
      return;
    }
  download->sink = G_OUTPUT_STREAM (stream);
  download->is_created = TRUE;
  read_next (task);
}

/* Takes @task and @stream: the file's content comes. */
static void
opened (GTask        *task,
        GInputStream *stream)
{
  OptBotCall *call = g_task_get_task_data (task);
  Download   *download = opt_bot_call_get_data (call);
  g_autoptr (GFile) file = g_file_new_for_path (download->target);

  download->source = stream;
  if (opt_bot_call_get_answer_length (call) > download->max_bytes)
    {
      fail (task, new_too_big (download));
      return;
    }
  g_file_create_async (file, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT,
                       g_task_get_cancellable (task), created_cb, task);
}

/* A path of the server's must stay a path below its own folder of files. */
static gboolean
is_relative_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || strcmp (parts[i], ".") == 0 || strcmp (parts[i], "..") == 0)
      return FALSE;
  return parts[0] != NULL;
}

/**
 * opt_bot_client_download_async:
 * @self: a client
 * @file_path: what getFile answered
 * @target: the path of a file that doesn't exist yet; made with mode 0600, and deleted again when
 *   it fails
 * @max_bytes: the most to take, such as %OPT_BOT_DOWNLOAD_MAX
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Fetches a file. A server of one's own may answer getFile with an absolute path; then the file
 * is on its machine, and is copied when that is this one.
 */
void
opt_bot_client_download_async (OptBotClient       *self,
                               const char         *file_path,
                               const char         *target,
                               gint64              max_bytes,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Download   *download;
  OptBotCall *call;

  g_return_if_fail (OPT_IS_BOT_CLIENT (self));
  g_return_if_fail (file_path != NULL && target != NULL);
  g_return_if_fail (max_bytes > 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_bot_client_download_async);
  if (g_path_is_absolute (file_path))
    {
      opt_bot_copy_file (g_steal_pointer (&task), opt_bot_client_get_session (self), file_path,
                         target, max_bytes);
      return;
    }
  if (!is_relative_path (file_path))
    {
      g_task_return_error (
        task, opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, FALSE,
                                 "the server names a file by a path that leads elsewhere"));
      return;
    }

  download = g_new0 (Download, 1);
  download->target = g_strdup (target);
  download->max_bytes = max_bytes;
  call = opt_bot_client_new_file_call (self, file_path);
  opt_bot_call_set_opened_func (call, opened, download, download_free);
  opt_bot_call_run (call, g_steal_pointer (&task));
}

/**
 * opt_bot_client_download_finish:
 * @self: a client
 * @result: what the callback got
 * @bytes: (out) (optional): how many there are
 * @error: return location: any #OptBotError, %OPT_BOT_ERROR_FILE when @target can't be written, or
 *   %G_IO_ERROR_CANCELLED
 *
 * Ends opt_bot_client_download_async().
 *
 * Returns: whether the file is there
 */
gboolean
opt_bot_client_download_finish (OptBotClient *self,
                                GAsyncResult *result,
                                gint64       *bytes,
                                GError      **error)
{
  gssize count;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  count = g_task_propagate_int (G_TASK (result), error);
  if (count >= 0 && bytes != NULL)
    *bytes = count;
  return count >= 0;
}
