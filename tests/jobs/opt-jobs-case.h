/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-jobs-fakes.h"
#include "opt-jobs.h"
#include "opt-test-clock.h"
#include "opt-test-store.h"
#include "opt-test.h"

G_BEGIN_DECLS

/* Says that it is there, and ends well once the gate is open. */
#define OPT_JOBS_CASE_WAITER "printf a > lives; read x < gate"

/* A robot of a test: a store on a disk, a clock that stands still, and the real runner. The jobs
 * work in the folder `work`, where two FIFOs are: what is written to `lives` says what was reached,
 * and who reads a line from `gate` waits until it is opened. */
typedef struct
{
  OptTestFolder   *base;     /* (owned) */
  char            *folder;   /* (owned) of the jobs */
  char            *work;     /* (owned) */
  OptStore        *store;    /* (owned) */
  OptTestClock    *clock;    /* (owned) */
  OptFakeResolver *resolver; /* (owned) */
  OptFakeListener *listener; /* (owned) */
  OptJobs         *jobs;     /* (owned) (nullable) */
  OptJobsSettings  settings;
  GPtrArray       *changes; /* (owned) (element-type OptJob) every job-changed */
  int              lives;
  int              gate;
} OptJobsCase;

void opt_jobs_case_init (OptJobsCase *self,
                         const char  *parent);
void opt_jobs_case_clear (OptJobsCase *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptJobsCase, opt_jobs_case_clear)

/* The agent comes and goes; runners stay. */
void opt_jobs_case_make (OptJobsCase *self);
void opt_jobs_case_start (OptJobsCase *self);
void opt_jobs_case_drop (OptJobsCase *self);

OptJobOrigin *opt_jobs_case_origin (const char *key,
                                    const char *chat);
OptJob       *opt_jobs_case_run (OptJobsCase *self,
                                 const char  *task,
                                 const char  *script,
                                 GError     **error);
void          opt_jobs_case_request (OptJobsCase *self,
                                     const char  *verb,
                                     const char  *target,
                                     const char  *script,
                                     const char  *key);
OptJob       *opt_jobs_case_wait (OptJobsCase *self,
                                  gint64       number,
                                  gint64       timeout);
OptJob       *opt_jobs_case_get (OptJobsCase *self,
                                 gint64       number);
OptJob       *opt_jobs_case_cancel (OptJobsCase *self,
                                    gint64       number,
                                    GError     **error);
OptJob       *opt_jobs_case_release (OptJobsCase *self,
                                     gint64       number,
                                     GError     **error);
GPtrArray    *opt_jobs_case_list (OptJobsCase        *self,
                                  const OptJobFilter *filter,
                                  GError            **error);
char         *opt_jobs_case_read_log (OptJobsCase *self,
                                      gint64       number);
/* Looks at the progress are spaced by the clock, which is moved meanwhile. */
void opt_jobs_case_await_progress (OptJobsCase *self,
                                   gint64       number,
                                   double       percent);
/* Waits until there is something in it. */
void opt_jobs_case_await_log (OptJobsCase *self,
                              gint64       number);
/* These run the main context until it is so. */
void opt_jobs_case_await_state (OptJobsCase *self,
                                gint64       number,
                                OptJobState  state);
void opt_jobs_case_await_events (OptJobsCase *self,
                                 guint        count);
void opt_jobs_case_await_idle (OptJobsCase *self);
/* Runs the main context until the runner of a job is gone, whoever looks after it. */
void opt_jobs_case_await_runner (OptJobsCase *self,
                                 OptJob      *job);
/* Lets one job pass that reads a line from `gate`. */
void opt_jobs_case_open_gate (OptJobsCase *self);
/* Waits until jobs have written @text to `lives`, in any order of its characters. */
void opt_jobs_case_await_lives (OptJobsCase *self,
                                const char  *text);

OptJobEvent *opt_jobs_case_event (OptJobsCase    *self,
                                  guint           index,
                                  OptJobEventKind kind,
                                  gint64          number);
/* How many jobs have one; folders that were made beforehand do not count. */
guint opt_jobs_case_count_folders (OptJobsCase *self);
/* What the job's folder has of its runner. */
GPid opt_jobs_case_runner (OptJobsCase *self,
                           OptJob      *job);

G_END_DECLS
