/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json.h"

#include <string.h>

#include "opt-json-reader.h"

G_DEFINE_QUARK (opt_json_error_quark, opt_json_error)

/**
 * opt_json_parse:
 * @text: (nullable): JSON in UTF-8
 * @length: how many bytes, or -1 when a NUL ends them
 * @error: return location: OPT_JSON_ERROR_SYNTAX or OPT_JSON_ERROR_LIMIT, with line and column,
 *   never with the text
 *
 * Reads one value, strictly by RFC 8259 and within bounds: %OPT_JSON_BYTES_MAX bytes,
 * %OPT_JSON_DEPTH_MAX deep. A byte order mark is passed over; of members of one name the last
 * counts; an escaped NUL and half a surrogate pair become U+FFFD. A whole number outside of 64 bits
 * is a double.
 *
 * Returns: (transfer full): the value, or NULL with @error set
 */
JsonNode *
opt_json_parse (const char *text,
                gssize      length,
                GError    **error)
{
  gsize size;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (text == NULL)
    {
      text = "";
      length = 0;
    }
  size = length < 0 ? strlen (text) : (gsize)length;
  if (size <= OPT_JSON_BYTES_MAX)
    return opt_json_reader_read (text, size, error);

  g_set_error (error, OPT_JSON_ERROR, OPT_JSON_ERROR_LIMIT,
               "the text has %" G_GSIZE_FORMAT " bytes, the most that is taken is %d",
               size, OPT_JSON_BYTES_MAX);
  return NULL;
}

/**
 * opt_json_parse_object:
 * @text: (nullable): JSON in UTF-8
 * @length: how many bytes, or -1 when a NUL ends them
 * @object: (out) (transfer none): the object, alive as long as the node
 * @error: return location: any #OptJsonError
 *
 * Reads an object as opt_json_parse() does, and refuses any other value.
 *
 * Returns: (transfer full): the node that holds the object, or NULL with @error set
 */
JsonNode *
opt_json_parse_object (const char  *text,
                       gssize       length,
                       JsonObject **object,
                       GError     **error)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (object != NULL, NULL);

  *object = NULL;
  node = opt_json_parse (text, length, error);
  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, OPT_JSON_ERROR, OPT_JSON_ERROR_TYPE,
                           "expected an object in braces");
      return NULL;
    }
  *object = json_node_get_object (node);
  return g_steal_pointer (&node);
}

static JsonNode *
find (JsonObject  *object,
      const char  *member,
      JsonNodeType type)
{
  JsonNode *node;

  if (object == NULL)
    return NULL;
  node = json_object_get_member (object, member);
  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

static JsonNode *
find_value (JsonObject *object,
            const char *member,
            GType       type)
{
  JsonNode *node = find (object, member, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == type ? node : NULL;
}

/**
 * opt_json_get_int:
 * @object: (nullable): an object
 * @member: a member's name
 * @value: (out): the number; left alone when there is none
 *
 * Reads a whole number of 64 bits.
 *
 * Returns: whether there is one; `1.0`, `"1"` and what exceeds 64 bits are none
 */
gboolean
opt_json_get_int (JsonObject *object,
                  const char *member,
                  gint64     *value)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  node = find_value (object, member, G_TYPE_INT64);
  if (node == NULL)
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

/**
 * opt_json_get_bool:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads a truth value.
 *
 * Returns: whether the member is there and true
 */
gboolean
opt_json_get_bool (JsonObject *object,
                   const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, FALSE);

  node = find_value (object, member, G_TYPE_BOOLEAN);
  return node != NULL && json_node_get_boolean (node);
}

/**
 * opt_json_get_string:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads a string.
 *
 * Returns: (transfer none) (nullable): the string, alive as long as @object
 */
const char *
opt_json_get_string (JsonObject *object,
                     const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, NULL);

  node = find_value (object, member, G_TYPE_STRING);
  return node != NULL ? json_node_get_string (node) : NULL;
}

/**
 * opt_json_get_object:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads an object inside of an object.
 *
 * Returns: (transfer none) (nullable): the object, alive as long as @object
 */
JsonObject *
opt_json_get_object (JsonObject *object,
                     const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, NULL);

  node = find (object, member, JSON_NODE_OBJECT);
  return node != NULL ? json_node_get_object (node) : NULL;
}

/**
 * opt_json_get_array:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Reads an array inside of an object.
 *
 * Returns: (transfer none) (nullable): the array, alive as long as @object
 */
JsonArray *
opt_json_get_array (JsonObject *object,
                    const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (member != NULL, NULL);

  node = find (object, member, JSON_NODE_ARRAY);
  return node != NULL ? json_node_get_array (node) : NULL;
}

/**
 * opt_json_array_get_object:
 * @array: (nullable): an array
 * @index: from 0; may be beyond the end
 *
 * Reads an object inside of an array.
 *
 * Returns: (transfer none) (nullable): the object, alive as long as @array
 */
JsonObject *
opt_json_array_get_object (JsonArray *array,
                           guint      index)
{
  JsonNode *node;

  if (array == NULL || index >= json_array_get_length (array))
    return NULL;
  node = json_array_get_element (array, index);
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}
