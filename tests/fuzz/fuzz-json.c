/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-json-writer.h"
#include "opt-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
write_value (OptJsonWriter *writer,
             const char    *name,
             JsonNode      *node)
{
  GType type = json_node_get_value_type (node);

  g_assert_true (JSON_NODE_HOLDS_VALUE (node));
  if (type == G_TYPE_STRING)
    opt_json_writer_add_string (writer, name, json_node_get_string (node));
  else if (type == G_TYPE_INT64)
    opt_json_writer_add_int (writer, name, json_node_get_int (node));
  else if (type == G_TYPE_BOOLEAN)
    opt_json_writer_add_bool (writer, name, json_node_get_boolean (node));
  else
    opt_json_writer_add_double (writer, name, json_node_get_double (node));
}

static void
write_node (OptJsonWriter *writer,
            const char    *name,
            JsonNode      *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char    *member;
      JsonNode      *child;

      opt_json_writer_open_object (writer, name);
      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &member, &child))
        write_node (writer, member, child);
      opt_json_writer_close_object (writer);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      opt_json_writer_open_array (writer, name);
      for (guint i = 0; i < json_array_get_length (array); i++)
        write_node (writer, NULL, json_array_get_element (array, i));
      opt_json_writer_close_array (writer);
    }
  else if (JSON_NODE_HOLDS_NULL (node))
    opt_json_writer_add_null (writer, name);
  else
    write_value (writer, name, node);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_auto (OptJsonWriter) writer = { 0 };
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  node = opt_json_parse ((const char *)data, (gssize)size, &error);
  g_assert_true ((node == NULL) == (error != NULL));
  if (node == NULL)
    return 0;

  /* What was read and is written again must read again. (Not by json-glib's generator: of 1e21 it
   * makes "1e+21.0".) */
  opt_json_writer_init (&writer);
  write_node (&writer, NULL, node);
  text = opt_json_writer_end (&writer);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  again = opt_json_parse (text, -1, &error);
  g_assert_no_error (error);
  return 0;
}
