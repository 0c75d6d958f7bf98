/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-user.h"

#include "opt-sandbox-json.h"

static void
render (OptSandboxUser *self)
{
  GString *out = g_string_new ("{\"id\":");
  g_autoptr (GList) members = json_object_get_members (self->fields);

  opt_sandbox_json_add_int (out, self->id);
  g_string_append (out, ",\"is_bot\":");
  g_string_append (out, self->is_bot ? "true" : "false");
  for (GList *at = members; at != NULL; at = at->next)
    {
      g_string_append_c (out, ',');
      opt_sandbox_json_add_string (out, at->data, -1);
      g_string_append_c (out, ':');
      opt_sandbox_json_add_node (out, json_object_get_member (self->fields, at->data));
    }
  g_string_append_c (out, '}');

  g_free (self->json);
  self->json = g_string_free (out, FALSE);
}

/**
 * opt_sandbox_user_new:
 * @id: the user's id
 *
 * Returns: (transfer full): a user with a made-up name
 */
OptSandboxUser *
opt_sandbox_user_new (gint64 id)
{
  OptSandboxUser  *self = g_new0 (OptSandboxUser, 1);
  g_autofree char *name = g_strdup_printf ("User %" G_GINT64_FORMAT, id);

  self->id = id;
  self->fields = json_object_new ();
  json_object_set_string_member (self->fields, "first_name", name);
  render (self);
  return self;
}

void
opt_sandbox_user_free (OptSandboxUser *self)
{
  json_object_unref (self->fields);
  g_free (self->json);
  g_free (self);
}

/**
 * opt_sandbox_user_update:
 * @self: a user
 * @fields: a User object
 *
 * Takes over what @fields has; a null takes a member away, what is missing stays.
 */
void
opt_sandbox_user_update (OptSandboxUser *self,
                         JsonObject     *fields)
{
  g_autoptr (GList) members = json_object_get_members (fields);

  for (GList *at = members; at != NULL; at = at->next)
    {
      JsonNode *node = json_object_get_member (fields, at->data);

      if (g_str_equal (at->data, "id"))
        continue;
      if (g_str_equal (at->data, "is_bot"))
        self->is_bot = opt_sandbox_json_get_bool (fields, "is_bot");
      else if (JSON_NODE_HOLDS_NULL (node))
        json_object_remove_member (self->fields, at->data);
      else
        json_object_set_member (self->fields, at->data, json_node_copy (node));
    }

  render (self);
}

/**
 * opt_sandbox_user_set:
 * @self: a user
 * @member: a member of the User object
 * @value: (nullable): its text, or %NULL to take it away
 */
void
opt_sandbox_user_set (OptSandboxUser *self,
                      const char     *member,
                      const char     *value)
{
  if (value != NULL)
    json_object_set_string_member (self->fields, member, value);
  else
    json_object_remove_member (self->fields, member);

  render (self);
}

/**
 * opt_sandbox_user_get:
 * @self: a user
 * @member: a member of the User object
 *
 * Returns: (nullable): its text
 */
const char *
opt_sandbox_user_get (OptSandboxUser *self,
                      const char     *member)
{
  return opt_sandbox_json_get_string (self->fields, member);
}
