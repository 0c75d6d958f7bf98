/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-client.h"

#include <string.h>

#include "opt-bot-client-private.h"
#include "opt-bot-error-private.h"
#include "opt-bot-token.h"

/* A method's address, made once: it is the same for every call. */
typedef struct
{
  char *method; /* (owned) */
  GUri *uri;    /* (owned) */
} Endpoint;

struct _OptBotClient
{
  GObject parent_instance;

  OptBotSession *session;   /* (owned) */
  char          *bot_token; /* (owned) */
  gint64         bot_id;
  GHashTable    *endpoints; /* (owned) (element-type utf8 Endpoint) */
};

G_DEFINE_FINAL_TYPE (OptBotClient, opt_bot_client, G_TYPE_OBJECT)

static void
endpoint_free (gpointer data)
{
  Endpoint *endpoint = data;

  g_free (endpoint->method);
  g_uri_unref (endpoint->uri);
  g_free (endpoint);
}

static GUri *
make_uri (OptBotClient *self,
          const char   *between,
          const char   *end)
{
  g_autofree char *address = NULL;

  address = g_strconcat (opt_bot_session_get_root (self->session)->prefix, between, self->bot_token,
                         "/", end, NULL);
  return g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
}

static const Endpoint *
get_endpoint (OptBotClient *self,
              const char   *method)
{
  Endpoint *endpoint = g_hash_table_lookup (self->endpoints, method);

  if (endpoint == NULL)
    {
      endpoint = g_new0 (Endpoint, 1);
      endpoint->method = g_strdup (method);
      endpoint->uri = make_uri (self, "/bot", method);
      g_hash_table_insert (self->endpoints, endpoint->method, endpoint);
    }
  return endpoint;
}

static gboolean
is_method (const char *method)
{
  return *method != '\0' &&
         strspn (method, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_") == strlen (method);
}

static void
set_json_body (OptBotCall *call,
               const char *json_body)
{
  g_autoptr (GBytes) bytes = NULL;

  if (json_body == NULL)
    json_body = "{}";
  bytes = g_bytes_new (json_body, strlen (json_body));
  opt_bot_call_set_body (call, "application/json", bytes);
}

static void
opt_bot_client_dispose (GObject *object)
{
  OptBotClient *self = OPT_BOT_CLIENT (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (opt_bot_client_parent_class)->dispose (object);
}

static void
opt_bot_client_finalize (GObject *object)
{
  OptBotClient *self = OPT_BOT_CLIENT (object);

  g_clear_pointer (&self->bot_token, opt_bot_token_free);
  g_clear_pointer (&self->endpoints, g_hash_table_unref);

  G_OBJECT_CLASS (opt_bot_client_parent_class)->finalize (object);
}

static void
opt_bot_client_class_init (OptBotClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = opt_bot_client_dispose;
  object_class->finalize = opt_bot_client_finalize;
}

static void
opt_bot_client_init (OptBotClient *self)
{
  self->endpoints = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, endpoint_free);
}

/**
 * opt_bot_client_new:
 * @session: the connections
 * @bot_token: the bot's secret
 * @error: return location: %OPT_BOT_ERROR_UNAUTHORIZED when it can't be a bot token
 *
 * Makes a client for one bot. Nothing is sent yet.
 *
 * Returns: (transfer full): the client, or NULL with @error set
 */
OptBotClient *
opt_bot_client_new (OptBotSession *session,
                    const char    *bot_token,
                    GError       **error)
{
  OptBotClient *self;

  g_return_val_if_fail (OPT_IS_BOT_SESSION (session), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (bot_token == NULL || !opt_bot_token_is_valid (bot_token))
    {
      g_propagate_error (
        error, opt_bot_error_new (OPT_BOT_ERROR_UNAUTHORIZED, FALSE,
                                  "this is not a bot token: it looks like 123456:AAH… and comes "
                                  "from @BotFather"));
      return NULL;
    }

  self = g_object_new (OPT_TYPE_BOT_CLIENT, NULL);
  self->session = g_object_ref (session);
  self->bot_token = g_strdup (bot_token);
  self->bot_id = opt_bot_token_get_id (bot_token);
  return self;
}

/**
 * opt_bot_client_get_bot_id:
 * @self: a client
 *
 * Tells which bot it speaks for, by the number in front of the bot token.
 *
 * Returns: the bot's user id
 */
gint64
opt_bot_client_get_bot_id (OptBotClient *self)
{
  g_return_val_if_fail (OPT_IS_BOT_CLIENT (self), 0);

  return self->bot_id;
}

/**
 * opt_bot_client_get_session:
 * @self: a client
 *
 * Gets the connections it uses.
 *
 * Returns: (transfer none): the session
 */
OptBotSession *
opt_bot_client_get_session (OptBotClient *self)
{
  g_return_val_if_fail (OPT_IS_BOT_CLIENT (self), NULL);

  return self->session;
}

/**
 * opt_bot_client_new_call:
 * @self: a client
 * @lane: what kind of request it is
 * @method: the API's method
 *
 * Prepares a POST.
 *
 * Returns: (transfer full): the call; the client must outlive it
 */
OptBotCall *
opt_bot_client_new_call (OptBotClient *self,
                         OptBotLane    lane,
                         const char   *method)
{
  const Endpoint *endpoint = get_endpoint (self, method);

  return opt_bot_call_new (self->session, lane, SOUP_METHOD_POST, endpoint->method, endpoint->uri);
}

/**
 * opt_bot_client_new_file_call:
 * @self: a client
 * @file_path: relative, as getFile answered
 *
 * Prepares the GET of a file.
 *
 * Returns: (transfer full): the call; the client must outlive it
 */
OptBotCall *
opt_bot_client_new_file_call (OptBotClient *self,
                              const char   *file_path)
{
  g_autofree char *escaped =
    g_uri_escape_string (file_path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
  g_autoptr (GUri) uri = make_uri (self, "/file/bot", escaped);

  return opt_bot_call_new (self->session, OPT_BOT_LANE_FILES, SOUP_METHOD_GET,
                           "the download of a file", uri);
}

/**
 * opt_bot_client_poll_async:
 * @self: a client
 * @json_body: parameters of getUpdates
 * @written: called when the request has been written
 * @written_data: for @written
 * @written_destroy: frees @written_data
 * @cancellable: (nullable): to give up, which is immediate
 * @callback: called when done, for opt_bot_client_call_finish()
 * @user_data: for @callback
 *
 * Asks for updates. It is a POST: libsoup repeats a GET silently on a new connection, and what
 * was lost would never be told.
 */
void
opt_bot_client_poll_async (OptBotClient       *self,
                           const char         *json_body,
                           OptBotCallFunc      written,
                           gpointer            written_data,
                           GDestroyNotify      written_destroy,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  OptBotCall *call = opt_bot_client_new_call (self, OPT_BOT_LANE_POLLS, "getUpdates");
  GTask      *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, opt_bot_client_poll_async);
  set_json_body (call, json_body);
  opt_bot_call_set_answer_max (call, OPT_BOT_POLL_ANSWER_MAX);
  opt_bot_call_set_written_func (call, written, written_data, written_destroy);
  opt_bot_call_run (call, task);
}

/**
 * opt_bot_client_call_async:
 * @self: a client
 * @method: a method of the Bot API, such as `sendMessage`
 * @json_body: (nullable): an object with its parameters, none of them null; NULL for none
 * @cancellable: (nullable): to give up; whether it was handled is unknown then
 * @callback: called when done
 * @user_data: for @callback
 *
 * Calls a method, once: nothing is repeated here. Over HTTP/2 @callback may come late after
 * @cancellable was
 * cancelled: whoever wants to end must not wait for it.
 */
void
opt_bot_client_call_async (OptBotClient       *self,
                           const char         *method,
                           const char         *json_body,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  OptBotCall *call;
  GTask      *task;

  g_return_if_fail (OPT_IS_BOT_CLIENT (self));
  g_return_if_fail (method != NULL && is_method (method));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, opt_bot_client_call_async);
  call = opt_bot_client_new_call (self, OPT_BOT_LANE_CALLS, method);
  set_json_body (call, json_body);
  opt_bot_call_run (call, task);
}

/**
 * opt_bot_client_call_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location: any #OptBotError, or %G_IO_ERROR_CANCELLED
 *
 * Ends opt_bot_client_call_async().
 *
 * Returns: (transfer full): the answer's `result`, or NULL with @error set
 */
JsonNode *
opt_bot_client_call_finish (OptBotClient *self,
                            GAsyncResult *result,
                            GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * opt_bot_client_get_me_async:
 * @self: a client
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks who the bot is, which also proves its token.
 */
void
opt_bot_client_get_me_async (OptBotClient       *self,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  opt_bot_client_call_async (self, "getMe", NULL, cancellable, callback, user_data);
}

/**
 * opt_bot_client_get_me_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location: as of opt_bot_client_call_finish(); %OPT_BOT_ERROR_BAD_ANSWER also
 *   when the answer is about another bot
 *
 * Ends opt_bot_client_get_me_async().
 *
 * Returns: (transfer full): who the bot is, or NULL with @error set
 */
OptBotMe *
opt_bot_client_get_me_finish (OptBotClient *self,
                              GAsyncResult *result,
                              GError      **error)
{
  g_autoptr (JsonNode) node = opt_bot_client_call_finish (self, result, error);
  g_autoptr (OptBotMe) me = node != NULL ? opt_bot_me_new_from_json (node, error) : NULL;

  if (me != NULL && me->id != self->bot_id)
    {
      g_propagate_error (
        error, opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, FALSE,
                                  "%s answers for bot %" G_GINT64_FORMAT " where %" G_GINT64_FORMAT
                                  " was asked: check telegram.api_root",
                                  opt_bot_session_get_host (self->session), me->id, self->bot_id));
      return NULL;
    }
  return g_steal_pointer (&me);
}

/**
 * opt_bot_client_get_webhook_info_async:
 * @self: a client
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks whether updates are pushed somewhere, and how many wait.
 */
void
opt_bot_client_get_webhook_info_async (OptBotClient       *self,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data)
{
  opt_bot_client_call_async (self, "getWebhookInfo", NULL, cancellable, callback, user_data);
}

/**
 * opt_bot_client_get_webhook_info_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location: as of opt_bot_client_call_finish()
 *
 * Ends opt_bot_client_get_webhook_info_async().
 *
 * Returns: (transfer full): what is known, or NULL with @error set
 */
OptBotWebhookInfo *
opt_bot_client_get_webhook_info_finish (OptBotClient *self,
                                        GAsyncResult *result,
                                        GError      **error)
{
  g_autoptr (JsonNode) node = opt_bot_client_call_finish (self, result, error);

  return node != NULL ? opt_bot_webhook_info_new_from_json (node, error) : NULL;
}
