/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-agent.h"

#include "opt-delivery-bots.h"
#include "opt-effects.h"
#include "opt-people-gate.h"
#include "opt-remote.h"
#include "opt-resolver-tasks.h"
#include "opt-secret-chain.h"
#include "opt-secret-credentials.h"
#include "opt-secret-libsecret.h"

/**
 * OptAgent:
 *
 * The composition root: makes the rooms, joins them, and starts and stops them in order. It decides
 * nothing else.
 */
struct _OptAgent
{
  GObject parent_instance;

  OptClock           *clock;     /* (owned) */
  OptAgentPaths      *paths;     /* (owned) */
  OptStore           *store;     /* (owned) */
  OptConfigSource    *config;    /* (owned) */
  OptCatalogueSource *catalogue; /* (owned) */
  OptSecretStore     *secrets;   /* (owned) */
  OptIngest          *ingest;    /* (owned) */
  OptAgentBots       *bots;      /* (owned) */
  OptOutbox          *outbox;    /* (owned) */
  OptResolverTasks   *resolver;  /* (owned) */
  OptJobs            *jobs;      /* (owned) */
  OptRemote          *remote;    /* (owned) */
  OptEffects          effects;
  OptSnapshot        *snapshot;    /* (owned) */
  GError             *store_error; /* (owned) (nullable) */
  guint               preparing;   /* steps of the preparation that are not done */
  gboolean            at_work;     /* bots follow the configuration */
  gboolean            has_tasks;   /* the catalogue was read */
  gint64              ready_since;
};

G_DEFINE_FINAL_TYPE (OptAgent, opt_agent, G_TYPE_OBJECT)

static void
set_facet (OptAgent     *self,
           GType         type,
           gconstpointer facet)
{
  OptSnapshot *snapshot = opt_snapshot_new_with (self->snapshot, type, facet);

  opt_snapshot_unref (self->snapshot);
  self->snapshot = snapshot;
  opt_ingest_set_snapshot (self->ingest, snapshot);
}

/* One that is not there fails each job with words, and the doctor tells why. */
static const char *
get_runner (OptAgent *self)
{
  return self->paths->runner != NULL ? self->paths->runner : "optimus-runner";
}

static void
use_jobs_settings (OptAgent  *self,
                   OptConfig *config)
{
  const OptJobsSettings settings = {
    .folder = self->paths->jobs,
    .runner = get_runner (self),
    .robot = config->robot_id,
    .fresh = config->fresh_seconds * OPT_SECOND,
    .retention_age = config->retention_jobs_s * OPT_SECOND,
    .retention_bytes = config->retention_jobs_bytes,
  };

  opt_jobs_set_settings (self->jobs, &settings);
}

static void
use_catalogue (OptAgent *self)
{
  OptCatalogue *catalogue = opt_catalogue_source_get_catalogue (self->catalogue);

  opt_resolver_tasks_set (self->resolver, catalogue, opt_agent_get_config (self)->robot_id);
  set_facet (self, OPT_TYPE_CATALOGUE, catalogue);
}

static void
use_config (OptAgent *self)
{
  OptConfig *config = opt_agent_get_config (self);

  set_facet (self, OPT_TYPE_CONFIG, config);
  opt_outbox_set_pacing (self->outbox, config->pacing);
  opt_outbox_set_retention (self->outbox, config->retention_sent_s * OPT_SECOND);
  opt_remote_set_config (self->remote, config);
  use_jobs_settings (self, config);
  opt_catalogue_source_set_folders (self->catalogue, (const char *const *)config->tasks_dirs,
                                    config->interpreters);
  use_catalogue (self);
  if (self->at_work)
    opt_agent_bots_apply (self->bots, config);
}

static void
bot_changed_cb (OptAgent    *self,
                OptAgentBot *bot)
{
  OptBotConfig    *settings = opt_agent_bot_get_config (bot);
  OptAgentBotState state = opt_agent_bot_get_state (bot);
  gboolean         has_client = opt_agent_bot_get_client (bot) != NULL;

  if (has_client && state != OPT_AGENT_BOT_REFUSED)
    opt_outbox_release_bot (self->outbox, settings->name);
  else
    opt_outbox_hold_bot (self->outbox, settings->name,
                         opt_agent_bot_get_detail (bot) != NULL
                           ? opt_agent_bot_get_detail (bot)
                           : opt_agent_bot_state_to_string (state));
  if (self->at_work && opt_agent_bot_get_me (bot) != NULL &&
      settings->roles & OPT_BOT_ROLE_REMOTE)
    opt_remote_greet_bot (self->remote, settings->name, opt_agent_bot_get_me (bot)->id);
}

static void
make_rooms (OptAgent *self)
{
  g_autoptr (OptSecretStore) credentials =
               opt_secret_credentials_new (g_getenv ("CREDENTIALS_DIRECTORY"));
  g_autoptr (OptSecretStore) keyring = opt_secret_libsecret_new (self->clock);
  g_autoptr (OptDelivery) delivery = NULL;
  g_autoptr (OptGate) gate = opt_people_gate_new ();
  g_auto (GStrv) environment = g_get_environ ();
  const OptJobsSettings settings = {
    .folder = self->paths->jobs,
    .runner = get_runner (self),
    .robot = "",
  };

  self->secrets = opt_secret_chain_new (credentials, keyring);
  self->store = opt_store_new ();
  self->config = opt_config_source_new (self->paths->config, (const char *const *)environment,
                                        self->paths->samples, self->clock);
  self->catalogue = opt_catalogue_source_new (self->clock);
  self->ingest = opt_ingest_new (self->store);
  self->bots = opt_agent_bots_new (self->secrets, self->ingest, self->clock);
  delivery = opt_delivery_bots_new (self->bots);
  self->outbox = opt_outbox_new (self->store, self->clock, delivery);
  self->resolver = opt_resolver_tasks_new (self->clock, self->paths->ctl);
  self->jobs =
    opt_jobs_new (self->store, self->clock, OPT_JOB_RESOLVER (self->resolver), &settings);
  self->remote = opt_remote_new (self->store, self->clock, self->outbox, self->jobs);
  opt_outbox_set_renderer (self->outbox, OPT_RENDERER (self->remote));
  opt_outbox_add_chat_owner (self->outbox, OPT_CHAT_OWNER (self->remote));
  opt_jobs_set_listener (self->jobs, OPT_JOB_LISTENER (self->remote));
  opt_ingest_set_gate (self->ingest, gate);
  opt_ingest_add_reactor (self->ingest, OPT_REACTOR (self->remote));
}

static void
connect_rooms (OptAgent *self)
{
  self->effects.ingest = self->ingest;
  self->effects.outbox = self->outbox;
  self->effects.jobs = self->jobs;
  self->effects.bots = self->bots;
  self->effects.owner = OPT_CHAT_OWNER (self->remote);
  opt_effects_connect (&self->effects);
  g_signal_connect_object (self->config, "changed", G_CALLBACK (use_config), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->catalogue, "changed", G_CALLBACK (use_catalogue), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bots, "changed", G_CALLBACK (bot_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
opt_agent_dispose (GObject *object)
{
  OptAgent *self = OPT_AGENT (object);

  if (self->bots != NULL)
    opt_agent_bots_stop (self->bots);
  g_clear_object (&self->remote);
  g_clear_object (&self->jobs);
  g_clear_object (&self->resolver);
  g_clear_object (&self->outbox);
  g_clear_object (&self->bots);
  g_clear_object (&self->ingest);
  g_clear_object (&self->secrets);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->config);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (opt_agent_parent_class)->dispose (object);
}

static void
opt_agent_finalize (GObject *object)
{
  OptAgent *self = OPT_AGENT (object);

  g_clear_pointer (&self->snapshot, opt_snapshot_unref);
  g_clear_pointer (&self->paths, opt_agent_paths_free);
  g_clear_error (&self->store_error);
  G_OBJECT_CLASS (opt_agent_parent_class)->finalize (object);
}

static void
opt_agent_class_init (OptAgentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_agent_dispose;
  object_class->finalize = opt_agent_finalize;
}

static void
opt_agent_init (OptAgent *self)
{
  self->snapshot = opt_snapshot_new ();
}

/**
 * opt_agent_new:
 * @clock: all time comes from it
 * @paths: (transfer full): where everything of the profile lies
 *
 * Returns: (transfer full): an agent that does nothing yet
 */
OptAgent *
opt_agent_new (OptClock      *clock,
               OptAgentPaths *paths)
{
  OptAgent *self = g_object_new (OPT_TYPE_AGENT, NULL);

  self->clock = g_object_ref (clock);
  self->paths = paths;
  make_rooms (self);
  connect_rooms (self);
  return self;
}

/* Called at the end of each step that runs beside others. */
static void
finish_step (GTask *task)
{
  g_autoptr (GTask) owned = task;
  OptAgent *self = g_task_get_source_object (task);

  self->preparing--;
  if (self->preparing == 0)
    g_task_return_boolean (task, TRUE);
}

static void
jobs_started_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!opt_jobs_start_finish (OPT_JOBS (object), result, &error))
    g_warning ("jobs: %s", error->message);
  finish_step (user_data);
}

static void
outbox_started_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!opt_outbox_start_finish (OPT_OUTBOX (object), result, &error))
    g_warning ("outbox: %s", error->message);
  finish_step (user_data);
}

static void
recover (OptAgent *self,
         GTask    *task)
{
  self->preparing++;
  opt_jobs_start_async (self->jobs, NULL, jobs_started_cb, g_object_ref (task));
  self->preparing++;
  opt_outbox_start_async (self->outbox, NULL, outbox_started_cb, g_object_ref (task));
}

/* What is recovered may start jobs, so tasks and store are both there first. */
static void
recover_when_ready (OptAgent *self,
                    GTask    *task)
{
  if (self->has_tasks && opt_store_is_open (self->store))
    recover (self, task);
}

static void
catalogue_loaded_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  OptAgent *self = g_task_get_source_object (user_data);
  g_autoptr (GError) error = NULL;

  if (!opt_catalogue_source_load_finish (OPT_CATALOGUE_SOURCE (object), result, &error))
    g_warning ("tasks: %s", error->message);
  use_catalogue (self);
  self->has_tasks = TRUE;
  recover_when_ready (self, user_data);
  finish_step (user_data);
}

static void
config_loaded_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  OptAgent *self = g_task_get_source_object (user_data);
  g_autoptr (GError) error = NULL;

  if (!opt_config_source_load_finish (OPT_CONFIG_SOURCE (object), result, &error))
    g_warning ("configuration: %s", error->message);
  /* Bots begin now, so that the line is up early; what they receive waits for opt_agent_start(). */
  self->at_work = self->store_error == NULL;
  use_config (self);
  self->preparing++;
  opt_catalogue_source_load_async (self->catalogue, NULL, catalogue_loaded_cb,
                                   g_object_ref (user_data));
  finish_step (user_data);
}

static void
store_opened_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  OptAgent *self = g_task_get_source_object (user_data);

  if (!opt_store_open_finish (OPT_STORE (object), result, &self->store_error))
    {
      g_warning ("store: %s", self->store_error->message);
      self->at_work = FALSE;
      opt_agent_bots_stop (self->bots);
    }
  recover_when_ready (self, user_data);
  finish_step (user_data);
}

/**
 * opt_agent_prepare_async:
 * @self: the agent
 * @callback: called when all is recovered
 * @user_data: for @callback
 *
 * Reads configuration and tasks, opens the store and recovers what was going on. What does not work
 * is left out and told in the status.
 */
void
opt_agent_prepare_async (OptAgent           *self,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  static const OptMigration *const migrations[] = {
    opt_ingest_migrations, opt_outbox_migrations, opt_people_migrations, opt_job_migrations,
    opt_remote_migrations, NULL
  };
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OPT_IS_AGENT (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, opt_agent_prepare_async);
  self->preparing = 2;
  opt_config_source_load_async (self->config, NULL, config_loaded_cb, g_object_ref (task));
  opt_store_open_async (self->store, self->paths->database, migrations, NULL, store_opened_cb,
                        g_object_ref (task));
}

/**
 * opt_agent_prepare_finish:
 * @self: the agent
 * @result: the result
 */
void
opt_agent_prepare_finish (OptAgent     *self,
                          GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * opt_agent_start:
 * @self: a prepared agent
 *
 * Lets updates in, unless the store could not be opened.
 */
void
opt_agent_start (OptAgent *self)
{
  g_return_if_fail (OPT_IS_AGENT (self));

  self->ready_since = opt_clock_get_wall (self->clock);
  if (opt_store_is_open (self->store))
    opt_agent_bots_open (self->bots);
}

static void
store_closed_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!opt_store_close_finish (OPT_STORE (object), result, &error))
    g_warning ("store: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
outbox_stopped_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  OptAgent *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!opt_outbox_stop_finish (OPT_OUTBOX (object), result, &error))
    g_warning ("outbox: %s", error->message);
  opt_agent_bots_stop (self->bots);
  opt_store_close_async (self->store, NULL, store_closed_cb, g_steal_pointer (&task));
}

/**
 * opt_agent_stop_async:
 * @self: the agent
 * @callback: called when the store is closed
 * @user_data: for @callback
 *
 * Stops receiving, lets what is on its way be answered, and closes the store. Jobs go on.
 */
void
opt_agent_stop_async (OptAgent           *self,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OPT_IS_AGENT (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, opt_agent_stop_async);
  self->at_work = FALSE;
  if (!opt_store_is_open (self->store))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  opt_jobs_stop (self->jobs);
  opt_agent_bots_stop_receiving (self->bots);
  opt_outbox_stop_async (self->outbox, NULL, outbox_stopped_cb, g_steal_pointer (&task));
}

/**
 * opt_agent_stop_finish:
 * @self: the agent
 * @result: the result
 */
void
opt_agent_stop_finish (OptAgent     *self,
                       GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * opt_agent_is_idle:
 * @self: the agent
 *
 * Returns: whether nothing is stored, sent or read at the moment; long polls and running jobs do
 * not count
 */
gboolean
opt_agent_is_idle (OptAgent *self)
{
  g_return_val_if_fail (OPT_IS_AGENT (self), FALSE);

  return self->preparing == 0 && opt_store_is_idle (self->store) &&
         opt_outbox_is_idle (self->outbox) && opt_agent_bots_get_pending (self->bots) == 0 &&
         opt_catalogue_source_is_idle (self->catalogue) && opt_jobs_is_idle (self->jobs);
}

/* The rooms; borrowed. */
OptClock *
opt_agent_get_clock (OptAgent *self)
{
  return self->clock;
}

OptAgentPaths *
opt_agent_get_paths (OptAgent *self)
{
  return self->paths;
}

OptStore *
opt_agent_get_store (OptAgent *self)
{
  return self->store;
}

OptConfigSource *
opt_agent_get_config_source (OptAgent *self)
{
  return self->config;
}

OptConfig *
opt_agent_get_config (OptAgent *self)
{
  return opt_config_source_get_config (self->config);
}

OptCatalogueSource *
opt_agent_get_catalogue_source (OptAgent *self)
{
  return self->catalogue;
}

OptAgentBots *
opt_agent_get_bots (OptAgent *self)
{
  return self->bots;
}

OptOutbox *
opt_agent_get_outbox (OptAgent *self)
{
  return self->outbox;
}

OptJobs *
opt_agent_get_jobs (OptAgent *self)
{
  return self->jobs;
}

OptJobResolver *
opt_agent_get_resolver (OptAgent *self)
{
  return OPT_JOB_RESOLVER (self->resolver);
}

OptSecretStore *
opt_agent_get_secrets (OptAgent *self)
{
  return self->secrets;
}

/**
 * opt_agent_get_ready_since:
 * @self: the agent
 *
 * Returns: when it began to work, microseconds since 1970, or 0
 */
gint64
opt_agent_get_ready_since (OptAgent *self)
{
  return self->ready_since;
}

/**
 * opt_agent_get_store_error:
 * @self: the agent
 *
 * Returns: (transfer none) (nullable): why the store can't be used, now or from the start
 */
const GError *
opt_agent_get_store_error (OptAgent *self)
{
  return self->store_error != NULL ? self->store_error : opt_store_get_trouble (self->store);
}
