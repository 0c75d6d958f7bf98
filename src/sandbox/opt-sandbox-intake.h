/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"

G_BEGIN_DECLS

typedef struct _OptSandboxIntake OptSandboxIntake;

OptSandboxIntake   *opt_sandbox_intake_new (void);
void                opt_sandbox_intake_free (OptSandboxIntake *self);
char               *opt_sandbox_intake_reserve (OptSandboxIntake *self,
                                                gsize             bytes);
void                opt_sandbox_intake_commit (OptSandboxIntake *self,
                                               gsize             bytes);
gsize               opt_sandbox_intake_get_bytes (OptSandboxIntake *self);
OptSandboxExchange *opt_sandbox_intake_take (OptSandboxIntake *self,
                                             guint            *status);

G_END_DECLS
