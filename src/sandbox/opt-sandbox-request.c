/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-request.h"

#include "opt-sandbox-json.h"

G_DEFINE_QUARK (opt_sandbox_request_error_quark, opt_sandbox_request_error)

/**
 * opt_sandbox_request_fail:
 * @error: where to say it
 * @format: what is wrong, for printf()
 * @...: its arguments
 *
 * Returns: %FALSE
 */
gboolean
opt_sandbox_request_fail (GError    **error,
                          const char *format,
                          ...)
{
  va_list          arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error_literal (error, OPT_SANDBOX_REQUEST_ERROR, OPT_SANDBOX_REQUEST_ERROR_WRONG, message);
  return FALSE;
}

static JsonNode *
get_node (JsonObject *object,
          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

static gboolean
holds (JsonNode *node,
       GType     type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

/**
 * opt_sandbox_request_get_int:
 * @object: an object
 * @name: a member
 * @least: the least allowed
 * @most: the most allowed
 * @value: (inout): stays as it is if the member is missing or null
 * @error: where to say what is wrong
 *
 * Returns: %FALSE with @error set if it is no such number
 */
gboolean
opt_sandbox_request_get_int (JsonObject *object,
                             const char *name,
                             gint64      least,
                             gint64      most,
                             gint64     *value,
                             GError    **error)
{
  JsonNode *node = get_node (object, name);

  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_INT64) || json_node_get_int (node) < least ||
      json_node_get_int (node) > most)
    return opt_sandbox_request_fail (
      error, "%s must be an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name, least,
      most);

  *value = json_node_get_int (node);
  return TRUE;
}

/**
 * opt_sandbox_request_get_string:
 * @object: an object
 * @name: a member
 * @value: (inout): stays as it is if the member is missing or null
 * @error: where to say what is wrong
 *
 * Returns: %FALSE with @error set if it is no string
 */
gboolean
opt_sandbox_request_get_string (JsonObject  *object,
                                const char  *name,
                                const char **value,
                                GError     **error)
{
  JsonNode *node = get_node (object, name);

  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_STRING))
    return opt_sandbox_request_fail (error, "%s must be a string", name);

  *value = json_node_get_string (node);
  return TRUE;
}

/**
 * opt_sandbox_request_get_bool:
 * @object: an object
 * @name: a member
 * @value: (inout): stays as it is if the member is missing or null
 * @error: where to say what is wrong
 *
 * Returns: %FALSE with @error set if it is no boolean
 */
gboolean
opt_sandbox_request_get_bool (JsonObject *object,
                              const char *name,
                              gboolean   *value,
                              GError    **error)
{
  JsonNode *node = get_node (object, name);

  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_BOOLEAN))
    return opt_sandbox_request_fail (error, "%s must be true or false", name);

  *value = json_node_get_boolean (node);
  return TRUE;
}

/**
 * opt_sandbox_request_get_user:
 * @bot: who gets to know the user
 * @object: an object
 * @name: a member that holds a User object or an id
 * @user: (out) (nullable): the user, or %NULL if the member is missing or null
 * @error: where to say what is wrong
 *
 * Returns: %FALSE with @error set if it is no user
 */
gboolean
opt_sandbox_request_get_user (OptSandboxBot   *bot,
                              JsonObject      *object,
                              const char      *name,
                              OptSandboxUser **user,
                              GError         **error)
{
  JsonNode   *node = get_node (object, name);
  JsonObject *fields = NULL;
  gint64      id = 0;

  *user = NULL;
  if (node == NULL)
    return TRUE;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      fields = json_node_get_object (node);
      if (!opt_sandbox_request_get_int (fields, "id", 1, OPT_SANDBOX_ID_MAX, &id, error))
        return FALSE;
    }
  else if (holds (node, G_TYPE_INT64))
    {
      id = json_node_get_int (node);
    }
  if (id < 1 || id > OPT_SANDBOX_ID_MAX)
    return opt_sandbox_request_fail (
      error, "%s must be a User object with an id from 1 to 2^52 - 1", name);

  *user = opt_sandbox_bot_add_user (bot, id, fields);
  return TRUE;
}
