/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job.h"
#include "opt-store.h"

G_BEGIN_DECLS

/* The tables of jobs, and the requests that the bot side leaves for it. */
extern const OptMigration opt_job_migrations[];

/* On the writer thread, in a transaction of the bot side; opt_jobs_poke() after the commit. A
 * second request of the same origin key adds nothing. @requested: microseconds since 1970. */
gboolean opt_job_request_run (OptTransaction     *transaction,
                              const char         *task,
                              GHashTable         *parameters,
                              const OptJobOrigin *origin,
                              gint64              requested,
                              GError            **error);
/* @job: a number (with or without #) or an id. */
gboolean opt_job_request_cancel (OptTransaction     *transaction,
                                 const char         *job,
                                 const OptJobOrigin *origin,
                                 gint64              requested,
                                 GError            **error);
/* Starts a job that was held. */
gboolean opt_job_request_release (OptTransaction     *transaction,
                                  const char         *job,
                                  const OptJobOrigin *origin,
                                  gint64              requested,
                                  GError            **error);

G_END_DECLS
