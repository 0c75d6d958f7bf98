/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-answer.h"

#include <gio/gio.h>

#include "opt-bot-error-private.h"
#include "opt-json.h"

/* Seconds. A day bounds what a broken or hostile server can make us wait. */
#define RETRY_AFTER_DEFAULT 5
#define RETRY_AFTER_MAX     (24 * 60 * 60)

/* From the answer, else from the header, which may also be a date: that is not worth reading. */
static gint64
get_retry_after (const OptBotAnswer *self,
                 JsonObject         *parameters)
{
  guint64 header;
  gint64  seconds;

  if (opt_json_get_int (parameters, "retry_after", &seconds))
    return CLAMP (seconds, 1, RETRY_AFTER_MAX);
  if (self->retry_after != NULL &&
      g_ascii_string_to_unsigned (self->retry_after, 10, 0, G_MAXUINT64, &header, NULL))
    return (gint64)CLAMP (header, 1, RETRY_AFTER_MAX);
  return RETRY_AFTER_DEFAULT;
}

static GError *
new_redirected (const OptBotAnswer *self)
{
  g_autoptr (GUri) uri =
               g_uri_parse (self->location != NULL ? self->location : "", G_URI_FLAGS_NONE, NULL);
  g_autofree char *there = opt_bot_clean_words (uri != NULL ? g_uri_get_host (uri) : NULL, -1);
  GError          *error;

  error = opt_bot_error_new (OPT_BOT_ERROR_REDIRECTED, FALSE,
                             "%s sends %s elsewhere (status %u%s%s), which is not followed: "
                             "set telegram.api_root to the address that answers itself",
                             self->host, self->method, self->status, *there != '\0' ? ", to " : "",
                             there);
  opt_bot_error_set_answer (error, (int)self->status, NULL, 0, 0);
  return error;
}

/* What is not of the Bot API comes from something between, or from another server: nobody knows
 * what became of the request, except that a 429 is turned away at the door. */
static GError *
new_foreign (const OptBotAnswer *self,
             const char         *why)
{
  g_autofree char *type = opt_bot_clean_words (self->content_type, -1);
  gint64           retry_after = 0;
  GError          *error;

  if (self->status == 429)
    {
      retry_after = get_retry_after (self, NULL);
      error = opt_bot_error_new (OPT_BOT_ERROR_FLOOD, FALSE,
                                 "%s asks to wait %" G_GINT64_FORMAT " s before the next %s",
                                 self->host, retry_after, self->method);
    }
  else if (self->status >= 500)
    error = opt_bot_error_new (OPT_BOT_ERROR_SERVER, TRUE, "%s failed at %s (status %u, %s)",
                               self->host, self->method, self->status,
                               *type != '\0' ? type : "no type");
  else
    error = opt_bot_error_new (OPT_BOT_ERROR_BAD_ANSWER, TRUE,
                               "what %s answered to %s is not of the Bot API (status %u, %s%s%s): "
                               "check telegram.api_root and what stands between",
                               self->host, self->method, self->status,
                               *type != '\0' ? type : "no type", *why != '\0' ? ", " : "", why);
  opt_bot_error_set_answer (error, (int)self->status, NULL, retry_after, 0);
  return error;
}

static OptBotError
classify (const OptBotAnswer *self,
          int                 code,
          const char         *description)
{
  switch (code)
    {
    case 401:
    case 421:
      return OPT_BOT_ERROR_UNAUTHORIZED;
    case 404:
      /* An old server that lacks a method says more than this; a file may be gone. */
      return !self->is_file && g_strcmp0 (description, "Not Found") == 0
               ? OPT_BOT_ERROR_UNAUTHORIZED
               : OPT_BOT_ERROR_API;
    case 409:
      return OPT_BOT_ERROR_CONFLICT;
    case 429:
      return OPT_BOT_ERROR_FLOOD;
    default:
      return code >= 500 ? OPT_BOT_ERROR_SERVER : OPT_BOT_ERROR_API;
    }
}

static GError *
new_refusal (const OptBotAnswer *self,
             JsonObject         *object)
{
  JsonObject      *parameters = opt_json_get_object (object, "parameters");
  g_autofree char *description =
    opt_bot_clean_words (opt_json_get_string (object, "description"), -1);
  gint64      code, migrate_to = 0, retry_after = 0;
  OptBotError kind;
  GError     *error;

  if (!opt_json_get_int (object, "error_code", &code) || code < 300 || code > 599)
    code = self->status;
  opt_json_get_int (parameters, "migrate_to_chat_id", &migrate_to);

  kind = classify (self, (int)code, description);
  if (kind == OPT_BOT_ERROR_FLOOD)
    {
      retry_after = get_retry_after (self, parameters);
      error =
        opt_bot_error_new (kind, FALSE, "%s asks to wait %" G_GINT64_FORMAT " s before the next %s",
                           self->host, retry_after, self->method);
    }
  else if (kind == OPT_BOT_ERROR_UNAUTHORIZED)
    error = opt_bot_error_new (kind, FALSE,
                               "%s does not accept the bot token (%d %s): give the bot a new one",
                               self->host, (int)code, description);
  else if (kind == OPT_BOT_ERROR_SERVER)
    error = opt_bot_error_new (kind, FALSE, "%s failed at %s (%d %s)",
                               self->host, self->method, (int)code, description);
  else
    error = opt_bot_error_new (kind, FALSE, "%s refused %s (%d %s)",
                               self->host, self->method, (int)code, description);
  opt_bot_error_set_answer (error, (int)code, description, retry_after, migrate_to);
  return error;
}

/* Tells apart true, false and no truth value at all. */
static gboolean
get_ok (JsonObject *object,
        gboolean   *ok)
{
  JsonNode *node = json_object_get_member (object, "ok");

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *ok = json_node_get_boolean (node);
  return TRUE;
}

/**
 * opt_bot_answer_get_result:
 * @self: an answer
 * @error: return location: any #OptBotError that an answer can be
 *
 * Reads the envelope that every answer of the Bot API comes in, and makes an error of anything
 * else.
 *
 * Returns: (transfer full): what stands under `result`, or NULL with @error set
 */
JsonNode *
opt_bot_answer_get_result (const OptBotAnswer *self,
                           GError            **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) why = NULL;
  JsonObject *object = NULL;
  GError     *wrong = NULL;
  gboolean    ok;

  if (self->status >= 300 && self->status < 400)
    wrong = new_redirected (self);
  else if ((root = opt_json_parse_object (self->text, (gssize)self->length, &object, &why)) == NULL)
    wrong = new_foreign (self, why->message);
  else if (!get_ok (object, &ok))
    wrong = new_foreign (self, "JSON without \"ok\"");
  else if (!ok)
    wrong = new_refusal (self, object);
  else if (self->status < 200 || self->status >= 300)
    wrong = new_foreign (self, "the status and the answer contradict each other");
  else if (!json_object_has_member (object, "result"))
    wrong = new_foreign (self, "JSON without \"result\"");

  if (wrong != NULL)
    {
      g_propagate_error (error, wrong);
      return NULL;
    }
  return json_object_dup_member (object, "result");
}
