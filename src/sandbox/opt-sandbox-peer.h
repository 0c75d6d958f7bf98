/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _OptSandboxPeer OptSandboxPeer;
typedef void (*OptSandboxPeerFunc) (gpointer user_data);

OptSandboxPeer *opt_sandbox_peer_new (SoupServerMessage *message,
                                      OptSandboxPeerFunc gone,
                                      gpointer           user_data);
void            opt_sandbox_peer_free (OptSandboxPeer *self);

G_END_DECLS
