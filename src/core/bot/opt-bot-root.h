/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-bot-error.h"

G_BEGIN_DECLS

/**
 * OptBotRoot:
 * @prefix: what stands before `/bot<token>/`: scheme, host, port and path, without a slash at the
 *   end
 * @host: host, and port where it isn't the usual one: for words
 * @identity: what a certificate must be for
 * @is_tls: https
 * @is_loopback: it is on this machine
 *
 * Where the Bot API is.
 */
typedef struct
{
  char               *prefix;   /* (owned) */
  char               *host;     /* (owned) */
  GSocketConnectable *identity; /* (owned) */
  gboolean            is_tls;
  gboolean            is_loopback;
} OptBotRoot;

OptBotRoot *opt_bot_root_parse (const char *text,
                                gboolean    allow_insecure,
                                GError    **error);
void        opt_bot_root_free (OptBotRoot *self);

gboolean opt_bot_proxy_check (const char *text,
                              GError    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptBotRoot, opt_bot_root_free)

G_END_DECLS
