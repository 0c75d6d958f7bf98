/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-secret-store.h"

/* What the tests of all stores ask, waiting for the answer. */
OptSecret *opt_ask_lookup (OptSecretStore *store,
                           OptSecretKind   kind,
                           const char     *name,
                           gboolean        interactive,
                           GError        **error);
gboolean   opt_ask_store (OptSecretStore *store,
                          OptSecretKind   kind,
                          const char     *name,
                          const char     *secret,
                          gboolean        interactive,
                          GError        **error);
gboolean   opt_ask_clear (OptSecretStore *store,
                          OptSecretKind   kind,
                          const char     *name,
                          gboolean        interactive,
                          GError        **error);

void opt_assert_secret (OptSecretStore *store,
                        OptSecretKind   kind,
                        const char     *name,
                        const char     *expected);
void opt_assert_no_secret (OptSecretStore *store,
                           OptSecretKind   kind,
                           const char     *name,
                           OptSecretError  code);
