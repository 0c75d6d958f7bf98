/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote.h"

#include "opt-command-menu.h"
#include "opt-dialog.h"
#include "opt-id.h"
#include "opt-remote-private.h"

/* Ids of chats and users are Telegram's and unique over all bots; a chat is known by its number. */
const OptMigration opt_remote_migrations[] = {
  { "remote", 1,
    "CREATE TABLE dialogs ("
    " bot_id BIGINT NOT NULL,"
    " chat_id BIGINT NOT NULL,"
    " user_id BIGINT NOT NULL,"
    " topic BIGINT NOT NULL,"
    " kind TEXT NOT NULL,"
    " state TEXT,"
    " asked BIGINT NOT NULL," /* the question is a later message */
    " reply_to BIGINT NOT NULL,"
    " nonce BIGINT NOT NULL," /* the update that led to the question; buttons name it */
    " expires BIGINT NOT NULL,"
    " PRIMARY KEY (bot_id, chat_id, user_id));"
    "CREATE INDEX dialogs_expires ON dialogs (expires);"
    "CREATE TABLE accepted_events ("
    " robot TEXT NOT NULL," /* empty: this one */
    " id BIGINT NOT NULL,"
    " PRIMARY KEY (robot, id));"
    "CREATE TABLE menus ("
    " bot TEXT PRIMARY KEY,"
    " hash TEXT NOT NULL);" },
  { NULL, 0, NULL },
};

static void opt_remote_reactor_init (OptReactorInterface *iface);
static void opt_remote_renderer_init (OptRendererInterface *iface);
static void opt_remote_chat_owner_init (OptChatOwnerInterface *iface);
static void opt_remote_job_listener_init (OptJobListenerInterface *iface);

/* clang-format off */
G_DEFINE_FINAL_TYPE_WITH_CODE (
  OptRemote, opt_remote, G_TYPE_OBJECT,
  G_IMPLEMENT_INTERFACE (OPT_TYPE_REACTOR, opt_remote_reactor_init)
  G_IMPLEMENT_INTERFACE (OPT_TYPE_RENDERER, opt_remote_renderer_init)
  G_IMPLEMENT_INTERFACE (OPT_TYPE_CHAT_OWNER, opt_remote_chat_owner_init)
  G_IMPLEMENT_INTERFACE (OPT_TYPE_JOB_LISTENER, opt_remote_job_listener_init))
/* clang-format on */

static gboolean
opt_remote_chat_moved (OptChatOwner   *owner,
                       OptTransaction *transaction,
                       const char     *bot,
                       const char     *old_chat,
                       const char     *new_chat,
                       GError        **error)
{
  gint64 old_id = 0;
  gint64 new_id = 0;

  /* What is no number was never a group. */
  if (!g_ascii_string_to_signed (old_chat, 10, G_MININT64, G_MAXINT64, &old_id, NULL) ||
      !g_ascii_string_to_signed (new_chat, 10, G_MININT64, G_MAXINT64, &new_id, NULL))
    return TRUE;
  return opt_dialog_move_chat (transaction, old_id, new_id, error);
}

static void
opt_remote_reactor_init (OptReactorInterface *iface)
{
  iface->react = opt_remote_react;
}

static void
opt_remote_renderer_init (OptRendererInterface *iface)
{
  iface->render_async = opt_remote_render_async;
  iface->render_finish = opt_remote_render_finish;
}

static void
opt_remote_chat_owner_init (OptChatOwnerInterface *iface)
{
  iface->chat_moved = opt_remote_chat_moved;
}

static void
opt_remote_job_listener_init (OptJobListenerInterface *iface)
{
  iface->accept_async = opt_remote_accept_async;
  iface->accept_finish = opt_remote_accept_finish;
}

static void
opt_remote_dispose (GObject *object)
{
  OptRemote *self = OPT_REMOTE (object);

  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->outbox);
  g_clear_object (&self->jobs);
  g_clear_pointer (&self->config, opt_config_unref);
  g_clear_pointer (&self->greeted, g_hash_table_unref);
  G_OBJECT_CLASS (opt_remote_parent_class)->dispose (object);
}

static void
opt_remote_class_init (OptRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = opt_remote_dispose;
}

static void
opt_remote_init (OptRemote *self)
{
  self->greeted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * opt_remote_new:
 * @store: where its tables are
 * @clock: tells the time
 * @outbox: what it answers through
 * @jobs: what it shows and reads logs of
 *
 * Makes the remote bot. It reacts to updates, renders views and hears of jobs once it is given to
 * those who ask.
 *
 * Returns: (transfer full): the remote bot
 */
OptRemote *
opt_remote_new (OptStore  *store,
                OptClock  *clock,
                OptOutbox *outbox,
                OptJobs   *jobs)
{
  OptRemote *self;

  g_return_val_if_fail (OPT_IS_STORE (store), NULL);
  g_return_val_if_fail (OPT_IS_CLOCK (clock), NULL);

  self = g_object_new (OPT_TYPE_REMOTE, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  g_set_object (&self->outbox, outbox);
  g_set_object (&self->jobs, jobs);
  self->since = opt_clock_get_wall (clock);
  return self;
}

/**
 * opt_remote_set_config:
 * @self: the remote bot
 * @config: (nullable): what is set up
 *
 * Tells what is set up, for what is not decided while reacting: whom to tell how jobs ended.
 */
void
opt_remote_set_config (OptRemote *self,
                       OptConfig *config)
{
  g_return_if_fail (OPT_IS_REMOTE (self));

  if (config != NULL)
    opt_config_ref (config);
  g_clear_pointer (&self->config, opt_config_unref);
  self->config = config;
}

/* One bot's menu on its way to the queue. */
typedef struct
{
  OptRemote *remote;  /* (owned) */
  char      *bot;     /* (owned) */
  char      *folded;  /* (owned) */
  char      *menu;    /* (owned) */
  char      *account; /* (owned): name and id, the key in @greeted */
  char      *hash;    /* (owned) */
  gint64     now;
} Greeting;

static void
greeting_free (gpointer data)
{
  Greeting *greeting = data;

  g_object_unref (greeting->remote);
  g_free (greeting->bot);
  g_free (greeting->folded);
  g_free (greeting->menu);
  g_free (greeting->account);
  g_free (greeting->hash);
  g_free (greeting);
}

static gboolean
add_menu (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  const Greeting *greeting = data;
  OptOutboxDraft  draft = {
     .bot = greeting->bot,
     .chat = "",
     .kind = OPT_OUTBOX_MENU,
     .text = greeting->menu,
  };

  if (!opt_transaction_run (transaction, error,
                            "INSERT INTO menus (bot, hash) VALUES ($1, $2) "
                            "ON CONFLICT (bot) DO UPDATE SET hash = excluded.hash "
                            "WHERE menus.hash <> excluded.hash",
                            "ss", greeting->folded, greeting->hash))
    return FALSE;
  return opt_transaction_get_changes (transaction) == 0 ||
         opt_outbox_add (transaction, &draft, greeting->now, NULL, error);
}

static void
menu_added_cb (gpointer      data,
               const GError *error)
{
  Greeting *greeting = data;

  if (error == NULL)
    {
      opt_outbox_poke (greeting->remote->outbox);
      return;
    }
  g_warning ("the menu of bot %s can't be queued: %s", greeting->bot, error->message);
  g_hash_table_remove (greeting->remote->greeted, greeting->account);
}

/**
 * opt_remote_greet_bot:
 * @self: the remote bot
 * @bot: the name of a bot whose role is to be a remote bot
 * @bot_id: Telegram's id of it; another account under the same name gets a menu of its own
 *
 * Sees to it that the bot has its menu of commands; it is sent once for each content, over
 * restarts too, so this may be called as often as one likes.
 */
void
opt_remote_greet_bot (OptRemote  *self,
                      const char *bot,
                      gint64      bot_id)
{
  g_return_if_fail (OPT_IS_REMOTE (self));
  g_return_if_fail (bot != NULL);

  g_autofree char *folded = opt_name_fold (bot);
  g_autofree char *account = g_strdup_printf ("%s %" G_GINT64_FORMAT, folded, bot_id);
  g_autofree char *content = NULL;
  Greeting        *greeting;

  if (!g_hash_table_add (self->greeted, g_strdup (account)))
    return;
  greeting = g_new0 (Greeting, 1);
  greeting->remote = g_object_ref (self);
  greeting->bot = g_strdup (bot);
  greeting->folded = g_steal_pointer (&folded);
  greeting->menu = opt_command_menu_to_json ();
  content = g_strconcat (account, "\n", greeting->menu, NULL);
  greeting->hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content, -1);
  greeting->account = g_steal_pointer (&account);
  greeting->now = opt_clock_get_wall (self->clock);
  opt_store_write (self->store, add_menu, menu_added_cb, greeting, greeting_free);
}
