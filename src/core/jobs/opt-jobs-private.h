/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-backoff.h"
#include "opt-job-event-private.h"
#include "opt-job-place-private.h"
#include "opt-job-request-private.h"
#include "opt-job-table-private.h"
#include "opt-jobs.h"

G_BEGIN_DECLS

typedef struct _OptActiveJob  OptActiveJob;
typedef struct _OptJobNews    OptJobNews;
typedef struct _OptJobFollows OptJobFollows;

/* The jobs of one task that wait for each other. */
typedef struct
{
  char  *key;      /* (owned) the task's id, folded */
  guint  users;    /* jobs and takes that belong to it */
  guint  occupied; /* places taken: by what runs, and by what may be about to */
  GQueue waiting;  /* (element-type OptActiveJob) queued and not held, by number */
  GQueue takes;    /* (element-type OptJobTake) on their way in, in order */
} OptJobLine;

/* A job that has not ended. */
struct _OptActiveJob
{
  gatomicrefcount refs;
  OptJobs        *jobs;  /* (unowned): valid while the job is in its table */
  OptJob         *job;   /* (owned): as it is on the disk, or about to be */
  OptJob         *final; /* (owned) (nullable): its end, once it is known */
  OptJobLine     *line;  /* (unowned) */
  gboolean        idempotent;
  guint           concurrency;
  char           *rerun_of;    /* (owned) (nullable) */
  char          **environment; /* (owned) (nullable): until the job runs */
  OptJobPipes    *pipes;       /* (owned) (nullable) */
  GSource        *alive;       /* (owned) (nullable) */
  GQueue          orders;      /* (element-type OptJobOrder) until it is settled */
  GPtrArray      *waiters;     /* (owned) (nullable) (element-type OptJobWaiter) */
  OptBackoff      backoff;
  guint           tries;
  guint           retry_timer;
  guint           look_timer;
  guint           running_timer;
  gint64          looked; /* boot time of the last look */
  gboolean        occupies;
  gboolean        is_busy; /* between two states, orders wait */
  gboolean        is_looking;
  gboolean        look_again;
  gboolean        is_found;    /* after a restart: somebody looked what became of it */
  gboolean        is_awaited;  /* the start is not over before that */
  gboolean        runner_left; /* our runner has ended */
  gboolean        respawn;     /* what the retry is for */
  gboolean        stop_wanted;
  gboolean        is_gone; /* ended and no longer in the table */
};

typedef enum {
  OPT_JOBS_NEW,
  OPT_JOBS_STARTING,
  OPT_JOBS_STARTED,
  OPT_JOBS_STOPPED,
} OptJobsPhase;

struct _OptJobs
{
  GObject parent_instance;

  OptStore       *store;    /* (owned) */
  OptClock       *clock;    /* (owned) */
  OptJobResolver *resolver; /* (owned) */
  OptJobPlace    *place;    /* (owned) */
  OptJobsPhase    phase;
  guint           pending;   /* closures and threads under way */
  GHashTable     *by_number; /* (owned) gint64* → OptActiveJob (owned) */
  GHashTable     *by_id;     /* (owned) char* → OptActiveJob (unowned) */
  GHashTable     *lines;     /* (owned) char* → OptJobLine (owned) */

  GHashTable *requests;     /* (owned) gint64*: ids on their way in */
  gint64      last_request; /* those up to it were read */
  gboolean    is_reading;
  gboolean    read_again;
  gboolean    has_more;
  OptBackoff  request_backoff;
  guint       request_timer;
  GQueue      early; /* (element-type OptJobTake): came before the recovery was over */

  GQueue   spares; /* (element-type utf8): folders made beforehand */
  gboolean is_making_spares;

  GTask         *start_task; /* (owned) (nullable) */
  guint          start_left;
  GPtrArray     *start_held; /* (owned) (nullable) (element-type OptActiveJob) */
  OptJobNews    *news;       /* (owned) */
  OptJobFollows *follows;    /* (owned) */
  guint          retention_timer;
};

/* opt-jobs.c */
typedef gboolean (*OptJobWorkFunc) (gpointer data,
                                    GError **error);

/* Like opt_store_write(), and keep the jobs alive until @data is freed. */
void opt_jobs_write (OptJobs       *self,
                     OptStoreFunc   func,
                     OptStoreDone   done,
                     gpointer       data,
                     GDestroyNotify destroy);
void opt_jobs_read (OptJobs       *self,
                    OptStoreFunc   func,
                    OptStoreDone   done,
                    gpointer       data,
                    GDestroyNotify destroy);
/* The same on a worker thread. */
void   opt_jobs_work (OptJobs       *self,
                      OptJobWorkFunc func,
                      OptStoreDone   done,
                      gpointer       data,
                      GDestroyNotify destroy);
gint64 opt_jobs_now (OptJobs *self);
void   opt_jobs_emit_changed (OptJobs *self,
                              OptJob  *job);

/* opt-active-job.c */
OptActiveJob *opt_active_job_add (OptJobs   *jobs,
                                  OptJobRow *row);
OptActiveJob *opt_active_job_ref (OptActiveJob *self);
void          opt_active_job_unref (OptActiveJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptActiveJob, opt_active_job_unref)
OptActiveJob *opt_active_job_find (OptJobs    *jobs,
                                   const char *ref);
/* Takes @job. */
void        opt_active_job_set (OptActiveJob *self,
                                OptJob       *job);
void        opt_active_job_remove (OptActiveJob *self);
void        opt_active_job_quiet (OptActiveJob *self);
void        opt_active_job_settle (OptActiveJob *self);
OptJobLine *opt_job_line_join (OptJobs    *jobs,
                               const char *task);
void        opt_job_line_quit (OptJobs    *jobs,
                               OptJobLine *line);
void        opt_job_line_free (gpointer data);
void        opt_job_line_wait (OptActiveJob *active);
void        opt_job_line_leave (OptActiveJob *active);
void        opt_job_line_occupy (OptActiveJob *active);
void        opt_job_line_vacate (OptActiveJob *active);
void        opt_job_line_advance (OptJobs    *jobs,
                                  OptJobLine *line);

/* opt-job-take.c: a request for a run until it is a job. */
typedef struct _OptJobTake OptJobTake;
/* Takes @request; @task is NULL when it is a row. */
void opt_job_take (OptJobs       *jobs,
                   OptJobRequest *request,
                   GTask         *task);
void opt_job_take_early (OptJobs *jobs);
void opt_job_take_drop_early (OptJobs *jobs);

/* opt-job-inbox.c: requests from their table. */
void opt_job_inbox_read (OptJobs *jobs);
void opt_job_inbox_done (OptJobs *jobs,
                         gint64   id,
                         gboolean failed);

/* opt-job-start.c: from queued to a runner of its own. */
void opt_job_start (OptActiveJob *active);
void opt_job_start_spawn (OptActiveJob *active);

/* opt-job-spare.c: folders made beforehand. */
void  opt_job_spare_refill (OptJobs *jobs);
char *opt_job_spare_take (OptJobs *jobs);
void  opt_job_spare_give_back (OptJobs *jobs,
                               char    *name);

/* opt-job-watch.c: a runner while it runs. */
void opt_job_watch (OptActiveJob *active);
void opt_job_watch_child (OptActiveJob *active,
                          GPid          pid);
void opt_job_watch_look (OptActiveJob *active);
void opt_job_watch_poked (OptActiveJob *active);
void opt_job_watch_stop_job (OptActiveJob *active);
/* It was found running after a restart. */
void opt_job_watch_adopt (OptActiveJob     *active,
                          const OptJobLook *look);

/* opt-job-end.c. Takes @final. */
void    opt_job_end (OptActiveJob *active,
                     OptJob       *final);
void    opt_job_end_again (OptActiveJob *active);
OptJob *opt_job_end_describe (OptActiveJob *active,
                              OptJobState   state,
                              const char   *reason);
OptJob *opt_job_end_from_look (OptActiveJob     *active,
                               const OptJobLook *look);

/* opt-job-order.c: cancel and release. */
typedef struct _OptJobOrder OptJobOrder;
void                        opt_job_order (OptJobs       *jobs,
                                           OptJobRequest *request,
                                           GTask         *task);
void                        opt_job_order_run (OptActiveJob *active,
                                               OptJobOrder  *order);
void                        opt_job_order_free (gpointer order);
void                        opt_job_order_refuse_ended (OptJobOrder *order,
                                                        OptJob      *job);

/* opt-job-recovery.c */
void opt_job_recovery_begin (OptJobs *jobs);
void opt_job_recovery_found (OptActiveJob *active,
                             OptJobLook   *look,
                             const GError *error);

/* opt-job-news.c: events until the listener has them. */
OptJobNews *opt_job_news_new (OptJobs *jobs);
void        opt_job_news_free (OptJobNews *self);
void        opt_job_news_set_listener (OptJobNews     *self,
                                       OptJobListener *listener);
void        opt_job_news_start (OptJobNews *self);
void        opt_job_news_load (OptJobNews *self);
void        opt_job_news_offer (OptJobNews *self,
                                const char *key);
void        opt_job_news_stop (OptJobNews *self);
void        opt_job_news_add (OptJobNews  *self,
                              OptJobEvent *event);

/* opt-job-log.c */
OptJobFollows *opt_job_follows_new (OptJobs *jobs);
void           opt_job_follows_free (OptJobFollows *self);
void           opt_job_follows_stop (OptJobFollows *self);
void           opt_job_follows_read (OptJobFollows *self,
                                     gpointer       reading);
void           opt_job_follows_wake (OptJobFollows *self,
                                     gint64         number);

/* opt-job-wait.c */
typedef struct _OptJobWaiter OptJobWaiter;
void                         opt_job_waiter_free (gpointer data);
void                         opt_job_wait_tell (OptActiveJob *active,
                                                OptJob       *job);
void                         opt_job_wait_stop (OptActiveJob *active);

/* opt-job-retention.c */
void opt_job_retention_start (OptJobs *jobs);
void opt_job_retention_bite (OptJobs *jobs);
void opt_job_retention_stop (OptJobs *jobs);

G_END_DECLS
