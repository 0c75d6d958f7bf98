/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The server's own limits. */
#define OPT_SANDBOX_UPDATES_MAX      100000
#define OPT_SANDBOX_UPDATE_BYTES_MAX (512 * 1024)

typedef enum {
  OPT_SANDBOX_UPDATE_MESSAGE,
  OPT_SANDBOX_UPDATE_EDITED_MESSAGE,
  OPT_SANDBOX_UPDATE_CHANNEL_POST,
  OPT_SANDBOX_UPDATE_EDITED_CHANNEL_POST,
  OPT_SANDBOX_UPDATE_INLINE_QUERY,
  OPT_SANDBOX_UPDATE_CHOSEN_INLINE_RESULT,
  OPT_SANDBOX_UPDATE_CALLBACK_QUERY,
  OPT_SANDBOX_UPDATE_SHIPPING_QUERY,
  OPT_SANDBOX_UPDATE_PRE_CHECKOUT_QUERY,
  OPT_SANDBOX_UPDATE_POLL,
  OPT_SANDBOX_UPDATE_POLL_ANSWER,
  OPT_SANDBOX_UPDATE_MY_CHAT_MEMBER,
  OPT_SANDBOX_UPDATE_CHAT_MEMBER,
  OPT_SANDBOX_UPDATE_CHAT_JOIN_REQUEST,
  OPT_SANDBOX_UPDATE_MESSAGE_REACTION,
  OPT_SANDBOX_UPDATE_MESSAGE_REACTION_COUNT,
} OptSandboxUpdateKind;

typedef struct _OptSandboxUpdates OptSandboxUpdates;

OptSandboxUpdates *opt_sandbox_updates_new (void);
void               opt_sandbox_updates_free (OptSandboxUpdates *self);

gint32   opt_sandbox_updates_push (OptSandboxUpdates   *self,
                                   OptSandboxUpdateKind kind,
                                   const char          *json,
                                   gsize                length);
void     opt_sandbox_updates_confirm (OptSandboxUpdates *self,
                                      gint64             offset);
guint    opt_sandbox_updates_add_to_json (OptSandboxUpdates *self,
                                          GString           *out,
                                          guint              limit);
void     opt_sandbox_updates_clear (OptSandboxUpdates *self);
guint    opt_sandbox_updates_get_count (OptSandboxUpdates *self);
gint64   opt_sandbox_updates_get_offset (OptSandboxUpdates *self);
void     opt_sandbox_updates_allow (OptSandboxUpdates *self,
                                    JsonArray         *names_given);
gboolean opt_sandbox_updates_add_allowed_to_json (OptSandboxUpdates *self,
                                                  GString           *out);

G_END_DECLS
