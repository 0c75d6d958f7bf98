/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-poller.h"

#include "opt-backoff.h"
#include "opt-bot-client-private.h"
#include "opt-bot-poll.h"

/* Seconds that the server holds a poll. After a failure a poll that isn't held shows at once
 * whether all is well again; during a conflict a short one shows whether somebody ends it. */
#define HOLD          50
#define HOLD_PROBE    0
#define HOLD_CONFLICT 10

/* Microseconds. A poll that isn't answered long after the server should have is on a dead
 * connection. */
#define STALL        (90 * OPT_SECOND)
#define WAIT_FIRST   OPT_SECOND
#define WAIT_MOST    (60 * OPT_SECOND)
#define STABLE       (120 * OPT_SECOND)
#define SHORT_ENOUGH OPT_SECOND

/* After so many failures in a row the connections are made anew, all of them. */
#define FAILURES_TO_REBUILD 3
/* So many empty answers in a row that came at once are not Telegram's way of holding a poll. */
#define HURRIES_MAX 20

/**
 * OptBotPoller:
 *
 * Receives the updates of one bot by long polling, and never gives up by itself, but for a
 * refused token. Knows nothing of what updates mean: they go to an #OptUpdateSink, and Telegram
 * hears of an offset only when the sink has them safe.
 */
struct _OptBotPoller
{
  GObject parent_instance;

  OptBotClient  *client; /* (owned) */
  OptUpdateSink *sink;   /* (owned) */
  OptClock      *clock;  /* (owned) */

  OptBotPollerState state;
  char             *detail; /* (owned) (nullable) */
  gint64            last_answer;
  gint64            offset;

  GCancellable *step; /* (owned) (nullable): what is awaited; what comes of another is let pass */
  guint         retry_timer;
  guint         stall_timer;
  OptBackoff    backoff;
  OptBackoff    conflict_backoff;
  gint64        last_conflict; /* boot time */
  gint64        polled_at;     /* boot time */
  guint         failures;      /* in a row */
  guint         hurries;       /* in a row */
  char         *conflict;      /* (owned) (nullable): the last one, in the API's words */
};

G_DEFINE_FINAL_TYPE (OptBotPoller, opt_bot_poller, G_TYPE_OBJECT)

enum {
  SIGNAL_STATE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What a request carries: whoever finishes it may find the poller gone, stopped, or further on. */
typedef struct
{
  GWeakRef      poller;
  GCancellable *step; /* (owned) (nullable): what is awaited; what comes of another is let pass */
} Ticket;

static void send_poll (OptBotPoller *self,
                       int           hold);

static Ticket *
ticket_new (OptBotPoller *self)
{
  Ticket *ticket = g_new0 (Ticket, 1);

  g_weak_ref_init (&ticket->poller, self);
  ticket->step = g_object_ref (self->step);
  return ticket;
}

static void
ticket_free (Ticket *ticket)
{
  g_weak_ref_clear (&ticket->poller);
  g_object_unref (ticket->step);
  g_free (ticket);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ticket, ticket_free)

/* Gives the poller if it still waits for this. */
static OptBotPoller *
ticket_redeem (Ticket *ticket)
{
  g_autoptr (OptBotPoller) self = g_weak_ref_get (&ticket->poller);

  return self != NULL && self->step == ticket->step ? g_steal_pointer (&self) : NULL;
}

static void
begin_step (OptBotPoller *self)
{
  g_clear_object (&self->step);
  self->step = g_cancellable_new ();
}

/* Whatever is awaited is not awaited any more. */
static void
end_step (OptBotPoller *self)
{
  g_autoptr (GCancellable) step = g_steal_pointer (&self->step);

  opt_clock_cancel (self->clock, &self->retry_timer);
  opt_clock_cancel (self->clock, &self->stall_timer);
  if (step != NULL)
    g_cancellable_cancel (step);
}

static void
set_state (OptBotPoller     *self,
           OptBotPollerState state,
           const char       *detail)
{
  if (self->state == state && g_strcmp0 (self->detail, detail) == 0)
    return;

  if (self->state != state)
    g_message ("bot %" G_GINT64_FORMAT " is %s%s%s", opt_bot_client_get_bot_id (self->client),
               opt_bot_poller_state_to_string (state), detail != NULL ? ": " : "",
               detail != NULL ? detail : "");
  self->state = state;
  g_free (self->detail);
  self->detail = g_strdup (detail);
  g_signal_emit (self, signals[SIGNAL_STATE_CHANGED], 0);
}

static int
choose_hold (OptBotPoller *self)
{
  if (self->state == OPT_BOT_POLLER_CONFLICT)
    return HOLD_CONFLICT;
  return self->failures > 0 ? HOLD_PROBE : HOLD;
}

static void
retry_cb (gpointer user_data)
{
  OptBotPoller *self = user_data;

  self->retry_timer = 0;
  send_poll (self, choose_hold (self));
}

static void
poll_in (OptBotPoller     *self,
         gint64            delay,
         OptBotPollerState state,
         const char       *why)
{
  g_autofree char *detail = g_strdup_printf ("%s; next try in %" G_GINT64_FORMAT " s", why,
                                             (delay + OPT_SECOND - 1) / OPT_SECOND);

  g_debug ("bot %" G_GINT64_FORMAT ": %s", opt_bot_client_get_bot_id (self->client), detail);
  opt_clock_cancel (self->clock, &self->retry_timer);
  self->retry_timer = opt_clock_call_in (self->clock, delay, retry_cb, self);
  set_state (self, state, detail);
}

static void
retry_later (OptBotPoller *self,
             const char   *why)
{
  self->failures++;
  if (self->failures % FAILURES_TO_REBUILD == 0)
    opt_bot_session_rebuild (opt_bot_client_get_session (self->client));
  poll_in (self, opt_backoff_next (&self->backoff), OPT_BOT_POLLER_CONNECTING, why);
}

static void
webhook_info_cb (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Ticket) ticket = user_data;
  g_autoptr (OptBotPoller) self = ticket_redeem (ticket);
  g_autoptr (OptBotWebhookInfo) info = NULL;
  g_autofree char *detail = NULL;

  info = opt_bot_client_get_webhook_info_finish (OPT_BOT_CLIENT (source_object), result, NULL);
  if (self == NULL || info == NULL)
    return;

  if (info->host != NULL)
    detail = g_strdup_printf ("a webhook is set at %s, which takes the updates: "
                              "remove it there, or by deleteWebhook",
                              info->host);
  else
    detail =
      g_strdup ("another program polls with this bot token: stop it, or give the bot a new token");
  set_state (self, OPT_BOT_POLLER_CONFLICT, detail);
}

static void
handle_conflict (OptBotPoller *self,
                 const GError *error)
{
  const char *conflict = opt_bot_error_get_description (error);
  gboolean    is_new =
    self->state != OPT_BOT_POLLER_CONFLICT || g_strcmp0 (self->conflict, conflict) != 0;
  gint64 now = opt_clock_get_boot (self->clock);

  /* Two that end each other's polls both succeed now and then: only a while without is peace. */
  if (now - self->last_conflict > STABLE)
    opt_backoff_reset (&self->conflict_backoff);
  self->last_conflict = now;

  begin_step (self);
  self->retry_timer =
    opt_clock_call_in (self->clock, opt_backoff_next (&self->conflict_backoff), retry_cb, self);
  if (!is_new)
    return;

  g_free (self->conflict);
  self->conflict = g_strdup (conflict);
  opt_bot_client_get_webhook_info_async (self->client, self->step, webhook_info_cb,
                                         ticket_new (self));
  set_state (self, OPT_BOT_POLLER_CONFLICT, error->message);
}

static void
handle_failure (OptBotPoller *self,
                const GError *error)
{
  if (g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_UNAUTHORIZED))
    {
      end_step (self);
      set_state (self, OPT_BOT_POLLER_REFUSED, error->message);
    }
  else if (g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_CONFLICT))
    handle_conflict (self, error);
  else if (g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FLOOD))
    poll_in (self, opt_bot_error_get_retry_after (error) * OPT_SECOND,
             OPT_BOT_POLLER_CONNECTING, error->message);
  else
    retry_later (self, error->message);
}

/* All is well. The state is told last: whoever hears of it may stop us. */
static void
go_on (OptBotPoller *self)
{
  self->failures = 0;
  opt_backoff_reset (&self->backoff);
  send_poll (self, HOLD);
  set_state (self, OPT_BOT_POLLER_POLLING, NULL);
}

static void
taken_cb (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Ticket) ticket = user_data;
  g_autoptr (OptBotPoller) self = ticket_redeem (ticket);
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  gint64           offset = 0;
  gboolean         is_taken;

  is_taken = opt_update_sink_take_finish (OPT_UPDATE_SINK (source_object), result, &offset, &error);
  if (self == NULL)
    return;

  if (!is_taken)
    why = g_strdup_printf ("updates cannot be stored: %s", error->message);
  else if (offset == self->offset)
    /* The same would come again, at once and for ever. */
    why = g_strdup ("updates were not taken");
  if (why != NULL)
    {
      retry_later (self, why);
      return;
    }

  self->offset = offset;
  go_on (self);
}

static void
handle_empty (OptBotPoller *self)
{
  gint64 held = opt_clock_get_boot (self->clock) - self->polled_at;

  self->hurries = held < SHORT_ENOUGH ? self->hurries + 1 : 0;
  if (self->hurries <= HURRIES_MAX)
    {
      go_on (self);
      return;
    }
  self->failures = 0;
  poll_in (self, WAIT_FIRST, OPT_BOT_POLLER_POLLING, "polls are answered at once with nothing");
}

static void
handle_updates (OptBotPoller *self,
                JsonNode     *node)
{
  g_autoptr (GPtrArray) updates = NULL;
  guint passed_over;

  updates = opt_bot_poll_read_updates (node, &passed_over);
  if (passed_over > 0)
    g_message ("bot %" G_GINT64_FORMAT ": updates without an id are passed over: %u",
               opt_bot_client_get_bot_id (self->client), passed_over);

  if (updates == NULL)
    retry_later (self, "the answer to getUpdates is no list: check telegram.api_root");
  else if (updates->len == 0 && passed_over > 0)
    retry_later (self, "no update of the answer has an id: check telegram.api_root");
  else if (updates->len == 0)
    handle_empty (self);
  else
    {
      self->hurries = 0;
      begin_step (self);
      opt_update_sink_take_async (self->sink, updates, self->step, taken_cb, ticket_new (self));
    }
}

static void
polled_cb (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Ticket) ticket = user_data;
  g_autoptr (OptBotPoller) self = ticket_redeem (ticket);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  node = opt_bot_client_call_finish (OPT_BOT_CLIENT (source_object), result, &error);
  if (self == NULL)
    return;

  opt_clock_cancel (self->clock, &self->stall_timer);
  if (node != NULL || opt_bot_error_get_description (error) != NULL)
    self->last_answer = opt_clock_get_wall (self->clock);
  if (node != NULL)
    handle_updates (self, node);
  else
    handle_failure (self, error);
}

/* Nothing tells a server that holds the very first poll from one that is stuck, until the watchdog
 * does; what failed before counts as well again only when it answers. */
static void
written_cb (gpointer user_data)
{
  g_autoptr (OptBotPoller) self = ticket_redeem (user_data);

  if (self != NULL && self->failures == 0 && self->state == OPT_BOT_POLLER_CONNECTING)
    set_state (self, OPT_BOT_POLLER_POLLING, NULL);
}

static void
stall_cb (gpointer user_data)
{
  OptBotPoller *self = user_data;

  self->stall_timer = 0;
  end_step (self);
  opt_bot_session_rebuild (opt_bot_client_get_session (self->client));
  retry_later (self, "a poll was not answered in time");
}

static void
send_poll (OptBotPoller *self,
           int           hold)
{
  g_autofree char *body = opt_bot_poll_make_body (self->offset, hold);

  begin_step (self);
  self->polled_at = opt_clock_get_boot (self->clock);
  self->stall_timer = opt_clock_call_in (self->clock, STALL, stall_cb, self);
  opt_bot_client_poll_async (self->client, body, written_cb, ticket_new (self),
                             (GDestroyNotify)ticket_free, self->step, polled_cb, ticket_new (self));
}

static void
opt_bot_poller_dispose (GObject *object)
{
  OptBotPoller *self = OPT_BOT_POLLER (object);

  if (self->clock != NULL)
    end_step (self);
  g_clear_object (&self->client);
  g_clear_object (&self->sink);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (opt_bot_poller_parent_class)->dispose (object);
}

static void
opt_bot_poller_finalize (GObject *object)
{
  OptBotPoller *self = OPT_BOT_POLLER (object);

  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->conflict, g_free);

  G_OBJECT_CLASS (opt_bot_poller_parent_class)->finalize (object);
}

static void
opt_bot_poller_class_init (OptBotPollerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_bot_poller_dispose;
  object_class->finalize = opt_bot_poller_finalize;

  /**
   * OptBotPoller::state-changed:
   * @self: the poller
   *
   * State or detail became others.
   */
  signals[SIGNAL_STATE_CHANGED] = g_signal_new (
    "state-changed", OPT_TYPE_BOT_POLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
opt_bot_poller_init (OptBotPoller *self)
{
  opt_backoff_init (&self->backoff, WAIT_FIRST, WAIT_MOST);
  opt_backoff_init (&self->conflict_backoff, WAIT_FIRST, WAIT_MOST);
}

/**
 * opt_bot_poller_state_to_string:
 * @state: a state
 *
 * Gives the word that `status` shows.
 *
 * Returns: (transfer none): off, connecting, polling, conflict or refused
 */
const char *
opt_bot_poller_state_to_string (OptBotPollerState state)
{
  switch (state)
    {
    case OPT_BOT_POLLER_CONNECTING:
      return "connecting";
    case OPT_BOT_POLLER_POLLING:
      return "polling";
    case OPT_BOT_POLLER_CONFLICT:
      return "conflict";
    case OPT_BOT_POLLER_REFUSED:
      return "refused";
    case OPT_BOT_POLLER_OFF:
    default:
      return "off";
    }
}

/**
 * opt_bot_poller_new:
 * @client: the bot
 * @sink: where its updates go
 * @clock: all time
 *
 * Makes a poller that is off.
 *
 * Returns: (transfer full): the poller
 */
OptBotPoller *
opt_bot_poller_new (OptBotClient  *client,
                    OptUpdateSink *sink,
                    OptClock      *clock)
{
  OptBotPoller *self;

  g_return_val_if_fail (OPT_IS_BOT_CLIENT (client), NULL);
  g_return_val_if_fail (OPT_IS_UPDATE_SINK (sink), NULL);
  g_return_val_if_fail (OPT_IS_CLOCK (clock), NULL);

  self = g_object_new (OPT_TYPE_BOT_POLLER, NULL);
  self->client = g_object_ref (client);
  self->sink = g_object_ref (sink);
  self->clock = g_object_ref (clock);
  self->last_conflict = -STABLE;
  return self;
}

/**
 * opt_bot_poller_start:
 * @self: a poller
 * @offset: the first update wanted, as the sink last gave it; 0 for the oldest that Telegram has
 *
 * Begins to receive, or begins anew; the first poll is sent before this returns.
 */
void
opt_bot_poller_start (OptBotPoller *self,
                      gint64        offset)
{
  g_return_if_fail (OPT_IS_BOT_POLLER (self));

  end_step (self);
  self->offset = offset;
  self->failures = 0;
  self->hurries = 0;
  opt_backoff_reset (&self->backoff);
  send_poll (self, HOLD);
  set_state (self, OPT_BOT_POLLER_CONNECTING, NULL);
}

/**
 * opt_bot_poller_stop:
 * @self: a poller
 *
 * Stops receiving, at once. What the sink is taking it goes on taking; Telegram hears of that with
 * the next start.
 */
void
opt_bot_poller_stop (OptBotPoller *self)
{
  g_return_if_fail (OPT_IS_BOT_POLLER (self));

  end_step (self);
  set_state (self, OPT_BOT_POLLER_OFF, NULL);
}

/**
 * opt_bot_poller_get_state:
 * @self: a poller
 *
 * Tells how it stands.
 *
 * Returns: the state
 */
OptBotPollerState
opt_bot_poller_get_state (OptBotPoller *self)
{
  g_return_val_if_fail (OPT_IS_BOT_POLLER (self), OPT_BOT_POLLER_OFF);

  return self->state;
}

/**
 * opt_bot_poller_get_detail:
 * @self: a poller
 *
 * Tells people why it stands so.
 *
 * Returns: (transfer none) (nullable): words, or NULL when all is well
 */
const char *
opt_bot_poller_get_detail (OptBotPoller *self)
{
  g_return_val_if_fail (OPT_IS_BOT_POLLER (self), NULL);

  return self->detail;
}

/**
 * opt_bot_poller_get_last_answer:
 * @self: a poller
 *
 * Tells when the Bot API last answered a poll, refusals included.
 *
 * Returns: wall time, microseconds since 1970; 0 for never
 */
gint64
opt_bot_poller_get_last_answer (OptBotPoller *self)
{
  g_return_val_if_fail (OPT_IS_BOT_POLLER (self), 0);

  return self->last_answer;
}
