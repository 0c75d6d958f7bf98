/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json.h"
#include "opt-update.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
check_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (OptUpdate) update = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  node = opt_json_parse_object ((const char *)data, (gssize)size, &object, NULL);
  if (node == NULL)
    return 0;
  update = opt_update_new_from_json (object, NULL);
  if (update == NULL)
    return 0;

  g_assert_cmpint (update->update_id, >, 0);
  g_assert_cmpint (update->user_id, >=, 0);
  g_assert_cmpint (update->topic, >=, 0);
  g_assert_cmpint (update->message_id, >=, 0);
  g_assert_cmpint (update->date, >=, 0);
  g_assert_true ((update->command == NULL) == (update->arguments == NULL));
  g_assert_true (update->kind != OPT_UPDATE_CALLBACK || update->callback_id != NULL);
  check_text (update->username);
  check_text (update->name);
  check_text (update->chat_title);
  check_text (update->text);
  check_text (update->command);
  check_text (update->command_bot);
  check_text (update->arguments);
  check_text (update->callback_id);
  check_text (update->callback_data);
  check_text (update->new_status);
  return 0;
}
