/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_CONFIG_ERROR (opt_config_error_quark ())
GQuark opt_config_error_quark (void);

/**
 * OptConfigError:
 * @OPT_CONFIG_ERROR_BAD_VALUE: not what the key takes; the message says what is allowed
 * @OPT_CONFIG_ERROR_UNKNOWN_KEY: nothing reads that key
 * @OPT_CONFIG_ERROR_IO: the file can't be read or written
 * @OPT_CONFIG_ERROR_UNKNOWN_BOT: no active bot of that name
 * @OPT_CONFIG_ERROR_NO_CHAT: neither the call nor the bot names a chat
 * @OPT_CONFIG_ERROR_NO_BOT: there is no active bot at all
 * @OPT_CONFIG_ERROR_AMBIGUOUS: several bots could be meant
 */
typedef enum {
  OPT_CONFIG_ERROR_BAD_VALUE,
  OPT_CONFIG_ERROR_UNKNOWN_KEY,
  OPT_CONFIG_ERROR_IO,
  OPT_CONFIG_ERROR_UNKNOWN_BOT,
  OPT_CONFIG_ERROR_NO_CHAT,
  OPT_CONFIG_ERROR_NO_BOT,
  OPT_CONFIG_ERROR_AMBIGUOUS,
} OptConfigError;

G_END_DECLS
