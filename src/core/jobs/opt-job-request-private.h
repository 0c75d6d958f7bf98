/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job-request.h"

G_BEGIN_DECLS

typedef enum {
  OPT_JOB_REQUEST_RUN,
  OPT_JOB_REQUEST_CANCEL,
  OPT_JOB_REQUEST_RELEASE,
} OptJobRequestKind;

/* A request that the bot side left: @target is a task or a job. */
typedef struct
{
  gint64            id;
  OptJobRequestKind kind;
  char             *target;     /* (owned) */
  GHashTable       *parameters; /* (owned) */
  OptJobOrigin     *origin;     /* (owned) */
  gint64            requested;
} OptJobRequest;

void opt_job_request_free (OptJobRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobRequest, opt_job_request_free)

/* (element-type OptJobRequest), those not accepted that come after @id, in order. */
GPtrArray *opt_job_request_load (OptTransaction *transaction,
                                 gint64          id,
                                 guint           limit,
                                 GError        **error);
/* It was taken or refused; it stays for as long as the same could be asked for again. @is_open says
 * whether it was not before: a list that was read meanwhile may still have it. */
gboolean opt_job_request_accept (OptTransaction *transaction,
                                 gint64          id,
                                 gint64          now,
                                 gboolean       *is_open,
                                 GError        **error);
gboolean opt_job_request_prune (OptTransaction *transaction,
                                gint64          before,
                                GError        **error);

G_END_DECLS
