/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-task-run.h"

/* 2026-11-20T00:30:00Z; the tests' time zone is UTC. */
#define NOW (G_GINT64_CONSTANT (1795134600) * G_USEC_PER_SEC)

#define MANIFEST                                              \
  "[Task]\nExec=true\n"                                       \
  "[Parameter int]\nType=int\nMin=-5\nMax=365\n"              \
  "[Parameter number]\nType=number\nMin=0\n"                  \
  "[Parameter text]\nMin=2\nMax=5\n"                          \
  "[Parameter code]\nPattern=[A-Z]{2}\\d+\n"                  \
  "[Parameter slow]\nPattern=(a+)+b\n"                        \
  "[Parameter size]\nType=choice\nChoices=Small;Große;x l\n" \
  "[Parameter date]\nType=date\nMin=2020-01-01\nMax=today\n"  \
  "[Parameter path]\nType=path\n"                             \
  "[Parameter bool]\nType=bool\n"

/* A value and what becomes of it; NULL: ill-typed. */
static const struct
{
  const char *name;
  const char *value;
  const char *one;
} cases[] = {
  { "int", "7", "7" },
  { "int", " -5 ", "-5" },
  { "int", "007", "7" },
  { "int", "-6", NULL },
  { "int", "366", NULL },
  { "int", "7.0", NULL },
  { "int", "0x7", NULL },
  { "int", "seven", NULL },
  { "int", "99999999999999999999", NULL },
  { "int", "7;reboot", NULL },
  { "number", "1.5", "1.5" },
  { "number", "2e3", "2e3" },
  { "number", "-0.1", NULL },
  { "number", "1,5", NULL },
  { "number", "nan", NULL },
  { "number", "inf", NULL },
  { "number", "1e999", NULL },
  { "number", "0x10", NULL },
  { "number", "-", NULL },
  { "text", "ab", "ab" },
  { "text", "äöüäö", "äöüäö" },
  { "text", " a ", " a " },
  { "text", "a", NULL },
  { "text", "abcdef", NULL },
  { "text", "a\nb", NULL },
  { "text", "a\rb", NULL },
  { "text", "a\033b", NULL },
  { "text", "a\tb", "a\tb" },
  { "text", "a\xff", NULL },
  { "code", "AB12", "AB12" },
  { "code", "xAB12", NULL },
  { "code", "AB12x", NULL },
  { "code", "AB", NULL },
  { "size", "Small", "Small" },
  { "size", "small", "Small" },
  { "size", "GROSSE", "Große" },
  { "size", "x l", "x l" },
  { "size", "xl", NULL },
  { "date", "2026-11-20", "2026-11-20" },
  { "date", "today", "2026-11-20" },
  { "date", "Yesterday", "2026-11-19" },
  { "date", "tomorrow", NULL },
  { "date", "2026-11-21", NULL },
  { "date", "2019-12-31", NULL },
  { "date", "2024-02-29", "2024-02-29" },
  { "date", "2023-02-29", NULL },
  { "date", "2026-13-01", NULL },
  { "date", "20-11-2026", NULL },
  { "date", "2026-1-1", NULL },
  { "date", "2026-+1-01", NULL },
  { "path", "/tmp/x y", "/tmp/x y" },
  { "path", "relative", NULL },
  { "path", "~other/x", NULL },
  { "path", "/a\nb", NULL },
  { "bool", "Yes", "true" },
  { "bool", "1", "true" },
  { "bool", "on", "true" },
  { "bool", "True", "true" },
  { "bool", "off", "false" },
  { "bool", "0", "false" },
  { "bool", "maybe", NULL },
};

static void
test_values (void)
{
  g_autoptr (OptTask) task = opt_task_new_from_manifest ("/t/a.task", MANIFEST, -1);

  g_assert_true (opt_task_check_runnable (task, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const OptTaskParameter *parameter = opt_task_find_parameter (task, cases[i].name);
      g_autoptr (GError) error = NULL;
      g_autofree char *one = opt_task_parameter_check (parameter, cases[i].value, NOW, &error);
      g_autofree char *again = NULL;

      g_test_message ("%s: %s", cases[i].name, error != NULL ? error->message : one);
      g_assert_cmpstr (one, ==, cases[i].one);
      if (one == NULL)
        {
          g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_ILL_TYPED);
          g_assert_cmpstr (opt_task_error_get_where (error), ==, cases[i].name);
          g_assert_nonnull (strstr (error->message, cases[i].name));
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }
      again = opt_task_parameter_check (parameter, one, NOW, NULL);
      g_assert_cmpstr (again, ==, one);
    }
}

static void
test_home (void)
{
  g_autoptr (OptTask) task = opt_task_new_from_manifest ("/t/a.task", MANIFEST, -1);
  const OptTaskParameter *path = opt_task_find_parameter (task, "path");
  g_autofree char        *inside = opt_task_parameter_check (path, "~/x", NOW, NULL);
  g_autofree char        *home = opt_task_parameter_check (path, "~", NOW, NULL);
  g_autofree char        *expected = g_build_filename (g_get_home_dir (), "x", NULL);

  g_assert_cmpstr (inside, ==, expected);
  g_assert_cmpstr (home, ==, g_get_home_dir ());
}

static void
test_describe (void)
{
  static const char *const phrases[][2] = {
    { "int", "a whole number from -5 to 365" },
    { "number", "a number like 1.5 from 0 on" },
    { "text", "a text from 2 to 5 characters" },
    { "code", "a text that matches [A-Z]{2}\\d+" },
    { "size", "one of Small, Große, x l" },
    { "path", "a path that starts with / or ~/" },
    { "bool", "yes or no" },
  };
  g_autoptr (OptTask) task = opt_task_new_from_manifest ("/t/a.task", MANIFEST, -1);

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    {
      const OptTaskParameter *parameter = opt_task_find_parameter (task, phrases[i][0]);
      g_autofree char        *text = opt_task_parameter_describe (parameter);

      g_assert_cmpstr (text, ==, phrases[i][1]);
    }
}

static void
test_bounds (void)
{
  g_autoptr (OptTask) task = opt_task_new_from_manifest ("/t/a.task", MANIFEST, -1);
  g_autoptr (OptTaskParameter) slow = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) long_error = NULL;
  g_autofree char *as = g_strnfill (4000, 'a');
  g_autofree char *longer = g_strnfill (OPT_TASK_VALUE_MAX + 1, 'a');

  /* Without a limit this match would take longer than the sun has to shine. */
  slow = opt_task_parameter_ref ((OptTaskParameter *)opt_task_find_parameter (task, "slow"));
  g_assert_null (opt_task_parameter_check (slow, as, NOW, &error));
  g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_ILL_TYPED);
  g_assert_cmpuint (strlen (error->message), <, 200);
  g_assert_null (opt_task_parameter_check (slow, longer, NOW, &long_error));
  g_assert_error (long_error, OPT_TASK_ERROR, OPT_TASK_ERROR_ILL_TYPED);
  g_assert_nonnull (strstr (long_error->message, "4096"));
}

/* The day is that of the machine's time zone, not Greenwich's. */
static void
test_zone (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (OptTask) task = opt_task_new_from_manifest ("/t/a.task", MANIFEST, -1);
      g_autofree char *day = NULL;

      day = opt_task_parameter_check (opt_task_find_parameter (task, "date"), "today", NOW, NULL);
      g_assert_cmpstr (day, ==, "2026-11-19");
      return;
    }
  g_setenv ("TZ", "<-03>3", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_setenv ("TZ", "UTC", TRUE);
  g_test_trap_assert_passed ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("Values are what their parameters allow, and have one spelling");

  g_test_add_func ("/task-parameter/values", test_values);
  g_test_add_func ("/task-parameter/home", test_home);
  g_test_add_func ("/task-parameter/describe", test_describe);
  g_test_add_func ("/task-parameter/bounds", test_bounds);
  g_test_add_func ("/task-parameter/zone", test_zone);
  return g_test_run ();
}
