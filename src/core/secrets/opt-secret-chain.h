/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-secret-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_SECRET_CHAIN (opt_secret_chain_get_type ())
G_DECLARE_FINAL_TYPE (OptSecretChain, opt_secret_chain, OPT, SECRET_CHAIN, GObject)

OptSecretStore *opt_secret_chain_new (OptSecretStore *first,
                                      OptSecretStore *second);

G_END_DECLS
