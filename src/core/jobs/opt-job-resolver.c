/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-resolver.h"

G_DEFINE_INTERFACE (OptJobResolver, opt_job_resolver, G_TYPE_OBJECT)

static void
opt_job_resolver_default_init (OptJobResolverInterface *iface)
{
}

/**
 * opt_job_spec_new:
 *
 * Makes a spec with nothing to run, no timeout and one at a time.
 *
 * Returns: (transfer full): a spec, to be filled in
 */
OptJobSpec *
opt_job_spec_new (void)
{
  OptJobSpec *self = g_new0 (OptJobSpec, 1);

  self->concurrency = 1;
  return self;
}

/**
 * opt_job_spec_free:
 * @self: (nullable) (transfer full): a spec
 *
 * Frees a spec.
 */
void
opt_job_spec_free (OptJobSpec *self)
{
  if (self == NULL)
    return;
  g_free (self->task);
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_strfreev (self->argv);
  g_free (self->work_dir);
  g_strfreev (self->environment);
  g_free (self->output);
  g_free (self->notify_on);
  g_free (self);
}

/**
 * opt_job_resolver_resolve:
 * @self: a resolver
 * @task: a task's id, as it was asked for
 * @parameters: (element-type utf8 utf8): what was given
 * @origin: who asks
 * @error: return location
 *
 * Finds out what to execute. Blocks; called on any thread.
 *
 * Returns: (transfer full) (nullable): a spec, or NULL with an #OptJobError
 */
OptJobSpec *
opt_job_resolver_resolve (OptJobResolver     *self,
                          const char         *task,
                          GHashTable         *parameters,
                          const OptJobOrigin *origin,
                          GError            **error)
{
  g_return_val_if_fail (OPT_IS_JOB_RESOLVER (self), NULL);
  g_return_val_if_fail (task != NULL && parameters != NULL && origin != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return OPT_JOB_RESOLVER_GET_IFACE (self)->resolve (self, task, parameters, origin, error);
}
