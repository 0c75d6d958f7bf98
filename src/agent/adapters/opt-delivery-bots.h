/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent-bots.h"
#include "opt-delivery.h"

G_BEGIN_DECLS

#define OPT_TYPE_DELIVERY_BOTS (opt_delivery_bots_get_type ())
G_DECLARE_FINAL_TYPE (OptDeliveryBots, opt_delivery_bots, OPT, DELIVERY_BOTS, GObject)

OptDelivery *opt_delivery_bots_new (OptAgentBots *bots);

G_END_DECLS
