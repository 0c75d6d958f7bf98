/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-call.h"

#include <string.h>

typedef struct
{
  char       *task;
  char       *robot;
  GHashTable *parameters;
  GError     *error;
} Call;

static void
call_clear (Call *self)
{
  g_free (self->task);
  g_free (self->robot);
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

static void
test_plain (void)
{
  g_auto (Call) bare = { 0 };
  g_auto (Call) full = { 0 };

  g_assert_true (opt_task_parse_call ("report", &bare.task, &bare.robot, &bare.parameters, NULL));
  g_assert_cmpstr (bare.task, ==, "report");
  g_assert_null (bare.robot);
  g_assert_cmpuint (g_hash_table_size (bare.parameters), ==, 0);

  g_assert_true (opt_task_parse_call ("  Report.VM91\n days=7\tempty= eq=a=b ", &full.task,
                                      &full.robot, &full.parameters, NULL));
  g_assert_cmpstr (full.task, ==, "Report");
  g_assert_cmpstr (full.robot, ==, "VM91");
  g_assert_cmpuint (g_hash_table_size (full.parameters), ==, 3);
  g_assert_cmpstr (g_hash_table_lookup (full.parameters, "days"), ==, "7");
  g_assert_cmpstr (g_hash_table_lookup (full.parameters, "empty"), ==, "");
  g_assert_cmpstr (g_hash_table_lookup (full.parameters, "eq"), ==, "a=b");
}

static void
test_quotes (void)
{
  static const char *const cases[][2] = {
    { "t \"n=a b\"", "a b" },
    { "t n=\"a b\"", "a b" },
    { "t n='a \"b'", "a \"b" },
    { "t n=“a b”", "a b" },
    { "t n=„a b“", "a b" },
    { "t n=‘a b’", "a b" },
    { "t n=«a b»", "a b" },
    { "t n=\"a \\\"b\\\\ \\n\"", "a \"b\\ \\n" },
    { "t n=it's", "it's" },
    { "t n=it’s", "it’s" },
    { "t n=5\"", "5\"" },
    { "t n=\"\"", "" },
    { "t n=$(reboot)\\", "$(reboot)\\" },
    { "t n=k=\"a\"", "k=\"a\"" },
    { "t\xc2\xa0n=x", "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Call) call = { 0 };

      g_test_message ("%s", cases[i][0]);
      g_assert_true (opt_task_parse_call (cases[i][0], &call.task, &call.robot, &call.parameters,
                                          &call.error));
      g_assert_cmpstr (g_hash_table_lookup (call.parameters, "n"), ==, cases[i][1]);
    }
}

static void
test_bad (void)
{
  g_autofree char *longer = g_strnfill (OPT_TASK_CALL_MAX + 1, 'a');
  g_autofree char *name = g_strnfill (65, 'a');
  g_autoptr (GString) many = g_string_new ("t");
  const struct
  {
    const char  *text;
    OptTaskError code;
  } cases[] = {
    { "", OPT_TASK_ERROR_USAGE },
    { " \n ", OPT_TASK_ERROR_USAGE },
    { "t days", OPT_TASK_ERROR_USAGE },
    { "t =7", OPT_TASK_ERROR_USAGE },
    { "t a b=7", OPT_TASK_ERROR_USAGE },
    { "t ä=7", OPT_TASK_ERROR_USAGE },
    { "t a=1 A=2", OPT_TASK_ERROR_USAGE },
    { "t a=\"x", OPT_TASK_ERROR_USAGE },
    { "t \"a=x\"y", OPT_TASK_ERROR_USAGE },
    { "t a=\xff", OPT_TASK_ERROR_USAGE },
    { "t a=“x\"", OPT_TASK_ERROR_USAGE },
    { longer, OPT_TASK_ERROR_USAGE },
    { many->str, OPT_TASK_ERROR_USAGE },
    { "days=7", OPT_TASK_ERROR_UNKNOWN_TASK },
    { ".vm91", OPT_TASK_ERROR_UNKNOWN_TASK },
    { "a.b.vm91", OPT_TASK_ERROR_UNKNOWN_TASK },
    { "../../etc/passwd", OPT_TASK_ERROR_UNKNOWN_TASK },
    { "\"my report\"", OPT_TASK_ERROR_UNKNOWN_TASK },
    { name, OPT_TASK_ERROR_UNKNOWN_TASK },
    { "report.", OPT_TASK_ERROR_UNKNOWN_ROBOT },
    { "report.vm/91", OPT_TASK_ERROR_UNKNOWN_ROBOT },
  };

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (many, " p%u=", i);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = i == 12 ? many->str : cases[i].text;
      g_auto (Call) call = { 0 };

      g_assert_false (opt_task_parse_call (text, &call.task, &call.robot, &call.parameters,
                                           &call.error));
      g_test_message ("%u: %s", i, call.error->message);
      g_assert_error (call.error, OPT_TASK_ERROR, (int)cases[i].code);
      g_assert_cmpuint (strlen (call.error->message), <, 300);
      g_assert_null (call.parameters);
      g_assert_null (call.task);
    }
}

static void
test_parts (void)
{
  g_auto (Call) call = { 0 };

  g_assert_true (opt_task_parse_address (" report.vm-91 ", &call.task, &call.robot, NULL));
  g_assert_cmpstr (call.task, ==, "report");
  g_assert_cmpstr (call.robot, ==, "vm-91");

  /* As the shell has split it: quotes are the value's own. */
  call.parameters = opt_task_parameters_new ();
  g_assert_true (opt_task_parse_parameter ("name=\"a b\" ", call.parameters, NULL));
  g_assert_cmpstr (g_hash_table_lookup (call.parameters, "name"), ==, "\"a b\" ");
  g_assert_false (opt_task_parse_parameter ("NAME=x", call.parameters, &call.error));
  g_assert_error (call.error, OPT_TASK_ERROR, OPT_TASK_ERROR_USAGE);
  g_assert_cmpstr (opt_task_error_get_where (call.error), ==, "NAME");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("Calls are read as people write them");

  g_test_add_func ("/task-call/plain", test_plain);
  g_test_add_func ("/task-call/quotes", test_quotes);
  g_test_add_func ("/task-call/bad", test_bad);
  g_test_add_func ("/task-call/parts", test_parts);
  return g_test_run ();
}
