/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-field.h"

#include "opt-clock.h"

static gint64
variant_to_int (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_variant_get_int64 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return (gint64)g_variant_get_uint64 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT32))
    return g_variant_get_int32 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);
  return 0;
}

static const GVariantType *
type_to_variant_type (OptIpcType type)
{
  switch (type)
    {
    case OPT_IPC_STRING:
    case OPT_IPC_CHAT:
      return G_VARIANT_TYPE_STRING;
    case OPT_IPC_INT:
    case OPT_IPC_TIME:
    case OPT_IPC_VALUE:
      return NULL;
    case OPT_IPC_NUMBER:
      return G_VARIANT_TYPE_DOUBLE;
    case OPT_IPC_BOOL:
      return G_VARIANT_TYPE_BOOLEAN;
    case OPT_IPC_STRINGS:
      return G_VARIANT_TYPE_STRING_ARRAY;
    case OPT_IPC_MAP:
      return G_VARIANT_TYPE ("a{ss}");
    case OPT_IPC_RECORD:
      return G_VARIANT_TYPE_VARDICT;
    case OPT_IPC_RECORDS:
      return G_VARIANT_TYPE ("aa{sv}");
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
write_chat (OptJsonWriter *writer,
            const char    *name,
            const char    *chat)
{
  gint64 id;

  if (g_ascii_string_to_signed (chat, 10, G_MININT64, G_MAXINT64, &id, NULL))
    opt_json_writer_add_int (writer, name, id);
  else
    opt_json_writer_add_string (writer, name, chat);
}

static void
write_strings (OptJsonWriter *writer,
               const char    *name,
               GVariant      *value)
{
  GVariantIter iter;
  const char  *text;

  opt_json_writer_open_array (writer, name);
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "&s", &text))
    opt_json_writer_add_string (writer, NULL, text);
  opt_json_writer_close_array (writer);
}

static void
write_map (OptJsonWriter *writer,
           const char    *name,
           GVariant      *value)
{
  GVariantIter iter;
  const char  *key, *text;

  opt_json_writer_open_object (writer, name);
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &text))
    opt_json_writer_add_string (writer, key, text);
  opt_json_writer_close_object (writer);
}

static void
write_time (OptJsonWriter *writer,
            const char    *name,
            gint64         wall)
{
  g_autofree char *text = opt_clock_format_time (wall);

  opt_json_writer_add_string (writer, name, text);
}

static void
write_value (OptJsonWriter *writer,
             const char    *name,
             GVariant      *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    opt_json_writer_add_string (writer, name, g_variant_get_string (value, NULL));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    opt_json_writer_add_double (writer, name, g_variant_get_double (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    opt_json_writer_add_bool (writer, name, g_variant_get_boolean (value));
  else
    opt_json_writer_add_int (writer, name, variant_to_int (value));
}

static void
write_field (OptJsonWriter     *writer,
             const OptIpcField *field,
             GVariant          *value)
{
  switch (field->type)
    {
    case OPT_IPC_STRING:
      opt_json_writer_add_string (writer, field->name, g_variant_get_string (value, NULL));
      break;
    case OPT_IPC_VALUE:
      write_value (writer, field->name, value);
      break;
    case OPT_IPC_CHAT:
      write_chat (writer, field->name, g_variant_get_string (value, NULL));
      break;
    case OPT_IPC_INT:
      opt_json_writer_add_int (writer, field->name, variant_to_int (value));
      break;
    case OPT_IPC_TIME:
      write_time (writer, field->name, variant_to_int (value));
      break;
    case OPT_IPC_NUMBER:
      opt_json_writer_add_double (writer, field->name, g_variant_get_double (value));
      break;
    case OPT_IPC_BOOL:
      opt_json_writer_add_bool (writer, field->name, g_variant_get_boolean (value));
      break;
    case OPT_IPC_STRINGS:
      write_strings (writer, field->name, value);
      break;
    case OPT_IPC_MAP:
      write_map (writer, field->name, value);
      break;
    case OPT_IPC_RECORD:
      opt_ipc_write_record (writer, field->name, field->fields, value);
      break;
    case OPT_IPC_RECORDS:
      opt_ipc_write_records (writer, field->name, field->fields, value);
      break;
    default:
      g_return_if_reached ();
    }
}

/**
 * opt_ipc_write_record:
 * @writer: where to
 * @name: (nullable): the member's name, NULL inside an array or at the top
 * @fields: the table
 * @record: an a{sv}
 *
 * Writes every field of the table, in its order; what @record does not have is null.
 */
void
opt_ipc_write_record (OptJsonWriter     *writer,
                      const char        *name,
                      const OptIpcField *fields,
                      GVariant          *record)
{
  g_return_if_fail (fields != NULL);
  g_return_if_fail (g_variant_is_of_type (record, G_VARIANT_TYPE_VARDICT));

  opt_json_writer_open_object (writer, name);
  for (const OptIpcField *field = fields; field->name != NULL; field++)
    {
      g_autoptr (GVariant) value = NULL;

      value = g_variant_lookup_value (record, field->name, type_to_variant_type (field->type));
      if (value == NULL)
        opt_json_writer_add_null (writer, field->name);
      else
        write_field (writer, field, value);
    }
  opt_json_writer_close_object (writer);
}

/**
 * opt_ipc_write_records:
 * @writer: where to
 * @name: (nullable): the member's name, NULL inside an array or at the top
 * @fields: the table
 * @records: an aa{sv}
 *
 * Writes an array of records.
 */
void
opt_ipc_write_records (OptJsonWriter     *writer,
                       const char        *name,
                       const OptIpcField *fields,
                       GVariant          *records)
{
  gsize n;

  g_return_if_fail (g_variant_is_of_type (records, G_VARIANT_TYPE ("aa{sv}")));

  opt_json_writer_open_array (writer, name);
  n = g_variant_n_children (records);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) record = g_variant_get_child_value (records, i);

      opt_ipc_write_record (writer, NULL, fields, record);
    }
  opt_json_writer_close_array (writer);
}

/**
 * opt_ipc_record_to_json:
 * @fields: the table
 * @record: an a{sv}
 *
 * Returns: (transfer full): one line of JSON
 */
char *
opt_ipc_record_to_json (const OptIpcField *fields,
                        GVariant          *record)
{
  OptJsonWriter writer;

  opt_json_writer_init (&writer);
  opt_ipc_write_record (&writer, NULL, fields, record);
  return opt_json_writer_end (&writer);
}

/**
 * opt_ipc_records_to_json:
 * @fields: the table
 * @records: an aa{sv}
 *
 * Returns: (transfer full): one line of JSON
 */
char *
opt_ipc_records_to_json (const OptIpcField *fields,
                         GVariant          *records)
{
  OptJsonWriter writer;

  opt_json_writer_init (&writer);
  opt_ipc_write_records (&writer, NULL, fields, records);
  return opt_json_writer_end (&writer);
}

/**
 * opt_ipc_record_get_string:
 * @record: an a{sv}
 * @name: a key
 *
 * Returns: (transfer none) (nullable): the string, which lives as long as @record
 */
const char *
opt_ipc_record_get_string (GVariant   *record,
                           const char *name)
{
  const char *value = NULL;

  return g_variant_lookup (record, name, "&s", &value) ? value : NULL;
}

/**
 * opt_ipc_record_get_int:
 * @record: an a{sv}
 * @name: a key
 * @fallback: what to answer when it is not there
 *
 * Returns: the integer or time
 */
gint64
opt_ipc_record_get_int (GVariant   *record,
                        const char *name,
                        gint64      fallback)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (record, name, NULL);

  return value != NULL ? variant_to_int (value) : fallback;
}

/**
 * opt_ipc_record_get_number:
 * @record: an a{sv}
 * @name: a key
 * @fallback: what to answer when it is not there
 *
 * Returns: the number
 */
double
opt_ipc_record_get_number (GVariant   *record,
                           const char *name,
                           double      fallback)
{
  double value;

  return g_variant_lookup (record, name, "d", &value) ? value : fallback;
}

/**
 * opt_ipc_record_get_bool:
 * @record: an a{sv}
 * @name: a key
 *
 * Returns: the boolean, FALSE when it is not there
 */
gboolean
opt_ipc_record_get_bool (GVariant   *record,
                         const char *name)
{
  gboolean value;

  return g_variant_lookup (record, name, "b", &value) && value;
}

/**
 * opt_ipc_record_add_string:
 * @builder: of a{sv}
 * @name: the key
 * @value: (nullable): UTF-8; left out when NULL
 */
void
opt_ipc_record_add_string (GVariantBuilder *builder,
                           const char      *name,
                           const char      *value)
{
  g_autofree char *valid = NULL;

  if (value == NULL)
    return;
  /* A file's name may be any bytes; a string on the bus may not. */
  valid = g_utf8_make_valid (value, -1);
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_string (valid));
}

/**
 * opt_ipc_record_add_int:
 * @builder: of a{sv}
 * @name: the key
 * @value: the integer
 */
void
opt_ipc_record_add_int (GVariantBuilder *builder,
                        const char      *name,
                        gint64           value)
{
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_int64 (value));
}

/**
 * opt_ipc_record_add_number:
 * @builder: of a{sv}
 * @name: the key
 * @value: the number; left out when negative
 */
void
opt_ipc_record_add_number (GVariantBuilder *builder,
                           const char      *name,
                           double           value)
{
  if (value >= 0)
    g_variant_builder_add (builder, "{sv}", name, g_variant_new_double (value));
}

/**
 * opt_ipc_record_add_bool:
 * @builder: of a{sv}
 * @name: the key
 * @value: the boolean
 */
void
opt_ipc_record_add_bool (GVariantBuilder *builder,
                         const char      *name,
                         gboolean         value)
{
  g_variant_builder_add (builder, "{sv}", name, g_variant_new_boolean (value));
}

/**
 * opt_ipc_record_add_time:
 * @builder: of a{sv}
 * @name: the key
 * @value: microseconds since 1970; left out when 0 or negative, which is no time
 */
void
opt_ipc_record_add_time (GVariantBuilder *builder,
                         const char      *name,
                         gint64           value)
{
  if (value > 0)
    g_variant_builder_add (builder, "{sv}", name, g_variant_new_int64 (value));
}
