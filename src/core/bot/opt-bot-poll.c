/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-poll.h"

#include "opt-json-writer.h"
#include "opt-json.h"

/* Said with every poll: it is remembered at Telegram, where anyone with the bot token may change
 * it. */
#define ALLOWED_UPDATES \
  "[\"message\",\"edited_message\",\"channel_post\",\"callback_query\",\"my_chat_member\"]"

/**
 * opt_bot_poll_make_body:
 * @offset: the first update wanted, which forgets what is before it; 0 for the oldest there is
 * @hold: seconds that the server may hold the poll while there are none
 *
 * Writes the parameters of getUpdates.
 *
 * Returns: (transfer full): JSON
 */
char *
opt_bot_poll_make_body (gint64 offset,
                        int    hold)
{
  g_auto (OptJsonWriter) writer = { 0 };

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  if (offset != 0)
    opt_json_writer_add_int (&writer, "offset", offset);
  opt_json_writer_add_int (&writer, "timeout", hold);
  opt_json_writer_add_raw (&writer, "allowed_updates", ALLOWED_UPDATES);
  opt_json_writer_close_object (&writer);
  return opt_json_writer_end (&writer);
}

/**
 * opt_bot_poll_read_updates:
 * @result: the `result` of getUpdates
 * @passed_over: (out): how many have no id; they must not stand in the way of the rest
 *
 * Reads a batch.
 *
 * Returns: (transfer full) (element-type OptUpdate) (nullable): the updates in the order received,
 * or NULL when @result is no list
 */
GPtrArray *
opt_bot_poll_read_updates (JsonNode *result,
                           guint    *passed_over)
{
  GPtrArray *updates;
  JsonArray *array;
  guint      length;

  *passed_over = 0;
  if (!JSON_NODE_HOLDS_ARRAY (result))
    return NULL;

  array = json_node_get_array (result);
  length = json_array_get_length (array);
  updates = g_ptr_array_new_full (length, (GDestroyNotify)opt_update_unref);
  for (guint i = 0; i < length; i++)
    {
      JsonObject *object = opt_json_array_get_object (array, i);
      OptUpdate  *update = object != NULL ? opt_update_new_from_json (object, NULL) : NULL;

      if (update != NULL)
        g_ptr_array_add (updates, update);
      else
        (*passed_over)++;
    }
  return updates;
}
