/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-field.h"
#include "opt-ipc-generated.h"
#include "opt-send-order.h"
#include "opt-service-answer.h"
#include "opt-service-error.h"
#include "opt-services.h"

/* An answer that is longer than a message of the bus may be costs the connection. */
#define ROWS_MAX 10000

#define OPT_TYPE_SERVICE_OUTBOX (opt_service_outbox_get_type ())
G_DECLARE_FINAL_TYPE (
  OptServiceOutbox, opt_service_outbox, OPT, SERVICE_OUTBOX, OptIpcOutboxSkeleton)

struct _OptServiceOutbox
{
  OptIpcOutboxSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

static void
add_error (GVariantBuilder    *builder,
           const OptOutboxRow *row)
{
  GVariantBuilder inner;

  if (row->error_text == NULL && row->error_code == 0)
    return;
  g_variant_builder_init (&inner, G_VARIANT_TYPE_VARDICT);
  if (row->error_code != 0)
    opt_ipc_record_add_int (&inner, "code", row->error_code);
  opt_ipc_record_add_string (&inner, "description", row->error_text);
  g_variant_builder_add (builder, "{sv}", "error", g_variant_builder_end (&inner));
}

static GVariant *
record_row (gconstpointer value)
{
  const OptOutboxRow *row = value;
  GVariantBuilder     builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&builder, "id", row->id);
  opt_ipc_record_add_string (&builder, "bot", row->bot);
  /* A menu of commands goes to no chat. */
  opt_ipc_record_add_string (&builder, "chat_id", *row->chat != '\0' ? row->chat : NULL);
  if (row->topic != 0)
    opt_ipc_record_add_int (&builder, "topic", row->topic);
  opt_ipc_record_add_string (&builder, "kind", opt_outbox_kind_to_string (row->kind));
  opt_ipc_record_add_string (&builder, "state", opt_outbox_state_to_string (row->state));
  opt_ipc_record_add_int (&builder, "attempts", row->attempts);
  opt_ipc_record_add_time (&builder, "created", row->created);
  opt_ipc_record_add_time (&builder, "not_before", row->not_before);
  opt_ipc_record_add_time (&builder, "sent", row->sent);
  if (row->message_id != 0)
    opt_ipc_record_add_int (&builder, "message_id", row->message_id);
  opt_ipc_record_add_string (&builder, "text", row->text);
  opt_ipc_record_add_bool (&builder, "repeated", row->repeated);
  add_error (&builder, row);
  return g_variant_builder_end (&builder);
}

static GVariant *
record_message (gconstpointer value)
{
  const OptOutboxRow *row = value;
  GVariantBuilder     builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&builder, "outbox", row->id);
  opt_ipc_record_add_string (&builder, "chat_id", row->chat);
  if (row->topic != 0)
    opt_ipc_record_add_int (&builder, "topic", row->topic);
  opt_ipc_record_add_string (&builder, "state", opt_outbox_state_to_string (row->state));
  if (row->message_id != 0)
    opt_ipc_record_add_int (&builder, "message_id", row->message_id);
  add_error (&builder, row);
  return g_variant_builder_end (&builder);
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = opt_send_order_finish (OPT_AGENT (object), result, &error);

  opt_service_return_records (user_data, rows, record_message, error);
}

static gboolean
handle_send (OptIpcOutbox          *object,
             GDBusMethodInvocation *invocation,
             GVariant              *message)
{
  g_autoptr (GVariant) list =
               g_variant_lookup_value (message, "chats", G_VARIANT_TYPE_STRING_ARRAY);
  g_autofree const char **chats = list != NULL ? g_variant_get_strv (list, NULL) : NULL;
  const OptSendOrder      order = {
         .bot = opt_ipc_record_get_string (message, "bot"),
         .chats = chats,
         .text = opt_ipc_record_get_string (message, "text"),
         .markup = opt_ipc_record_get_string (message, "markup"),
         .document = opt_ipc_record_get_string (message, "document"),
         .file_name = opt_ipc_record_get_string (message, "file_name"),
         .silent = opt_ipc_record_get_bool (message, "silent"),
         .telegram = opt_ipc_record_get_bool (message, "telegram"),
  };

  opt_send_order_async (OPT_SERVICE_OUTBOX (object)->agent, &order, sent_cb, invocation);
  return TRUE;
}

static void
waited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = opt_outbox_wait_finish (OPT_OUTBOX (object), result, &error);

  opt_service_return_records (user_data, rows, record_message, error);
}

static gboolean
handle_wait (OptIpcOutbox          *object,
             GDBusMethodInvocation *invocation,
             GVariant              *rows,
             guint                  seconds)
{
  gsize         n;
  const gint64 *ids = g_variant_get_fixed_array (rows, &n, sizeof (gint64));

  if (n > ROWS_MAX)
    {
      opt_service_return_new_error (invocation, OPT_IPC_ERROR_USAGE, "rows",
                                    "no more than %d rows can be waited for at a time", ROWS_MAX);
      return TRUE;
    }
  opt_outbox_wait_async (opt_agent_get_outbox (OPT_SERVICE_OUTBOX (object)->agent), ids, n,
                         MIN (seconds, 3600) * OPT_SECOND, NULL, waited_cb, invocation);
  return TRUE;
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = opt_outbox_list_finish (OPT_OUTBOX (object), result, &error);

  opt_service_return_records (user_data, rows, record_row, error);
}

static gboolean
handle_list (OptIpcOutbox          *object,
             GDBusMethodInvocation *invocation,
             GVariant              *filter)
{
  const char    *word = opt_ipc_record_get_string (filter, "state");
  guint          limit = (guint)CLAMP (opt_ipc_record_get_int (filter, "limit", 50), 0, ROWS_MAX);
  OptOutboxState state = OPT_OUTBOX_QUEUED;

  if (word != NULL && !opt_outbox_state_from_string (word, &state))
    opt_service_return_new_error (invocation, OPT_IPC_ERROR_USAGE, "state",
                                  "“%s” is no state of a row: queued, sending, sent, dead", word);
  else
    opt_outbox_list_async (opt_agent_get_outbox (OPT_SERVICE_OUTBOX (object)->agent),
                           word != NULL ? (int)state : -1, limit, NULL,
                           listed_cb, invocation);
  return TRUE;
}

static void
shown_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptOutboxRow) row = opt_outbox_show_finish (OPT_OUTBOX (object), result, &error);

  opt_service_return_record (user_data, row != NULL ? record_row (row) : NULL, error);
}

static gboolean
handle_show (OptIpcOutbox          *object,
             GDBusMethodInvocation *invocation,
             gint64                 row)
{
  opt_outbox_show_async (opt_agent_get_outbox (OPT_SERVICE_OUTBOX (object)->agent), row, NULL,
                         shown_cb, invocation);
  return TRUE;
}

static void
retried_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = opt_outbox_retry_finish (OPT_OUTBOX (object), result, &error);

  opt_service_return_done (user_data, is_done, error);
}

static gboolean
handle_retry (OptIpcOutbox          *object,
              GDBusMethodInvocation *invocation,
              gint64                 row)
{
  opt_outbox_retry_async (opt_agent_get_outbox (OPT_SERVICE_OUTBOX (object)->agent), row, NULL,
                          retried_cb, invocation);
  return TRUE;
}

static void
dropped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = opt_outbox_drop_finish (OPT_OUTBOX (object), result, &error);

  opt_service_return_done (user_data, is_done, error);
}

static gboolean
handle_drop (OptIpcOutbox          *object,
             GDBusMethodInvocation *invocation,
             gint64                 row)
{
  opt_outbox_drop_async (opt_agent_get_outbox (OPT_SERVICE_OUTBOX (object)->agent), row, NULL,
                         dropped_cb, invocation);
  return TRUE;
}

static void
outbox_iface_init (OptIpcOutboxIface *iface)
{
  iface->handle_send = handle_send;
  iface->handle_wait = handle_wait;
  iface->handle_list = handle_list;
  iface->handle_show = handle_show;
  iface->handle_retry = handle_retry;
  iface->handle_drop = handle_drop;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServiceOutbox,
                               opt_service_outbox,
                               OPT_IPC_TYPE_OUTBOX_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_OUTBOX, outbox_iface_init))

static void
opt_service_outbox_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_OUTBOX (object)->agent);
  G_OBJECT_CLASS (opt_service_outbox_parent_class)->dispose (object);
}

static void
opt_service_outbox_class_init (OptServiceOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_outbox_dispose;
}

static void
opt_service_outbox_init (OptServiceOutbox *self)
{
}

/**
 * opt_service_outbox_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the Outbox interface
 */
GDBusInterfaceSkeleton *
opt_service_outbox_new (OptAgent *agent)
{
  OptServiceOutbox *self = g_object_new (OPT_TYPE_SERVICE_OUTBOX, NULL);

  self->agent = g_object_ref (agent);
  return G_DBUS_INTERFACE_SKELETON (self);
}
