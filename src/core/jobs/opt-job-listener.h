/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-job.h"

G_BEGIN_DECLS

typedef enum {
  OPT_JOB_EVENT_ACCEPTED, /* a run was taken: there is a job now, started or queued */
  OPT_JOB_EVENT_REFUSED,  /* a request was not taken; @text says why */
  OPT_JOB_EVENT_STOPPING, /* a cancel was taken; the end follows as ENDED */
  OPT_JOB_EVENT_HELD,     /* found waiting after a long absence: ask whether to start it */
  OPT_JOB_EVENT_ENDED,    /* one of the end states, lost among them */
} OptJobEventKind;

/**
 * OptJobEvent:
 * @id: unique on this robot, never used twice
 * @kind: what happened
 * @job: (nullable): the job as it was then; NULL when a request was refused and there is none
 * @origin: who is to be told: the requester of the job, or of the cancel
 * @text: (nullable): why, in words
 *
 * Something that the bot side must hear of, once.
 */
typedef struct
{
  gint64          id;
  OptJobEventKind kind;
  OptJob         *job;    /* (owned) */
  OptJobOrigin   *origin; /* (owned) */
  char           *text;   /* (owned) */
} OptJobEvent;

OptJobEvent *opt_job_event_ref (OptJobEvent *self);
void         opt_job_event_unref (OptJobEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptJobEvent, opt_job_event_unref)

#define OPT_TYPE_JOB_LISTENER (opt_job_listener_get_type ())
G_DECLARE_INTERFACE (OptJobListener, opt_job_listener, OPT, JOB_LISTENER, GObject)

/**
 * OptJobListenerInterface:
 * @accept_async: takes @event; it may come again after a crash, with the same id
 * @accept_finish: TRUE once it is on the disk there: it will not come again
 *
 * The bot side, as jobs see it. An event that was not accepted is offered again later.
 */
struct _OptJobListenerInterface
{
  GTypeInterface parent_iface;

  void (*accept_async) (OptJobListener     *self,
                        OptJobEvent        *event,
                        GAsyncReadyCallback callback,
                        gpointer            user_data);
  gboolean (*accept_finish) (OptJobListener *self,
                             GAsyncResult   *result,
                             GError        **error);
};

void     opt_job_listener_accept_async (OptJobListener     *self,
                                        OptJobEvent        *event,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean opt_job_listener_accept_finish (OptJobListener *self,
                                         GAsyncResult   *result,
                                         GError        **error);

G_END_DECLS
