/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-delivery-bots.h"

#include "opt-json.h"

/**
 * OptDeliveryBots:
 *
 * Joins the outbox with the bots: carries a parcel by the client of its bot, and says in the
 * outbox's words what came of it.
 */
struct _OptDeliveryBots
{
  GObject parent_instance;

  OptAgentBots *bots; /* (owned) */
};

typedef struct
{
  OptDeliveredFunc done;
  gpointer         user_data;
  OptAgentBot     *bot;    /* (owned) */
  OptBotClient    *client; /* (owned): what it was given to */
} Errand;

static void
finish_errand (Errand             *errand,
               const OptDelivered *delivered)
{
  errand->done (delivered, errand->user_data);
  g_object_unref (errand->bot);
  g_object_unref (errand->client);
  g_free (errand);
}

static OptDeliveryOutcome
error_to_outcome (const GError *error)
{
  if (error->domain != OPT_BOT_ERROR)
    return OPT_DELIVERY_UNKNOWN;
  switch ((OptBotError)error->code)
    {
    case OPT_BOT_ERROR_API:
    case OPT_BOT_ERROR_CONFLICT:
      return opt_bot_error_get_migrate_to (error) != 0 ? OPT_DELIVERY_MOVED : OPT_DELIVERY_REFUSED;
    case OPT_BOT_ERROR_FLOOD:
      return OPT_DELIVERY_FLOOD;
    case OPT_BOT_ERROR_UNAUTHORIZED:
    case OPT_BOT_ERROR_SETTINGS:
    case OPT_BOT_ERROR_INSECURE:
    case OPT_BOT_ERROR_CA_FILE:
    case OPT_BOT_ERROR_REDIRECTED:
      return OPT_DELIVERY_UNAVAILABLE;
    case OPT_BOT_ERROR_FILE:
    case OPT_BOT_ERROR_TOO_BIG:
      return OPT_DELIVERY_REFUSED;
    case OPT_BOT_ERROR_SERVER:
    case OPT_BOT_ERROR_BAD_ANSWER:
    case OPT_BOT_ERROR_NETWORK_BEFORE:
    case OPT_BOT_ERROR_NETWORK_AFTER:
    default:
      return opt_bot_error_is_unknown_outcome (error) ? OPT_DELIVERY_UNKNOWN : OPT_DELIVERY_AGAIN;
    }
}

static void
report (Errand   *errand,
        JsonNode *node,
        GError   *error)
{
  OptDelivered delivered = { .outcome = OPT_DELIVERY_OK };

  if (error != NULL)
    {
      const char *description = opt_bot_error_get_description (error);

      delivered.outcome = error_to_outcome (error);
      delivered.code = opt_bot_error_get_code (error);
      delivered.description = description != NULL ? description : error->message;
      delivered.retry_after = opt_bot_error_get_retry_after (error) * OPT_SECOND;
      delivered.moved_to = opt_bot_error_get_migrate_to (error);
      if (!g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED))
        ;
      /* It says nothing of the token that the bot has now. */
      else if (opt_agent_bot_get_client (errand->bot) != errand->client)
        delivered.outcome = OPT_DELIVERY_AGAIN;
      else
        opt_agent_bot_refuse (errand->bot, error->message);
    }
  else if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    opt_json_get_int (json_node_get_object (node), "message_id", &delivered.message_id);
  finish_errand (errand, &delivered);
}

static void
called_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  node = opt_bot_client_call_finish (OPT_BOT_CLIENT (object), result, &error);
  report (user_data, node, error);
}

static void
uploaded_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  node = opt_bot_client_upload_finish (OPT_BOT_CLIENT (object), result, &error);
  report (user_data, node, error);
}

static void
opt_delivery_bots_deliver (OptDelivery     *delivery,
                           const OptParcel *parcel,
                           GCancellable    *cancellable,
                           OptDeliveredFunc done,
                           gpointer         user_data)
{
  OptDeliveryBots *self = OPT_DELIVERY_BOTS (delivery);
  OptAgentBot     *bot = opt_agent_bots_find (self->bots, parcel->bot);
  OptBotClient    *client = bot != NULL ? opt_agent_bot_get_client (bot) : NULL;
  g_autoptr (GPtrArray) files = NULL;
  Errand *errand;

  if (client == NULL || opt_agent_bot_get_state (bot) == OPT_AGENT_BOT_REFUSED)
    {
      OptDelivered delivered = {
        .outcome = OPT_DELIVERY_UNAVAILABLE,
        .description =
          bot == NULL ? "there is no active bot of this name" : opt_agent_bot_get_detail (bot),
      };

      done (&delivered, user_data);
      return;
    }
  errand = g_new0 (Errand, 1);
  errand->done = done;
  errand->user_data = user_data;
  errand->bot = g_object_ref (bot);
  errand->client = g_object_ref (client);
  if (parcel->file == NULL)
    {
      opt_bot_client_call_async (client, parcel->method, parcel->body, cancellable, called_cb,
                                 errand);
      return;
    }
  files = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_bot_file_unref);
  g_ptr_array_add (files,
                   opt_bot_file_new_for_bytes (parcel->field, parcel->file_name, parcel->file));
  opt_bot_client_upload_async (client, parcel->method, parcel->body, files, cancellable,
                               uploaded_cb, errand);
}

static void
delivery_iface_init (OptDeliveryInterface *iface)
{
  iface->deliver = opt_delivery_bots_deliver;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptDeliveryBots,
                               opt_delivery_bots,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_DELIVERY, delivery_iface_init))

static void
opt_delivery_bots_dispose (GObject *object)
{
  OptDeliveryBots *self = OPT_DELIVERY_BOTS (object);

  g_clear_object (&self->bots);
  G_OBJECT_CLASS (opt_delivery_bots_parent_class)->dispose (object);
}

static void
opt_delivery_bots_class_init (OptDeliveryBotsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_delivery_bots_dispose;
}

static void
opt_delivery_bots_init (OptDeliveryBots *self)
{
}

/**
 * opt_delivery_bots_new:
 * @bots: who carries
 *
 * Returns: (transfer full): the outbox's way out
 */
OptDelivery *
opt_delivery_bots_new (OptAgentBots *bots)
{
  OptDeliveryBots *self = g_object_new (OPT_TYPE_DELIVERY_BOTS, NULL);

  self->bots = g_object_ref (bots);
  return OPT_DELIVERY (self);
}
