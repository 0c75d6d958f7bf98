/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-field.h"
#include "opt-ipc-generated.h"
#include "opt-record-job.h"
#include "opt-service-answer.h"
#include "opt-service-error.h"
#include "opt-services.h"

#define OPT_TYPE_SERVICE_JOBS (opt_service_jobs_get_type ())
G_DECLARE_FINAL_TYPE (OptServiceJobs, opt_service_jobs, OPT, SERVICE_JOBS, OptIpcJobsSkeleton)

struct _OptServiceJobs
{
  OptIpcJobsSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

static GVariant *
record_job (gconstpointer job)
{
  return opt_record_job (job);
}

static void
list_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = opt_jobs_list_finish (OPT_JOBS (object), result, &error);

  opt_service_return_records (user_data, jobs, record_job, error);
}

static gboolean
is_filter_state (const char *state)
{
  OptJobState parsed;

  return state == NULL || g_str_equal (state, "active") || g_str_equal (state, "ended") ||
         opt_job_state_from_string (state, &parsed);
}

static gboolean
handle_list (OptIpcJobs            *object,
             GDBusMethodInvocation *invocation,
             GVariant              *filter)
{
  OptServiceJobs    *self = OPT_SERVICE_JOBS (object);
  const OptJobFilter wanted = {
    .state = opt_ipc_record_get_string (filter, "state"),
    .task = opt_ipc_record_get_string (filter, "task"),
    .since = opt_ipc_record_get_int (filter, "since", 0),
    .limit = (guint)CLAMP (opt_ipc_record_get_int (filter, "limit", 50), 0, 10000),
  };

  if (!is_filter_state (wanted.state))
    opt_service_return_new_error (
      invocation, OPT_IPC_ERROR_USAGE, "state",
      "“%s” is no state of a job: queued, starting, running, stopping, succeeded, "
      "failed, cancelled, timed-out, lost; or active, ended",
      wanted.state);
  else
    opt_jobs_list_async (opt_agent_get_jobs (self->agent), &wanted, NULL, list_cb, invocation);
  return TRUE;
}

static void
return_job (GDBusMethodInvocation *invocation,
            OptJob                *job,
            const GError          *error)
{
  opt_service_return_record (invocation, job != NULL ? opt_record_job (job) : NULL, error);
}

static void
show_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_get_finish (OPT_JOBS (object), result, &error);

  return_job (user_data, job, error);
}

static gboolean
handle_show (OptIpcJobs            *object,
             GDBusMethodInvocation *invocation,
             const char            *ref)
{
  opt_jobs_get_async (opt_agent_get_jobs (OPT_SERVICE_JOBS (object)->agent), ref, NULL, show_cb,
                      invocation);
  return TRUE;
}

static void
cancel_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_cancel_finish (OPT_JOBS (object), result, &error);

  return_job (user_data, job, error);
}

static gboolean
handle_cancel (OptIpcJobs            *object,
               GDBusMethodInvocation *invocation,
               const char            *ref)
{
  OptAgent *agent = OPT_SERVICE_JOBS (object)->agent;

  if (!opt_service_refuse_shut (agent, invocation))
    opt_jobs_cancel_async (opt_agent_get_jobs (agent), ref, NULL, cancel_cb, invocation);
  return TRUE;
}

static void
release_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_release_finish (OPT_JOBS (object), result, &error);

  return_job (user_data, job, error);
}

static gboolean
handle_release (OptIpcJobs            *object,
                GDBusMethodInvocation *invocation,
                const char            *ref)
{
  OptAgent *agent = OPT_SERVICE_JOBS (object)->agent;

  if (!opt_service_refuse_shut (agent, invocation))
    opt_jobs_release_async (opt_agent_get_jobs (agent), ref, NULL, release_cb, invocation);
  return TRUE;
}

static void
wait_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_wait_finish (OPT_JOBS (object), result, &error);

  return_job (user_data, job, error);
}

static gboolean
handle_wait (OptIpcJobs            *object,
             GDBusMethodInvocation *invocation,
             const char            *ref,
             guint                  seconds)
{
  opt_jobs_wait_async (opt_agent_get_jobs (OPT_SERVICE_JOBS (object)->agent), ref,
                       seconds * OPT_SECOND, NULL, wait_cb, invocation);
  return TRUE;
}

static void
read_log_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (OptJobLog) log = { NULL, 0, 0, FALSE };
  g_autoptr (GBytes) bytes = NULL;

  if (!opt_jobs_read_log_finish (OPT_JOBS (object), result, &log, &error))
    {
      opt_service_return_error (invocation, error);
      return;
    }
  bytes = log.data != NULL ? g_bytes_ref (log.data) : g_bytes_new (NULL, 0);
  g_dbus_method_invocation_return_value (
    invocation,
    g_variant_new ("(@ayttb)", g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE),
                   log.next, log.cut, log.ended));
}

static gboolean
handle_read_log (OptIpcJobs            *object,
                 GDBusMethodInvocation *invocation,
                 const char            *ref,
                 guint64                offset,
                 gboolean               follow)
{
  opt_jobs_read_log_async (opt_agent_get_jobs (OPT_SERVICE_JOBS (object)->agent), ref,
                           (gint64)MIN (offset, G_MAXINT64), follow, NULL, read_log_cb, invocation);
  return TRUE;
}

static void
jobs_iface_init (OptIpcJobsIface *iface)
{
  iface->handle_list = handle_list;
  iface->handle_show = handle_show;
  iface->handle_cancel = handle_cancel;
  iface->handle_release = handle_release;
  iface->handle_wait = handle_wait;
  iface->handle_read_log = handle_read_log;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServiceJobs,
                               opt_service_jobs,
                               OPT_IPC_TYPE_JOBS_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_JOBS, jobs_iface_init))

static void
job_changed_cb (OptServiceJobs *self,
                OptJob         *job)
{
  opt_ipc_jobs_emit_job_changed (OPT_IPC_JOBS (self), opt_record_job (job));
}

static void
opt_service_jobs_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_JOBS (object)->agent);
  G_OBJECT_CLASS (opt_service_jobs_parent_class)->dispose (object);
}

static void
opt_service_jobs_class_init (OptServiceJobsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_jobs_dispose;
}

static void
opt_service_jobs_init (OptServiceJobs *self)
{
}

/**
 * opt_service_jobs_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the Jobs interface
 */
GDBusInterfaceSkeleton *
opt_service_jobs_new (OptAgent *agent)
{
  OptServiceJobs *self = g_object_new (OPT_TYPE_SERVICE_JOBS, NULL);

  self->agent = g_object_ref (agent);
  g_signal_connect_object (opt_agent_get_jobs (agent), "job-changed", G_CALLBACK (job_changed_cb),
                           self, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (self);
}
