/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job.h"
#include "opt-jobs.h"
#include "opt-transaction.h"

G_BEGIN_DECLS

/* Who asked, as the tables of jobs, events and requests have it. */
#define OPT_JOB_ORIGIN_COLUMNS               \
  "origin_kind, origin_key, origin_bot, "    \
  "origin_chat, origin_topic, origin_user, " \
  "origin_update, origin_message"
#define OPT_JOB_ORIGIN_TYPES "ssssiiii"
#define OPT_JOB_ORIGIN_VALUES(o)                                                      \
  (o)->kind, (o)->key, (o)->bot, (o)->chat, (o)->topic, (o)->user_id, (o)->update_id, \
    (o)->message_id

/* Of jobs in a list, unless somebody says otherwise. */
#define OPT_JOB_TABLE_LIMIT 50

OptJobOrigin *opt_job_origin_read (OptRows *rows,
                                   guint    column);

/* A row of `jobs`: the job, and what only its keeping needs. */
typedef struct
{
  OptJob  *job; /* (owned) */
  gboolean idempotent;
  guint    concurrency;
  char    *rerun_of; /* (owned) (nullable): id of the lost job that this one repeats */
} OptJobRow;

void opt_job_row_free (OptJobRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobRow, opt_job_row_free)

/* Sets the number of @row's job, or leaves it 0 when there is a job of its origin already. */
gboolean opt_job_table_insert (OptTransaction *transaction,
                               OptJobRow      *row,
                               GError        **error);
/* Everything that changes in the life of a job; does nothing once it has ended. */
gboolean   opt_job_table_update (OptTransaction *transaction,
                                 OptJob         *job,
                                 GError        **error);
GPtrArray *opt_job_table_load_active (OptTransaction *transaction,
                                      const char     *folder,
                                      GError        **error);
/* FALSE without an error when there is none. */
gboolean opt_job_table_find (OptTransaction *transaction,
                             const char     *ref,
                             const char     *folder,
                             OptJob        **job,
                             GError        **error);
/* All, or those in one of the end states, or `ended`. */
GPtrArray *opt_job_table_list (OptTransaction     *transaction,
                               const OptJobFilter *filter,
                               const char         *folder,
                               GError            **error);
/* The oldest that may go: ended before @before, or beyond @bytes in all; (element-type OptJob). */
GPtrArray *opt_job_table_list_old (OptTransaction *transaction,
                                   gint64          before,
                                   gint64          bytes,
                                   guint           limit,
                                   GError        **error);
gboolean   opt_job_table_remove (OptTransaction *transaction,
                                 gint64          number,
                                 GError        **error);
gboolean   opt_job_table_has_id (OptTransaction *transaction,
                                 const char     *id,
                                 gboolean       *has,
                                 GError        **error);

G_END_DECLS
