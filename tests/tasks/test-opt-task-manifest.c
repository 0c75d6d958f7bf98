/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-json.h"
#include "opt-task-run.h"

#define FILE_PATH "/srv/tasks/report.task"

static OptTask *
parse (const char *text)
{
  return opt_task_new_from_manifest (FILE_PATH, text, -1);
}

static void
assert_problem (OptTask    *task,
                guint       index,
                guint       line,
                const char *key,
                const char *part)
{
  const OptTaskProblem *problem;
  g_autofree char      *text = NULL;

  g_assert_cmpuint (opt_task_get_problems (task)->len, >, index);
  problem = g_ptr_array_index (opt_task_get_problems (task), index);
  text = opt_task_problem_to_text (problem);
  g_test_message ("%s", text);
  g_assert_cmpstr (problem->file, ==, FILE_PATH);
  g_assert_cmpuint (problem->line, ==, line);
  g_assert_cmpstr (problem->key, ==, key);
  g_assert_nonnull (strstr (problem->message, part));
}

static const char full[] =
  "\xef\xbb\xbf# a comment\r\n"
  "; another\r\n"
  "[Task]\r\n"
  "Name = Monthly report \r\n"
  "Name[de]=Monatsbericht\r\n"
  "X-Anything=goes\r\n"
  "Description=Counts\r\n"
  "Exec=./report.sh --days={days} \"{name}\"\r\n"
  "Icon=office-chart\r\n"
  "Category=Office\r\n"
  "Timeout=1.5m\r\n"
  "Retries=2\r\n"
  "Idempotent=Yes\r\n"
  "Concurrency=3\r\n"
  "Risk=two-person\r\n"
  "Sandbox=strict\r\n"
  "Output=file\r\n"
  "Notify=ops; audit ;\r\n"
  "NotifyOn=failure\r\n"
  "[X-Extension]\r\n"
  "any=thing\r\n"
  "[Parameter days]\r\n"
  "Type=int\r\n"
  "Description=How many\r\n"
  "Default=7\r\n"
  "Min=1\r\n"
  "Max=365\r\n"
  "[Parameter name]\r\n"
  "Required=True\r\n"
  "Pattern=\\w+\\\\d\r\n"
  "Max=80\r\n"
  "[Parameter Colour]\r\n"
  "Choices=red;green\\;ish;blue;";

static void
test_full (void)
{
  const char             *notify[] = { "ops", "audit", NULL };
  const OptTaskParameter *parameter;
  g_autoptr (OptTask) again = NULL;
  g_autoptr (OptTask) task = parse (full);

  g_assert_cmpuint (opt_task_get_problems (task)->len, ==, 0);
  g_assert_true (opt_task_check_runnable (task, NULL));
  g_assert_cmpstr (opt_task_get_id (task), ==, "report");
  g_assert_cmpstr (opt_task_get_name (task), ==, "Monthly report");
  g_assert_cmpstr (opt_task_get_description (task), ==, "Counts");
  g_assert_cmpstr (opt_task_get_icon (task), ==, "office-chart");
  g_assert_cmpstr (opt_task_get_category (task), ==, "Office");
  g_assert_cmpstr (opt_task_get_file (task), ==, FILE_PATH);
  g_assert_cmpstr (opt_task_get_folder (task), ==, "/srv/tasks");
  g_assert_cmpint (opt_task_get_timeout (task), ==, 90 * G_USEC_PER_SEC);
  g_assert_cmpuint (opt_task_get_retries (task), ==, 2);
  g_assert_true (opt_task_get_idempotent (task));
  g_assert_cmpuint (opt_task_get_concurrency (task), ==, 3);
  g_assert_cmpint (opt_task_get_risk (task), ==, OPT_TASK_RISK_TWO_PERSON);
  g_assert_cmpstr (opt_task_get_sandbox (task), ==, "strict");
  g_assert_cmpint (opt_task_get_output (task), ==, OPT_TASK_OUTPUT_FILE);
  g_assert_true (g_strv_equal (opt_task_get_notify (task), notify));
  g_assert_cmpint (opt_task_get_notify_on (task), ==, OPT_TASK_NOTIFY_FAILURE);

  g_assert_cmpuint (opt_task_get_parameters (task)->len, ==, 3);
  parameter = opt_task_find_parameter (task, "DAYS");
  g_assert_cmpstr (parameter->name, ==, "days");
  g_assert_cmpint (parameter->type, ==, OPT_TASK_TYPE_INT);
  g_assert_cmpstr (parameter->description, ==, "How many");
  g_assert_cmpstr (parameter->default_value, ==, "7");
  parameter = opt_task_find_parameter (task, "name");
  g_assert_true (parameter->required);
  g_assert_cmpint (parameter->type, ==, OPT_TASK_TYPE_TEXT);
  g_assert_cmpstr (parameter->pattern, ==, "\\w+\\d");
  parameter = opt_task_find_parameter (task, "colour");
  g_assert_cmpint (parameter->type, ==, OPT_TASK_TYPE_CHOICE);
  g_assert_cmpstr (parameter->choices[1], ==, "green;ish");
  g_assert_cmpuint (g_strv_length (parameter->choices), ==, 3);
  g_assert_null (opt_task_find_parameter (task, "size"));

  again = opt_task_ref (task);
  g_assert_true (again == task);
}

static void
test_defaults (void)
{
  g_autoptr (OptTask) task = parse ("[Task]\nExec=true\n");

  g_assert_cmpuint (opt_task_get_problems (task)->len, ==, 0);
  g_assert_cmpstr (opt_task_get_name (task), ==, "report");
  g_assert_null (opt_task_get_description (task));
  g_assert_null (opt_task_get_icon (task));
  g_assert_null (opt_task_get_category (task));
  g_assert_cmpint (opt_task_get_timeout (task), ==, 0);
  g_assert_cmpuint (opt_task_get_retries (task), ==, 0);
  g_assert_false (opt_task_get_idempotent (task));
  g_assert_cmpuint (opt_task_get_concurrency (task), ==, 1);
  g_assert_cmpint (opt_task_get_risk (task), ==, OPT_TASK_RISK_NONE);
  g_assert_null (opt_task_get_sandbox (task));
  g_assert_cmpint (opt_task_get_output (task), ==, OPT_TASK_OUTPUT_CHAT);
  g_assert_null (*opt_task_get_notify (task));
  g_assert_cmpint (opt_task_get_notify_on (task), ==, OPT_TASK_NOTIFY_ALWAYS);
  g_assert_cmpuint (opt_task_get_parameters (task)->len, ==, 0);
}

static void
test_words (void)
{
  g_assert_cmpstr (opt_task_risk_to_string (OPT_TASK_RISK_CODE), ==, "code");
  g_assert_cmpstr (opt_task_output_to_string (OPT_TASK_OUTPUT_NONE), ==, "none");
  g_assert_cmpstr (opt_task_notify_to_string (OPT_TASK_NOTIFY_NEVER), ==, "never");
  for (OptTaskType i = OPT_TASK_TYPE_INT; i <= OPT_TASK_TYPE_BOOL; i++)
    {
      OptTaskType type;

      g_assert_true (opt_task_type_from_string (opt_task_type_to_string (i), &type));
      g_assert_cmpint (type, ==, i);
    }
  g_assert_false (opt_task_type_from_string ("float", &(OptTaskType){ 0 }));
}

/* Each: a manifest, and its one problem. */
static const struct
{
  const char *name;
  const char *text;
  guint       line;
  const char *key;
  const char *part;
} bad[] = {
  { "empty", "", 0, NULL, "[Task]" },
  { "no-exec", "[Task]\nName=x\n", 0, "Exec", "lacks Exec" },
  { "empty-exec", "[Task]\n\nExec=\n", 3, "Exec", "name the program" },
  { "open-quote", "[Task]\nExec=sh 'a\n", 2, "Exec", "split" },
  { "unknown-placeholder", "[Task]\nExec=sh {dayz}\n", 2, "Exec", "[Parameter dayz]" },
  { "program-placeholder", "[Task]\nExec={p} x\n[Parameter p]\n", 2, "Exec", "itself" },
  { "unknown-key", "[Task]\nExec=true\nTimeuot=3\n", 3, "Timeuot", "did you mean Timeout" },
  { "strange-key", "[Task]\nExec=true\nColour=3\n", 3, "Colour", "no such key" },
  { "unknown-group", "[Task]\nExec=true\n[Tusk]\na=b\n", 3, NULL, "[Tusk]" },
  { "key-before-group", "Exec=true\n[Task]\nExec=true\n", 1, "Exec", "before the first group" },
  { "no-equals", "[Task]\nExec=true\nName\n", 3, NULL, "KEY=VALUE" },
  { "no-key", "[Task]\nExec=true\n=x\n", 3, NULL, "before the =" },
  { "bad-group", "[Task]\nExec=true\n[Parameter\n", 3, NULL, "between [ and ]" },
  { "empty-group", "[Task]\nExec=true\n[]\n", 3, NULL, "between [ and ]" },
  { "twice", "[Task]\nExec=true\nExec=false\n", 3, "Exec", "before" },
  { "group-twice", "[Task]\nExec=true\n[Task]\n", 3, NULL, "before" },
  { "latin1", "[Task]\nExec=true\nName=Gr\xfc\xdf\n", 3, NULL, "UTF-8" },
  { "timeout-word", "[Task]\nExec=true\nTimeout=soon\n", 3, "Timeout", "90, 10m" },
  { "timeout-zero", "[Task]\nExec=true\nTimeout=0\n", 3, "Timeout", "90, 10m" },
  { "timeout-long", "[Task]\nExec=true\nTimeout=99d\n", 3, "Timeout", "30d" },
  { "timeout-negative", "[Task]\nExec=true\nTimeout=-3\n", 3, "Timeout", "90, 10m" },
  { "timeout-unit", "[Task]\nExec=true\nTimeout=3w\n", 3, "Timeout", "90, 10m" },
  { "retries", "[Task]\nExec=true\nRetries=11\n", 3, "Retries", "0 to 10" },
  { "concurrency", "[Task]\nExec=true\nConcurrency=0\n", 3, "Concurrency", "1 to 64" },
  { "idempotent", "[Task]\nExec=true\nIdempotent=maybe\n", 3, "Idempotent", "True nor False" },
  { "risk", "[Task]\nExec=true\nRisk=high\n", 3, "Risk", "two-person" },
  { "output", "[Task]\nExec=true\nOutput=mail\n", 3, "Output", "chat, file" },
  { "notify-on", "[Task]\nExec=true\nNotifyOn=often\n", 3, "NotifyOn", "always, failure" },
  { "parameter-name", "[Task]\nExec=true\n[Parameter a b]\n", 3, NULL, "parameter's name" },
  { "parameter-twice", "[Task]\nExec=true\n[Parameter a-b]\n[Parameter A_B]\n", 4, NULL,
    "already" },
  { "parameter-key", "[Task]\nExec=true\n[Parameter a]\nTyp=int\n", 4, "Typ", "no such key" },
  { "type", "[Task]\nExec=true\n[Parameter a]\nType=float\n", 4, "Type", "int, number" },
  { "required", "[Task]\nExec=true\n[Parameter a]\nRequired=perhaps\n", 4, "Required", "True" },
  { "no-choices", "[Task]\nExec=true\n[Parameter a]\nType=choice\n", 3, "Choices", "needs" },
  { "empty-choices", "[Task]\nExec=true\n[Parameter a]\nType=choice\nChoices=;;\n", 5, "Choices",
    "1 to 200" },
  { "bool-choices", "[Task]\nExec=true\n[Parameter a]\nType=bool\nChoices=a;b\n", 5, "Choices",
    "bool has no Choices" },
  { "ill-typed-choice", "[Task]\nExec=true\n[Parameter a]\nType=int\nChoices=1;x\n", 5, "Choices",
    "whole number" },
  { "pattern", "[Task]\nExec=true\n[Parameter a]\nPattern=a(b\n", 4, "Pattern", "regular" },
  { "pattern-escape", "[Task]\nExec=true\n[Parameter a]\nPattern=a)|(b\n", 4, "Pattern",
    "regular" },
  { "pattern-bool", "[Task]\nExec=true\n[Parameter a]\nType=bool\nPattern=a\n", 5, "Pattern",
    "no Pattern" },
  { "min", "[Task]\nExec=true\n[Parameter a]\nType=int\nMin=few\n", 5, "Min", "whole number" },
  { "max-text", "[Task]\nExec=true\n[Parameter a]\nMax=-1\n", 4, "Max", "number of characters" },
  { "min-path", "[Task]\nExec=true\n[Parameter a]\nType=path\nMin=1\n", 5, "Min", "no Min" },
  { "max-date", "[Task]\nExec=true\n[Parameter a]\nType=date\nMax=2026-02-30\n", 5, "Max", "date" },
  { "order", "[Task]\nExec=true\n[Parameter a]\nType=int\nMin=5\nMax=4\n", 6, "Max", "less than" },
  { "default", "[Task]\nExec=true\n[Parameter a]\nType=int\nDefault=9\nMax=4\n", 5, "Default",
    "up to 4" },
  { "default-type", "[Task]\nExec=true\n[Parameter a]\nType=date\nDefault=soon\n", 5, "Default",
    "date" },
  { "default-choice", "[Task]\nExec=true\n[Parameter a]\nChoices=x;y\nDefault=z\n", 5, "Default",
    "one of x, y" },
  { "default-pattern", "[Task]\nExec=true\n[Parameter a]\nPattern=[a-c]+\nDefault=abcd\n", 5,
    "Default", "matches" },
};

static void
test_bad (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (OptTask) task = parse (bad[i].text);
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;

  assert_problem (task, 0, bad[i].line, bad[i].key, bad[i].part);
  g_assert_cmpuint (opt_task_get_problems (task)->len, ==, 1);
  g_assert_false (opt_task_check_runnable (task, &error));
  g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_PROBLEMS);
  g_assert_nonnull (strstr (error->message, FILE_PATH));
  where = bad[i].line == 0 ? g_strdup (FILE_PATH) : g_strdup_printf (FILE_PATH ":%u", bad[i].line);
  g_assert_cmpstr (opt_task_error_get_where (error), ==, where);
}

static void
test_many (void)
{
  g_autoptr (OptTask) task = parse ("[Task]\nExec=sh {a} {b}\nRisk=x\nRetries=-1\n"
                                    "[Parameter a]\nType=y\n");

  g_assert_cmpuint (opt_task_get_problems (task)->len, ==, 4);
  assert_problem (task, 0, 3, "Risk", "none");
  assert_problem (task, 1, 4, "Retries", "0 to 10");
  assert_problem (task, 2, 6, "Type", "int");
  assert_problem (task, 3, 2, "Exec", "{b}");
}

static void
test_hostile (void)
{
  g_autofree char *big = g_strnfill (64 * 1024 + 1, '#');
  g_autoptr (GString) many = g_string_new ("[Task]\nExec=true\n");
  g_autoptr (GString) words = g_string_new ("[Task]\nExec=true");
  g_autoptr (OptTask) too_big = opt_task_new_from_manifest (FILE_PATH, big, -1);
  g_autoptr (OptTask) nul = opt_task_new_from_manifest (FILE_PATH, "[Task]\nExec=a\0b\n", 16);
  g_autoptr (OptTask) too_many = NULL;
  g_autoptr (OptTask) wordy = NULL;
  g_autoptr (OptTask) strange = opt_task_new_from_manifest ("/srv/my report.v2.task",
                                                            "[Task]\nExec=true\n", -1);

  g_assert_cmpuint (opt_task_get_problems (too_big)->len, ==, 2);
  assert_problem (too_big, 0, 0, NULL, "64 KiB");
  assert_problem (nul, 0, 0, NULL, "NUL");
  for (guint i = 0; i < 51; i++)
    g_string_append_printf (many, "[Parameter p%u]\n", i);
  too_many = parse (many->str);
  assert_problem (too_many, 0, 53, NULL, "at most 50");
  for (guint i = 0; i < 300; i++)
    g_string_append (words, " x");
  wordy = parse (words->str);
  assert_problem (wordy, 0, 2, "Exec", "256 words");
  g_assert_cmpstr (opt_task_get_id (strange), ==, "my report.v2");
  g_assert_cmpuint (opt_task_get_problems (strange)->len, ==, 1);
}

static void
test_equal (void)
{
  static const char text[] = "[Task]\nExec=true a\nName=N\nDescription=D\nIcon=i\nCategory=C\n"
                             "Timeout=90\nRetries=1\nIdempotent=yes\nConcurrency=2\n"
                             "Risk=confirm\nOutput=file\nNotifyOn=never\nNames=1\n"
                             "[Parameter a]\nType=int\nDescription=E\nDefault=3\nMin=1\nMax=4\n"
                             "[Parameter b]\nChoices=x;y\n[Parameter c]\nPattern=[xy]\n";
  static const struct
  {
    const char *what;
    const char *instead;
  } changes[] = {
    { "true a", "true b" },
    { "Name=N", "Name=M" },
    { "Description=D", "Description=F" },
    { "Icon=i", "Icon=j" },
    { "Category=C", "Category=B" },
    { "Timeout=90", "Timeout=91" },
    { "Retries=1", "Retries=2" },
    { "Idempotent=yes", "Idempotent=no" },
    { "Concurrency=2", "Concurrency=3" },
    { "Risk=confirm", "Risk=code" },
    { "Output=file", "Output=chat" },
    { "NotifyOn=never", "NotifyOn=failure" },
    { "Names=1\n", "" },
    { "Parameter a", "Parameter d" },
    { "Type=int", "Type=number" },
    { "Description=E", "Description=F" },
    { "Default=3", "Default=2" },
    { "Min=1", "Min=0" },
    { "Max=4", "Max=5" },
    { "Choices=x;y", "Choices=x;z" },
    { "Choices=x;y\n", "" },
    { "[xy]", "[yx]" },
    { "[Parameter b]\nChoices=x;y\n", "" },
  };
  g_autoptr (OptTask) task = parse (text);
  g_autoptr (OptTask) same = parse (text);

  g_assert_true (opt_task_equal (task, same));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_auto (GStrv) parts = g_strsplit (text, changes[i].what, 2);
      g_autofree char *changed = g_strjoinv (changes[i].instead, parts);
      g_autoptr (OptTask) other = parse (changed);

      g_test_message ("%s instead of %s", changes[i].instead, changes[i].what);
      g_assert_false (opt_task_equal (task, other));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("Manifests are read whole, and what is wrong is told with its line and key");

  g_test_add_func ("/task-manifest/full", test_full);
  g_test_add_func ("/task-manifest/defaults", test_defaults);
  g_test_add_func ("/task-manifest/words", test_words);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/task-manifest/bad/", bad[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_bad);
    }
  g_test_add_func ("/task-manifest/many", test_many);
  g_test_add_func ("/task-manifest/hostile", test_hostile);
  g_test_add_func ("/task-manifest/equal", test_equal);
  return g_test_run ();
}
