/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-resolver-tasks.h"

#include "opt-task-run.h"

/**
 * OptResolverTasks:
 *
 * Joins jobs with tasks: turns a task of the catalogue into what a runner executes.
 */
struct _OptResolverTasks
{
  GObject parent_instance;

  OptClock     *clock;     /* (owned) */
  char         *ctl;       /* (owned) (nullable) */
  GMutex        lock;      /* guards what follows: resolving happens on worker threads */
  OptCatalogue *catalogue; /* (owned) (nullable) */
  char         *robot;     /* (owned) (nullable) */
};

/* What a job may know of the agent's environment; everything else, bot tokens first of all, stays
 * here. */
static const char *const passed_on[] = {
  "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG",
  "TZ", "TMPDIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
  NULL
};

static gboolean
is_passed_on (const char *name)
{
  return g_strv_contains (passed_on, name) || g_str_has_prefix (name, "LC_") ||
         g_str_has_prefix (name, "XDG_");
}

static char **
build_environment (OptResolverTasks *self,
                   const char       *robot,
                   OptTask          *task,
                   GHashTable       *checked)
{
  g_auto (GStrv) names = g_listenv ();
  g_auto (GStrv) parameters = opt_task_build_environment (task, checked);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *robot_line = g_strconcat ("OPTIMUS_ROBOT_ID=", robot, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *line = NULL;

      if (!is_passed_on (names[i]))
        continue;
      line = g_strconcat (names[i], "=", g_getenv (names[i]), NULL);
      g_strv_builder_add (builder, line);
    }
  g_strv_builder_add (builder, robot_line);
  if (self->ctl != NULL)
    {
      g_autofree char *line = g_strconcat ("OPTIMUS_CTL=", self->ctl, NULL);

      g_strv_builder_add (builder, line);
    }
  g_strv_builder_addv (builder, (const char **)parameters);
  return g_strv_builder_end (builder);
}

/* In the words of jobs. */
static void
translate_error (GError **error,
                 GError  *local_error)
{
  OptJobError code = OPT_JOB_ERROR_REFUSED;

  if (local_error->domain == OPT_TASK_ERROR)
    {
      switch ((OptTaskError)local_error->code)
        {
        case OPT_TASK_ERROR_USAGE:
        case OPT_TASK_ERROR_UNKNOWN_PARAMETER:
        case OPT_TASK_ERROR_MISSING_PARAMETER:
        case OPT_TASK_ERROR_ILL_TYPED:
          code = OPT_JOB_ERROR_USAGE;
          break;
        case OPT_TASK_ERROR_UNKNOWN_TASK:
        case OPT_TASK_ERROR_UNKNOWN_ROBOT:
          code = OPT_JOB_ERROR_UNKNOWN_TASK;
          break;
        case OPT_TASK_ERROR_PROBLEMS:
        case OPT_TASK_ERROR_REFUSED:
        case OPT_TASK_ERROR_NOT_EXECUTABLE:
        case OPT_TASK_ERROR_UNSAFE:
        default:
          break;
        }
    }
  g_set_error_literal (error, OPT_JOB_ERROR, (int)code, local_error->message);
  g_error_free (local_error);
}

static OptJobSpec *
build_spec (OptResolverTasks   *self,
            OptCatalogue       *catalogue,
            const char         *robot,
            const char         *id,
            GHashTable         *parameters,
            const OptJobOrigin *origin,
            GError            **error)
{
  OptTask *task = opt_catalogue_lookup (catalogue, id, error);
  g_autoptr (GHashTable) checked = NULL;
  g_auto (GStrv) argv = NULL;
  OptJobSpec *spec;

  if (task == NULL || !opt_task_check_policy (task, origin->kind, error) ||
      !opt_task_check_parameters (task, parameters, opt_clock_get_wall (self->clock), &checked,
                                  error))
    return NULL;
  argv = opt_task_build_argv (task, checked, g_getenv ("PATH"), error);
  if (argv == NULL)
    return NULL;
  spec = opt_job_spec_new ();
  spec->task = g_strdup (opt_task_get_id (task));
  spec->argv = g_steal_pointer (&argv);
  spec->work_dir = g_strdup (opt_task_get_folder (task));
  spec->environment = build_environment (self, robot, task, checked);
  spec->parameters = g_steal_pointer (&checked);
  spec->timeout = opt_task_get_timeout (task);
  spec->concurrency = opt_task_get_concurrency (task);
  spec->idempotent = opt_task_get_idempotent (task);
  spec->output = g_strdup (opt_task_output_to_string (opt_task_get_output (task)));
  spec->notify_on = g_strdup (opt_task_notify_to_string (opt_task_get_notify_on (task)));
  return spec;
}

static OptJobSpec *
opt_resolver_tasks_resolve (OptJobResolver     *resolver,
                            const char         *id,
                            GHashTable         *parameters,
                            const OptJobOrigin *origin,
                            GError            **error)
{
  OptResolverTasks *self = OPT_RESOLVER_TASKS (resolver);
  g_autoptr (OptCatalogue) catalogue = NULL;
  g_autofree char *robot = NULL;
  GError          *local_error = NULL;
  OptJobSpec      *spec;

  g_mutex_lock (&self->lock);
  catalogue = self->catalogue != NULL ? opt_catalogue_ref (self->catalogue) : NULL;
  robot = g_strdup (self->robot);
  g_mutex_unlock (&self->lock);

  if (catalogue == NULL)
    {
      g_set_error_literal (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN_TASK,
                           "the tasks are not read yet");
      return NULL;
    }
  spec = build_spec (self, catalogue, robot, id, parameters, origin, &local_error);
  if (spec == NULL)
    translate_error (error, local_error);
  return spec;
}

static void
resolver_iface_init (OptJobResolverInterface *iface)
{
  iface->resolve = opt_resolver_tasks_resolve;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptResolverTasks,
                               opt_resolver_tasks,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_RESOLVER, resolver_iface_init))

static void
opt_resolver_tasks_finalize (GObject *object)
{
  OptResolverTasks *self = OPT_RESOLVER_TASKS (object);

  g_clear_object (&self->clock);
  g_clear_pointer (&self->catalogue, opt_catalogue_unref);
  g_free (self->ctl);
  g_free (self->robot);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (opt_resolver_tasks_parent_class)->finalize (object);
}

static void
opt_resolver_tasks_class_init (OptResolverTasksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_resolver_tasks_finalize;
}

static void
opt_resolver_tasks_init (OptResolverTasks *self)
{
  g_mutex_init (&self->lock);
}

/**
 * opt_resolver_tasks_new:
 * @clock: what `today` means
 * @ctl: (nullable): the command line that a job calls as $OPTIMUS_CTL
 *
 * Returns: (transfer full): a resolver that knows no task yet
 */
OptResolverTasks *
opt_resolver_tasks_new (OptClock   *clock,
                        const char *ctl)
{
  OptResolverTasks *self = g_object_new (OPT_TYPE_RESOLVER_TASKS, NULL);

  self->clock = g_object_ref (clock);
  self->ctl = g_strdup (ctl);
  return self;
}

/**
 * opt_resolver_tasks_set:
 * @self: the resolver
 * @catalogue: the tasks as they are now
 * @robot: this robot's id
 */
void
opt_resolver_tasks_set (OptResolverTasks *self,
                        OptCatalogue     *catalogue,
                        const char       *robot)
{
  g_return_if_fail (OPT_IS_RESOLVER_TASKS (self));

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->catalogue, opt_catalogue_unref);
  self->catalogue = opt_catalogue_ref (catalogue);
  g_free (self->robot);
  self->robot = g_strdup (robot);
  g_mutex_unlock (&self->lock);
}
