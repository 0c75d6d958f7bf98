/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sink-ingest.h"

/**
 * OptSinkIngest:
 *
 * Joins a poller with ingest: says whose updates they are. Batches wait until the bot's user name
 * is known, since without it `/task@other_bot` in a group could not be told from one's own.
 */
struct _OptSinkIngest
{
  GObject parent_instance;

  OptIngest *ingest; /* (owned) */
  OptClock  *clock;  /* (owned) */
  gint64     bot_id;
  char      *name;     /* (owned) */
  char      *username; /* (owned) (nullable) */
  GTask     *waiting;  /* (owned) (nullable): a batch that came before the user name */
};

static void
take_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gint64 *offset = g_new0 (gint64, 1);

  if (opt_ingest_take_finish (OPT_INGEST (object), result, offset, &error))
    g_task_return_pointer (task, offset, g_free);
  else
    {
      g_free (offset);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

static void
hand_over (OptSinkIngest *self,
           GTask         *task)
{
  OptReceiver receiver = {
    .bot_id = self->bot_id,
    .name = self->name,
    .username = self->username,
    .now = opt_clock_get_wall (self->clock),
  };

  opt_ingest_take_async (self->ingest, &receiver, g_task_get_task_data (task),
                         g_task_get_cancellable (task), take_cb, task);
}

static void
opt_sink_ingest_take_async (OptUpdateSink      *sink,
                            GPtrArray          *updates,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  OptSinkIngest *self = OPT_SINK_INGEST (sink);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_sink_ingest_take_async);
  g_task_set_task_data (task, g_ptr_array_ref (updates), (GDestroyNotify)g_ptr_array_unref);
  if (self->username != NULL)
    hand_over (self, g_steal_pointer (&task));
  else if (self->waiting == NULL)
    self->waiting = g_steal_pointer (&task);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "a batch is waiting already");
}

static gboolean
opt_sink_ingest_take_finish (OptUpdateSink *sink,
                             GAsyncResult  *result,
                             gint64        *offset,
                             GError       **error)
{
  g_autofree gint64 *value = g_task_propagate_pointer (G_TASK (result), error);

  if (value == NULL)
    return FALSE;
  *offset = *value;
  return TRUE;
}

static void
sink_iface_init (OptUpdateSinkInterface *iface)
{
  iface->take_async = opt_sink_ingest_take_async;
  iface->take_finish = opt_sink_ingest_take_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptSinkIngest,
                               opt_sink_ingest,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_UPDATE_SINK, sink_iface_init))

static void
drop_waiting (OptSinkIngest *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the bot was stopped");
}

static void
opt_sink_ingest_dispose (GObject *object)
{
  OptSinkIngest *self = OPT_SINK_INGEST (object);

  drop_waiting (self);
  g_clear_object (&self->ingest);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (opt_sink_ingest_parent_class)->dispose (object);
}

static void
opt_sink_ingest_finalize (GObject *object)
{
  OptSinkIngest *self = OPT_SINK_INGEST (object);

  g_free (self->name);
  g_free (self->username);
  G_OBJECT_CLASS (opt_sink_ingest_parent_class)->finalize (object);
}

static void
opt_sink_ingest_class_init (OptSinkIngestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_sink_ingest_dispose;
  object_class->finalize = opt_sink_ingest_finalize;
}

static void
opt_sink_ingest_init (OptSinkIngest *self)
{
}

/**
 * opt_sink_ingest_new:
 * @ingest: where updates go
 * @clock: tells when they came
 * @bot_id: whose they are
 * @name: the bot's name here
 *
 * Returns: (transfer full): a sink that waits for the user name
 */
OptSinkIngest *
opt_sink_ingest_new (OptIngest  *ingest,
                     OptClock   *clock,
                     gint64      bot_id,
                     const char *name)
{
  OptSinkIngest *self = g_object_new (OPT_TYPE_SINK_INGEST, NULL);

  self->ingest = g_object_ref (ingest);
  self->clock = g_object_ref (clock);
  self->bot_id = bot_id;
  self->name = g_strdup (name);
  return self;
}

/**
 * opt_sink_ingest_set_username:
 * @self: the sink
 * @username: (nullable): without @; NULL drops what waits for it
 */
void
opt_sink_ingest_set_username (OptSinkIngest *self,
                              const char    *username)
{
  g_return_if_fail (OPT_IS_SINK_INGEST (self));

  if (username == NULL)
    {
      drop_waiting (self);
      return;
    }
  g_free (self->username);
  self->username = g_strdup (username);
  if (self->waiting != NULL)
    hand_over (self, g_steal_pointer (&self->waiting));
}
