/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-webhook-info.h"

#include "opt-bot-error-private.h"
#include "opt-json.h"

G_DEFINE_BOXED_TYPE (OptBotWebhookInfo,
                     opt_bot_webhook_info,
                     opt_bot_webhook_info_ref,
                     opt_bot_webhook_info_unref)

static void
clear (gpointer data)
{
  OptBotWebhookInfo *self = data;

  g_free (self->host);
  g_free (self->last_error_message);
}

static char *
read_host (const char *url)
{
  g_autoptr (GUri) uri = NULL;

  if (url == NULL || *url == '\0')
    return NULL;
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  return uri != NULL && g_uri_get_host (uri) != NULL
           ? opt_bot_clean_words (g_uri_get_host (uri), -1)
           : g_strdup ("an address of no known form");
}

/**
 * opt_bot_webhook_info_new_from_json:
 * @node: the `result` of getWebhookInfo
 * @error: return location: %OPT_BOT_ERROR_BAD_ANSWER
 *
 * Reads what is known of a webhook.
 *
 * Returns: (transfer full): that, or NULL with @error set
 */
OptBotWebhookInfo *
opt_bot_webhook_info_new_from_json (JsonNode *node,
                                    GError  **error)
{
  OptBotWebhookInfo *self;
  JsonObject        *object;
  const char        *message;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_propagate_error (error, opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, FALSE,
                                                   "the answer to getWebhookInfo is no object: "
                                                   "check telegram.api_root"));
      return NULL;
    }

  object = json_node_get_object (node);
  self = g_atomic_rc_box_new0 (OptBotWebhookInfo);
  self->host = read_host (opt_json_get_string (object, "url"));
  opt_json_get_int (object, "pending_update_count", &self->pending_update_count);
  opt_json_get_int (object, "last_error_date", &self->last_error_date);
  message = opt_json_get_string (object, "last_error_message");
  if (message != NULL)
    self->last_error_message = opt_bot_clean_words (message, -1);
  return self;
}

/**
 * opt_bot_webhook_info_ref:
 * @self: what is known
 *
 * Returns: (transfer full): @self
 */
OptBotWebhookInfo *
opt_bot_webhook_info_ref (OptBotWebhookInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_bot_webhook_info_unref:
 * @self: (transfer full): what is known
 *
 * Frees it with the last reference.
 */
void
opt_bot_webhook_info_unref (OptBotWebhookInfo *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
