/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-test-sink.h"

struct _OptBotTestSink
{
  GObject parent_instance;

  GPtrArray *batch; /* (owned) (nullable) */
  GTask     *task;  /* (owned) (nullable) */
  guint      count;
};

static void opt_bot_test_sink_sink_init (OptUpdateSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptBotTestSink,
                               opt_bot_test_sink,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_UPDATE_SINK,
                                                      opt_bot_test_sink_sink_init))

static void
opt_bot_test_sink_take_async (OptUpdateSink      *sink,
                              GPtrArray          *updates,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  OptBotTestSink *self = OPT_BOT_TEST_SINK (sink);

  g_assert_null (self->task);
  g_clear_pointer (&self->batch, g_ptr_array_unref);
  self->batch = g_ptr_array_ref (updates);
  self->task = g_task_new (self, NULL, callback, user_data);
  self->count++;
}

static gboolean
opt_bot_test_sink_take_finish (OptUpdateSink *sink,
                               GAsyncResult  *result,
                               gint64        *offset,
                               GError       **error)
{
  *offset = g_task_propagate_int (G_TASK (result), error);
  return *offset >= 0;
}

static void
opt_bot_test_sink_sink_init (OptUpdateSinkInterface *iface)
{
  iface->take_async = opt_bot_test_sink_take_async;
  iface->take_finish = opt_bot_test_sink_take_finish;
}

static void
opt_bot_test_sink_finalize (GObject *object)
{
  OptBotTestSink *self = OPT_BOT_TEST_SINK (object);

  g_clear_pointer (&self->batch, g_ptr_array_unref);

  G_OBJECT_CLASS (opt_bot_test_sink_parent_class)->finalize (object);
}

static void
opt_bot_test_sink_class_init (OptBotTestSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_bot_test_sink_finalize;
}

static void
opt_bot_test_sink_init (OptBotTestSink *self)
{
}

OptBotTestSink *
opt_bot_test_sink_new (void)
{
  return g_object_new (OPT_TYPE_BOT_TEST_SINK, NULL);
}

guint
opt_bot_test_sink_get_count (OptBotTestSink *self)
{
  return self->count;
}

GPtrArray *
opt_bot_test_sink_get_batch (OptBotTestSink *self)
{
  return self->batch;
}

void
opt_bot_test_sink_wait_count (OptBotTestSink *self,
                              guint           count)
{
  while (self->count < count)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->count, ==, count);
}

void
opt_bot_test_sink_commit (OptBotTestSink *self,
                          gint64          offset)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_task_return_int (task, (gssize)offset);
}

void
opt_bot_test_sink_fail (OptBotTestSink *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the disk is full");
}
