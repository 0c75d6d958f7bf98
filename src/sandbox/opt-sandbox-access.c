/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-access.h"

/* About what Telegram allows; short bursts pass. */
#define CHAT_PER_SECOND  1.0
#define CHAT_BURST       5.0
#define GROUP_PER_SECOND (20.0 / 60.0)
#define GROUP_BURST      20.0
#define BOT_PER_SECOND   30.0
#define BOT_BURST        30.0

static const char *
get_group_word (OptSandboxChat *chat)
{
  switch (chat->type)
    {
    case OPT_SANDBOX_CHAT_SUPERGROUP:
      return "supergroup";
    case OPT_SANDBOX_CHAT_CHANNEL:
      return "channel";
    case OPT_SANDBOX_CHAT_PRIVATE:
    case OPT_SANDBOX_CHAT_GROUP:
    default:
      return "group";
    }
}

static gboolean
check_private (OptSandboxCall  *call,
               OptSandboxChat  *chat,
               OptSandboxAccess access)
{
  if (access < OPT_SANDBOX_ACCESS_EDIT)
    return TRUE;

  if (chat->bot == OPT_SANDBOX_STATUS_KICKED)
    opt_sandbox_call_fail (call, 403, "bot was blocked by the user");
  else if (chat->bot == OPT_SANDBOX_STATUS_LEFT)
    opt_sandbox_call_fail (call, 403, "bot can't initiate conversation with a user");
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_group (OptSandboxCall  *call,
             OptSandboxChat  *chat,
             OptSandboxAccess access)
{
  gboolean         is_basic = chat->type == OPT_SANDBOX_CHAT_GROUP;
  gboolean         is_needed = access >= OPT_SANDBOX_ACCESS_EDIT;
  g_autofree char *words = NULL;

  /* Nothing but the id is left of a group that became a supergroup. */
  if (chat->migrated_to != 0)
    {
      if (access != OPT_SANDBOX_ACCESS_WRITE && access != OPT_SANDBOX_ACCESS_MEMBERS)
        return TRUE;
      opt_sandbox_call_fail_migrated (call, chat->migrated_to);
      return FALSE;
    }

  if (is_basic && access == OPT_SANDBOX_ACCESS_MEMBERS)
    is_needed = TRUE;
  if (chat->bot == OPT_SANDBOX_STATUS_KICKED && (is_needed || !is_basic))
    words = g_strdup_printf ("bot was kicked from the %s chat", get_group_word (chat));
  else if (chat->bot == OPT_SANDBOX_STATUS_LEFT &&
           (is_needed || (!is_basic && chat->username == NULL)))
    words = g_strdup_printf ("bot is not a member of the %s chat", get_group_word (chat));
  if (words == NULL)
    return TRUE;

  opt_sandbox_call_fail (call, 403, words);
  return FALSE;
}

/**
 * opt_sandbox_access_get_chat:
 * @call: a call
 * @chat_id: a chat id or `@name` as it was given
 * @access: what is wanted
 *
 * Returns: (nullable) (transfer none): the chat, or %NULL if the call failed
 */
OptSandboxChat *
opt_sandbox_access_get_chat (OptSandboxCall  *call,
                             const char      *chat_id,
                             OptSandboxAccess access)
{
  OptSandboxChat *chat;
  gint64          id;

  if (*chat_id == '\0')
    {
      opt_sandbox_call_fail (call, 400, "chat_id is empty");
      return NULL;
    }

  if (*chat_id == '@')
    chat = opt_sandbox_bot_find_chat_by_name (call->bot, chat_id + 1);
  else if (g_ascii_string_to_signed (chat_id, 10, G_MININT64, G_MAXINT64, &id, NULL))
    chat = opt_sandbox_bot_find_chat (call->bot, id);
  else
    chat = NULL;

  if (chat == NULL)
    {
      opt_sandbox_call_fail (call, 400, "chat not found");
      return NULL;
    }
  if (chat->type == OPT_SANDBOX_CHAT_PRIVATE)
    return check_private (call, chat, access) ? chat : NULL;

  return check_group (call, chat, access) ? chat : NULL;
}

/**
 * opt_sandbox_access_get_topic:
 * @call: a call with an optional message_thread_id
 * @chat: its chat
 * @topic: (out) (nullable): the topic, or %NULL if none was given
 *
 * Returns: %FALSE if the call failed
 */
gboolean
opt_sandbox_access_get_topic (OptSandboxCall   *call,
                              OptSandboxChat   *chat,
                              OptSandboxTopic **topic)
{
  gint64 id = opt_sandbox_params_get_int (call->params, "message_thread_id", 0, 0, G_MAXINT64);

  *topic = NULL;
  if (id == 0)
    return TRUE;

  /* The general topic is written to without an id. */
  if (id != 1)
    *topic = opt_sandbox_chat_find_topic (chat, id);
  if (*topic == NULL)
    {
      opt_sandbox_call_fail (call, 400, "message thread not found");
      return FALSE;
    }
  if ((*topic)->is_closed && chat->bot < OPT_SANDBOX_STATUS_ADMINISTRATOR)
    {
      opt_sandbox_call_fail (call, 400, "TOPIC_CLOSED");
      return FALSE;
    }

  return TRUE;
}

/**
 * opt_sandbox_access_get_message:
 * @call: a call with a message_id
 * @chat: its chat
 * @what: what the message is for, as in `message to edit`
 *
 * Returns: (nullable) (transfer none): the message, or %NULL if the call failed
 */
OptSandboxMessage *
opt_sandbox_access_get_message (OptSandboxCall *call,
                                OptSandboxChat *chat,
                                const char     *what)
{
  gint64             id = opt_sandbox_params_get_int (call->params, "message_id", 0, 0, G_MAXINT64);
  OptSandboxMessage *message = opt_sandbox_chat_find_message (chat, id);
  g_autofree char   *words = NULL;

  if (message != NULL)
    return message;

  words = g_strconcat (what, " not found", NULL);
  opt_sandbox_call_fail (call, 400, words);
  return NULL;
}

/**
 * opt_sandbox_access_check_pace:
 * @call: a call that writes
 * @chat: where it writes
 *
 * Counts the call, if it is not too fast.
 *
 * Returns: %FALSE if the call failed
 */
gboolean
opt_sandbox_access_check_pace (OptSandboxCall *call,
                               OptSandboxChat *chat)
{
  gboolean is_group = chat->type != OPT_SANDBOX_CHAT_PRIVATE;
  gint64   now;
  guint    wait;

  if (!call->world->has_rate_limits)
    return TRUE;

  now = opt_sandbox_clock_get_steady (call->world->clock);
  wait = opt_sandbox_pace_check (&chat->pace, now, CHAT_PER_SECOND, CHAT_BURST);
  if (is_group)
    wait =
      MAX (wait, opt_sandbox_pace_check (&chat->group_pace, now, GROUP_PER_SECOND, GROUP_BURST));
  wait = MAX (wait, opt_sandbox_pace_check (&call->bot->pace, now, BOT_PER_SECOND, BOT_BURST));
  if (wait > 0)
    {
      opt_sandbox_call_fail_too_many (call, wait);
      return FALSE;
    }

  opt_sandbox_pace_add (&chat->pace);
  if (is_group)
    opt_sandbox_pace_add (&chat->group_pace);
  opt_sandbox_pace_add (&call->bot->pace);
  return TRUE;
}
