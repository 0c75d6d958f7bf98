/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-cli-send.h"

#include <string.h>
#include <unistd.h>

#include "opt-cli-agent.h"
#include "opt-cli-input.h"
#include "opt-cli-print.h"
#include "opt-cli-simple.h"
#include "opt-cli-verbs.h"

#include "opt-markup.h"
#include "opt-telegram-line.h"

#define TEXT_BYTES_MAX (8 * 1024 * 1024)
#define WAIT_SECONDS   30

/**
 * opt_cli_message_clear:
 * @self: a message
 *
 * Frees what @self owns.
 */
void
opt_cli_message_clear (OptCliMessage *self)
{
  g_clear_pointer (&self->bot, g_free);
  g_clear_pointer (&self->chats, g_strfreev);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->markup, g_free);
  g_clear_pointer (&self->document, g_free);
}

static void
print_message (GVariant *message)
{
  g_autoptr (GVariant) error = g_variant_lookup_value (message, "error", G_VARIANT_TYPE_VARDICT);
  const char      *why = error != NULL ? opt_ipc_record_get_string (error, "description") : NULL;
  gint64           row = opt_ipc_record_get_int (message, "outbox", 0);
  g_autofree char *name =
    row > 0 ? g_strdup_printf ("row %" G_GINT64_FORMAT " ", row) : g_strdup ("");

  g_print ("%sto %s: %s%s%s\n", name, opt_ipc_record_get_string (message, "chat_id"),
           opt_ipc_record_get_string (message, "state"), why != NULL ? ", " : "",
           why != NULL ? why : "");
}

/**
 * opt_cli_report_messages:
 * @self: the run
 * @messages: (element-type a{sv}): an aa{sv} of message records
 * @waited: whether their end was waited for
 *
 * Prints what became of the messages.
 *
 * Returns: 0 when all are accepted or, when waited for, delivered; then also %OPT_EXIT_TIMEOUT when
 *   one is still on its way, %OPT_EXIT_REFUSED when none arrived, %OPT_EXIT_FAILED when some did
 */
OptExit
opt_cli_report_messages (OptCli   *self,
                         GVariant *messages,
                         gboolean  waited)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) report = NULL;
  gsize n = g_variant_n_children (messages), n_sent = 0, n_dead = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "messages", messages);
  report = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (self->json)
    opt_cli_print_record (self, opt_ipc_sent_fields, report);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) message = g_variant_get_child_value (messages, i);
      const char *state = opt_ipc_record_get_string (message, "state");

      n_sent += g_strcmp0 (state, "sent") == 0;
      n_dead += g_strcmp0 (state, "dead") == 0;
      if (!self->json)
        print_message (message);
    }
  if (!waited)
    return OPT_EXIT_OK;
  if (n_sent + n_dead < n)
    return OPT_EXIT_TIMEOUT;
  if (n_dead == 0)
    return OPT_EXIT_OK;
  return n_sent == 0 ? OPT_EXIT_REFUSED : OPT_EXIT_FAILED;
}

static OptExit
wait_for_rows (OptCli   *self,
               GVariant *messages,
               guint     seconds)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) waited = NULL;
  GVariantBuilder rows;
  gsize           n = g_variant_n_children (messages);
  GError         *error = NULL;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("ax"));
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) message = g_variant_get_child_value (messages, i);

      g_variant_builder_add (&rows, "x", opt_ipc_record_get_int (message, "outbox", 0));
    }
  reply = opt_cli_call (self, "Outbox", "Wait", g_variant_new ("(axu)", &rows, seconds), "(aa{sv})",
                        &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  waited = g_variant_get_child_value (reply, 0);
  return opt_cli_report_messages (self, waited, TRUE);
}

static OptExit
send_by_agent (OptCli              *self,
               const OptCliMessage *message,
               gint64               seconds)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) messages = NULL;
  g_autofree char *path = NULL;
  GVariantBuilder  builder;
  GError          *error = NULL;

  /* The agent's working directory is not ours. */
  path = message->document != NULL ? g_canonicalize_filename (message->document, NULL) : NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "bot", message->bot);
  opt_ipc_record_add_string (&builder, "text", message->text);
  opt_ipc_record_add_string (&builder, "markup", message->markup);
  opt_ipc_record_add_string (&builder, "document", path);
  opt_ipc_record_add_bool (&builder, "silent", message->silent);
  opt_ipc_record_add_bool (&builder, "telegram", message->telegram);
  if (message->chats != NULL)
    g_variant_builder_add (&builder, "{sv}", "chats",
                           g_variant_new_strv ((const char *const *)message->chats, -1));
  reply =
    opt_cli_call (self, "Outbox", "Send", g_variant_new ("(a{sv})", &builder), "(aa{sv})", &error);
  if (reply == NULL)
    return opt_cli_fail (self, error);
  messages = g_variant_get_child_value (reply, 0);
  if (seconds >= 0)
    return wait_for_rows (self, messages, (guint)seconds);
  return opt_cli_report_messages (self, messages, FALSE);
}

static gboolean
add_button (OptMarkup  *markup,
            const char *word,
            GError    **error)
{
  const char      *sign = strchr (word, '=');
  g_autofree char *label = sign != NULL ? g_strndup (word, (gsize)(sign - word)) : NULL;

  if (label != NULL && *label != '\0' &&
      (g_str_has_prefix (sign + 1, "https://") || g_str_has_prefix (sign + 1, "http://") ||
       g_str_has_prefix (sign + 1, "tg://")))
    {
      opt_markup_add_url (markup, label, sign + 1);
      opt_markup_end_row (markup);
      return TRUE;
    }
  g_propagate_error (
    error,
    opt_cli_error (OPT_IPC_ERROR_USAGE, "--button",
                   "--button takes LABEL=URL with an http, https or tg URL, not “%s”", word));
  return FALSE;
}

static char *
build_markup (char   **buttons,
              GError **error)
{
  g_autoptr (OptMarkup) markup = opt_markup_new_inline ();

  for (guint i = 0; buttons[i] != NULL; i++)
    {
      if (!g_utf8_validate (buttons[i], -1, NULL) || !add_button (markup, buttons[i], error))
        return NULL;
    }
  return opt_markup_to_json (markup);
}

/* Later nobody would be there to be told. */
static gboolean
check_document (const char *path,
                GError    **error)
{
  g_autofree char *shown = NULL;

  if (path == NULL || (g_utf8_validate (path, -1, NULL) && access (path, R_OK) == 0 &&
                       g_file_test (path, G_FILE_TEST_IS_REGULAR)))
    return TRUE;
  shown = g_filename_display_name (path);
  g_propagate_error (error, opt_cli_error (OPT_IPC_ERROR_USAGE, shown,
                                           "there is no file “%s” that can be read", shown));
  return FALSE;
}

static gboolean
take_text (OptCliMessage *message,
           char         **words,
           GError       **error)
{
  g_autofree char *raw = NULL;

  if (words[0] == NULL && message->document == NULL)
    {
      g_propagate_error (error,
                         opt_cli_error (OPT_IPC_ERROR_USAGE, "TEXT",
                                        "there is no text to send; give it, or - to read it"));
      return FALSE;
    }
  if (words[0] != NULL && g_str_equal (words[0], "-") && words[1] == NULL)
    raw = opt_cli_read_input (TEXT_BYTES_MAX, error);
  else
    raw = g_strjoinv (" ", words);
  if (raw == NULL)
    return FALSE;
  message->text = g_utf8_make_valid (raw, -1);
  if (*g_strchug (raw) != '\0' || message->document != NULL)
    return TRUE;
  g_propagate_error (error,
                     opt_cli_error (OPT_IPC_ERROR_USAGE, "TEXT", "the text to send is empty"));
  return FALSE;
}

OptExit
opt_cli_send (OptCli *self,
              char  **arguments)
{
  g_auto (OptCliMessage) message = { .token_fd = -1 };
  g_auto (GStrv) words = NULL, buttons = NULL;
  g_autofree char   *wait = NULL, *format = NULL;
  gboolean           direct = FALSE;
  gint64             seconds;
  GError            *error = NULL;
  const GOptionEntry entries[] = {
    { "bot", 0, 0, G_OPTION_ARG_STRING, &message.bot, "Which bot sends", "NAME" },
    { "chat", 0, 0, G_OPTION_ARG_STRING_ARRAY, &message.chats, "Where to; may be given again",
      "ID[:TOPIC]" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "plain is what there is", "plain" },
    { "silent", 0, 0, G_OPTION_ARG_NONE, &message.silent, "Without a sound", NULL },
    { "document", 0, 0, G_OPTION_ARG_FILENAME, &message.document,
      "Send this file, with TEXT as caption", "FILE" },
    { "button", 0, 0, G_OPTION_ARG_STRING_ARRAY, &buttons, "A button below; may be given again",
      "LABEL=URL" },
    { "wait", 0, 0, G_OPTION_ARG_STRING, &wait,
      "Wait until it is delivered, at most so many seconds (30)", "S" },
    { "direct", 0, 0, G_OPTION_ARG_NONE, &direct, "Without the agent; nothing is queued", NULL },
    { "token-fd", 0, 0, G_OPTION_ARG_INT, &message.token_fd,
      "With --direct: read the bot token here", "N" },
    G_OPTION_ENTRY_NULL
  };

  words = opt_cli_parse (self, arguments, entries, 0, 4096, &error);
  if (words == NULL || !opt_cli_parse_seconds (wait, WAIT_SECONDS, &seconds, &error) ||
      !check_document (message.document, &error) || !take_text (&message, words, &error))
    return opt_cli_fail (self, error);
  if (format != NULL && !g_str_equal (format, "plain"))
    return opt_cli_fail (self,
                         opt_cli_error (OPT_IPC_ERROR_USAGE, "--format",
                                        "--format takes plain in this version, not “%s”", format));
  if (buttons != NULL)
    {
      message.markup = build_markup (buttons, &error);
      if (message.markup == NULL)
        return opt_cli_fail (self, error);
    }
  return direct ? opt_cli_send_direct (self, &message) : send_by_agent (self, &message, seconds);
}

OptExit
opt_cli_telegram (OptCli *self,
                  char  **arguments)
{
  g_auto (OptCliMessage) message = { .token_fd = -1, .telegram = TRUE };
  g_auto (GStrv) words = NULL;
  g_autofree char   *wait = NULL, *line = NULL, *chat = NULL;
  gboolean           direct = FALSE;
  gint64             seconds;
  GError            *error = NULL;
  const GOptionEntry entries[] = {
    { "wait", 0, 0, G_OPTION_ARG_STRING, &wait,
      "Wait until it is delivered, at most so many seconds (30)", "S" },
    { "direct", 0, 0, G_OPTION_ARG_NONE, &direct, "Without the agent; nothing is queued", NULL },
    { "token-fd", 0, 0, G_OPTION_ARG_INT, &message.token_fd,
      "With --direct: read the bot token here", "N" },
    G_OPTION_ENTRY_NULL
  };

  words = opt_cli_parse (self, arguments, entries, 1, 4096, &error);
  if (words == NULL || !opt_cli_parse_seconds (wait, WAIT_SECONDS, &seconds, &error))
    return opt_cli_fail (self, error);
  {
    g_autofree char *joined = g_strjoinv (" ", words);

    line = g_utf8_make_valid (joined, -1);
  }
  if (!opt_telegram_line_parse (line, &chat, &message.text, &error))
    {
      g_autoptr (GError) owned = error;

      return opt_cli_fail (self, opt_cli_error (OPT_IPC_ERROR_USAGE, NULL, "%s", owned->message));
    }
  message.chats = g_new0 (char *, 2);
  message.chats[0] = g_steal_pointer (&chat);
  return direct ? opt_cli_send_direct (self, &message) : send_by_agent (self, &message, seconds);
}
