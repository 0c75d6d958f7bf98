/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-control.h"

#include <string.h>

#include "opt-sandbox-delivery.h"
#include "opt-sandbox-json.h"
#include "opt-sandbox-keyboard.h"

typedef struct
{
  OptSandboxUser    *from;
  OptSandboxChat    *chat;
  OptSandboxMessage *message; /* (nullable) if it was deleted */
  gint64             message_id;
  const char        *data; /* (nullable) */
  const char        *text; /* (nullable) */
} Press;

static gboolean
read_press (OptSandboxRequest *request,
            Press             *press,
            GError           **error)
{
  JsonObject *object = request->object;
  gint64      chat_id = 0;

  if (!opt_sandbox_request_get_user (request->bot, object, "from", &press->from, error) ||
      !opt_sandbox_request_get_int (object, "chat_id", -OPT_SANDBOX_ID_MAX, OPT_SANDBOX_ID_MAX,
                                    &chat_id, error) ||
      !opt_sandbox_request_get_int (object, "message_id", 1, G_MAXINT32, &press->message_id,
                                    error) ||
      !opt_sandbox_request_get_string (object, "data", &press->data, error) ||
      !opt_sandbox_request_get_string (object, "text", &press->text, error))
    return FALSE;
  if (press->from == NULL)
    return opt_sandbox_request_fail (error, "from is missing");
  if ((press->data == NULL) == (press->text == NULL))
    return opt_sandbox_request_fail (error, "either data or text must be there");
  if (press->data != NULL &&
      (*press->data == '\0' || strlen (press->data) > OPT_SANDBOX_CALLBACK_DATA_MAX))
    return opt_sandbox_request_fail (error, "data must have 1 to %d bytes",
                                     OPT_SANDBOX_CALLBACK_DATA_MAX);

  press->chat = opt_sandbox_bot_find_chat (request->bot, chat_id != 0 ? chat_id : press->from->id);
  if (press->chat == NULL)
    return opt_sandbox_request_fail (error, "chat_id: there is no chat %" G_GINT64_FORMAT, chat_id);
  press->message = opt_sandbox_chat_find_message (press->chat, press->message_id);
  return TRUE;
}

/* The data of the button with the label: on the message that is named, or on the newest. */
static char *
find_data (Press *press)
{
  char *data = NULL;

  if (press->message_id != 0)
    return press->message != NULL && press->message->markup != NULL
             ? opt_sandbox_keyboard_find_data (press->message->markup, press->text)
             : NULL;

  for (gint32 id = press->chat->last_message_id; id > 0 && data == NULL; id--)
    {
      OptSandboxMessage *message = opt_sandbox_chat_find_message (press->chat, id);

      if (message == NULL || message->markup == NULL)
        continue;
      data = opt_sandbox_keyboard_find_data (message->markup, press->text);
      if (data != NULL)
        {
          press->message = message;
          press->message_id = id;
        }
    }

  return data;
}

static gboolean
has_reply_button (Press *press)
{
  if (press->message_id != 0)
    return press->message != NULL && press->message->keyboard != NULL &&
           opt_sandbox_keyboard_has_label (press->message->keyboard, press->text);

  for (gint32 id = press->chat->last_message_id; id > 0; id--)
    {
      OptSandboxMessage *message = opt_sandbox_chat_find_message (press->chat, id);

      if (message != NULL && message->keyboard != NULL)
        return opt_sandbox_keyboard_has_label (message->keyboard, press->text);
    }

  return FALSE;
}

static void
add_pressed_message (OptSandboxRequest *request,
                     Press             *press,
                     GString           *out)
{
  if (press->message != NULL)
    {
      opt_sandbox_bot_add_message_to_json (request->bot, press->chat, press->message, TRUE, out);
      return;
    }

  /* Of a message that is gone little is shown. */
  g_string_append_printf (out, "{\"chat\":%s,\"message_id\":%" G_GINT64_FORMAT ",\"date\":0}",
                          press->chat->json, press->message_id);
}

static void
press_inline (OptSandboxRequest *request,
              Press             *press,
              const char        *data)
{
  OptSandboxBot *bot = request->bot;
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *id = NULL;
  gint64           date = opt_sandbox_clock_get_date (bot->clock);
  gint32           update_id;

  /* The upper half is the user's id, as with the real ones. */
  id = g_strdup_printf ("%" G_GUINT64_FORMAT, (((guint64)press->from->id & 0x3fffffff) << 32) |
                                                (++bot->last_query_id & 0xffffffff));
  g_hash_table_insert (bot->queries, g_strdup (id), g_memdup2 (&date, sizeof date));

  g_string_append_printf (json, "{\"id\":\"%s\",\"from\":%s,\"message\":", id, press->from->json);
  add_pressed_message (request, press, json);
  g_string_append_printf (
    json, ",\"chat_instance\":\"%" G_GINT64_FORMAT "\",\"data\":", press->chat->id * 31);
  opt_sandbox_json_add_string (json, data, -1);
  g_string_append_c (json, '}');

  update_id = opt_sandbox_delivery_tell (bot, OPT_SANDBOX_UPDATE_CALLBACK_QUERY, json);
  if (update_id != 0)
    g_string_append_printf (request->out, "{\"update_id\":%d,\"callback_query_id\":\"%s\"}",
                            update_id, id);
  else
    g_string_append_printf (request->out, "{\"update_id\":null,\"callback_query_id\":\"%s\"}", id);
}

/* A button of a reply keyboard says its label. In groups it answers the message it came with. */
static gboolean
press_reply (OptSandboxRequest *request,
             Press             *press,
             GError           **error)
{
  OptSandboxMessage *message;
  gint32             update_id;

  if (!has_reply_button (press))
    return opt_sandbox_request_fail (error, "there is no button %s%s", press->text,
                                     press->message_id != 0 ? " on the message" : "");

  message = opt_sandbox_message_new (opt_sandbox_bot_next_message_id (request->bot, press->chat));
  message->date = opt_sandbox_clock_get_date (request->world->clock);
  message->from_id = press->from->id;
  message->text = g_strdup (press->text);
  if (press->chat->type != OPT_SANDBOX_CHAT_PRIVATE)
    message->reply_to = (gint32)press->message_id;
  opt_sandbox_chat_add_message (press->chat, message);

  update_id = opt_sandbox_delivery_tell_message (request->bot, press->chat, message);
  if (update_id != 0)
    g_string_append_printf (request->out, "{\"update_id\":%d,\"callback_query_id\":null}",
                            update_id);
  else
    g_string_append (request->out, "{\"update_id\":null,\"callback_query_id\":null}");
  return TRUE;
}

/**
 * opt_sandbox_control_press:
 * @request: a request
 * @error: where to say what is wrong
 *
 * `POST /sandbox/T/presses`: somebody presses a button. Data need not be on the message: it
 * may be an old or a forged one. With text the button is looked for, on the message or, without
 * message_id, on the newest that has it.
 *
 * Returns: %FALSE with @error set if it is wrong
 */
gboolean
opt_sandbox_control_press (OptSandboxRequest *request,
                           GError           **error)
{
  Press            press = { NULL };
  g_autofree char *found = NULL;

  if (request->object == NULL)
    return opt_sandbox_request_fail (error, "the body must be a JSON object");
  if (!read_press (request, &press, error))
    return FALSE;

  if (press.text != NULL)
    {
      found = find_data (&press);
      if (found == NULL)
        return press_reply (request, &press, error);
    }
  else if (press.message_id == 0)
    {
      return opt_sandbox_request_fail (error, "message_id is missing");
    }
  else if (press.message == NULL &&
           press.message_id > MAX (press.chat->last_message_id, request->bot->last_message_id))
    {
      return opt_sandbox_request_fail (
        error, "message_id: there never was a message %" G_GINT64_FORMAT, press.message_id);
    }

  press_inline (request, &press, found != NULL ? found : press.data);
  return TRUE;
}
