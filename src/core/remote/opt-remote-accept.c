/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-private.h"

#include "opt-remote-news.h"

/* One event on its way into the tables. */
typedef struct
{
  GTask       *task;   /* (owned) */
  OptJobEvent *event;  /* (owned) */
  OptConfig   *config; /* (owned) (nullable) */
  gint64       now;
  gboolean     is_new;
} Acceptance;

static void
acceptance_free (gpointer data)
{
  Acceptance *acceptance = data;

  g_clear_object (&acceptance->task);
  opt_job_event_unref (acceptance->event);
  g_clear_pointer (&acceptance->config, opt_config_unref);
  g_free (acceptance);
}

static gboolean
accept (OptTransaction *transaction,
        gpointer        data,
        GError        **error)
{
  Acceptance *acceptance = data;

  return opt_remote_news_tell (transaction, acceptance->event, acceptance->config, acceptance->now,
                               &acceptance->is_new, error);
}

static void
accepted_cb (gpointer      data,
             const GError *error)
{
  Acceptance *acceptance = data;
  OptRemote  *self = g_task_get_source_object (acceptance->task);

  if (error != NULL)
    {
      g_task_return_error (acceptance->task, g_error_copy (error));
      return;
    }
  if (acceptance->is_new)
    opt_outbox_poke (self->outbox);
  g_task_return_boolean (acceptance->task, TRUE);
}

void
opt_remote_accept_async (OptJobListener     *listener,
                         OptJobEvent        *event,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  OptRemote  *self = OPT_REMOTE (listener);
  Acceptance *acceptance = g_new0 (Acceptance, 1);

  acceptance->task = g_task_new (listener, NULL, callback, user_data);
  g_task_set_source_tag (acceptance->task, opt_remote_accept_async);
  acceptance->event = opt_job_event_ref (event);
  acceptance->config = self->config != NULL ? opt_config_ref (self->config) : NULL;
  acceptance->now = opt_clock_get_wall (self->clock);
  opt_store_write (self->store, accept, accepted_cb, acceptance, acceptance_free);
}

gboolean
opt_remote_accept_finish (OptJobListener *listener,
                          GAsyncResult   *result,
                          GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
