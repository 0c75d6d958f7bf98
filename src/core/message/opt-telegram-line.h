/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_TELEGRAM_LINE_ERROR (opt_telegram_line_error_quark ())
GQuark opt_telegram_line_error_quark (void);

/**
 * OptTelegramLineError:
 * @OPT_TELEGRAM_LINE_ERROR_SYNTAX: not `ID , MESSAGE`
 */
typedef enum {
  OPT_TELEGRAM_LINE_ERROR_SYNTAX,
} OptTelegramLineError;

gboolean opt_telegram_line_parse (const char *line,
                                  char      **chat,
                                  char      **text,
                                  GError    **error);

G_END_DECLS
