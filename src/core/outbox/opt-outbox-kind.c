/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-kind-private.h"

#include <string.h>

#include "opt-split.h"
#include "opt-text.h"

static gboolean
is_number (const char *chat)
{
  gsize digits;

  if (*chat == '-')
    chat++;
  digits = strspn (chat, "0123456789");
  return digits >= 1 && digits <= 18 && chat[digits] == '\0' && chat[0] != '0';
}

static void
add_chat (const OptCargo *cargo,
          OptJsonWriter  *writer)
{
  if (is_number (cargo->chat))
    opt_json_writer_add_raw (writer, "chat_id", cargo->chat);
  else
    opt_json_writer_add_string (writer, "chat_id", cargo->chat);
}

static void
add_text (const OptCargo *cargo,
          OptJsonWriter  *writer,
          const char     *name,
          gsize           units)
{
  g_autofree char *fitting = NULL;
  g_autofree char *marked = NULL;
  const char      *text = cargo->text != NULL ? cargo->text : "";

  if (!cargo->repeated)
    {
      opt_json_writer_add_string (writer, name, text);
      return;
    }
  fitting = opt_text_shorten (text, units - OPT_REPEATED_UNITS);
  marked = g_strconcat (fitting, *fitting != '\0' ? "\n" : "", OPT_REPEATED_MARK, NULL);
  opt_json_writer_add_string (writer, name, marked);
}

static void
add_message (const OptCargo *cargo,
             OptJsonWriter  *writer)
{
  add_chat (cargo, writer);
  if (cargo->topic > 0)
    opt_json_writer_add_int (writer, "message_thread_id", cargo->topic);
  if (cargo->reply_to > 0)
    {
      opt_json_writer_open_object (writer, "reply_parameters");
      opt_json_writer_add_int (writer, "message_id", cargo->reply_to);
      opt_json_writer_add_bool (writer, "allow_sending_without_reply", TRUE);
      opt_json_writer_close_object (writer);
    }
  if (cargo->silent)
    opt_json_writer_add_bool (writer, "disable_notification", TRUE);
  if (cargo->markup != NULL)
    opt_json_writer_add_raw (writer, "reply_markup", cargo->markup);
}

static const char *
build_text (const OptCargo *cargo,
            OptJsonWriter  *writer)
{
  add_message (cargo, writer);
  add_text (cargo, writer, "text", OPT_MESSAGE_UNITS_MAX);
  return "sendMessage";
}

static const char *
build_document (const OptCargo *cargo,
                OptJsonWriter  *writer)
{
  add_message (cargo, writer);
  if (cargo->repeated || (cargo->text != NULL && *cargo->text != '\0'))
    add_text (cargo, writer, "caption", OPT_CAPTION_UNITS_MAX);
  return "sendDocument";
}

static const char *
build_edit (const OptCargo *cargo,
            OptJsonWriter  *writer)
{
  gboolean has_text = cargo->text != NULL && *cargo->text != '\0';

  add_chat (cargo, writer);
  opt_json_writer_add_int (writer, "message_id", cargo->target);
  if (has_text)
    opt_json_writer_add_string (writer, "text", cargo->text);
  if (cargo->markup != NULL)
    opt_json_writer_add_raw (writer, "reply_markup", cargo->markup);
  return has_text ? "editMessageText" : "editMessageReplyMarkup";
}

static const char *
build_delete (const OptCargo *cargo,
              OptJsonWriter  *writer)
{
  add_chat (cargo, writer);
  opt_json_writer_add_int (writer, "message_id", cargo->target);
  return "deleteMessage";
}

static const char *
build_menu (const OptCargo *cargo,
            OptJsonWriter  *writer)
{
  opt_json_writer_add_raw (writer, "commands", cargo->text);
  if (cargo->markup != NULL)
    opt_json_writer_add_raw (writer, "scope", cargo->markup);
  return "setMyCommands";
}

/* The words that follow `Bad Request: ` and the like; never the whole sentence. */
static gboolean
says (const char *description,
      const char *words)
{
  return strstr (description, words) != NULL;
}

static OptJudgement
judge_message (const char *description)
{
  if (says (description, "message to be replied not found"))
    return OPT_JUDGE_WITHOUT_REPLY;
  if (says (description, "message thread not found"))
    return OPT_JUDGE_WITHOUT_TOPIC;
  return OPT_JUDGE_DEAD;
}

static OptJudgement
judge_edit (const char *description)
{
  if (says (description, "message is not modified"))
    return OPT_JUDGE_DONE;
  if (says (description, "message to edit not found") ||
      says (description, "message can't be edited") ||
      says (description, "there is no text in the message to edit"))
    return OPT_JUDGE_AS_TEXT;
  return OPT_JUDGE_DEAD;
}

static OptJudgement
judge_delete (const char *description)
{
  return says (description, "message to delete not found") ? OPT_JUDGE_DONE : OPT_JUDGE_DEAD;
}

static OptJudgement
judge_menu (const char *description)
{
  return OPT_JUDGE_DEAD;
}

static const OptOutboxKindClass classes[OPT_N_OUTBOX_KINDS] = {
  [OPT_OUTBOX_TEXT] = { "text", TRUE, build_text, judge_message },
  [OPT_OUTBOX_EDIT] = { "edit", FALSE, build_edit, judge_edit },
  [OPT_OUTBOX_DELETE] = { "delete", FALSE, build_delete, judge_delete },
  [OPT_OUTBOX_DOCUMENT] = { "document", TRUE, build_document, judge_message },
  [OPT_OUTBOX_MENU] = { "menu", FALSE, build_menu, judge_menu },
  /* Only what it is rendered to is ever sent. */
  [OPT_OUTBOX_VIEW] = { "view", FALSE, NULL, NULL },
};

/**
 * opt_outbox_kind_get_class:
 * @kind: a kind
 *
 * What is special about it.
 *
 * Returns: (transfer none): its functions
 */
const OptOutboxKindClass *
opt_outbox_kind_get_class (OptOutboxKind kind)
{
  g_return_val_if_fail (kind < OPT_N_OUTBOX_KINDS, NULL);

  return &classes[kind];
}

/**
 * opt_outbox_kind_to_string:
 * @kind: a kind
 *
 * The kind's word, as on the disk and in JSON.
 *
 * Returns: (transfer none): such as `text`
 */
const char *
opt_outbox_kind_to_string (OptOutboxKind kind)
{
  g_return_val_if_fail (kind < OPT_N_OUTBOX_KINDS, NULL);

  return classes[kind].name;
}

/**
 * opt_outbox_kind_from_string:
 * @text: (nullable): a word
 * @kind: (out): the kind
 *
 * Reads what opt_outbox_kind_to_string() writes.
 *
 * Returns: FALSE when @text is no kind
 */
gboolean
opt_outbox_kind_from_string (const char    *text,
                             OptOutboxKind *kind)
{
  for (guint i = 0; i < OPT_N_OUTBOX_KINDS; i++)
    if (g_strcmp0 (text, classes[i].name) == 0)
      {
        *kind = (OptOutboxKind)i;
        return TRUE;
      }
  return FALSE;
}
