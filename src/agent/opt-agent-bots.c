/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-agent-bots.h"

#include "opt-id.h"

/**
 * OptAgentBots:
 *
 * The active bots of the configuration, each at work. Follows the configuration: a bot whose
 * settings did not change is left alone.
 */
struct _OptAgentBots
{
  GObject parent_instance;

  OptSecretStore *secrets; /* (owned) */
  OptIngest      *ingest;  /* (owned) */
  OptClock       *clock;   /* (owned) */
  OptConfig      *config;  /* (owned) (nullable) */
  gboolean        open;    /* updates may be handled */
  GPtrArray      *bots;    /* (owned) (element-type OptAgentBot) */
  GHashTable     *by_name; /* (owned) (element-type utf8 OptAgentBot): folded name, borrowed */
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (OptAgentBots, opt_agent_bots, G_TYPE_OBJECT)

static void
bot_changed_cb (OptAgentBots *self,
                OptAgentBot  *bot)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, bot);
}

static gboolean
same_chats (GPtrArray *a,
            GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      if (!opt_chat_ref_equal (a->pdata[i], b->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

/* Whether a bot at work may go on as it is. */
static gboolean
is_same (OptAgentBots *self,
         OptBotConfig *before,
         OptBotConfig *now,
         OptConfig    *config)
{
  OptConfig *old = self->config;

  if (old == NULL)
    return FALSE;
  return g_strcmp0 (before->name, now->name) == 0 &&
         before->receive == now->receive &&
         before->roles == now->roles &&
         same_chats (before->chats, now->chats) &&
         g_strcmp0 (before->token, now->token) == 0 &&
         g_strcmp0 (before->description, now->description) == 0 &&
         g_strcmp0 (old->api_root, config->api_root) == 0 &&
         old->api_root_insecure == config->api_root_insecure &&
         g_strcmp0 (old->ca_file, config->ca_file) == 0 &&
         g_strcmp0 (old->proxy, config->proxy) == 0 &&
         old->run_telegram == config->run_telegram;
}

static void
add_bot (OptAgentBots *self,
         OptAgentBot  *bot)
{
  g_ptr_array_add (self->bots, bot);
  g_hash_table_insert (self->by_name, g_strdup (opt_agent_bot_get_config (bot)->folded), bot);
}

static void
start_bot (OptAgentBots *self,
           OptBotConfig *settings,
           OptConfig    *config)
{
  OptAgentBot *bot = opt_agent_bot_new (settings, config, self->secrets, self->ingest, self->clock);

  g_signal_connect_object (bot, "changed", G_CALLBACK (bot_changed_cb), self, G_CONNECT_SWAPPED);
  add_bot (self, bot);
  if (self->open)
    opt_agent_bot_open (bot);
  opt_agent_bot_start (bot);
}

static void
opt_agent_bots_dispose (GObject *object)
{
  OptAgentBots *self = OPT_AGENT_BOTS (object);

  opt_agent_bots_stop (self);
  g_clear_object (&self->secrets);
  g_clear_object (&self->ingest);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->config, opt_config_unref);
  G_OBJECT_CLASS (opt_agent_bots_parent_class)->dispose (object);
}

static void
opt_agent_bots_finalize (GObject *object)
{
  OptAgentBots *self = OPT_AGENT_BOTS (object);

  g_ptr_array_unref (self->bots);
  g_hash_table_unref (self->by_name);
  G_OBJECT_CLASS (opt_agent_bots_parent_class)->finalize (object);
}

static void
opt_agent_bots_class_init (OptAgentBotsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_agent_bots_dispose;
  object_class->finalize = opt_agent_bots_finalize;

  /**
   * OptAgentBots::changed:
   * @bot: which
   *
   * One of the bots is in another state.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, OPT_TYPE_AGENT_BOT);
}

static void
opt_agent_bots_init (OptAgentBots *self)
{
  self->bots = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * opt_agent_bots_new:
 * @secrets: where bot tokens are
 * @ingest: where updates go
 * @clock: the time
 *
 * Returns: (transfer full): no bots yet
 */
OptAgentBots *
opt_agent_bots_new (OptSecretStore *secrets,
                    OptIngest      *ingest,
                    OptClock       *clock)
{
  OptAgentBots *self = g_object_new (OPT_TYPE_AGENT_BOTS, NULL);

  self->secrets = g_object_ref (secrets);
  self->ingest = g_object_ref (ingest);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * opt_agent_bots_apply:
 * @self: the bots
 * @config: how they are set up now
 *
 * Starts what is new, stops what is gone, and starts anew what is set up otherwise.
 */
void
opt_agent_bots_apply (OptAgentBots *self,
                      OptConfig    *config)
{
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GHashTable) old_by_name = NULL;

  g_return_if_fail (OPT_IS_AGENT_BOTS (self));
  g_return_if_fail (config != NULL);

  old = g_steal_pointer (&self->bots);
  old_by_name = g_steal_pointer (&self->by_name);
  opt_agent_bots_init (self);
  for (guint i = 0; i < config->bots->len; i++)
    {
      OptBotConfig *settings = config->bots->pdata[i];
      OptAgentBot  *bot = g_hash_table_lookup (old_by_name, settings->folded);

      if (!settings->active || g_hash_table_contains (self->by_name, settings->folded))
        continue;
      if (bot != NULL && is_same (self, opt_agent_bot_get_config (bot), settings, config))
        add_bot (self, g_object_ref (bot));
      else
        {
          if (bot != NULL)
            opt_agent_bot_stop (bot);
          start_bot (self, settings, config);
        }
    }
  for (guint i = 0; i < old->len; i++)
    {
      if (!g_ptr_array_find (self->bots, old->pdata[i], NULL))
        opt_agent_bot_stop (old->pdata[i]);
    }
  g_clear_pointer (&self->config, opt_config_unref);
  self->config = opt_config_ref (config);
}

/**
 * opt_agent_bots_open:
 * @self: the bots
 *
 * Lets updates in, of these bots and of those that come later.
 */
void
opt_agent_bots_open (OptAgentBots *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOTS (self));

  self->open = TRUE;
  for (guint i = 0; i < self->bots->len; i++)
    opt_agent_bot_open (self->bots->pdata[i]);
}

/**
 * opt_agent_bots_restart:
 * @self: the bots
 * @name: one of them; no other is touched
 *
 * Starts a bot anew, since its token is another.
 */
void
opt_agent_bots_restart (OptAgentBots *self,
                        const char   *name)
{
  OptAgentBot *bot;

  g_return_if_fail (OPT_IS_AGENT_BOTS (self));

  bot = opt_agent_bots_find (self, name);
  if (bot == NULL)
    return;
  opt_agent_bot_stop (bot);
  opt_agent_bot_start (bot);
}

/**
 * opt_agent_bots_stop:
 * @self: the bots
 *
 * Stops all of them.
 */
void
opt_agent_bots_stop (OptAgentBots *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOTS (self));

  for (guint i = 0; i < self->bots->len; i++)
    opt_agent_bot_stop (self->bots->pdata[i]);
}

/**
 * opt_agent_bots_stop_receiving:
 * @self: the bots
 *
 * Stops receiving; what is on its way out goes on.
 */
void
opt_agent_bots_stop_receiving (OptAgentBots *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOTS (self));

  for (guint i = 0; i < self->bots->len; i++)
    opt_agent_bot_stop_receiving (self->bots->pdata[i]);
}

/**
 * opt_agent_bots_list:
 * @self: the bots
 *
 * Returns: (transfer none) (element-type OptAgentBot): those at work, in the order of the
 * configuration
 */
GPtrArray *
opt_agent_bots_list (OptAgentBots *self)
{
  g_return_val_if_fail (OPT_IS_AGENT_BOTS (self), NULL);

  return self->bots;
}

/**
 * opt_agent_bots_find:
 * @self: the bots
 * @name: a name, in any case
 *
 * Returns: (transfer none) (nullable): the bot of that name
 */
OptAgentBot *
opt_agent_bots_find (OptAgentBots *self,
                     const char   *name)
{
  g_autofree char *folded = NULL;

  g_return_val_if_fail (OPT_IS_AGENT_BOTS (self), NULL);

  folded = opt_name_fold (name);
  return g_hash_table_lookup (self->by_name, folded);
}

/**
 * opt_agent_bots_get_pending:
 * @self: the bots
 *
 * Returns: requests in flight, long polls not counted
 */
guint
opt_agent_bots_get_pending (OptAgentBots *self)
{
  guint pending = 0;

  g_return_val_if_fail (OPT_IS_AGENT_BOTS (self), 0);

  for (guint i = 0; i < self->bots->len; i++)
    pending += opt_agent_bot_get_pending (self->bots->pdata[i]);
  return pending;
}
