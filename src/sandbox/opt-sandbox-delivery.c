/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-delivery.h"

#include <string.h>

#include "opt-sandbox-json.h"
#include "opt-sandbox-polling.h"

static const char administrator_rights[] =
  ",\"can_be_edited\":false,\"can_manage_chat\":true,\"can_change_info\":true,\"can_delete_"
  "messages\":true,"
  "\"can_invite_users\":true,\"can_restrict_members\":true,\"can_pin_messages\":true,\"can_manage_"
  "topics\":true,"
  "\"can_promote_members\":false,\"can_manage_video_chats\":true,\"is_anonymous\":false";

static const char restricted_rights[] =
  ",\"until_date\":0,\"can_send_messages\":false,\"can_send_audios\":false,\"can_send_documents\":"
  "false,"
  "\"can_send_photos\":false,\"can_send_videos\":false,\"can_send_video_notes\":false,"
  "\"can_send_voice_notes\":false,\"can_send_polls\":false,\"can_send_other_messages\":false,"
  "\"can_add_web_page_previews\":false,\"can_change_info\":false,\"can_invite_users\":false,"
  "\"can_pin_messages\":false,\"can_manage_topics\":false,\"is_member\":true";

/* @offset is in UTF-16 units; what is looked at behind it is ASCII. */
static gboolean
is_named (OptSandboxBot *bot,
          const char    *text,
          gint64         offset,
          gint64         length)
{
  const char      *username = opt_sandbox_user_get (bot->self_user, "username");
  g_autofree char *command = NULL;
  const char      *at = text;
  const char      *name;

  while (offset > 0 && *at != '\0')
    {
      offset -= (guchar)*at >= 0xf0 ? 2 : 1;
      at = g_utf8_next_char (at);
    }
  command = g_strndup (at, (gsize)length);
  name = strchr (command, '@');

  return name != NULL && username != NULL && g_ascii_strcasecmp (name + 1, username) == 0;
}

/* A command for nobody in particular counts at the beginning, one for this bot anywhere. */
static gboolean
has_command (OptSandboxBot     *bot,
             OptSandboxMessage *message)
{
  g_autoptr (JsonNode) node = NULL;
  JsonArray *entities;

  if (message->entities == NULL || message->text == NULL)
    return FALSE;

  node = opt_sandbox_json_parse (message->entities, -1, NULL);
  entities = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (entities); i++)
    {
      JsonObject *entity = json_array_get_object_element (entities, i);
      gint64      offset = opt_sandbox_json_get_int (entity, "offset", 0);
      gint64      length = opt_sandbox_json_get_int (entity, "length", 0);

      if (g_strcmp0 (opt_sandbox_json_get_string (entity, "type"), "bot_command") != 0)
        continue;
      if (is_named (bot, message->text, offset, length) ||
          (offset == 0 &&
           memchr (message->text, '@', strnlen (message->text, (gsize)length)) == NULL))
        return TRUE;
    }

  return FALSE;
}

/* What the server lets a bot see: in privacy mode only what is meant for it. */
static gboolean
is_visible (OptSandboxBot     *bot,
            OptSandboxChat    *chat,
            OptSandboxMessage *message)
{
  OptSandboxMessage *replied = opt_sandbox_chat_find_message (chat, message->reply_to);
  OptSandboxUser    *from = opt_sandbox_bot_find_user (bot, message->from_id);

  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    return TRUE;
  if (chat->bot <= OPT_SANDBOX_STATUS_KICKED)
    return FALSE;
  if (chat->type == OPT_SANDBOX_CHAT_CHANNEL || message->is_service)
    return TRUE;
  if (from != NULL && from->is_bot)
    return FALSE;
  if (bot->can_read_all || chat->bot >= OPT_SANDBOX_STATUS_ADMINISTRATOR)
    return TRUE;
  if (replied != NULL && replied->from_id == bot->id)
    return TRUE;

  return has_command (bot, message);
}

/**
 * opt_sandbox_delivery_tell:
 * @bot: a bot
 * @kind: what the update tells of
 * @json: the object it carries
 *
 * Queues an update and wakes the poll.
 *
 * Returns: the update's id, or 0 if the bot does not want it
 */
gint32
opt_sandbox_delivery_tell (OptSandboxBot       *bot,
                           OptSandboxUpdateKind kind,
                           GString             *json)
{
  gint32 id = opt_sandbox_updates_push (bot->updates, kind, json->str, json->len);

  if (id != 0)
    opt_sandbox_polling_wake (bot);
  return id;
}

/**
 * opt_sandbox_delivery_tell_message:
 * @bot: a bot
 * @chat: one of its chats
 * @message: a message there, new or edited
 *
 * Lets the bot know of a message, if it is one that the server shows to bots.
 *
 * Returns: the update's id, or 0 if the bot does not get to know
 */
gint32
opt_sandbox_delivery_tell_message (OptSandboxBot     *bot,
                                   OptSandboxChat    *chat,
                                   OptSandboxMessage *message)
{
  g_autoptr (GString) json = NULL;
  OptSandboxUpdateKind kind = OPT_SANDBOX_UPDATE_MESSAGE;

  if (!is_visible (bot, chat, message))
    return 0;

  if (chat->type == OPT_SANDBOX_CHAT_CHANNEL)
    kind = message->edit_date != 0 ? OPT_SANDBOX_UPDATE_EDITED_CHANNEL_POST
                                   : OPT_SANDBOX_UPDATE_CHANNEL_POST;
  else if (message->edit_date != 0)
    kind = OPT_SANDBOX_UPDATE_EDITED_MESSAGE;

  json = g_string_sized_new (512);
  opt_sandbox_bot_add_message_to_json (bot, chat, message, TRUE, json);
  return opt_sandbox_delivery_tell (bot, kind, json);
}

/**
 * opt_sandbox_delivery_add_member_to_json:
 * @user: somebody
 * @chat: a chat
 * @status: what they are there
 * @out: where to write
 *
 * Writes a ChatMember object.
 */
void
opt_sandbox_delivery_add_member_to_json (OptSandboxUser  *user,
                                         OptSandboxChat  *chat,
                                         OptSandboxStatus status,
                                         GString         *out)
{
  g_string_append_printf (out, "{\"user\":%s,\"status\":\"%s\"", user->json,
                          opt_sandbox_status_get_name (status));
  switch (status)
    {
    case OPT_SANDBOX_STATUS_CREATOR:
      g_string_append (out, ",\"is_anonymous\":false");
      break;
    case OPT_SANDBOX_STATUS_ADMINISTRATOR:
      g_string_append (out, administrator_rights);
      break;
    case OPT_SANDBOX_STATUS_RESTRICTED:
      if (chat->type == OPT_SANDBOX_CHAT_SUPERGROUP)
        g_string_append (out, restricted_rights);
      break;
    case OPT_SANDBOX_STATUS_KICKED:
      g_string_append (out, ",\"until_date\":0");
      break;
    case OPT_SANDBOX_STATUS_LEFT:
    case OPT_SANDBOX_STATUS_MEMBER:
    default:
      break;
    }
  g_string_append_c (out, '}');
}

/**
 * opt_sandbox_delivery_tell_status:
 * @bot: a bot
 * @chat: one of its chats
 * @from_id: who changed it
 * @status: what the bot is there from now on
 *
 * Changes what the bot is in a chat and lets it know.
 *
 * Returns: the update's id, or 0 if nothing changed or the bot does not want it
 */
gint32
opt_sandbox_delivery_tell_status (OptSandboxBot   *bot,
                                  OptSandboxChat  *chat,
                                  gint64           from_id,
                                  OptSandboxStatus status)
{
  g_autoptr (GString) json = NULL;
  OptSandboxUser *from = opt_sandbox_bot_add_user (bot, from_id, NULL);

  if (chat->bot == status)
    return 0;

  json = g_string_new ("{\"chat\":");
  g_string_append (json, chat->json);
  g_string_append (json, ",\"from\":");
  g_string_append (json, from->json);
  g_string_append (json, ",\"date\":");
  opt_sandbox_json_add_int (json, opt_sandbox_clock_get_date (bot->clock));
  g_string_append (json, ",\"old_chat_member\":");
  opt_sandbox_delivery_add_member_to_json (bot->self_user, chat, chat->bot, json);
  g_string_append (json, ",\"new_chat_member\":");
  opt_sandbox_delivery_add_member_to_json (bot->self_user, chat, status, json);
  g_string_append_c (json, '}');

  chat->bot = status;
  return opt_sandbox_delivery_tell (bot, OPT_SANDBOX_UPDATE_MY_CHAT_MEMBER, json);
}
