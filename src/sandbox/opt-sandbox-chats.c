/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#include <string.h>

#include "opt-sandbox-access.h"
#include "opt-sandbox-delivery.h"
#include "opt-sandbox-json.h"

static const char permissions[] =
  ",\"permissions\":{\"can_send_messages\":true,\"can_send_media_messages\":true,\"can_send_"
  "audios\":true,"
  "\"can_send_documents\":true,\"can_send_photos\":true,\"can_send_videos\":true,\"can_send_video_"
  "notes\":true,"
  "\"can_send_voice_notes\":true,\"can_send_polls\":true,\"can_send_other_messages\":true,"
  "\"can_add_web_page_previews\":true,\"can_change_info\":false,\"can_invite_users\":true,"
  "\"can_pin_messages\":false,\"can_manage_topics\":false}";

/**
 * opt_sandbox_method_get_chat:
 * @call: a call
 */
void
opt_sandbox_method_get_chat (OptSandboxCall *call)
{
  OptSandboxChat *chat = opt_sandbox_access_get_chat (
    call, opt_sandbox_params_get (call->params, "chat_id"), OPT_SANDBOX_ACCESS_READ);
  const char *username;
  GString    *out;

  if (chat == NULL)
    return;

  out = opt_sandbox_call_answer (call);
  g_string_append_len (out, chat->json, (gssize)strlen (chat->json) - 1);
  username = chat->username;
  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    username = opt_sandbox_user_get (opt_sandbox_bot_find_user (call->bot, chat->id), "username");
  if (username != NULL)
    {
      g_string_append (out, ",\"active_usernames\":[");
      opt_sandbox_json_add_string (out, username, -1);
      g_string_append_c (out, ']');
    }
  if (chat->type == OPT_SANDBOX_CHAT_GROUP || chat->type == OPT_SANDBOX_CHAT_SUPERGROUP)
    g_string_append (out, permissions);
  g_string_append (
    out, ",\"accepted_gift_types\":{\"unlimited_gifts\":false,\"limited_gifts\":false,"
         "\"unique_gifts\":false,\"premium_subscription\":false,\"gifts_from_channels\":false},"
         "\"max_reaction_count\":11,\"accent_color_id\":0}");
}

static gboolean
find_member (OptSandboxCall   *call,
             OptSandboxChat   *chat,
             gint64            user_id,
             OptSandboxStatus *status)
{
  if (user_id == call->bot->id)
    {
      *status = chat->bot;
      return TRUE;
    }
  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    {
      *status = OPT_SANDBOX_STATUS_MEMBER;
      return user_id == chat->id;
    }
  if (opt_sandbox_chat_find_member (chat, user_id, status))
    return TRUE;

  *status = OPT_SANDBOX_STATUS_LEFT;
  return opt_sandbox_bot_find_user (call->bot, user_id) != NULL;
}

/**
 * opt_sandbox_method_get_chat_member:
 * @call: a call
 */
void
opt_sandbox_method_get_chat_member (OptSandboxCall *call)
{
  gint64           user_id = opt_sandbox_params_get_int (call->params, "user_id", 0, 0, G_MAXINT64);
  OptSandboxStatus status;
  OptSandboxChat  *chat;

  if (user_id == 0)
    {
      opt_sandbox_call_fail (call, 400, "invalid user_id specified");
      return;
    }
  chat = opt_sandbox_access_get_chat (call, opt_sandbox_params_get (call->params, "chat_id"),
                                      user_id == call->bot->id ? OPT_SANDBOX_ACCESS_READ
                                                               : OPT_SANDBOX_ACCESS_MEMBERS);
  if (chat == NULL)
    return;
  if (!find_member (call, chat, user_id, &status))
    {
      opt_sandbox_call_fail (call, 400, "PARTICIPANT_ID_INVALID");
      return;
    }

  opt_sandbox_delivery_add_member_to_json (opt_sandbox_bot_find_user (call->bot, user_id), chat,
                                           status, opt_sandbox_call_answer (call));
}
