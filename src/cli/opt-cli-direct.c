/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "opt-cli-send.h"

#include "opt-bot-client.h"
#include "opt-bot-token.h"
#include "opt-clock-system.h"
#include "opt-json.h"
#include "opt-recipients.h"
#include "opt-secret-chain.h"
#include "opt-secret-credentials.h"
#include "opt-secret-libsecret.h"
#include "opt-split.h"

/**
 * Direct:
 * @config: what the configuration file says
 * @message: what to send
 * @client: (nullable): the one bot that sends
 * @records: (element-type a{sv}): what became of each chat
 * @result: the answer of the call under way
 *
 * One message sent without the agent: no queue, one try.
 */
typedef struct
{
  OptConfig           *config;  /* (owned) */
  const OptCliMessage *message; /* (unowned) */
  OptBotClient        *client;  /* (owned) (nullable) */
  GVariantBuilder      records;
  GAsyncResult        *result; /* (owned) (nullable) */
} Direct;

static void
take_result_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  Direct *direct = user_data;

  g_set_object (&direct->result, result);
}

/* A program of one job may wait; what it calls are the asynchronous functions of the agent. */
static void
wait_for_result (Direct *direct)
{
  g_clear_object (&direct->result);
  while (direct->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static OptConfig *
load_config (GError **error)
{
  g_autofree char *path =
    g_build_filename (g_get_user_config_dir (), "optimus", "optimus.conf", NULL);
  g_autofree char *text = NULL;
  g_autoptr (OptConfigFile) file = NULL;
  g_autoptr (GPtrArray) problems = opt_config_problem_list_new ();
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) local_error = NULL;
  OptConfigSurroundings surroundings = { (const char *const *)environment, NULL };
  gsize                 length = 0;

  if (!g_file_get_contents (path, &text, &length, &local_error) &&
      !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error,
                         opt_cli_error (OPT_IPC_ERROR_FAILED, path,
                                        "can't read the configuration: %s", local_error->message));
      return NULL;
    }
  file = opt_config_file_parse (text != NULL ? text : "", length);
  return opt_config_new_from_file (file, &surroundings, NULL, problems);
}

static char *
read_token_fd (int      fd,
               GError **error)
{
  char   buffer[4096];
  gsize  length = 0;
  gssize n;
  char  *token;

  while (length < sizeof buffer - 1 &&
         (n = read (fd, buffer + length, sizeof buffer - 1 - length)) > 0)
    length += (gsize)n;
  buffer[length] = '\0';
  token = opt_bot_token_parse (buffer);
  explicit_bzero (buffer, sizeof buffer);
  if (token == NULL)
    g_propagate_error (error,
                       opt_cli_error (OPT_IPC_ERROR_USAGE, "--token-fd",
                                      "what stands at file descriptor %d is no bot token", fd));
  return token;
}

static char *
lookup_token (Direct       *direct,
              OptBotConfig *bot,
              GError      **error)
{
  g_autoptr (OptClock) clock = NULL;
  g_autoptr (OptSecretStore) credentials = NULL;
  g_autoptr (OptSecretStore) libsecret = NULL;
  g_autoptr (OptSecretStore) chain = NULL;
  g_autoptr (GError) local_error = NULL;
  char *token;

  if (direct->message->token_fd >= 0)
    return read_token_fd (direct->message->token_fd, error);
  if (bot->token != NULL)
    return g_strdup (bot->token);
  clock = opt_clock_system_new ();
  credentials = opt_secret_credentials_new (g_getenv ("CREDENTIALS_DIRECTORY"));
  libsecret = opt_secret_libsecret_new (clock);
  chain = opt_secret_chain_new (credentials, libsecret);
  opt_secret_store_lookup_async (chain, OPT_SECRET_BOT, bot->name, FALSE, NULL, take_result_cb,
                                 direct);
  wait_for_result (direct);
  token = opt_secret_store_lookup_finish (chain, direct->result, &local_error);
  if (token == NULL)
    g_propagate_error (error,
                       opt_cli_error (OPT_IPC_ERROR_FAILED, bot->name, "%s", local_error->message));
  return token;
}

static char *
build_body (const OptCliMessage *message,
            const OptChatRef    *chat,
            const char          *text,
            gboolean             is_last)
{
  g_auto (OptJsonWriter) writer = { NULL, FALSE };
  gint64 id = opt_chat_ref_get_id (chat);

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  if (id != 0)
    opt_json_writer_add_int (&writer, "chat_id", id);
  else
    opt_json_writer_add_string (&writer, "chat_id", chat->chat);
  if (chat->topic != 0)
    opt_json_writer_add_int (&writer, "message_thread_id", chat->topic);
  if (message->document == NULL)
    opt_json_writer_add_string (&writer, "text", text);
  else if (*text != '\0')
    opt_json_writer_add_string (&writer, "caption", text);
  if (message->silent)
    opt_json_writer_add_bool (&writer, "disable_notification", TRUE);
  if (message->markup != NULL && is_last)
    opt_json_writer_add_raw (&writer, "reply_markup", message->markup);
  opt_json_writer_close_object (&writer);
  return opt_json_writer_end (&writer);
}

static JsonNode *
call_bot (Direct     *direct,
          const char *body,
          GError    **error)
{
  OptBotClient *client = direct->client;
  g_autoptr (GPtrArray) files = NULL;

  if (direct->message->document == NULL)
    {
      opt_bot_client_call_async (client, "sendMessage", body, NULL, take_result_cb, direct);
      wait_for_result (direct);
      return opt_bot_client_call_finish (client, direct->result, error);
    }
  files = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_bot_file_unref);
  g_ptr_array_add (files, opt_bot_file_new_for_path ("document", NULL, direct->message->document));
  opt_bot_client_upload_async (client, "sendDocument", body, files, NULL, take_result_cb, direct);
  wait_for_result (direct);
  return opt_bot_client_upload_finish (client, direct->result, error);
}

static void
add_record (Direct           *direct,
            const OptChatRef *chat,
            JsonNode         *node,
            const GError     *error)
{
  GVariantBuilder record, trouble;
  gint64          message_id = 0;

  g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&record, "chat_id", chat->chat);
  if (chat->topic != 0)
    opt_ipc_record_add_int (&record, "topic", chat->topic);
  opt_ipc_record_add_string (&record, "state", error == NULL ? "sent" : "dead");
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node) &&
      opt_json_get_int (json_node_get_object (node), "message_id", &message_id))
    opt_ipc_record_add_int (&record, "message_id", message_id);
  if (error != NULL)
    {
      g_variant_builder_init (&trouble, G_VARIANT_TYPE_VARDICT);
      opt_ipc_record_add_int (&trouble, "code", opt_bot_error_get_code (error));
      opt_ipc_record_add_string (&trouble, "description", error->message);
      g_variant_builder_add (&record, "{sv}", "error", g_variant_builder_end (&trouble));
    }
  g_variant_builder_add_value (&direct->records, g_variant_builder_end (&record));
}

/* All recipients have the same bot, and a descriptor can be read but once. */
static gboolean
open_client (Direct       *direct,
             OptBotConfig *bot,
             GError      **error)
{
  OptBotSettings settings = {
    .api_root = direct->config->api_root,
    .api_root_insecure = direct->config->api_root_insecure,
    .ca_file = direct->config->ca_file,
    .proxy = direct->config->proxy,
  };
  g_autoptr (OptBotSession) session = NULL;
  char *token = lookup_token (direct, bot, error);

  if (token == NULL)
    return FALSE;
  session = opt_bot_session_new (&settings, error);
  direct->client = session != NULL ? opt_bot_client_new (session, token, error) : NULL;
  opt_bot_token_free (token);
  return direct->client != NULL;
}

static gboolean
send_to_recipient (Direct       *direct,
                   OptRecipient *recipient,
                   GError      **error)
{
  g_autoptr (GPtrArray) parts = NULL;

  parts = opt_split_text (direct->message->text, direct->message->document != NULL
                                                   ? OPT_CAPTION_UNITS_MAX
                                                   : OPT_MESSAGE_UNITS_MAX);
  if (parts->len == 0 && direct->message->document != NULL)
    g_ptr_array_add (parts, g_strdup (""));
  for (guint i = 0; i < parts->len; i++)
    {
      g_autofree char *body = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GError) local_error = NULL;

      body = build_body (direct->message, recipient->chat, parts->pdata[i], i == parts->len - 1);
      node = call_bot (direct, body, &local_error);
      add_record (direct, recipient->chat, node, local_error);
      if (local_error != NULL && opt_bot_error_get_code (local_error) == 0)
        {
          g_propagate_error (error, opt_cli_error (OPT_IPC_ERROR_FAILED, recipient->bot->name, "%s",
                                                   local_error->message));
          return FALSE;
        }
      if (local_error != NULL)
        break;
    }
  return TRUE;
}

static GError *
translate (GError *error)
{
  g_autoptr (GError) owned = error;

  if (owned->domain == OPT_IPC_ERROR)
    return g_steal_pointer (&owned);
  if (owned->domain == OPT_CONFIG_ERROR)
    return opt_cli_error (owned->code == OPT_CONFIG_ERROR_UNKNOWN_BOT ? OPT_IPC_ERROR_UNKNOWN
                                                                      : OPT_IPC_ERROR_USAGE,
                          NULL, "%s", owned->message);
  return opt_cli_error (OPT_IPC_ERROR_FAILED, NULL, "%s", owned->message);
}

/**
 * opt_cli_send_direct:
 * @self: the run
 * @message: what to send
 *
 * Sends without the agent, once, in this process.
 *
 * Returns: what to exit with
 */
OptExit
opt_cli_send_direct (OptCli              *self,
                     const OptCliMessage *message)
{
  Direct direct = { .message = message };
  g_autoptr (OptConfig) config = NULL;
  g_autoptr (GPtrArray) recipients = NULL;
  g_autoptr (GVariant) records = NULL;
  const char *bot = message->bot;
  OptExit     status = OPT_EXIT_OK;
  GError     *error = NULL;

  config = load_config (&error);
  if (config == NULL)
    return opt_cli_fail (self, error);
  direct.config = config;
  if (message->telegram && bot == NULL)
    {
      OptBotConfig *notice = opt_config_get_notice_bot (config, &error);

      if (notice == NULL)
        return opt_cli_fail (self, translate (error));
      bot = notice->name;
    }
  recipients = opt_recipients_resolve (config, bot, (const char *const *)message->chats, &error);
  if (recipients == NULL)
    return opt_cli_fail (self, translate (error));
  g_variant_builder_init (&direct.records, G_VARIANT_TYPE ("aa{sv}"));
  open_client (&direct, ((OptRecipient *)recipients->pdata[0])->bot, &error);
  for (guint i = 0; i < recipients->len && error == NULL; i++)
    send_to_recipient (&direct, recipients->pdata[i], &error);
  g_clear_object (&direct.result);
  g_clear_object (&direct.client);
  records = g_variant_ref_sink (g_variant_builder_end (&direct.records));
  if (error != NULL)
    return opt_cli_fail (self, translate (error));
  status = opt_cli_report_messages (self, records, TRUE);
  return status;
}
