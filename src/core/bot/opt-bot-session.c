/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-session.h"

#include "opt-bot-error-private.h"
#include "opt-bot-session-private.h"

/* Seconds without a byte. Telegram holds a poll for 50, and takes its time with a large upload. */
#define CALLS_TIMEOUT 60
#define POLLS_TIMEOUT 75
#define FILES_TIMEOUT 180

/* Connections: eight calls in flight per bot and room for urgent ones; one poll per bot. */
#define CALLS_CONNECTIONS 16
#define POLLS_CONNECTIONS 256
#define FILES_CONNECTIONS 4

struct _OptBotSession
{
  GObject parent_instance;

  OptBotRoot     *root;        /* (owned) */
  char           *ca_file;     /* (owned) (nullable) */
  GTlsDatabase   *authorities; /* (owned) (nullable): what is in ca_file, once loaded */
  GProxyResolver *proxy;       /* (owned) (nullable) */
  gboolean        is_http_proxy;
  SoupSession    *lanes[OPT_BOT_N_LANES]; /* (owned) (nullable): made when first used */
  guint           pending;
};

G_DEFINE_FINAL_TYPE (OptBotSession, opt_bot_session, G_TYPE_OBJECT)

static const struct
{
  guint timeout;
  int   connections;
} lanes[OPT_BOT_N_LANES] = {
  [OPT_BOT_LANE_CALLS] = { CALLS_TIMEOUT, CALLS_CONNECTIONS },
  [OPT_BOT_LANE_POLLS] = { POLLS_TIMEOUT, POLLS_CONNECTIONS },
  [OPT_BOT_LANE_FILES] = { FILES_TIMEOUT, FILES_CONNECTIONS },
};

static SoupSession *
lane_new (OptBotSession *self,
          OptBotLane     lane)
{
  SoupSession *session;

  session = g_object_new (SOUP_TYPE_SESSION,
                          "timeout", lanes[lane].timeout,
                          "max-conns", lanes[lane].connections,
                          "max-conns-per-host", lanes[lane].connections,
                          "user-agent", "Optimus/" OPT_VERSION,
                          NULL);

  /* Nothing lies between us and this machine, and looking for the system's proxies loads modules
   * that cost more than all of a poll. */
  if (self->proxy != NULL || self->root->is_loopback)
    soup_session_set_proxy_resolver (session, self->proxy);

  /* What is not asked for compressed can't be larger than it came. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* Trusts what the system doesn't, if an authority of ca_file vouches for it; name and dates must be
 * right. */
static gboolean
accept_certificate_cb (SoupMessage         *message,
                       GTlsCertificate     *certificate,
                       GTlsCertificateFlags flags,
                       gpointer             user_data)
{
  OptBotSession *self = user_data;

  return g_tls_database_verify_chain (
           self->authorities, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
           self->root->identity, NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, NULL) == 0;
}

/* Cancelling a request over HTTP/2 is told only when the server says something, which may be in 50
 * seconds. */
static void
network_event_cb (SoupMessage       *message,
                  GSocketClientEvent event,
                  GIOStream         *connection,
                  gpointer           user_data)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && G_IS_TLS_CONNECTION (connection))
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
}

static void
load_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (task_data, &error);

  if (database != NULL)
    g_task_return_pointer (task, g_steal_pointer (&database), g_object_unref);
  else
    g_task_return_error (
      task, opt_bot_error_new (OPT_BOT_ERROR_CA_FILE, FALSE,
                               "the certificates in telegram.ca_file cannot be used: %s",
                               error->message));
}

static void
opt_bot_session_dispose (GObject *object)
{
  OptBotSession *self = OPT_BOT_SESSION (object);

  for (guint i = 0; i < OPT_BOT_N_LANES; i++)
    g_clear_object (&self->lanes[i]);
  g_clear_object (&self->proxy);
  g_clear_object (&self->authorities);

  G_OBJECT_CLASS (opt_bot_session_parent_class)->dispose (object);
}

static void
opt_bot_session_finalize (GObject *object)
{
  OptBotSession *self = OPT_BOT_SESSION (object);

  g_clear_pointer (&self->root, opt_bot_root_free);
  g_clear_pointer (&self->ca_file, g_free);

  G_OBJECT_CLASS (opt_bot_session_parent_class)->finalize (object);
}

static void
opt_bot_session_class_init (OptBotSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_bot_session_dispose;
  object_class->finalize = opt_bot_session_finalize;
}

static void
opt_bot_session_init (OptBotSession *self)
{
}

/**
 * opt_bot_session_new:
 * @settings: how to reach the Bot API; copied
 * @error: return location: %OPT_BOT_ERROR_SETTINGS or %OPT_BOT_ERROR_INSECURE
 *
 * Prepares connections, which all bots share. Nothing is read or sent until the first call;
 * ca_file is read off the main thread then, and %OPT_BOT_ERROR_CA_FILE is that call's.
 *
 * Returns: (transfer full): the session, or NULL with @error set
 */
OptBotSession *
opt_bot_session_new (const OptBotSettings *settings,
                     GError              **error)
{
  g_autoptr (OptBotSession) self = NULL;
  g_autoptr (OptBotRoot) root = NULL;

  g_return_val_if_fail (settings != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  root = opt_bot_root_parse (settings->api_root, settings->api_root_insecure, error);
  if (root == NULL)
    return NULL;

  self = g_object_new (OPT_TYPE_BOT_SESSION, NULL);
  self->root = g_steal_pointer (&root);
  if (settings->ca_file != NULL && *settings->ca_file != '\0' && self->root->is_tls)
    self->ca_file = g_strdup (settings->ca_file);
  if (settings->proxy != NULL && *settings->proxy != '\0')
    {
      if (!opt_bot_proxy_check (settings->proxy, error))
        return NULL;
      self->proxy = g_simple_proxy_resolver_new (settings->proxy, NULL);
      self->is_http_proxy = g_ascii_strncasecmp (settings->proxy, "http:", 5) == 0;
    }
  return g_steal_pointer (&self);
}

/**
 * opt_bot_session_get_host:
 * @self: a session
 *
 * Tells whom it talks to, for words.
 *
 * Returns: (transfer none): the host, with a port where it is not the usual one
 */
const char *
opt_bot_session_get_host (OptBotSession *self)
{
  g_return_val_if_fail (OPT_IS_BOT_SESSION (self), NULL);

  return self->root->host;
}

/**
 * opt_bot_session_is_insecure:
 * @self: a session
 *
 * Tells whether bot tokens leave this machine unprotected, which people should be warned of.
 *
 * Returns: whether they do
 */
gboolean
opt_bot_session_is_insecure (OptBotSession *self)
{
  g_return_val_if_fail (OPT_IS_BOT_SESSION (self), FALSE);

  return !self->root->is_tls && !self->root->is_loopback;
}

/**
 * opt_bot_session_get_pending:
 * @self: a session
 *
 * Counts requests in flight, but for getUpdates.
 *
 * Returns: how many
 */
guint
opt_bot_session_get_pending (OptBotSession *self)
{
  g_return_val_if_fail (OPT_IS_BOT_SESSION (self), 0);

  return self->pending;
}

/**
 * opt_bot_session_rebuild:
 * @self: a session
 *
 * Forgets all connections: what comes next makes new ones. Requests in flight keep theirs until
 * they end.
 */
void
opt_bot_session_rebuild (OptBotSession *self)
{
  g_return_if_fail (OPT_IS_BOT_SESSION (self));

  for (guint i = 0; i < OPT_BOT_N_LANES; i++)
    g_clear_object (&self->lanes[i]);
}

/**
 * opt_bot_session_get_root:
 * @self: a session
 *
 * Tells where the Bot API is.
 *
 * Returns: (transfer none): the root
 */
const OptBotRoot *
opt_bot_session_get_root (OptBotSession *self)
{
  return self->root;
}

/**
 * opt_bot_session_get_lane:
 * @self: a session
 * @lane: what kind of request it is for
 *
 * Gets the connections for a request.
 *
 * Returns: (transfer none): a session, replaced by opt_bot_session_rebuild()
 */
SoupSession *
opt_bot_session_get_lane (OptBotSession *self,
                          OptBotLane     lane)
{
  if (self->lanes[lane] == NULL)
    self->lanes[lane] = lane_new (self, lane);
  return self->lanes[lane];
}

/**
 * opt_bot_session_get_timeout:
 * @self: a session
 * @lane: a kind of request
 *
 * Tells how long such a request waits for a byte.
 *
 * Returns: seconds
 */
guint
opt_bot_session_get_timeout (OptBotSession *self,
                             OptBotLane     lane)
{
  return lanes[lane].timeout;
}

/**
 * opt_bot_session_prepare_message:
 * @self: a session, which outlives the request
 * @message: a request about to be sent
 * @lane: its kind
 *
 * Sets what holds for every request.
 */
void
opt_bot_session_prepare_message (OptBotSession *self,
                                 SoupMessage   *message,
                                 OptBotLane     lane)
{
  /* A POST that is not flagged opens a connection of its own. The flag repeats nothing: that goes
   * by the method. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);

  /* Without it a 401 is an answer like any other, not gathered in memory without end to be repeated
   * with a password. A proxy may ask for one. */
  if (!self->is_http_proxy)
    soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);

  if (self->authorities != NULL)
    g_signal_connect_object (message, "accept-certificate", G_CALLBACK (accept_certificate_cb),
                             self, 0);
  if (lane != OPT_BOT_LANE_CALLS && self->root->is_tls)
    g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), NULL);
}

/**
 * opt_bot_session_add_pending:
 * @self: a session
 * @count: 1 or -1
 *
 * Counts a request in or out.
 */
void
opt_bot_session_add_pending (OptBotSession *self,
                             int            count)
{
  self->pending += (guint)count;
}

/**
 * opt_bot_session_has_http_proxy:
 * @self: a session
 *
 * Tells whether requests go through a proxy that speaks HTTP itself.
 *
 * Returns: whether they do
 */
gboolean
opt_bot_session_has_http_proxy (OptBotSession *self)
{
  return self->is_http_proxy;
}

/**
 * opt_bot_session_is_ready:
 * @self: a session
 *
 * Tells whether requests can be sent, or opt_bot_session_load_async() must come first.
 *
 * Returns: whether they can
 */
gboolean
opt_bot_session_is_ready (OptBotSession *self)
{
  return self->ca_file == NULL || self->authorities != NULL;
}

/**
 * opt_bot_session_load_async:
 * @self: a session that is not ready
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Reads the certificates of ca_file, off the main thread. After a failure it may be tried again.
 */
void
opt_bot_session_load_async (OptBotSession      *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_bot_session_load_async);
  g_task_set_task_data (task, g_strdup (self->ca_file), g_free);
  g_task_run_in_thread (task, load_thread);
}

/**
 * opt_bot_session_load_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location: %OPT_BOT_ERROR_CA_FILE
 *
 * Ends opt_bot_session_load_async().
 *
 * Returns: whether the session is ready now
 */
gboolean
opt_bot_session_load_finish (OptBotSession *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_autoptr (GTlsDatabase) database = g_task_propagate_pointer (G_TASK (result), error);

  if (database == NULL)
    return FALSE;
  g_set_object (&self->authorities, database);
  return TRUE;
}
