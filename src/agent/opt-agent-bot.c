/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-agent-bot.h"

#include "opt-backoff.h"
#include "opt-bot-poller.h"
#include "opt-bot-token.h"
#include "opt-sink-ingest.h"

/* A locked keyring is looked at again so often, in microseconds: nothing tells that it was
 * unlocked. */
#define LOCKED_RETRY (15 * OPT_SECOND)
/* So is a store that could not be read. */
#define OFFSET_RETRY (15 * OPT_SECOND)

/**
 * OptAgentBot:
 *
 * One configured bot while it is at work: finds its token, asks who it is, receives when it is to.
 * It knows nothing of what updates mean.
 */
struct _OptAgentBot
{
  GObject parent_instance;

  OptBotConfig    *bot;         /* (owned) */
  OptConfig       *config;      /* (owned) */
  OptSecretStore  *secrets;     /* (owned) */
  OptIngest       *ingest;      /* (owned) */
  OptClock        *clock;       /* (owned) */
  OptBotClient    *client;      /* (owned) (nullable) */
  OptBotPoller    *poller;      /* (owned) (nullable) */
  OptSinkIngest   *sink;        /* (owned) (nullable) */
  OptBotMe        *me;          /* (owned) (nullable) */
  GCancellable    *cancellable; /* (owned) (nullable): of everything under way */
  OptBackoff       backoff;
  guint            timer;
  guint            offset_timer;
  gboolean         open; /* what comes in may be handled */
  OptAgentBotState state;
  char            *detail;     /* (owned) (nullable) */
  const char      *token_word; /* present, missing, locked, refused */
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (OptAgentBot, opt_agent_bot, G_TYPE_OBJECT)

/**
 * opt_agent_bot_state_to_string:
 * @state: a state
 *
 * Returns: (transfer none): the word that status prints
 */
const char *
opt_agent_bot_state_to_string (OptAgentBotState state)
{
  static const char *const words[] = {
    "off", "connecting", "polling", "conflict", "refused", "no-token", "locked"
  };

  g_return_val_if_fail (state < G_N_ELEMENTS (words), "off");
  return words[state];
}

static void
set_state (OptAgentBot     *self,
           OptAgentBotState state,
           const char      *detail)
{
  if (self->state == state && g_strcmp0 (self->detail, detail) == 0)
    return;
  self->state = state;
  g_free (self->detail);
  self->detail = g_strdup (detail);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
is_receiving (OptAgentBot *self)
{
  return self->config->run_telegram && self->bot->receive == OPT_RECEIVE_POLL;
}

static void
poller_changed_cb (OptAgentBot *self)
{
  static const OptAgentBotState states[] = {
    [OPT_BOT_POLLER_OFF] = OPT_AGENT_BOT_OFF,
    [OPT_BOT_POLLER_CONNECTING] = OPT_AGENT_BOT_CONNECTING,
    [OPT_BOT_POLLER_POLLING] = OPT_AGENT_BOT_POLLING,
    [OPT_BOT_POLLER_CONFLICT] = OPT_AGENT_BOT_CONFLICT,
    [OPT_BOT_POLLER_REFUSED] = OPT_AGENT_BOT_REFUSED,
  };
  OptBotPollerState state = opt_bot_poller_get_state (self->poller);

  if (state == OPT_BOT_POLLER_REFUSED)
    self->token_word = "refused";
  set_state (self, states[state], opt_bot_poller_get_detail (self->poller));
}

static void load_offset (OptAgentBot *self);

static void
load_again_cb (gpointer user_data)
{
  OptAgentBot *self = user_data;

  self->offset_timer = 0;
  load_offset (self);
}

static void
offset_loaded_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (OptAgentBot) self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 offset = 0;

  if (opt_ingest_load_offset_finish (OPT_INGEST (object), result, &offset, &error))
    {
      if (self->poller != NULL && self->state != OPT_AGENT_BOT_REFUSED)
        opt_bot_poller_start (self->poller, offset);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->poller == NULL)
    return;
  /* Without the offset nothing may be confirmed, so nothing is received. */
  set_state (self, OPT_AGENT_BOT_OFF, error->message);
  if (!g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED))
    self->offset_timer = opt_clock_call_in (self->clock, OFFSET_RETRY, load_again_cb, self);
}

static void
load_offset (OptAgentBot *self)
{
  opt_ingest_load_offset_async (self->ingest, opt_bot_client_get_bot_id (self->client),
                                self->cancellable, offset_loaded_cb, g_object_ref (self));
}

static void
start_receiving (OptAgentBot *self)
{
  gint64 id = opt_bot_client_get_bot_id (self->client);

  self->sink = opt_sink_ingest_new (self->ingest, self->clock, id, self->bot->name);
  self->poller = opt_bot_poller_new (self->client, OPT_UPDATE_SINK (self->sink), self->clock);
  g_signal_connect_object (self->poller, "state-changed", G_CALLBACK (poller_changed_cb), self,
                           G_CONNECT_SWAPPED);
  set_state (self, OPT_AGENT_BOT_CONNECTING, NULL);
  load_offset (self);
}

static void ask_who (OptAgentBot *self);

static void
ask_again_cb (gpointer user_data)
{
  OptAgentBot *self = user_data;

  self->timer = 0;
  ask_who (self);
}

/* Updates are handled once the rooms are ready for them, and once the bot knows its own name:
 * without that, `/task@other_bot` in a group could not be told from a command for this one. */
static void
let_updates_in (OptAgentBot *self)
{
  if (self->open && self->me != NULL && self->sink != NULL)
    opt_sink_ingest_set_username (self->sink, self->me->username);
}

static void
take_me (OptAgentBot *self,
         OptBotMe    *me)
{
  if (me->id != opt_bot_client_get_bot_id (self->client))
    {
      /* Somebody between us and Telegram answers for another bot. */
      opt_agent_bot_refuse (self, "the server answers for another bot than the token is of");
      opt_bot_me_unref (me);
      return;
    }
  self->me = me;
  self->token_word = "present";
  let_updates_in (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
got_me_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (OptAgentBot) self = user_data;
  g_autoptr (GError) error = NULL;
  OptBotMe *me;

  me = opt_bot_client_get_me_finish (OPT_BOT_CLIENT (object), result, &error);
  if (me != NULL)
    take_me (self, me);
  else if (g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED))
    opt_agent_bot_refuse (self, error->message);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->client != NULL)
    {
      g_debug ("bot %s: getMe: %s", self->bot->name, error->message);
      self->timer =
        opt_clock_call_in (self->clock, opt_backoff_next (&self->backoff), ask_again_cb, self);
    }
}

static void
ask_who (OptAgentBot *self)
{
  opt_bot_client_get_me_async (self->client, self->cancellable, got_me_cb, g_object_ref (self));
}

static void
use_token (OptAgentBot *self,
           const char  *token)
{
  OptBotSettings settings = {
    .api_root = self->config->api_root,
    .api_root_insecure = self->config->api_root_insecure,
    .ca_file = self->config->ca_file,
    .proxy = self->config->proxy,
  };
  g_autoptr (OptBotSession) session = NULL;
  g_autoptr (GError) error = NULL;

  session = opt_bot_session_new (&settings, &error);
  if (session != NULL)
    self->client = opt_bot_client_new (session, token, &error);
  if (self->client == NULL)
    {
      self->token_word = "present";
      set_state (self, OPT_AGENT_BOT_OFF, error->message);
      return;
    }
  self->token_word = "present";
  if (is_receiving (self))
    start_receiving (self);
  ask_who (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void find_token (OptAgentBot *self);

static void
find_again_cb (gpointer user_data)
{
  OptAgentBot *self = user_data;

  self->timer = 0;
  find_token (self);
}

static void
token_failed (OptAgentBot  *self,
              const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_LOCKED) ||
      g_error_matches (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_DISMISSED))
    {
      self->token_word = "locked";
      self->timer = opt_clock_call_in (self->clock, LOCKED_RETRY, find_again_cb, self);
      set_state (self, OPT_AGENT_BOT_LOCKED, error->message);
      return;
    }
  if (g_error_matches (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED))
    {
      self->token_word = "refused";
      set_state (self, OPT_AGENT_BOT_REFUSED, error->message);
      return;
    }
  self->token_word = "missing";
  set_state (self, OPT_AGENT_BOT_NO_TOKEN, error->message);
}

static void
token_found_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (OptAgentBot) self = user_data;
  g_autoptr (OptSecret) secret = NULL;
  g_autoptr (GError) error = NULL;

  secret = opt_secret_store_lookup_finish (OPT_SECRET_STORE (object), result, &error);
  if (secret == NULL)
    token_failed (self, error);
  else if (!opt_bot_token_is_valid (secret))
    {
      self->token_word = "refused";
      set_state (self, OPT_AGENT_BOT_REFUSED,
                 "what is stored is no bot token; set it again with `optimusctl secret set`");
    }
  else if (self->cancellable != NULL)
    use_token (self, secret);
}

static void
find_token (OptAgentBot *self)
{
  if (self->bot->token != NULL)
    use_token (self, self->bot->token);
  else
    opt_secret_store_lookup_async (self->secrets, OPT_SECRET_BOT, self->bot->name, FALSE,
                                   self->cancellable, token_found_cb, g_object_ref (self));
}

static void
opt_agent_bot_dispose (GObject *object)
{
  OptAgentBot *self = OPT_AGENT_BOT (object);

  opt_agent_bot_stop (self);
  g_clear_object (&self->secrets);
  g_clear_object (&self->ingest);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (opt_agent_bot_parent_class)->dispose (object);
}

static void
opt_agent_bot_finalize (GObject *object)
{
  OptAgentBot *self = OPT_AGENT_BOT (object);

  g_clear_pointer (&self->bot, opt_bot_config_unref);
  g_clear_pointer (&self->config, opt_config_unref);
  g_free (self->detail);
  G_OBJECT_CLASS (opt_agent_bot_parent_class)->finalize (object);
}

static void
opt_agent_bot_class_init (OptAgentBotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_agent_bot_dispose;
  object_class->finalize = opt_agent_bot_finalize;

  /**
   * OptAgentBot::changed:
   *
   * The state, the token or what Telegram says of the bot is another.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
opt_agent_bot_init (OptAgentBot *self)
{
  opt_backoff_init (&self->backoff, OPT_SECOND, 60 * OPT_SECOND);
  self->token_word = "missing";
}

/**
 * opt_agent_bot_new:
 * @bot: how it is set up
 * @config: the rest of the configuration
 * @secrets: where its token is
 * @ingest: where its updates go
 * @clock: the time
 *
 * Returns: (transfer full): a bot at rest
 */
OptAgentBot *
opt_agent_bot_new (OptBotConfig   *bot,
                   OptConfig      *config,
                   OptSecretStore *secrets,
                   OptIngest      *ingest,
                   OptClock       *clock)
{
  OptAgentBot *self = g_object_new (OPT_TYPE_AGENT_BOT, NULL);

  self->bot = opt_bot_config_ref (bot);
  self->config = opt_config_ref (config);
  self->secrets = g_object_ref (secrets);
  self->ingest = g_object_ref (ingest);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * opt_agent_bot_start:
 * @self: a bot at rest
 *
 * Finds the token, then sends and receives as configured.
 */
void
opt_agent_bot_start (OptAgentBot *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOT (self));
  g_return_if_fail (self->cancellable == NULL);

  self->cancellable = g_cancellable_new ();
  find_token (self);
}

/**
 * opt_agent_bot_open:
 * @self: the bot
 *
 * Lets updates in. Until then they are received, so that the line is up early, but wait.
 */
void
opt_agent_bot_open (OptAgentBot *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOT (self));

  self->open = TRUE;
  let_updates_in (self);
}

/**
 * opt_agent_bot_stop:
 * @self: the bot
 *
 * Stops everything at once.
 */
void
opt_agent_bot_stop (OptAgentBot *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOT (self));

  if (self->timer != 0)
    opt_clock_cancel (self->clock, &self->timer);
  if (self->offset_timer != 0)
    opt_clock_cancel (self->clock, &self->offset_timer);
  opt_agent_bot_stop_receiving (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->poller);
  g_clear_object (&self->sink);
  g_clear_object (&self->client);
  g_clear_pointer (&self->me, opt_bot_me_unref);
  /* It may be another when the bot starts again, or gone. */
  self->token_word = "missing";
  set_state (self, OPT_AGENT_BOT_OFF, NULL);
}

/**
 * opt_agent_bot_stop_receiving:
 * @self: the bot
 *
 * Stops receiving at once; what is on its way out goes on.
 */
void
opt_agent_bot_stop_receiving (OptAgentBot *self)
{
  g_return_if_fail (OPT_IS_AGENT_BOT (self));

  if (self->poller != NULL)
    opt_bot_poller_stop (self->poller);
  if (self->sink != NULL)
    opt_sink_ingest_set_username (self->sink, NULL);
}

/**
 * opt_agent_bot_refuse:
 * @self: the bot
 * @detail: what Telegram said
 *
 * Notes that the token is not accepted: nothing is received until there is another.
 */
void
opt_agent_bot_refuse (OptAgentBot *self,
                      const char  *detail)
{
  g_return_if_fail (OPT_IS_AGENT_BOT (self));

  self->token_word = "refused";
  opt_agent_bot_stop_receiving (self);
  set_state (self, OPT_AGENT_BOT_REFUSED, detail);
}

/**
 * opt_agent_bot_get_config:
 * @self: the bot
 *
 * Returns: (transfer none): how it is set up
 */
OptBotConfig *
opt_agent_bot_get_config (OptAgentBot *self)
{
  return self->bot;
}

/**
 * opt_agent_bot_get_state:
 * @self: the bot
 *
 * Returns: how it is
 */
OptAgentBotState
opt_agent_bot_get_state (OptAgentBot *self)
{
  return self->state;
}

/**
 * opt_agent_bot_get_detail:
 * @self: the bot
 *
 * Returns: (transfer none) (nullable): why it is so, in words
 */
const char *
opt_agent_bot_get_detail (OptAgentBot *self)
{
  return self->detail;
}

/**
 * opt_agent_bot_get_last_answer:
 * @self: the bot
 *
 * Returns: when a poll was answered last, microseconds since 1970, or 0
 */
gint64
opt_agent_bot_get_last_answer (OptAgentBot *self)
{
  return self->poller != NULL ? opt_bot_poller_get_last_answer (self->poller) : 0;
}

/**
 * opt_agent_bot_get_client:
 * @self: the bot
 *
 * Returns: (transfer none) (nullable): its client, NULL without a token
 */
OptBotClient *
opt_agent_bot_get_client (OptAgentBot *self)
{
  return self->client;
}

/**
 * opt_agent_bot_get_me:
 * @self: the bot
 *
 * Returns: (transfer none) (nullable): what Telegram says of it
 */
OptBotMe *
opt_agent_bot_get_me (OptAgentBot *self)
{
  return self->me;
}

/**
 * opt_agent_bot_get_token_word:
 * @self: the bot
 *
 * Returns: (transfer none): present, missing, locked or refused
 */
const char *
opt_agent_bot_get_token_word (OptAgentBot *self)
{
  return self->token_word;
}

/**
 * opt_agent_bot_get_pending:
 * @self: the bot
 *
 * Returns: requests in flight, the long poll not counted
 */
guint
opt_agent_bot_get_pending (OptAgentBot *self)
{
  return self->client != NULL
           ? opt_bot_session_get_pending (opt_bot_client_get_session (self->client))
           : 0;
}
