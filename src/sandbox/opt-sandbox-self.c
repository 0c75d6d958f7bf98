/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-methods.h"

#include <string.h>

/**
 * opt_sandbox_method_get_me:
 * @call: a call
 */
void
opt_sandbox_method_get_me (OptSandboxCall *call)
{
  GString    *out = opt_sandbox_call_answer (call);
  const char *json = call->bot->self_user->json;

  /* The bot's own User object has more in it than others see. */
  g_string_append_len (out, json, (gssize)strlen (json) - 1);
  g_string_append_printf (out,
                          ",\"can_join_groups\":true,\"can_read_all_group_messages\":%s,"
                          "\"supports_inline_queries\":false,\"supports_guest_queries\":false,"
                          "\"can_connect_to_business\":false,\"has_main_web_app\":false,"
                          "\"has_topics_enabled\":false,\"allows_users_to_create_topics\":false,"
                          "\"can_manage_bots\":false}",
                          call->bot->can_read_all ? "true" : "false");
}
