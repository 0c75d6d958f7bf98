/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-clock.h"
#include "opt-secret-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_SECRET_LIBSECRET (opt_secret_libsecret_get_type ())
G_DECLARE_FINAL_TYPE (OptSecretLibsecret, opt_secret_libsecret, OPT, SECRET_LIBSECRET, GObject)

OptSecretStore *opt_secret_libsecret_new (OptClock *clock);

G_END_DECLS
