/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-listener.h"

#include "opt-job-event-private.h"

G_DEFINE_INTERFACE (OptJobListener, opt_job_listener, G_TYPE_OBJECT)

static void
opt_job_listener_default_init (OptJobListenerInterface *iface)
{
}

static void
opt_job_event_clear (gpointer data)
{
  OptJobEvent *self = data;

  g_clear_pointer (&self->job, opt_job_unref);
  opt_job_origin_free (self->origin);
  g_free (self->text);
}

OptJobEvent *
opt_job_event_new (OptJobEventKind     kind,
                   OptJob             *job,
                   const OptJobOrigin *origin,
                   const char         *text)
{
  OptJobEvent *self = g_atomic_rc_box_new0 (OptJobEvent);

  self->kind = kind;
  self->job = job != NULL ? opt_job_ref (job) : NULL;
  self->origin = opt_job_origin_copy (origin);
  self->text = g_strdup (text);
  return self;
}

/**
 * opt_job_event_ref:
 * @self: an event
 *
 * Takes a reference, on any thread.
 *
 * Returns: (transfer full): @self
 */
OptJobEvent *
opt_job_event_ref (OptJobEvent *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_job_event_unref:
 * @self: (transfer full): an event
 *
 * Drops a reference, on any thread.
 */
void
opt_job_event_unref (OptJobEvent *self)
{
  g_atomic_rc_box_release_full (self, opt_job_event_clear);
}

/**
 * opt_job_listener_accept_async:
 * @self: a listener
 * @event: what happened
 * @callback: called when it is on the disk there, or could not be put there
 * @user_data: for @callback
 *
 * Tells the bot side of an event. The same one may come again after a crash.
 */
void
opt_job_listener_accept_async (OptJobListener     *self,
                               OptJobEvent        *event,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_return_if_fail (OPT_IS_JOB_LISTENER (self));
  g_return_if_fail (event != NULL);

  OPT_JOB_LISTENER_GET_IFACE (self)->accept_async (self, event, callback, user_data);
}

/**
 * opt_job_listener_accept_finish:
 * @self: a listener
 * @result: the result
 * @error: return location
 *
 * Ends opt_job_listener_accept_async().
 *
 * Returns: TRUE when the event need not come again
 */
gboolean
opt_job_listener_accept_finish (OptJobListener *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (OPT_IS_JOB_LISTENER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return OPT_JOB_LISTENER_GET_IFACE (self)->accept_finish (self, result, error);
}
