/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-world.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

void opt_sandbox_front_attach (SoupServer      *server,
                               OptSandboxWorld *world);

G_END_DECLS
