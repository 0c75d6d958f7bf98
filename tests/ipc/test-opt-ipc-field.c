/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-field.h"
#include "opt-ipc-records.h"

static const OptIpcField inner_fields[] = { { "n", OPT_IPC_INT, NULL }, { NULL, 0, NULL } };

static const OptIpcField fields[] = {
  { "text", OPT_IPC_STRING, NULL },
  { "none", OPT_IPC_STRING, NULL },
  { "number", OPT_IPC_NUMBER, NULL },
  { "yes", OPT_IPC_BOOL, NULL },
  { "at", OPT_IPC_TIME, NULL },
  { "chat", OPT_IPC_CHAT, NULL },
  { "channel", OPT_IPC_CHAT, NULL },
  { "words", OPT_IPC_STRINGS, NULL },
  { "map", OPT_IPC_MAP, NULL },
  { "inner", OPT_IPC_RECORD, inner_fields },
  { "list", OPT_IPC_RECORDS, inner_fields },
  { NULL, 0, NULL }
};

static GVariant *
build_record (void)
{
  static const char *const words[] = { "a", "b", NULL };
  GVariantBuilder          builder, map, inner, list;

  g_variant_builder_init (&map, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&map, "{ss}", "k", "v");
  g_variant_builder_init (&inner, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&inner, "n", G_GINT64_CONSTANT (4503599627370496));
  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add (&list, "a{sv}", NULL);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "text", "x \"y\"");
  opt_ipc_record_add_string (&builder, "none", NULL);
  opt_ipc_record_add_number (&builder, "number", 0.5);
  opt_ipc_record_add_bool (&builder, "yes", TRUE);
  opt_ipc_record_add_time (&builder, "at", G_GINT64_CONSTANT (1795136523456000));
  opt_ipc_record_add_string (&builder, "chat", "-1001234567890");
  opt_ipc_record_add_string (&builder, "channel", "@news");
  g_variant_builder_add (&builder, "{sv}", "words", g_variant_new_strv (words, -1));
  g_variant_builder_add (&builder, "{sv}", "map", g_variant_builder_end (&map));
  g_variant_builder_add (&builder, "{sv}", "inner", g_variant_builder_end (&inner));
  g_variant_builder_add (&builder, "{sv}", "list", g_variant_builder_end (&list));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
test_any_bytes (void)
{
  g_autoptr (GVariant) record = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_string (&builder, "file", "/tasks/b\xff"
                                               "d.sh");
  record = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_assert_cmpstr (opt_ipc_record_get_string (record, "file"), ==, "/tasks/b\xef\xbf\xbd"
                                                                   "d.sh");
}

static void
test_json (void)
{
  g_autoptr (GVariant) record = build_record ();
  g_autofree char *json = opt_ipc_record_to_json (fields, record);

  g_assert_cmpstr (
    json, ==,
    "{\"text\":\"x \\\"y\\\"\",\"none\":null,\"number\":0.5,\"yes\":true,"
    "\"at\":\"2026-11-20T01:02:03.456Z\",\"chat\":-1001234567890,\"channel\":\"@news\","
    "\"words\":[\"a\",\"b\"],\"map\":{\"k\":\"v\"},\"inner\":{\"n\":4503599627370496},"
    "\"list\":[{\"n\":null}]}");
}

/* A record of a newer or broken agent: fields of another type count as absent. */
static void
test_other_types (void)
{
  g_autoptr (GVariant) record = NULL;
  g_autofree char *json = NULL;
  GVariantBuilder  builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_int (&builder, "text", 7);
  opt_ipc_record_add_string (&builder, "unheard-of", "x");
  record = g_variant_ref_sink (g_variant_builder_end (&builder));
  json = opt_ipc_record_to_json (fields, record);
  g_assert_true (g_str_has_prefix (json, "{\"text\":null,\"none\":null,"));
  g_assert_null (opt_ipc_record_get_string (record, "text"));
  g_assert_cmpint (opt_ipc_record_get_int (record, "text", 0), ==, 7);
  g_assert_cmpint (opt_ipc_record_get_int (record, "none", -3), ==, -3);
  g_assert_cmpfloat (opt_ipc_record_get_number (record, "none", 2.5), ==, 2.5);
  g_assert_false (opt_ipc_record_get_bool (record, "none"));
}

static void
test_absent_times (void)
{
  g_autoptr (GVariant) record = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  opt_ipc_record_add_time (&builder, "at", 0);
  opt_ipc_record_add_number (&builder, "number", -1);
  record = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_assert_cmpuint (g_variant_n_children (record), ==, 0);
}

static void
test_lists (void)
{
  g_autoptr (GVariant) records = NULL;
  g_autofree char *json = NULL;

  records = g_variant_ref_sink (g_variant_new_parsed ("@aa{sv} []"));
  json = opt_ipc_records_to_json (opt_ipc_job_fields, records);
  g_assert_cmpstr (json, ==, "[]");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ipc/field/json", test_json);
  g_test_add_func ("/ipc/field/any-bytes", test_any_bytes);
  g_test_add_func ("/ipc/field/other-types", test_other_types);
  g_test_add_func ("/ipc/field/absent-times", test_absent_times);
  g_test_add_func ("/ipc/field/lists", test_lists);
  return g_test_run ();
}
