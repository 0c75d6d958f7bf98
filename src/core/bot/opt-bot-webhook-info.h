/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * OptBotWebhookInfo:
 * @host: (nullable): where updates are pushed to, its host alone; NULL when there is no webhook
 * @pending_update_count: updates that wait at Telegram
 * @last_error_date: seconds since 1970; 0 when pushing never failed
 * @last_error_message: (nullable): why
 *
 * What Telegram knows of a bot's webhook; immutable. The path of a webhook may be a secret and is
 * not kept.
 */
typedef struct
{
  char  *host; /* (owned) */
  gint64 pending_update_count;
  gint64 last_error_date;
  char  *last_error_message; /* (owned) */
} OptBotWebhookInfo;

#define OPT_TYPE_BOT_WEBHOOK_INFO (opt_bot_webhook_info_get_type ())
GType opt_bot_webhook_info_get_type (void);

OptBotWebhookInfo *opt_bot_webhook_info_new_from_json (JsonNode *node,
                                                       GError  **error);
OptBotWebhookInfo *opt_bot_webhook_info_ref (OptBotWebhookInfo *self);
void               opt_bot_webhook_info_unref (OptBotWebhookInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotWebhookInfo, opt_bot_webhook_info_unref)

G_END_DECLS
