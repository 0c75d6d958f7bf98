/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-jobs-fakes.h"

static void opt_fake_resolver_iface_init (OptJobResolverInterface *iface);
static void opt_fake_listener_iface_init (OptJobListenerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeResolver,
                               opt_fake_resolver,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_RESOLVER,
                                                      opt_fake_resolver_iface_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeListener,
                               opt_fake_listener,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_LISTENER,
                                                      opt_fake_listener_iface_init))

static GHashTable *
copy_parameters (GHashTable *given)
{
  GHashTable    *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer       name, value;

  g_hash_table_iter_init (&iter, given);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (copy, g_strdup (name), g_strdup (value));
  return copy;
}

static void
set_argv (OptJobSpec *spec,
          const char *one,
          const char *two,
          const char *three)
{
  const char *argv[] = { one, two, three, NULL };

  spec->argv = g_strdupv ((char **)argv);
}

static OptJobSpec *
opt_fake_resolver_resolve (OptJobResolver     *resolver,
                           const char         *task,
                           GHashTable         *parameters,
                           const OptJobOrigin *origin,
                           GError            **error)
{
  OptFakeResolver *self = OPT_FAKE_RESOLVER (resolver);
  g_autofree char *plain = g_build_filename (self->work, "plain", NULL);
  g_autofree char *id = g_ascii_strdown (task, -1);
  const char      *script = g_hash_table_lookup (parameters, "script");
  g_autoptr (OptJobSpec) spec = opt_job_spec_new ();

  g_atomic_int_inc (&self->resolved);
  spec->task = g_strdup (id);
  spec->parameters = copy_parameters (parameters);
  spec->work_dir = g_strdup (self->work);
  spec->environment = g_environ_setenv (g_new0 (char *, 1), "PATH", "/usr/bin:/bin", TRUE);
  spec->timeout = self->timeout;
  spec->output = g_strdup ("chat");
  spec->notify_on = g_strdup ("always");
  set_argv (spec, "/bin/sh", "-c", script != NULL ? script : "true");
  if (g_str_equal (id, "sh2"))
    spec->concurrency = 2;
  else if (g_str_equal (id, "many"))
    spec->concurrency = 1000;
  else if (g_str_equal (id, "idem"))
    spec->idempotent = TRUE;
  else if (g_str_equal (id, "missing") || g_str_equal (id, "plain"))
    {
      g_clear_pointer (&spec->argv, g_strfreev);
      set_argv (spec, g_str_equal (id, "plain") ? plain : "/nowhere/program", NULL, NULL);
    }
  else if (g_str_equal (id, "program"))
    {
      g_clear_pointer (&spec->argv, g_strfreev);
      set_argv (spec, self->program, "lives", NULL);
    }
  else if (g_str_equal (id, "nowhere"))
    {
      g_free (spec->work_dir);
      spec->work_dir = g_strdup ("/nowhere/at/all");
    }
  else if (g_str_equal (id, "refused"))
    g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_REFUSED, "“refused” is not for %s",
                 origin->kind);
  else if (!g_str_equal (id, "sh") || g_atomic_int_get (&self->is_gone))
    g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN_TASK, "there is no task “%s”", task);
  if (g_strcmp0 (script, "ill") == 0)
    g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_USAGE, "“script” is ill");
  return *error == NULL ? g_steal_pointer (&spec) : NULL;
}

static void
opt_fake_resolver_iface_init (OptJobResolverInterface *iface)
{
  iface->resolve = opt_fake_resolver_resolve;
}

static void
opt_fake_resolver_finalize (GObject *object)
{
  g_free (OPT_FAKE_RESOLVER (object)->work);
  G_OBJECT_CLASS (opt_fake_resolver_parent_class)->finalize (object);
}

static void
opt_fake_resolver_class_init (OptFakeResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_fake_resolver_finalize;
}

static void
opt_fake_resolver_init (OptFakeResolver *self)
{
}

static void
answer (OptFakeListener *self,
        GTask           *task)
{
  if (self->failures > 0)
    {
      self->failures--;
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "not now");
      return;
    }
  g_ptr_array_add (self->events, opt_job_event_ref (g_task_get_task_data (task)));
  g_task_return_boolean (task, TRUE);
}

static void
opt_fake_listener_accept_async (OptJobListener     *listener,
                                OptJobEvent        *event,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  OptFakeListener *self = OPT_FAKE_LISTENER (listener);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  self->offers++;
  g_task_set_task_data (task, opt_job_event_ref (event), (GDestroyNotify)opt_job_event_unref);
  if (!self->hold)
    answer (self, task);
  else
    self->held = g_steal_pointer (&task);
}

void
opt_fake_listener_answer (OptFakeListener *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->held);

  answer (self, task);
}

static gboolean
opt_fake_listener_accept_finish (OptJobListener *self,
                                 GAsyncResult   *result,
                                 GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
opt_fake_listener_iface_init (OptJobListenerInterface *iface)
{
  iface->accept_async = opt_fake_listener_accept_async;
  iface->accept_finish = opt_fake_listener_accept_finish;
}

static void
opt_fake_listener_finalize (GObject *object)
{
  g_ptr_array_unref (OPT_FAKE_LISTENER (object)->events);
  G_OBJECT_CLASS (opt_fake_listener_parent_class)->finalize (object);
}

static void
opt_fake_listener_class_init (OptFakeListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_fake_listener_finalize;
}

static void
opt_fake_listener_init (OptFakeListener *self)
{
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_job_event_unref);
}
