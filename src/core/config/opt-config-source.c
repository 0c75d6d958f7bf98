/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-source.h"

#include "opt-config-work.h"

/* Editors write in several steps; what they leave in between is not worth reading. */
#define DEBOUNCE (100 * G_TIME_SPAN_MILLISECOND)

struct _OptConfigSource
{
  GObject parent_instance;

  char      *path;        /* (owned) */
  char     **environment; /* (owned) (nullable) */
  char      *samples_dir; /* (owned) (nullable) */
  OptClock  *clock;       /* (owned) */
  OptConfig *config;      /* (owned) */
  GPtrArray *problems;    /* (owned) */
  gboolean   is_loaded;

  GFileMonitor *monitor;        /* (owned) (nullable) */
  GFileMonitor *target_monitor; /* (owned) (nullable): of what @path leads to */
  char         *target;         /* (owned) (nullable) */
  guint         timer;

  /* One at a time, so that no change is built on a text that another is about to replace. */
  GTask *running; /* (owned) (nullable) */
  GQueue waiting; /* (owned) (element-type GTask) */
};

G_DEFINE_FINAL_TYPE (OptConfigSource, opt_config_source, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void opt_config_source_run_next (OptConfigSource *self);

static void
queue_task (OptConfigSource *self,
            GTask           *task)
{
  g_queue_push_tail (&self->waiting, task);
  opt_config_source_run_next (self);
}

static GTask *
new_task (OptConfigSource    *self,
          gpointer            tag,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task,
                        opt_config_work_new (self->path, (const char *const *)self->environment,
                                             self->samples_dir),
                        (GDestroyNotify)opt_config_work_free);
  return task;
}

static void
reload (gpointer user_data)
{
  OptConfigSource *self = user_data;

  self->timer = 0;
  queue_task (self, new_task (self, reload, NULL, NULL, NULL));
}

static void
file_changed_cb (OptConfigSource *self)
{
  opt_clock_cancel (self->clock, &self->timer);
  self->timer = opt_clock_call_in (self->clock, DEBOUNCE, reload, self);
}

static GFileMonitor *
watch (OptConfigSource *self,
       const char      *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileMonitor) monitor = NULL;

  monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (monitor == NULL)
    {
      g_warning ("changes of %s go unnoticed until the next start: %s", path, error->message);
      return NULL;
    }
  g_signal_connect_object (monitor, "changed", G_CALLBACK (file_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return g_steal_pointer (&monitor);
}

static void
watch_target (OptConfigSource *self,
              const char      *target)
{
  if (g_strcmp0 (self->target, target) == 0)
    return;
  g_clear_object (&self->target_monitor);
  g_free (self->target);
  self->target = g_strdup (target);
  if (target != NULL)
    self->target_monitor = watch (self, target);
}

static void
adopt (OptConfigSource *self,
       OptConfigWork   *work)
{
  gboolean same = opt_config_equal (self->config, work->config) &&
                  opt_config_problem_list_equal (self->problems, work->problems);

  opt_config_unref (self->config);
  self->config = g_steal_pointer (&work->config);
  g_ptr_array_unref (self->problems);
  self->problems = g_steal_pointer (&work->problems);
  self->is_loaded = TRUE;
  watch_target (self, work->target);
  if (!same)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
work_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  opt_config_work_run (task_data);
  g_task_return_boolean (task, TRUE);
}

static void worked_cb (GObject      *source_object,
                       GAsyncResult *result,
                       gpointer      user_data);

static void
run (OptConfigSource *self,
     GTask           *task)
{
  OptConfigWork *work = g_task_get_task_data (task);
  g_autoptr (GTask) thread_task = NULL;

  /* The thread may let go of its task late; it must not keep the source alive by that. */
  thread_task = g_task_new (NULL, NULL, worked_cb, g_object_ref (self));
  g_set_object (&self->running, task);
  if (self->is_loaded && work->previous == NULL)
    work->previous = opt_config_ref (self->config);
  g_task_set_source_tag (thread_task, run);
  g_task_set_task_data (thread_task, work, NULL);
  g_task_run_in_thread (thread_task, work_thread);
}

static void
worked_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (OptConfigSource) self = OPT_CONFIG_SOURCE (user_data);
  g_autoptr (GTask) task = g_steal_pointer (&self->running);
  OptConfigWork *work = g_task_get_task_data (task);

  if (work->only_folder)
    {
      /* Watching begins before reading, so that no change falls between the two. */
      work->only_folder = FALSE;
      if (self->monitor == NULL)
        self->monitor = watch (self, self->path);
      run (self, task);
      return;
    }

  if (work->config != NULL)
    adopt (self, work);
  opt_config_source_run_next (self);
  if (work->error != NULL)
    g_task_return_error (task, g_steal_pointer (&work->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
opt_config_source_run_next (OptConfigSource *self)
{
  while (self->running == NULL && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

      if (!g_task_return_error_if_cancelled (task))
        run (self, task);
    }
}

static void
opt_config_source_dispose (GObject *object)
{
  OptConfigSource *self = OPT_CONFIG_SOURCE (object);

  if (self->clock != NULL)
    opt_clock_cancel (self->clock, &self->timer);
  g_clear_object (&self->monitor);
  g_clear_object (&self->target_monitor);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (opt_config_source_parent_class)->dispose (object);
}

static void
opt_config_source_finalize (GObject *object)
{
  OptConfigSource *self = OPT_CONFIG_SOURCE (object);

  g_free (self->path);
  g_strfreev (self->environment);
  g_free (self->samples_dir);
  g_free (self->target);
  g_clear_pointer (&self->config, opt_config_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);

  G_OBJECT_CLASS (opt_config_source_parent_class)->finalize (object);
}

static void
opt_config_source_class_init (OptConfigSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_config_source_dispose;
  object_class->finalize = opt_config_source_finalize;

  /**
   * OptConfigSource::changed:
   * @self: the source
   *
   * Emitted when values or problems are others than before, be it that the file was edited or
   * that opt_config_source_change_async() changed it.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
opt_config_source_init (OptConfigSource *self)
{
  g_queue_init (&self->waiting);
  self->problems = opt_config_problem_list_new ();
}

/**
 * opt_config_source_new:
 * @path: the configuration file, absolute; it need not be there
 * @environment: (nullable): the process's environment, for folders and the TELEGRAM_… variables
 * @samples_dir: (nullable): folder of the installed sample tasks
 * @clock: the clock
 *
 * Makes a source, which has defaults until it is loaded.
 *
 * Returns: (transfer full): the source
 */
OptConfigSource *
opt_config_source_new (const char        *path,
                       const char *const *environment,
                       const char        *samples_dir,
                       OptClock          *clock)
{
  OptConfigSource *self;
  g_autoptr (OptConfigFile) empty = opt_config_file_parse (NULL, 0);
  g_autoptr (GPtrArray) problems = opt_config_problem_list_new ();
  OptConfigSurroundings surroundings = { environment, samples_dir };

  g_return_val_if_fail (path != NULL && OPT_IS_CLOCK (clock), NULL);

  self = g_object_new (OPT_TYPE_CONFIG_SOURCE, NULL);
  self->path = g_strdup (path);
  self->environment = g_strdupv ((char **)environment);
  self->samples_dir = g_strdup (samples_dir);
  self->clock = g_object_ref (clock);
  self->config = opt_config_new_from_file (empty, &surroundings, NULL, problems);
  return self;
}

/**
 * opt_config_source_load_async:
 * @self: a source
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads the file on a thread, and watches it from then on. Its folder is made, for the owner
 * alone, when it is not there.
 */
void
opt_config_source_load_async (OptConfigSource    *self,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GTask         *task;
  OptConfigWork *work;

  g_return_if_fail (OPT_IS_CONFIG_SOURCE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, opt_config_source_load_async, cancellable, callback, user_data);
  work = g_task_get_task_data (task);
  work->only_folder = TRUE;
  queue_task (self, task);
}

/**
 * opt_config_source_load_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: return location; only for being cancelled
 *
 * Ends loading. A file that is missing, can't be read or is full of mistakes is no error here:
 * see opt_config_source_get_problems().
 *
 * Returns: whether there is a configuration from the file or, failing that, of defaults
 */
gboolean
opt_config_source_load_finish (OptConfigSource *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * opt_config_source_change_async:
 * @self: a source
 * @changes: (array length=n_changes): what to set, take out and remove, in that order
 * @n_changes: how many
 * @cancellable: (nullable): a cancellable, which is heeded until writing has begun
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Changes the file: all of it or nothing. It is read afresh before, so that what others wrote is
 * kept, and replaced in one step, for the owner alone (0600). Lines that are not meant stay byte
 * for byte. When the callback comes, opt_config_source_get_config() is the new one.
 */
void
opt_config_source_change_async (OptConfigSource       *self,
                                const OptConfigChange *changes,
                                guint                  n_changes,
                                GCancellable          *cancellable,
                                GAsyncReadyCallback    callback,
                                gpointer               user_data)
{
  GTask *task;

  g_return_if_fail (OPT_IS_CONFIG_SOURCE (self));
  g_return_if_fail (changes != NULL || n_changes == 0);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, opt_config_source_change_async, cancellable, callback, user_data);
  opt_config_work_set_changes (g_task_get_task_data (task), changes, n_changes);
  queue_task (self, task);
}

/**
 * opt_config_source_change_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: return location for %OPT_CONFIG_ERROR_BAD_VALUE (the message says what is allowed),
 *   %OPT_CONFIG_ERROR_UNKNOWN_KEY or %OPT_CONFIG_ERROR_IO
 *
 * Ends a change.
 *
 * Returns: whether it is made
 */
gboolean
opt_config_source_change_finish (OptConfigSource *self,
                                 GAsyncResult    *result,
                                 GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * opt_config_source_set_async:
 * @self: a source
 * @key: `group.key`, in any case
 * @value: what to set it to; empty counts as the default
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Sets one key, see opt_config_source_change_async().
 */
void
opt_config_source_set_async (OptConfigSource    *self,
                             const char         *key,
                             const char         *value,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  OptConfigChange change = { key, value };

  g_return_if_fail (key != NULL && value != NULL);

  opt_config_source_change_async (self, &change, 1, cancellable, callback, user_data);
}

/**
 * opt_config_source_set_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: return location, as of opt_config_source_change_finish()
 *
 * Ends setting a key.
 *
 * Returns: whether it is set
 */
gboolean
opt_config_source_set_finish (OptConfigSource *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  return opt_config_source_change_finish (self, result, error);
}

/**
 * opt_config_source_unset_async:
 * @self: a source
 * @key: `group.key` in any case, or `bot.NAME` to remove that bot's whole group
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Takes out one key, see opt_config_source_change_async(). One that is known but not there is
 * fine.
 */
void
opt_config_source_unset_async (OptConfigSource    *self,
                               const char         *key,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  OptConfigChange change = { key, NULL };

  g_return_if_fail (key != NULL);

  opt_config_source_change_async (self, &change, 1, cancellable, callback, user_data);
}

/**
 * opt_config_source_unset_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: return location, as of opt_config_source_change_finish()
 *
 * Ends taking out a key.
 *
 * Returns: whether it is out
 */
gboolean
opt_config_source_unset_finish (OptConfigSource *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return opt_config_source_change_finish (self, result, error);
}

/**
 * opt_config_source_get_config:
 * @self: a source
 *
 * Gives the configuration as it is now.
 *
 * Returns: (transfer none): the configuration; take a reference to keep it past the next change
 */
OptConfig *
opt_config_source_get_config (OptConfigSource *self)
{
  g_return_val_if_fail (OPT_IS_CONFIG_SOURCE (self), NULL);

  return self->config;
}

/**
 * opt_config_source_get_problems:
 * @self: a source
 *
 * Lists what is wrong with the file as it is now, by line.
 *
 * Returns: (transfer none) (element-type OptConfigProblem): the problems, until the next change
 */
GPtrArray *
opt_config_source_get_problems (OptConfigSource *self)
{
  g_return_val_if_fail (OPT_IS_CONFIG_SOURCE (self), NULL);

  return self->problems;
}

/**
 * opt_config_source_get_path:
 * @self: a source
 *
 * Tells where the file is.
 *
 * Returns: (transfer none): its path
 */
const char *
opt_config_source_get_path (OptConfigSource *self)
{
  g_return_val_if_fail (OPT_IS_CONFIG_SOURCE (self), NULL);

  return self->path;
}
