/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-probe.h"

#include <string.h>

/**
 * opt_sandbox_probe_new:
 * @has_rate_limits: whether the sandbox answers 429 to those who write too fast
 *
 * Returns: (transfer full): a probe of a fresh sandbox
 */
OptSandboxProbe *
opt_sandbox_probe_new (gboolean has_rate_limits)
{
  OptSandboxProbe *self = g_new0 (OptSandboxProbe, 1);
  g_autoptr (GError) error = NULL;

  self->clock = opt_test_clock_new (OPT_SANDBOX_PROBE_WALL);
  self->sandbox = opt_sandbox_new (OPT_CLOCK (self->clock), has_rate_limits);
  opt_sandbox_listen (self->sandbox, 0, NULL, &error);
  g_assert_no_error (error);
  self->root = opt_sandbox_get_root (self->sandbox);
  self->session = soup_session_new_with_options ("timeout", 0, "max-conns-per-host", 16, NULL);
  return self;
}

void
opt_sandbox_probe_free (OptSandboxProbe *self)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  opt_sandbox_free (self->sandbox);
  g_assert_finalize_object (g_steal_pointer (&self->clock));
  g_free (self->root);
  g_free (self);
}

void
opt_sandbox_reply_free (OptSandboxReply *self)
{
  g_assert_true (self->is_done);
  g_clear_object (&self->message);
  g_clear_pointer (&self->json, json_node_unref);
  g_free (self->text);
  g_free (self);
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  OptSandboxReply *reply = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  reply->is_done = TRUE;
  if (body == NULL)
    return;

  reply->status = soup_message_get_status (reply->message);
  reply->text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  if (*reply->text == '{' || *reply->text == '[')
    reply->json = json_from_string (reply->text, NULL);
}

/**
 * opt_sandbox_probe_start:
 * @self: a probe
 * @verb: GET, POST or DELETE
 * @path: the path and query
 * @content_type: (nullable): what the body is
 * @body: (nullable): the body
 *
 * Returns: (transfer full): a request under way
 */
OptSandboxReply *
opt_sandbox_probe_start (OptSandboxProbe *self,
                         const char      *verb,
                         const char      *path,
                         const char      *content_type,
                         GBytes          *body)
{
  OptSandboxReply *reply = g_new0 (OptSandboxReply, 1);
  g_autofree char *uri = g_strconcat (self->root, path, NULL);

  reply->message = soup_message_new (verb, uri);
  g_assert_nonnull (reply->message);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (reply->message, content_type, body);
  soup_session_send_and_read_async (self->session, reply->message, G_PRIORITY_DEFAULT, NULL,
                                    replied_cb, reply);
  return reply;
}

/**
 * opt_sandbox_probe_quote:
 * @text: JSON with single quotes for double ones
 *
 * Returns: (transfer full): real JSON
 */
char *
opt_sandbox_probe_quote (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

/**
 * opt_sandbox_probe_start_call:
 * @self: a probe
 * @method: a method
 * @params: its parameters as JSON with single quotes
 *
 * Returns: (transfer full): a call under way
 */
OptSandboxReply *
opt_sandbox_probe_start_call (OptSandboxProbe *self,
                              const char      *method,
                              const char      *params)
{
  g_autofree char *path = g_strdup_printf ("/bot%s/%s", OPT_SANDBOX_PROBE_TOKEN, method);
  char            *json = opt_sandbox_probe_quote (params);
  g_autoptr (GBytes) body = g_bytes_new_take (json, strlen (json));

  return opt_sandbox_probe_start (self, "POST", path, "application/json", body);
}

/**
 * opt_sandbox_probe_wait:
 * @reply: a request under way
 *
 * Runs the main context until the answer has come.
 */
void
opt_sandbox_probe_wait (OptSandboxReply *reply)
{
  while (!reply->is_done)
    g_main_context_iteration (NULL, TRUE);
}

OptSandboxReply *
opt_sandbox_probe_get (OptSandboxProbe *self,
                       const char      *path)
{
  OptSandboxReply *reply = opt_sandbox_probe_start (self, "GET", path, NULL, NULL);

  opt_sandbox_probe_wait (reply);
  return reply;
}

OptSandboxReply *
opt_sandbox_probe_post (OptSandboxProbe *self,
                        const char      *path,
                        const char      *content_type,
                        const char      *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  OptSandboxReply *reply = opt_sandbox_probe_start (self, "POST", path, content_type, bytes);

  opt_sandbox_probe_wait (reply);
  return reply;
}

OptSandboxReply *
opt_sandbox_probe_call (OptSandboxProbe *self,
                        const char      *method,
                        const char      *params)
{
  OptSandboxReply *reply = opt_sandbox_probe_start_call (self, method, params);

  opt_sandbox_probe_wait (reply);
  return reply;
}

/**
 * opt_sandbox_probe_control:
 * @self: a probe
 * @path: what comes behind `/sandbox/`; a first `T` stands for the bot token
 * @body: (nullable): JSON with single quotes to post, or %NULL to get
 *
 * Returns: (transfer full): the answer
 */
OptSandboxReply *
opt_sandbox_probe_control (OptSandboxProbe *self,
                           const char      *path,
                           const char      *body)
{
  gboolean         is_of_bot = g_str_has_prefix (path, "T/");
  g_autofree char *whole = NULL;
  g_autofree char *json = body != NULL ? opt_sandbox_probe_quote (body) : NULL;

  whole = g_strconcat ("/sandbox/", is_of_bot ? OPT_SANDBOX_PROBE_TOKEN : "",
                       is_of_bot ? path + 1 : path, NULL);
  return json != NULL ? opt_sandbox_probe_post (self, whole, "application/json", json)
                      : opt_sandbox_probe_get (self, whole);
}

/**
 * opt_sandbox_reply_show:
 * @self: an answer
 * @place: names and indexes with dots, such as `result.0.message.text`
 *
 * Returns: (transfer full) (nullable): a string as it is, anything else as JSON, %NULL for
 *   what is not there
 */
char *
opt_sandbox_reply_show (OptSandboxReply *self,
                        const char      *place)
{
  g_auto (GStrv) parts = g_strsplit (place, ".", -1);
  JsonNode *node = self->json;

  for (guint i = 0; node != NULL && parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      if (JSON_NODE_HOLDS_OBJECT (node))
        {
          node = json_object_get_member (json_node_get_object (node), parts[i]);
        }
      else if (JSON_NODE_HOLDS_ARRAY (node))
        {
          guint64 index = g_ascii_strtoull (parts[i], NULL, 10);

          if (index >= json_array_get_length (json_node_get_array (node)))
            return NULL;
          node = json_array_get_element (json_node_get_array (node), (guint)index);
        }
      else
        {
          return NULL;
        }
    }

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));

  return json_to_string (node, FALSE);
}

void
opt_sandbox_reply_assert (OptSandboxReply *self,
                          const char      *place,
                          const char      *expected)
{
  g_autofree char *found = opt_sandbox_reply_show (self, place);

  if (g_strcmp0 (found, expected) != 0)
    g_test_message ("%s in %s", place, self->text);
  g_assert_cmpstr (found, ==, expected);
}

gint64
opt_sandbox_reply_get_int (OptSandboxReply *self,
                           const char      *place)
{
  g_autofree char *found = opt_sandbox_reply_show (self, place);
  gint64           value;

  g_assert_nonnull (found);
  g_assert_true (g_ascii_string_to_signed (found, 10, G_MININT64, G_MAXINT64, &value, NULL));
  return value;
}

void
opt_sandbox_probe_assert_error (OptSandboxProbe *self,
                                const char      *method,
                                const char      *params,
                                guint            status,
                                const char      *description)
{
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_call (self, method, params);
  g_autofree char *code = g_strdup_printf ("%u", status);

  opt_sandbox_reply_assert (reply, "description", description);
  opt_sandbox_reply_assert (reply, "ok", "false");
  opt_sandbox_reply_assert (reply, "error_code", code);
  g_assert_cmpuint (reply->status, ==, status);
}

void
opt_sandbox_probe_assert_ok (OptSandboxProbe *self,
                             const char      *method,
                             const char      *params)
{
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_call (self, method, params);

  opt_sandbox_reply_assert (reply, "description", NULL);
  opt_sandbox_reply_assert (reply, "ok", "true");
  g_assert_cmpuint (reply->status, ==, 200);
}

/**
 * opt_sandbox_probe_assert_wrong:
 * @self: a probe
 * @path: as for opt_sandbox_probe_control()
 * @body: (nullable): as for opt_sandbox_probe_control()
 * @words: what the error must say
 *
 * Asserts that a control request is refused with words.
 */
void
opt_sandbox_probe_assert_wrong (OptSandboxProbe *self,
                                const char      *path,
                                const char      *body,
                                const char      *words)
{
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_control (self, path, body);

  opt_sandbox_reply_assert (reply, "error.message", words);
  g_assert_cmpuint (reply->status, ==, 400);
}

/**
 * opt_sandbox_probe_say:
 * @self: a probe
 * @user_id: who writes to the bot
 * @text: what
 *
 * Returns: the id of the update
 */
gint64
opt_sandbox_probe_say (OptSandboxProbe *self,
                       gint64           user_id,
                       const char      *text)
{
  g_autofree char *body =
    g_strdup_printf ("{'from':{'id':%" G_GINT64_FORMAT "},'text':'%s'}", user_id, text);
  g_autoptr (OptSandboxReply) reply = opt_sandbox_probe_control (self, "T/messages", body);

  g_assert_cmpuint (reply->status, ==, 200);
  return opt_sandbox_reply_get_int (reply, "update_id");
}
