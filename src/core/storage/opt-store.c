/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-store.h"

#include "opt-completions-private.h"
#include "opt-lane-private.h"
#include "opt-migration-private.h"
#include "opt-reader-private.h"
#include "opt-writer-private.h"

/* Long enough for somebody's backup to finish reading. */
#define PATIENCE_MS 5000

typedef enum {
  STATE_CLOSED,
  STATE_OPENING,
  STATE_OPEN,
  STATE_CLOSING,
} State;

/**
 * OptStore:
 *
 * The database: closures given from the main context are run on one writer thread, where those that
 * wait together are committed together, or on one reader thread. It knows nothing of what the
 * tables mean.
 */
struct _OptStore
{
  GObject         parent_instance;
  State           state;
  char           *path; /* (owned) (nullable) */
  guint           patience;
  guint           schema;
  OptCompletions *completions;  /* (owned) (nullable) */
  OptWriter      *writer;       /* (owned) (nullable) */
  OptLane        *writer_lane;  /* (owned) (nullable) */
  OptReader      *reader;       /* (owned) (nullable) */
  OptLane        *reader_lane;  /* (owned) (nullable): from the first read on */
  GTask          *open_task;    /* (owned) (nullable) */
  GError         *open_error;   /* (owned) (nullable): kept until the thread has ended */
  GPtrArray      *close_tasks;  /* (owned) (element-type GTask) */
  gboolean        is_unflushed; /* closures were given since the thread was called */
  guint           pending;      /* closures whose end was not told yet; the store lives as long */
  GError         *trouble;      /* (owned) (nullable) */
};

G_DEFINE_QUARK (opt_store_error_quark, opt_store_error)
G_DEFINE_FINAL_TYPE (OptStore, opt_store, G_TYPE_OBJECT)

static GError *
new_closed_error (OptStore *self)
{
  g_autofree char *name =
    self->path == NULL ? g_strdup ("the store") : g_filename_display_name (self->path);

  return g_error_new (OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED,
                      "“%s” is not open; see the agent's status for why", name);
}

static void
note_commit (OptStore         *self,
             const OptClosure *closure)
{
  switch (closure->commit)
    {
    case OPT_COMMIT_GOOD:
      if (self->trouble != NULL)
        g_message ("the store can be written again");
      g_clear_error (&self->trouble);
      break;
    case OPT_COMMIT_BAD:
      if (self->trouble == NULL)
        g_message ("the store is in trouble: %s", closure->error->message);
      g_clear_error (&self->trouble);
      self->trouble = g_error_copy (closure->error);
      break;
    case OPT_COMMIT_NONE:
    default:
      break;
    }
}

static void
completed_cb (OptClosure *chain,
              gpointer    user_data)
{
  g_autoptr (OptStore) self = g_object_ref (OPT_STORE (user_data));

  while (chain != NULL)
    {
      OptClosure *closure = chain;
      gboolean    counts = closure->func != NULL;

      chain = closure->next;
      note_commit (self, closure);
      if (closure->done != NULL)
        closure->done (closure->data, closure->error);
      opt_closure_free (closure);
      if (counts && --self->pending == 0)
        g_object_unref (self);
    }
}

/* What was given since the context last slept shares a commit, rather than that the first goes
 * alone. */
static void
before_poll_cb (gpointer user_data)
{
  OptStore *self = OPT_STORE (user_data);

  if (!self->is_unflushed)
    return;
  self->is_unflushed = FALSE;
  if (self->writer_lane != NULL)
    opt_lane_flush (self->writer_lane);
}

static void
ensure_completions (OptStore *self)
{
  g_autoptr (GMainContext) context = NULL;

  if (self->completions != NULL)
    return;
  context = g_main_context_ref_thread_default ();
  self->completions = opt_completions_new (context, completed_cb, before_poll_cb, self);
}

static void
finish_close (OptStore *self)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->close_tasks);

  g_clear_pointer (&self->writer_lane, opt_lane_free);
  g_clear_pointer (&self->writer, opt_writer_free);
  self->close_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->state = STATE_CLOSED;
  if (self->open_task != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->open_task);

      g_task_return_error (task, g_steal_pointer (&self->open_error));
    }
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
}

static void
writer_ended_cb (gpointer      data,
                 const GError *error)
{
  finish_close (OPT_STORE (data));
}

static void
reader_ended_cb (gpointer      data,
                 const GError *error)
{
  OptStore *self = OPT_STORE (data);

  g_clear_pointer (&self->reader_lane, opt_lane_free);
  g_clear_pointer (&self->reader, opt_reader_free);
  opt_lane_stop (self->writer_lane);
}

/* The reader first: the last connection to close moves the log into the file. */
static void
begin_close (OptStore *self)
{
  self->state = STATE_CLOSING;
  if (self->reader_lane != NULL)
    opt_lane_stop (self->reader_lane);
  else
    opt_lane_stop (self->writer_lane);
}

static void
writer_begun_cb (gpointer      data,
                 const GError *error)
{
  OptStore *self = OPT_STORE (data);

  if (error != NULL)
    {
      self->open_error = g_error_copy (error);
      self->state = STATE_CLOSING;
      return;
    }

  g_autoptr (GTask) task = g_steal_pointer (&self->open_task);

  self->state = STATE_OPEN;
  if (self->close_tasks->len > 0)
    begin_close (self);
  g_task_return_boolean (task, TRUE);
}

static void
opt_store_dispose (GObject *object)
{
  OptStore *self = OPT_STORE (object);

  /* Nothing is pending here, so this waits for threads that have nothing to do but to close their
   * files. */
  g_clear_pointer (&self->reader_lane, opt_lane_free);
  g_clear_pointer (&self->reader, opt_reader_free);
  g_clear_pointer (&self->writer_lane, opt_lane_free);
  g_clear_pointer (&self->writer, opt_writer_free);
  self->state = STATE_CLOSED;
  if (self->completions != NULL)
    opt_completions_stop (self->completions);
  g_clear_pointer (&self->completions, opt_completions_unref);
  G_OBJECT_CLASS (opt_store_parent_class)->dispose (object);
}

static void
opt_store_finalize (GObject *object)
{
  OptStore *self = OPT_STORE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->close_tasks, g_ptr_array_unref);
  g_clear_error (&self->trouble);
  G_OBJECT_CLASS (opt_store_parent_class)->finalize (object);
}

static void
opt_store_class_init (OptStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_store_dispose;
  object_class->finalize = opt_store_finalize;
}

static void
opt_store_init (OptStore *self)
{
  self->patience = PATIENCE_MS;
  self->close_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * opt_store_new:
 *
 * Makes a store that is not open.
 *
 * Returns: (transfer full): a store
 */
OptStore *
opt_store_new (void)
{
  return g_object_new (OPT_TYPE_STORE, NULL);
}

/**
 * opt_store_set_patience:
 * @self: a store that is not open
 * @milliseconds: 5000 unless it is set
 *
 * Sets how long to wait when another program has locked the file, before that is an error.
 */
void
opt_store_set_patience (OptStore *self,
                        guint     milliseconds)
{
  g_return_if_fail (OPT_IS_STORE (self));
  g_return_if_fail (self->state == STATE_CLOSED);

  self->patience = milliseconds;
}

/**
 * opt_store_open_async:
 * @self: a store that is not open
 * @path: the file; made with mode 0600 when missing, as are the folders above it with mode 0700
 * @migrations: (array zero-terminated=1): the rooms' lists; the lists themselves must stay
 * @cancellable: (nullable): looked at before the start only
 * @callback: called when the file is open and its tables up to date
 * @user_data: for @callback
 *
 * Opens a file on the writer's thread. Ends are told on the main context that is the default now;
 * closures may be given from now on, and end with the same error if the file can't be opened.
 */
void
opt_store_open_async (OptStore                  *self,
                      const char                *path,
                      const OptMigration *const *migrations,
                      GCancellable              *cancellable,
                      GAsyncReadyCallback        callback,
                      gpointer                   user_data)
{
  g_return_if_fail (OPT_IS_STORE (self));
  g_return_if_fail (path != NULL && migrations != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (self->state == STATE_CLOSED);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_store_open_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  /* From here on the answer is what became of the file, however late the wish to stop comes. */
  g_task_set_check_cancellable (task, FALSE);
  g_clear_pointer (&self->path, g_free);
  self->path = g_canonicalize_filename (path, NULL);
  self->schema = opt_migration_count (migrations);
  g_clear_error (&self->trouble);
  self->state = STATE_OPENING;
  self->open_task = g_steal_pointer (&task);
  ensure_completions (self);
  self->writer = opt_writer_new (self->path, migrations, self->patience);
  self->writer_lane = opt_lane_new (&opt_writer_funcs, self->writer, self->completions);
  opt_lane_start (self->writer_lane, opt_closure_new (NULL, writer_begun_cb, self, NULL),
                  opt_closure_new (NULL, writer_ended_cb, self, NULL));
}

/**
 * opt_store_open_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Ends opt_store_open_async().
 *
 * Returns: FALSE with an #OptStoreError; the file is then as it was and the store closed
 */
gboolean
opt_store_open_finish (OptStore     *self,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * opt_store_close_async:
 * @self: a store
 * @cancellable: (nullable): looked at before the start only
 * @callback: called when the file is closed
 * @user_data: for @callback
 *
 * Runs what was given so far, moves the log into the file, and ends the threads. What is given from
 * now on ends with %OPT_STORE_ERROR_CLOSED. Closing what is closed does nothing.
 */
void
opt_store_close_async (OptStore           *self,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_return_if_fail (OPT_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_store_close_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_task_set_check_cancellable (task, FALSE);
  if (self->state == STATE_CLOSED)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->close_tasks, g_steal_pointer (&task));
  if (self->state == STATE_OPEN)
    begin_close (self);
}

/**
 * opt_store_close_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Ends opt_store_close_async().
 *
 * Returns: FALSE when it was cancelled
 */
gboolean
opt_store_close_finish (OptStore     *self,
                        GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Queued in @lane in its turn, even when it is only to be refused. */
static void
give (OptStore   *self,
      OptLane    *lane,
      OptClosure *closure)
{
  if (self->pending++ == 0)
    g_object_ref (self);
  if (self->state == STATE_CLOSED || self->state == STATE_CLOSING)
    closure->error = new_closed_error (self);
  self->is_unflushed = TRUE;
  if (lane != NULL)
    opt_lane_push (lane, closure);
  else
    opt_completions_put (self->completions, closure, closure);
}

/**
 * opt_store_write:
 * @self: a store
 * @func: what to do, on the writer's thread
 * @done: (nullable): called on the main context when it is on the disk, or failed
 * @data: for both
 * @destroy: (nullable): for @data, called on the main context after @done
 *
 * Queues a closure that reads and writes. Called on the main context that opened the store.
 *
 * What is given before the main context sleeps again is committed together, as is what comes while
 * the thread is busy; yet each closure stands or falls alone. Nothing is begun before the main
 * context gets its turn.
 */
void
opt_store_write (OptStore      *self,
                 OptStoreFunc   func,
                 OptStoreDone   done,
                 gpointer       data,
                 GDestroyNotify destroy)
{
  g_return_if_fail (OPT_IS_STORE (self));
  g_return_if_fail (func != NULL);

  ensure_completions (self);
  give (self, self->writer_lane, opt_closure_new (func, done, data, destroy));
}

/**
 * opt_store_read:
 * @self: a store
 * @func: what to do, on the reader's thread
 * @done: (nullable): called on the main context when it is over
 * @data: for both
 * @destroy: (nullable): for @data, called on the main context after @done
 *
 * Queues a closure that only reads: it sees all of what was committed before it began, and nothing
 * that is committed while it runs. Called on the main context that opened the store.
 */
void
opt_store_read (OptStore      *self,
                OptStoreFunc   func,
                OptStoreDone   done,
                gpointer       data,
                GDestroyNotify destroy)
{
  g_return_if_fail (OPT_IS_STORE (self));
  g_return_if_fail (func != NULL);

  ensure_completions (self);
  if (self->reader_lane == NULL && self->state == STATE_OPEN)
    {
      self->reader = opt_reader_new (self->path, self->patience);
      self->reader_lane = opt_lane_new (&opt_reader_funcs, self->reader, self->completions);
      opt_lane_start (self->reader_lane, NULL, opt_closure_new (NULL, reader_ended_cb, self, NULL));
    }
  /* While the file is being opened, the writer's turn is the one that comes when it is open. */
  give (self, self->state == STATE_OPENING ? self->writer_lane : self->reader_lane,
        opt_closure_new (func, done, data, destroy));
}

/**
 * opt_store_is_open:
 * @self: a store
 *
 * Returns: whether closures are run
 */
gboolean
opt_store_is_open (OptStore *self)
{
  g_return_val_if_fail (OPT_IS_STORE (self), FALSE);

  return self->state == STATE_OPEN;
}

/**
 * opt_store_is_idle:
 * @self: a store
 *
 * Returns: whether the end of every closure was told
 */
gboolean
opt_store_is_idle (OptStore *self)
{
  g_return_val_if_fail (OPT_IS_STORE (self), FALSE);

  return self->pending == 0;
}

/**
 * opt_store_get_schema:
 * @self: a store
 *
 * Returns: the number of migrations that this program knows; 0 when no file was opened yet
 */
guint
opt_store_get_schema (OptStore *self)
{
  g_return_val_if_fail (OPT_IS_STORE (self), 0);

  return self->schema;
}

/**
 * opt_store_get_trouble:
 * @self: a store
 *
 * Says why the last closure that should have reached the disk did not.
 *
 * Returns: (nullable): an #OptStoreError, or NULL since something was written again
 */
const GError *
opt_store_get_trouble (OptStore *self)
{
  g_return_val_if_fail (OPT_IS_STORE (self), NULL);

  return self->trouble;
}
