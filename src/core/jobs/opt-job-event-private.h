/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job-listener.h"
#include "opt-transaction.h"

G_BEGIN_DECLS

OptJobEvent *opt_job_event_new (OptJobEventKind     kind,
                                OptJob             *job,
                                const OptJobOrigin *origin,
                                const char         *text);

/* Sets the id of @event; to be told once it is committed. */
gboolean opt_job_event_table_add (OptTransaction *transaction,
                                  OptJobEvent    *event,
                                  GError        **error);
gboolean opt_job_event_table_remove (OptTransaction *transaction,
                                     gint64          id,
                                     GError        **error);
/* (element-type OptJobEvent), those after @id in order, at most @limit. */
GPtrArray *opt_job_event_table_load (OptTransaction *transaction,
                                     gint64          id,
                                     guint           limit,
                                     const char     *folder,
                                     GError        **error);

G_END_DECLS
