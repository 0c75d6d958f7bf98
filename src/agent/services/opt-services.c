/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-services.h"

/**
 * opt_services_new:
 * @agent: whom they translate for
 *
 * Returns: (transfer full) (element-type GDBusInterfaceSkeleton): all services of the agent's
 * object
 */
GPtrArray *
opt_services_new (OptAgent *agent)
{
  GPtrArray *services = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (services, opt_service_status_new (agent));
  g_ptr_array_add (services, opt_service_bots_new (agent));
  g_ptr_array_add (services, opt_service_people_new (agent));
  g_ptr_array_add (services, opt_service_outbox_new (agent));
  g_ptr_array_add (services, opt_service_tasks_new (agent));
  g_ptr_array_add (services, opt_service_jobs_new (agent));
  g_ptr_array_add (services, opt_service_config_new (agent));
  return services;
}
