/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-catalogue-source.h"

#include <string.h>

#include "opt-catalogue-loader.h"

/* An editor saves in several steps, and a copied folder comes file by file. A task that keeps
 * writing into its folder, without changing a task, slows us down to the second figure. */
#define SETTLE_FIRST_US (200 * 1000)
#define SETTLE_MOST_US  (5 * OPT_SECOND)

struct _OptCatalogueSource
{
  GObject parent_instance;

  OptClock     *clock;        /* (owned) */
  OptCatalogue *catalogue;    /* (owned) */
  char        **folders;      /* (owned) */
  GHashTable   *interpreters; /* (owned) (nullable) */
  GHashTable   *monitors;     /* (owned) (element-type utf8 GFileMonitor): by path, or NULL */
  GPtrArray    *waiting;      /* (owned) (element-type GTask) */
  GCancellable *reading;      /* (owned) (nullable): NULL while nothing is read */
  gboolean      is_loaded;
  gboolean      is_due; /* read again once the present reading is over */
  guint         timer;
  gint64        settle; /* microseconds */
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (OptCatalogueSource, opt_catalogue_source, G_TYPE_OBJECT)

/* What one reading starts from, and finds. */
typedef struct
{
  char        **folders;      /* (owned) */
  GHashTable   *interpreters; /* (owned) (nullable) */
  GHashTable   *watched;      /* (owned) (element-type utf8): paths */
  GHashTable   *wanted;       /* (owned) (element-type utf8): paths */
  OptCatalogue *previous;     /* (owned) (nullable) */
  OptCatalogue *catalogue;    /* (owned) (nullable): NULL when it must be watched first */
  gboolean      is_same;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  g_strfreev (self->folders);
  g_clear_pointer (&self->interpreters, g_hash_table_unref);
  g_clear_pointer (&self->watched, g_hash_table_unref);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->previous, opt_catalogue_unref);
  g_clear_pointer (&self->catalogue, opt_catalogue_unref);
  g_free (self);
}

static GHashTable *
path_set_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* The folder, or the nearest above it that exists: there it will show when it comes. The one
 * above too, where it can be seen to be replaced. */
static void
add_watchable (GHashTable *wanted,
               const char *folder)
{
  g_autofree char *path = g_strdup (folder);
  g_autofree char *above = g_path_get_dirname (path);

  while (!g_file_test (path, G_FILE_TEST_IS_DIR) && !g_str_equal (above, path))
    {
      g_free (path);
      path = g_steal_pointer (&above);
      above = g_path_get_dirname (path);
    }
  g_hash_table_add (wanted, g_steal_pointer (&path));
  g_hash_table_add (wanted, g_steal_pointer (&above));
}

static gboolean
is_same_set (GHashTable *a,
             GHashTable *b)
{
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (b, key))
      return FALSE;
  return g_hash_table_size (a) == g_hash_table_size (b);
}

/* What isn't watched yet is not read: a change between the two would be missed. */
static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Reading *reading = data;

  for (guint i = 0; reading->folders[i] != NULL; i++)
    add_watchable (reading->wanted, reading->folders[i]);
  if (is_same_set (reading->wanted, reading->watched))
    {
      reading->catalogue = opt_catalogue_load ((const char *const *)reading->folders,
                                               reading->interpreters, cancellable);
      reading->is_same = reading->previous != NULL &&
                         opt_catalogue_equal (reading->previous, reading->catalogue);
    }
  g_task_return_boolean (task, TRUE);
}

static void
settled_cb (gpointer user_data)
{
  OptCatalogueSource *self = user_data;

  self->timer = 0;
  opt_catalogue_source_reload (self);
}

/* What happens above a folder concerns us only when it makes the folder come or go. */
static gboolean
is_relevant (OptCatalogueSource *self,
             const char         *path)
{
  g_autofree char *above = g_path_get_dirname (path);

  for (guint i = 0; self->folders[i] != NULL; i++)
    {
      const char *rest;

      if (g_str_equal (above, self->folders[i]))
        return TRUE;
      rest = g_str_has_prefix (self->folders[i], path) ? self->folders[i] + strlen (path) : "?";
      if (*rest == '\0' || *rest == '/')
        return TRUE;
    }
  return FALSE;
}

static gboolean
take_event (OptCatalogueSource *self,
            GFile              *file,
            GFileMonitorEvent   event)
{
  g_autofree char *path = file == NULL ? NULL : g_file_get_path (file);

  if (path == NULL || !is_relevant (self, path))
    return FALSE;
  /* A folder that goes takes its watch along, even if another comes in its place. */
  if (event != G_FILE_MONITOR_EVENT_CHANGED && event != G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED &&
      event != G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT)
    g_hash_table_remove (self->monitors, path);
  return TRUE;
}

static void
monitor_changed_cb (GFileMonitor     *monitor,
                    GFile            *file,
                    GFile            *other,
                    GFileMonitorEvent event,
                    gpointer          user_data)
{
  OptCatalogueSource *self = user_data;
  gboolean            relevant = take_event (self, file, event);

  if (take_event (self, other, event))
    relevant = TRUE;
  if (relevant && self->timer == 0)
    self->timer = opt_clock_call_in (self->clock, self->settle, settled_cb, self);
}

static void
monitor_free (gpointer data)
{
  if (data == NULL)
    return;
  g_file_monitor_cancel (data);
  g_object_unref (data);
}

static void
watch (OptCatalogueSource *self,
       GHashTable         *wanted)
{
  GHashTableIter iter;
  gpointer       path;

  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (wanted, path))
      g_hash_table_iter_remove (&iter);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      g_autoptr (GFile) folder = g_file_new_for_path (path);
      g_autoptr (GError) error = NULL;
      g_autoptr (GFileMonitor) monitor = NULL;

      if (g_hash_table_contains (self->monitors, path))
        continue;
      monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
      if (monitor == NULL)
        g_message ("changes in %s won't be noticed: %s", (char *)path, error->message);
      else
        g_signal_connect_object (monitor, "changed", G_CALLBACK (monitor_changed_cb), self, 0);
      g_hash_table_insert (self->monitors, g_strdup (path), g_steal_pointer (&monitor));
    }
}

static void
answer_waiting (OptCatalogueSource *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (g_ptr_array_index (waiting, i), TRUE);
}

static void
take_catalogue (OptCatalogueSource *self,
                Reading            *reading)
{
  gboolean is_first = !self->is_loaded;

  self->is_loaded = TRUE;
  self->settle = reading->is_same ? MIN (self->settle * 2, SETTLE_MOST_US) : SETTLE_FIRST_US;
  if (!reading->is_same)
    {
      g_clear_pointer (&self->catalogue, opt_catalogue_unref);
      self->catalogue = g_steal_pointer (&reading->catalogue);
      g_debug ("the catalogue has %u tasks", opt_catalogue_get_tasks (self->catalogue)->len);
    }
  if (is_first || !reading->is_same)
    g_signal_emit (self, signals[CHANGED], 0);
  answer_waiting (self);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (OptCatalogueSource) self = user_data;
  Reading *reading = g_task_get_task_data (G_TASK (result));

  /* Only dispose cancels. */
  if (g_task_get_cancellable (G_TASK (result)) != self->reading)
    return;
  g_clear_object (&self->reading);
  if (!self->is_due && reading->catalogue != NULL)
    {
      take_catalogue (self, reading);
      return;
    }
  if (!self->is_due)
    watch (self, reading->wanted);
  opt_catalogue_source_reload (self);
}

static void
start_reading (OptCatalogueSource *self)
{
  g_autoptr (GTask) task = NULL;
  Reading       *reading = g_new0 (Reading, 1);
  GHashTableIter iter;
  gpointer       path;

  self->is_due = FALSE;
  self->reading = g_cancellable_new ();
  reading->folders = g_strdupv (self->folders);
  reading->interpreters = self->interpreters == NULL ? NULL : g_hash_table_ref (self->interpreters);
  reading->previous = opt_catalogue_ref (self->catalogue);
  reading->wanted = path_set_new ();
  reading->watched = path_set_new ();
  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_hash_table_add (reading->watched, g_strdup (path));

  /* Not as the source of the task, since the thread may be the last to let go of that. */
  task = g_task_new (NULL, self->reading, read_cb, g_object_ref (self));
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_thread);
}

static void
opt_catalogue_source_dispose (GObject *object)
{
  OptCatalogueSource *self = OPT_CATALOGUE_SOURCE (object);

  if (self->clock != NULL)
    opt_clock_cancel (self->clock, &self->timer);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_hash_table_remove_all (self->monitors);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (opt_catalogue_source_parent_class)->dispose (object);
}

static void
opt_catalogue_source_finalize (GObject *object)
{
  OptCatalogueSource *self = OPT_CATALOGUE_SOURCE (object);

  g_clear_pointer (&self->monitors, g_hash_table_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->catalogue, opt_catalogue_unref);
  g_clear_pointer (&self->interpreters, g_hash_table_unref);
  g_strfreev (self->folders);
  G_OBJECT_CLASS (opt_catalogue_source_parent_class)->finalize (object);
}

static void
opt_catalogue_source_class_init (OptCatalogueSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_catalogue_source_dispose;
  object_class->finalize = opt_catalogue_source_finalize;

  /**
   * OptCatalogueSource::changed:
   * @self: the source
   *
   * There is another catalogue than before; also once when the first one was read.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
opt_catalogue_source_init (OptCatalogueSource *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->catalogue = opt_catalogue_new (none, NULL);
  self->folders = g_new0 (char *, 1);
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_free);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->settle = SETTLE_FIRST_US;
}

/**
 * opt_catalogue_source_new:
 * @clock: where time comes from
 *
 * Makes a source of catalogues without any folder. It reads in a thread, watches the folders,
 * those too that come later, and reads again when something changes. It does not know who asks
 * for tasks.
 *
 * Returns: (transfer full): a new source
 */
OptCatalogueSource *
opt_catalogue_source_new (OptClock *clock)
{
  OptCatalogueSource *self;

  g_return_val_if_fail (OPT_IS_CLOCK (clock), NULL);

  self = g_object_new (OPT_TYPE_CATALOGUE_SOURCE, NULL);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * opt_catalogue_source_set_folders:
 * @self: a source
 * @folders: absolute paths; an earlier one hides a later one's task; they need not exist
 * @interpreters: (nullable) (element-type utf8 GStrv): as for opt_catalogue_load(); never
 *   changed from now on
 *
 * Says where the tasks are, and starts to read them.
 */
void
opt_catalogue_source_set_folders (OptCatalogueSource *self,
                                  const char *const  *folders,
                                  GHashTable         *interpreters)
{
  GStrvBuilder *builder;

  g_return_if_fail (OPT_IS_CATALOGUE_SOURCE (self));
  g_return_if_fail (folders != NULL);

  builder = g_strv_builder_new ();
  for (guint i = 0; folders[i] != NULL; i++)
    {
      /* As the monitors spell them: no slash at the end, no `..` inside. */
      g_autofree char *path = g_canonicalize_filename (folders[i], "/");

      g_strv_builder_add (builder, path);
    }
  g_strfreev (self->folders);
  self->folders = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  g_clear_pointer (&self->interpreters, g_hash_table_unref);
  self->interpreters = interpreters == NULL ? NULL : g_hash_table_ref (interpreters);
  opt_catalogue_source_reload (self);
}

/**
 * opt_catalogue_source_reload:
 * @self: a source
 *
 * Reads the folders again, now, or once more when the present reading is over.
 */
void
opt_catalogue_source_reload (OptCatalogueSource *self)
{
  g_return_if_fail (OPT_IS_CATALOGUE_SOURCE (self));

  opt_clock_cancel (self->clock, &self->timer);
  if (self->reading != NULL)
    self->is_due = TRUE;
  else
    start_reading (self);
}

/**
 * opt_catalogue_source_load_async:
 * @self: a source
 * @cancellable: (nullable): to wait no longer
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads the folders and finishes when all that is there now has been read.
 */
void
opt_catalogue_source_load_async (OptCatalogueSource *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (OPT_IS_CATALOGUE_SOURCE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_catalogue_source_load_async);
  g_ptr_array_add (self->waiting, task);
  opt_catalogue_source_reload (self);
}

/**
 * opt_catalogue_source_load_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: return location
 *
 * Finishes opt_catalogue_source_load_async(). Nothing but cancellation makes it fail: what is
 * wrong with tasks and folders is in the catalogue.
 *
 * Returns: FALSE with %G_IO_ERROR_CANCELLED
 */
gboolean
opt_catalogue_source_load_finish (OptCatalogueSource *self,
                                  GAsyncResult       *result,
                                  GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * opt_catalogue_source_get_catalogue:
 * @self: a source
 *
 * Gets the tasks as they were last read.
 *
 * Returns: (transfer none): the catalogue, empty before the first reading; take a reference to
 *   keep it
 */
OptCatalogue *
opt_catalogue_source_get_catalogue (OptCatalogueSource *self)
{
  g_return_val_if_fail (OPT_IS_CATALOGUE_SOURCE (self), NULL);

  return self->catalogue;
}

/**
 * opt_catalogue_source_is_idle:
 * @self: a source
 *
 * Tells whether nothing is being read, nor about to be.
 *
 * Returns: whether it is idle
 */
gboolean
opt_catalogue_source_is_idle (OptCatalogueSource *self)
{
  g_return_val_if_fail (OPT_IS_CATALOGUE_SOURCE (self), FALSE);

  return self->reading == NULL && self->timer == 0;
}
