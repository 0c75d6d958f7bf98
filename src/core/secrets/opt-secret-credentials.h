/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-secret-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_SECRET_CREDENTIALS (opt_secret_credentials_get_type ())
G_DECLARE_FINAL_TYPE (OptSecretCredentials,
                      opt_secret_credentials,
                      OPT,
                      SECRET_CREDENTIALS,
                      GObject)

OptSecretStore *opt_secret_credentials_new (const char *directory);

G_END_DECLS
