/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "opt-bot-file.h"
#include "opt-bot-me.h"
#include "opt-bot-session.h"
#include "opt-bot-webhook-info.h"

G_BEGIN_DECLS

/* What Telegram takes and gives, in bytes. */
#define OPT_BOT_UPLOAD_MAX   (50 * 1024 * 1024)
#define OPT_BOT_DOWNLOAD_MAX (20 * 1024 * 1024)

#define OPT_TYPE_BOT_CLIENT (opt_bot_client_get_type ())
G_DECLARE_FINAL_TYPE (OptBotClient, opt_bot_client, OPT, BOT_CLIENT, GObject)

OptBotClient  *opt_bot_client_new (OptBotSession *session,
                                   const char    *bot_token,
                                   GError       **error);
gint64         opt_bot_client_get_bot_id (OptBotClient *self);
OptBotSession *opt_bot_client_get_session (OptBotClient *self);

/* @json_body is the text of an object, or NULL for no parameters; what finish returns is the
 * answer's `result`. */
void      opt_bot_client_call_async (OptBotClient       *self,
                                     const char         *method,
                                     const char         *json_body,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
JsonNode *opt_bot_client_call_finish (OptBotClient *self,
                                      GAsyncResult *result,
                                      GError      **error);

/* The same with files (element-type OptBotFile), as multipart/form-data. */
void      opt_bot_client_upload_async (OptBotClient       *self,
                                       const char         *method,
                                       const char         *json_body,
                                       GPtrArray          *files,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
JsonNode *opt_bot_client_upload_finish (OptBotClient *self,
                                        GAsyncResult *result,
                                        GError      **error);

/* @file_path is what getFile answered; what it names is written to @target, a new file of mode
 * 0600. */
void     opt_bot_client_download_async (OptBotClient       *self,
                                        const char         *file_path,
                                        const char         *target,
                                        gint64              max_bytes,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean opt_bot_client_download_finish (OptBotClient *self,
                                         GAsyncResult *result,
                                         gint64       *bytes,
                                         GError      **error);

void      opt_bot_client_get_me_async (OptBotClient       *self,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
OptBotMe *opt_bot_client_get_me_finish (OptBotClient *self,
                                        GAsyncResult *result,
                                        GError      **error);

void               opt_bot_client_get_webhook_info_async (OptBotClient       *self,
                                                          GCancellable       *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer            user_data);
OptBotWebhookInfo *opt_bot_client_get_webhook_info_finish (OptBotClient *self,
                                                           GAsyncResult *result,
                                                           GError      **error);

G_END_DECLS
