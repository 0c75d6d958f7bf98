/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"
#include "opt-secret-store.h"

G_BEGIN_DECLS

/* What one call of libsecret's store takes, step by step; for this folder alone. */

typedef enum {
  OPT_SECRET_CALL_LOOKUP,
  OPT_SECRET_CALL_STORE,
  OPT_SECRET_CALL_CLEAR,
} OptSecretCallKind;

void opt_secret_call_begin (OptClock         *clock,
                            OptSecretCallKind kind,
                            OptSecretKind     secret_kind,
                            const char       *name,
                            const char       *secret,
                            gboolean          interactive,
                            GTask            *taken);

G_END_DECLS
