/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-clock.h"
#include "opt-job-listener.h"
#include "opt-job-request.h"
#include "opt-job-resolver.h"
#include "opt-store.h"

G_BEGIN_DECLS

#define OPT_TYPE_JOBS (opt_jobs_get_type ())
G_DECLARE_FINAL_TYPE (OptJobs, opt_jobs, OPT, JOBS, GObject)

/**
 * OptJobsSettings:
 * @folder: where each job has its folder, absolute
 * @runner: path of `optimus-runner`
 * @robot: this robot's id
 * @fresh: microseconds; what waits for longer at start-up is held
 * @retention_age: microseconds that ended jobs are kept, 0 is for ever
 * @retention_bytes: of all logs together, 0 is without limit
 *
 * How jobs are kept; borrowed for the call.
 */
typedef struct
{
  const char *folder;
  const char *runner;
  const char *robot;
  gint64      fresh;
  gint64      retention_age;
  gint64      retention_bytes;
} OptJobsSettings;

/**
 * OptJobFilter:
 * @state: (nullable): a state's word, `ended` or `active`
 * @task: (nullable): a task's id, without case
 * @since: queued no earlier, microseconds since 1970; 0 is no bound
 * @limit: at most so many; 0 is 50
 *
 * Which jobs to list.
 */
typedef struct
{
  const char *state;
  const char *task;
  gint64      since;
  guint       limit;
} OptJobFilter;

OptJobs *opt_jobs_new (OptStore              *store,
                       OptClock              *clock,
                       OptJobResolver        *resolver,
                       const OptJobsSettings *settings);
void     opt_jobs_set_listener (OptJobs        *self,
                                OptJobListener *listener);
void     opt_jobs_set_settings (OptJobs               *self,
                                const OptJobsSettings *settings);

/* Recovers: adopts what runs, finds what is lost, holds what is old; then works through the
 * queue. */
void     opt_jobs_start_async (OptJobs            *self,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
gboolean opt_jobs_start_finish (OptJobs      *self,
                                GAsyncResult *result,
                                GError      **error);
/* Stops looking after jobs; their runners go on. */
void opt_jobs_stop (OptJobs *self);
/* There may be new requests. */
void opt_jobs_poke (OptJobs *self);

/* Signal "job-changed" (OptJob): new, or another state or progress. */
void    opt_jobs_run_async (OptJobs            *self,
                            const char         *task,
                            GHashTable         *parameters,
                            const OptJobOrigin *origin,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);
OptJob *opt_jobs_run_finish (OptJobs      *self,
                             GAsyncResult *result,
                             GError      **error);
/* Every @ref below is a number (with or without #) or an id. */
void    opt_jobs_cancel_async (OptJobs            *self,
                               const char         *ref,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
OptJob *opt_jobs_cancel_finish (OptJobs      *self,
                                GAsyncResult *result,
                                GError      **error);
void    opt_jobs_release_async (OptJobs            *self,
                                const char         *ref,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
OptJob *opt_jobs_release_finish (OptJobs      *self,
                                 GAsyncResult *result,
                                 GError      **error);
/* Finishes when the job has ended, or after @timeout microseconds (0: no limit) with the job as it
 * is. */
void    opt_jobs_wait_async (OptJobs            *self,
                             const char         *ref,
                             gint64              timeout,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data);
OptJob *opt_jobs_wait_finish (OptJobs      *self,
                              GAsyncResult *result,
                              GError      **error);
void    opt_jobs_get_async (OptJobs            *self,
                            const char         *ref,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);
OptJob *opt_jobs_get_finish (OptJobs      *self,
                             GAsyncResult *result,
                             GError      **error);
/* (element-type OptJob), newest first. */
void       opt_jobs_list_async (OptJobs            *self,
                                const OptJobFilter *filter,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
GPtrArray *opt_jobs_list_finish (OptJobs      *self,
                                 GAsyncResult *result,
                                 GError      **error);

/**
 * OptJobLog:
 * @data: (nullable): bytes of the output, at most 64 KiB
 * @next: the offset to read on from
 * @cut: bytes in front of @data that were not kept
 * @ended: the job has ended and @next is the end of its output
 */
typedef struct
{
  GBytes  *data; /* (owned) */
  guint64  next;
  guint64  cut;
  gboolean ended;
} OptJobLog;

void opt_job_log_clear (OptJobLog *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptJobLog, opt_job_log_clear)

/* @offset: in bytes of the whole output; from the end when negative. @follow: with nothing there
 * yet, finish once there is or the job has ended. */
void     opt_jobs_read_log_async (OptJobs            *self,
                                  const char         *ref,
                                  gint64              offset,
                                  gboolean            follow,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean opt_jobs_read_log_finish (OptJobs      *self,
                                   GAsyncResult *result,
                                   OptJobLog    *log,
                                   GError      **error);

void opt_jobs_get_counts (OptJobs *self,
                          gint64  *queued,
                          gint64  *running);

/* No work under way, on a thread or due; running jobs do not count. */
gboolean opt_jobs_is_idle (OptJobs *self);

G_END_DECLS
