/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-secret-store.h"

G_BEGIN_DECLS

/* For the stores of this folder alone: gives what was read its proper form, or refuses it. */
OptSecret *opt_secret_check (OptSecretKind kind,
                             const char   *text,
                             const char   *where,
                             GError      **error);

G_END_DECLS
