/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job-resolver.h"
#include "opt-jobs.h"

G_BEGIN_DECLS

/* Where jobs lie and by what they are run: OptJobsSettings that a thread may hold. */
typedef struct
{
  char  *folder; /* (owned) */
  char  *runner; /* (owned) */
  char  *robot;  /* (owned) */
  gint64 fresh;
  gint64 retention_age;
  gint64 retention_bytes;
} OptJobPlace;

OptJobPlace *opt_job_place_new (const OptJobsSettings *settings);
OptJobPlace *opt_job_place_ref (OptJobPlace *self);
void         opt_job_place_unref (OptJobPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobPlace, opt_job_place_unref)

/* The two FIFOs of a job, for as long as anybody needs them. */
typedef struct
{
  int alive;   /* (owned) */
  int control; /* (owned): kept open until the runner has it, so that no line is lost */
} OptJobPipes;

OptJobPipes *opt_job_pipes_ref (OptJobPipes *self);
void         opt_job_pipes_unref (OptJobPipes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobPipes, opt_job_pipes_unref)

/* How a job was found to have ended, or to be. */
typedef enum {
  OPT_JOB_FOUND_UNCLAIMED,
  OPT_JOB_FOUND_RUNNING,
  OPT_JOB_FOUND_ENDED,
  OPT_JOB_FOUND_LOST,
} OptJobFound;

typedef struct
{
  gboolean    disarm; /* asked: when nobody has claimed it yet, nobody shall execute it any more */
  OptJobFound found;
  OptJobState state;  /* when it ended */
  char       *reason; /* (owned) (nullable) */
  gint64      started;
  gint64      ended;
  int         exit_code;
  int         signal;
  guint64     log_bytes;
  guint64     log_cut;
  double      percent;
  char       *progress; /* (owned) (nullable) */
} OptJobLook;

void opt_job_look_clear (OptJobLook *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptJobLook, opt_job_look_clear)

/* All of these block, and are of a worker thread. Errors are OPT_JOB_ERROR_IO. */
OptJobPipes *opt_job_place_prepare (OptJobPlace      *self,
                                    const char       *id,
                                    const OptJobSpec *spec,
                                    char            **spare,
                                    GError          **error);
char        *opt_job_place_make_spare (OptJobPlace *self,
                                       GError     **error);
gboolean     opt_job_place_spawn (OptJobPlace       *self,
                                  const char        *id,
                                  const char *const *environment,
                                  GPid              *pid,
                                  GError           **error);
int          opt_job_place_open (OptJobPlace *self,
                                 const char  *id,
                                 GError     **error);
OptJobPipes *opt_job_place_open_pipes (OptJobPlace *self,
                                       const char  *id,
                                       gboolean     hold,
                                       GError     **error);
gboolean     opt_job_place_look (OptJobPlace *self,
                                 const char  *id,
                                 OptJobPipes *pipes,
                                 OptJobLook  *look,
                                 GError     **error);
gboolean     opt_job_place_remove (OptJobPlace *self,
                                   const char  *id,
                                   GError     **error);
GPtrArray   *opt_job_place_list (OptJobPlace *self,
                                 GError     **error);

/* Whether trying again may help: the disk is full, or the system is short of something. */
gboolean opt_job_error_is_shortage (const GError *error);
void     opt_job_error_set_io (GError    **error,
                               int         errsv,
                               const char *what,
                               const char *path);

G_END_DECLS
