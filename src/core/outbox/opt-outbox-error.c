/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-error.h"

G_DEFINE_QUARK (opt_outbox_error_quark, opt_outbox_error)
