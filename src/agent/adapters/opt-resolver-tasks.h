/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-catalogue.h"
#include "opt-clock.h"
#include "opt-job-resolver.h"

G_BEGIN_DECLS

#define OPT_TYPE_RESOLVER_TASKS (opt_resolver_tasks_get_type ())
G_DECLARE_FINAL_TYPE (OptResolverTasks, opt_resolver_tasks, OPT, RESOLVER_TASKS, GObject)

OptResolverTasks *opt_resolver_tasks_new (OptClock   *clock,
                                          const char *ctl);
/* On the main context; resolving reads what was set last, on any thread. */
void opt_resolver_tasks_set (OptResolverTasks *self,
                             OptCatalogue     *catalogue,
                             const char       *robot);

G_END_DECLS
