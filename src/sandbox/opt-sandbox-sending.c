/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#include "opt-sandbox-draft.h"
#include "opt-sandbox-json.h"
#include "opt-sandbox-text.h"

/* Members of the message that come from how it was sent. */
static gboolean
read_options (OptSandboxCall *call,
              char          **body)
{
  const char *json = opt_sandbox_params_get (call->params, "link_preview_options");
  g_autoptr (JsonNode) node = NULL;
  GString *out;

  *body = NULL;
  if (*json == '\0')
    return TRUE;

  node = opt_sandbox_json_parse (json, -1, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      opt_sandbox_call_fail (call, 400,
                             node == NULL ? "can't parse link preview options JSON object"
                                          : "object expected as link preview options");
      return FALSE;
    }
  if (json_object_get_size (json_node_get_object (node)) == 0)
    return TRUE;

  out = g_string_new ("\"link_preview_options\":");
  opt_sandbox_json_add_node (out, node);
  *body = g_string_free (out, FALSE);
  return TRUE;
}

/**
 * opt_sandbox_method_send_message:
 * @call: a call
 */
void
opt_sandbox_method_send_message (OptSandboxCall *call)
{
  g_auto (OptSandboxText) text = { NULL, NULL };
  g_auto (OptSandboxDraft) draft = { NULL };
  g_autofree char *options = NULL;
  g_autofree char *problem = NULL;

  problem = opt_sandbox_text_read (&text,
                                   opt_sandbox_params_get (call->params, "text"),
                                   opt_sandbox_params_get (call->params, "parse_mode"),
                                   opt_sandbox_params_get (call->params, "entities"),
                                   FALSE);
  if (problem != NULL)
    {
      opt_sandbox_call_fail (call, 400, problem);
      return;
    }
  if (!read_options (call, &options) || !opt_sandbox_draft_prepare (&draft, call, "text messages"))
    return;

  opt_sandbox_draft_post (&draft, call, &text, FALSE, g_steal_pointer (&options));
}

static gboolean
is_action (const char *action)
{
  static const char *const actions[] = {
    "cancel", "typing", "record_video", "upload_video", "record_audio",
    "record_voice", "upload_audio", "upload_voice", "upload_photo", "upload_document",
    "choose_sticker", "pick_up_location", "find_location", "record_video_note", "upload_video_note"
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (g_ascii_strcasecmp (action, actions[i]) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * opt_sandbox_method_send_chat_action:
 * @call: a call
 */
void
opt_sandbox_method_send_chat_action (OptSandboxCall *call)
{
  OptSandboxChat  *chat;
  OptSandboxTopic *topic;

  if (!is_action (opt_sandbox_params_get (call->params, "action")))
    {
      opt_sandbox_call_fail (call, 400, "wrong parameter action in request");
      return;
    }

  chat = opt_sandbox_access_get_chat (call, opt_sandbox_params_get (call->params, "chat_id"),
                                      OPT_SANDBOX_ACCESS_WRITE);
  if (chat != NULL && opt_sandbox_access_get_topic (call, chat, &topic))
    opt_sandbox_call_answer_true (call);
}
