/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-bot-error.h"

G_BEGIN_DECLS

#define OPT_BOT_PUBLIC_ROOT "https://api.telegram.org"

/**
 * OptBotSettings:
 * @api_root: (nullable): where the Bot API is, with any path in front of `/bot`; NULL or empty is
 *   the public one
 * @api_root_insecure: allow plain http beyond this machine
 * @ca_file: (nullable): PEM file of authorities to trust besides the system's
 * @proxy: (nullable): `http://[user:password@]host:port` or `socks5://…`; NULL or empty is the
 *   system's choice
 *
 * How to reach the Bot API; plain values, borrowed for the call they are given to.
 */
typedef struct
{
  const char *api_root;
  gboolean    api_root_insecure;
  const char *ca_file;
  const char *proxy;
} OptBotSettings;

#define OPT_TYPE_BOT_SESSION (opt_bot_session_get_type ())
G_DECLARE_FINAL_TYPE (OptBotSession, opt_bot_session, OPT, BOT_SESSION, GObject)

OptBotSession *opt_bot_session_new (const OptBotSettings *settings,
                                    GError              **error);

const char *opt_bot_session_get_host (OptBotSession *self);
gboolean    opt_bot_session_is_insecure (OptBotSession *self);
guint       opt_bot_session_get_pending (OptBotSession *self);
void        opt_bot_session_rebuild (OptBotSession *self);

G_END_DECLS
