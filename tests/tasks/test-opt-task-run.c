/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "opt-task-call.h"
#include "opt-task-run.h"
#include "opt-test.h"

#define DAY (24 * 60 * 60 * (gint64)G_USEC_PER_SEC)
#define PARAMETERS                          \
  "[Parameter days]\nType=int\nDefault=7\n" \
  "[Parameter name]\nRequired=True\n"       \
  "[Parameter note]\n"                      \
  "[Parameter to-day]\nType=date\n"

static GHashTable *
given (const char *name,
       ...)
{
  GHashTable *table = opt_task_parameters_new ();
  va_list     args;

  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    g_hash_table_insert (table, g_strdup (name), g_strdup (va_arg (args, const char *)));
  va_end (args);
  return table;
}

static OptTask *
make (const char *exec)
{
  g_autofree char *text = g_strdup_printf ("[Task]\nExec=%s\n" PARAMETERS, exec);

  return opt_task_new_from_manifest ("/nowhere/report.task", text, -1);
}

static void
test_check (void)
{
  g_autoptr (OptTask) task = make ("true");
  g_autoptr (GHashTable) some = given ("NAME", "x", "To-Day", "today", "note", "", NULL);
  g_autoptr (GHashTable) checked = NULL;
  g_autoptr (GHashTable) again = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) environment = NULL;
  const char *expected[] = {
    "OPTIMUS_PARAM_DAYS=7",
    "OPTIMUS_PARAM_NAME=x",
    "OPTIMUS_PARAM_NOTE=",
    "OPTIMUS_PARAM_TO_DAY=1970-01-01",
    NULL,
  };

  g_assert_true (opt_task_check_parameters (task, some, 0, &checked, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (checked), ==, 4);
  g_assert_cmpstr (g_hash_table_lookup (checked, "days"), ==, "7");
  g_assert_cmpstr (g_hash_table_lookup (checked, "name"), ==, "x");
  g_assert_cmpstr (g_hash_table_lookup (checked, "note"), ==, "");
  g_assert_true (opt_task_check_parameters (task, checked, 9 * DAY, &again, NULL));
  g_assert_cmpstr (g_hash_table_lookup (again, "to-day"), ==, "1970-01-01");
  environment = opt_task_build_environment (task, again);
  g_assert_true (g_strv_equal ((const char *const *)environment, expected));
}

static void
assert_check_fails (OptTask     *task,
                    GHashTable  *some,
                    OptTaskError code,
                    const char  *where,
                    const char  *part)
{
  g_autoptr (GHashTable) checked = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (opt_task_check_parameters (task, some, 0, &checked, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, OPT_TASK_ERROR, (int)code);
  g_assert_cmpstr (opt_task_error_get_where (error), ==, where);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (checked);
  if (some != NULL)
    g_hash_table_unref (some);
}

static void
test_check_fails (void)
{
  g_autoptr (OptTask) task = make ("true");
  g_autoptr (OptTask) bare = opt_task_new_from_manifest ("/t/bare.task", "[Task]\nExec=true\n", -1);
  g_autoptr (OptTask) broken = opt_task_new_from_manifest ("/t/broken.task", "[Task]\n", -1);

  assert_check_fails (task, NULL, OPT_TASK_ERROR_MISSING_PARAMETER, "name", "name");
  assert_check_fails (task, given ("name", "", NULL), OPT_TASK_ERROR_MISSING_PARAMETER, "name",
                      "name");
  assert_check_fails (task, given ("name", "x", "dayz", "1", NULL),
                      OPT_TASK_ERROR_UNKNOWN_PARAMETER, "dayz", "did you mean days");
  assert_check_fails (task, given ("name", "x", "colour", "1", NULL),
                      OPT_TASK_ERROR_UNKNOWN_PARAMETER, "colour",
                      "it has days, name, note, to-day");
  assert_check_fails (task, given ("\xff\xfe", "x", NULL), OPT_TASK_ERROR_UNKNOWN_PARAMETER,
                      "\357\277\275\357\277\275", "no parameter");
  assert_check_fails (bare, given ("x", "1", NULL), OPT_TASK_ERROR_UNKNOWN_PARAMETER, "x",
                      "takes no parameters");
  assert_check_fails (task, given ("name", "x", "days", "many", NULL), OPT_TASK_ERROR_ILL_TYPED,
                      "days", "“many” is not a whole number");
  assert_check_fails (task, given ("name", "x", "Name", "y", NULL), OPT_TASK_ERROR_USAGE, "name",
                      "twice");
  assert_check_fails (broken, NULL, OPT_TASK_ERROR_PROBLEMS, "/t/broken.task", "Exec");
}

/* Exec, the value of {name}, and the words that come of it, `|` between them; NULL: refused. */
static const struct
{
  const char *exec;
  const char *value;
  const char *words;
} expansions[] = {
  { "true {name}", "a b", "a b" },
  { "true '{name} {days}' x", "a\"b", "a\"b 7|x" },
  { "true {NAME} {note} {days}", "x", "x||7" },
  { "true --name={name}", "-x", "--name=-x" },
  { "true {name}", "-x", NULL },
  { "true {name}", "--", NULL },
  { "true {name}", "-", NULL },
  { "true {name}.txt", "-x", NULL },
  { "true {note}{name}", "-x", NULL },
  { "true {name}", "-5", "-5" },
  { "true {name}", "-1.5e3", "-1.5e3" },
  { "true {name}", "-5x", NULL },
  { "true -- {name}", "-x", "--|-x" },
  { "true {name} --", "-x", NULL },
  { "true {name}", "$(reboot); `x` {days} %s", "$(reboot); `x` {days} %s" },
  { "true {} { name } {name", "x", "{}|{|name|}|{name" },
  { "true \\{name\\}", "x", "x" },
  { "sh -c 'echo {name}'", "abc_1.2/x", "-c|echo abc_1.2/x" },
  { "sh -c 'echo {name}'", "ä", "-c|echo ä" },
  { "sh -c 'echo {name}'", "a b", NULL },
  { "sh -c 'echo {name}'", "a;b", NULL },
  { "sh -c 'echo {name}'", "-rf", NULL },
  { "sh -c 'echo \"{name}\"'", "a b; c", "-c|echo \"a b; c\"" },
  { "sh -c 'echo \"{name}\"'", "a$(b)", NULL },
  { "sh -c 'echo \"{name}\"'", "a\" b", NULL },
  { "sh -c \"echo '{name}'\"", "a $b", "-c|echo 'a $b'" },
  { "sh -c \"echo '{name}'\"", "a' b", NULL },
  { "sh -c 'echo \"$(ls \"{name}\")\"'", "a b", NULL },
  { "sh -c 'true # it'\"'\"'s\\necho {name}'", "a b", NULL },
  { "env LANG=C /bin/bash -ec 'echo {name}'", "a;b", NULL },
  { "sh -c -x -- 'echo {name}'", "a;b", NULL },
  { "python3.11 -c 'print({name})'", "a(b", NULL },
  { "sh -c 'echo \"$1\"' x {name}", "a;b", "-c|echo \"$1\"|x|a;b" },
  { "sh report.sh {name}", "a;b", "report.sh|a;b" },
};

static void
test_expansions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (expansions); i++)
    {
      g_autoptr (OptTask) task = make (expansions[i].exec);
      g_autoptr (GHashTable) some = given ("name", expansions[i].value, NULL);
      g_autoptr (GHashTable) checked = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) argv = NULL;
      g_autofree char *joined = NULL;

      g_assert_true (opt_task_check_parameters (task, some, 0, &checked, &error));
      g_assert_no_error (error);
      argv = opt_task_build_argv (task, checked, "/usr/bin:/bin", &error);
      g_test_message ("%s: %s", expansions[i].exec, error != NULL ? error->message : argv[0]);
      if (expansions[i].words == NULL)
        {
          g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_ILL_TYPED);
          g_assert_cmpstr (opt_task_error_get_where (error), ==, "name");
          continue;
        }
      g_assert_no_error (error);
      joined = g_strjoinv ("|", argv + 1);
      if (g_str_has_prefix (expansions[i].exec, "env"))
        continue;
      g_assert_cmpstr (joined, ==, expansions[i].words);
    }
}

static char *
build (const char *folder,
       const char *exec,
       const char *path,
       GError    **error)
{
  g_autofree char *file = g_build_filename (folder, "a.task", NULL);
  g_autofree char *text = g_strdup_printf ("[Task]\nExec=%s\n", exec);
  g_autoptr (OptTask) task = opt_task_new_from_manifest (file, text, -1);
  g_autoptr (GHashTable) none = opt_task_parameters_new ();
  g_auto (GStrv) argv = opt_task_build_argv (task, none, path, error);

  return argv == NULL ? NULL : g_strdup (argv[0]);
}

static void
assert_build_fails (const char  *folder,
                    const char  *exec,
                    OptTaskError code,
                    const char  *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = build (folder, exec, "relative:/nowhere", &error);

  g_assert_null (program);
  g_test_message ("%s", error->message);
  g_assert_error (error, OPT_TASK_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_program (void)
{
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *beside = g_build_filename (folder, "sh", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *absolute = NULL;

  first = build (folder, "sh -c true", "/nowhere:/bin:/usr/bin", NULL);
  g_assert_cmpstr (first, ==, "/bin/sh");
  opt_test_put_file (folder, "sh", "#!/bin/sh\n", 0755);
  second = build (folder, "sh -c true", "/bin", NULL);
  g_assert_cmpstr (second, ==, beside);
  third = build (folder, "./sh", NULL, NULL);
  g_assert_true (g_str_has_suffix (third, "/sh") && g_path_is_absolute (third));
  absolute = build (folder, "/bin/sh", NULL, NULL);
  g_assert_cmpstr (absolute, ==, "/bin/sh");

  opt_test_put_file (folder, "plain.sh", "#!/bin/sh\n", 0644);
  assert_build_fails (folder, "plain.sh", OPT_TASK_ERROR_NOT_EXECUTABLE, "chmod +x");
  assert_build_fails (folder, "./gone", OPT_TASK_ERROR_NOT_EXECUTABLE, "not there");
  assert_build_fails (folder, "/nowhere/gone", OPT_TASK_ERROR_NOT_EXECUTABLE, "not there");
  assert_build_fails (folder, "no-such-program", OPT_TASK_ERROR_NOT_EXECUTABLE, "PATH");
  assert_build_fails (folder, "/", OPT_TASK_ERROR_NOT_EXECUTABLE, "not executable");
  opt_test_put_file (folder, "open.sh", "#!/bin/sh\n", 0775);
  assert_build_fails (folder, "open.sh", OPT_TASK_ERROR_UNSAFE, "chmod go-w");
  assert_build_fails (folder, "/bin/sh open.sh", OPT_TASK_ERROR_UNSAFE, "chmod go-w");
  assert_build_fails (folder, "", OPT_TASK_ERROR_PROBLEMS, "Exec");
}

static gboolean
is_refused (const char *keys,
            const char *origin)
{
  g_autofree char *text = g_strdup_printf ("[Task]\nExec=true\n%s\n", keys);
  g_autoptr (OptTask) task = opt_task_new_from_manifest ("/t/a.task", text, -1);
  g_autoptr (GError) error = NULL;

  if (opt_task_check_policy (task, origin, &error))
    return FALSE;
  g_test_message ("%s from %s: %s", keys, origin, error->message);
  g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_REFUSED);
  return TRUE;
}

static void
test_policy (void)
{
  static const char *const remote[] = { "telegram", "schedule", "bus", "rest", "" };
  static const char *const local[] = { "cli", "launcher" };
  g_autoptr (OptTask) broken = opt_task_new_from_manifest ("/t/a.task", "", -1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (remote); i++)
    {
      g_assert_false (is_refused ("Risk=none", remote[i]));
      g_assert_true (is_refused ("Risk=confirm", remote[i]));
      g_assert_true (is_refused ("Risk=code", remote[i]));
      g_assert_true (is_refused ("Risk=two-person", remote[i]));
      g_assert_true (is_refused ("Sandbox=strict", remote[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (local); i++)
    {
      g_assert_false (is_refused ("Sandbox=none", local[i]));
      g_assert_false (is_refused ("Risk=confirm", local[i]));
      g_assert_true (is_refused ("Risk=code", local[i]));
      g_assert_true (is_refused ("Risk=two-person", local[i]));
      g_assert_true (is_refused ("Sandbox=strict", local[i]));
    }
  g_assert_false (opt_task_check_policy (broken, "cli", &error));
  g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_PROBLEMS);
}

static void
test_where (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "x");

  g_assert_null (opt_task_error_get_where (foreign));
  g_assert_null (opt_task_error_get_where (NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("A request becomes words that are executed, and nothing in it becomes code");

  g_test_add_func ("/task-run/check", test_check);
  g_test_add_func ("/task-run/check-fails", test_check_fails);
  g_test_add_func ("/task-run/expansions", test_expansions);
  g_test_add_func ("/task-run/program", test_program);
  g_test_add_func ("/task-run/policy", test_policy);
  g_test_add_func ("/task-run/where", test_where);
  return g_test_run ();
}
