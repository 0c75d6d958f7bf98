/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-upload-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
check (int         fd,
       const char *name,
       gsize      *size,
       GError    **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   "can't send “%s”: it is not a file", name);
      return FALSE;
    }
  if (status.st_size > OPT_UPLOAD_BYTES_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   "can't send “%s”: Telegram takes no more than %d MB", name,
                   OPT_UPLOAD_BYTES_MAX / 1000 / 1000);
      return FALSE;
    }
  if (status.st_size == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "can't send “%s”: the file is empty", name);
      return FALSE;
    }
  *size = (gsize)status.st_size;
  return TRUE;
}

/* What was there when it was looked at; a file that grows on is cut there. */
static GBytes *
read_all (int         fd,
          const char *name,
          gsize       size,
          GError    **error)
{
  g_autofree char *data = g_try_malloc (size);
  gsize            at = 0;

  while (data != NULL && at < size)
    {
      gssize n = read (fd, data + at, size - at);

      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "can't read “%s”: %s",
                       name, g_strerror (errno));
          return NULL;
        }
      at += n > 0 ? (gsize)n : 0;
    }
  if (data == NULL || at == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "can't read “%s”", name);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), at);
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  const char      *path = task_data;
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  gsize   size = 0;
  int     fd;

  /* A pipe would keep the thread for ever. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno),
                               "can't send “%s”: %s", name, g_strerror (errno));
      return;
    }
  if (check (fd, name, &size, &error))
    bytes = read_all (fd, name, size, &error);
  close (fd);
  if (bytes != NULL)
    g_task_return_pointer (task, g_steal_pointer (&bytes), (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * opt_upload_read_async:
 * @path: a file
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is read
 * @user_data: given to @callback
 *
 * Reads a file whole, in a thread.
 */
void
opt_upload_read_async (const char         *path,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_upload_read_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_thread);
}

typedef struct
{
  GTask  *task; /* (owned) */
  gint64  id;
  GBytes *bytes; /* (owned) (nullable) */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->task);
  g_clear_pointer (&load->bytes, g_bytes_unref);
  g_free (load);
}

static gboolean
load_contents (OptTransaction *transaction,
               gpointer        data,
               GError        **error)
{
  Load *load = data;
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;

  g_clear_pointer (&load->bytes, g_bytes_unref);
  rows = opt_transaction_query (transaction, error,
                                "SELECT contents FROM outbox_contents WHERE id = $1", "i",
                                load->id);
  if (rows == NULL)
    return FALSE;
  if (opt_rows_next (rows, &local_error))
    load->bytes = opt_rows_dup_bytes (rows, 0);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
loaded_cb (gpointer      data,
           const GError *error)
{
  Load *load = data;

  /* The store being in trouble says nothing about the message. */
  if (error != NULL)
    g_task_return_new_error (load->task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s", error->message);
  else if (load->bytes != NULL)
    g_task_return_pointer (load->task, g_steal_pointer (&load->bytes),
                           (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_new_error (load->task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             "the text of the file is not there any more");
}

/**
 * opt_upload_load_async:
 * @store: where it is stored
 * @id: the row
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is read
 * @user_data: given to @callback
 *
 * Reads the text that is stored with a row to be sent as a file. Finish it with
 * opt_upload_read_finish().
 */
void
opt_upload_load_async (OptStore           *store,
                       gint64              id,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  Load *load = g_new0 (Load, 1);

  load->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (load->task, opt_upload_load_async);
  load->id = id;
  opt_store_read (store, load_contents, loaded_cb, load, load_free);
}

/**
 * opt_upload_read_finish:
 * @result: what the callback was given
 * @error: return location; its message is what is shown with the row
 *
 * Finishes opt_upload_read_async().
 *
 * Returns: (transfer full): the file
 */
GBytes *
opt_upload_read_finish (GAsyncResult *result,
                        GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * opt_upload_get_mime:
 * @file_name: (nullable): what a file is called
 *
 * Returns: (transfer none): the type it is sent as; Telegram looks at the name itself
 */
const char *
opt_upload_get_mime (const char *file_name)
{
  if (file_name != NULL && (g_str_has_suffix (file_name, ".log") ||
                            g_str_has_suffix (file_name, ".txt")))
    return "text/plain";
  return "application/octet-stream";
}
