/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

/**
 * OptOutboxWait:
 *
 * Somebody waits for rows.
 */
typedef struct
{
  GTask        *task; /* (owned) (nullable): NULL once it was answered */
  OptOutbox    *outbox;
  GArray       *ids;  /* (owned) (element-type gint64) */
  GHashTable   *left; /* (owned) (element-type gint64): those without an end */
  guint         timer;
  GCancellable *cancellable; /* (owned) (nullable) */
  gulong        cancelled;
  gboolean      is_glance; /* how they stand now is all that is asked */
} OptOutboxWait;

/**
 * Look:
 *
 * How the rows of a wait stand.
 */
typedef struct
{
  OptOutbox *outbox; /* (owned) */
  GTask     *task;   /* (owned) */
  GArray    *ids;    /* (owned) (element-type gint64) */
  GPtrArray *rows;   /* (owned) (element-type OptOutboxRow) */
} Look;

static gboolean
is_over (OptOutboxState state)
{
  return state == OPT_OUTBOX_SENT || state == OPT_OUTBOX_DEAD;
}

static void
free_row (gpointer row)
{
  opt_outbox_row_unref (row);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->outbox);
  g_object_unref (look->task);
  g_array_unref (look->ids);
  g_ptr_array_unref (look->rows);
  g_free (look);
}

static gboolean
read_rows (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Look *look = data;

  g_ptr_array_set_size (look->rows, 0);
  for (guint i = 0; i < look->ids->len; i++)
    {
      gint64        id = g_array_index (look->ids, gint64, i);
      OptOutboxRow *row;

      if (!opt_outbox_read_row (transaction, id, &row, error))
        return FALSE;
      if (row == NULL)
        {
          g_set_error (error, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_UNKNOWN,
                       "there is no message %" G_GINT64_FORMAT " in the outbox (any more)", id);
          return FALSE;
        }
      g_ptr_array_add (look->rows, row);
    }
  return TRUE;
}

static void
look (OptOutbox   *self,
      GTask       *task,
      GArray      *ids,
      OptStoreDone done)
{
  Look *given = g_new0 (Look, 1);

  given->outbox = g_object_ref (self);
  given->task = g_object_ref (task);
  given->ids = g_array_ref (ids);
  given->rows = g_ptr_array_new_with_free_func (free_row);
  opt_store_read (self->store, read_rows, done, given, look_free);
}

static void
last_look_cb (gpointer      data,
              const GError *error)
{
  Look *given = data;

  if (error != NULL)
    g_task_return_error (given->task, g_error_copy (error));
  else
    g_task_return_pointer (given->task, g_ptr_array_ref (given->rows),
                           (GDestroyNotify)g_ptr_array_unref);
}

static void
disconnect (OptOutboxWait *wait)
{
  if (wait->outbox->clock != NULL)
    opt_clock_cancel (wait->outbox->clock, &wait->timer);
  if (wait->cancelled != 0)
    g_signal_handler_disconnect (wait->cancellable, wait->cancelled);
  wait->cancelled = 0;
}

/**
 * opt_outbox_free_wait:
 * @wait: (transfer full): an OptOutboxWait
 *
 * Ends a wait; one that was not answered is told that the courier is gone.
 */
void
opt_outbox_free_wait (gpointer data)
{
  OptOutboxWait *wait = data;

  disconnect (wait);
  if (wait->task != NULL)
    g_task_return_new_error (wait->task, OPT_OUTBOX_ERROR, OPT_OUTBOX_ERROR_STOPPED,
                             "the program ends; what is queued is sent when it runs again");
  g_clear_object (&wait->task);
  g_clear_object (&wait->cancellable);
  g_array_unref (wait->ids);
  g_hash_table_unref (wait->left);
  g_free (wait);
}

/* Answers with how the rows stand. */
static void
conclude (OptOutboxWait *wait)
{
  OptOutbox *self = wait->outbox;

  look (self, wait->task, wait->ids, last_look_cb);
  g_clear_object (&wait->task);
  g_ptr_array_remove_fast (self->waits, wait);
}

static OptOutboxWait *
find_wait (OptOutbox *self,
           GTask     *task)
{
  for (guint i = 0; i < self->waits->len; i++)
    {
      OptOutboxWait *wait = g_ptr_array_index (self->waits, i);

      if (wait->task == task)
        return wait;
    }
  return NULL;
}

static void
first_look_cb (gpointer      data,
               const GError *error)
{
  Look          *given = data;
  OptOutboxWait *wait = find_wait (given->outbox, given->task);

  if (wait == NULL)
    return;
  if (error != NULL)
    {
      g_task_return_error (given->task, g_error_copy (error));
      g_clear_object (&wait->task);
      g_ptr_array_remove_fast (given->outbox->waits, wait);
      return;
    }
  if (wait->is_glance)
    {
      g_task_return_pointer (given->task, g_ptr_array_ref (given->rows),
                             (GDestroyNotify)g_ptr_array_unref);
      g_clear_object (&wait->task);
      g_ptr_array_remove_fast (given->outbox->waits, wait);
      return;
    }
  for (guint i = 0; i < given->rows->len; i++)
    {
      OptOutboxRow *row = g_ptr_array_index (given->rows, i);

      if (is_over (row->state))
        g_hash_table_remove (wait->left, &row->id);
    }
  if (g_hash_table_size (wait->left) == 0)
    conclude (wait);
}

/**
 * opt_outbox_tell_waits:
 * @self: the courier
 * @id: a row that has its end
 *
 * Tells who waits for it.
 */
void
opt_outbox_tell_waits (OptOutbox *self,
                       gint64     id)
{
  for (guint i = self->waits->len; i > 0; i--)
    {
      OptOutboxWait *wait = g_ptr_array_index (self->waits, i - 1);

      if (g_hash_table_remove (wait->left, &id) && g_hash_table_size (wait->left) == 0)
        conclude (wait);
    }
}

static void
timeout_cb (gpointer user_data)
{
  OptOutboxWait *wait = user_data;

  wait->timer = 0;
  conclude (wait);
}

static void
cancelled_cb (GCancellable  *cancellable,
              OptOutboxWait *wait)
{
  g_autoptr (GTask) task = g_steal_pointer (&wait->task);

  g_task_return_error_if_cancelled (task);
  g_ptr_array_remove_fast (wait->outbox->waits, wait);
}

/**
 * opt_outbox_wait_async:
 * @self: the courier
 * @ids: (array length=n_ids): rows
 * @n_ids: how many
 * @timeout: microseconds; 0: only look, or below 0: for ever
 * @cancellable: (nullable): a #GCancellable, cancelled on the main context
 * @callback: called when every row is sent or dead, or the time is over
 * @user_data: given to @callback
 *
 * Waits for rows.
 */
void
opt_outbox_wait_async (OptOutbox          *self,
                       const gint64       *ids,
                       gsize               n_ids,
                       gint64              timeout,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  OptOutboxWait *wait;

  g_return_if_fail (OPT_IS_OUTBOX (self));
  g_return_if_fail (ids != NULL || n_ids == 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_outbox_wait_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  wait = g_new0 (OptOutboxWait, 1);
  wait->task = g_object_ref (task);
  wait->outbox = self;
  wait->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint)n_ids);
  g_array_append_vals (wait->ids, ids, (guint)n_ids);
  wait->left = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < wait->ids->len; i++)
    g_hash_table_add (wait->left, &g_array_index (wait->ids, gint64, i));
  wait->is_glance = timeout == 0;
  if (timeout > 0)
    wait->timer = opt_clock_call_in (self->clock, timeout, timeout_cb, wait);
  if (cancellable != NULL)
    {
      wait->cancellable = g_object_ref (cancellable);
      wait->cancelled = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb),
                                          wait);
    }
  g_ptr_array_add (self->waits, wait);
  look (self, task, wait->ids, first_look_cb);
}

/**
 * opt_outbox_wait_finish:
 * @self: the courier
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_outbox_wait_async().
 *
 * Returns: (transfer full) (element-type OptOutboxRow): how the rows stand, in the order of the
 *   ids; some may still be queued when the time was over. %NULL with %OPT_OUTBOX_ERROR_UNKNOWN,
 *   %OPT_OUTBOX_ERROR_STOPPED or an #OptStoreError
 */
GPtrArray *
opt_outbox_wait_finish (OptOutbox    *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
