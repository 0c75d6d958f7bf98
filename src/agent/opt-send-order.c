/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-send-order.h"

#include "opt-recipients.h"

/**
 * Order:
 * @recipients: (element-type OptRecipient): to whom
 * @text: (nullable): as in #OptSendOrder, like what follows
 * @ids: (element-type gint64): the rows that it became
 * @now: when it was given
 *
 * An order on its way into the queue.
 */
typedef struct
{
  GPtrArray *recipients; /* (owned) */
  char      *text;       /* (owned) */
  char      *markup;     /* (owned) */
  char      *document;   /* (owned) */
  char      *file_name;  /* (owned) */
  gboolean   silent;
  GArray    *ids; /* (owned) */
  gint64     now;
} Order;

static void
order_free (Order *order)
{
  g_ptr_array_unref (order->recipients);
  g_free (order->text);
  g_free (order->markup);
  g_free (order->document);
  g_free (order->file_name);
  g_array_unref (order->ids);
  g_free (order);
}

static gboolean
queue_order (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  Order *order = g_task_get_task_data (data);

  g_array_set_size (order->ids, 0);
  for (guint i = 0; i < order->recipients->len; i++)
    {
      const OptRecipient  *recipient = order->recipients->pdata[i];
      const OptOutboxDraft draft = {
        .bot = recipient->bot->name,
        .chat = recipient->chat->chat,
        .topic = recipient->chat->topic,
        .kind = order->document != NULL ? OPT_OUTBOX_DOCUMENT : OPT_OUTBOX_TEXT,
        .text = order->text,
        .markup = order->markup,
        .silent = order->silent,
        .path = order->document,
        .file_name = order->file_name,
      };

      if (!opt_outbox_add (transaction, &draft, order->now, order->ids, error))
        return FALSE;
    }
  return TRUE;
}

static void
looked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError    *error = NULL;
  GPtrArray *rows = opt_outbox_wait_finish (OPT_OUTBOX (object), result, &error);

  if (rows == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, rows, (GDestroyNotify)g_ptr_array_unref);
}

static void
order_queued (gpointer      data,
              const GError *error)
{
  GTask    *task = data;
  OptAgent *agent = g_task_get_source_object (task);
  Order    *order = g_task_get_task_data (task);

  if (error != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  opt_outbox_poke (opt_agent_get_outbox (agent));
  opt_outbox_wait_async (opt_agent_get_outbox (agent), (const gint64 *)(gpointer)order->ids->data,
                         order->ids->len, 0, NULL, looked_cb, g_object_ref (task));
}

static GPtrArray *
resolve (OptAgent           *agent,
         const OptSendOrder *order,
         GError            **error)
{
  OptConfig  *config = opt_agent_get_config (agent);
  const char *bot = order->bot;

  if (order->telegram && bot == NULL)
    {
      OptBotConfig *notice = opt_config_get_notice_bot (config, error);

      if (notice == NULL)
        return NULL;
      bot = notice->name;
    }
  return opt_recipients_resolve (config, bot, order->chats, error);
}

/**
 * opt_send_order_async:
 * @agent: the agent
 * @order: what to send
 * @callback: called when it is on the disk
 * @user_data: for @callback
 *
 * Finds out who is meant and by which bot, and queues a message for each of them.
 */
void
opt_send_order_async (OptAgent           *agent,
                      const OptSendOrder *order,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (agent, NULL, callback, user_data);
  GPtrArray *recipients;
  GError    *error = NULL;
  Order     *queued;

  g_task_set_source_tag (task, opt_send_order_async);
  recipients = resolve (agent, order, &error);
  if (recipients == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  queued = g_new0 (Order, 1);
  queued->recipients = recipients;
  queued->text = g_strdup (order->text);
  queued->markup = g_strdup (order->markup);
  queued->document = g_strdup (order->document);
  queued->file_name = g_strdup (order->file_name);
  queued->silent = order->silent;
  queued->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  queued->now = opt_clock_get_wall (opt_agent_get_clock (agent));
  g_task_set_task_data (task, queued, (GDestroyNotify)order_free);
  opt_store_write (opt_agent_get_store (agent), queue_order, order_queued, g_object_ref (task),
                   g_object_unref);
}

/**
 * opt_send_order_finish:
 * @agent: the agent
 * @result: the result
 * @error: return location: of %OPT_CONFIG_ERROR, %OPT_OUTBOX_ERROR or %OPT_STORE_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type OptOutboxRow): the rows it became
 */
GPtrArray *
opt_send_order_finish (OptAgent     *agent,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
