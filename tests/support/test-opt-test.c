/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-test.h"

#include <unistd.h>

static void
test_folder (void)
{
  g_autoptr (OptTestFolder) outside = opt_test_folder_new ();
  OptTestFolder   *folder = opt_test_folder_new ();
  g_autofree char *path = g_strdup (folder);
  g_autofree char *inner = g_build_filename (folder, "a", "b", NULL);
  g_autofree char *file = g_build_filename (inner, "file", NULL);
  g_autofree char *link = g_build_filename (inner, "link", NULL);
  g_autofree char *kept = g_build_filename (outside, "kept", NULL);

  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_true (g_file_set_contents (kept, "x", 1, NULL));
  g_assert_cmpint (symlink (outside, link), ==, 0);

  /* What a link leads to stays. */
  opt_test_folder_free (folder);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  opt_test_folder_free (NULL);
}

static gboolean
finish_task (gpointer user_data)
{
  g_task_return_int (user_data, 42);
  return G_SOURCE_REMOVE;
}

static void
test_result (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  GTask        *task = g_task_new (NULL, NULL, opt_test_take_result, &slot);

  g_idle_add_full (G_PRIORITY_DEFAULT, finish_task, task, g_object_unref);
  result = opt_test_wait_result (&slot);
  g_assert_null (slot);
  g_assert_cmpint (g_task_propagate_int (G_TASK (result), NULL), ==, 42);
}

static gboolean
count_up (gpointer user_data)
{
  int *count = user_data;

  return ++*count < 5 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
is_three (gpointer data)
{
  return *(int *)data == 3;
}

static void
test_loops (void)
{
  int count = 0;

  g_idle_add (count_up, &count);
  opt_test_wait_until (is_three, &count);
  g_assert_cmpint (count, ==, 3);
  opt_test_run_pending ();
  g_assert_cmpint (count, ==, 5);
  opt_test_run_pending ();
  g_assert_cmpint (count, ==, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/test/folder", test_folder);
  g_test_add_func ("/test/result", test_result);
  g_test_add_func ("/test/loops", test_loops);
  return g_test_run ();
}
