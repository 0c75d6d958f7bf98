/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-agent.h"

G_BEGIN_DECLS

GPtrArray *opt_services_new (OptAgent *agent);

/* One a D-Bus interface: each translates between it and the rooms, and decides nothing. */
GDBusInterfaceSkeleton *opt_service_status_new (OptAgent *agent);
GDBusInterfaceSkeleton *opt_service_bots_new (OptAgent *agent);
GDBusInterfaceSkeleton *opt_service_people_new (OptAgent *agent);
GDBusInterfaceSkeleton *opt_service_outbox_new (OptAgent *agent);
GDBusInterfaceSkeleton *opt_service_tasks_new (OptAgent *agent);
GDBusInterfaceSkeleton *opt_service_jobs_new (OptAgent *agent);
GDBusInterfaceSkeleton *opt_service_config_new (OptAgent *agent);

G_END_DECLS
