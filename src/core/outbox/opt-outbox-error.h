/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_OUTBOX_ERROR (opt_outbox_error_quark ())
GQuark opt_outbox_error_quark (void);

/**
 * OptOutboxError:
 * @OPT_OUTBOX_ERROR_EMPTY: there is no text, or only white space
 * @OPT_OUTBOX_ERROR_TOO_LONG: the text is beyond %OPT_OUTBOX_TEXT_MAX bytes
 * @OPT_OUTBOX_ERROR_INVALID: the draft lacks what its kind needs
 * @OPT_OUTBOX_ERROR_UNKNOWN: there is no row of this id
 * @OPT_OUTBOX_ERROR_REFUSED: the row is in a state in which this can't be done
 * @OPT_OUTBOX_ERROR_STOPPED: the courier is not running
 *
 * What can go wrong with the queue itself. What Telegram answers is kept with the row instead.
 */
typedef enum {
  OPT_OUTBOX_ERROR_EMPTY,
  OPT_OUTBOX_ERROR_TOO_LONG,
  OPT_OUTBOX_ERROR_INVALID,
  OPT_OUTBOX_ERROR_UNKNOWN,
  OPT_OUTBOX_ERROR_REFUSED,
  OPT_OUTBOX_ERROR_STOPPED,
} OptOutboxError;

G_END_DECLS
