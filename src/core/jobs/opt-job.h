/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  OPT_JOB_QUEUED,
  OPT_JOB_STARTING,
  OPT_JOB_RUNNING,
  OPT_JOB_STOPPING,
  OPT_JOB_SUCCEEDED,
  OPT_JOB_FAILED,
  OPT_JOB_CANCELLED,
  OPT_JOB_TIMED_OUT,
  OPT_JOB_LOST,
} OptJobState;
#define OPT_N_JOB_STATES (OPT_JOB_LOST + 1)

const char *opt_job_state_to_string (OptJobState state);
gboolean    opt_job_state_from_string (const char  *text,
                                       OptJobState *state);
gboolean    opt_job_state_is_end (OptJobState state);

/**
 * OptJobOrigin:
 * @kind: telegram, cli, launcher, schedule, bus or rest
 * @key: (nullable): what makes it unique, such as `tg:BOTID:UPDATE:DATE`; NULL when repeating is
 *   the caller's wish
 * @bot: (nullable): telegram: the bot's name
 * @chat: (nullable): telegram: the chat's id as text
 * @topic: telegram: or 0
 * @user_id: telegram: or 0
 * @update_id: telegram: or 0
 * @message_id: telegram: the message that asked, or 0
 *
 * Who asked for a job, and where the answer goes.
 */
typedef struct
{
  char  *kind; /* (owned) */
  char  *key;  /* (owned) */
  char  *bot;  /* (owned) */
  char  *chat; /* (owned) */
  gint64 topic;
  gint64 user_id;
  gint64 update_id;
  gint64 message_id;
} OptJobOrigin;

OptJobOrigin *opt_job_origin_new (const char *kind);
OptJobOrigin *opt_job_origin_copy (const OptJobOrigin *self);
void          opt_job_origin_free (OptJobOrigin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobOrigin, opt_job_origin_free)

#define OPT_TYPE_JOB (opt_job_get_type ())

/**
 * OptJob:
 * @id: UUIDv7
 * @number: counts up on each robot; #17 in a chat
 * @task: the task's id
 * @robot: where it runs
 * @state: how far it is
 * @reason: (nullable): in words or one word: `held`, why it failed or was not started
 * @origin: who asked
 * @parameters: (element-type utf8 utf8): checked, defaults filled in
 * @queued: microseconds since 1970, as the others
 * @started: when the program was started, or 0
 * @ended: or 0
 * @exit_code: -1 when there is none
 * @signal: the signal that ended it, or 0
 * @percent: -1 when it told none
 * @progress: (nullable): the last progress text
 * @log_file: (nullable): path of the kept head of the output
 * @log_bytes: length of the whole output
 * @log_cut: bytes of it that were not kept
 * @output: what the manifest says of the output: chat, file or none
 * @notify_on: always, failure or never
 *
 * A job as it was at one moment, immutable and atomically refcounted.
 */
typedef struct
{
  char         *id; /* (owned) */
  gint64        number;
  char         *task;  /* (owned) */
  char         *robot; /* (owned) */
  OptJobState   state;
  char         *reason;     /* (owned) */
  OptJobOrigin *origin;     /* (owned) */
  GHashTable   *parameters; /* (owned) */
  gint64        queued;
  gint64        started;
  gint64        ended;
  int           exit_code;
  int           signal;
  double        percent;
  char         *progress; /* (owned) */
  char         *log_file; /* (owned) */
  guint64       log_bytes;
  guint64       log_cut;
  char         *output;    /* (owned) */
  char         *notify_on; /* (owned) */
} OptJob;

GType   opt_job_get_type (void);
OptJob *opt_job_ref (OptJob *self);
void    opt_job_unref (OptJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJob, opt_job_unref)

G_END_DECLS
