/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-job.h"
#include "opt-job-error.h"

G_BEGIN_DECLS

/**
 * OptJobSpec:
 * @task: the task's id as it is spelt
 * @parameters: (element-type utf8 utf8): checked, defaults filled in
 * @argv: what to execute, argv[0] an absolute path
 * @work_dir: absolute
 * @environment: the whole environment of the job, without what jobs adds (OPTIMUS_JOB_ID)
 * @timeout: microseconds, 0 is none
 * @concurrency: how many of this task may run at a time, at least 1
 * @idempotent: a lost job may be run again
 * @output: chat, file or none
 * @notify_on: always, failure or never
 *
 * What jobs must know of a task to run it.
 */
typedef struct
{
  char       *task;        /* (owned) */
  GHashTable *parameters;  /* (owned) */
  char      **argv;        /* (owned) */
  char       *work_dir;    /* (owned) */
  char      **environment; /* (owned) */
  gint64      timeout;
  guint       concurrency;
  gboolean    idempotent;
  char       *output;    /* (owned) */
  char       *notify_on; /* (owned) */
} OptJobSpec;

OptJobSpec *opt_job_spec_new (void);
void        opt_job_spec_free (OptJobSpec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobSpec, opt_job_spec_free)

#define OPT_TYPE_JOB_RESOLVER (opt_job_resolver_get_type ())
G_DECLARE_INTERFACE (OptJobResolver, opt_job_resolver, OPT, JOB_RESOLVER, GObject)

/**
 * OptJobResolverInterface:
 * @resolve: turns a task's id and the parameters given (element-type utf8 utf8) into what is
 *   executed, checking parameters and the policy for @origin; runs on a worker thread and may look
 *   at files; errors are of %OPT_JOB_ERROR: USAGE, UNKNOWN_TASK, REFUSED. What it made of the
 *   parameters once must be right to be given again: a queued job is resolved when it starts
 *
 * Who knows the tasks.
 */
struct _OptJobResolverInterface
{
  GTypeInterface parent_iface;

  OptJobSpec *(*resolve) (OptJobResolver     *self,
                          const char         *task,
                          GHashTable         *parameters,
                          const OptJobOrigin *origin,
                          GError            **error);
};

OptJobSpec *opt_job_resolver_resolve (OptJobResolver     *self,
                                      const char         *task,
                                      GHashTable         *parameters,
                                      const OptJobOrigin *origin,
                                      GError            **error);

G_END_DECLS
