/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-reactor.h"

G_BEGIN_DECLS

/*
 * Does as a command says, for whoever is allowed:
 *   /say TEXT    says it
 *   /all         one effect of each kind but MOVED, in the order of the kinds, then says `end`
 *   /fail TEXT   says it, writes a knock, then fails with the text
 *   /mute        fails without a reason
 *   /fact        says the facet of type GBytes of the snapshot
 * and greets strangers with `hello`.
 */
#define OPT_TYPE_FAKE_REACTOR (opt_fake_reactor_get_type ())
G_DECLARE_FINAL_TYPE (OptFakeReactor, opt_fake_reactor, OPT, FAKE_REACTOR, GObject)

OptFakeReactor *opt_fake_reactor_new (GThread *main_thread);

G_END_DECLS
