/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-field.h"
#include "opt-ipc-generated.h"
#include "opt-record-job.h"
#include "opt-service-answer.h"
#include "opt-service-error.h"
#include "opt-services.h"

#include "opt-task-call.h"

#define OPT_TYPE_SERVICE_TASKS (opt_service_tasks_get_type ())
G_DECLARE_FINAL_TYPE (OptServiceTasks, opt_service_tasks, OPT, SERVICE_TASKS, OptIpcTasksSkeleton)

struct _OptServiceTasks
{
  OptIpcTasksSkeleton parent_instance;

  OptAgent *agent; /* (owned) */
};

/* A default or a bound, in the type of its parameter; a bound of a text is a length. */
static void
add_value (GVariantBuilder        *builder,
           const char             *name,
           const OptTaskParameter *parameter,
           const char             *text,
           gboolean                is_length)
{
  g_autofree char *checked = NULL;
  gint64           number;

  if (text == NULL)
    return;
  if (is_length && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &number, NULL))
    opt_ipc_record_add_int (builder, name, number);
  else if (parameter->type == OPT_TASK_TYPE_NUMBER)
    g_variant_builder_add (builder, "{sv}", name,
                           g_variant_new_double (g_ascii_strtod (text, NULL)));
  else if (parameter->type == OPT_TASK_TYPE_INT &&
           g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    opt_ipc_record_add_int (builder, name, number);
  else if (parameter->type == OPT_TASK_TYPE_BOOL)
    {
      checked = opt_task_parameter_check (parameter, text, 0, NULL);
      opt_ipc_record_add_bool (builder, name, g_strcmp0 (checked, "true") == 0);
    }
  else
    opt_ipc_record_add_string (builder, name, text);
}

static void
add_parameters (GVariantBuilder *builder,
                OptTask         *task)
{
  GPtrArray      *parameters = opt_task_get_parameters (task);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < parameters->len; i++)
    {
      const OptTaskParameter *parameter = parameters->pdata[i];
      GVariantBuilder         record;

      g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_string (&record, "name", parameter->name);
      opt_ipc_record_add_string (&record, "type", opt_task_type_to_string (parameter->type));
      opt_ipc_record_add_bool (&record, "required", parameter->required);
      add_value (&record, "default", parameter, parameter->default_value, FALSE);
      add_value (&record, "min", parameter, parameter->min, parameter->type == OPT_TASK_TYPE_TEXT);
      add_value (&record, "max", parameter, parameter->max, parameter->type == OPT_TASK_TYPE_TEXT);
      opt_ipc_record_add_string (&record, "pattern", parameter->pattern);
      if (parameter->choices != NULL)
        g_variant_builder_add (&record, "{sv}", "choices",
                               g_variant_new_strv ((const char *const *)parameter->choices, -1));
      opt_ipc_record_add_string (&record, "description", parameter->description);
      g_variant_builder_add_value (&list, g_variant_builder_end (&record));
    }
  g_variant_builder_add (builder, "{sv}", "parameters", g_variant_builder_end (&list));
}

static void
add_problems (GVariantBuilder *builder,
              GPtrArray       *problems)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < problems->len; i++)
    {
      const OptTaskProblem *problem = problems->pdata[i];
      GVariantBuilder       record;

      g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_string (&record, "file", problem->file);
      if (problem->line > 0)
        opt_ipc_record_add_int (&record, "line", problem->line);
      opt_ipc_record_add_string (&record, "key", problem->key);
      opt_ipc_record_add_string (&record, "message", problem->message);
      g_variant_builder_add_value (&list, g_variant_builder_end (&record));
    }
  g_variant_builder_add (builder, "{sv}", "problems", g_variant_builder_end (&list));
}

static GVariant *
record_task (gconstpointer value)
{
  OptTask        *task = (OptTask *)value;
  GVariantBuilder builder;
  gint64          timeout = opt_task_get_timeout (task);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "id", opt_task_get_id (task));
  opt_ipc_record_add_string (&builder, "name", opt_task_get_name (task));
  opt_ipc_record_add_string (&builder, "description", opt_task_get_description (task));
  opt_ipc_record_add_string (&builder, "file", opt_task_get_file (task));
  opt_ipc_record_add_string (&builder, "category", opt_task_get_category (task));
  opt_ipc_record_add_string (&builder, "icon", opt_task_get_icon (task));
  opt_ipc_record_add_string (&builder, "risk", opt_task_risk_to_string (opt_task_get_risk (task)));
  if (timeout > 0)
    opt_ipc_record_add_number (&builder, "timeout_s", (double)timeout / OPT_SECOND);
  opt_ipc_record_add_bool (&builder, "idempotent", opt_task_get_idempotent (task));
  add_parameters (&builder, task);
  add_problems (&builder, opt_task_get_problems (task));
  return g_variant_builder_end (&builder);
}

static OptCatalogue *
get_catalogue (OptIpcTasks *object)
{
  OptServiceTasks *self = OPT_SERVICE_TASKS (object);

  return opt_catalogue_source_get_catalogue (opt_agent_get_catalogue_source (self->agent));
}

static gboolean
handle_list (OptIpcTasks           *object,
             GDBusMethodInvocation *invocation)
{
  opt_service_return_records (invocation, opt_catalogue_get_tasks (get_catalogue (object)),
                              record_task, NULL);
  return TRUE;
}

static gboolean
handle_show (OptIpcTasks           *object,
             GDBusMethodInvocation *invocation,
             const char            *id)
{
  g_autoptr (GError) error = NULL;
  OptTask *task = opt_catalogue_lookup (get_catalogue (object), id, &error);

  opt_service_return_record (invocation, task != NULL ? record_task (task) : NULL, error);
  return TRUE;
}

/* Parts `TASK[.ROBOT]`; no robot but this one is known. */
static char *
parse_target (OptServiceTasks       *self,
              GDBusMethodInvocation *invocation,
              const char            *target)
{
  const char      *here = opt_agent_get_config (self->agent)->robot_id;
  g_autofree char *task = NULL, *robot = NULL;
  g_autoptr (GError) error = NULL;

  if (!opt_task_parse_address (target, &task, &robot, &error))
    opt_service_return_error (invocation, error);
  else if (robot != NULL && g_ascii_strcasecmp (robot, here) != 0)
    opt_service_return_new_error (invocation, OPT_IPC_ERROR_UNKNOWN, robot,
                                  "there is no robot “%s” here; this one is “%s”", robot, here);
  else
    return g_steal_pointer (&task);
  return NULL;
}

static GHashTable *
parse_parameters (GVariant *parameters)
{
  GHashTable  *table = opt_task_parameters_new ();
  GVariantIter iter;
  const char  *key, *value;

  g_variant_iter_init (&iter, parameters);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
    g_hash_table_insert (table, g_strdup (key), g_strdup (value));
  return table;
}

static void
run_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJob) job = opt_jobs_run_finish (OPT_JOBS (object), result, &error);

  opt_service_return_record (user_data, job != NULL ? opt_record_job (job) : NULL, error);
}

static gboolean
handle_run (OptIpcTasks           *object,
            GDBusMethodInvocation *invocation,
            const char            *target,
            GVariant              *parameters,
            GVariant              *options)
{
  OptServiceTasks *self = OPT_SERVICE_TASKS (object);
  const char      *kind = opt_ipc_record_get_string (options, "origin");
  g_autofree char *task = NULL;
  g_autoptr (GHashTable) table = NULL;
  g_autoptr (OptJobOrigin) origin = NULL;

  if (kind != NULL && !g_str_equal (kind, "cli") && !g_str_equal (kind, "launcher"))
    {
      opt_service_return_new_error (invocation, OPT_IPC_ERROR_USAGE, "origin",
                                    "origin is cli or launcher, not “%s”", kind);
      return TRUE;
    }
  if (opt_service_refuse_shut (self->agent, invocation))
    return TRUE;
  task = parse_target (self, invocation, target);
  if (task == NULL)
    return TRUE;
  table = parse_parameters (parameters);
  origin = opt_job_origin_new (kind != NULL ? kind : "cli");
  opt_jobs_run_async (opt_agent_get_jobs (self->agent), task, table, origin, NULL, run_cb,
                      invocation);
  return TRUE;
}

typedef struct
{
  char         *task;       /* (owned) */
  GHashTable   *parameters; /* (owned) */
  OptJobOrigin *origin;     /* (owned) */
} Question;

static void
question_free (Question *question)
{
  g_free (question->task);
  g_hash_table_unref (question->parameters);
  opt_job_origin_free (question->origin);
  g_free (question);
}

static void
explain_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Question   *question = task_data;
  GError     *error = NULL;
  OptJobSpec *spec;

  spec = opt_job_resolver_resolve (source, question->task, question->parameters, question->origin,
                                   &error);
  if (spec == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, spec, (GDestroyNotify)opt_job_spec_free);
}

static GVariant *
record_plan (const OptJobSpec *spec,
             const char       *robot)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  GVariantBuilder builder, parameters;
  GHashTableIter  iter;
  gpointer        key, value;

  for (guint i = 0; spec->environment[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (spec->environment[i], "=", 2);

      g_strv_builder_add (names, parts[0]);
    }
  list = g_strv_builder_end (names);
  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, spec->parameters);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_variant_builder_add (&parameters, "{ss}", key, value);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "task", spec->task);
  opt_ipc_record_add_string (&builder, "robot", robot);
  g_variant_builder_add (&builder, "{sv}", "argv",
                         g_variant_new_strv ((const char *const *)spec->argv, -1));
  opt_ipc_record_add_string (&builder, "cwd", spec->work_dir);
  g_variant_builder_add (&builder, "{sv}", "parameters", g_variant_builder_end (&parameters));
  if (spec->timeout > 0)
    opt_ipc_record_add_number (&builder, "timeout_s", (double)spec->timeout / OPT_SECOND);
  g_variant_builder_add (&builder, "{sv}", "environment",
                         g_variant_new_strv ((const char *const *)list, -1));
  return g_variant_builder_end (&builder);
}

static void
explained_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptJobSpec) spec = g_task_propagate_pointer (G_TASK (result), &error);
  const char *robot = g_object_get_data (G_OBJECT (invocation), "robot");

  opt_service_return_record (invocation, spec != NULL ? record_plan (spec, robot) : NULL, error);
}

static gboolean
handle_explain (OptIpcTasks           *object,
                GDBusMethodInvocation *invocation,
                const char            *target,
                GVariant              *parameters)
{
  OptServiceTasks *self = OPT_SERVICE_TASKS (object);
  g_autofree char *id = parse_target (self, invocation, target);
  g_autoptr (GTask) task = NULL;
  Question *question;

  if (id == NULL)
    return TRUE;
  question = g_new0 (Question, 1);
  question->task = g_steal_pointer (&id);
  question->parameters = parse_parameters (parameters);
  question->origin = opt_job_origin_new ("cli");
  g_object_set_data_full (G_OBJECT (invocation), "robot",
                          g_strdup (opt_agent_get_config (self->agent)->robot_id), g_free);
  task = g_task_new (opt_agent_get_resolver (self->agent), NULL, explained_cb, invocation);
  g_task_set_source_tag (task, handle_explain);
  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  g_task_run_in_thread (task, explain_in_thread);
  return TRUE;
}

static void
tasks_iface_init (OptIpcTasksIface *iface)
{
  iface->handle_list = handle_list;
  iface->handle_show = handle_show;
  iface->handle_run = handle_run;
  iface->handle_explain = handle_explain;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptServiceTasks,
                               opt_service_tasks,
                               OPT_IPC_TYPE_TASKS_SKELETON,
                               G_IMPLEMENT_INTERFACE (OPT_IPC_TYPE_TASKS, tasks_iface_init))

static void
catalogue_changed_cb (OptServiceTasks *self)
{
  opt_ipc_tasks_emit_changed (OPT_IPC_TASKS (self));
}

static void
opt_service_tasks_dispose (GObject *object)
{
  g_clear_object (&OPT_SERVICE_TASKS (object)->agent);
  G_OBJECT_CLASS (opt_service_tasks_parent_class)->dispose (object);
}

static void
opt_service_tasks_class_init (OptServiceTasksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_service_tasks_dispose;
}

static void
opt_service_tasks_init (OptServiceTasks *self)
{
}

/**
 * opt_service_tasks_new:
 * @agent: whom it translates for
 *
 * Returns: (transfer full): the Tasks interface
 */
GDBusInterfaceSkeleton *
opt_service_tasks_new (OptAgent *agent)
{
  OptServiceTasks *self = g_object_new (OPT_TYPE_SERVICE_TASKS, NULL);

  self->agent = g_object_ref (agent);
  g_signal_connect_object (opt_agent_get_catalogue_source (agent), "changed",
                           G_CALLBACK (catalogue_changed_cb), self, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (self);
}
