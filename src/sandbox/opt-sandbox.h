/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _OptSandbox OptSandbox;

OptSandbox *opt_sandbox_new (OptClock *clock,
                             gboolean  has_rate_limits);
void        opt_sandbox_free (OptSandbox *self);
gboolean    opt_sandbox_listen (OptSandbox      *self,
                                guint            port,
                                GTlsCertificate *certificate,
                                GError         **error);
char       *opt_sandbox_get_root (OptSandbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptSandbox, opt_sandbox_free)

G_END_DECLS
